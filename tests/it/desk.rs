//! The real binary on a configuration of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::store::{Opening, Store, open};

use crate::database;
use crate::server::TestDatabase;

pub const BINARY: &str = env!("CARGO_BIN_EXE_wiredesk");

/// Nothing that a test waits for takes longer, on a machine that works.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a configuration and its store.
pub struct Desk {
    folder: tempfile::TempDir,
    /// Its store's, where that lies on a server.
    pub database: Option<TestDatabase>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Its lines of JSON.
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

/// A source as TOML.
pub fn source(id: &str, url: impl std::fmt::Display) -> String {
    format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nrepublish = \"full\"\n\n")
}

/// A source that nobody answers for, and a feed of everything, as TOML.
pub fn quiet() -> String {
    source("quiet", "http://127.0.0.1:9/feed") + EVERYTHING
}

/// A feed of everything as TOML.
pub const EVERYTHING: &str =
    "[[feed]]\nid = \"all\"\ntitle = \"Everything\"\ncontent = \"full\"\nbackfill = \"36500d\"\n\n";

impl Desk {
    /// A desk whose configuration ends in `rest`, with politeness between polls
    /// off, for all its origins share one host.
    pub fn new(rest: &str) -> Desk {
        Desk::polling("host_gap = \"0s\"\nper_host = 8\nrefresh_floor = \"0s\"", rest)
    }

    /// A desk with `polling` keys of the test's own.
    pub fn polling(polling: &str, rest: &str) -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap(), database: database::wanted() };
        desk.configure_polling(polling, rest);
        desk
    }

    /// A desk whose store lies on a server, in a database that others may share.
    pub fn on(store_url: &str, rest: &str) -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap(), database: None };
        desk.configure(rest);
        desk.edit(|text| text.replace("sqlite:desk.db", store_url));
        desk
    }

    /// Changes the file of the configuration.
    pub fn edit(&self, change: impl FnOnce(String) -> String) {
        let text = std::fs::read_to_string(self.config()).unwrap();
        std::fs::write(self.config(), change(text)).unwrap();
    }

    /// Replaces the end of the configuration.
    pub fn configure(&self, rest: &str) {
        self.configure_polling("host_gap = \"0s\"\nper_host = 8\nrefresh_floor = \"0s\"", rest);
    }

    fn configure_polling(&self, polling: &str, rest: &str) {
        let store = self.database.as_ref().map_or_else(|| "sqlite:desk.db".to_owned(), TestDatabase::url);
        let head = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"https://desk.example/wire/\"\n\n\
             [store]\nurl = \"{store}\"\n\n\
             [polling]\ncontact = \"https://example.org/desk\"\nallow_addresses = [\"127.0.0.0/8\"]\n{polling}\n\n"
        );
        std::fs::write(self.config(), head + rest).unwrap();
    }

    /// Has the daemon listen on `port` and say so in its addresses.
    pub fn listen_on(&self, port: u16) {
        let text = std::fs::read_to_string(self.config()).unwrap();
        let text = text.replace("127.0.0.1:0\"", &format!("127.0.0.1:{port}\""));
        let own = format!("http://127.0.0.1:{port}/");
        std::fs::write(self.config(), text.replace("https://desk.example/wire/", &own)).unwrap();
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("wiredesk.toml")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The store, opened to work on it beside whoever does.
    pub async fn store(&self, now: Timestamp) -> Arc<dyn Store> {
        open(&database::configured(&self.config()), Opening::Work, now).await.unwrap()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command
            .arg("--config")
            .arg(self.config())
            .args(args)
            .stdin(Stdio::null())
            .env_remove("RUST_LOG")
            .env("TZ", "UTC");
        command
    }

    /// Runs a command to its end, while the test's own servers go on answering.
    pub fn run(&self, args: &[&str]) -> Ran {
        let done = tokio::task::block_in_place(|| self.command(args).output().unwrap());
        Ran {
            code: done.status.code(),
            out: String::from_utf8(done.stdout).unwrap(),
            err: String::from_utf8_lossy(&done.stderr).into_owned(),
        }
    }

    /// As [`Desk::run`], and the command has to end well.
    #[track_caller]
    pub fn runs(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, Some(0), "{args:?}: {ran:?}");
        ran
    }

    /// Starts the daemon and waits until it says that it runs.
    pub fn start(&self) -> Running {
        self.start_with(|_| ())
    }

    /// The same with an environment of its own.
    pub fn start_with(&self, prepare: impl FnOnce(&mut Command)) -> Running {
        let mut running = self.begin_with(prepare);
        let line = running.wait_for("wiredesk is running");
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        let first = told["address"].as_str().unwrap().split(", ").next().unwrap();
        running.address = first.parse().unwrap();
        running
    }

    /// Starts the daemon and waits for nothing.
    pub fn begin_with(&self, prepare: impl FnOnce(&mut Command)) -> Running {
        let mut command = self.command(&["--log-format", "json", "run"]);
        prepare(&mut command);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (tell, lines) = channel();
        let said = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&said);
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                keep.lock().unwrap().push(line.clone());
                // A test that has heard enough no longer listens.
                let _ = tell.send(line);
            }
        });
        Running { child, address: "127.0.0.1:0".parse().unwrap(), lines, said }
    }

    /// All of a feed, page by page, as ids.
    pub fn feed_ids(running: &Running, feed: &str) -> Vec<String> {
        let (mut path, mut ids) = (format!("/feeds/{feed}.atom"), Vec::new());
        loop {
            let page = running.get(&path, &[]);
            assert_eq!(page.status, 200, "{path}");
            let read = feed_rs::parser::parse(&page.body[..]).unwrap();
            ids.extend(read.entries.into_iter().map(|entry| entry.id));
            let next = read.links.into_iter().find(|link| link.rel.as_deref() == Some("next"));
            match next {
                Some(link) => path = link.href.replace("https://desk.example/wire", ""),
                None => return ids,
            }
        }
    }
}

