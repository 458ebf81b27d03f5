use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

use super::shelf::{DocumentKey, Served};
use super::stall::Tolerance;
use super::*;
use crate::clock::{Clock, ManualClock, Timestamp};
use crate::config::ListenAt;
use crate::model::FeedId;
use crate::publish::rendered::{Rendered, Variant};
use crate::publish::{Channel, ContentLevel, OutputFormat};
use crate::store::{Location, Opening, open};

const FORMAT: OutputFormat = OutputFormat::Atom;

fn feed() -> FeedId {
    FeedId::new("city").unwrap()
}

fn key() -> DocumentKey {
    DocumentKey::newest(&feed(), FORMAT)
}

/// A desk with one feed, which is empty, and a store of its own.
pub async fn desk(folder: &tempfile::TempDir) -> Arc<Desk> {
    timed(folder).await.0
}

/// A desk with its clock, which stands at a full second.
async fn timed(folder: &tempfile::TempDir) -> (Arc<Desk>, Arc<ManualClock>) {
    let now = Timestamp::from_millis(1_795_392_000_000);
    let store = open(&Location::Sqlite(folder.path().join("a.db")), Opening::Work, now).await.unwrap();
    store.configure(&Vec::new(), &[feed()], now).await.unwrap();
    let clock = Arc::new(ManualClock::at(now));
    (Arc::new(Desk::new(store, clock.clone(), site("City"))), clock)
}

fn site(title: &str) -> Site {
    let public_url: Url = "https://desk.example/wire/".parse().unwrap();
    let feeds = vec![shown(feed(), title)];
    Site { feeds, ..Site::new(public_url) }
}

fn shown(id: FeedId, title: &str) -> ShownFeed {
    let public_url: Url = "https://desk.example/wire/".parse().unwrap();
    let channel = Channel { content: ContentLevel::Full, ..Channel::new(id, title, public_url) };
    ShownFeed { channel, size: 5 }
}

/// The document as a reader gets it who has one of the date `since`.
fn asked(desk: &Desk, since: Option<Timestamp>) -> answer::Answer {
    let mut fields = hyper::HeaderMap::new();
    if let Some(since) = since {
        fields.insert(hyper::header::IF_MODIFIED_SINCE, since.http_date().parse().unwrap());
    }
    let served = desk.shelf.of(&key()).unwrap();
    answer::document(&hyper::Method::GET, &fields, &served, desk.clock.now())
}

fn modified(answer: &answer::Answer) -> Option<Timestamp> {
    let field = answer.headers().get(hyper::header::LAST_MODIFIED)?;
    Timestamp::from_http_date(field.to_str().unwrap())
}

/// Whatever date a reader remembers, that of the document or that of the answer,
/// no later document hides behind it; and no date is one to come.
#[tokio::test]
async fn changes_within_one_second_hide_behind_no_date_o23_o27() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, clock) = timed(&folder).await;
    let mut remembered: Vec<(u32, Timestamp)> = Vec::new();
    for version in 0..12 {
        desk.set_site(site(&format!("City {version}")));
        desk.render(&feed()).await.unwrap();
        // At once, in the same second, and at the turn of it.
        for wait in [0, 120, 230] {
            clock.advance(Duration::from_millis(wait));
            let (now, got) = (clock.now(), asked(&desk, None));
            assert!(modified(&got).is_none_or(|at| at <= now), "{version}: ahead of {now}");
            for (held, date) in &remembered {
                let fresh = asked(&desk, Some(*date)).status() == StatusCode::NOT_MODIFIED;
                assert!(!fresh || *held == version, "version {version} hides behind {date}, the date of {held}");
            }
            remembered.extend(modified(&got).map(|at| (version, at)));
            remembered.push((version, Timestamp::from_millis(now.seconds() * 1000)));
        }
    }
    clock.advance(Duration::from_secs(2));
    let at = modified(&asked(&desk, None)).expect("it is dated once its second has come");
    assert_eq!(asked(&desk, Some(at)).status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_clock_that_is_set_back_hides_no_document_o23_o27() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, clock) = timed(&folder).await;
    let now = clock.now();
    for ahead in [Duration::from_secs(600), Duration::from_secs(400 * 86_400)] {
        clock.step_to(now.plus(ahead));
        desk.set_site(site(&format!("City in {ahead:?}")));
        desk.render(&feed()).await.unwrap();
        clock.advance(Duration::from_secs(3));
        let held = modified(&asked(&desk, None)).unwrap();
        clock.step_to(now);
        assert!(modified(&asked(&desk, None)).is_none(), "no date to come is told");
        desk.set_site(site("City"));
        desk.render(&feed()).await.unwrap();
        assert_eq!(asked(&desk, Some(held)).status(), StatusCode::OK, "{ahead:?}");
    }
    // A date of a year ahead is not carried on: the next change has one to tell.
    clock.advance(Duration::from_secs(1));
    assert!(modified(&asked(&desk, None)).is_some());
}

