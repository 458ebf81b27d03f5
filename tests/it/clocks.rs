//! A clock that was ahead, or behind, once (R18, R25): the binary under another
//! time than its machine's.

use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock, Timestamp};
use wiredesk::store::Store;

use crate::desk::{Desk, EVERYTHING, Got, Running, rss, source};
use crate::origin::Origin;
use crate::shim::{library, set_ahead};

const DAY: i64 = 86_400;
const YEARS: i64 = 730 * DAY;

/// A feed with the default window: what is old at first sight stays out.
const RECENT: &str = "[[feed]]\nid = \"recent\"\ntitle = \"Recent\"\nbackfill = \"30d\"\n\n";

struct Room {
    origin: Origin,
    desk: Desk,
}

impl Room {
    async fn open() -> Room {
        let origin = Origin::start().await;
        let desk = Desk::new(&(source("s", origin.url("/feed")) + EVERYTHING + RECENT));
        Room { origin, desk }
    }

    /// Serves entries `numbers`, each dated now, and polls under a clock so many
    /// seconds ahead.
    fn poll(&self, numbers: std::ops::Range<u64>, ahead: i64) {
        self.serve(numbers);
        self.due();
        let mut command = self.desk.command(&["poll", "--all"]);
        set_ahead(&mut command, ahead);
        let done = tokio::task::block_in_place(|| command.output().unwrap());
        assert!(done.status.success(), "{done:?}");
    }

    fn serve(&self, numbers: std::ops::Range<u64>) {
        let date = SystemClock::new().now().http_date();
        let document =
            rss("news", numbers).replace("</title><link", &format!("</title><pubDate>{date}</pubDate><link"));
        self.origin.document("/feed", document);
    }

    /// As though the time had come.
    fn due(&self) {
        let path = self.desk.path("desk.db");
        if path.exists() {
            let store = rusqlite::Connection::open(path).unwrap();
            store.execute_batch("UPDATE source SET lease_until_at = 0; DELETE FROM turn; DELETE FROM site").unwrap();
        }
    }

    /// Runs the daemon under a clock so many seconds ahead until it has polled
    /// `polls` times and `then` is done.
    fn run(&self, ahead: i64, then: impl FnOnce(&mut Running)) {
        let mut running = self.desk.start_with(|command| set_ahead(command, ahead));
        then(&mut running);
        running.signal("TERM");
        assert_eq!(running.end(), Some(0));
    }

    async fn store(&self) -> Arc<dyn Store> {
        self.desk.store(SystemClock::new().now()).await
    }

    fn change(&self, query: &str) {
        rusqlite::Connection::open(self.desk.path("desk.db")).unwrap().execute_batch(query).unwrap();
    }

    fn count(&self, query: &str) -> i64 {
        rusqlite::Connection::open(self.desk.path("desk.db")).unwrap().query_row(query, [], |r| r.get(0)).unwrap()
    }
}

/// Titles of a feed's first page, and the newest `updated` in it.
fn page(running: &Running, feed: &str) -> (Vec<String>, i64) {
    let got = running.get(&format!("/feeds/{feed}.atom"), &[]);
    assert_eq!(got.status, 200);
    let read = feed_rs::parser::parse(&got.body[..]).unwrap();
    let newest =
        read.entries.iter().filter_map(|e| e.updated).chain(read.updated).map(|at| at.timestamp_millis()).max();
    (read.entries.into_iter().map(|e| e.title.unwrap().content).collect(), newest.unwrap_or(0))
}

