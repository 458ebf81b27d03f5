//! A line to the server that is cut in the middle of a commit.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// `COMMIT` as it goes out and as it is answered: a message of the simple protocol, and the tag
/// of its end.
const COMMIT: &[u8] = b"COMMIT\0";

/// Of so many commits one is cut.
const OF: usize = 5;

/// Where a commit is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cut {
    /// Before the server gets any of it.
    Before,
    /// In the middle of the word.
    Within,
    /// When the server has done it, before its answer.
    After,
}

struct Cutting {
    commits: AtomicUsize,
    cuts: watch::Sender<usize>,
    most: usize,
}

impl Cutting {
    /// Whether and where this commit is cut.
    fn next(&self) -> Option<Cut> {
        let nth = self.commits.fetch_add(1, Ordering::SeqCst);
        let cuts = *self.cuts.borrow();
        (nth % OF == OF - 1 && cuts < self.most).then(|| [Cut::After, Cut::Within, Cut::Before][cuts % 3])
    }
}

/// The line.
pub struct Proxy {
    folder: tempfile::TempDir,
    cuts: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// To the server whose socket is in `to`, which cuts `most` commits.
    pub fn start(to: &Path, most: usize) -> Proxy {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let cuts = watch::Sender::new(0);
        let heard = cuts.subscribe();
        let cutting = Arc::new(Cutting { commits: AtomicUsize::new(0), cuts, most });
        let server = to.join(".s.PGSQL.5432");
        let task = tokio::spawn(async move {
            let mut lines = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = UnixStream::connect(&server).await else { continue };
                lines.spawn(pass(client, server, Arc::clone(&cutting)));
                while lines.try_join_next().is_some() {}
            }
        });
        Proxy { folder, cuts: heard, task }
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Hears of cuts.
    pub fn cuts(&self) -> watch::Receiver<usize> {
        self.cuts.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn place_of(bytes: &[u8]) -> Option<usize> {
    bytes.windows(COMMIT.len()).position(|window| window == COMMIT)
}

/// Passes on what is said until the line is cut.
async fn pass(mut client: UnixStream, mut server: UnixStream, cutting: Arc<Cutting>) -> std::io::Result<()> {
    let (mut asked, mut answered) = ([0; 65_536], [0; 65_536]);
    let mut after = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let said = &asked[..read?];
                if said.is_empty() {
                    return Ok(());
                }
                let cut = place_of(said).and_then(|at| Some((at, cutting.next()?)));
                let passed = match cut {
                    None => said.len(),
                    Some((_, Cut::After)) => said.len(),
                    Some((at, Cut::Within)) => at + 3,
                    // Its head, a letter and a length, goes with it.
                    Some((at, Cut::Before)) => at.saturating_sub(5),
                };
                server.write_all(&said[..passed]).await?;
                match cut {
                    Some((_, Cut::After)) => after = true,
                    Some(_) => {
                        cutting.cuts.send_modify(|cuts| *cuts += 1);
                        return Ok(());
                    }
                    None => {}
                }
            }
            read = server.read(&mut answered) => {
                let said = &answered[..read?];
                if said.is_empty() {
                    return Ok(());
                }
                if after && place_of(said).is_some() {
                    cutting.cuts.send_modify(|cuts| *cuts += 1);
                    return Ok(());
                }
                client.write_all(said).await?;
            }
        }
    }
}
