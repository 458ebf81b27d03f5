//! When a source is due next, by example.

use super::super::heard::Sent;
use super::super::settle;
use super::*;
use crate::model::{Over, Rhythm};

const BOUNDS: Bounds = Bounds { min: Duration::from_secs(900), max: Duration::from_secs(86_400) };
const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

fn decide(policy: &Policy, state: &PollState, ended: Ended<'_>) -> (u64, String) {
    let retry_after = match ended {
        Ended::Failed(Failure::Status { retry_after, .. }) => *retry_after,
        _ => None,
    };
    decide_held(policy, state, ended, retry_after)
}

/// With a wait that the server asked for, whatever it sent: a redirect on the way may ask
/// for one.
fn decide_held(policy: &Policy, state: &PollState, ended: Ended<'_>, retry_after: Option<Duration>) -> (u64, String) {
    let mut state = state.clone();
    let (freshness, waited, strikes, sent) = (None, Duration::ZERO, 0, Sent::Nothing);
    let heard = Heard { ended, freshness, retry_after, waited, strikes, sent };
    settle(&mut state, &heard, NOW);
    let next = next_poll(&SourceId::new("s").unwrap(), policy, BOUNDS, &state, &heard, NOW);
    (next.at.since(NOW).as_secs(), next.because)
}

fn state() -> PollState {
    PollState::fresh(NextPoll { at: NOW, because: String::new() })
}

#[test]
fn every_means_every() {
    let (wait, because) = decide(&Policy::Every(Duration::from_secs(1800)), &state(), Ended::Quiet);
    assert!((1800..=1890).contains(&wait), "{wait}");
    assert_eq!(because, "schedule: every 30m");
}

#[test]
fn adaptive_stays_within_its_bounds_whatever_was_seen() {
    for entries in [0.0, 0.01, 1.0, 1e3, 1e9] {
        for span_ms in [0.0, 1.0, 1e6, 1e12, 1e300] {
            let mut state = state();
            state.rhythm = Rhythm { entries, span_ms };
            let (wait, because) = decide(&Policy::Adaptive, &state, Ended::Quiet);
            assert!((900..=95_040).contains(&wait), "{entries} {span_ms}: {wait} {because}");
        }
    }
}

#[test]
fn a_window_that_rolled_shortens_the_wait_and_says_so_r5() {
    let mut state = state();
    state.rhythm = Rhythm { entries: 1.0, span_ms: 1e9 };
    let hours = Some(Duration::from_secs(7200));
    let ended = Ended::Document { new: 20, listed: 20, elapsed: hours };
    let (wait, because) = decide(&Policy::Adaptive, &state, ended);
    assert!((3600..=3960).contains(&wait), "{wait}");
    assert!(because.contains("no entry of the document before was left (20 of 20 new)"), "{because}");
    let nearly = Ended::Document { new: 17, listed: 20, elapsed: hours };
    assert!(decide(&Policy::Adaptive, &state, nearly).1.contains("nearly rolled"));
}

#[test]
fn failures_back_off_to_six_hours_and_never_stop_p24() {
    let failure = Failure::Status { status: 500, retry_after: None };
    let every = Policy::Every(Duration::from_secs(600));
    let waits: Vec<u64> = (1..=12)
        .map(|failures| {
            let mut state = state();
            state.failures = failures;
            decide(&every, &state, Ended::Failed(&failure)).0
        })
        .collect();
    assert_eq!(waits[..3], [1200, 2400, 4800]);
    assert_eq!(waits[11], 6 * 3600);
    assert!(waits.is_sorted());
}

