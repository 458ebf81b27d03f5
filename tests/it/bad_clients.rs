//! Clients that mean harm: large bodies, floods of HTTP/2, tokens tried (check R111). Each is
//! refused, and costs nobody else anything.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::desk::{Desk, Running, quiet};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a client may write before it is stopped by its own test.
const MOST: usize = 64 << 20;

/// Megabytes that the daemon holds.
fn resident(running: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() >> 10
}

fn connect(running: &Running) -> TcpStream {
    let stream = TcpStream::connect(running.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// What a client writes the nth time.
type Flood = Box<dyn Fn(u32) -> Vec<u8>>;

/// Writes the same again and again; gives how many bytes went before the server had enough.
fn flood(running: &Running, first: &[u8], again: &dyn Fn(u32) -> Vec<u8>) -> usize {
    tokio::task::block_in_place(|| {
        let mut stream = connect(running);
        let mut reading = stream.try_clone().unwrap();
        // What it answers is read, so that it is not that which stops it.
        let reader = std::thread::spawn(move || std::io::copy(&mut reading, &mut std::io::sink()));
        let mut written = 0;
        if stream.write_all(first).is_ok() {
            for n in 0.. {
                let piece = again(n);
                written += piece.len();
                if stream.write_all(&piece).is_err() || written > MOST {
                    break;
                }
            }
        }
        drop(stream.shutdown(std::net::Shutdown::Both));
        let _ = reader.join().unwrap();
        written
    })
}

/// A frame (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_are_refused_unread_r111() {
    let desk = Desk::new(&quiet());
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.status == 200);
    let before = resident(&running);
    for path in ["/feeds/all.atom", "/search", "/hub", "/", "/private/x/feeds/all.atom"] {
        for (framing, piece) in
            [("Content-Length: 10485760", vec![b'x'; 1 << 16]), ("Transfer-Encoding: chunked", b"10000\r\n".to_vec())]
        {
            let got = tokio::task::block_in_place(|| {
                let mut stream = connect(&running);
                write!(stream, "POST {path} HTTP/1.1\r\nHost: desk\r\n{framing}\r\n\r\n").unwrap();
                for _ in 0..160 {
                    if stream.write_all(&piece).is_err() {
                        break;
                    }
                }
                let mut got = Vec::new();
                let _ = stream.read_to_end(&mut got);
                String::from_utf8_lossy(&got).into_owned()
            });
            // One that sends on and on may be cut off before it reads the words.
            assert!(got.is_empty() || got.starts_with("HTTP/1.1 4"), "{path}: {got}");
            assert!(got.is_empty() || got.to_ascii_lowercase().contains("connection: close"), "{path}: {got}");
        }
    }
    let grown = resident(&running).saturating_sub(before);
    assert!(grown < 32, "{grown} MiB more");
    assert_eq!(running.get("/feeds/all.atom", &[]).status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_of_http2_end_their_connection_r111() {
    let desk = Desk::new(&quiet());
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.status == 200);
    let before = resident(&running);
    let start = [PREFACE, &frame(4, 0, 0, &[])].concat();
    // GET / of the static table: method, scheme and path.
    let head = [0x82, 0x86, 0x84];
    let odd = |n: u32| (2 * n + 1) & 0x7fff_ffff;
    let floods: [(&str, Flood); 5] = [
        ("fields without an end", Box::new(|n| frame(if n == 0 { 1 } else { 9 }, 0, 1, &[0x82; 16_000]))),
        (
            "requests that are taken back",
            Box::new(move |n| [frame(1, 5, odd(n), &head), frame(3, 0, odd(n), &[0; 4])].concat()),
        ),
        ("requests without an end", Box::new(move |n| frame(1, 4, odd(n), &head))),
        ("settings", Box::new(|_| frame(4, 0, 0, &[]).repeat(1000))),
        ("pings", Box::new(|_| frame(6, 0, 0, &[0; 8]).repeat(1000))),
    ];
    for (name, again) in &floods {
        let written = flood(&running, &start, again);
        eprintln!("{name}: {} KiB", written >> 10);
        assert_eq!(running.get("/feeds/all.atom", &[]).status, 200, "{name}");
    }
    // What is no HTTP/2 behind its first line ends as well.
    let written = flood(&running, &start, &|_| vec![b'x'; 1 << 16]);
    assert!(written < 8 << 20, "{written}");
    let grown = resident(&running).saturating_sub(before);
    assert!(grown < 64, "{grown} MiB more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tokens_are_tried_in_vain_r111_o178() {
    let token = "q7Xv-2mB9_tR4.kL8~wZ1c";
    let desk = Desk::new(&quiet().replace("title =", "token_file = \"tokens\"\ntitle ="));
    std::fs::write(desk.path("tokens"), token).unwrap();
    let mut running = desk.start();
    running.until(&format!("/private/{token}/feeds/all.atom"), |got| got.status == 200);
    for n in 0..1000 {
        let near = format!("{}{n}", &token[..token.len() - 3]);
        let got = match n % 2 {
            0 => running.get("/feeds/all.atom", &[("Authorization", &format!("Bearer {near}"))]),
            _ => running.get(&format!("/private/{near}/feeds/all.atom"), &[]),
        };
        assert_eq!(got.status, 401, "{near}");
    }
    let long = "x".repeat(60_000);
    assert_eq!(running.get(&format!("/private/{long}/feeds/all.atom"), &[]).status, 401);
    assert_eq!(running.get("/feeds/all.atom", &[("Authorization", &format!("Bearer {long}"))]).status, 401);
    assert!(!running.log().contains("tR4"), "no token is logged");
}
