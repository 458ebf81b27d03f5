//! The desk's own line is down: no source's failure (checks P24, P26, P29, P36).

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use wiredesk::clock::{Clock, Timestamp};
use wiredesk::net::resolve::Resolve;
use wiredesk::poll::drive::line::offline_since;

use crate::desk::{self, Desk, EVERYTHING};
use crate::newsroom::{NEWS, Names, Newsroom, at, source};
use crate::origin::Origin;
use crate::reply::Reply;

const UP: u8 = 0;
/// Every name is unknown: a line whose resolver lies.
const NO_NAMES: u8 = 1;
/// No resolver answers.
const NO_RESOLVER: u8 = 2;
/// Names lead to an address where nobody listens.
const NOBODY: u8 = 3;

/// A line that can be cut. `dead.example` is always dead.
#[derive(Clone)]
struct Line(Arc<AtomicU8>);

impl Line {
    fn set(&self, state: u8) {
        self.0.store(state, Ordering::SeqCst);
    }
}

#[async_trait]
impl Resolve for Line {
    async fn addresses(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        let unknown = || Err(std::io::Error::other("failed to lookup address information: Name or service not known"));
        match self.0.load(Ordering::SeqCst) {
            _ if name == "dead.example" => unknown(),
            NO_NAMES => unknown(),
            NO_RESOLVER => {
                Err(std::io::Error::other("failed to lookup address information: Temporary failure in name resolution"))
            }
            NOBODY => Ok(vec![IpAddr::V4(Ipv4Addr::new(127, 99, 0, 1))]),
            _ => Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]),
        }
    }
}

/// Serves a document over connections that end with their answer: none is left
/// from before the line was cut.
fn serve(origin: &Origin, path: &str, document: &str) {
    let document = document.to_owned();
    origin.script(path, move |request| {
        let known = request.header("if-none-match").is_some();
        let reply = if known { Reply::status(304) } else { Reply::ok(&document) };
        reply.header("ETag", "\"1\"").closing()
    });
}

/// A room of `count` sources on as many sites, read once, and one at
/// `dead.example` where `dead` says so.
async fn room(origin: &Origin, count: usize, every: &str, further: &str) -> (Newsroom, Line) {
    let mut sources = String::new();
    for n in 0..count {
        serve(origin, &format!("/{n}"), NEWS);
        sources += &source(&format!("s{n}"), &at(origin, &format!("site{n}.example"), &format!("/{n}")), every);
    }
    let line = Line(Arc::new(AtomicU8::new(UP)));
    let room = Newsroom::with("host_gap = \"0s\"", &(sources + further), line.clone()).await;
    while room.states().await.values().any(|state| state.polls == 0) {
        room.next().await;
    }
    (room, line)
}

/// Polls what is due within so many seconds.
async fn run(room: &Newsroom, secs: u64) {
    let end = room.clock.now().plus(Duration::from_secs(secs));
    while room.due_at().await < end {
        room.next().await;
    }
    room.until(end);
}

async fn noted(room: &Newsroom) -> Option<String> {
    offline_since(&*room.store).await.unwrap()
}

#[tokio::test]
async fn p24_nobodys_backoff_grows_while_the_desk_reaches_nobody_however_it_fails() {
    for (how, count) in [(NO_NAMES, 6), (NO_RESOLVER, 6), (NOBODY, 6), (NO_NAMES, 2), (NO_RESOLVER, 1)] {
        let origin = Origin::start().await;
        let (room, line) = room(&origin, count, "every 1h", "").await;
        line.set(how);
        run(&room, 5 * 3600).await;
        assert!(noted(&room).await.is_some(), "{how} {count}");
        for (name, state) in room.states().await {
            assert_eq!(state.failures, 0, "{how} {count} {name}: {}", state.last_outcome);
            assert_eq!(room.word(&name).await, "offline");
            assert!(
                state.next.at.since(room.clock.now()) <= Duration::from_secs(600),
                "{name}: {}",
                state.next.because
            );
            assert!(state.last_outcome.starts_with("no source can be reached since"), "{}", state.last_outcome);
        }
        line.set(UP);
        let (before, back) = (origin.requests().len(), room.clock.now());
        run(&room, 600).await;
        assert!(origin.requests().len() >= before + count, "{how}: everybody is asked within ten minutes");
        assert_eq!(noted(&room).await, None);
        for (name, state) in room.states().await {
            assert_eq!((state.failures, room.word(&name).await), (0, "ok"), "{how} {name}");
            assert!(state.last_success_at > Some(back) && state.standing.offline_at.is_none());
        }
    }
}

#[tokio::test]
async fn p24_a_source_that_is_down_by_itself_backs_off_as_ever_before_during_and_after() {
    let origin = Origin::start().await;
    let dead = source("dead", "http://dead.example/feed", "every 1h");
    let (room, line) = room(&origin, 4, "every 1h", &dead).await;
    run(&room, 8 * 3600).await;
    let failures = room.state("dead").await.failures;
    assert!((2..=4).contains(&failures), "{failures}");
    assert_eq!(noted(&room).await, None);
    line.set(NO_NAMES);
    run(&room, 9 * 3600).await;
    assert!(room.state("dead").await.failures <= failures + 1);
    line.set(UP);
    run(&room, 9 * 3600).await;
    assert!(room.state("dead").await.failures > failures);
    let others = room.states().await;
    assert!(others.iter().all(|(name, state)| name == "dead" || state.failures == 0), "{others:?}");
}

