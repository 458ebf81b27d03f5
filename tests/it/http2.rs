//! A scripted HTTP/2 origin, frame by frame, that can lie, stall, cut and flood
//! (RFC 9113), and what polls make of it (checks B6, B8, B9, B14).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::server::TlsStream;
use url::Url;
use wiredesk::model::{Failure, Outcome};
use wiredesk::net::resolve::System;
use wiredesk::net::{Client, Roots, Settings};

use crate::certs;
use crate::fetch::{failure, get, settings};
use crate::newsroom::NEWS;
use crate::tls::server_config;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// What the origin does after it has read a request on stream 1.
#[derive(Clone)]
enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends these bytes again and again until the client leaves.
    Flood(Vec<u8>),
    /// Sends a byte of each in a frame of its own, with a pause before it.
    Trickle(Vec<u8>, Duration),
    /// Says nothing more, and stays.
    Stall,
}

/// A frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Fields without any compression (RFC 7541 §6.2.2).
fn fields(all: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| [vec![u8::try_from(text.len()).unwrap()], text.as_bytes().to_vec()].concat();
    all.iter().flat_map(|(name, value)| [vec![0], text(name), text(value)].concat()).collect()
}

/// The head of a 200, which ends nothing.
fn head(all: &[(&str, &str)]) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, 1, &[vec![0x88], fields(all)].concat())
}

fn data(bytes: &[u8], flags: u8) -> Vec<u8> {
    frame(DATA, flags, 1, bytes)
}

/// The origin; ends with the value.
struct Http2 {
    address: SocketAddr,
    /// Every byte of every request.
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
    server: JoinHandle<()>,
}

impl Http2 {
    async fn start(steps: Vec<Step>) -> Http2 {
        let mut config = server_config(certs::GOOD);
        config.alpn_protocols = vec![b"h2".to_vec()];
        let tls = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let noted = Arc::clone(&requests);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(stream) = tls.accept(stream).await {
                    // Who hangs up in the middle of a flood has done right.
                    let _ = converse(stream, &steps, &noted).await;
                }
            }
        });
        Http2 { address, requests, server }
    }

    fn url(&self) -> Url {
        Url::parse(&format!("https://{}/feed", self.address)).unwrap()
    }
}

impl Drop for Http2 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn converse(
    mut stream: TlsStream<TcpStream>,
    steps: &[Step],
    requests: &Mutex<Vec<Vec<u8>>>,
) -> std::io::Result<()> {
    let mut preface = vec![0; PREFACE.len()];
    stream.read_exact(&mut preface).await?;
    assert_eq!(preface, PREFACE);
    stream.write_all(&frame(SETTINGS, 0, 0, &[])).await?;
    loop {
        let mut start = [0; 9];
        stream.read_exact(&mut start).await?;
        let mut payload = vec![0; u32::from_be_bytes([0, start[0], start[1], start[2]]) as usize];
        stream.read_exact(&mut payload).await?;
        match (start[3], start[4] & 1) {
            (SETTINGS, 0) => stream.write_all(&frame(SETTINGS, 1, 0, &[])).await?,
            (HEADERS, _) => {
                requests.lock().unwrap().push([&start[..], &payload].concat());
                break;
            }
            _ => {}
        }
    }
    for step in steps {
        match step {
            Step::Send(bytes) => stream.write_all(bytes).await?,
            Step::Flood(bytes) => loop {
                stream.write_all(bytes).await?;
            },
            Step::Trickle(bytes, pause) => {
                for byte in bytes {
                    tokio::time::sleep(*pause).await;
                    stream.write_all(&data(&[*byte], 0)).await?;
                    stream.flush().await?;
                }
            }
            Step::Stall => {
                stream.flush().await?;
                let mut said = [0; 1024];
                while stream.read(&mut said).await? > 0 {}
            }
        }
    }
    stream.flush().await?;
    stream.shutdown().await
}

/// A client with little patience that trusts the tests' authority.
fn client() -> Client {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(certs::AUTHORITY.as_bytes()).unwrap()).unwrap();
    let limits = Settings {
        head: Duration::from_millis(1500),
        idle: Duration::from_millis(1000),
        total: Duration::from_millis(3000),
        ..settings()
    };
    Client::with(limits, Arc::new(System), Roots::Only(Arc::new(roots))).unwrap()
}