/// A daemon; killed when it is dropped.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
    lines: Receiver<String>,
    said: Arc<Mutex<Vec<String>>>,
}

/// An answer of the daemon.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Got {
    pub fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Running {
    /// Waits for a log line that contains `text`.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> String {
        tokio::task::block_in_place(|| {
            loop {
                match self.lines.recv_timeout(PATIENCE) {
                    Ok(line) if line.contains(text) => return line,
                    Ok(_) => {}
                    Err(_) => panic!("never said {text:?}: {:#?}", self.said.lock().unwrap()),
                }
            }
        })
    }

    pub fn get(&self, path: &str, fields: &[(&str, &str)]) -> Got {
        self.ask("GET", path, fields)
    }

    pub fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Got {
        let host = if fields.iter().any(|(k, _)| *k == "Host") { "" } else { "Host: desk\r\n" };
        let fields: String = fields.iter().map(|(k, v)| format!("{k}: {v}\r\n")).collect();
        tokio::task::block_in_place(|| {
            let mut stream = TcpStream::connect(self.address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            write!(stream, "{method} {path} HTTP/1.1\r\n{host}{fields}Connection: close\r\n\r\n").unwrap();
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("a head") + 4;
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            Got { status, head, body: bytes.split_off(end) }
        })
    }

    /// Waits until a GET of `path` answers so that `good` holds.
    #[track_caller]
    pub fn until(&mut self, path: &str, good: impl Fn(&Got) -> bool) -> Got {
        let deadline = PATIENCE.as_millis() / 50;
        for _ in 0..deadline {
            let got = self.get(path, &[]);
            if good(&got) {
                return got;
            }
            // Paced by the daemon's own words, with a bound for when it is silent.
            let _ = tokio::task::block_in_place(|| self.lines.recv_timeout(Duration::from_millis(50)));
        }
        panic!("{path} never came to be as expected: {}\n{:#?}", self.get(path, &[]).text(), self.said.lock().unwrap());
    }

    pub fn signal(&self, name: &str) {
        let done = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(done.success());
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the end, which something must have asked for; gives the exit code.
    pub fn end(&mut self) -> Option<i32> {
        let mut patience = PATIENCE.as_millis() / 50;
        while patience > 0 {
            if let Some(ended) = self.child.try_wait().unwrap() {
                return ended.code();
            }
            // Paced as in `until`; one whose log has ended is about to end, too.
            match tokio::task::block_in_place(|| self.lines.recv_timeout(Duration::from_millis(50))) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => patience -= 1,
                Err(RecvTimeoutError::Disconnected) => {
                    return tokio::task::block_in_place(|| self.child.wait().unwrap().code());
                }
            }
        }
        panic!("the daemon does not end\n{:#?}", self.said.lock().unwrap());
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An RSS document of numbered entries, newest first.
pub fn rss(title: &str, numbers: impl DoubleEndedIterator<Item = u64>) -> String {
    let items: String = numbers
        .rev()
        .map(|n| {
            format!(
                "<item><title>{title} {n}</title><link>https://news.example/{title}/{n}</link>\
                 <guid isPermaLink=\"false\">{title}-{n}</guid><description>Copy number {n} of {title}</description></item>"
            )
        })
        .collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{title}</title>{items}</channel></rss>")
}

/// A port that was free a moment ago, for addresses that outlive a restart.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Whether a program is to be had; says aloud when it is not.
pub fn is_there(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("SKIPPED: {program} is not installed");
    }
    there
}

/// A folder of the larger corpus beside the project; says aloud when it is absent.
pub fn corpus(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(name);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("SKIPPED the larger run: ../shared/corpus/{name} is absent");
    None
}
