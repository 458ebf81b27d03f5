//! What a publisher sees over hours and days, by a clock that tests move
//! (checks P8 to P24, P36, R23).

use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::poll::Summary;
use wiredesk::store::NotClaimed;

use crate::newsroom::{MONDAY, NEWS, Names, Newsroom, at, condition, source};
use crate::origin::Origin;
use crate::reply::Reply;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 86_400;

fn after(now: Timestamp, secs: u64) -> Timestamp {
    now.plus(Duration::from_secs(secs))
}

/// How long after its poll a source is due, in seconds.
fn wait(room: &Newsroom, summary: &Summary) -> u64 {
    use wiredesk::clock::Clock;
    summary.next.at.since(room.clock.now()).as_secs()
}

/// A room of one source, `s` at `news.example`, and its origin.
async fn room(schedule: &str) -> (Origin, Newsroom) {
    let origin = Origin::start().await;
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), schedule)).await;
    (origin, room)
}

fn news() -> Reply {
    Reply::ok(NEWS).header("ETag", "\"1\"")
}

/// News that is another document each time.
fn numbered(n: usize) -> String {
    NEWS.replace(">1<", &format!(">{n}<")).replace("/1<", &format!("/{n}<"))
}

#[tokio::test]
async fn p9_p11_the_latest_wish_wins_and_is_named() {
    for (field, value, expected, named) in [
        ("Cache-Control", "max-age=7200", 2 * HOUR, "max-age"),
        ("Cache-Control", "max-age=43200", 12 * HOUR, "max-age"),
        ("Cache-Control", "max-age=504576000", 12 * HOUR, "max-age"),
        ("Cache-Control", "max-age=60", 10 * MINUTE, "every 10m"),
        ("Cache-Control", "s-maxage=7200", 10 * MINUTE, "every 10m"),
        ("Cache-Control", "no-store, max-age=7200", 10 * MINUTE, "every 10m"),
        ("Expires", "Tue, 01 Jan 2030 00:00:00 GMT", 12 * HOUR, "Expires"),
        ("Expires", "0", 10 * MINUTE, "every 10m"),
    ] {
        let (origin, room) = room("every 10m").await;
        origin.set("/feed", news().header(field, value));
        let ended = room.next_one().await;
        let waited = wait(&room, &ended);
        assert!((expected..=expected + 30).contains(&waited), "{field}: {value}: {waited}");
        assert!(ended.next.because.contains(named), "{field}: {value}: {}", ended.next.because);
        assert_eq!(room.state("s").await.next.because, ended.next.because, "status names it");
    }
}

#[tokio::test]
async fn p11_a_304_without_a_word_renews_the_freshness_of_its_document() {
    let (origin, room) = room("every 10m").await;
    origin.queue("/feed", [news().header("Cache-Control", "max-age=7200"), Reply::status(304)]);
    assert_eq!(wait(&room, &room.next_one().await), 2 * HOUR);
    assert_eq!(wait(&room, &room.next_one().await), 2 * HOUR);
    origin.set("/feed", Reply::status(304).header("Cache-Control", "max-age=3600"));
    assert_eq!(wait(&room, &room.next_one().await), HOUR);
    assert_eq!(room.state("s").await.failures, 0);
}

#[tokio::test]
async fn p15_hints_lengthen_the_wait_unless_the_operator_named_an_interval() {
    let hinted = |hints: &str| NEWS.replace("<title>News</title>", &format!("<title>News</title>{hints}"));
    let night = "<skipHours><hour>0</hour><hour>1</hour><hour>2</hour></skipHours>";
    let all: String = (0..24).map(|h| format!("<hour>{h}</hour>")).collect();
    for (hints, schedule, least, most, named) in [
        ("<ttl>180</ttl>", "adaptive", 3 * HOUR, 3 * HOUR, "ttl"),
        ("<ttl>180</ttl>", "every 10m", 10 * MINUTE, 11 * MINUTE, "every 10m"),
        ("<ttl>99999</ttl>", "adaptive", 12 * HOUR, 12 * HOUR, "ttl"),
        (night, "adaptive", 3 * HOUR - MINUTE, 3 * HOUR, "skipHours"),
        ("<skipDays><day>Monday</day></skipDays>", "adaptive", 12 * HOUR, 12 * HOUR, "skipDays"),
        ("<skipDays><day>Tuesday</day></skipDays>", "adaptive", 15 * MINUTE, 17 * MINUTE, "adaptive"),
    ] {
        let (origin, room) = room(schedule).await;
        origin.set("/feed", Reply::ok(hinted(hints)).header("ETag", "\"1\""));
        let ended = room.next_one().await;
        let waited = wait(&room, &ended);
        assert!((least..=most).contains(&waited), "{hints} {schedule}: {waited}");
        assert!(ended.next.because.contains(named), "{hints}: {}", ended.next.because);
    }
    let (origin, room) = room("adaptive").await;
    origin.set("/feed", Reply::ok(hinted(&format!("<skipHours>{all}</skipHours>"))).header("ETag", "\"1\""));
    let ended = room.next_one().await;
    assert!(wait(&room, &ended) < 17 * MINUTE);
    assert!(ended.warnings.iter().any(|w| w.contains("skipHours names every hour")), "{:?}", ended.warnings);
}