#[tokio::test]
async fn a_document_comes_over_http2_and_the_request_is_kept() {
    let origin = Http2::start(vec![
        Step::Send(head(&[("etag", "\"1\""), ("content-type", "application/rss+xml")])),
        Step::Send(data(NEWS.as_bytes(), END_STREAM)),
        Step::Stall,
    ])
    .await;
    let answer = get(&client(), &origin.url()).await;
    let Outcome::Document(body) = answer.outcome else { panic!("{:?}", answer.outcome) };
    assert_eq!((&body.bytes[..], body.validators.etag.as_deref()), (NEWS.as_bytes(), Some(&b"\"1\""[..])));
    let requests = origin.requests.lock().unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0][3..5], [HEADERS, END_STREAM | END_HEADERS], "one GET without a body");
}

#[tokio::test]
async fn lies_cuts_stalls_and_floods_over_http2_end_within_the_limits_b6_b8_b9_b14() {
    let ok = || Step::Send(head(&[]));
    let long = "x".repeat(100);
    let table: Vec<(&str, Vec<Step>, &[&str])> = vec![
        ("B14 empty DATA flood", vec![ok(), Step::Flood(data(&[], 0).repeat(1000))], &["network", "timeout"]),
        (
            "B14 padded empty DATA flood",
            vec![ok(), Step::Flood(frame(DATA, 8, 1, &[3, 0, 0, 0]).repeat(500))],
            &["network", "timeout", "limit"],
        ),
        (
            "CONTINUATION flood",
            vec![
                Step::Send(frame(HEADERS, 0, 1, &[0x88])),
                Step::Flood(frame(CONTINUATION, 0, 1, &fields(&[("x-a", &long)])).repeat(100)),
            ],
            &["network", "limit"],
        ),
        (
            "empty CONTINUATION flood",
            vec![Step::Send(frame(HEADERS, 0, 1, &[0x88])), Step::Flood(frame(CONTINUATION, 0, 1, &[]).repeat(1000))],
            &["network", "limit", "timeout"],
        ),
        ("PING flood", vec![Step::Flood(frame(PING, 0, 0, &[7; 8]).repeat(500))], &["network", "timeout"]),
        ("SETTINGS flood", vec![Step::Flood(frame(SETTINGS, 0, 0, &[]).repeat(500))], &["network", "timeout"]),
        (
            "WINDOW_UPDATE overflow",
            vec![Step::Send(frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]).repeat(2)), Step::Stall],
            &["network"],
        ),
        (
            "B8 101 fields",
            vec![Step::Send(head(&vec![("x", "1"); 101])), Step::Send(data(b"<rss/>", END_STREAM)), Step::Stall],
            &["limit"],
        ),
        (
            "B8 endless 103",
            vec![Step::Flood(frame(HEADERS, END_HEADERS, 1, &[&[0x08, 3], &b"103"[..]].concat()).repeat(100))],
            &["network", "timeout", "limit"],
        ),
        (
            "B9 longer than said",
            vec![Step::Send(head(&[("content-length", "3")])), Step::Send(data(b"<rss/>", END_STREAM)), Step::Stall],
            &["network", "truncated"],
        ),
        (
            "B9 shorter than said",
            vec![Step::Send(head(&[("content-length", "5000")])), Step::Send(data(b"<rss/>", END_STREAM)), Step::Stall],
            &["network", "truncated"],
        ),
        (
            "B9 RST_STREAM in the body",
            vec![ok(), Step::Send(data(b"<rss>", 0)), Step::Send(frame(RST_STREAM, 0, 1, &[0, 0, 0, 2])), Step::Stall],
            &["network", "truncated"],
        ),
        (
            "B9 GOAWAY in the body",
            vec![ok(), Step::Send(data(b"<rss>", 0)), Step::Send(frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 2]))],
            &["network", "truncated"],
        ),
        ("B9 cut in the body", vec![ok(), Step::Send(data(b"<rss>", 0))], &["network", "truncated"]),
        ("B7 stall before the head", vec![Step::Stall], &["timeout"]),
        ("B6 stall in the body", vec![ok(), Step::Send(data(b"<rss>", 0)), Step::Stall], &["timeout"]),
        ("B6 trickle", vec![ok(), Step::Trickle(vec![b' '; 1000], Duration::from_millis(200))], &["timeout"]),
        ("garbage", vec![Step::Send(b"HTTP/1.1 200 OK\r\n\r\n".repeat(10)), Step::Stall], &["network"]),
    ];
    for (name, steps, expected) in table {
        let origin = Http2::start(steps).await;
        let (client, url) = (client(), origin.url());
        // Far beyond what a poll may take: reached only by what never ends.
        let asked = tokio::time::timeout(Duration::from_secs(10), get(&client, &url));
        let failed: Failure = failure(asked.await.unwrap_or_else(|_| panic!("{name} never ended")));
        eprintln!("{name:<28} {failed}");
        assert!(expected.contains(&failed.kind()), "{name}: {failed}");
        assert_eq!(origin.requests.lock().unwrap().len(), 1, "{name}: asked once");
    }
}
