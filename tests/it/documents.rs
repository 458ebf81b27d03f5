//! The published document's date is the document's: it moves with the bytes,
//! whatever changed them, and with nothing else (checks O22, O23, O25, O27).

use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::{ManualClock, Timestamp};
use wiredesk::publish::{Channel, ContentLevel};
use wiredesk::web::{self, Rendering, ShownFeed, Site};

use crate::contract::{feed, now, store};
use crate::desk::{Desk, EVERYTHING, Got, Running, rss, source};
use crate::origin::Origin;
use crate::reloading::status;

const ATOM: &str = "/feeds/all.atom";

/// A document with its validator and its date.
fn state(got: &Got) -> (String, String, Vec<u8>) {
    (got.header("etag").unwrap(), got.header("last-modified").unwrap(), got.body.clone())
}

/// Waits until the document has come and its second has passed.
#[track_caller]
fn dated(running: &mut Running, words: &str) -> Got {
    running.until(ATOM, |got| got.text().contains(words) && got.header("last-modified").is_some())
}

/// What a reader gets that compares dates alone.
fn since(running: &Running, date: &str) -> u16 {
    running.get(ATOM, &[("If-Modified-Since", date)]).status
}

/// A desk of one source and one feed of everything, polled.
async fn polled() -> (Origin, Desk) {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..20));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING));
    desk.runs(&["poll", "--all"]);
    (origin, desk)
}

/// The text of the configuration, changed by `edit`.
fn edit(desk: &Desk, edit: impl Fn(String) -> String) {
    let text = std::fs::read_to_string(desk.config()).unwrap();
    std::fs::write(desk.config(), edit(text)).unwrap();
}

