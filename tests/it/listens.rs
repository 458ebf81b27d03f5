//! Several places to listen at, sockets of this machine, and HTTP/2 by prior knowledge (check
//! O179).

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;

use crate::desk::{Desk, EVERYTHING, is_there, rss, source};
use crate::origin::Origin;

/// What is answered over a socket of this machine.
fn over(path: &std::path::Path, target: &str) -> String {
    let mut stream = UnixStream::connect(path).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n").unwrap();
    let mut got = Vec::new();
    stream.read_to_end(&mut got).unwrap();
    String::from_utf8_lossy(&got).into_owned()
}

fn listening_at(listen: &str) -> Desk {
    let desk = Desk::new(&crate::desk::quiet());
    desk.edit(|text| text.replace("listen = \"127.0.0.1:0\"", &format!("listen = {listen}")));
    desk
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_listens_at_several_addresses_and_a_socket_o179() {
    let desk = listening_at("[\"127.0.0.1:0\", \"127.0.0.2:0\", \"unix:desk.sock\"]");
    let socket = desk.path("desk.sock");
    // One that a killed process left behind.
    drop(UnixListener::bind(&socket).unwrap());
    let mut running = desk.start();
    assert_eq!(running.get("/healthz", &[]).text(), "ok\n");
    assert!(over(&socket, "/healthz").ends_with("\r\n\r\nok\n"));
    assert!(over(&socket, "/metrics").starts_with("HTTP/1.1 200"), "it is this machine");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o660);
    let told = running.log();
    let told = told.lines().find(|line| line.contains("wiredesk is running")).unwrap();
    assert!(told.contains(", 127.0.0.2:") && told.contains("desk.sock"), "{told}");
    // A second daemon does not take it away.
    let second = Desk::new(&crate::desk::quiet());
    second.edit(|text| text.replace("\"127.0.0.1:0\"", &format!("\"unix:{}\"", socket.display())));
    let refused = second.run(&["run"]);
    assert!(
        refused.err.contains("another process listens there") && refused.err.contains("server.listen"),
        "{}",
        refused.err
    );
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
    assert!(!socket.exists(), "it takes its socket away");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_alone_is_enough_and_no_file_is_overwritten_o179() {
    let desk = listening_at("\"unix:desk.sock\"");
    std::fs::write(desk.path("desk.sock"), "notes").unwrap();
    let refused = desk.run(&["run"]);
    assert!(refused.err.contains("a file that is no socket is there"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(desk.path("desk.sock")).unwrap(), "notes");
    std::fs::remove_file(desk.path("desk.sock")).unwrap();
    let mut running = desk.begin_with(|_| ());
    running.wait_for("wiredesk is running");
    assert!(over(&desk.path("desk.sock"), "/readyz").contains("200 OK"));
    assert_eq!(desk.run(&["healthcheck"]).code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_by_prior_knowledge_gives_the_same_documents_o179() {
    if !is_there("curl") {
        return eprintln!("SKIPPED: no curl");
    }
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..20));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    desk.runs(&["poll", "--all"]);
    let mut running = desk.start();
    let expected = running.until("/feeds/all.atom", |got| got.status == 200);
    let url = format!("http://{}/feeds/all.atom", running.address);
    let curl = |more: &[&str]| {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--http2-prior-knowledge", "--noproxy", "*", "--include"]).args(more);
        let got = tokio::task::block_in_place(|| command.output().unwrap());
        let text = String::from_utf8_lossy(&got.stdout).replace("\r\n", "\n");
        assert!(got.status.success(), "{more:?}: {}", String::from_utf8_lossy(&got.stderr));
        text
    };
    let got = curl(&[&url]);
    assert!(got.starts_with("HTTP/2 200"), "{got}");
    let (head, body) = got.split_once("\n\n").unwrap();
    assert_eq!(body, expected.text());
    let etag = expected.header("etag").unwrap();
    assert!(head.contains(&format!("etag: {etag}")), "{head}");
    assert!(curl(&["--header", &format!("If-None-Match: {etag}"), &url]).starts_with("HTTP/2 304"));
    assert!(curl(&["--head", &url]).starts_with("HTTP/2 200"));
    let page = format!("http://{}/nothing", running.address);
    assert!(curl(&[&page]).starts_with("HTTP/2 404"));
    let post = curl(&["--data", "x=1", &url]);
    assert!(
        post.starts_with("HTTP/2 405") && post.contains("allow: GET, HEAD") && !post.contains("connection:"),
        "{post}"
    );
    // More fields than are read, and a head that is too long.
    let many: Vec<String> = (0..120).flat_map(|n| ["--header".to_owned(), format!("x-{n}: 1")]).collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    many.push(&url);
    let refused = curl(&many);
    assert!(refused.starts_with("HTTP/2 431") && refused.contains("more than 100 header fields"), "{refused}");
}

/// More requests on one connection than are made at once: each gets its response.
#[tokio::test(flavor = "multi_thread")]
async fn many_requests_share_a_connection_of_http2_o179() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let desk = Desk::new(&crate::desk::quiet());
    let mut running = desk.start();
    let expected = running.until("/feeds/all.atom", |got| got.status == 200);
    let client = reqwest::Client::builder().http2_prior_knowledge().no_proxy().build().unwrap();
    let address = running.address;
    let asking = (0..200).map(|n| {
        let path = ["feeds/all.atom", "healthz", "nothing", "sources"][n % 4];
        let request = client.get(format!("http://{address}/{path}"));
        tokio::spawn(async move {
            let got = request.send().await.unwrap();
            assert_eq!(got.version(), reqwest::Version::HTTP_2);
            (path, got.status().as_u16(), got.bytes().await.unwrap())
        })
    });
    for asked in asking.collect::<Vec<_>>() {
        let (path, status, body) = asked.await.unwrap();
        assert_eq!(status, if path == "nothing" { 404 } else { 200 }, "{path}");
        assert!(path != "feeds/all.atom" || body == expected.body, "{path}");
    }
    // A stop ends the connection, and takes no longer for it.
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
}
