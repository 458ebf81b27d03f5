//! The score sheet of a polite reader (checks P1, P25 to P27, P16): long times
//! by a clock that the test moves. Print it with
//! `cargo test --test it score -- --nocapture`; a whole day of the second with
//! `WIREDESK_DAY_HOURS=24`.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use wiredesk::clock::{Clock, Timestamp};
use wiredesk::store::Claim;

use crate::newsroom::{MONDAY, NEWS, Names, Newsroom, at, source};
use crate::origin::{Origin, Recorded};
use crate::reply::Reply;

/// What Kroll's feed reader score sheet counts, and what a log can show besides.
#[derive(Debug, Default, PartialEq, Eq)]
struct Score {
    requests: usize,
    unconditional: usize,
    invented_if_none_match: usize,
    invented_if_modified_since: usize,
    out_of_sequence: usize,
    one_validator_of_two: usize,
    cookies: usize,
    referrers: usize,
    query_parameters: usize,
    other_methods: usize,
    other_paths: usize,
    without_contact: usize,
    early: usize,
}

const FIELDS: [&str; 7] =
    ["accept", "accept-encoding", "host", "if-modified-since", "if-none-match", "user-agent", "connection"];

/// Scores what was asked of `/feed`; `known` holds each pair of validators and
/// the request from which on it could be known.
fn score(requests: &[Recorded], at: &[Timestamp], least: Duration, known: &[(usize, &str, &str)]) -> Score {
    let mut s = Score { requests: requests.len(), ..Score::default() };
    for (n, request) in requests.iter().enumerate() {
        let header = |name: &str| request.header(name);
        let (etag, date) = (header("if-none-match"), header("if-modified-since"));
        let pair = known.iter().rfind(|(from, _, _)| *from < n);
        match (&etag, &date) {
            (None, None) => s.unconditional += 1,
            (Some(_), Some(_)) => {}
            _ => s.one_validator_of_two += 1,
        }
        if let Some(etag) = &etag {
            s.invented_if_none_match += usize::from(!known.iter().any(|(_, e, _)| e == etag));
            s.out_of_sequence += usize::from(pair.is_none_or(|(_, e, _)| e != etag));
        }
        if let Some(date) = &date {
            s.invented_if_modified_since += usize::from(!known.iter().any(|(_, _, d)| d == date));
            s.out_of_sequence += usize::from(pair.is_none_or(|(_, _, d)| d != date));
        }
        s.cookies += usize::from(header("cookie").is_some());
        s.referrers += usize::from(header("referer").is_some());
        s.query_parameters += usize::from(request.target.contains('?'));
        s.other_methods += usize::from(request.method != "GET");
        s.other_paths += usize::from(request.path != "/feed");
        let agent = header("user-agent").unwrap_or_default();
        s.without_contact += usize::from(!agent.contains("(+https://example.org/desk)"));
        s.early += usize::from(n > 0 && at[n].since(at[n - 1]) < least);
        assert!(request.header_names().iter().all(|name| FIELDS.contains(&name.as_str())), "{request:?}");
    }
    s
}

/// 1,000 polls of a source, a restart after every tenth.
async fn thousand(
    every: &str,
    least: Duration,
    reply: impl FnMut(&Recorded) -> Reply + Send + 'static,
) -> (Origin, Vec<Timestamp>, Newsroom, Duration) {
    let origin = Origin::start().await;
    origin.script("/feed", reply);
    let mut room = Newsroom::open(&source("s", &at(&origin, "news.example", "/feed"), every)).await;
    let mut asked = Vec::new();
    for n in 0..1000 {
        room.next_one().await;
        asked.push(room.clock.now());
        if n % 10 == 9 {
            // It is gone for a while that is shorter than the interval, or for no time.
            room.clock.advance(Duration::from_secs(n % 600));
            room = room.restart().await;
            assert!(room.claim().await.is_empty(), "a restart polls nothing early (P27)");
        }
    }
    (origin, asked, room, least)
}

#[tokio::test]
async fn a_thousand_polls_of_an_unchanged_source_with_a_hundred_restarts_p1_p2_p27() {
    // Odd on purpose: what comes goes back byte for byte.
    let (etag, date) = ("W/\"a b\\\", odd\"", "Sun, 22 Nov 2026 10:00:00 +0000");
    let (origin, asked, room, least) = thousand("every 10m", Duration::from_secs(600), move |request| {
        let known = request.header("if-none-match").as_deref() == Some(etag);
        let reply = if known { Reply::status(304) } else { Reply::ok(NEWS) };
        reply.header("ETag", etag).header("Last-Modified", date).header("Set-Cookie", "id=1")
    })
    .await;
    let score = score(&origin.requests(), &asked, least, &[(0, etag, date)]);
    eprintln!("unchanged source, 1,000 polls, 100 restarts: {score:#?}");
    assert_eq!(score, Score { requests: 1000, unconditional: 1, ..Score::default() });
    assert_eq!(room.state("s").await.polls, 1000);
}

