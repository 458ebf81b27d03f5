//! All that a hostile publisher can send, at once, again and again, while a hundred
//! well-behaved sources are polled by the real daemon and forty clients read its
//! pages: do the good ones stay on time, is memory bounded, is anything lost (R4,
//! R9), is each hostile one named, does the daemon end when it is told to?
//!
//! `cargo bench --bench hostile -- --minutes 10` prints the figures; it fails
//! only when something that was served is not stored.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

#[allow(dead_code)]
#[path = "../../tests/it/origin.rs"]
mod origin;
#[allow(dead_code)]
#[path = "../../tests/it/reply.rs"]
mod reply;

mod cases;
mod documents;
mod readers;

use std::collections::{BTreeSet, HashMap};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};

use cases::{cases, item, rss};
use documents::documents;
use origin::Origin;
use readers::Readers;
use reply::Reply;

const GOOD: u8 = 100;
/// Each hostile response is polled at so many addresses,
const COPIES: u8 = 8;
/// and each hostile document at so many.
const DOCUMENTS: u8 = 2;
/// Clients that read pages, and as many that ask and never read.
const READERS: usize = 40;
const EVERY: Duration = Duration::from_secs(60);
/// The schedule may put a poll off by a twentieth of its interval (P26).
const SLEW: Duration = Duration::from_secs(3);

/// What a good source serves: a window of twenty, one further with each poll.
struct Good {
    origin: Origin,
    asked: Arc<Mutex<Vec<Duration>>>,
}

async fn good(n: u8, clock: SystemClock) -> Good {
    let origin = Origin::start_at(Ipv4Addr::new(127, 1, 0, n + 1)).await;
    let asked: Arc<Mutex<Vec<Duration>>> = Arc::default();
    let noted = Arc::clone(&asked);
    origin.script("/feed", move |_| {
        let mut asked = noted.lock().expect("no panics");
        asked.push(clock.elapsed());
        let last = asked.len();
        Reply::ok(rss(&(last.saturating_sub(19).max(1)..=last).rev().map(|n| item(n, "")).collect::<String>()))
    });
    Good { origin, asked }
}

fn percentile(sorted: &[Duration], share: f64) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

/// The peak of resident memory, in MiB.
fn peak_mib(daemon: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", daemon.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
}

fn count(store: &Path, query: &str) -> i64 {
    let store = rusqlite::Connection::open(store).expect("the store opens");
    store.query_row(query, [], |row| row.get(0)).expect("the store answers")
}

/// An address of this machine that nothing listens on.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::new(127, 3, 0, 1), 0)).expect("a free port");
    listener.local_addr().expect("an address")
}

/// What the log says of each hostile source: the first warning or failure that names it.
fn names(log: &str) {
    println!("what the operator reads, once a hostile source:");
    let sources: BTreeSet<&str> = log
        .split("source.id=")
        .skip(1)
        .filter_map(|rest| rest.split([' ', '"', '\n']).find(|word| !word.is_empty()))
        .filter(|id| !id.starts_with("good") && id.ends_with("-0"))
        .collect();
    for id in sources {
        let line = log.lines().find(|line| line.contains("WARN") && line.contains(id)).unwrap_or("(nothing)");
        println!("  {id:<14} {}", line.chars().take(240).collect::<String>());
    }
}

fn seconds() -> u64 {
    let arguments: Vec<String> = std::env::args().collect();
    let after =
        |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1)?.parse().ok());
    after("--seconds").or(after("--minutes").map(|minutes: u64| minutes * 60)).unwrap_or(600)
}

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(run(Duration::from_secs(seconds())));
}

