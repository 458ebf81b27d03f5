//! Readers of pages and documents beside polls: 1,000 slow ones and 200 fast ones ask the
//! real daemon for everything while a hundred sources are polled. Are polls on time, is
//! readiness told at once (R27, R35)? And what do pages cost as sources grow?
//!
//! `cargo bench --bench readers -- --entries 1000000 --seconds 180` prints the figures;
//! without arguments, 60,000 entries and a minute and a half.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

#[allow(dead_code)]
#[path = "../tests/it/fill.rs"]
mod fill;
#[allow(dead_code)]
#[path = "../tests/it/origin.rs"]
mod origin;
#[allow(dead_code)]
#[path = "../tests/it/reply.rs"]
mod reply;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use wiredesk::clock::{Clock, SystemClock, Timestamp};
use wiredesk::model::{Host, NextPoll, SourceId};
use wiredesk::store::{Location, Opening, SourcePlan, open};
use wiredesk::web;

use origin::Origin;
use reply::Reply;

const SOURCES: u8 = 100;
const SLOW: usize = 1000;
const FAST: usize = 200;
const EVERY: Duration = Duration::from_secs(60);
/// The schedule may put a poll off by a twentieth of its interval (P26).
const SLEW: Duration = Duration::from_secs(3);

fn argument(name: &str, usual: u64) -> u64 {
    let arguments: Vec<String> = std::env::args().collect();
    let at = arguments.iter().position(|a| a == name);
    at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(usual)
}

fn rss(last: usize) -> String {
    let item = |n: usize| {
        format!("<item><guid>{n}</guid><title>Entry {n}</title><description>Copy of {n}</description></item>")
    };
    let items: String = (last.saturating_sub(19).max(1)..=last).rev().map(item).collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")
}

/// What a server was asked, and when.
async fn source(n: u8, clock: SystemClock) -> (Origin, Arc<Mutex<Vec<Duration>>>) {
    let origin = Origin::start_at(Ipv4Addr::new(127, 1, 0, n + 1)).await;
    let asked: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let noted = Arc::clone(&asked);
    origin.script("/feed", move |_| {
        let mut asked = noted.lock().expect("no panics");
        asked.push(clock.elapsed());
        Reply::ok(rss(asked.len()))
    });
    (origin, asked)
}

fn spread(mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let Some(last) = took.len().checked_sub(1) else { return "none".to_owned() };
    let at = |share: f64| took[(last as f64 * share).round() as usize].as_secs_f64() * 1e3;
    format!("{} times, p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms", took.len(), at(0.5), at(0.99), at(1.0))
}

async fn get(address: SocketAddr, path: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut got = Vec::new();
    stream.read_to_end(&mut got).await?;
    Ok(got)
}

#[derive(Default)]
struct Tally {
    over: AtomicBool,
    good: AtomicUsize,
    later: AtomicUsize,
    cut: AtomicUsize,
    took: Mutex<Vec<Duration>>,
}

const PATHS: [&str; 7] = [
    "/",
    "/sources",
    "/feeds/all",
    "/feeds/all.atom",
    "/feeds/all.atom?before=9999999999999-1",
    "/entries/9",
    "/metrics",
];

