//! A scripted HTTP/1.1 server on port 0 that remembers what it was asked.
//!
//! ```ignore
//! let origin = Origin::start().await;
//! origin.set("/feed.xml", Reply::ok("<rss/>").header("ETag", "\"1\""));
//! // ... ask for origin.url("/feed.xml") ...
//! assert_eq!(origin.requests()[0].header("if-none-match"), None);
//! ```
//!
//! Scripts are found by path, query left out; what has no script is a 404. The
//! server and its connections end with the value.

use std::collections::{HashMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use url::Url;

use crate::reply::{Ending, Reply};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Counts connections from 1.
    pub connection: usize,
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Path alone.
    pub path: String,
    /// Fields in the order sent, names as sent.
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
    /// Every byte of it.
    pub raw: Vec<u8>,
}

impl Recorded {
    /// The value of a field; panics when it was sent twice.
    #[track_caller]
    pub fn header_bytes(&self, name: &str) -> Option<&[u8]> {
        let mut found = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = found.next().map(|(_, value)| value.as_slice());
        assert!(found.next().is_none(), "{name} was sent twice");
        value
    }

    /// The same as text.
    #[track_caller]
    pub fn header(&self, name: &str) -> Option<String> {
        self.header_bytes(name).map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// Names of all fields, in lower case, sorted.
    pub fn header_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        names.sort();
        names
    }
}

type Script = Box<dyn FnMut(&Recorded) -> Reply + Send>;

struct State {
    scripts: Mutex<HashMap<String, Script>>,
    requests: Mutex<Vec<Recorded>>,
    arrived: watch::Sender<usize>,
    connections: AtomicUsize,
}

/// The server.
pub struct Origin {
    address: SocketAddr,
    scheme: &'static str,
    state: Arc<State>,
    server: JoinHandle<()>,
}

impl Origin {
    /// A server on 127.0.0.1.
    pub async fn start() -> Origin {
        Origin::serve(Ipv4Addr::LOCALHOST, None).await
    }

    /// A server on another address of this machine.
    pub async fn start_at(address: Ipv4Addr) -> Origin {
        Origin::serve(address, None).await
    }

    /// A server that speaks TLS.
    pub async fn start_tls(acceptor: TlsAcceptor) -> Origin {
        Origin::serve(Ipv4Addr::LOCALHOST, Some(acceptor)).await
    }