/// A server, its address, and what stops it when dropped.
async fn serving(desk: Arc<Desk>, limits: Limits) -> (std::net::SocketAddr, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(serve_within(listener, desk, stopped, limits));
    (address, stop)
}

pub async fn get(address: std::net::SocketAddr, path: &str, fields: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n{fields}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(30), read).await.expect("an answer in time").unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn etag(answer: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix("etag: "));
    line.unwrap_or_else(|| panic!("no etag in {answer}")).to_owned()
}

#[tokio::test]
async fn b151_a_desk_that_can_read_no_document_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder).await;
    let (address, _stop) = serving(Arc::clone(&desk), Limits::default()).await;
    desk.set_impediment(Some("no document can be read".to_owned()));
    let answer = get(address, "/readyz", "").await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("no document can be read"), "{answer}");
    desk.set_impediment(None);
    assert!(get(address, "/readyz", "").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_slow_head_costs_no_one_else_their_turn_b75() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { head: Duration::from_millis(50), connections: 1, ..Limits::default() };
    let (address, _stop) = serving(desk(&folder).await, limits).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    // The only turn is taken until the head's time is over.
    assert!(get(address, "/healthz", "").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn idle_connections_lock_nobody_out_and_the_longest_idle_goes_first_b75() {
    let folder = tempfile::tempdir().unwrap();
    // No time limit helps here: only who is idle may tell.
    let limits = Limits { head: Duration::from_secs(600), connections: 8, ..Limits::default() };
    let (address, _stop) = serving(desk(&folder).await, limits).await;
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    // The first one says something, so that it is not the longest idle.
    idle[0].write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = [0; 12];
    idle[0].read_exact(&mut answer).await.unwrap();
    for _ in 0..20 {
        assert!(get(address, "/healthz", "").await.starts_with("HTTP/1.1 200"));
    }
    let mut end = Vec::new();
    assert_eq!(idle[1].read_to_end(&mut end).await.unwrap_or(0), 0, "the longest idle was closed");
    idle[0].write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    idle[0].read_to_end(&mut end).await.unwrap();
    assert!(String::from_utf8_lossy(&end).contains("HTTP/1.1 200"), "the one that was heard stays");
}

#[tokio::test]
async fn whoever_asks_and_never_reads_is_let_go_b75() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder).await;
    // More than the socket buffers of both ends hold.
    let variant = || Variant { bytes: vec![b'x'; 64 << 20].into(), etag: "\"x\"".into() };
    let (plain, gzip, brotli) = (variant(), variant(), variant());
    desk.shelf.put(&key(), Arc::new(Served::undated(FORMAT, Rendered { plain, gzip, brotli })), desk.clock.now());
    let patience = Tolerance { stall: Duration::from_millis(50), ..Limits::default().patience };
    let limits = Limits { patience, connections: 1, ..Limits::default() };
    let (address, _stop) = serving(desk, limits).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /feeds/city.atom HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    assert!(get(address, "/healthz", "").await.starts_with("HTTP/1.1 200"));
    drop(idle);
}

#[tokio::test]
async fn a_feed_not_on_the_shelf_is_made_once_and_put_there_o22_o23() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder).await;
    let (address, _stop) = serving(Arc::clone(&desk), Limits::default()).await;
    assert!(desk.shelf.of(&key()).is_none());
    let first = get(address, "/feeds/city.atom", "").await;
    assert!(first.starts_with("HTTP/1.1 200") && first.contains("<title>City</title>"), "{first}");
    assert!(desk.shelf.of(&key()).is_some());
    for path in ["/feeds/city.atom", "/feeds/city.atom?utm_source=reader"] {
        assert_eq!(etag(&get(address, path, "").await), etag(&first), "{path}");
    }
}