#[tokio::test]
async fn a_thousand_polls_of_a_source_that_changes_send_what_came_last_p1_p3() {
    // A new document and a new pair of validators with every hundredth poll.
    let pair = |n: usize| (format!("\"{n}\""), format!("Sun, 22 Nov 2026 10:00:{n:02} GMT"));
    let mut polls = 0;
    let (origin, asked, _room, least) = thousand("every 10m", Duration::from_secs(600), move |request| {
        let (etag, date) = pair(polls / 100);
        polls += 1;
        let known = request.header("if-none-match").as_ref() == Some(&etag);
        let body = NEWS.replace(">1<", &format!(">{polls}<"));
        let reply = if known { Reply::status(304) } else { Reply::ok(body) };
        reply.header("ETag", etag).header("Last-Modified", date)
    })
    .await;
    let pairs: Vec<(usize, String, String)> = (0..10).map(|n| (n * 100, pair(n).0, pair(n).1)).collect();
    let known: Vec<(usize, &str, &str)> = pairs.iter().map(|(n, e, d)| (*n, e.as_str(), d.as_str())).collect();
    let score = score(&origin.requests(), &asked, least, &known);
    eprintln!("source that changes, 1,000 polls, 100 restarts: {score:#?}");
    assert_eq!(score, Score { requests: 1000, unconditional: 1, ..Score::default() });
}

/// How a request on the day went.
struct Asked {
    source: String,
    host: String,
    at: Timestamp,
    until: Timestamp,
}

/// Hosts of the day: 600 sources on 240 hosts of 120 sites.
fn host(n: usize) -> String {
    format!("h{}.site{}.example", n % 240, n % 120)
}

/// The answer for source `n` at its `nth` request: now and then the server is
/// busy and says for how long.
fn answer(n: usize, nth: usize, now: Timestamp, known: bool) -> (Reply, Option<Duration>) {
    // Longer than the backoff of two failures, so that it is what decides (P9).
    let wait = Duration::from_secs(2500 + (n * 37 % 1800) as u64);
    match (n + nth * 7) % 97 {
        0 => (Reply::status(503).header("Retry-After", wait.as_secs().to_string()), Some(wait)),
        1 if n.is_multiple_of(5) => (Reply::status(429).header("Retry-After", now.plus(wait).http_date()), Some(wait)),
        _ if known => (Reply::status(304), None),
        _ => (Reply::ok(NEWS).header("ETag", "\"1\""), None),
    }
}

/// How long a request takes, from 50 ms to 8 s.
fn latency(n: usize, nth: usize) -> Duration {
    Duration::from_millis(if (n + nth).is_multiple_of(50) { 8000 } else { 50 + (n * 131 + nth * 17) as u64 % 900 })
}

#[tokio::test]
async fn a_day_of_600_sources_is_spread_and_honours_every_wait_p16_p25_p26_p27() {
    let hours = std::env::var("WIREDESK_DAY_HOURS").ok().and_then(|h| h.parse().ok()).unwrap_or(2);
    let origin = Origin::start().await;
    let clock: Arc<Mutex<Option<Arc<wiredesk::clock::ManualClock>>>> = Arc::default();
    let waits: Arc<Mutex<HashMap<String, (Timestamp, bool)>>> = Arc::default();
    let mut config = String::new();
    for n in 0..600 {
        let (clock, waits, mut nth) = (Arc::clone(&clock), Arc::clone(&waits), 0);
        origin.script(&format!("/{n}"), move |request| {
            let now = clock.lock().unwrap().as_ref().expect("the clock is set").now();
            nth += 1;
            let (reply, wait) = answer(n, nth, now, request.header("if-none-match").is_some());
            if let Some(wait) = wait {
                waits.lock().unwrap().insert(format!("s{n}"), (now.plus(wait), true));
            }
            reply
        });
        config += &source(&format!("s{n}"), &at(&origin, &host(n), &format!("/{n}")), "every 10m");
    }
    let mut room = Newsroom::with("", &config, Names { broken: None }).await;
    *clock.lock().unwrap() = Some(Arc::clone(&room.clock));
    let end = MONDAY.plus(Duration::from_secs(3600 * hours));
    let mut under_way: BTreeMap<(Timestamp, String), Claim> = BTreeMap::new();
    let mut asked: Vec<Asked> = Vec::new();
    let (mut honoured, mut restarts, mut counts) = (0, 0, HashMap::<String, usize>::new());
    loop {
        let due = room.due_at().await;
        let done = under_way.first_key_value().map(|((at, _), _)| *at);
        let next = done.map_or(due, |at| at.min(due));
        if next > end {
            break;
        }
        room.until(next);
        let now = room.clock.now();
        while let Some(entry) = under_way.first_entry().filter(|entry| entry.key().0 <= now) {
            let claim = entry.remove();
            let name = claim.source.to_string();
            let ended = room.poll(claim).await;
            // What a server asked for is when its source is due, to the second.
            if let Some((until, fresh)) = waits.lock().unwrap().get_mut(&name)
                && std::mem::take(fresh)
            {
                assert_eq!(ended.next.at.seconds(), until.seconds(), "{name}: {}", ended.next.because);
                honoured += 1;
            }
        }
        for claim in room.claim().await {
            let name = claim.source.to_string();
            let n: usize = name[1..].parse().unwrap();
            let nth = counts.entry(name.clone()).or_default();
            *nth += 1;
            let until = now.plus(latency(n, *nth));
            if let Some((not_before, _)) = waits.lock().unwrap().get(&name) {
                assert!(now.seconds() >= not_before.seconds(), "{name} was asked at {now}, before {not_before}");
            }
            asked.push(Asked { source: name.clone(), host: host(n), at: now, until });
            under_way.insert((until, name), claim);
        }
        // A restart each hour or so, with nothing under way.
        if asked.len() / 3600 > restarts && under_way.is_empty() {
            restarts += 1;
            room = room.restart().await;
            *clock.lock().unwrap() = Some(Arc::clone(&room.clock));
        }
    }
    report(&asked, hours, honoured, restarts);
    assert!(honoured > 50, "{honoured} waits are too few to show anything");
}

