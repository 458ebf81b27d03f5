//! No piece of work outlasts its claim: it is renewed or given up (check R21).

use std::time::Duration;

use wiredesk::clock::Clock;
use wiredesk::schedule::lease::{BEGUN_WITHIN, LEASE};
use wiredesk::store::{Error, NotClaimed};

use crate::newsroom::{NEWS, Newsroom, at, id, source};
use crate::origin::Origin;
use crate::reply::{Gate, Reply};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// Until when the source's claim holds, as others see it.
fn held_until(room: &Newsroom) -> i64 {
    room.figure(&format!("SELECT lease_until_at FROM {}", room.schedule()))
}

/// So short that it is renewed while the test looks on.
const SHORT: Duration = Duration::from_millis(150);

/// Moves on while the claim is renewed, until it would have lapsed three times.
async fn outlast(room: &Newsroom) {
    for _ in 0..4 {
        room.clock.advance(SHORT - SHORT / 10);
        let renewed = room.clock.now().plus(SHORT).millis();
        while held_until(room) != renewed {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_poll_that_takes_longer_than_a_claim_keeps_it_r21() {
    let (origin, gate) = (Origin::start().await, Gate::shut());
    origin.set("/feed", Reply::ok(NEWS).behind(&gate));
    let room = Newsroom::leased(&source("s", &at(&origin, "news.example", "/feed"), "every 1h"), SHORT).await;
    room.until(room.due_at().await);
    let claim = room.claim().await.remove(0);
    let (ended, ()) = tokio::join!(room.poll(claim), async {
        origin.wait_for(1).await;
        outlast(&room).await;
        // Long after it was claimed, nobody else may poll it, or ask its host.
        assert_eq!(room.by_hand("s").await.unwrap_err(), NotClaimed::Busy(id("s")));
        let turns = room.figure(&format!("SELECT count(*) FROM turn WHERE until_at > {}", room.clock.now().millis()));
        assert_eq!(turns, 1);
        gate.open();
    });
    assert_eq!((ended.failed, ended.new, origin.requests().len()), (false, 1, 1), "{}", ended.note.text);
    assert_eq!(held_until(&room), 0, "a renewal holds nothing that has ended");
    assert_eq!(room.state("s").await.failures, 0);
}

#[tokio::test]
async fn a_poll_whose_claim_another_has_is_given_up_r21() {
    let (origin, gate) = (Origin::start().await, Gate::shut());
    origin.set("/feed", Reply::ok(NEWS).behind(&gate));
    let room = Newsroom::leased(&source("s", &at(&origin, "news.example", "/feed"), "every 1h"), SHORT).await;
    room.until(room.due_at().await);
    let claim = room.claim().await.remove(0);
    let (ended, ()) = tokio::join!(room.poll(claim), async {
        origin.wait_for(1).await;
        room.alter(&format!("UPDATE {} SET lease = lease + 1", room.schedule()));
    });
    // The gate is still shut: it waited for no answer.
    assert_eq!((ended.failed, ended.note.kind), (true, "lapsed"), "{}", ended.note.text);
    assert_eq!(room.store.totals().await.unwrap().entries, 0);
}

#[tokio::test]
async fn a_claim_that_waited_for_its_turn_until_it_lapsed_asks_nobody_r3_r21() {
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1m")).await;
    room.until(room.due_at().await);
    let waited = room.claim().await.remove(0);
    assert_eq!(waited.until, room.clock.now().plus(60 * SECOND), "no longer than to its next poll");
    room.clock.advance(HOUR);
    let taken = room.claim().await.remove(0);
    let ended = room.poll(waited).await;
    assert_eq!((ended.note.kind, origin.requests().len()), ("lapsed", 0), "{}", ended.note.text);
    assert_eq!(room.poll(taken).await.new, 1);
    // Nobody else took this one: it is polled, and held for as long as that takes.
    room.clock.advance(HOUR);
    let waited = room.claim().await.remove(0);
    room.clock.advance(HOUR);
    let gate = Gate::shut();
    origin.set("/feed", Reply::ok(NEWS).behind(&gate));
    let (ended, ()) = tokio::join!(room.poll(waited), async {
        origin.wait_for(2).await;
        assert!(room.claim().await.is_empty());
        gate.open();
    });
    assert!(!ended.failed, "{}", ended.note.text);
}

#[tokio::test]
async fn a_claim_that_is_over_and_cannot_be_renewed_asks_nobody_r59() {
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1h")).await;
    room.until(room.due_at().await);
    let waited = room.claim().await.remove(0);
    // The machine stood still, and the store is not there when it goes on.
    room.clock.advance(HOUR);
    room.store.close().await.unwrap();
    let ended = room.poll(waited).await;
    assert_eq!((ended.note.kind, origin.requests().len()), ("lapsed", 0), "{}", ended.note.text);
}

#[tokio::test]
async fn a_claim_that_was_over_takes_its_hosts_turn_again_r59() {
    let (origin, gate) = (Origin::start().await, Gate::shut());
    origin.set("/feed", Reply::ok(NEWS).behind(&gate));
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 6h")).await;
    room.until(room.due_at().await);
    let waited = room.claim().await.remove(0);
    room.clock.advance(HOUR);
    // Another source of the host has had the turn since.
    room.alter("DELETE FROM turn");
    let (ended, ()) = tokio::join!(room.poll(waited), async {
        origin.wait_for(1).await;
        assert_eq!(room.figure("SELECT count(*) FROM turn"), 1);
        gate.open();
    });
    assert!(!ended.failed, "{}", ended.note.text);
}

#[tokio::test]
async fn what_has_ended_is_not_renewed_and_what_another_has_is_refused_r21() {
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1h")).await;
    room.until(room.due_at().await);
    let claim = room.claim().await.remove(0);
    assert_eq!(room.store.renew(&claim, &room.courtesy, room.clock.now()).await.unwrap(), room.clock.now().plus(LEASE));
    assert!(!room.poll(claim.clone()).await.failed);
    room.store.renew(&claim, &room.courtesy, room.clock.now()).await.unwrap();
    assert_eq!(held_until(&room), 0);
    room.until(room.due_at().await);
    let another = room.claim().await.remove(0);
    let refused = room.store.renew(&claim, &room.courtesy, room.clock.now()).await;
    assert!(matches!(refused, Err(Error::StaleClaim(_))), "{refused:?}");
    room.store.release(&[another]).await.unwrap();
}

const TEASER: &str = "The meeting at City Hall dealt with exchanges between schools and the two universities …";

fn teasers(origin: &Origin, name: &str) -> String {
    let items: String = (1..=2)
        .map(|n| {
            let link = at(origin, "city.example", &format!("/{name}/{n}"));
            format!("<item><title>Talks {n}</title><link>{link}</link><description>{TEASER}</description></item>")
        })
        .collect();
    format!("<rss version=\"2.0\"><channel><title>City</title>{items}</channel></rss>")
}

/// A room of sources whose two entries each want the articles on their pages.
async fn full_text(origin: &Origin, names: &[&str], lease: Duration) -> Newsroom {
    origin.set("/robots.txt", Reply::status(404));
    let mut sources = String::new();
    for name in names {
        origin.set(&format!("/{name}"), Reply::ok(teasers(origin, name)));
        let one = source(name, &at(origin, "feeds.example", &format!("/{name}")), "every 6h");
        sources += &one.replace("schedule", "full_text = true\nschedule");
    }
    let room = Newsroom::leased(&sources, lease).await;
    for name in names {
        assert_eq!(room.by_hand(name).await.unwrap().new, 2);
    }
    room
}

#[tokio::test]
async fn an_article_that_takes_longer_than_a_claim_keeps_it_r21() {
    let (origin, gate) = (Origin::start().await, Gate::shut());
    let room = full_text(&origin, &["a"], SHORT).await;
    for page in ["/a/1", "/a/2"] {
        origin.set(page, Reply::status(404).behind(&gate));
    }
    let claimed = room.claim_articles(10).await.remove(0);
    let before = origin.requests().len();
    let (fetched, ()) = tokio::join!(room.articles_of(claimed), async {
        origin.wait_for(before + 2).await;
        outlast(&room).await;
        assert_eq!(room.by_hand("a").await.unwrap_err(), NotClaimed::Busy(id("a")));
        room.clock.advance(BEGUN_WITHIN + SECOND);
        gate.open();
    });
    assert_eq!((fetched.kept, held_until(&room)), (1, 0), "the second page waits: the first took long");
    // What is left comes under another claim, and a lost one ends the work.
    let claimed = room.claim_articles(10).await.remove(0);
    assert_eq!(claimed.wanted.len(), 1);
    let shut = Gate::shut();
    for page in ["/a/1", "/a/2"] {
        origin.set(page, Reply::status(404).behind(&shut));
    }
    let before = origin.requests().len();
    let (fetched, ()) = tokio::join!(room.articles_of(claimed), async {
        origin.wait_for(before + 1).await;
        room.alter(&format!("UPDATE {} SET lease = lease + 1", room.schedule()));
    });
    assert_eq!(fetched.kept, 0);
}

#[tokio::test]
async fn a_source_that_always_wants_articles_starves_no_other() {
    let origin = Origin::start().await;
    let names = ["a", "b", "c"];
    let room = full_text(&origin, &names, LEASE).await;
    let mut served = Vec::new();
    for _ in 0..6 {
        room.clock.advance(SECOND);
        let claimed = room.claim_articles(1).await.remove(0);
        served.push(claimed.claim.source.to_string());
        // Nothing was fetched: all of them are still wanted.
        assert_eq!(claimed.wanted.len(), 2);
        room.store.end_articles(&claimed.claim).await.unwrap();
    }
    let mut first = served[..3].to_vec();
    first.sort();
    assert_eq!((first.as_slice(), &served[..3]), (&names.map(str::to_owned)[..], &served[3..]));
}
