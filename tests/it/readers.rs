//! Readers of pages and documents keep no poll, no readiness and no other reader waiting
//! (checks R27, R35).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use wiredesk::clock::ManualClock;
use wiredesk::store::{SourcePlan, Store};
use wiredesk::web;

use crate::contract::{self, now, planned};
use crate::desk::{Desk, EVERYTHING, rss, source};
use crate::fill;
use crate::origin::Origin;

/// How readers fared.
#[derive(Default)]
struct Tally {
    over: AtomicBool,
    good: AtomicUsize,
    later: AtomicUsize,
    odd: AtomicUsize,
}

const PATHS: [&str; 6] =
    ["/", "/sources", "/feeds/all", "/feeds/all?before=9999999999999-1", "/sources?failing", "/entries/9"];

/// Asks for pages, one connection each, until it is over.
async fn fast(address: std::net::SocketAddr, nth: usize, tally: Arc<Tally>) {
    while !tally.over.load(Ordering::Relaxed) {
        let path = PATHS[nth % PATHS.len()];
        let Ok(mut stream) = TcpStream::connect(address).await else { continue };
        let request = format!("GET {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n");
        let mut got = Vec::new();
        if stream.write_all(request.as_bytes()).await.is_err() || stream.read_to_end(&mut got).await.is_err() {
            // Let go for another.
            continue;
        }
        let head = String::from_utf8_lossy(&got[..got.len().min(600)]).to_ascii_lowercase();
        let count = match () {
            () if head.starts_with("http/1.1 200") => &tally.good,
            () if head.starts_with("http/1.1 503") && head.contains("retry-after: ") => &tally.later,
            () if head.is_empty() => continue,
            () => &tally.odd,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Asks for everything at once, again and again, and hardly reads.
async fn slow(address: std::net::SocketAddr, nth: usize, tally: Arc<Tally>) {
    while !tally.over.load(Ordering::Relaxed) {
        let Ok(mut stream) = TcpStream::connect(address).await else { continue };
        let path = ["/sources", "/feeds/all.atom", "/feeds/all"][nth % 3];
        let request = format!("GET {path} HTTP/1.1\r\nHost: desk\r\n\r\n").repeat(20);
        if stream.write_all(request.as_bytes()).await.is_err() {
            continue;
        }
        let mut piece = [0; 256];
        while !tally.over.load(Ordering::Relaxed) && stream.read(&mut piece).await.is_ok_and(|n| n > 0) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn polls_and_readiness_go_on_while_a_hundred_ask_for_pages_without_end_r27_r35() {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..20));
    let first = source("a", origin.url("/a.rss"));
    let desk = Desk::new(&(first.clone() + EVERYTHING));
    desk.runs(&["poll", "--all"]);
    tokio::task::block_in_place(|| fill::many(&desk.path("desk.db"), 20_000));
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.status == 200);
    let (tally, mut readers) = (Arc::new(Tally::default()), JoinSet::new());
    for nth in 0..100 {
        match nth % 5 {
            0 | 1 => drop(readers.spawn(slow(running.address, nth / 5, Arc::clone(&tally)))),
            _ => drop(readers.spawn(fast(running.address, nth, Arc::clone(&tally)))),
        }
    }
    // All are at it before anything is asked of the desk.
    while tally.good.load(Ordering::Relaxed) < 100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut many = first;
    for n in 0..20 {
        origin.document(&format!("/{n}.rss"), rss(&format!("port{n}"), 0..5));
        many += &source(&format!("b{n}"), origin.url(&format!("/{n}.rss")));
    }
    let before = origin.requests().len();
    desk.configure(&(many + EVERYTHING));
    for _ in 0..20 {
        let ready = running.get("/readyz", &[]);
        assert_eq!((ready.status, ready.text().as_str()), (200, "ready\n"));
    }
    origin.wait_for(before + 20).await;
    tally.over.store(true, Ordering::Relaxed);
    readers.shutdown().await;
    let (good, later) = (tally.good.load(Ordering::Relaxed), tally.later.load(Ordering::Relaxed));
    eprintln!("pages: {good} had, {later} put off");
    assert_eq!(tally.odd.load(Ordering::Relaxed), 0, "pages are had, or put off with Retry-After");
    // All of them came while the readers were still at it; when is told to whoever asks.
    let figures = running.until("/metrics", |got| got.text().contains("wiredesk_sources 21\n")).text();
    let polls = figures.lines().find_map(|line| line.strip_prefix("wiredesk_poll_start_lag_seconds_count"));
    assert!(polls.is_some_and(|count| count.trim() != "0"), "{figures}");
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
}

/// A store with so many sources, of which each fifth fails.
async fn of_sources(count: usize) -> (tempfile::TempDir, Arc<dyn Store>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let store = contract::open(&path, now()).await;
    let id = |n: usize| format!("s{n:05}");
    let all: Vec<SourcePlan> = (0..count).map(|n| planned(&id(n), &format!("https://s{n}.example/"))).collect();
    store.configure(&all, &[contract::feed()], now()).await.unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute("UPDATE source SET failures = 1 WHERE no % 5 = 0", []).unwrap();
    (folder, store)
}

/// Serves a store; what stops it has to be kept.
async fn served(store: Arc<dyn Store>) -> (std::net::SocketAddr, tokio::sync::watch::Sender<bool>) {
    let public_url = "https://desk.example/".parse().unwrap();
    let site = web::Site::new(public_url);
    let desk = Arc::new(web::Desk::new(store, Arc::new(ManualClock::at(now())), site));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(web::serve(listener, desk, stopped));
    (address, stop)
}

async fn get(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut got = String::new();
    stream.read_to_string(&mut got).await.unwrap();
    got
}

/// All sources of a list, page by page.
async fn walked(address: std::net::SocketAddr, first: &str) -> Vec<Vec<String>> {
    let (mut path, mut pages) = (first.to_owned(), Vec::new());
    loop {
        let page = get(address, &path).await;
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
        let ids = page.split("<tr class=\"source\" id=\"").skip(1);
        pages.push(ids.map(|rest| rest.split('"').next().unwrap().to_owned()).collect());
        let next =
            page.split("href=\"").find(|rest| rest.contains("\">Next<") && rest.find("\">Next<") < rest.find('<'));
        match next {
            Some(link) => {
                let link = link.split('"').next().unwrap().replace("&amp;", "&");
                path = link.replace("https://desk.example", "");
            }
            None => return pages,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_shown_by_pages_each_once_and_nothing_else_grows_with_them_r35() {
    let (_small_folder, small) = of_sources(10).await;
    let (_folder, large) = of_sources(450).await;
    let ((few, _stop), (many, _stop_too)) = (served(small).await, served(large).await);
    let pages = walked(many, "/sources").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [200, 200, 50]);
    let all: Vec<String> = pages.concat();
    assert_eq!(all, (0..450).map(|n| format!("s{n:05}")).collect::<Vec<_>>());
    let failing = walked(many, "/sources?failing").await.concat();
    assert_eq!(failing.len(), 90);
    assert_eq!(walked(many, "/sources?failing&after=s00400").await.concat().len(), 10);
    // One page holds as much as the next; figures are figures.
    for path in ["/", "/metrics"] {
        let (short, long) = (get(few, path).await, get(many, path).await);
        assert!(long.len() < short.len() + 40, "{path}: {} and {} bytes", short.len(), long.len());
    }
    assert!(get(many, "/").await.contains("450 sources"));
    assert!(get(many, "/metrics").await.contains("wiredesk_sources_failing 90\n"));
    // One by its name, and names that are none.
    assert!(get(many, "/sources/s00007").await.contains("id=\"s00007\""));
    for (path, status) in [("/sources/nobody", "404"), ("/sources/%20", "404"), ("/sources?after=%22%3e", "400")] {
        assert!(get(many, path).await.starts_with(&format!("HTTP/1.1 {status}")), "{path}");
    }
}
