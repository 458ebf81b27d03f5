//! Validators that do harm: conditional requests that fail for them, and 304s
//! that hide news (checks P1, P6, P8, P10).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use wiredesk::clock::{Clock, Timestamp};

use crate::desk::rss;
use crate::newsroom::{MONDAY, NEWS, Names, Newsroom, at, condition, source};
use crate::origin::{Origin, Recorded};
use crate::reply::Reply;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

fn is_conditional(request: &Recorded) -> bool {
    request.header("if-none-match").is_some() || request.header("if-modified-since").is_some()
}

/// A server that answers conditional requests with `bad`, others with the
/// document of the hour; gives it, a room, and the hours that went by at it.
async fn server(every: &str, bad: Reply) -> (Origin, Newsroom, Arc<AtomicU64>) {
    let origin = Origin::start().await;
    let hour = Arc::new(AtomicU64::new(1));
    let now = Arc::clone(&hour);
    origin.script("/feed", move |request| {
        let n = now.load(Ordering::SeqCst);
        match is_conditional(request) {
            true => bad.clone(),
            false => Reply::ok(rss("N", n.saturating_sub(9).max(1)..=n)).header("ETag", format!("\"{n}\"")),
        }
    });
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), every)).await;
    (origin, room, hour)
}

/// Polls for so long; the server's clock goes along. Gives when it was asked
/// without validators, in hours from the first poll.
async fn unconditional(origin: &Origin, room: &Newsroom, hour: &AtomicU64, days: u64) -> Vec<u64> {
    let end = MONDAY.plus(Duration::from_secs(days * DAY));
    let mut hours = Vec::new();
    while room.due_at().await < end {
        let due = room.due_at().await;
        hour.store(due.since(MONDAY).as_secs() / HOUR + 1, Ordering::SeqCst);
        let before = origin.requests().len();
        room.next_one().await;
        let asked = &origin.requests()[before..];
        if asked.iter().any(|request| !is_conditional(request)) {
            hours.push(room.clock.now().since(MONDAY).as_secs() / HOUR);
        }
    }
    hours
}

#[tokio::test]
async fn p8_what_only_conditional_requests_get_is_followed_by_one_without_validators() {
    for bad in [
        Reply::status(412),
        Reply::status(400),
        Reply::status(403),
        Reply::status(500),
        Reply::status(501),
        Reply::status(405),
        Reply::status(206),
        Reply::status(204),
        Reply::ok(""),
        Reply::ok(" \r\n"),
        Reply::ok("").header("Content-Encoding", "gzip"),
        Reply::ok("<html><title>Bad request</title><body>No</body></html>").header("Content-Type", "text/html"),
        Reply::ok("x").declared(500),
        Reply::hang_up(),
    ] {
        let (origin, room, hour) = server("every 1h", bad).await;
        assert!(!room.next_one().await.failed);
        hour.store(5, Ordering::SeqCst);
        let failed = room.next_one().await;
        let said = &failed.note.text;
        assert!(failed.failed && said.ends_with("the next request leaves the validators out"), "{said}");
        let ended = room.next_one().await;
        assert_eq!((ended.failed, ended.new), (false, 4), "{said}: {}", ended.note.text);
        assert!(ended.note.text.contains("because the conditional request before failed"), "{}", ended.note.text);
        assert_eq!(room.state("s").await.failures, 0);
        // What fails as others may is given its new validators once more, the rest none.
        let plain = ["206", "204", "400", "405", "412", "501"].iter().any(|status| said.contains(status));
        let before = origin.requests().len();
        room.next_one().await;
        let sent = origin.requests()[before].header("if-none-match");
        assert_eq!(sent, (!plain).then(|| "\"5\"".to_owned()), "{said}");
    }
}