fn seconds(date: &str) -> i64 {
    Timestamp::from_http_date(date).unwrap().seconds()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_changes_nothing_o22() {
    let (origin, desk) = polled().await;
    let mut first = desk.start();
    let before = state(&dated(&mut first, "harbour 19"));
    first.signal("TERM");
    assert_eq!(first.end(), Some(0));
    // By a kill too, and after a poll that brings nothing.
    for signal in ["KILL", "TERM"] {
        desk.runs(&["poll", "--all"]);
        let mut again = desk.start();
        assert_eq!(state(&dated(&mut again, "harbour 19")), before);
        for form in ["Accept-Encoding: gzip", "Accept-Encoding: br"] {
            let (name, value) = form.split_once(": ").unwrap();
            assert_eq!(again.get(ATOM, &[(name, value)]).header("last-modified"), Some(before.1.clone()));
        }
        assert_eq!(since(&again, &before.1), 304);
        again.signal(signal);
        again.end();
    }
    assert_eq!(origin.requests().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_changes_the_bytes_moves_the_date_o22_o23_o27() {
    let (_origin, desk) = polled().await;
    let mut running = desk.start();
    let mut before = dated(&mut running, "harbour 19");
    let steps: [(&str, &str, &str); 5] = [
        ("title = \"Everything\"", "title = \"All of it\"", "<title>All of it</title>"),
        ("backfill = ", "size = 3\nbackfill = ", "before="),
        ("republish = \"full\"", "republish = \"excerpt\"", "<summary>"),
        ("republish = \"excerpt\"", "republish = \"link\"", "harbour 19</title>"),
        ("https://desk.example/wire/", "https://elsewhere.example/", "https://elsewhere.example/feeds/all.atom"),
    ];
    for (old, new, words) in steps {
        let (etag, date) = (before.header("etag").unwrap(), before.header("last-modified").unwrap());
        edit(&desk, |text| text.replace(old, new));
        let after = running.until(ATOM, |got| got.header("etag").unwrap() != etag);
        assert!(after.text().contains(words), "{new}: {}", after.text());
        // A reader that compares dates alone gets it, from the first moment on.
        assert_eq!(since(&running, &date), 200, "{new}");
        let after = dated(&mut running, words);
        let moved = after.header("last-modified").unwrap();
        assert!(seconds(&moved) > seconds(&date), "{new}: {date} and then {moved}");
        assert_eq!((since(&running, &moved), since(&running, &date)), (304, 200), "{new}");
        before = after;
    }
    // A change that no reader can see moves nothing.
    let old = state(&before);
    edit(&desk, |text| text + "\n# a remark\n");
    running.wait_for("configuration in force");
    assert_eq!(state(&dated(&mut running, "harbour 19")), old);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_and_another_hand_move_the_date_o22() {
    let (_origin, desk) = polled().await;
    let mut first = desk.start();
    let before = state(&dated(&mut first, "harbour 19"));
    first.signal("TERM");
    first.end();
    // As though a program of another version had made it.
    let store = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    assert_eq!(store.execute("UPDATE document SET hash = zeroblob(16)", []).unwrap(), 1);
    drop(store);
    let mut again = desk.start();
    let after = state(&dated(&mut again, "harbour 19"));
    assert_eq!((&after.0, &after.2), (&before.0, &before.2));
    assert!(seconds(&after.1) > seconds(&before.1));
    assert_eq!(since(&again, &before.1), 200);
}

/// Entries carry what their source says of itself: another title of it is
/// another document, though no entry is new.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_renames_itself_moves_the_date_o22() {
    let (origin, desk) = polled().await;
    let mut running = desk.start();
    let before = state(&dated(&mut running, "harbour 19"));
    let renamed = rss("harbour", 0..20).replace("<channel><title>harbour<", "<channel><title>The Pilot<");
    origin.document("/a.rss", renamed);
    desk.runs(&["poll", "a"]);
    let after = state(&dated(&mut running, "The Pilot"));
    assert!(after.0 != before.0 && seconds(&after.1) > seconds(&before.1));
    drop(running);
    let mut again = desk.start();
    assert_eq!(state(&dated(&mut again, "The Pilot")), after, "a restart changes nothing");
}

/// Feeds without entries of that source have nothing to do with it, and a source
/// that is read for the first time is news to those alone that take its entries.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_renames_itself_concerns_the_feeds_that_hold_its_entries() {
    let origin = Origin::start().await;
    let sources: String = ["a", "b"].map(|id| source(id, origin.url(&format!("/{id}.rss")))).concat();
    let only = |id: &str| EVERYTHING.replace("\"all\"", &format!("\"of-{id}\"")) + &format!("sources = [\"{id}\"]\n\n");
    let desk = Desk::new(&(sources + EVERYTHING + &only("a") + &only("b")));
    let changed = |feed: &str| desk.figure(&format!("SELECT coalesce(changed_at, 0) FROM feed WHERE id = '{feed}'"));
    let all = || ["all", "of-a", "of-b"].map(changed);
    let moved = |before: [i64; 3]| {
        let now = all();
        [0, 1, 2].map(|n| now[n] > before[n])
    };
    origin.document("/a.rss", rss("harbour", 0..5));
    desk.runs(&["poll", "a"]);
    let before = all();
    assert_eq!(before[2], 0, "nothing came for it");
    origin.document("/b.rss", rss("market", 0..5));
    desk.runs(&["poll", "b"]);
    assert_eq!(moved(before), [true, false, true]);
    let before = all();
    origin.document("/a.rss", rss("harbour", 0..5).replace("<channel><title>harbour<", "<channel><title>The Pilot<"));
    desk.runs(&["poll", "a"]);
    assert_eq!(moved(before), [true, true, false]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pruned_leaves_the_document_at_once_o22_r25() {
    let (origin, desk) = polled().await;
    origin.document("/a.rss", rss("harbour", 15..25));
    desk.runs(&["poll", "--all"]);
    let store = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    for (table, column) in [("entry", "first_seen_at"), ("text", "seen_at")] {
        store.execute(&format!("UPDATE {table} SET {column} = {column} - 3 * 86400000"), []).unwrap();
    }
    drop(store);
    let mut running = desk.start();
    let before = dated(&mut running, "harbour 24");
    assert!(before.text().contains("harbour 3<"));
    running.signal("TERM");
    running.end();
    edit(&desk, |text| text.replace("url = \"sqlite:desk.db\"", "url = \"sqlite:desk.db\"\nkeep = \"1d\""));
    let mut running = desk.start();
    let after = running.until(ATOM, |got| !got.text().contains("harbour 3<") && got.header("last-modified").is_some());
    assert!(after.text().contains("harbour 24") && after.text().contains("harbour 15"), "what is listed stays");
    assert!(after.header("etag") != before.header("etag"));
    assert_eq!(since(&running, &before.header("last-modified").unwrap()), 200);
    let settled = state(&after);
    drop(running);
    let mut again = desk.start();
    assert_eq!(state(&dated(&mut again, "harbour 24")), settled);
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_of_readers_are_read_in_all_three_forms_o23() {
    let (_origin, desk) = polled().await;
    let mut running = desk.start();
    let got = dated(&mut running, "harbour 19");
    let at = Timestamp::from_http_date(&got.header("last-modified").unwrap()).unwrap();
    let second = |n: i64| Timestamp::from_millis(at.millis() + n * 1000);
    let forms = |at: Timestamp| {
        let utc = at.to_utc();
        let time = utc.strftime("%H:%M:%S").to_string();
        [
            at.http_date(),
            format!("{} {time} GMT", utc.strftime("%A, %d-%b-%y")),
            format!("{} {time} {}", utc.strftime("%a %b %e"), utc.strftime("%Y")),
        ]
    };
    for form in forms(second(0)) {
        let fresh = running.get(ATOM, &[("If-Modified-Since", &form)]);
        assert_eq!((fresh.status, fresh.body.len()), (304, 0), "{form}");
        assert_eq!(fresh.header("etag"), got.header("etag"));
        // The validator is the stronger word (RFC 9110 §13.2.2).
        let other = running.get(ATOM, &[("If-Modified-Since", &form), ("If-None-Match", "\"x\"")]);
        assert_eq!(other.status, 200, "{form}");
    }
    for form in forms(second(-1)).into_iter().chain(forms(second(86_400 * 365))) {
        assert_eq!(since(&running, &form), 200, "{form}");
    }
    // A page further down is compared by its validator alone.
    let older = running.get("/feeds/all.atom?before=5-5", &[]);
    assert!(older.header("last-modified").is_none() && older.header("etag").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_feed_is_gone_after_a_restart_too_o25() {
    let (origin, desk) = polled().await;
    let other = EVERYTHING.replace("\"all\"", "\"other\"");
    desk.configure(&(source("a", origin.url("/a.rss")) + EVERYTHING + &other));
    let mut running = desk.start();
    assert_eq!(running.get("/feeds/all.atom", &[]).status, 200);
    running.signal("TERM");
    running.end();
    desk.configure(&(source("a", origin.url("/a.rss")) + &other));
    for _ in 0..2 {
        // Gone by its document, its pages, its older pages, and by HEAD.
        let mut running = desk.start();
        for path in ["/feeds/all.atom", "/feeds/all.rss", "/feeds/all", "/feeds/all.atom?before=5-5"] {
            assert_eq!(running.get(path, &[]).status, 410, "{path}");
            assert_eq!(running.ask("HEAD", path, &[]).status, 410, "{path}");
        }
        for path in ["/feeds/never.atom", "/feeds/never", "/feeds/All.atom", "/feeds/all.xml"] {
            assert_eq!(running.get(path, &[]).status, 404, "{path}");
        }
        assert_eq!(running.get("/feeds/other.atom", &[]).status, 200);
        running.signal("TERM");
        running.end();
    }
    // Back under its id, with its entries, while the daemon runs.
    let mut running = desk.start();
    desk.configure(&(source("a", origin.url("/a.rss")) + EVERYTHING + &other));
    running.until("/feeds/all.atom", |got| got.status == 200 && got.text().contains("harbour 19"));
}

fn site(title: &str) -> Site {
    let public_url: url::Url = "https://desk.example/".parse().unwrap();
    let channel = Channel { content: ContentLevel::Full, ..Channel::new(feed(), title, public_url.clone()) };
    Site { feeds: vec![ShownFeed { channel, size: 5 }], ..Site::new(public_url) }
}

/// A store that is locked keeps no document back; it is dated once the store can
/// be written again.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_dated_is_published_all_the_same_o23_o30() {
    let (folder, store) = store().await;
    let clock = Arc::new(ManualClock::at(now()));
    let desk = Arc::new(web::Desk::new(store, clock.clone(), site("City")));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(web::serve(listener, Arc::clone(&desk), stopped));
    desk.render(&feed()).await.unwrap();
    clock.advance(Duration::from_secs(60));
    assert!(status(address, "/feeds/city.atom").await.1.contains("last-modified: "));
    let lock = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    desk.set_site(site("Town"));
    assert_eq!(desk.render(&feed()).await.unwrap(), Rendering::Undated);
    let text = status(address, "/feeds/city.atom").await.1;
    assert!(text.contains("<title>Town</title>") && !text.contains("last-modified: "), "{text}");
    lock.execute_batch("ROLLBACK").unwrap();
    assert_eq!(desk.render(&feed()).await.unwrap(), Rendering::Whole);
    clock.advance(Duration::from_secs(60));
    assert!(status(address, "/feeds/city.atom").await.1.contains("last-modified: "));
}
