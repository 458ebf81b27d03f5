//! Streams, and methods by route.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::routing::get;
use axum::{Router, routing::post};
use bytes::Bytes;
use hyper::StatusCode;
use hyper::body::Frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::*;
use crate::web::answer::{Sending, typed};
use crate::web::stall::Tolerance;
use crate::web::tests::{desk, get as asked};

/// Pieces as they come.
struct Pieces(mpsc::UnboundedReceiver<Bytes>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// What sends to the streams that are open, in the order in which they were asked for.
type Senders = Arc<Mutex<Vec<mpsc::UnboundedSender<Bytes>>>>;

/// A server with a stream at `/stream`, and at `/form` what takes more than to be read.
struct StreamServer {
    address: SocketAddr,
    senders: Senders,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl StreamServer {
    async fn start(limits: Limits) -> StreamServer {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk(&folder).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let senders = Senders::default();
        let opened = Arc::clone(&senders);
        let stream = get(async move || {
            let (sender, pieces) = mpsc::unbounded_channel();
            opened.lock().unwrap().push(sender);
            let answer = typed(StatusCode::OK, "text/event-stream", "").map(|_| Body::new(Pieces(pieces)));
            Sending::Stream.mark(answer)
        });
        let form = post(async || "taken").merge(get(async || "form"));
        let slow = get(async || {
            // Long enough for whatever the client did meanwhile to be noticed.
            for _ in 0..1_000 {
                tokio::task::yield_now().await;
            }
            "in the end"
        });
        let more = Router::new().route("/stream", stream).route("/form", form).route("/slow", slow);
        let routes = Routes::new(Arc::clone(&desk)).and(more);
        let serving = tokio::spawn(serve_by(listener.into(), Reception::new(desk, routes, stopped, limits)));
        StreamServer { address, senders, stop, serving, _folder: folder }
    }

    /// Asks for a stream; what comes back begins with the answer's head.
    async fn open(&self) -> Reading {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut reading = Reading { stream, come: Vec::new() };
        let head = reading.until("\r\n\r\n").await;
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("transfer-encoding: chunked"), "{head}");
        reading
    }

    fn send(&self, nth: usize, piece: impl Into<Bytes>) {
        self.senders.lock().unwrap()[nth].send(piece.into()).expect("somebody reads the stream");
    }

    async fn is_closed(&self, nth: usize) {
        let sender = self.senders.lock().unwrap()[nth].clone();
        in_time(sender.closed()).await;
    }
}

/// One end of a stream.
struct Reading {
    stream: TcpStream,
    come: Vec<u8>,
}

impl Reading {
    /// What has come, up to and with `end`.
    async fn until(&mut self, end: &str) -> String {
        loop {
            if let Some(at) = memchr::memmem::find(&self.come, end.as_bytes()) {
                let rest = self.come.split_off(at + end.len());
                return String::from_utf8(std::mem::replace(&mut self.come, rest)).unwrap();
            }
            let read = in_time(self.stream.read_buf(&mut self.come)).await.unwrap();
            assert!(read > 0, "it ended before {end:?}");
        }
    }

    /// All that still comes.
    async fn rest(mut self) -> String {
        in_time(self.stream.read_to_end(&mut self.come)).await.unwrap();
        String::from_utf8(self.come).unwrap()
    }
}

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work).await.expect("it comes in time")
}

/// A client may end its side once its requests are sent (RFC 9112 §9.6), as `nc -N` does.
#[tokio::test]
async fn a_client_that_has_ended_its_side_gets_its_responses_r36() {
    let server = StreamServer::start(Limits::default()).await;
    for requests in [1, 3] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let sent = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n".repeat(requests);
        stream.write_all(sent.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let got = Reading { stream, come: Vec::new() }.rest().await;
        assert_eq!(got.matches("in the end").count(), requests, "{got}");
    }
    // One whose head is refused as well, though the end was read before the response was made.
    for head in ["\x16\x03".to_owned(), format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(66 * 1024))] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let got = Reading { stream, come: Vec::new() }.rest().await;
        assert!(got.starts_with("HTTP/1.1 4") && got.contains("connection: close"), "{got}");
    }
}

#[tokio::test]
async fn a_stream_comes_piece_by_piece_and_ends_with_its_pieces() {
    let server = StreamServer::start(Limits::default()).await;
    let mut reading = server.open().await;
    for piece in ["first", "second"] {
        // The next one is sent once this one has come.
        server.send(0, piece);
        reading.until(&format!("{piece}\r\n")).await;
    }
    server.senders.lock().unwrap().clear();
    assert_eq!(reading.until("\r\n\r\n").await, "0\r\n\r\n");
    // Its connection goes on as any other.
    reading.stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(reading.rest().await.ends_with("\r\n\r\nok\n"));
}

