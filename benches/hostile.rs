//! All of B1 to B22 at once, again and again, while a hundred well-behaved
//! sources are polled by the real daemon: do those stay on time, is memory
//! bounded, is anything lost (R4, R9)?
//!
//! `cargo bench --bench hostile -- --minutes 10` prints the figures; it fails
//! only when something that was served is not stored.

#[allow(dead_code)]
#[path = "../tests/it/origin.rs"]
mod origin;
#[allow(dead_code)]
#[path = "../tests/it/reply.rs"]
mod reply;

use std::collections::HashMap;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};

use origin::Origin;
use reply::{Ending, Reply};

const GOOD: u8 = 100;
/// Each hostile case is polled at so many addresses.
const COPIES: u8 = 8;
const EVERY: Duration = Duration::from_secs(60);
/// The schedule may put a poll off by a twentieth of its interval (P26).
const SLEW: Duration = Duration::from_secs(3);

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    coder.write_all(bytes).expect("memory");
    coder.finish().expect("memory")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 1 << 16, 5, 22).write_all(bytes).expect("memory");
    out
}

fn item(n: usize, extra: &str) -> String {
    format!("<item><guid>{n}</guid><title>Entry {n}</title><link>https://x.example/{n}</link>{extra}</item>")
}

fn rss(items: &str) -> String {
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")
}

/// Every hostile answer, by the number of its check.
fn cases() -> Vec<(&'static str, Reply)> {
    let block = vec![b'x'; 64 * 1024];
    let zeros = vec![b' '; 200 << 20];
    let entities: String =
        (1..12).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE rss [<!ENTITY e0 \"ha\">{entities}]>{}", rss("<item><title>&e11;</title></item>"));
    let quadratic = format!("<!DOCTYPE rss [<!ENTITY a \"{}\">]>", "a".repeat(100_000))
        + &rss(&format!("<item><title>{}</title></item>", "&a;".repeat(10_000)));
    let external = "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>".to_owned()
        + &rss("<item><title>&x;</title></item>");
    let deep = rss(&item(1, &("<media:group>".repeat(1000) + &"</media:group>".repeat(1000))));
    let utf16: Vec<u8> = rss(&item(1, "")).encode_utf16().flat_map(u16::to_be_bytes).collect();
    let attributes = format!("<rss {}>", (0..800_000).map(|n| format!("a{n}=\"\" ")).collect::<String>());
    let prefixes = format!("<rss {}>", (0..10_000).map(|n| format!("xmlns:a{n}=\"u:{n}\" ")).collect::<String>());
    let many: String = (0..100_000).map(|n| item(n, "")).collect();
    let fields = (0..101).fold(Reply::ok("x"), |reply, n| reply.header(&format!("X-{n}"), "1"));
    let json = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":".to_owned() + &"[".repeat(100_000);
    vec![
        ("B1 endless", Reply::ok(&block).until_close().then(Ending::Repeat)),
        ("B1 announced", Reply::ok("x").declared(2 << 30)),
        ("B2 gzip bomb", Reply::ok(gzip(&zeros)).header("Content-Encoding", "gzip")),
        ("B3 brotli bomb", Reply::ok(brotli(&zeros)).header("Content-Encoding", "br")),
        ("B3 zstd", Reply::ok("x").header("Content-Encoding", "zstd")),
        ("B4 twice", Reply::ok(gzip(&gzip(b"x"))).header("Content-Encoding", "gzip, gzip")),
        ("B5 cut", Reply::ok(&gzip(rss(&item(1, "")).as_bytes())[..40]).header("Content-Encoding", "gzip")),
        ("B6 trickle", Reply::ok(rss(&item(1, ""))).trickle(Duration::from_secs(1))),
        ("B6 large trickle", Reply::ok(&block).chunked(1 << 16).then(Ending::Stall).first(60_000)),
        ("B7 silence", Reply::silence()),
        ("B7 reset", Reply::reset()),
        ("B7 hang up", Reply::hang_up()),
        ("B8 fields", fields),
        ("B8 head", Reply::ok("x").header("X-Long", vec![b'x'; 65 * 1024])),
        ("B8 1xx", Reply::raw("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000)).then(Ending::Repeat)),
        ("B9 short", Reply::ok("<rss>").declared(5000)),
        ("B10 circle", Reply::redirect(302, "?")),
        ("B10 nowhere", Reply::status(302)),
        ("B11 file", Reply::redirect(302, "file:///etc/passwd")),
        ("B12 planted", Reply::redirect(302, "http://planted:secret@127.0.0.1:1/")),
        ("B15 laughs", Reply::ok(laughs)),
        ("B15 quadratic", Reply::ok(quadratic)),
        ("B16 external", Reply::ok(external)),
        ("B17 deep", Reply::ok(deep)),
        ("B18 utf-16", Reply::ok(utf16)),
        ("B19 attributes", Reply::ok(attributes)),
        ("B19 prefixes", Reply::ok(prefixes)),
        ("B20 many", Reply::ok(rss(&many))),
        (
            "B21 title",
            Reply::ok(rss(&item(1, &format!("<description>{}</description>", "b".repeat(5 << 20)))
                .replace("Entry", &"T".repeat(200_000)))),
        ),
        ("B22 json", Reply::ok(json).header("Content-Type", "application/feed+json")),
    ]
}

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
    let mut config = "[server]\nlisten = \"127.0.0.1:0\"\n[polling]\ncontact = \"https://example.org/desk\"\n\
        allow_addresses = [\"127.0.0.0/8\"]\n[[feed]]\nid = \"all\"\ntitle = \"All\"\nbackfill = \"36500d\"\n"
        .to_owned();
    let mut add = |id: String, url: String| {
        config += &format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nschedule = \"every 60s\"\n");
    };
    let (clock, mut goods) = (SystemClock::new(), Vec::new());
    for n in 0..GOOD {
        let good = good(n, clock).await;
        add(format!("good-{n}"), good.origin.url("/feed").to_string());
        goods.push(good);
    }
    let mut hostile = Vec::new();
    for (n, (name, reply)) in cases().into_iter().enumerate() {
        // One crowd of 100,000 entries is load enough.
        for copy in 0..if name.starts_with("B20") { 1 } else { COPIES } {
            let origin = Origin::start_at(Ipv4Addr::new(127, 2, n as u8, copy + 1)).await;
            origin.set("/feed", reply.clone());
            add(format!("hostile-{n}-{copy}"), origin.url("/feed").to_string());
            hostile.push((name, origin));
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
    tokio::time::sleep(length).await;
    let peak = peak_mib(&daemon);
    let alive = daemon.try_wait().expect("a child").is_none();
    // The daemon stops well, so that what is under way is stored or given up.
    let _ = Command::new("kill").arg(daemon.id().to_string()).status();
    let ended = daemon.wait().expect("a child");
    report(&goods, &hostile, peak, &folder.path().join("wiredesk.db"));
    println!("the daemon {} and ended with {ended}", if alive { "ran on to the end" } else { "had DIED" });
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