#[tokio::test]
async fn a_feed_is_made_while_another_is_and_once_for_all_who_ask_r35() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder).await;
    let other = FeedId::new("ports").unwrap();
    let feeds = vec![shown(feed(), "City"), shown(other.clone(), "Ports")];
    desk.set_site(Site { feeds, ..site("City") });
    let (address, _stop) = serving(Arc::clone(&desk), Limits::default()).await;
    // One that takes long, as long as this is held.
    let making = desk.making.of(&feed());
    let held = making.lock().await;
    desk.render(&other).await.unwrap();
    assert!(get(address, "/feeds/ports.atom", "").await.starts_with("HTTP/1.1 200"));
    let asking = get(address, "/feeds/city.atom", "");
    let late = asking.await;
    assert!(late.starts_with("HTTP/1.1 503") && late.contains("retry-after: 5"), "{late}");
    // Those who wait get the very same document.
    let of = shown(feed(), "City");
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let (desk, of) = (Arc::clone(&desk), of.clone());
            tokio::spawn(async move { desk.subscription(&of, FORMAT).await.unwrap() })
        })
        .collect();
    drop(held);
    for served in waiting {
        assert!(Arc::ptr_eq(&served.await.unwrap(), &desk.shelf.of(&key()).unwrap()));
    }
    assert!(get(address, "/feeds/city.atom", "").await.starts_with("HTTP/1.1 200"));
}

/// A feed that goes from the configuration and comes back while it is made has one maker
/// all the same: what was made by the configuration of before does not come last.
#[tokio::test]
async fn b154_a_feed_that_comes_back_is_not_made_twice_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder).await;
    let making = desk.making.of(&feed());
    let held = making.lock().await;
    desk.set_site(Site { feeds: Vec::new(), ..site("City") });
    desk.set_site(site("City, renamed"));
    let rendering = tokio::spawn({
        let desk = Arc::clone(&desk);
        async move { desk.render(&feed()).await }
    });
    let waits = Arc::clone(&making);
    // It waits for who is at it, by the very same turn.
    while Arc::strong_count(&waits) < 3 {
        assert!(!rendering.is_finished(), "two make it at once");
        tokio::task::yield_now().await;
    }
    drop(held);
    rendering.await.unwrap().unwrap();
    let served = desk.shelf.of(&key()).unwrap();
    assert!(
        String::from_utf8_lossy(&served.encoded(crate::publish::rendered::Coding::Identity).bytes)
            .contains("City, renamed")
    );
    // Nothing is kept of what nobody makes.
    drop((making, waits));
    desk.making.of(&FeedId::new("other").unwrap());
    assert!(!desk.making.knows(&feed()));
}

/// All places are taken by those whose answers are being made.
#[tokio::test(flavor = "multi_thread")]
async fn b152_a_thousand_who_come_at_once_are_each_answered() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder).await;
    let listener = listen(&[ListenAt::Tcp("127.0.0.1:0".parse().unwrap())]).unwrap();
    let address = listener.address().unwrap();
    let (_stop, stopped) = watch::channel(false);
    let limits = Limits { connections: 4, wait: Duration::ZERO, ..Limits::default() };
    let making = desk.making.of(&feed());
    let held = making.lock().await;
    let mut busy: Vec<TcpStream> = Vec::new();
    // They are in the kernel's line before anybody is let in, and so is whoever comes.
    for _ in 0..4 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /feeds/city.atom HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        busy.push(stream);
    }
    let mut coming = tokio::task::JoinSet::new();
    for _ in 0..1000 {
        coming.spawn(async move { TcpStream::connect(address).await });
    }
    let come = coming.join_all().await;
    tokio::spawn(serve_within(listener, Arc::clone(&desk), stopped, limits));
    let mut asking = tokio::task::JoinSet::new();
    for stream in come {
        let mut stream = stream.expect("a line for all who come at once");
        asking.spawn(async move {
            let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
            let mut answer = Vec::new();
            let read = stream.read_to_end(&mut answer);
            tokio::time::timeout(Duration::from_secs(30), read).await.expect("an answer").unwrap();
            String::from_utf8_lossy(&answer).into_owned()
        });
    }
    let answers = asking.join_all().await;
    let later = |answer: &&String| answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 5");
    assert_eq!(answers.len(), 1000);
    assert!(answers.iter().filter(later).count() > 900, "{:?}", answers.first());
    let odd = answers.iter().find(|answer| !later(answer) && !answer.starts_with("HTTP/1.1 200"));
    assert_eq!(odd, None);
    drop(held);
    // Who was at work stayed.
    for mut stream in busy {
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, *b"HTTP/1.1 200");
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_had_in_time_is_put_off_and_health_and_feeds_are_not_r35() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder).await;
    desk.render(&feed()).await.unwrap();
    let (address, _stop) = serving(Arc::clone(&desk), Limits::default()).await;
    // As many pages are being made as may be.
    let mut turns = Vec::new();
    for _ in 0..crate::limits::PAGES_AT_ONCE.count() {
        turns.push(desk.pages.turn().await);
    }
    let paths = ["/", "/sources", "/metrics", "/feeds/city", "/entries/1", "/feeds/city.atom?before=5-5"];
    let put_off: Vec<_> = paths.iter().map(|path| tokio::spawn(get(address, path, ""))).collect();
    for path in ["/readyz", "/healthz", "/feeds/city.atom", "/feeds/city.atom?utm_source=x", "/style.css"] {
        assert!(get(address, path, "").await.starts_with("HTTP/1.1 200"), "{path}");
    }
    assert!(put_off.iter().all(|page| !page.is_finished()), "none of these waited for a page");
    for (path, page) in paths.iter().zip(put_off) {
        let page = page.await.unwrap();
        assert!(page.starts_with("HTTP/1.1 503") && page.contains("retry-after: 5"), "{path}: {page}");
    }
    drop(turns);
    assert!(get(address, "/", "").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn whoever_reads_next_to_nothing_for_long_is_let_go_b75() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder).await;
    let variant = || Variant { bytes: vec![b'x'; 64 << 20].into(), etag: "\"x\"".into() };
    let (plain, gzip, brotli) = (variant(), variant(), variant());
    desk.shelf.put(&key(), Arc::new(Served::undated(FORMAT, Rendered { plain, gzip, brotli })), desk.clock.now());
    // Its pace counts at once, and no reader on earth keeps to it.
    let patience = Tolerance { free: Duration::ZERO, pace: 1 << 40, ..Limits::default().patience };
    let limits = Limits { patience, ..Limits::default() };
    let (address, _stop) = serving(desk, limits).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET /feeds/city.atom HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut got = Vec::new();
    let read = slow.read_to_end(&mut got);
    // Cut off: by an end, or by a reset.
    let _ = tokio::time::timeout(Duration::from_secs(30), read).await.expect("an end");
    assert!(got.len() < 64 << 20, "{} bytes came", got.len());
}

