//! How long hosts are left alone, for polls and for the pages of articles alike,
//! and where redirects in odd encodings lead (checks B10, P16 to P18, P20).

use std::time::Duration;

use wiredesk::clock::{Clock, Timestamp};
use wiredesk::model::{EntryId, Hold, HoldScope, Host};
use wiredesk::store::EntryRef;

use crate::newsroom::{NEWS, Newsroom, at, source};
use crate::origin::Origin;
use crate::reply::Reply;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

fn teasers(origin: &Origin, paths: &[&str]) -> String {
    let item = |path: &&str| {
        let link = at(origin, "pages.example", path);
        format!(
            "<item><guid>{path}</guid><title>Council {path}</title><link>{link}</link>\
             <description>The council met in the port …</description></item>"
        )
    };
    let items: String = paths.iter().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>City</title>{items}</channel></rss>")
}

/// A source with full text at this host, and one at the host of its pages.
async fn room(origin: &Origin, host: &str) -> Newsroom {
    let full = source("city", &at(origin, host, "/feed"), "every 1h").trim_end().to_owned();
    let other = source("other", &at(origin, "pages.example", "/other"), "every 1h");
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/other", Reply::ok(NEWS));
    Newsroom::open(&format!("{full}\nfull_text = true\n\n{other}")).await
}

/// How long `pages.example` is left alone, from now.
async fn held_for(room: &Newsroom) -> Duration {
    room.state("other").await.next.at.since(room.clock.now())
}

/// How long the pages of `pages.example` are left alone, from now.
fn pages_held_for(room: &Newsroom) -> Duration {
    let query = "SELECT until_at FROM hold WHERE site = 'pages of pages.example' AND host = 'pages.example'";
    let until = room.figure(query);
    Timestamp::from_millis(until).since(room.clock.now())
}

#[tokio::test]
async fn p16_a_page_holds_its_sources_host_for_a_week_at_most_and_the_reason_says_so() {
    for (asked, expected) in [
        ("99999999", 7 * DAY),
        ("Tue, 01 Jan 2030 00:00:00 GMT", 7 * DAY),
        ("340282366920938463463374607431768211456", 7 * DAY),
        ("7200", 2 * HOUR),
    ] {
        let origin = Origin::start().await;
        origin.set("/feed", Reply::ok(teasers(&origin, &["/1"])));
        origin.set("/1", Reply::status(429).header("Retry-After", asked));
        let room = room(&origin, "pages.example").await;
        room.by_hand("other").await.unwrap();
        room.by_hand("city").await.unwrap();
        assert_eq!(room.articles().await.later, 1);
        assert_eq!(held_for(&room).await, expected, "{asked}");
        let because = room.state("other").await.next.because;
        assert!(because.contains("requested for a page of city") && because.contains("Retry-After"), "{because}");
        let said = room.store.entry(&EntryRef::Id(EntryId(2))).await.unwrap().unwrap().article.unwrap();
        assert!(said.contains(&room.clock.now().plus(expected).to_string()), "{asked}: {said}");
    }
}

#[tokio::test]
async fn p18_pages_that_answer_429_again_and_again_hold_their_host_longer_each_time() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok(teasers(&origin, &["/1", "/2"])));
    for path in ["/1", "/2"] {
        origin.set(path, Reply::status(429));
    }
    let room = room(&origin, "feeds.example").await;
    room.by_hand("other").await.unwrap();
    room.by_hand("city").await.unwrap();
    let mut hours = Vec::new();
    for _ in 0..3 {
        let asked = origin.requests().len();
        room.articles().await;
        assert!(origin.requests().len() > asked, "a page was asked for");
        let held = pages_held_for(&room);
        hours.push(held.as_secs() / 3600);
        room.clock.advance(held);
        // Only pages are asked: its source would be asked now, and forgive.
        room.by_hand("city").await.unwrap();
    }
    assert_eq!(hours, [1, 2, 4]);
    let host = Host { name: "pages.example".to_owned(), proxy: String::new() };
    assert_eq!(room.store.strikes(&host, HoldScope::Pages).await.unwrap(), 3);
}

#[tokio::test]
async fn p17_a_page_that_answers_503_holds_nobody_else_and_one_that_answers_well_forgives() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok(teasers(&origin, &["/1"])));
    origin.queue(
        "/1",
        [
            Reply::status(503).header("Retry-After", "99999999"),
            Reply::status(429),
            Reply::ok("<html><body><p>Nothing</p></body></html>").header("Content-Type", "text/html"),
        ],
    );
    let room = room(&origin, "feeds.example").await;
    room.by_hand("other").await.unwrap();
    room.by_hand("city").await.unwrap();
    room.articles().await;
    assert!(held_for(&room).await < 2 * HOUR, "the page alone is put off");
    room.clock.advance(7 * DAY);
    room.by_hand("city").await.unwrap();
    room.articles().await;
    let host = Host { name: "pages.example".to_owned(), proxy: String::new() };
    assert_eq!(room.store.strikes(&host, HoldScope::Pages).await.unwrap(), 1);
    assert_eq!(origin.requests_for("/1").len(), 2);
}

#[tokio::test]
async fn p16_a_hold_of_an_older_release_that_lasts_for_years_ends_after_its_week() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok(NEWS));
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1h")).await;
    let years = room.clock.now().plus(1000 * DAY).millis();
    let c = rusqlite::Connection::open(room.path("desk.db")).unwrap();
    let asked = room.clock.now().millis();
    c.execute(
        "INSERT INTO hold VALUES ('news.example', 'news.example', '', ?1, ?2, 1, 'an old one')",
        rusqlite::params![asked, years],
    )
    .unwrap();
    assert!(room.by_hand("s").await.is_err());
    room.clock.advance(Hold::LONGEST);
    assert!(!room.by_hand("s").await.unwrap().failed);
}

#[tokio::test]
async fn b10_a_location_in_any_encoding_is_followed_to_the_bytes_that_it_names() {
    for (location, target) in [
        (&b"/g\xe5r/feed"[..], "/g%E5r/feed"),
        (b"/\xd0\xc2\xce\xc5/feed", "/%D0%C2%CE%C5/feed"),
        ("/新闻/feed".as_bytes(), "/%E6%96%B0%E9%97%BB/feed"),
        (b"/feed?name=\x93x\x94", "/feed?name=%93x%94"),
    ] {
        let origin = Origin::start().await;
        origin.set("/old", Reply::status(302).header("Location", location));
        let path = target.split('?').next().unwrap();
        origin.set(path, Reply::ok(NEWS));
        let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/old"), "every 1h")).await;
        let ended = room.by_hand("s").await.unwrap();
        assert!(!ended.failed, "{location:?}: {}", ended.note.text);
        assert_eq!(origin.requests()[1].target, target);
    }
}