    async fn serve(at: Ipv4Addr, tls: Option<TlsAcceptor>) -> Origin {
        let listener = TcpListener::bind((at, 0)).await.unwrap();
        let state = Arc::new(State {
            scripts: Mutex::default(),
            requests: Mutex::default(),
            arrived: watch::Sender::new(0),
            connections: AtomicUsize::new(0),
        });
        let address = listener.local_addr().unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let server = tokio::spawn(accept(listener, Arc::clone(&state), tls));
        Origin { address, scheme, state, server }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of `path`.
    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("{}://{}{path}", self.scheme, self.address)).unwrap()
    }

    /// Answers `path` with `reply`, every time.
    pub fn set(&self, path: &str, reply: Reply) {
        self.script(path, move |_| reply.clone());
    }

    /// Answers `path` with each of `replies` once, then with the last for ever.
    pub fn queue(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        let mut left: VecDeque<Reply> = replies.into_iter().collect();
        self.script(path, move |_| match left.len() {
            0 | 1 => left.front().cloned().expect("a queue holds a reply"),
            _ => left.pop_front().expect("two are left"),
        });
    }

    /// Answers `path` as `script` decides.
    pub fn script(&self, path: &str, script: impl FnMut(&Recorded) -> Reply + Send + 'static) {
        self.state.scripts.lock().unwrap().insert(path.to_owned(), Box::new(script));
    }

    /// Serves a document as a well-kept server does: with `ETag` and
    /// `Last-Modified`, and with 304 for who has it. Calling it again replaces
    /// the document. Gives its `ETag`.
    pub fn document(&self, path: &str, bytes: impl AsRef<[u8]>) -> String {
        const MODIFIED: &str = "Sun, 22 Nov 2026 10:00:00 GMT";
        let bytes = bytes.as_ref().to_vec();
        let etag = format!("\"{:016x}\"", xxhash_rust::xxh3::xxh3_64(&bytes));
        let ours = etag.clone();
        self.script(path, move |request| {
            let fresh = match request.header("if-none-match") {
                Some(listed) => listed.split(',').any(|tag| tag.trim() == ours),
                // every document has the same date: alone it proves nothing
                None => false,
            };
            let reply = if fresh { Reply::status(304) } else { Reply::ok(&bytes) };
            reply.header("ETag", &ours).header("Last-Modified", MODIFIED)
        });
        etag
    }

    /// All requests so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.state.requests.lock().unwrap().clone()
    }

    /// Requests for `path` so far.
    pub fn requests_for(&self, path: &str) -> Vec<Recorded> {
        self.requests().into_iter().filter(|request| request.path == path).collect()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        self.state.requests.lock().unwrap().clear();
        self.state.arrived.send_replace(0);
    }

    /// Connections accepted so far.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Waits until `count` requests have come, and gives them.
    pub async fn wait_for(&self, count: usize) -> Vec<Recorded> {
        self.state.arrived.subscribe().wait_for(|seen| *seen >= count).await.expect("the server runs");
        self.requests()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Connections live in the set and end with it.
async fn accept(listener: TcpListener, state: Arc<State>, tls: Option<TlsAcceptor>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let connection = state.connections.fetch_add(1, Ordering::SeqCst) + 1;
        let (state, tls) = (Arc::clone(&state), tls.clone());
        connections.spawn(async move {
            match tls {
                None => converse(stream, state, connection).await,
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        converse(stream, state, connection).await;
                    }
                }
            }
        });
    }
}

/// A connection that can be reset.
trait Peer: AsyncRead + AsyncWrite + Unpin {
    fn socket(&self) -> &TcpStream;
}

impl Peer for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Peer for TlsStream<TcpStream> {
    fn socket(&self) -> &TcpStream {
        self.get_ref().0
    }
}

async fn converse(mut stream: impl Peer, state: Arc<State>, connection: usize) {
    let mut buffer = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut buffer, connection).await {
        let reply = match state.scripts.lock().unwrap().get_mut(&request.path) {
            Some(script) => script(&request),
            None => Reply::status(404),
        };
        state.requests.lock().unwrap().push(request);
        state.arrived.send_modify(|seen| *seen += 1);
        match reply.play(&mut stream).await {
            Some(Ending::KeepAlive) => {}
            Some(Ending::Reset) => return stream.socket().set_zero_linger().unwrap(),
            Some(Ending::Stall) => {
                // until the client leaves; whatever it says is not answered
                while !matches!(stream.read_buf(&mut buffer).await, Ok(0) | Err(_)) {}
                return;
            }
            Some(Ending::Close | Ending::Repeat) | None => return,
        }
    }
}

async fn read_request(
    stream: &mut (impl AsyncRead + Unpin),
    buffer: &mut Vec<u8>,
    connection: usize,
) -> Option<Recorded> {
    let head = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let mut lines = buffer[..head - 4].split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = String::from_utf8_lossy(lines.next()?).into_owned();
    let (method, rest) = first.split_once(' ')?;
    let target = rest.rsplit_once(' ')?.0.to_owned();
    let headers: Vec<(String, Vec<u8>)> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|b| *b == b':')?;
            Some((String::from_utf8_lossy(&line[..colon]).into_owned(), line[colon + 1..].trim_ascii().to_vec()))
        })
        .collect();
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|(_, value)| std::str::from_utf8(value).ok()?.parse().ok()).unwrap_or(0);
    while buffer.len() < head + length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let path = target.split('?').next().unwrap_or_default().to_owned();
    let rest = buffer.split_off(head + length);
    let raw = std::mem::replace(buffer, rest);
    let body = raw[head..].to_vec();
    Some(Recorded { connection, method: method.to_owned(), target, path, headers, body, raw })
}