#[tokio::test]
async fn p10_a_source_that_never_sent_a_validator_is_asked_once_an_hour() {
    let (origin, room) = room("adaptive").await;
    origin.set("/feed", Reply::ok(NEWS));
    let ended = room.next_one().await;
    let waited = wait(&room, &ended);
    assert!((HOUR..=HOUR + 6 * MINUTE).contains(&waited), "{waited}: {}", ended.next.because);
}

#[tokio::test]
async fn p16_retry_after_in_every_form_is_honoured_to_the_second_and_beats_the_operator() {
    // The room's clock stands between midnight and a second after it.
    for (status, value, expected) in [
        (503, "4711", Some(4711)),
        (429, "4711", Some(4711)),
        (503, "Mon, 23 Nov 2026 03:00:00 GMT", Some(3 * HOUR)),
        (503, "Monday, 23-Nov-26 03:00:00 GMT", Some(3 * HOUR)),
        (503, "Mon Nov 23 03:00:00 2026", Some(3 * HOUR)),
        (503, "99999999", Some(7 * DAY)),
        (503, "Sun, 22 Nov 2026 03:00:00 GMT", None),
        (503, "later", None),
        (503, "-5", None),
    ] {
        let (origin, room) = room("every 10m").await;
        origin.set("/feed", Reply::status(status).header("Retry-After", value));
        let ended = room.next_one().await;
        match expected {
            Some(secs) => {
                assert_eq!(wait(&room, &ended), secs, "{status} {value}: {}", ended.next.because);
                assert!(ended.next.because.contains("Retry-After"), "{}", ended.next.because);
                let Err(NotClaimed::Held { until, .. }) = room.by_hand("s").await else { panic!("polled by hand") };
                assert_eq!(until.at, ended.next.at, "P36");
            }
            None => assert!(ended.next.because.contains("backoff"), "{value}: {}", ended.next.because),
        }
        assert_eq!(origin.requests().len(), 1);
    }
}

#[tokio::test]
async fn p16_a_redirect_may_ask_to_wait_and_a_200_may_not() {
    let (origin, room) = room("every 10m").await;
    origin.set("/feed", Reply::redirect(302, "/now").header("Retry-After", "7200"));
    origin.set("/now", news().header("Retry-After", "90000"));
    let ended = room.next_one().await;
    assert_eq!((ended.failed, wait(&room, &ended)), (false, 2 * HOUR));
}

#[tokio::test]
async fn p17_p18_a_429_holds_its_host_and_a_503_its_feed_alone() {
    let origin = Origin::start().await;
    let of = |name: &str, host: &str| source(name, &at(&origin, host, &format!("/{name}")), "every 10m");
    for (status, held) in [(429, true), (503, false), (403, false), (500, false)] {
        origin.set("/a", Reply::status(status).header("Retry-After", "3600"));
        for name in ["b", "c"] {
            origin.set(&format!("/{name}"), news());
        }
        let config = of("a", "news.example") + &of("b", "news.example") + &of("c", "www.news.example");
        let room = Newsroom::open(&config).await;
        room.by_hand("a").await.unwrap();
        let by_hand = room.by_hand("b").await;
        assert_eq!(matches!(by_hand, Err(NotClaimed::Held { .. })), held, "{status}: {by_hand:?}");
        assert!(room.by_hand("c").await.is_ok(), "{status}: another host of the domain");
        if held {
            let because = room.state("b").await.next.because;
            assert!(because.contains("news.example, requested for a: the server answered 429"), "{because}");
        }
    }
}

