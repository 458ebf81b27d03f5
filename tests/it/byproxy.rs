//! What another source caused holds no source's own polls (checks B115, P16 to P18).

use std::time::Duration;

use wiredesk::clock::Clock;

use crate::newsroom::{NEWS, Newsroom, at, source};
use crate::origin::Origin;
use crate::reply::Reply;

const HOUR: Duration = Duration::from_secs(3600);
const WEEK: Duration = Duration::from_secs(7 * 86_400);

fn throttling() -> Reply {
    Reply::status(429).header("Retry-After", "604800")
}

/// A document of one teaser, whose page is at `link`.
fn teaser(link: &str) -> String {
    format!(
        "<rss version=\"2.0\"><channel><title>T</title><item><guid>{link}</guid><title>Council {link}</title>\
         <link>{link}</link><description>The council met in the port …</description></item></channel></rss>"
    )
}

/// A source of others, `bad`, and a healthy one that lives at `good.example`.
async fn room(origin: &Origin, more: &str) -> Newsroom {
    let good = source("good", &at(origin, "good.example", "/feed"), "every 1h");
    let bad = source("bad", &at(origin, "bad.example", "/bad"), "every 1h").trim_end().to_owned();
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/feed", Reply::ok(NEWS));
    origin.set("/throttling", throttling());
    Newsroom::open(&format!("{good}{bad}\n{more}\n\n")).await
}

/// `good` is polled at its time, again and again, for longer than any hold.
async fn is_polled_on_time(room: &Newsroom, origin: &Origin) {
    let before = origin.requests_for("/feed").len();
    for round in 1..=3 {
        assert!(room.state("good").await.next.at.since(room.clock.now()) < 2 * HOUR, "round {round}");
        room.clock.advance(HOUR);
        let ended = room.by_hand("good").await.unwrap();
        assert!(!ended.failed, "round {round}: {}", ended.note.text);
    }
    assert_eq!(origin.requests_for("/feed").len(), before + 3);
}

#[tokio::test]
async fn b115_a_redirect_to_anothers_host_holds_the_one_who_redirects() {
    for status in [301, 302, 307, 308] {
        let origin = Origin::start().await;
        origin.set("/bad", Reply::redirect(status, at(&origin, "good.example", "/throttling")));
        let room = room(&origin, "").await;
        assert!(!room.by_hand("good").await.unwrap().failed);
        room.clock.advance(Duration::from_secs(60));
        let ended = room.by_hand("bad").await.unwrap();
        assert!(ended.failed && ended.note.text.contains("429"), "{}", ended.note.text);
        assert_eq!(ended.next.at.since(room.clock.now()), WEEK, "{status}: {}", ended.next.because);
        is_polled_on_time(&room, &origin).await;
    }
}

/// Nor where a source has moved to for good: it is not the only one there.
#[tokio::test]
async fn b115_a_source_that_moved_to_anothers_host_holds_itself_alone() {
    let origin = Origin::start().await;
    origin.set("/bad", Reply::redirect(301, at(&origin, "good.example", "/moved")));
    origin.queue("/moved", [Reply::ok(NEWS), Reply::ok(NEWS), throttling()]);
    let room = room(&origin, "").await;
    assert!(!room.by_hand("good").await.unwrap().failed);
    for _ in 0..2 {
        room.clock.advance(HOUR);
        assert!(!room.by_hand("bad").await.unwrap().failed);
    }
    room.clock.advance(HOUR);
    let ended = room.by_hand("bad").await.unwrap();
    assert!(ended.failed, "{}", ended.note.text);
    assert_eq!(ended.next.at.since(room.clock.now()), WEEK);
    assert!(!room.by_hand("good").await.unwrap().failed);
    is_polled_on_time(&room, &origin).await;
}

#[tokio::test]
async fn b115_a_link_to_anothers_host_holds_its_pages_alone() {
    let origin = Origin::start().await;
    origin.set("/bad", Reply::ok(teaser(&at(&origin, "good.example", "/throttling"))));
    origin.set("/page", Reply::ok("<html><body><p>Nothing</p></body></html>").header("Content-Type", "text/html"));
    let room = room(&origin, "full_text = true").await;
    assert!(!room.by_hand("good").await.unwrap().failed);
    room.clock.advance(Duration::from_secs(60));
    assert!(!room.by_hand("bad").await.unwrap().failed);
    assert_eq!(room.articles().await.later, 1);
    is_polled_on_time(&room, &origin).await;
    // Pages there are left alone, whoever links to them.
    origin.set("/bad", Reply::ok(teaser(&at(&origin, "good.example", "/page"))));
    assert!(!room.by_hand("bad").await.unwrap().failed);
    assert_eq!(room.articles().await.later, 1);
    assert_eq!((origin.requests_for("/throttling").len(), origin.requests_for("/page").len()), (1, 0));
    room.clock.advance(WEEK);
    room.by_hand("bad").await.unwrap();
    room.articles().await;
    assert_eq!(origin.requests_for("/page").len(), 1);
}

/// Nor a source whose document lies at such a host and is reached by a redirect.
#[tokio::test]
async fn b115_pages_that_are_held_keep_no_document_from_its_source() {
    let origin = Origin::start().await;
    origin.set("/bad", Reply::ok(teaser(&at(&origin, "cdn.example", "/throttling"))));
    origin.set("/legit", Reply::redirect(302, at(&origin, "cdn.example", "/healthy")));
    origin.set("/healthy", Reply::ok(NEWS));
    let legit = source("legit", &at(&origin, "legit.example", "/legit"), "every 1h");
    let room = room(&origin, &format!("full_text = true\n{legit}")).await;
    assert!(!room.by_hand("bad").await.unwrap().failed);
    assert_eq!(room.articles().await.later, 1);
    assert_eq!(origin.requests_for("/throttling").len(), 1);
    let ended = room.by_hand("legit").await.unwrap();
    assert!(!ended.failed, "{}", ended.note.text);
    assert_eq!(origin.requests_for("/healthy").len(), 1);
}

/// What a host asks for itself binds whoever comes by a detour.
#[tokio::test]
async fn b115_p17_a_hosts_own_429_holds_those_who_come_from_elsewhere() {
    let origin = Origin::start().await;
    let room = room(&origin, "").await;
    origin.set("/feed", throttling());
    origin.set("/bad", Reply::redirect(302, at(&origin, "good.example", "/there")));
    origin.set("/there", Reply::ok(NEWS));
    assert!(room.by_hand("good").await.unwrap().failed);
    assert_eq!(room.state("good").await.next.at.since(room.clock.now()), WEEK);
    let ended = room.by_hand("bad").await.unwrap();
    assert!(ended.failed && ended.note.kind == "held", "{}", ended.note.text);
    assert!(origin.requests_for("/there").is_empty());
}