#[test]
fn the_latest_wish_wins_and_is_named_p9_p16() {
    let failure = Failure::Status { status: 503, retry_after: Some(Duration::from_secs(7200)) };
    let mut state = state();
    state.failures = 1;
    let (wait, because) = decide(&Policy::Every(Duration::from_secs(600)), &state, Ended::Failed(&failure));
    assert_eq!(wait, 7200);
    assert!(because.contains("Retry-After"), "{because}");
    let patient = Failure::Status { status: 503, retry_after: Some(Duration::from_secs(60)) };
    assert!(decide(&Policy::Adaptive, &state, Ended::Failed(&patient)).1.contains("backoff"));
}
#[test]
fn not_found_and_forbidden_wait_longer_and_longer_and_never_stop_p22() {
    for code in [401, 404, 451] {
        let failure = Failure::Status { status: code, retry_after: None };
        let mut state = state();
        state.standing.refusals = 30;
        let (wait, because) = decide(&Policy::Every(Duration::from_secs(600)), &state, Ended::Failed(&failure));
        assert_eq!((wait, because.as_str()), (86_400, format!("refused with {code}, 31 in a row: 1d").as_str()));
    }
}

#[test]
fn gone_is_asked_once_more_a_day_later_and_then_never_p23() {
    let gone = Failure::Status { status: 410, retry_after: None };
    let mut state = state();
    assert_eq!(decide(&Policy::Adaptive, &state, Ended::Failed(&gone)).0, 86_400);
    state.standing.gone_at = Some(NOW.minus(Duration::from_secs(86_400)));
    let (_, because) = decide(&Policy::Adaptive, &state, Ended::Failed(&gone));
    assert!(because.starts_with("stopped: gone (410) twice"), "{because}");
}

#[test]
fn the_third_breakdown_in_a_row_rests_a_source_for_a_day_r23() {
    let broke = Failure::Internal("a bug".to_owned());
    let mut state = state();
    let every = Policy::Every(Duration::from_secs(600));
    state.failures = 2;
    state.standing.breakdowns = 1;
    assert_eq!(decide(&every, &state, Ended::Failed(&broke)).0, 2400);
    state.standing.breakdowns = 2;
    let (wait, because) = decide(&every, &state, Ended::Failed(&broke));
    assert_eq!((wait, because.as_str()), (86_400, "its polls broke down 3 times in a row: 1d"));
}

#[test]
fn a_source_over_its_budget_is_not_polled_faster_for_it_b123() {
    let mut state = state();
    state.rhythm = Rhythm { entries: 1e6, span_ms: 1e6 };
    let over = Over { since: NOW, budget: "20000 new entries a day".to_owned(), waiting: 5, first: false };
    state.standing.over = Some(over);
    let rolled = Ended::Document { new: 9, listed: 9, elapsed: Some(Duration::from_secs(1800)) };
    let (wait, because) = decide(&Policy::Adaptive, &state, rolled);
    assert!((3600..=3960).contains(&wait), "{wait}");
    assert!(because.contains("over its budget of 20000 new entries a day"), "{because}");
    // The operator's word stands.
    assert!(decide(&Policy::Every(Duration::from_secs(600)), &state, rolled).0 < 660);
}

#[test]
fn a_source_without_validators_is_asked_once_an_hour_p10() {
    let mut state = state();
    state.documents = 1;
    let document = Ended::Document { new: 0, listed: 9, elapsed: None };
    let (wait, because) = decide(&Policy::Adaptive, &state, document);
    assert!((3600..=3960).contains(&wait), "{wait}");
    assert_eq!(because, "adaptive: it never sent a validator, so every 1h");
    state.ever_validated = true;
    assert!(decide(&Policy::Adaptive, &state, document).0 < 1000);
    // News that would be lost comes first, and so does the operator's word.
    state.ever_validated = false;
    let rolled = Ended::Document { new: 9, listed: 9, elapsed: Some(Duration::from_secs(1800)) };
    assert!(decide(&Policy::Adaptive, &state, rolled).0 < 1000);
    assert!(decide(&Policy::Every(Duration::from_secs(600)), &state, document).0 < 660);
}

