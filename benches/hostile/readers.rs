//! Clients of the desk's pages: some read without a pause, some ask and never read,
//! and one asks `/readyz` every half second and notes how long it took.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};

/// Pages that are asked for in turn.
const PAGES: [&str; 6] = ["/", "/sources", "/metrics", "/feeds/all", "/feeds/all.atom", "/feeds.opml"];

/// Clients at work.
pub struct Readers {
    ended: Arc<AtomicBool>,
    pages: Arc<AtomicU64>,
    busy: Vec<JoinHandle<()>>,
    ready: JoinHandle<Vec<Duration>>,
}

/// What the clients saw.
pub struct Seen {
    /// Pages that were answered.
    pub pages: u64,
    /// What `/readyz` took each time, shortest first.
    pub ready: Vec<Duration>,
}

impl Readers {
    /// `many` clients that read and as many that never do.
    pub fn start(address: SocketAddr, many: usize) -> Readers {
        let (ended, pages) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let mut busy = Vec::new();
        for n in 0..many {
            let (ends, read) = (Arc::clone(&ended), Arc::clone(&pages));
            busy.push(spawn(move || {
                for turn in (n..).take_while(|_| !ends.load(Ordering::Relaxed)) {
                    read.fetch_add(u64::from(get(address, PAGES[turn % PAGES.len()])), Ordering::Relaxed);
                    sleep(Duration::from_millis(50));
                }
            }));
            let ends = Arc::clone(&ended);
            busy.push(spawn(move || {
                while !ends.load(Ordering::Relaxed) {
                    let unread = ask(address, "/feeds/all.atom");
                    sleep(Duration::from_secs(5));
                    drop(unread);
                }
            }));
        }
        let ends = Arc::clone(&ended);
        let ready = spawn(move || {
            let (clock, mut took) = (SystemClock::new(), Vec::new());
            while !ends.load(Ordering::Relaxed) {
                let asked = clock.elapsed();
                // No answer within ten seconds counts as ten seconds.
                get(address, "/readyz");
                took.push(clock.elapsed() - asked);
                sleep(Duration::from_millis(500));
            }
            took.sort_unstable();
            took
        });
        Readers { ended, pages, busy, ready }
    }

    /// Ends all of them.
    pub fn end(self) -> Seen {
        self.ended.store(true, Ordering::Relaxed);
        for client in self.busy {
            client.join().expect("a client that does not panic");
        }
        let ready = self.ready.join().expect("a client that does not panic");
        Seen { pages: self.pages.load(Ordering::Relaxed), ready }
    }
}

/// Sends a request and reads nothing.
fn ask(address: SocketAddr, path: &str) -> Option<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(10)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes()).ok()?;
    Some(stream)
}

/// Whether `path` was answered with 200.
fn get(address: SocketAddr, path: &str) -> bool {
    let mut response = Vec::new();
    let read = ask(address, path).map(|mut stream| stream.read_to_end(&mut response));
    matches!(read, Some(Ok(_))) && response.starts_with(b"HTTP/1.1 200")
}