async fn fast(address: SocketAddr, nth: usize, tally: Arc<Tally>) {
    let clock = SystemClock::new();
    while !tally.over.load(Ordering::Relaxed) {
        let began = clock.elapsed();
        let count = match get(address, PATHS[nth % PATHS.len()]).await {
            Ok(got) if got.starts_with(b"HTTP/1.1 200") => {
                tally.took.lock().expect("no panics").push(clock.elapsed() - began);
                &tally.good
            }
            Ok(got) if got.starts_with(b"HTTP/1.1 503") => &tally.later,
            _ => &tally.cut,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Asks for twenty answers at once and takes 2.5 KB a second of them.
async fn slow(address: SocketAddr, nth: usize, tally: Arc<Tally>) {
    while !tally.over.load(Ordering::Relaxed) {
        let Ok(mut stream) = TcpStream::connect(address).await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let request = format!("GET {} HTTP/1.1\r\nHost: desk\r\n\r\n", PATHS[nth % PATHS.len()]).repeat(20);
        let mut piece = [0; 512];
        let mut open = stream.write_all(request.as_bytes()).await.is_ok();
        while open && !tally.over.load(Ordering::Relaxed) {
            open = stream.read(&mut piece).await.is_ok_and(|n| n > 0);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// A figure of the delays of polls.
async fn figure(address: SocketAddr, name: &str) -> u64 {
    let figures = String::from_utf8_lossy(&get(address, "/metrics").await.expect("figures")).into_owned();
    let line = format!("wiredesk_poll_start_lag_seconds{name} ");
    figures.lines().find_map(|l| l.strip_prefix(&line)?.parse().ok()).unwrap_or_default()
}

fn start(binary: &str, config: &Path) -> (Child, SocketAddr) {
    let mut daemon = Command::new(binary)
        .args(["--log-format", "json", "--config"])
        .arg(config)
        .arg("run")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the daemon starts");
    let mut lines = BufReader::new(daemon.stderr.take().expect("a pipe")).lines();
    let line = lines.find_map(|line| line.ok().filter(|line| line.contains("wiredesk is running"))).expect("it runs");
    std::thread::spawn(move || lines.for_each(drop));
    let told: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let address = told["address"].as_str().and_then(|a| a.parse().ok()).expect("an address");
    (daemon, address)
}

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for sources in [500, 5_000, 50_000] {
            growth(sources).await;
        }
        beside_readers(argument("--entries", 60_000), Duration::from_secs(argument("--seconds", 90))).await;
    });
}

/// What pages cost with so many sources.
async fn growth(sources: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let now = Timestamp::from_millis(1_795_392_000_000);
    let at = Location::Sqlite(folder.path().join("a.db"));
    let store = open(&at, Opening::Work, now).await.expect("a store");
    let planned: Vec<SourcePlan> = (0..sources)
        .map(|n| SourcePlan {
            source: SourceId::new(&format!("s{n:06}")).expect("a slug"),
            url: format!("https://s{n}.example/"),
            host: Host { name: format!("s{n}.example"), proxy: String::new() },
            first: NextPoll { at: now, because: "first poll".to_owned() },
            interval: EVERY,
            budgets: Default::default(),
        })
        .collect();
    store.configure(&planned, &[], now).await.expect("configured");
    let public_url = "https://desk.example/".parse().expect("an address");
    let site = web::Site::new(public_url);
    let desk = Arc::new(web::Desk::new(store, Arc::new(SystemClock::new()), site));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(web::serve(listener, desk, stopped));
    for path in ["/", "/sources", "/sources?failing", "/metrics"] {
        let (mut took, mut bytes) = (Vec::new(), 0);
        for _ in 0..100 {
            let clock = SystemClock::new();
            bytes = get(address, path).await.expect("an answer").len();
            took.push(clock.elapsed());
        }
        println!("{sources} sources, {path}: {bytes} bytes, {}", spread(took));
    }
}

async fn beside_readers(entries: u64, length: Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite:desk.db\"\n[polling]\n\
        contact = \"https://example.org/desk\"\nallow_addresses = [\"127.0.0.0/8\"]\n\
        [[feed]]\nid = \"all\"\ntitle = \"All\"\ncontent = \"full\"\nbackfill = \"36500d\"\n"
        .to_owned();
    let (clock, mut all) = (SystemClock::new(), Vec::new());
    for n in 0..SOURCES {
        let (origin, asked) = source(n, clock).await;
        let url = origin.url("/feed");
        config +=
            &format!("[[source]]\nid = \"s{n}\"\nurl = \"{url}\"\nschedule = \"every 60s\"\nrepublish = \"full\"\n");
        all.push((origin, asked));
    }
    let path = folder.path().join("wiredesk.toml");
    std::fs::write(&path, config).expect("a file");
    let binary = std::env::var("WIREDESK_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_wiredesk").to_owned());
    let polled = Command::new(&binary).arg("--config").arg(&path).args(["poll", "s0"]).output().expect("it runs");
    assert!(polled.status.success(), "{polled:?}");
    fill::many(&folder.path().join("desk.db"), entries as i64);
    let (mut daemon, address) = start(&binary, &path);
    println!(
        "{entries} entries, {SOURCES} sources every {EVERY:?}, {SLOW} slow and {FAST} fast readers, for {length:?}"
    );
    // What was due while the store was filled is late by that.
    while figure(address, "_count").await < u64::from(SOURCES) - 1 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (before, on_time_before) = (figure(address, "_count").await, figure(address, "_bucket{le=\"5\"}").await);
    let (tally, mut readers) = (Arc::new(Tally::default()), JoinSet::new());
    for nth in 0..SLOW {
        readers.spawn(slow(address, nth, Arc::clone(&tally)));
    }
    for nth in 0..FAST {
        readers.spawn(fast(address, nth, Arc::clone(&tally)));
    }
    let (mut ready, mut not_ready) = (Vec::new(), BTreeMap::<String, usize>::new());
    let clock = SystemClock::new();
    while clock.elapsed() < length {
        let began = clock.elapsed();
        match get(address, "/readyz").await {
            Ok(got) if got.starts_with(b"HTTP/1.1 200") => ready.push(clock.elapsed() - began),
            Ok(got) => *not_ready.entry(String::from_utf8_lossy(&got).into_owned()).or_default() += 1,
            Err(error) => *not_ready.entry(error.to_string()).or_default() += 1,
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tally.over.store(true, Ordering::Relaxed);
    readers.shutdown().await;
    println!("/readyz: {}; otherwise {not_ready:?}", spread(ready));
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let (good, later, cut) = (count(&tally.good), count(&tally.later), count(&tally.cut));
    println!("pages and documents of fast readers: {good} had, {later} put off, {cut} cut off");
    println!("  had within: {}", spread(std::mem::take(&mut *tally.took.lock().expect("no panics"))));
    let lags = all.iter().flat_map(|(_, asked)| {
        let asked = asked.lock().expect("no panics");
        asked.windows(2).map(|two| (two[1] - two[0]).saturating_sub(EVERY)).collect::<Vec<_>>()
    });
    println!("polls beyond their interval (slew of up to {SLEW:?} included): {}", spread(lags.collect()));
    let polls = figure(address, "_count").await - before;
    let late = polls - (figure(address, "_bucket{le=\"5\"}").await - on_time_before);
    println!("  {polls} polls by the desk's own count; started later than 5 s: {late}");
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.id())).unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("no peak is known"));
    let _ = Command::new("kill").arg(daemon.id().to_string()).status();
    println!("the daemon ended with {}", daemon.wait().expect("a child"));
}