#[tokio::test]
async fn p18_429_without_a_value_waits_an_hour_and_doubles_to_a_day_whichever_source_asks() {
    let origin = Origin::start().await;
    let of = |name: &str| source(name, &at(&origin, "news.example", &format!("/{name}")), "every 10m");
    for name in ["a", "b"] {
        origin.set(&format!("/{name}"), Reply::status(429));
    }
    let room = Newsroom::open(&(of("a") + &of("b"))).await;
    let mut waits = Vec::new();
    while waits.len() < 6 {
        for ended in room.next().await {
            waits.push(wait(&room, &ended) / HOUR);
        }
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 24]);
}

#[tokio::test]
async fn p19_a_move_is_followed_once_it_was_read_twice_and_the_old_address_is_asked_weekly() {
    let (origin, room) = room("every 12h").await;
    origin.set("/feed", Reply::redirect(301, "/new"));
    origin.set("/new", news());
    let mut asked = Vec::new();
    for _ in 0..60 {
        origin.forget();
        room.next_one().await;
        asked.push(origin.requests().iter().map(|r| r.path.clone()).collect::<Vec<_>>());
    }
    assert_eq!(asked[0], ["/feed", "/new"]);
    assert_eq!(asked[1], ["/feed", "/new"]);
    let back: Vec<usize> = (2..60).filter(|n| asked[*n].contains(&"/feed".to_owned())).collect();
    assert!((2..=5).contains(&back.len()), "{back:?}");
    assert!(back.windows(2).all(|two| two[1] - two[0] >= 13), "a week apart: {back:?}");
    assert_eq!(room.word("s").await, "moved");
    assert_eq!(room.store.totals().await.unwrap().entries, 1, "the same source, the same entries");
}

#[tokio::test]
async fn p19_one_request_in_three_redirected_to_nowhere_moves_nothing() {
    let (origin, room) = room("every 1h").await;
    let mut n = 0;
    origin.script("/feed", move |_| {
        n += 1;
        if n % 3 == 0 { Reply::redirect(301, "/nowhere") } else { Reply::ok(numbered(n)) }
    });
    for _ in 0..30 {
        room.next_one().await;
    }
    assert_eq!((room.state("s").await.standing.address.current, room.word("s").await), (None, "failing"));
    assert_eq!(origin.requests_for("/feed").len(), 30);
}

#[tokio::test]
async fn p19_a_new_address_that_fails_leads_back_to_the_old_one_within_a_day() {
    let (origin, room) = room("every 6h").await;
    origin.set("/feed", Reply::redirect(308, "/new"));
    origin.set("/new", news());
    room.next_one().await;
    room.next_one().await;
    origin.set("/new", Reply::status(500));
    origin.set("/feed", Reply::ok(numbered(2)));
    origin.forget();
    for _ in 0..4 {
        room.next_one().await;
    }
    let asked: Vec<String> = origin.requests().into_iter().map(|r| r.path).collect();
    assert_eq!(asked, ["/new", "/new", "/new", "/feed"]);
    assert_eq!((room.word("s").await, room.store.totals().await.unwrap().entries), ("ok", 2));
}

#[tokio::test]
async fn p20_a_temporary_redirect_is_asked_for_every_time() {
    for status in [302, 303, 307] {
        let (origin, room) = room("every 1h").await;
        origin.set("/feed", Reply::redirect(status, "/today"));
        origin.set("/today", news());
        for _ in 0..4 {
            room.next_one().await;
        }
        assert_eq!(origin.requests_for("/feed").len(), 4);
        assert_eq!(room.word("s").await, "ok");
    }
}

#[tokio::test]
async fn p22_refusals_wait_longer_and_longer_and_never_end() {
    for status in [401, 404, 451] {
        let (origin, room) = room("every 10m").await;
        origin.set("/feed", Reply::status(status));
        let mut waits = Vec::new();
        for _ in 0..8 {
            waits.push(wait(&room, &room.next_one().await) / HOUR);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 24, 24, 24], "{status}");
        assert_eq!(room.word("s").await, "stale", "and it is shown");
        // Mended, it is back at its pace at once; a poll by hand need not wait (P36).
        origin.set("/feed", news());
        room.until(after(MONDAY, 30 * DAY));
        assert!(!room.by_hand("s").await.unwrap().failed);
        assert_eq!(room.state("s").await.standing.refusals, 0);
    }
}