#[test]
fn of_equal_wishes_the_operators_own_is_named_p9() {
    // NOW is a midnight.
    let at_one = Policy::parse("0 1 * * *", crate::clock::Zone::UTC).unwrap();
    for (asked, wait, reason) in
        [(3599, 3600, "schedule: cron"), (3600, 3600, "schedule: cron"), (3601, 3601, "the server asked to wait")]
    {
        let (at, because) = decide_held(&at_one, &state(), Ended::Quiet, Some(Duration::from_secs(asked)));
        assert_eq!(at, wait, "{asked}");
        assert!(because.starts_with(reason), "{asked}: {because}");
    }
}

#[test]
fn what_was_not_stored_is_asked_for_soon_unless_its_server_asked_for_longer_p9_r12() {
    let failure = Failure::NotStored("disk full".to_owned());
    for (asked, wait, reason) in [
        (59, 60, "what it brought was not stored"),
        // Of equal waits our own is named.
        (60, 60, "what it brought was not stored"),
        (61, 61, "the server asked to wait"),
    ] {
        // A whole day between its polls does not count.
        let every = Policy::Every(Duration::from_secs(86_400));
        let (at, because) = decide_held(&every, &state(), Ended::Failed(&failure), Some(Duration::from_secs(asked)));
        assert_eq!(at, wait, "{asked}");
        assert!(because.starts_with(reason), "{asked}: {because}");
    }
}

/// The wait that the server set is its own, however often it failed before.
#[test]
fn a_refusal_or_a_hold_does_not_add_to_the_wait_for_failures_p16_p18() {
    let until = NextPoll { at: NOW.plus(Duration::from_secs(7200)), because: "its host asked".to_owned() };
    let status =
        |status, seconds: Option<u64>| Failure::Status { status, retry_after: seconds.map(Duration::from_secs) };
    for (failure, wait, reason) in [
        (status(429, None), 3600, "refused with 429"),
        (status(403, None), 3600, "refused with 403"),
        (status(429, Some(1800)), 1800, "the server answered 429"),
        (status(403, Some(1800)), 1800, "the server answered 403"),
        (Failure::Held(until), 7200, "its host asked"),
        // What has no such word of its own does wait as after failures.
        (status(500, Some(1800)), 6 * 3600, "backoff after 10 failures"),
    ] {
        let mut state = state();
        state.failures = 10;
        let (at, because) = decide(&Policy::Every(Duration::from_secs(600)), &state, Ended::Failed(&failure));
        assert_eq!(at, wait, "{failure}");
        assert!(because.starts_with(reason), "{failure}: {because}");
    }
}

#[test]
fn a_document_that_took_too_long_is_asked_for_again_after_an_hour_or_more_b107() {
    let overlong = Failure::Overlong(Duration::from_secs(10));
    for (minutes, hours) in [(1, 2), (60, 2), (90, 3)] {
        let mut state = state();
        state.failures = 1;
        let every = Policy::Every(Duration::from_secs(60 * minutes));
        let (wait, _) = decide(&every, &state, Ended::Failed(&overlong));
        assert_eq!(wait, hours * 3600, "every {minutes}m");
    }
}

#[test]
fn a_backoff_counts_the_failures_in_its_reason_p24() {
    let failure = Failure::Status { status: 500, retry_after: None };
    for (failures, expected) in [(1, "backoff after a failure: 20m"), (3, "backoff after 3 failures in a row: 1h 20m")]
    {
        let mut state = state();
        state.failures = failures;
        let every = Policy::Every(Duration::from_secs(600));
        assert_eq!(decide(&every, &state, Ended::Failed(&failure)).1, expected);
    }
}

/// A source whose ids and pace are known, and which has validators.
fn paced(entries: f64, hours: f64) -> PollState {
    let mut state = state();
    (state.documents, state.ever_validated) = (9, true);
    state.rhythm = Rhythm { entries, span_ms: hours * 3_600_000.0 };
    state
}