fn now() -> Timestamp {
    SystemClock::new().now()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_start_years_ahead_prunes_nothing_r25() {
    if library().is_none() {
        return;
    }
    for ahead in [YEARS, 20 * YEARS, 500 * DAY] {
        let room = Room::open().await;
        room.poll(0..60, 0);
        room.poll(60..90, 0);
        let texts = "SELECT count(*) FROM text";
        let polls = room.count("SELECT count(*) FROM poll");
        room.run(ahead, |running| drop(running.wait_for("the clock is ahead of what this store has seen")));
        // Again: a machine that is restarted does not know better.
        room.run(ahead, |running| drop(running.until("/readyz", |got| got.status == 200)));
        assert_eq!(room.count(texts), 90, "{ahead}");
        assert!(room.count("SELECT count(*) FROM poll") >= polls);
        room.run(0, |running| drop(running.until("/feeds/all.atom", |got| got.status == 200)));
        assert_eq!(room.count(texts), 90, "{ahead}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_was_really_off_prunes_again_and_an_honest_clock_at_once_r25() {
    let room = Room::open().await;
    room.poll(0..30, 0);
    let (store, hour) = (room.store().await, Duration::from_secs(3600));
    let later = now().plus(Duration::from_secs(YEARS as u64));
    let mut believed = store.believe(later, Duration::ZERO).await.unwrap();
    assert!(believed < later.minus(Duration::from_secs(700 * 86_400)), "{believed}");
    let mut hours = 0;
    while believed < later.plus(hour * hours) && hours < 1000 {
        hours += 1;
        believed = store.believe(later.plus(hour * hours), hour).await.unwrap();
    }
    assert!((560..640).contains(&hours), "25 days: {hours} hours");
    // Texts that are really old go at the first look.
    let room = Room::open().await;
    room.poll(0..30, 0);
    let old = now().minus(Duration::from_secs(500 * 86_400)).millis();
    room.change(&format!(
        "UPDATE entry SET first_seen_at = {old}; UPDATE text SET seen_at = {old}; UPDATE source SET window = NULL"
    ));
    room.run(0, |running| drop(running.wait_for("old texts were pruned")));
    assert_eq!(room.count("SELECT count(*) FROM text"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_while_the_clock_was_ahead_takes_its_place_once_it_is_right_r18() {
    if library().is_none() {
        return;
    }
    // On a desk with a history, and on one that began under the wrong clock;
    // brought by the daemon's polls, or by hand.
    for (ahead, has_history) in [(YEARS, true), (YEARS, false), (3 * DAY, true), (15 * YEARS, true)] {
        let room = Room::open().await;
        if has_history {
            room.poll(0..10, 0);
        }
        room.poll(10..20, ahead);
        let mut ids = Vec::new();
        room.run(ahead, |running| ids = Desk::feed_ids(running, "all"));
        // The clock is right again, and news goes on, by hand and by the daemon.
        room.poll(15..25, 0);
        room.run(0, |running| {
            let (titles, newest) = page(running, "all");
            let expected: Vec<String> = (20..25).rev().chain((10..20).rev()).map(|n| format!("news {n}")).collect();
            assert_eq!(titles[..15], expected, "{ahead} {has_history}");
            assert!(newest <= now().millis(), "{ahead}: nothing is dated in the future");
            let after = Desk::feed_ids(running, "all");
            let lost: Vec<_> = ids.iter().filter(|id| !after.contains(id)).collect();
            assert!(
                !ids.is_empty() && lost.is_empty(),
                "ids stay, {ahead} {has_history}: {lost:?} of {} {}",
                ids.len(),
                after.len()
            );
            // They were taken for too old when they were first seen.
            running.until("/feeds/recent.atom", |got| {
                got.text().contains(">news 12<") && got.text().contains(">news 24<")
            });
            let got = running.until("/feeds/all.atom", |got| got.header("last-modified").is_some());
            let modified = Timestamp::from_http_date(&got.header("last-modified").unwrap()).unwrap();
            assert!(modified <= now(), "{modified}");
        });
        assert_eq!(room.count(&format!("SELECT count(*) FROM route WHERE sort_at > {}", now().millis())), 0);
        assert_eq!(room.count(&format!("SELECT count(*) FROM entry WHERE first_seen_at > {}", now().millis())), 0);
        room.desk.runs(&["verify"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_while_the_clock_is_behind_still_stands_at_the_head_r18() {
    if library().is_none() {
        return;
    }
    let since_1970 = now().seconds() - 60;
    for behind in [DAY, 40 * DAY, since_1970] {
        let room = Room::open().await;
        room.poll(0..10, 0);
        // A desk with a history, which speaks against such a clock.
        room.change("UPDATE poll SET first_at = first_at - 30 * 86400000");
        room.run(0, |_| ());
        let updated = "SELECT min(updated_at) FROM entry WHERE id <= 10";
        let before = room.count(updated);
        room.poll(5..15, -behind);
        room.run(-behind, |running| {
            let (titles, _) = page(running, "all");
            let expected: Vec<String> = (0..15).rev().map(|n| format!("news {n}")).collect();
            assert_eq!(titles, expected, "{behind}");
        });
        assert_eq!(room.count(updated), before, "what was dated right stays so: {behind}");
        // And when it is right again.
        room.poll(10..20, 0);
        room.run(0, |running| {
            let (titles, _) = page(running, "all");
            let expected: Vec<String> = (0..20).rev().map(|n| format!("news {n}")).collect();
            assert_eq!(titles, expected, "{behind}");
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_works_past_2038_r18() {
    if library().is_none() {
        return;
    }
    let room = Room::open().await;
    // 2038-01-19T03:14:07Z, when 31 bits of seconds are full.
    let ahead = 2_147_483_647 - now().seconds() + 3;
    room.poll(0..10, ahead);
    room.run(ahead, |running| {
        let is_dated = |got: &Got| got.text().contains(">news 9<") && got.header("last-modified").is_some();
        let got = running.until("/feeds/all.atom", is_dated);
        assert!(got.header("last-modified").unwrap().contains(" 2038 "), "{got:?}");
        assert_eq!(running.get("/readyz", &[]).status, 200);
    });
    room.poll(5..15, ahead + 7200);
    assert_eq!(room.count("SELECT count(*) FROM entry"), 15);
    room.desk.runs(&["verify"]);
}
