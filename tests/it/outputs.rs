//! Output that cannot be written, and machines that give little (checks B88, B89).

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::desk::{BINARY, Desk, EVERYTHING, free_port, rss, source};
use crate::origin::Origin;

async fn polled() -> (Origin, Desk) {
    let origin = Origin::start().await;
    origin.document("/feed", rss("news", 0..40));
    let desk = Desk::new(&(source("s", origin.url("/feed")) + EVERYTHING));
    desk.runs(&["poll", "--all"]);
    (origin, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_could_not_be_written_is_an_error() {
    let (origin, desk) = polled().await;
    std::fs::write(desk.path("feed.rss"), rss("news", 0..400)).unwrap();
    let (file, feed) = (desk.path("feed.rss").display().to_string(), origin.url("/feed").to_string());
    let commands: &[&[&str]] = &[
        &["fetch", "--json", &file],
        &["fetch", &feed],
        &["status"],
        &["status", "--json"],
        &["search", "news"],
        &["explain", "all", "1"],
        &["backtest", "all"],
        &["rematch", "all", "--json"],
        &["terms", "all"],
        &["check"],
        &["export"],
        &["poll", "--all"],
        &["verify"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        &["poll", "--help"],
        &["--version"],
    ];
    for args in commands {
        let said = desk.run(args);
        assert!(said.code == Some(0) && !said.out.is_empty(), "{args:?}: {said:?}");
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let done = tokio::task::block_in_place(|| desk.command(args).stdout(full).output().unwrap());
        let err = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{args:?}: {err}");
        assert!(err.contains("the result could not be written: No space left"), "{args:?}: {err}");
    }
    // A file that may not grow further: SIGXFSZ would end it without a word.
    let out = desk.path("out.json").display().to_string();
    let line = format!("ulimit -f 8; exec \"{BINARY}\" fetch --json \"{file}\" > \"{out}\"");
    let done = tokio::task::block_in_place(|| Command::new("sh").args(["-c", &line]).output().unwrap());
    assert_eq!(done.status.code(), Some(1), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stderr).contains("could not be written: File too large"), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_gone_away_is_no_error_b89() {
    let (_origin, desk) = polled().await;
    std::fs::write(desk.path("feed.rss"), rss("news", 0..4000)).unwrap();
    let mut child = desk
        .command(&["fetch", "--json", &desk.path("feed.rss").display().to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut few = [0; 100];
    tokio::task::block_in_place(|| {
        child.stdout.take().unwrap().read_exact(&mut few).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_reads_holds_nobody_up_b89() {
    for format in ["text", "json"] {
        let (origin, desk) = polled().await;
        let port = free_port();
        desk.listen_on(port);
        // A pipe that holds no more, and whose reader sleeps.
        let (mut reader, mut full) = std::io::pipe().unwrap();
        full.write_all(&[b'\n'; 65_536]).unwrap();
        let mut daemon =
            desk.command(&["--log-format", format, "run"]).stdout(Stdio::null()).stderr(full).spawn().unwrap();
        let get = |path: &'static str| async move {
            let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
            let asked = format!("GET {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n");
            tokio::io::AsyncWriteExt::write_all(&mut stream, asked.as_bytes()).await?;
            let mut answer = String::new();
            tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer).await?;
            Ok::<_, std::io::Error>(answer)
        };
        let up = async {
            while get("/healthz").await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), up).await.expect("it answers");
        origin.document("/feed", rss("news", 0..50));
        for path in ["/feeds/all.atom", "/readyz", "/metrics", "/sources"] {
            let answer = tokio::time::timeout(Duration::from_secs(30), get(path)).await;
            assert!(answer.expect("nobody waits for the log").unwrap().starts_with("HTTP/1.1 200"), "{path}");
        }
        Command::new("kill").arg(daemon.id().to_string()).status().unwrap();
        let ended = tokio::task::spawn_blocking(move || daemon.wait().unwrap());
        let status = tokio::time::timeout(Duration::from_secs(20), ended).await.expect("it stops").unwrap();
        assert_eq!(status.code(), Some(0), "{format}");
        let mut held = [0; 65_536];
        reader.read_exact(&mut held).unwrap();
        assert!(held.iter().all(|byte| *byte == b'\n'), "it was full to the end");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_few_descriptors_the_daemon_runs_or_ends_with_a_word_b88() {
    for limit in [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 24, 32, 48] {
        let (_origin, desk) = polled().await;
        let line = format!("ulimit -n {limit}; exec \"$0\" --config \"$1\" run");
        let mut daemon = Command::new("sh")
            .args(["-c", &line, BINARY])
            .arg(desk.config())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let id = daemon.id();
        let mut stderr = daemon.stderr.take().unwrap();
        let said = tokio::task::spawn_blocking(move || {
            let mut said = String::new();
            stderr.read_to_string(&mut said).unwrap();
            said
        });
        tokio::time::sleep(Duration::from_millis(700)).await;
        let early = daemon.try_wait().unwrap();
        if early.is_none() {
            Command::new("kill").arg(id.to_string()).status().unwrap();
        }
        let ended = tokio::task::block_in_place(|| daemon.wait().unwrap());
        let said = said.await.unwrap();
        match early {
            Some(status) => assert!(matches!(status.code(), Some(1 | 2)), "{limit}: {status:?}: {said}"),
            None => assert_eq!(ended.code(), Some(0), "{limit}: {said}"),
        }
        assert!(!said.trim().is_empty(), "{limit}: not a word");
        if early.is_none() && limit >= 24 {
            assert!(said.contains("wiredesk is running"), "{limit}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_may_not_grow_is_told_of_and_served_on_r12() {
    let (origin, desk) = polled().await;
    origin.document("/feed", rss("news", 0..2000));
    let size = std::fs::metadata(desk.path("desk.db")).unwrap().len() / 512 + 64;
    let line = format!("ulimit -f {size}; exec \"{BINARY}\" --config \"$0\" poll --all");
    let config = desk.config();
    let done = tokio::task::block_in_place(|| Command::new("sh").args(["-c", &line]).arg(&config).output().unwrap());
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("not stored") || said.contains("disk I/O error"), "{said}");
    desk.runs(&["verify"]);
    let store = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    store.execute_batch("UPDATE source SET lease_until_at = 0; DELETE FROM turn").unwrap();
    desk.runs(&["poll", "--all"]);
    let stored = desk.runs(&["status", "--json"]).json()[0]["store"]["entries"].as_u64().unwrap();
    assert_eq!(stored, 2000);
}
