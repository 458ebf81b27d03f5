//! What a document's window does to what is known: entries come and go, answers
//! turn bad and good again, another publication moves in (checks B49, B62 to B66).

use wiredesk::model::WarningKind;

use crate::desk::{Desk, EVERYTHING, rss};
use crate::newsroom::{Newsroom, at, source};
use crate::origin::Origin;
use crate::reply::{Gate, Reply};

async fn room() -> (Origin, Newsroom) {
    let origin = Origin::start().await;
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1h")).await;
    (origin, room)
}

async fn kept(room: &Newsroom) -> u64 {
    room.store.totals().await.unwrap().entries
}

/// B62.
#[tokio::test]
async fn dates_that_follow_the_clock_make_no_revision_b62() {
    let (origin, room) = room().await;
    for hour in 0..4 {
        let dated =
            rss("news", 1..=3).replace("<guid", &format!("<pubDate>Mon, 23 Nov 2026 0{hour}:00:00 GMT</pubDate><guid"));
        origin.set("/feed", Reply::ok(dated));
        let ended = room.next_one().await;
        assert_eq!((ended.new, ended.revised), (if hour == 0 { 3 } else { 0 }, 0), "hour {hour}");
    }
    assert_eq!(kept(&room).await, 3);
}

/// B63.
#[tokio::test]
async fn entries_that_leave_the_window_stay_b63() {
    let (origin, room) = room().await;
    for (window, new) in [(1..=20, 20), (20..=20, 0), (1..=20, 0), (20..=21, 1)] {
        origin.set("/feed", Reply::ok(rss("news", window.clone())));
        let ended = room.next_one().await;
        assert_eq!((ended.new, ended.revised), (new, 0), "{window:?}");
    }
    assert_eq!(kept(&room).await, 21);
}

/// B64.
#[tokio::test]
async fn answers_that_turn_bad_and_good_delete_nothing_and_double_nothing_b64() {
    let (origin, room) = room().await;
    let page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in</body></html>";
    for round in 0..3 {
        for (reply, failed) in [
            (Reply::ok(rss("news", 1..=5)), false),
            (Reply::status(404), true),
            (Reply::ok(page).header("Content-Type", "text/html"), true),
            (Reply::status(500), true),
            (Reply::ok(""), true),
        ] {
            origin.set("/feed", reply);
            let ended = room.next_one().await;
            assert_eq!(ended.failed, failed, "{:?}", ended.note);
            assert_eq!((ended.new, ended.revised), (if round == 0 && !failed { 5 } else { 0 }, 0));
            assert_eq!(kept(&room).await, 5);
        }
    }
}

/// B65, B66.
#[tokio::test]
async fn another_publication_at_the_same_address_is_told_and_kept_apart_b65_b66() {
    let (origin, room) = room().await;
    origin.set("/feed", Reply::ok(rss("harbour", 1..=5)));
    assert!(!room.next_one().await.gap);
    let other = rss("casino", 1..=5).replace("news.example", "casino.example");
    origin.set("/feed", Reply::ok(other));
    let ended = room.next_one().await;
    assert_eq!((ended.new, ended.revised, ended.gap), (5, 0, true));
    let gap = format!("{}: ", WarningKind::Gap.as_str());
    assert!(ended.warnings.iter().any(|warning| warning.starts_with(&gap)), "{:?}", ended.warnings);
    let moved_in = |warning: &String| warning.contains("another publication may have moved in: \"casino\"");
    assert!(ended.warnings.iter().any(moved_in), "{:?}", ended.warnings);
    assert_eq!(kept(&room).await, 10);
}

/// B49: RUSTSEC-2025-0055.
#[tokio::test(flavor = "multi_thread")]
async fn no_document_steers_a_terminal_or_forges_a_line_of_the_log_b49() {
    let origin = Origin::start().await;
    let page = "<html><head><title>\u{1b}[2J\u{9b}31m&#27;[0m&#10;2026 ERROR forged</title></head></html>";
    origin.set("/page", Reply::ok(page).header("Content-Type", "text/html"));
    let title = "<rss><channel><item><guid>\u{1b}[2J&#x9b;1\nERROR forged</guid><title>\u{1b}]0;x\u{7}</title>\
        <link>javascript:\u{1b}[2J</link><pubDate>\u{9b}2J\nERROR forged</pubDate></item></channel></rss>";
    origin.set("/feed", Reply::ok(title));
    let sources = crate::desk::source("page", origin.url("/page")) + &crate::desk::source("feed", origin.url("/feed"));
    let desk = Desk::new(&(sources + EVERYTHING));
    for format in ["text", "json"] {
        let ran = desk.run(&["--log-format", format, "poll", "page", "feed"]);
        for said in [&ran.out, &ran.err] {
            assert!(!said.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{said:?}");
            assert!(!said.lines().any(|line| line.trim_start().starts_with("ERROR forged")), "{said}");
        }
        assert!(format!("{}{}", ran.out, ran.err).contains("not a feed"), "{ran:?}");
    }
}

/// What a poll brings that began under a filter which was changed meanwhile is
/// decided by the new one.
#[tokio::test]
async fn a_correction_brought_by_a_poll_under_way_is_decided_by_the_changed_filter() {
    let (origin, room) = room().await;
    room.refilter("title:port").await;
    origin.set("/feed", Reply::ok(rss("news", 1..=2)));
    room.next_one().await;
    let gate = Gate::shut();
    let corrected = rss("news", 1..=2).replace("</title><link", " harbour</title><link");
    origin.set("/feed", Reply::ok(corrected).behind(&gate));
    let (ended, ()) = tokio::join!(room.next_one(), async {
        origin.wait_for(2).await;
        room.refilter("title:harbour").await;
        gate.open();
    });
    assert_eq!(ended.revised, 2, "{ended:?}");
    room.decide_again().await;
    assert_eq!(room.published().await.len(), 2);
}

/// `age:` is the age at first sight: a correction makes nothing older.
#[tokio::test]
async fn a_correction_after_days_leaves_an_entry_in_a_feed_of_young_ones() {
    let (origin, room) = room().await;
    room.refilter("age:<3d").await;
    let dated = |title: &str| {
        let date = "<pubDate>Mon, 23 Nov 2026 00:00:00 GMT</pubDate><guid";
        rss("news", 1..=1).replace("<guid", date).replace("</title><link", &format!("{title}</title><link"))
    };
    origin.set("/feed", Reply::ok(dated("")));
    room.next_one().await;
    assert_eq!(room.published().await.len(), 1);
    room.clock.advance(std::time::Duration::from_secs(5 * 24 * 3600));
    origin.set("/feed", Reply::ok(dated(" corrected")));
    let ended = room.next_one().await;
    assert_eq!((ended.revised, room.published().await.len()), (1, 1));
}
