//! Heads of requests that are refused, each with a reason (checks R36, B112).

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use crate::desk::{Desk, Running, quiet};

/// What is answered to these bytes, as far as it goes.
fn answer(address: SocketAddr, sent: &[u8]) -> String {
    tokio::task::block_in_place(|| {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // A client that is refused half-way may not be able to send the rest.
        let _ = stream.write_all(sent);
        let _ = stream.shutdown(Shutdown::Write);
        let mut got = Vec::new();
        let _ = stream.read_to_end(&mut got);
        String::from_utf8_lossy(&got).into_owned()
    })
}

fn start() -> (Desk, Running) {
    let desk = Desk::new(&quiet());
    let running = desk.start();
    (desk, running)
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_that_may_mean_two_things_are_refused_with_words_r36_b112() {
    let (_desk, running) = start();
    let get = |rest: &str| format!("GET /healthz HTTP/1.1\r\n{rest}\r\n\r\n");
    let long = format!("Host: desk\r\nX-Long: {}", "x".repeat(66 * 1024));
    let flood = format!("Host: desk{}", "\r\nX: y".repeat(100));
    let cases = [
        (get("Accept: */*"), "400", "names no Host"),
        (get("Host: desk\r\nHost: desk"), "400", "more than one Host"),
        (get("Host: desk\r\nHost: evil.example"), "400", "more than one Host"),
        (get("Host: desk, evil.example"), "400", "no name of a host"),
        (get("Host: user@evil.example"), "400", "no name of a host"),
        (get(&long), "431", "longer than 64 KiB"),
        (get(&flood), "431", "more than 100 header fields"),
        (get("Host: desk\r\nContent-Length: 0\r\nContent-Length: 5"), "400", "Content-Length"),
        (get("Host: desk\r\nContent-Length: 0, 0"), "400", "Content-Length"),
        (get("Host: desk\r\nContent-Length: -1"), "400", "Content-Length"),
        (get("Host: desk\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"), "400", "Transfer-Encoding"),
        (get("Host: desk\r\nTransfer-Encoding: x, chunked"), "400", "Transfer-Encoding"),
        (get("Host: desk\r\nHost : evil.example"), "400", "no header field"),
        (get("Host: desk\r\n folded"), "400", "no header field"),
        ("GET http://evil.example/ HTTP/1.1\r\nHost: desk\r\n\r\n".to_owned(), "400", "not a proxy"),
        ("GET /healthz HTTP/3.0\r\nHost: desk\r\n\r\n".to_owned(), "400", "no request"),
        ("\u{16}\u{3}\u{1} a handshake of TLS".to_owned(), "400", "no request"),
    ];
    for (head, status, words) in cases {
        let got = answer(running.address, head.as_bytes());
        let shown: String = head.chars().take(100).collect();
        assert!(got.starts_with(&format!("HTTP/1.1 {status} ")) && got.contains(words), "{shown:?}: {got}");
        assert!(got.to_ascii_lowercase().contains("connection: close"), "{shown:?}: {got}");
        assert_eq!(got.matches("HTTP/1.1 4").count(), 1, "{shown:?}: {got}");
    }
    // What is well is answered, as before: by HTTP/1.0 without a host, and a whole URL of its own host.
    for head in
        ["GET /healthz HTTP/1.0\r\n\r\n", "GET http://desk/healthz HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n"]
    {
        let got = answer(running.address, head.as_bytes());
        assert!(got.ends_with("\r\n\r\nok\n"), "{head:?}: {got}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_head_ends_its_connection_and_those_before_it_are_answered_r36() {
    let (_desk, running) = start();
    let good = "GET /healthz HTTP/1.1\r\nHost: desk\r\n\r\n";
    let got = answer(running.address, format!("{good}{good}GET / HTTP/1.1\r\n\r\n{good}").as_bytes());
    assert_eq!((got.matches("200 OK").count(), got.matches("400 Bad").count()), (2, 1), "{got}");
    // Behind a body nothing is read as a request: it could be smuggled in there.
    let post = format!("POST / HTTP/1.1\r\nHost: desk\r\nContent-Length: 5\r\n\r\nabcde{good}");
    let got = answer(running.address, post.as_bytes());
    assert_eq!((got.matches("405 Method").count(), got.matches("HTTP/1.1 ").count()), (1, 1), "{got}");
}