#[tokio::test]
async fn older_pages_are_conditional_and_compressed_too_o16_o23_o26() {
    let folder = tempfile::tempdir().unwrap();
    let (address, _stop) = serving(desk(&folder).await, Limits::default()).await;
    let path = "/feeds/city.atom?before=5-5";
    let plain = get(address, path, "").await;
    assert!(plain.contains("rel=\"first\"") && plain.contains("vary: accept-encoding"), "{plain}");
    let fresh = get(address, path, &format!("If-None-Match: {}\r\n", etag(&plain))).await;
    assert!(fresh.starts_with("HTTP/1.1 304") && fresh.ends_with("\r\n\r\n"), "{fresh}");
    let gzip = get(address, path, "Accept-Encoding: gzip\r\n").await;
    assert!(gzip.contains("content-encoding: gzip") && etag(&gzip) != etag(&plain), "{gzip}");
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_not_found_o25_o28() {
    let folder = tempfile::tempdir().unwrap();
    let (address, _stop) = serving(desk(&folder).await, Limits::default()).await;
    for path in ["/entries/abc", "/entries/99999999999999999999", "/feeds/%FF", "/feeds/city/", "/feeds/x.atom", "/x"] {
        let answer = get(address, path, "").await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        assert!(answer.contains("content-security-policy: default-src 'none'"), "{path}: {answer}");
    }
}

/// What is not stored and what cannot be claimed is trouble until that goes well.
#[tokio::test]
async fn a_desk_is_not_ready_while_sources_cannot_be_claimed_or_stored_r88() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder).await;
    let [a, b] = ["a", "b"].map(|id| crate::model::SourceId::new(id).unwrap());
    let ready = async || desk.ready().await.err().map(|trouble| trouble.said).unwrap_or_default();
    desk.set_claims_trouble(Some("by the test".to_owned()));
    desk.note_stored(&a, 3);
    assert_eq!(ready().await, "no source can be claimed: by the test");
    desk.set_claims_trouble(None);
    assert_eq!(ready().await, "");
    // The store takes a small row, and that is no proof of room.
    desk.note_unstored(&a, "no room for a", StoreLack::Room);
    desk.note_stored(&b, 0);
    assert_eq!((ready().await.as_str(), ready().await.as_str()), ("no room for a", "no room for a"));
    desk.note_stored(&a, 0);
    assert_eq!(ready().await, "");
    desk.note_unstored(&a, "no room for a", StoreLack::Room);
    desk.note_stored(&b, 1);
    assert_eq!(ready().await, "");
    // Of other trouble the store itself is asked.
    desk.note_unstored(&a, "refused", StoreLack::Other);
    assert_eq!(ready().await, "");
}