#[tokio::test]
async fn p29_polls_of_a_hundred_sources_resume_spread_out_when_the_line_is_back() {
    let origin = Origin::start().await;
    let (room, line) = room(&origin, 120, "every 30m", "").await;
    run(&room, 3600).await;
    line.set(NO_NAMES);
    run(&room, 3 * 3600).await;
    line.set(UP);
    let back = room.clock.now();
    let mut starts: Vec<Timestamp> = Vec::new();
    while room.due_at().await < back.plus(Duration::from_secs(900)) {
        for ended in room.next().await {
            assert!(!ended.failed, "{}", ended.note.text);
            starts.push(room.clock.now());
        }
    }
    assert!(starts.len() >= 120, "{}", starts.len());
    let crowd = (0..starts.len()).map(|i| starts.partition_point(|t| *t < starts[i].plus(Duration::from_secs(10))) - i);
    assert!(crowd.max() <= Some(30));
}

#[tokio::test]
async fn a_source_of_once_a_day_that_fell_into_the_outage_is_read_when_it_is_over() {
    let origin = Origin::start().await;
    serve(&origin, "/daily", NEWS);
    let daily = source("daily", &at(&origin, "daily.example", "/daily"), "0 6 * * *");
    let (room, line) = room(&origin, 3, "every 15m", &daily).await;
    run(&room, 5 * 3600).await;
    line.set(NO_RESOLVER);
    run(&room, 3 * 3600).await;
    line.set(UP);
    let before = origin.requests_for("/daily").len();
    run(&room, 900).await;
    assert_eq!(origin.requests_for("/daily").len(), before + 1, "it does not wait until tomorrow");
}

#[tokio::test]
async fn p16_a_wait_that_a_server_asked_for_is_kept_through_an_outage() {
    let origin = Origin::start().await;
    let (room, line) = room(&origin, 3, "every 15m", "").await;
    origin.set("/0", Reply::status(503).header("Retry-After", "36000").closing());
    run(&room, 1200).await;
    let until = room.state("s0").await.next.at;
    line.set(NO_NAMES);
    run(&room, 3600).await;
    line.set(UP);
    run(&room, 3600).await;
    assert_eq!(room.state("s0").await.next.at, until);
}

#[tokio::test]
async fn a_restart_within_an_outage_blames_nobody_and_the_note_of_a_dead_process_is_taken_down() {
    let origin = Origin::start().await;
    let (room, line) = room(&origin, 6, "every 1h", "").await;
    line.set(NO_NAMES);
    run(&room, 2 * 3600).await;
    assert!(noted(&room).await.is_some());
    // The next process finds the line up; it has missed nobody itself.
    let room = room.restart().await;
    run(&room, 1200).await;
    assert_eq!(noted(&room).await, None);
    assert!(room.states().await.values().all(|state| state.failures == 0 && state.standing.offline_at.is_none()));
}

#[tokio::test]
async fn rules_and_pages_that_the_outage_kept_away_are_fetched_after_it() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404).closing());
    let link = at(&origin, "pages.example", "/page");
    let teaser = format!(
        "<rss version=\"2.0\"><channel><title>City</title><item><guid>1</guid><title>Council</title>\
         <link>{link}</link><description>The council met …</description></item></channel></rss>"
    );
    serve(&origin, "/full", &teaser);
    origin.set("/page", Reply::ok("<html><body><p>x</p></body></html>").header("Content-Type", "text/html").closing());
    let full = source("full", &at(&origin, "full.example", "/full"), "every 1h").trim_end().to_owned();
    let (room, line) = room(&origin, 3, "every 1h", &format!("{full}\nfull_text = true\n\n")).await;
    line.set(NO_NAMES);
    for _ in 0..8 {
        run(&room, 3600).await;
        room.articles().await;
    }
    line.set(UP);
    run(&room, 3600).await;
    let fetched = room.articles().await;
    assert_eq!((fetched.later, origin.requests_for("/page").len()), (0, 1), "{fetched:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_says_that_it_reaches_nobody_once_and_serves_on() {
    let (one, other) = (Origin::start_at([127, 7, 0, 1].into()).await, Origin::start_at([127, 7, 0, 2].into()).await);
    let (a, b) = (one.url("/a"), other.url("/b"));
    drop((one, other));
    let desk = Desk::new(&(desk::source("a", a) + &desk::source("b", b) + EVERYTHING));
    let mut running = desk.start();
    let got = running.until("/readyz", |got| got.text().contains("no source can be reached since"));
    assert_eq!(got.status, 200, "what is there is served");
    running.until("/metrics", |got| got.text().contains("wiredesk_polls_total{outcome=\"offline\"}"));
    let told = &desk.runs(&["status", "--json"]).json()[0];
    assert!(told["offline_since"].as_str().is_some(), "{told}");
    let states: Vec<&str> = told["sources"].as_array().unwrap().iter().filter_map(|s| s["state"].as_str()).collect();
    assert!(states.contains(&"offline") && !states.contains(&"failing"), "{told}");
    assert!(desk.runs(&["status"]).out.contains("no source can be reached since"));
    assert_eq!(running.log().matches("no source can be reached:").count(), 1, "{}", running.log());
    let _ = Names { broken: None };
}