async fn run(length: Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    let address = free_address();
    let mut config = format!(
        "[server]\nlisten = \"{address}\"\n[polling]\ncontact = \"https://example.org/desk\"\n\
        allow_addresses = [\"127.0.0.0/8\"]\n[[feed]]\nid = \"all\"\ntitle = \"All\"\nbackfill = \"36500d\"\n"
    );
    let mut add = |id: String, url: String, lines: &str| {
        config += &format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nschedule = \"every 60s\"\n{lines}");
    };
    let (clock, mut goods) = (SystemClock::new(), Vec::new());
    for n in 0..GOOD {
        let good = good(n, clock).await;
        add(format!("good-{n}"), good.origin.url("/feed").to_string(), "");
        goods.push(good);
    }
    let mut hostile = Vec::new();
    for (n, (name, reply)) in cases().into_iter().enumerate() {
        // One crowd of 100,000 entries is load enough.
        for copy in 0..if name.starts_with("B20") { 1 } else { COPIES } {
            let origin = Origin::start_at(Ipv4Addr::new(127, 2, n as u8, copy + 1)).await;
            origin.set("/feed", reply.clone());
            add(format!("hostile-{n}-{copy}"), origin.url("/feed").to_string(), "");
            hostile.push((name, origin));
        }
    }
    for (n, one) in documents().into_iter().enumerate() {
        for copy in 0..DOCUMENTS {
            let origin = Origin::start_at(Ipv4Addr::new(127, 4, n as u8, copy + 1)).await;
            (one.serve)(&origin);
            add(format!("document-{n}-{copy}"), origin.url("/feed").to_string(), one.lines);
            hostile.push((one.name, origin));
        }
    }
    let path = folder.path().join("wiredesk.toml");
    std::fs::write(&path, config).expect("a file");
    let log = std::fs::File::create(folder.path().join("log")).expect("a file");
    let binary = std::env::var("WIREDESK_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_wiredesk").to_owned());
    println!("{} good sources and {} hostile ones every {EVERY:?}, for {length:?}", GOOD, hostile.len());
    let mut daemon = Command::new(&binary)
        .arg("--config")
        .arg(&path)
        .arg("run")
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("the daemon starts");
    let readers = Readers::start(address, READERS);
    tokio::time::sleep(length).await;
    let seen = tokio::task::spawn_blocking(|| readers.end()).await.expect("no panics");
    let peak = peak_mib(&daemon);
    let alive = daemon.try_wait().expect("a child").is_none();
    // The daemon stops well, so that what is under way is stored or given up.
    let told = clock.elapsed();
    let _ = Command::new("kill").arg(daemon.id().to_string()).status();
    let ended = daemon.wait().expect("a child");
    let took = clock.elapsed() - told;
    report(&goods, &hostile, peak, &folder.path().join("wiredesk.db"));
    println!(
        "pages: {} answered beside {READERS} clients that never read; /readyz took p50 {:.2?}, p99 {:.2?}, most {:.2?}",
        seen.pages,
        percentile(&seen.ready, 0.5),
        percentile(&seen.ready, 0.99),
        percentile(&seen.ready, 1.0)
    );
    println!(
        "the daemon {} and ended with {ended}, {took:.2?} after it was told to (goal 10 s)",
        if alive { "ran on to the end" } else { "had DIED" }
    );
    let told = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
    names(&told);
    assert!(
        alive,
        "the daemon died; its log: {}",
        std::fs::read_to_string(folder.path().join("log")).unwrap_or_default()
    );
}

fn report(goods: &[Good], hostile: &[(&str, Origin)], peak: f64, store: &Path) {
    let mut lags: Vec<Duration> = Vec::new();
    let mut served = 0;
    for good in goods {
        let asked = good.asked.lock().expect("no panics");
        served += asked.len();
        lags.extend(asked.windows(2).map(|two| (two[1] - two[0]).saturating_sub(EVERY)));
    }
    lags.sort_unstable();
    let late = lags.iter().filter(|lag| **lag > SLEW + Duration::from_secs(5)).count();
    let p = |share| percentile(&lags, share);
    println!(
        "good sources: {served} polls; beyond their interval (slew of up to {SLEW:?} included) p50 {:.2?}, p99 {:.2?}, \
         most {:.2?}; later than 5 s: {late} (goal: p99 within 5 s)",
        p(0.5),
        p(0.99),
        p(1.0)
    );
    println!("peak of resident memory: {peak:.0} MiB (goal 256)");
    let mut asked: HashMap<&str, usize> = HashMap::new();
    for (name, origin) in hostile {
        *asked.entry(name).or_default() += origin.requests().len();
    }
    let mut asked: Vec<_> = asked.into_iter().collect();
    asked.sort_unstable();
    println!("hostile polls: {asked:?}");
    let stored =
        count(store, "SELECT count(*) FROM entry e JOIN source s ON s.no = e.source_no WHERE s.id LIKE 'good-%'");
    let crowd =
        count(store, "SELECT count(*) FROM entry e JOIN source s ON s.no = e.source_no WHERE s.id NOT LIKE 'good-%'");
    println!("entries of good sources: {served} served, {stored} stored; of hostile ones: {crowd}");
    let lost = served as i64 - stored;
    // What was on its way when the daemon was told to stop may come again.
    assert!(lost <= goods.len() as i64 / 4, "{lost} entries were lost");
    println!("polls by outcome:");
    let store = rusqlite::Connection::open(store).expect("the store opens");
    let mut tally = store.prepare("SELECT kind, polls FROM tally ORDER BY kind").expect("a table");
    let rows = tally.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?))).expect("rows");
    for (kind, polls) in rows.flatten() {
        println!("  {kind:<14} {polls}");
    }
}
