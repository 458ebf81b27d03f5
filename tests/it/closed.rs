//! The program from outside: what it connects to, as the kernel saw it
//! (checks B23 to B33). `WIREDESK_BINARY` names another binary to watch than
//! the one that the tests built, such as a released one.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::desk::{BINARY, Desk, EVERYTHING, source};
use crate::newsroom::NEWS;
use crate::origin::Origin;
use crate::reply::Reply;

/// Whether this machine lets a process be watched.
fn can_watch() -> bool {
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

/// The addresses of IP that calls in a trace name, with their ports.
fn peers(trace: &str) -> BTreeSet<String> {
    let calls = ["connect(", "sendto(", "sendmsg("];
    let between = |line: &str, start: &str, end: &str| {
        let from = line.find(start)? + start.len();
        Some(line[from..].split(end).next()?.to_owned())
    };
    trace
        .lines()
        .filter(|line| calls.iter().any(|call| line.contains(call)))
        .filter_map(|line| {
            let address =
                between(line, "inet_addr(\"", "\"").or_else(|| between(line, "inet_pton(AF_INET6, \"", "\""))?;
            let port = between(line, "_port=htons(", ")")?;
            Some(format!("{address} {port}"))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kernel_sees_no_connection_that_the_guard_did_not_allow_b23_b24_b26_b29_b30_b31_b32() {
    if !can_watch() {
        return eprintln!("SKIPPED: strace is missing or may not watch processes here; connections were not looked at");
    }
    let origin = Origin::start().await;
    let allowed = origin.address();
    // Listens where nothing may be asked: whoever comes would be seen here too.
    let forbidden = TcpListener::bind("127.0.0.2:0").unwrap();
    forbidden.set_nonblocking(true).unwrap();
    let port = forbidden.local_addr().unwrap().port();
    origin.set("/good", Reply::ok(NEWS));
    let closed = [
        format!("http://127.0.0.2:{port}/"),
        format!("http://2130706434:{port}/"),
        format!("http://0x7f000002:{port}/"),
        format!("http://0177.0.0.2:{port}/"),
        format!("http://127.2:{port}/"),
        format!("http://①②⑦.0.0.2:{port}/"),
        format!("http://127.0.0.2.:{port}/"),
        format!("http://[::ffff:127.0.0.2]:{port}/"),
        format!("http://[::127.0.0.2]:{port}/"),
        format!("http://[64:ff9b::7f00:2]:{port}/"),
        format!("http://[2002:7f00:2::]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        format!("http://[::1]:{port}/"),
        "http://10.0.0.1/".to_owned(),
        "http://192.168.1.1/".to_owned(),
        "http://100.64.0.1/".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://[fd00:ec2::254]/".to_owned(),
        "http://metadata.google.internal/".to_owned(),
        "http://8.8.8.8:22/".to_owned(),
    ];
    let mut sources = source("good", origin.url("/good"));
    for (n, url) in closed.iter().enumerate() {
        origin.set(&format!("/to/{n}"), Reply::redirect(302, url));
        // Several are one address to wiredesk, which wants no two sources of one.
        sources += &source(&format!("closed-{n}"), format!("{url}?{n}"));
        sources += &source(&format!("hop-{n}"), origin.url(&format!("/to/{n}")));
    }
    let desk = Desk::new(&(sources + EVERYTHING));
    let text = std::fs::read_to_string(desk.config()).unwrap();
    std::fs::write(desk.config(), text.replace("127.0.0.0/8", "127.0.0.1/32")).unwrap();
    let binary = std::env::var("WIREDESK_BINARY").unwrap_or_else(|_| BINARY.to_owned());
    let trace = desk.path("trace");
    let proxy = format!("http://127.0.0.2:{port}");
    let polled = tokio::task::block_in_place(|| {
        Command::new("strace")
            .args(["-f", "-e", "trace=network", "-o"])
            .arg(&trace)
            .args([&binary, "--json", "--config"])
            .arg(desk.config())
            .args(["poll", "--all"])
            .envs(["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"].map(|name| (name, &proxy)))
            .stdin(Stdio::null())
            .output()
            .unwrap()
    });
    let said = String::from_utf8(polled.stdout).unwrap();
    let refused = said.lines().filter(|line| line.contains("refused")).count();
    assert_eq!((refused, said.lines().count()), (2 * closed.len(), 2 * closed.len() + 1), "{said}");
    let expected = format!("{} {}", allowed.ip(), allowed.port());
    let peers = peers(&std::fs::read_to_string(&trace).unwrap());
    assert_eq!(peers, BTreeSet::from([expected]), "connections besides the allowed one");
    assert!(forbidden.accept().is_err(), "somebody came where nobody may");
    eprintln!(
        "{binary}: {} closed addresses and as many redirects to them, all refused; peers: {peers:?}",
        closed.len()
    );
}