#[tokio::test]
async fn p23_gone_twice_a_day_apart_stops_loudly_and_a_poll_by_hand_revives() {
    let (origin, room) = room("every 10m").await;
    origin.set("/feed", news());
    room.next_one().await;
    origin.set("/feed", Reply::status(410));
    assert_eq!(wait(&room, &room.next_one().await), DAY);
    let last = room.next_one().await;
    assert!(last.next.because.starts_with("stopped: gone (410) twice"), "{}", last.next.because);
    assert_eq!(room.word("s").await, "gone");
    room.until(after(MONDAY, 400 * DAY));
    assert!(room.claim().await.is_empty(), "it is polled no more");
    assert_eq!(room.store.totals().await.unwrap().entries, 1, "its entries stay");
    let room = room.restart().await;
    assert!(room.claim().await.is_empty(), "nor after a restart");
    origin.set("/feed", news());
    assert!(!room.by_hand("s").await.unwrap().failed);
    assert_eq!(room.word("s").await, "ok");
    assert!(room.due_at().await < after(MONDAY, 401 * DAY));
}

#[tokio::test]
async fn p24_errors_double_the_interval_to_six_hours_and_one_success_resets() {
    let (origin, room) = room("every 30m").await;
    origin.set("/feed", Reply::status(502));
    let mut waits = Vec::new();
    for _ in 0..6 {
        waits.push(wait(&room, &room.next_one().await) / MINUTE);
    }
    assert_eq!(waits, [60, 120, 240, 360, 360, 360]);
    origin.set("/feed", news());
    room.next_one().await;
    origin.set("/feed", Reply::reset());
    assert_eq!(wait(&room, &room.next_one().await) / MINUTE, 60);
}

#[tokio::test]
async fn p8_a_daily_source_that_only_says_304_is_asked_for_the_whole_now_and_then() {
    let (origin, room) = room("every 12h").await;
    for day in 1..=6 {
        origin.set("/feed", Reply::ok(numbered(day)).header("ETag", "\"stuck\""));
        room.next_one().await;
        room.next_one().await;
    }
    origin.script("/feed", |request| match request.header("if-none-match") {
        Some(_) => Reply::status(304),
        None => Reply::ok(numbered(6)).header("ETag", "\"stuck\""),
    });
    origin.forget();
    for _ in 0..60 {
        room.next_one().await;
    }
    let whole: Vec<usize> = origin
        .requests()
        .iter()
        .enumerate()
        .filter(|(_, r)| r.header("if-none-match").is_none())
        .map(|(n, _)| n)
        .collect();
    assert!((3..=4).contains(&whole.len()), "30 days: {whole:?}");
    assert!((9..=11).contains(&whole[0]), "after five days: {whole:?}");
    assert!(whole.windows(2).all(|two| two[1] - two[0] >= 15), "{whole:?}");
}

#[tokio::test]
async fn r23_a_panic_ends_one_poll_and_the_third_in_a_row_rests_the_source() {
    let origin = Origin::start().await;
    origin.set("/feed", news());
    let sources = source("broken", &at(&origin, "broken.example", "/feed"), "every 10m")
        + &source("whole", &at(&origin, "whole.example", "/feed"), "every 10m");
    let room = Newsroom::with("host_gap = \"0s\"", &sources, Names { broken: Some("broken.example") }).await;
    let mut waits = Vec::new();
    while waits.len() < 3 {
        for ended in room.next().await {
            if ended.source.as_str() == "broken" {
                assert_eq!(ended.note.text, "internal error: the resolver broke down");
                waits.push(wait(&room, &ended));
            } else {
                assert!(!ended.failed, "{}", ended.note.text);
            }
        }
    }
    assert_eq!(waits, [20 * MINUTE, 40 * MINUTE, DAY]);
    assert_eq!(room.state("broken").await.standing.breakdowns, 3);
}

#[tokio::test]
async fn r18_the_clock_may_jump_and_waits_stay_what_they_were() {
    let (origin, room) = room("every 10m").await;
    origin.document("/feed", NEWS);
    room.next_one().await;
    let yesterday = MONDAY.minus(Duration::from_secs(DAY));
    room.clock.step_to(yesterday);
    room.store.set_back(yesterday).await.unwrap();
    let due = room.due_at().await;
    assert!(due <= after(yesterday, 11 * MINUTE) && due >= after(yesterday, 10 * MINUTE), "{due}");
    room.next_one().await;
    for far in [after(MONDAY, DAY), Timestamp::from_millis(2_147_483_648_000)] {
        room.clock.step_to(far);
        assert_eq!(room.next().await.len(), 1, "overdue, and polled once");
        assert!(room.due_at().await.since(far) <= Duration::from_secs(11 * MINUTE));
    }
    assert_eq!(origin.requests().len(), 4);
}