#[tokio::test]
async fn a_stream_is_ended_when_the_desk_stops() {
    let grace = Duration::from_secs(600);
    let server = StreamServer::start(Limits { grace, ..Limits::default() }).await;
    let mut all = vec![server.open().await, server.open().await];
    server.send(0, "news");
    all[0].until("news\r\n").await;
    server.stop.send(true).unwrap();
    for reading in all {
        assert_eq!(reading.rest().await, "0\r\n\r\n", "a whole answer");
    }
    in_time(server.serving).await.unwrap();
}

#[tokio::test]
async fn so_many_streams_are_open_at_once_b75() {
    let server = StreamServer::start(Limits { streams: 2, ..Limits::default() }).await;
    let first = server.open().await;
    let _second = server.open().await;
    let late = asked(server.address, "/stream", "").await;
    assert!(late.starts_with("HTTP/1.1 503") && late.contains("retry-after: 5"), "{late}");
    assert!(late.ends_with("\r\n\r\ntoo many streams are open; try again in a few seconds\n"), "{late}");
    for path in ["/healthz", "/", "/feeds/city.atom"] {
        assert!(asked(server.address, path, "").await.starts_with("HTTP/1.1 200"), "{path}");
    }
    // Who leaves makes room.
    drop(first);
    server.is_closed(0).await;
    server.open().await;
}

#[tokio::test]
async fn a_silent_stream_is_not_idle_b75() {
    // Longer than after which a guest without a byte is idle.
    let limits = Limits { connections: 1, wait: Duration::from_millis(400), ..Limits::default() };
    let server = StreamServer::start(limits).await;
    let mut reading = server.open().await;
    let late = asked(server.address, "/healthz", "").await;
    assert!(late.starts_with("HTTP/1.1 503") && late.contains("too many connections"), "{late}");
    server.send(0, "still here");
    reading.until("still here\r\n").await;
    // Once it has ended its guest is as idle as any.
    server.senders.lock().unwrap().clear();
    reading.until("0\r\n\r\n").await;
    let answered = async { while !asked(server.address, "/healthz", "").await.starts_with("HTTP/1.1 200") {} };
    in_time(answered).await;
    assert_eq!(reading.rest().await, "");
}

/// More than the socket buffers of both ends hold.
const LARGE: usize = 16 << 20;

#[tokio::test]
async fn a_slow_stream_is_no_slow_reader_and_one_that_is_not_read_is_b75() {
    // Whoever has to wait for room is too slow at once, were it no stream.
    let patience = Tolerance { free: Duration::ZERO, pace: 1 << 40, ..Limits::default().patience };
    let server = StreamServer::start(Limits { patience, ..Limits::default() }).await;
    let mut reading = server.open().await;
    for n in 0..2 {
        server.send(0, vec![b'x'; LARGE]);
        server.send(0, format!("end {n}"));
        assert!(reading.until(&format!("end {n}\r\n")).await.len() > LARGE);
    }
    // Who takes nothing at all is let go, and so is its place.
    let patience = Tolerance { stall: Duration::from_millis(50), ..Limits::default().patience };
    let server = StreamServer::start(Limits { patience, streams: 1, ..Limits::default() }).await;
    let _unread = server.open().await;
    server.send(0, vec![b'x'; LARGE]);
    server.is_closed(0).await;
    server.open().await;
}

#[tokio::test]
async fn each_route_tells_its_own_methods_o25() {
    let server = StreamServer::start(Limits::default()).await;
    let told = async |method: &str, path: &str| {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        Reading { stream, come: Vec::new() }.rest().await
    };
    let reading = "HTTP/1.1 405 Method Not Allowed\r\ncontent-type: text/plain; charset=utf-8\r\n\
                   x-content-type-options: nosniff\r\nallow: GET, HEAD\r\nconnection: close\r\ncontent-length: 35\r\ndate: ";
    for (method, path) in [
        ("POST", "/"),
        ("DELETE", "/feeds/city"),
        ("PUT", "/feeds/city.atom"),
        ("POST", "/healthz"),
        ("OPTIONS", "*"),
        ("PURGE", "/nothing/here"),
        ("POST", "/feeds/nothing"),
        ("CONNECT", "x:443"),
    ] {
        let got = told(method, path).await;
        assert!(got.starts_with(reading), "{method} {path}: {got}");
        assert!(got.ends_with("\r\n\r\nonly GET and HEAD are allowed here\n"), "{method} {path}: {got}");
    }
    let got = told("DELETE", "/form").await;
    assert!(
        got.contains("\r\nallow: POST, GET, HEAD\r\n") && got.contains("only POST, GET and HEAD are allowed here"),
        "{got}"
    );
    assert!(told("POST", "/form").await.ends_with("taken"));
    assert!(told("HEAD", "/stream").await.starts_with("HTTP/1.1 200"));
}