#[tokio::test]
async fn p8_a_server_that_fails_at_conditional_requests_delays_no_news_by_a_day() {
    for bad in [Reply::status(412), Reply::status(500), Reply::status(403), Reply::ok(""), Reply::hang_up()] {
        let (origin, room, hour) = server("every 1h", bad).await;
        let whole = unconditional(&origin, &room, &hour, 2).await;
        let longest = whole.windows(2).map(|two| two[1] - two[0]).max().unwrap();
        assert!(longest <= 4 && whole.len() >= 40, "{longest} h without an answer: {whole:?}");
        let state = room.state("s").await;
        assert_eq!(state.failures, 0);
        assert!(state.last_outcome.ends_with("because its server fails at them"), "{}", state.last_outcome);
        let said = condition(&crate::contract::all_sources(&room.store, room.clock.now()).await[0], room.clock.now())
            .remarks();
        assert!(said.iter().any(|said| said.contains("fails at conditional requests")), "{said:?}");
        // Once a week they are sent: one failure, or two where it may be chance.
        let before = origin.requests().len();
        let whole = unconditional(&origin, &room, &hour, 11).await.len();
        let requests = origin.requests().len() - before;
        assert!(requests - whole <= 2 && requests > whole, "{whole} of {requests}");
    }
}

#[tokio::test]
async fn p8_that_the_day_s_try_was_in_vain_is_told() {
    let origin = Origin::start().await;
    origin.queue("/feed", [Reply::ok(NEWS).header("ETag", "\"1\""), Reply::status(500)]);
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1h")).await;
    for _ in 0..4 {
        room.next_one().await;
    }
    let state = room.state("s").await;
    assert!(
        state.last_outcome.ends_with("without validators too, which is tried once a day"),
        "{}",
        state.last_outcome
    );
    let said =
        condition(&crate::contract::all_sources(&room.store, room.clock.now()).await[0], room.clock.now()).remarks();
    assert!(said.iter().any(|said| said.contains("is tried again after 2026-11-")), "{said:?}");
}

#[tokio::test]
async fn p8_a_server_that_fails_at_everything_is_asked_no_more_than_before() {
    let origin = Origin::start().await;
    origin.queue("/feed", [Reply::ok(NEWS).header("ETag", "\"1\""), Reply::status(500)]);
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1h")).await;
    while room.due_at().await < MONDAY.plus(Duration::from_secs(5 * DAY)) {
        room.next_one().await;
    }
    let requests = origin.requests();
    let whole = requests.iter().filter(|request| !is_conditional(request)).count();
    assert!((2..=6).contains(&whole), "{whole} of {}", requests.len());
    assert!(requests.len() < 26, "backoff grows as ever: {}", requests.len());
}

#[tokio::test]
async fn p5_p8_what_names_a_validator_of_its_own_is_another_document_and_no_fault_of_ours() {
    for bad in [Reply::ok(""), Reply::ok("<html><title>Log in</title></html>"), Reply::ok("{}")] {
        let (origin, room, _) = server("every 1h", bad.header("ETag", "\"bad\"")).await;
        room.next_one().await;
        for _ in 0..4 {
            assert!(room.next_one().await.failed);
        }
        let sent: Vec<_> = origin.requests().iter().skip(1).map(|r| r.header("if-none-match")).collect();
        assert_eq!(sent, vec![Some("\"1\"".to_owned()); 4]);
    }
}

/// A server that answers 304 to all who have a validator, once it is `stuck`.
fn liar(origin: &Origin, hour: &Arc<AtomicU64>, stuck: u64, etag: &'static str) {
    let now = Arc::clone(hour);
    origin.script("/feed", move |request| {
        let n = now.load(Ordering::SeqCst);
        let etag = if etag.is_empty() { format!("\"{n}\"") } else { etag.to_owned() };
        let current = request.header("if-none-match").is_some_and(|known| known == etag);
        match is_conditional(request) && (current || n > stuck) {
            true => Reply::status(304),
            false => Reply::ok(rss("N", n.saturating_sub(40).max(1)..=n)).header("ETag", etag),
        }
    });
}