/// Entries `from` to `to`, newest first, with a link to older ones.
fn page(from: usize, to: usize, older: Option<&str>) -> String {
    let items: String = (from..=to)
        .rev()
        .map(|n| {
            format!("<entry><id>urn:x:{n}</id><title>Entry {n}</title><updated>2026-11-22T00:00:00Z</updated></entry>")
        })
        .collect();
    let link = older.map(|href| format!("<link rel=\"prev-archive\" href=\"{href}\"/>")).unwrap_or_default();
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><id>urn:x</id>{link}{items}</feed>")
}

#[tokio::test]
async fn r5_a_rolled_window_is_read_back_through_archives_until_something_is_known() {
    let (origin, room) = room("every 1h").await;
    origin.set("/feed", Reply::ok(page(1, 10, None)));
    room.next_one().await;
    // Forty entries came within the hour; the window holds ten.
    origin.set("/feed", Reply::ok(page(41, 50, Some("/back/3"))));
    origin.set("/back/3", Reply::ok(page(26, 40, Some("/back/2"))));
    origin.set("/back/2", Reply::ok(page(9, 25, Some("/back/1"))));
    origin.set("/back/1", Reply::ok(page(1, 8, None)));
    origin.forget();
    let ended = room.next_one().await;
    assert_eq!((ended.new, ended.gap), (40, false), "{:?}", ended.warnings);
    let asked: Vec<String> = origin.requests().into_iter().map(|r| r.path).collect();
    assert_eq!(asked, ["/feed", "/back/3", "/back/2"], "no further than needed");
    let said = "gap: the document's window had rolled: 32 further entries were read from 2 older pages";
    assert!(ended.warnings.iter().any(|w| w == said), "{:?}", ended.warnings);
    assert_eq!(room.store.totals().await.unwrap().entries, 50);
    origin.forget();
    room.next_one().await;
    assert_eq!(origin.requests().len(), 1, "archives are asked for after a gap alone (P34)");
}

#[tokio::test]
async fn r5_a_gap_that_no_archive_closes_is_told_and_shortens_the_interval() {
    let (origin, room) = room("adaptive").await;
    origin.set("/feed", Reply::ok(page(1, 10, None)));
    room.next_one().await;
    for (older, back) in [(None, 404), (Some("/back"), 404), (Some("/feed"), 404)] {
        let from = 100 * usize::try_from(room.state("s").await.polls).unwrap();
        origin.set("/feed", Reply::ok(page(from, from + 9, older)));
        origin.set("/back", Reply::status(back));
        let ended = room.next_one().await;
        assert_eq!((ended.new, ended.gap), (10, true), "{older:?}");
        assert!(ended.warnings.iter().any(|w| w.contains("news may have been lost")), "{:?}", ended.warnings);
        assert!(ended.next.because.contains("no entry of the document before was left"), "{}", ended.next.because);
    }
}

#[tokio::test]
async fn r5_archives_without_end_are_read_ten_pages_an_hour_and_left_after_a_hundred() {
    let (origin, room) = room("every 1h").await;
    origin.set("/feed", Reply::ok(page(1, 2, None)));
    room.next_one().await;
    origin.set("/feed", Reply::ok(page(1000, 1001, Some("/back/0"))));
    for n in 0..150 {
        let next = format!("/back/{}", n + 1);
        origin.set(&format!("/back/{n}"), Reply::ok(page(2000 + n, 2000 + n, Some(&next))));
    }
    origin.forget();
    let ended = room.next_one().await;
    assert_eq!((origin.requests().len(), ended.new, ended.gap), (11, 12, false));
    for hour in 1..10 {
        let ended = room.next_one().await;
        assert_eq!((ended.new, ended.gap), (10, hour == 9), "{:?}", ended.warnings);
    }
    origin.forget();
    room.next_one().await;
    assert_eq!(origin.requests().len(), 1);
}

#[tokio::test]
async fn r6_a_source_without_success_for_three_intervals_is_stale_and_says_so() {
    let (origin, room) = room("every 1h").await;
    origin.document("/feed", NEWS);
    room.next_one().await;
    origin.set("/feed", Reply::reset());
    room.next_one().await;
    assert_eq!(room.word("s").await, "failing");
    room.until(after(MONDAY, 4 * HOUR));
    assert_eq!(room.word("s").await, "stale");
    let all = crate::contract::all_sources(&room.store, after(MONDAY, 4 * HOUR)).await;
    let remarks = condition(&all[0], after(MONDAY, 4 * HOUR)).remarks();
    assert!(remarks[0].starts_with("stale: without a success since 2026-11-23T00:00"), "{remarks:?}");
    origin.document("/feed", NEWS);
    room.next_one().await;
    assert_eq!(room.word("s").await, "ok");
}