/// R5: entries may be lost only where next to none of the document before are left.
#[test]
fn a_window_counts_as_rolled_from_four_fifths_on_r5() {
    for (new, listed, has_rolled) in [
        (16, 20, true),
        (15, 20, false),
        (4, 5, true),
        (3, 5, false),
        (1, 1, true),
        // A document without entries has no window.
        (0, 0, false),
        (0, 20, false),
    ] {
        let elapsed = Some(Duration::from_secs(7200));
        let (wait, because) = decide(&Policy::Adaptive, &paced(0.0, 999.0), Ended::Document { new, listed, elapsed });
        assert_eq!(because.contains(&format!("({new} of {listed} new), so every 1h")), has_rolled, "{because}");
        assert_eq!(wait < 3961, has_rolled, "{new} of {listed}: {wait}");
    }
}

/// Four polls in the time in which one entry is expected. Before anything was seen that
/// is four times the shortest interval, here an hour.
#[test]
fn adaptive_follows_the_pace_that_was_seen_and_names_it() {
    for (entries, hours, expected) in [
        (0.0, 0.0, "adaptive: its pace is not known yet, so every 15m"),
        (3.0, 15.0, "adaptive: about one entry in 4h, so every 1h"),
        (3.0, 47.0, "adaptive: about one entry in 12h, so every 3h"),
        // Within the bounds of `polling.interval`.
        (99.0, 99.0, "adaptive: about one entry in 1h, so every 15m"),
        (199.0, 99.0, "adaptive: about one entry in 30m, so every 15m"),
        (0.0, 9599.0, "adaptive: too few new entries to tell its pace, so every 1d"),
    ] {
        assert_eq!(decide(&Policy::Adaptive, &paced(entries, hours), Ended::Quiet).1, expected);
    }
}

/// O88: no pace is named that nobody saw.
#[test]
fn a_quiet_poll_shows_no_pace_o88() {
    let check = |entries: f64, last_new: Option<Duration>, expected: &str| {
        let mut state = paced(entries, 0.25);
        state.last_new_at = last_new.map(|ago| NOW.minus(ago));
        assert_eq!(decide(&Policy::Adaptive, &state, Ended::Quiet).1, expected);
    };
    let quarter = Duration::from_secs(900);
    check(0.0, Some(quarter), "adaptive: no new entry for 15m, so every 18m 45s");
    check(0.0, None, "adaptive: too few new entries to tell its pace, so every 18m 45s");
    check(1.0, Some(quarter), "adaptive: too few new entries to tell its pace, so every 15m");
    check(4.0, Some(quarter), "adaptive: about one entry in 15m, so every 15m");
}

#[test]
fn a_source_is_slowed_for_want_of_validators_only_where_they_are_known_to_be_wanting_p10() {
    let (without, fails, pace) =
        ("it never sent a validator", "its server fails at conditional requests", "about one entry in 4h");
    for (documents, ever_validated, is_useless, hours, reason, every) in [
        (9, false, false, 0.0, without, "1h"),
        (9, true, true, 0.0, fails, "1h"),
        (9, true, false, 0.0, "its pace is not known yet", "15m"),
        // No document has come that could have had one.
        (0, false, false, 0.0, "its pace is not known yet", "15m"),
        // Its own pace is as slow, or slower, and is what decides.
        (9, false, false, 15.0, pace, "1h"),
        (9, true, true, 15.0, pace, "1h"),
        (9, false, false, 47.0, "about one entry in 12h", "3h"),
        (9, true, true, 47.0, "about one entry in 12h", "3h"),
    ] {
        let mut state = paced(3.0 * f64::from(hours > 0.0), hours);
        (state.documents, state.ever_validated) = (documents, ever_validated);
        state.standing.trust.unsent_until = is_useless.then(|| NOW.plus(Duration::from_secs(86_400)));
        let (_, because) = decide(&Policy::Adaptive, &state, Ended::Quiet);
        assert_eq!(because, format!("adaptive: {reason}, so every {every}"));
    }
}