#[tokio::test]
async fn p8_a_server_that_answers_304_for_ever_is_found_out_in_its_own_rhythm() {
    for (every, hours_a_document) in [("every 30m", 1), ("every 1h", 6), ("every 6h", 24)] {
        let (origin, hour) = (Origin::start().await, Arc::new(AtomicU64::new(1)));
        liar(&origin, &hour, 10, "");
        let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), every)).await;
        let mut found = None;
        while found.is_none() {
            let now = room.due_at().await;
            let gone = now.since(MONDAY).as_secs() / HOUR / hours_a_document;
            assert!(gone < 40, "{every}: it was never found out");
            hour.store(gone + 1, Ordering::SeqCst);
            let ended = room.next_one().await;
            found = (gone + 1 > 10 && ended.new > 0).then_some((gone + 1, ended.new));
        }
        let (at, new) = found.unwrap();
        assert!((14..=17).contains(&at), "{every}: found out after {} gaps", at - 10);
        assert_eq!(new as u64, at - 10, "{every}: nothing is lost");
        let state = room.state("s").await;
        assert_eq!((state.standing.trust.hidden, state.standing.trust.vain), (1, 0), "{every}");
        let all = crate::contract::all_sources(&room.store, room.clock.now()).await;
        assert!(condition(&all[0], room.clock.now()).remarks().iter().any(|said| said.contains("304")), "{every}");
    }
}

#[tokio::test]
async fn p8_a_server_that_never_answers_but_304_is_found_out_by_the_dates_of_its_first_document() {
    let (origin, hour) = (Origin::start().await, Arc::new(AtomicU64::new(12)));
    let now = Arc::clone(&hour);
    origin.script("/feed", move |request| {
        let n = now.load(Ordering::SeqCst);
        let dated = |i: u64| {
            let date = MONDAY.plus(Duration::from_secs(i * HOUR)).minus(Duration::from_secs(12 * HOUR)).http_date();
            format!("<item><guid>{i}</guid><title>News of hour {i}</title><pubDate>{date}</pubDate></item>")
        };
        let items: String = (1..=n).rev().map(dated).collect();
        match is_conditional(request) {
            true => Reply::status(304),
            false => Reply::ok(format!("<rss version=\"2.0\"><channel><title>N</title>{items}</channel></rss>"))
                .header("ETag", "\"always\""),
        }
    });
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1h")).await;
    let mut new = Vec::new();
    for n in 0..12 {
        hour.store(12 + n, Ordering::SeqCst);
        new.push(room.next_one().await.new);
    }
    assert_eq!(new[0], 12);
    assert_eq!(new[1..].iter().filter(|n| **n > 0).count(), 2, "{new:?}");
}

#[tokio::test]
async fn p8_the_same_etag_for_changed_bytes_hides_nothing_for_long() {
    let (origin, hour) = (Origin::start().await, Arc::new(AtomicU64::new(1)));
    liar(&origin, &hour, u64::MAX, "");
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 1h")).await;
    for n in 1..=8 {
        hour.store(n, Ordering::SeqCst);
        room.next_one().await;
    }
    // From now on it names all versions alike.
    liar(&origin, &hour, u64::MAX, "\"constant\"");
    let mut late = Vec::new();
    for n in 9..=60 {
        hour.store(n, Ordering::SeqCst);
        let ended = room.next_one().await;
        late.extend((ended.new > 0).then_some(ended.new));
    }
    assert!(late.len() >= 9 && late.iter().all(|new| *new <= 6), "{late:?}");
}

