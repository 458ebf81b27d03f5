//! Polls that the store refuses, whatever its reason: a failing source that is
//! asked again soon (checks P4, P17, R1, R2, R12, R21).

use std::time::Duration;

use rusqlite::Connection;
use wiredesk::clock::Clock;

use crate::desk::{self, Desk, EVERYTHING, rss};
use crate::newsroom::{MONDAY, NEWS, Newsroom, at, source};
use crate::origin::Origin;
use crate::reply::Reply;

const MINUTE: u64 = 60;

/// Has the store refuse what `event` tells.
fn refuse(c: &Connection, event: &str) {
    c.execute_batch(&format!("CREATE TRIGGER refuse BEFORE {event} BEGIN SELECT RAISE(ABORT, 'by the test'); END"))
        .unwrap();
}

fn allow(c: &Connection) {
    c.execute_batch("DROP TRIGGER refuse").unwrap();
}

/// A room of a source whose first document was read, and another one waits.
async fn room(every: &str) -> (Origin, Newsroom, Connection, String) {
    let origin = Origin::start().await;
    let first = origin.document("/feed", rss("N", 1..=3));
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), every)).await;
    assert!(!room.next_one().await.failed);
    origin.document("/feed", rss("N", 1..=5).replace("Copy number 1 of", "Corrected copy number 1 of"));
    let c = Connection::open(room.path("desk.db")).unwrap();
    (origin, room, c, first)
}