fn report(asked: &[Asked], hours: u64, honoured: usize, restarts: usize) {
    let mut starts: Vec<i64> = asked.iter().map(|a| a.at.millis()).collect();
    starts.sort_unstable();
    let crowd = starts.iter().enumerate().map(|(i, t)| starts[i..].partition_point(|u| *u < t + 10_000)).max().unwrap();
    let mut by_host: HashMap<&str, Vec<&Asked>> = HashMap::new();
    let mut by_source: HashMap<&str, Vec<&Asked>> = HashMap::new();
    let mut by_site: HashMap<&str, Vec<i64>> = HashMap::new();
    for a in asked {
        by_host.entry(&a.host).or_default().push(a);
        by_source.entry(&a.source).or_default().push(a);
        by_site.entry(a.host.split_once('.').unwrap().1).or_default().push(a.at.millis());
    }
    let doubled = by_host.values().flat_map(|all| all.windows(2)).filter(|two| two[1].at < two[0].until).count();
    let early = by_source
        .values()
        .flat_map(|all| all.windows(2))
        .filter(|two| two[1].at.since(two[0].until) < Duration::from_secs(600))
        .count();
    let close = by_site.values().flat_map(|all| all.windows(2)).filter(|two| two[1] - two[0] < 1000).count();
    eprintln!(
        "{hours} h of 600 sources every 10 min: {} requests, at most {crowd} starts in 10 s (goal 30), {honoured} waits \
         honoured to the second, {doubled} times two requests at a host, {close} starts on a site within 1 s, {early} \
         polls before their interval, {restarts} restarts",
        asked.len()
    );
    assert!(crowd <= 30, "{crowd} starts within 10 s (P26)");
    assert_eq!((doubled, close, early), (0, 0, 0));
    assert_eq!(by_source.len(), 600, "every source was asked");
}

#[tokio::test]
async fn after_three_days_of_downtime_each_source_is_polled_once_the_oldest_first_p29() {
    let origin = Origin::start().await;
    let mut config = String::new();
    for n in 0..120 {
        origin.document(&format!("/{n}"), NEWS);
        config += &source(&format!("s{n}"), &at(&origin, &format!("h{n}.example"), &format!("/{n}")), "every 20m");
    }
    let room = Newsroom::open(&config).await;
    while room.states().await.values().any(|state| state.polls == 0) {
        room.next().await;
    }
    let mut order: Vec<(Timestamp, String)> =
        room.states().await.into_iter().map(|(id, state)| (state.next.at, id)).collect();
    order.sort_unstable();
    room.clock.advance(Duration::from_secs(3 * 86_400));
    let room = room.restart().await;
    let back = room.clock.now();
    assert_eq!(room.resume().await, 120);
    origin.forget();
    let (mut polled, mut at) = (Vec::new(), Vec::new());
    while room.due_at().await < back.plus(Duration::from_secs(600)) {
        for ended in room.next().await {
            polled.push(ended.source.to_string());
            at.push(room.clock.now());
        }
    }
    let expected: Vec<String> = order.into_iter().map(|(_, id)| id).collect();
    assert_eq!(polled, expected, "each once, the longest overdue first");
    let crowd = (0..at.len()).map(|i| at.partition_point(|t| *t < at[i].plus(Duration::from_secs(10))) - i).max();
    assert!(crowd <= Some(30), "{crowd:?} within ten seconds");
    assert!(at[119].since(back) >= Duration::from_secs(100), "spread out");
}
