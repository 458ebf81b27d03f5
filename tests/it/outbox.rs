//! What becomes of feeds reaches their documents, whoever changed it and whatever came
//! between: no more, and no less (check O36).

use crate::desk::{Desk, EVERYTHING, Running, rss, source};
use crate::history::feed;
use crate::origin::Origin;

/// How often feeds were rendered since the daemon's start.
fn renderings(running: &Running) -> u64 {
    let metrics = running.get("/metrics", &[]).text();
    let line = metrics.lines().find_map(|line| line.strip_prefix("wiredesk_renderings_total "));
    line.expect("a count").parse().unwrap()
}

/// A desk of two sources, each with a feed of its own, polled.
async fn desk_of_two() -> (Origin, Desk) {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..5));
    origin.document("/b.rss", rss("market", 0..5));
    let sources: String = ["a", "b"].map(|id| source(id, origin.url(&format!("/{id}.rss")))).concat();
    let of = |id: &str| feed(&format!("of-{id}"), &format!("sources = [\"{id}\"]"));
    let desk = Desk::new(&(sources + "\n" + &of("a") + &of("b")));
    desk.runs(&["poll", "--all"]);
    (origin, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_that_do_not_change_are_not_rendered_o36() {
    let (origin, desk) = desk_of_two().await;
    let mut running = desk.start();
    running.until("/metrics", |got| got.text().contains("wiredesk_renderings_total 2\n"));
    // Another process polls; the daemon finds out by itself.
    origin.document("/a.rss", rss("harbour", 0..6));
    desk.runs(&["poll", "a"]);
    running.until("/feeds/of-a.atom", |got| got.text().contains("harbour 5"));
    assert_eq!(renderings(&running), 3, "one for the feed that changed");
    desk.runs(&["poll", "a"]);
    origin.document("/b.rss", rss("market", 0..6));
    desk.runs(&["poll", "b"]);
    running.until("/feeds/of-b.atom", |got| got.text().contains("market 5"));
    assert_eq!(renderings(&running), 4, "none for the poll that brought nothing");
}

/// What was committed and never rendered is in the document after the next start.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_a_commit_and_its_rendering_loses_nothing_o36_r1() {
    let (origin, desk) = desk_of_two().await;
    let mut running = desk.start();
    let is_dated = |got: &crate::desk::Got| got.header("last-modified").is_some();
    let before = running.until("/feeds/of-a.atom", is_dated);
    running.until("/feeds/of-b.atom", is_dated);
    running.signal("STOP");
    origin.document("/a.rss", rss("harbour", 0..6));
    desk.runs(&["poll", "a"]);
    running.signal("KILL");
    running.end();
    let mut again = desk.start();
    let after = again.until("/feeds/of-a.atom", is_dated);
    assert!(after.text().contains("harbour 5"), "{}", after.text());
    assert_ne!(after.header("last-modified"), before.header("last-modified"));
}

/// A rendering that fails is made again, though nothing changes any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_rendering_that_fails_is_made_again_o36_o30() {
    let (_origin, desk) = desk_of_two().await;
    let mut running = desk.start();
    let before = running.until("/feeds/of-a.atom", |got| got.header("last-modified").is_some());
    running.until("/feeds/of-b.atom", |got| got.header("last-modified").is_some());
    let store = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    store.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
    // As of a table that cannot be read for a while.
    let tell = "INSERT INTO change (feed_no, kind, at) SELECT no, 4, 0 FROM feed";
    store.execute_batch(&format!("BEGIN; ALTER TABLE route RENAME TO aside; {tell}; COMMIT")).unwrap();
    running.wait_for("a feed could not be rendered");
    assert_eq!(running.get("/feeds/of-a.atom", &[]).body, before.body, "it is served as it was");
    let rename = "UPDATE source SET carrier = replace(carrier, 'harbour', 'The Pilot')";
    store.execute_batch(&format!("BEGIN; ALTER TABLE aside RENAME TO route; {rename}; COMMIT")).unwrap();
    running.until("/feeds/of-a.atom", |got| got.text().contains("The Pilot"));
}

/// What another process decides anew comes to the daemon's readers, too.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_decides_anew_is_rendered_o36() {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..5));
    let config = |words: &str| {
        source("a", origin.url("/a.rss")) + EVERYTHING + &feed("some", &format!("match = 'title:({words})'"))
    };
    let desk = Desk::new(&config("\"harbour 1\""));
    desk.runs(&["poll", "--all"]);
    let mut running = desk.start();
    running.until("/feeds/some.atom", |got| got.text().contains("harbour 1<"));
    let text = std::fs::read_to_string(desk.config()).unwrap();
    let beside = desk.path("beside.toml");
    std::fs::write(&beside, text.replace("\"harbour 1\"", "\"harbour 2\"")).unwrap();
    desk.runs(&["rematch", "some", "--config", &beside.display().to_string()]);
    running.until("/feeds/some.atom", |got| got.text().contains("harbour 2<") && !got.text().contains("harbour 1<"));
}