#[tokio::test]
async fn r12_whatever_refuses_a_poll_its_source_is_failing_at_once_and_asked_again_in_a_minute_and_two() {
    for event in [
        "INSERT ON entry",
        "INSERT ON text",
        "UPDATE ON entry",
        "INSERT ON revision",
        "INSERT ON route",
        "UPDATE OF etag ON source WHEN NEW.etag IS NOT OLD.etag",
        "UPDATE OF entries ON feed",
    ] {
        let (origin, room, c, first) = room("every 6h").await;
        let before = room.state("s").await;
        refuse(&c, event);
        for (n, minutes) in [1, 2, 4, 8].into_iter().enumerate() {
            let ended = room.next_one().await;
            assert_eq!((ended.failed, ended.note.kind), (true, "not-stored"), "{event}");
            let state = room.state("s").await;
            assert_eq!(state.next.at.since(room.clock.now()).as_secs(), minutes * MINUTE, "{event}");
            assert_eq!(state.failures as usize, n + 1, "{event}");
            assert!(state.last_outcome.contains("by the test"), "{event}: {}", state.last_outcome);
            assert!(state.next.because.contains("not stored"), "{event}: {}", state.next.because);
            assert_eq!(room.word("s").await, "failing", "{event}");
            assert_eq!((state.validators, state.window), (before.validators.clone(), before.window.clone()));
            assert_eq!(state.last_success_at, before.last_success_at);
        }
        assert_eq!(room.store.totals().await.unwrap().entries, 3, "{event}");
        allow(&c);
        let ended = room.next_one().await;
        assert_eq!((ended.failed, ended.new, ended.revised), (false, 2, 1), "{event}: {}", ended.note.text);
        let state = room.state("s").await;
        assert_eq!((state.failures, state.standing.unstored, room.word("s").await), (0, 0, "ok"));
        assert!(state.next.at.since(room.clock.now()) >= Duration::from_secs(6 * 3600));
        let sent: Vec<_> = origin.requests().iter().skip(1).map(|r| r.header("if-none-match")).collect();
        assert_eq!(sent, vec![Some(first.clone()); 5], "{event}: the validators stay those of what is stored");
        assert_eq!(room.store.verify().await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn r12_a_failure_that_the_store_refuses_too_is_kept_in_mind_until_it_takes_it() {
    let (_origin, room, c, _) = room("every 6h").await;
    refuse(&c, "UPDATE OF last_outcome ON source");
    let ended = room.next_one().await;
    assert_eq!(ended.note.kind, "not-stored");
    room.record_again().await;
    assert_eq!(room.state("s").await.failures, 0, "it is refused still");
    allow(&c);
    room.record_again().await;
    let state = room.state("s").await;
    assert_eq!((state.failures, room.word("s").await), (1, "failing"));
    assert_eq!(state.next.at.since(room.clock.now()).as_secs(), MINUTE);
    assert_eq!(room.next_one().await.new, 2);
}

#[tokio::test]
async fn p17_r12_what_a_server_asked_for_holds_though_its_poll_was_refused() {
    let (origin, room, c, _) = room("every 10m").await;
    refuse(&c, "INSERT ON poll WHEN NEW.kind = 'status'");
    origin.set("/feed", Reply::status(429).header("Retry-After", "7200"));
    let ended = room.next_one().await;
    assert_eq!(ended.note.kind, "not-stored");
    let state = room.state("s").await;
    assert_eq!(state.next.at.since(room.clock.now()).as_secs(), 7200, "{}", state.next.because);
    assert!(state.last_outcome.starts_with("http status 429; not stored"), "{}", state.last_outcome);
    room.clock.advance(Duration::from_secs(600));
    assert!(room.by_hand("s").await.is_err(), "the host is held");
    // A document that asks for patience and is not stored is waited for as well.
    room.clock.advance(Duration::from_secs(7200));
    allow(&c);
    refuse(&c, "INSERT ON entry");
    origin.script("/feed", |_| Reply::redirect(302, "/there").header("Retry-After", "1800"));
    origin.set("/there", Reply::ok(rss("N", 1..=9)));
    let ended = room.next_one().await;
    assert_eq!(ended.note.kind, "not-stored");
    assert_eq!(ended.next.at.since(room.clock.now()).as_secs(), 1800);
}

#[tokio::test]
async fn r1_one_source_that_is_refused_costs_no_other_its_poll() {
    let origin = Origin::start().await;
    let mut sources = String::new();
    for n in 0..8 {
        origin.document(&format!("/{n}"), rss(&format!("S{n}-"), 1..=3));
        sources += &source(&format!("s{n}"), &at(&origin, &format!("h{n}.example"), &format!("/{n}")), "every 1h");
    }
    let room = Newsroom::open(&sources).await;
    let c = Connection::open(room.path("desk.db")).unwrap();
    refuse(&c, "INSERT ON entry WHEN NEW.source_no = (SELECT no FROM source WHERE id = 's3')");
    room.clock.advance(Duration::from_secs(600));
    let claims = room.claim().await;
    assert_eq!(claims.len(), 8);
    let mut ended = Vec::new();
    for claim in claims {
        ended.push(room.poll(claim).await);
    }
    let failed: Vec<String> = ended.iter().filter(|s| s.failed).map(|s| s.source.to_string()).collect();
    assert_eq!(failed, ["s3"]);
    assert_eq!(room.store.totals().await.unwrap().entries, 21);
    for (name, state) in room.states().await {
        assert_eq!(state.failures, u32::from(name == "s3"), "{name}");
    }
}

#[tokio::test]
async fn r21_a_poll_under_a_claim_that_lapsed_is_no_failure_of_the_store() {
    let (_origin, room, _, _) = room("every 10m").await;
    room.until(room.due_at().await);
    let lapsed = room.claim().await.remove(0);
    room.clock.advance(Duration::from_secs(3600));
    let current = room.claim().await.remove(0);
    assert_eq!(room.poll(current).await.new, 2);
    let before = room.state("s").await;
    let ended = room.poll(lapsed).await;
    assert_eq!((ended.failed, ended.note.kind), (true, "lapsed"), "{}", ended.note.text);
    room.record_again().await;
    assert_eq!(room.state("s").await, before, "the other poll's state stands");
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_the_daemon_is_ready_and_status_names_the_source_that_is_refused() {
    let origin = Origin::start().await;
    let good = Origin::start_at("127.5.0.1".parse().unwrap()).await;
    origin.document("/feed", NEWS);
    good.document("/good", rss("G", 1..=2));
    let rest = desk::source("bad", origin.url("/feed")) + &desk::source("good", good.url("/good")) + EVERYTHING;
    let desk = Desk::new(&rest);
    desk.runs(&["poll", "good"]);
    let c = Connection::open(desk.path("desk.db")).unwrap();
    refuse(&c, "INSERT ON entry WHEN NEW.source_no = (SELECT no FROM source WHERE id = 'bad')");
    let mut running = desk.start();
    running.until("/metrics", |got| got.text().contains("wiredesk_polls_total{outcome=\"not-stored\"}"));
    let ready = running.get("/readyz", &[]);
    assert_eq!((ready.status, ready.text().as_str()), (200, "ready\n"), "the store takes what others bring");
    let told = desk.runs(&["status", "--json"]);
    let bad = told.json()[0]["sources"].as_array().unwrap().iter().find(|s| s["id"] == "bad").unwrap().clone();
    assert_eq!(bad["state"], "failing", "{bad}");
    assert!(bad["last_outcome"].as_str().unwrap().contains("not stored"), "{bad}");
    assert!(running.get("/sources", &[]).text().contains("not stored"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_a_store_that_takes_nothing_is_not_ready_and_is_again_as_soon_as_it_does() {
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let desk = Desk::new(&(desk::source("s", origin.url("/feed")) + EVERYTHING));
    drop(desk.store(MONDAY).await);
    let c = Connection::open(desk.path("desk.db")).unwrap();
    refuse(&c, "INSERT ON entry");
    let mut running = desk.start();
    // The sources have been taken over; from here on nothing is taken.
    c.execute_batch("CREATE TRIGGER all_of_it BEFORE UPDATE ON figures BEGIN SELECT RAISE(ABORT, 'by the test'); END")
        .unwrap();
    let got = running.until("/readyz", |got| got.status == 503);
    assert!(got.text().contains("by the test"), "{}", got.text());
    let polls = origin.requests().len();
    c.execute_batch("DROP TRIGGER all_of_it").unwrap();
    let got = running.get("/readyz", &[]);
    assert_eq!((got.status, origin.requests().len()), (200, polls), "no poll had to end for it: {}", got.text());
}