#[tokio::test]
async fn p1_p8_sources_that_sleep_at_night_cost_their_servers_a_handful_of_documents() {
    let (origin, hour) = (Origin::start().await, Arc::new(AtomicU64::new(1)));
    liar(&origin, &hour, u64::MAX, "");
    let room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), "every 30m")).await;
    let end = MONDAY.plus(Duration::from_secs(14 * DAY));
    let mut version = 1;
    let mut at_night = 0;
    while room.due_at().await < end {
        let hours = room.due_at().await.since(MONDAY).as_secs() / HOUR;
        let awake = (8..20).contains(&(hours % 24)) && hours / 24 % 7 < 5;
        version = if awake { hours + 1 } else { version };
        hour.store(version, Ordering::SeqCst);
        let before = origin.requests().len();
        room.next_one().await;
        let whole = !is_conditional(&origin.requests()[before]);
        at_night += usize::from(whole && before > 0);
    }
    assert!(at_night <= 8, "{at_night} unconditional requests in two weeks of honest silence at night");
    assert!(room.state("s").await.standing.trust.vain > 0);
}

#[tokio::test]
async fn r12_a_whole_document_that_was_not_stored_is_asked_for_whole_again() {
    let (origin, room, hour) = server("every 1h", Reply::status(412)).await;
    room.next_one().await;
    hour.store(4, Ordering::SeqCst);
    assert!(room.next_one().await.failed);
    let c = rusqlite::Connection::open(room.path("desk.db")).unwrap();
    c.execute_batch("CREATE TRIGGER no BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'by the test'); END").unwrap();
    assert_eq!(room.next_one().await.note.kind, "not-stored");
    c.execute_batch("DROP TRIGGER no").unwrap();
    let ended = room.next_one().await;
    assert_eq!((ended.failed, ended.new), (false, 3), "{}", ended.note.text);
    let whole: Vec<bool> = origin.requests().iter().map(|request| !is_conditional(request)).collect();
    assert_eq!(whole, [true, false, true, true]);
}

#[tokio::test]
async fn p1_an_unchanged_source_of_any_pace_is_asked_whole_once() {
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let sources = source("s", &at(&origin, "news.example", "/feed"), "every 6h");
    let room = Newsroom::with("host_gap = \"0s\"", &sources, Names { broken: None }).await;
    for _ in 0..200 {
        room.next_one().await;
    }
    let whole = origin.requests().iter().filter(|request| !is_conditional(request)).count();
    assert_eq!((whole, origin.requests().len()), (1, 200));
    let _: Timestamp = room.clock.now();
}

#[tokio::test]
async fn p8_a_sitemap_that_fails_for_its_validators_is_asked_without_them() {
    let origin = Origin::start().await;
    let url = |path: &str| at(&origin, "wire.example", path);
    origin.set("/robots.txt", Reply::status(404));
    let index = |changed: &str| {
        let map = url("/a.xml");
        format!(
            "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>{map}</loc>\
             <lastmod>{changed}</lastmod></sitemap></sitemapindex>"
        )
    };
    let urls = |numbers: std::ops::RangeInclusive<u32>| {
        let rows: String =
            numbers.map(|n| format!("<url><loc>https://wire.example/story-of-{n}</loc></url>")).collect();
        format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{rows}</urlset>")
    };
    let map = move |numbers: std::ops::RangeInclusive<u32>| {
        let document = urls(numbers);
        move |request: &Recorded| match is_conditional(request) {
            true => Reply::status(412),
            false => Reply::ok(&document).header("ETag", "\"map\""),
        }
    };
    origin.set("/index.xml", Reply::ok(index("2026-11-22T08:00:00Z")));
    origin.script("/a.xml", map(1..=2));
    let source = source("s", &url("/index.xml"), "every 1h").trim_end().to_owned();
    let room = Newsroom::open(&format!("{source}\nkind = \"sitemap\"\n\n")).await;
    assert_eq!(room.next_one().await.new, 2);
    origin.set("/index.xml", Reply::ok(index("2026-11-22T20:00:00Z")));
    origin.script("/a.xml", map(1..=3));
    assert!(room.next_one().await.failed);
    let ended = room.next_one().await;
    assert_eq!((ended.failed, ended.new), (false, 1), "{}", ended.note.text);
}
