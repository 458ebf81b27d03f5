//! When a source is asked for its whole document although validators are known (check P8):
//! because a conditional request failed, or because it has answered only 304 for unusually
//! long. Decides what a request says, never when it is made.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{Doubt, Failure, PollState, Trust};

use super::heard::{Ended, Heard, Sent, Why};

/// A 304 is doubted after this many of the usual gaps between new documents.
const HANDFUL: u32 = 5;

/// No 304 is doubted sooner than this, however lively a source is.
const SOONEST: Duration = Duration::from_secs(3600);

/// If nothing is found, the wait doubles up to this, or up to [`HANDFUL`] gaps if that is
/// longer.
const LATEST: Duration = Duration::from_secs(8 * 86_400);

/// If leaving out validators did not cure a failure, it is not tried again for this long.
const TRY_AGAIN: Duration = Duration::from_secs(86_400);

/// If leaving them out helps this often in a row, validators are the cause and are no
/// longer sent: a passing failure may hit a conditional request by chance.
const PROOFS: u32 = 2;

/// After this long they are sent once more, since servers get repaired.
const RECONSIDER: Duration = Duration::from_secs(7 * 86_400);

/// Whether the next request leaves out the known validators, and why.
pub fn wants_whole(state: &PollState, now: Timestamp) -> Option<Why> {
    if state.validators.is_empty() && !state.has_validated_maps() {
        return None;
    }
    let (trust, s) = (&state.standing.trust, &state.standing);
    if lasts(trust.unsent_until, RECONSIDER, now) {
        return Some(Why::Useless);
    }
    if trust.doubt != Doubt::None {
        // The last response was not a 304, so there is no silence to doubt.
        return (!is_spent(trust, now)).then_some(Why::Refused);
    }
    let silent_for = s.whole_at.map(|at| now.since(at))?;
    (silent_for >= patience(trust)?).then_some(Why::Silent)
}

/// Whether today's request without validators was made in vain.
fn is_spent(trust: &Trust, now: Timestamp) -> bool {
    lasts(trust.spent_until, TRY_AGAIN, now)
}

/// Whether `until` is still to come; a clock that was set back does not make it last longer
/// than `length` (R18).
fn lasts(until: Option<Timestamp>, length: Duration, now: Timestamp) -> bool {
    until.is_some_and(|until| now < until && until <= now.plus(length))
}

/// Whether a source's validators only ever bring failures.
pub fn is_useless(trust: &Trust) -> bool {
    trust.unsent_until.is_some()
}

/// What is said, after a poll's failure, about the request to come at `at`.
pub fn outlook(state: &PollState, at: Timestamp) -> Option<&'static str> {
    match wants_whole(state, at) {
        Some(Why::Refused) => Some("the next request leaves the validators out"),
        None if state.standing.trust.doubt != Doubt::None => {
            Some("it failed without validators too, which is tried once a day")
        }
        _ => None,
    }
}

/// How long 304s are believed; `None` while the pace of new documents is unknown: a source
/// that has never changed may just be quiet (check P1).
fn patience(trust: &Trust) -> Option<Duration> {
    let handful = trust.gap?.saturating_mul(HANDFUL);
    let doubled = handful.saturating_mul(2_u32.saturating_pow(trust.vain.min(16)));
    Some(doubled.min(LATEST.max(handful)).max(SOONEST))
}

/// Notes how a request ended; `state` already counts it.
pub(super) fn heard(state: &mut PollState, heard: &Heard<'_>, now: Timestamp) {
    let trust = &mut state.standing.trust;
    match heard.ended {
        // The document did arrive, and the next request is like this one.
        Ended::Failed(Failure::NotStored(_)) => {}
        Ended::Failed(failure) => match heard.sent {
            Sent::Validators => trust.doubt = doubt(failure),
            Sent::Outdated => trust.doubt = Doubt::None,
            Sent::Whole(Why::Refused) => in_vain(trust, now),
            Sent::Whole(Why::Silent) => trust.doubt = Doubt::None,
            Sent::Whole(Why::Useless) | Sent::Nothing => {}
        },
        Ended::Document { .. } | Ended::Quiet => {
            let is_new = matches!(heard.ended, Ended::Document { .. });
            match heard.sent {
                Sent::Validators | Sent::Outdated => {
                    (trust.doubt, trust.proofs, trust.unsent_until) = (Doubt::None, 0, None);
                }
                Sent::Whole(Why::Refused) => helped(trust, now),
                Sent::Whole(Why::Silent) if is_new => {
                    (trust.hidden, trust.vain) = (trust.hidden.saturating_add(1), 0);
                }
                Sent::Whole(Why::Silent) => trust.vain = trust.vain.saturating_add(1),
                Sent::Whole(Why::Useless) | Sent::Nothing => {}
            }
            if is_new {
                arrived(trust, heard.sent, now);
                state.standing.whole_at = Some(now);
            }
        }
    }
}

/// Leaving the validators out helped. A source that fails at them is polled without, so
/// that its news is not late each time they are sent.
fn helped(trust: &mut Trust, now: Timestamp) {
    let shown = if trust.doubt == Doubt::Plain { PROOFS } else { trust.proofs.saturating_add(1) };
    (trust.doubt, trust.proofs, trust.spent_until) = (Doubt::None, shown, None);
    if shown >= PROOFS {
        trust.unsent_until = Some(now.plus(RECONSIDER));
    }
}

/// It failed without validators as well. If they were the cause before, this failure has
/// another cause, and they are still not sent.
fn in_vain(trust: &mut Trust, now: Timestamp) {
    trust.doubt = Doubt::None;
    match is_useless(trust) {
        true => trust.unsent_until = Some(now.plus(RECONSIDER)),
        false => (trust.proofs, trust.spent_until) = (0, Some(now.plus(TRY_AGAIN))),
    }
}

/// A new document has come: the gap before it counts, unless 304 hid it.
fn arrived(trust: &mut Trust, sent: Sent, now: Timestamp) {
    if let Some(before) = trust.new_at.replace(now)
        && sent != Sent::Whole(Why::Silent)
    {
        let gap = now.since(before);
        trust.gap = Some(trust.gap.map_or(gap, |usual| usual.mul_f64(0.75) + gap.mul_f64(0.25)));
    }
}

/// Whether a conditional request may have failed because of its validators: with 412, or
/// with any other failure that has no plain cause of its own.
pub fn may_be_validators(failure: &Failure) -> bool {
    doubt(failure) != Doubt::None
}

/// What the failure of a conditional request says about its validators.
fn doubt(failure: &Failure) -> Doubt {
    match failure {
        Failure::Status { status: 300..=399 | 401 | 407 | 410 | 429 | 451 | 503, .. } => Doubt::None,
        // The request is not understood, or half of a 304 was sent.
        Failure::Status { status: 201..=299 | 400 | 405 | 412 | 501, .. } => Doubt::Plain,
        Failure::Network { phase, .. } if *phase != crate::model::Phase::Head => Doubt::None,
        Failure::Status { .. }
        | Failure::Network { .. }
        | Failure::Empty(_)
        | Failure::Encoding(_)
        | Failure::NotAFeed(_)
        | Failure::Truncated(_)
        | Failure::Unreadable(_) => Doubt::Perhaps,
        _ => Doubt::None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::settle;
    use super::*;
    use crate::model::{MapRead, NextPoll, Phase, Validators};

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
    const HOUR: Duration = Duration::from_secs(3600);
    const DAY: Duration = Duration::from_secs(86_400);
    const NEW: Ended<'_> = Ended::Document { new: 1, listed: 20, elapsed: Some(HOUR) };

    fn state() -> PollState {
        let mut state = PollState::fresh(NextPoll { at: NOW, because: String::new() });
        state.validators = Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None };
        state
    }

    /// One request at `now`, made as the rule says; returns why it was for the whole
    /// document.
    fn ask(state: &mut PollState, now: Timestamp, answer: impl Fn(Sent) -> Ended<'static>) -> Option<Why> {
        let why = wants_whole(state, now);
        if why.is_some() {
            state.standing.whole_at = Some(now);
        }
        let sent = why.map_or(Sent::Validators, Sent::Whole);
        let (freshness, retry_after, waited, strikes) = (None, None, HOUR, 0);
        settle(state, &Heard { ended: answer(sent), freshness, retry_after, waited, strikes, sent }, now);
        why
    }

    /// A source that brought a new document every `gap`, ten times, until `NOW`.
    fn lively(gap: Duration) -> PollState {
        let mut state = state();
        for n in (0..10).rev() {
            assert_eq!(ask(&mut state, NOW.minus(gap * n), |_| NEW), None);
        }
        state
    }

    #[test]
    fn p8_nothing_but_304_is_doubted_after_a_handful_of_its_usual_gaps() {
        for (gap, expected) in [
            (HOUR / 4, 5 * HOUR / 4),
            (HOUR, 5 * HOUR),
            (6 * HOUR, 30 * HOUR),
            (DAY, 5 * DAY),
            (7 * DAY, 35 * DAY),
            (HOUR / 60, HOUR),
        ] {
            let state = lively(gap);
            assert_eq!(wants_whole(&state, NOW.plus(expected - HOUR / 60)), None, "{gap:?}");
            assert_eq!(wants_whole(&state, NOW.plus(expected)), Some(Why::Silent), "{gap:?}");
        }
    }

    #[test]
    fn p8_where_nothing_is_found_the_doubt_comes_later_and_later_but_comes() {
        let mut state = lively(HOUR);
        let tries: Vec<u64> = (1..=60 * 24)
            .filter(|n| ask(&mut state, NOW.plus(HOUR * *n), |_| Ended::Quiet).is_some())
            .map(u64::from)
            .collect();
        let waits: Vec<u64> = tries.windows(2).map(|two| two[1] - two[0]).collect();
        assert_eq!((tries[0], &waits[..7]), (5, &[10, 20, 40, 80, 160, 192, 192][..]));
    }

    #[test]
    fn p8_a_server_whose_304_hides_news_is_asked_at_the_pace_that_it_had() {
        let mut state = lively(HOUR);
        let hides = |sent| if sent == Sent::Validators { Ended::Quiet } else { NEW };
        let tries = (1..=100).filter(|n| ask(&mut state, NOW.plus(HOUR * *n), hides).is_some()).count();
        assert_eq!((tries, state.standing.trust.hidden, state.standing.trust.vain), (20, 20, 0));
    }

    #[test]
    fn p1_p8_a_source_that_never_changed_is_never_doubted() {
        let mut state = state();
        ask(&mut state, NOW, |_| NEW);
        for n in 1..1000 {
            assert_eq!(ask(&mut state, NOW.plus(DAY * n), |_| Ended::Quiet), None);
        }
    }

    #[test]
    fn p8_validators_that_fail_are_left_out_once_a_day() {
        static FAILURES: [Failure; 8] = [
            Failure::Status { status: 412, retry_after: None },
            Failure::Status { status: 400, retry_after: None },
            Failure::Status { status: 403, retry_after: None },
            Failure::Status { status: 500, retry_after: None },
            Failure::Status { status: 206, retry_after: None },
            Failure::Empty(String::new()),
            Failure::Encoding(String::new()),
            Failure::Truncated(String::new()),
        ];
        for failure in &FAILURES {
            let mut state = lively(HOUR);
            // It fails whatever is requested.
            let whole: Vec<u32> = (1..=72)
                .filter(|n| ask(&mut state, NOW.plus(HOUR * *n), |_| Ended::Failed(failure)) == Some(Why::Refused))
                .collect();
            assert_eq!(whole, [2, 26, 50], "{failure}");
            assert!(!is_useless(&state.standing.trust));
        }
    }

    /// The hours after `NOW`, of the first `hours`, at which no document arrived.
    fn missed(state: &mut PollState, hours: u32, answer: impl Fn(u32, Sent) -> Ended<'static>) -> Vec<u32> {
        (1..=hours)
            .filter(|n| {
                let before = state.standing.trust.new_at;
                ask(state, NOW.plus(HOUR * *n), |sent| answer(*n, sent));
                state.standing.trust.new_at == before
            })
            .collect()
    }

    #[test]
    fn p8_what_fails_at_validators_is_asked_without_them_and_loses_no_day() {
        for (status, expected) in [(412, vec![1]), (400, vec![1]), (206, vec![1]), (403, vec![1, 3]), (500, vec![1, 3])]
        {
            let failure: &'static Failure = Box::leak(Box::new(Failure::Status { status, retry_after: None }));
            let mut state = lively(HOUR);
            let fails = |_, sent| if sent == Sent::Validators { Ended::Failed(failure) } else { NEW };
            // They are sent once more after a week, and that is all.
            let missed = missed(&mut state, 24 * 7, fails);
            assert_eq!(missed, expected, "{failure}");
            assert!(is_useless(&state.standing.trust), "{failure}");
        }
    }

    #[test]
    fn p8_validators_are_tried_again_after_a_week_and_kept_where_they_work() {
        static FAILURE: Failure = Failure::Status { status: 500, retry_after: None };
        let mut state = lively(HOUR);
        let fails = |sent| if sent == Sent::Validators { Ended::Failed(&FAILURE) } else { NEW };
        let asked: Vec<Option<Why>> = (1..=24 * 12).map(|n| ask(&mut state, NOW.plus(HOUR * n), fails)).collect();
        assert_eq!(asked[..5], [None, Some(Why::Refused), None, Some(Why::Refused), Some(Why::Useless)]);
        let sent: Vec<usize> = (0..asked.len()).filter(|at| asked[*at].is_none()).collect();
        assert_eq!(sent, [0, 2, 3 + 24 * 7]);
        // A repaired server is polled like any other.
        let asked: Vec<Option<Why>> =
            (24 * 12..24 * 19).map(|n| ask(&mut state, NOW.plus(HOUR * n), |_| Ended::Quiet)).collect();
        let mended = asked.iter().position(Option::is_none).unwrap();
        assert!(asked[mended..].iter().all(|why| *why != Some(Why::Useless)), "{asked:?}");
        assert_eq!((state.standing.trust.proofs, state.standing.trust.unsent_until), (0, None));
    }

    #[test]
    fn p8_an_outage_of_a_server_that_fails_at_validators_costs_the_outage_alone() {
        static BAD: Failure = Failure::Status { status: 500, retry_after: None };
        for outage in [30..40_u32, 170..180] {
            let mut state = lively(HOUR);
            let answer = |n, sent| match outage.contains(&n) || sent == Sent::Validators {
                true => Ended::Failed(&BAD),
                false => NEW,
            };
            let missed = missed(&mut state, 24 * 9, answer);
            let beside: Vec<u32> = missed.into_iter().filter(|n| !outage.contains(n)).collect();
            assert!(beside.len() <= 3, "{outage:?}: {beside:?}");
        }
    }

    #[test]
    fn p1_p8_failures_by_chance_cost_one_whole_document_each() {
        static FAILURE: Failure = Failure::Status { status: 500, retry_after: None };
        let mut state = lively(HOUR);
        let asked: Vec<u32> = (1..=24 * 7)
            .filter(|n| {
                let chance = |_| if n % 9 == 0 { Ended::Failed(&FAILURE) } else { Ended::Quiet };
                state.standing.trust.gap = None;
                ask(&mut state, NOW.plus(HOUR * *n), chance).is_some()
            })
            .collect();
        assert_eq!(asked, (1..=18).map(|n| n * 9 + 1).collect::<Vec<_>>());
    }

    #[test]
    fn p8_r18_a_clock_that_was_ahead_leaves_no_try_spent_for_years() {
        let mut state = lively(HOUR);
        let trust = &mut state.standing.trust;
        (trust.doubt, trust.spent_until) = (Doubt::Perhaps, Some(NOW.plus(900 * DAY)));
        assert_eq!(wants_whole(&state, NOW), Some(Why::Refused));
        state.standing.trust.unsent_until = Some(NOW.plus(900 * DAY));
        assert_eq!(wants_whole(&state, NOW), Some(Why::Refused));
    }

    #[test]
    fn what_speaks_for_itself_casts_no_doubt_on_validators() {
        for status in [301, 401, 410, 429, 451, 503] {
            assert!(!may_be_validators(&Failure::Status { status, retry_after: None }), "{status}");
        }
        assert!(!may_be_validators(&Failure::Refused(String::new())));
        assert!(!may_be_validators(&Failure::Robots { why: String::new(), is_rule: true }));
    }

    #[test]
    fn p8_what_may_be_the_validators_fault_casts_doubt_on_them() {
        for status in [206, 400, 403, 404, 405, 412, 500, 501, 502] {
            assert!(may_be_validators(&Failure::Status { status, retry_after: None }), "{status}");
        }
        let network = |phase| Failure::Network { phase, cause: String::new() };
        // A server that read the request and closed the connection may have choked on it.
        assert!(may_be_validators(&network(Phase::Head)));
        for phase in [Phase::Resolve, Phase::Connect, Phase::Body] {
            assert!(!may_be_validators(&network(phase)), "{phase:?}");
        }
    }

    #[test]
    fn p8_a_failure_tells_what_the_next_request_leaves_out() {
        let spent = Some(NOW.plus(HOUR));
        for (doubt, spent_until, expected) in [
            (Doubt::None, None, None),
            (Doubt::Perhaps, None, Some("the next request leaves the validators out")),
            (Doubt::Plain, None, Some("the next request leaves the validators out")),
            (Doubt::Perhaps, spent, Some("it failed without validators too, which is tried once a day")),
            // The failure before has another cause, so there is nothing to tell.
            (Doubt::None, spent, None),
        ] {
            let mut state = state();
            (state.standing.trust.doubt, state.standing.trust.spent_until) = (doubt, spent_until);
            assert_eq!(outlook(&state, NOW), expected, "{doubt:?} {spent_until:?}");
        }
        // Silence is no failure's concern, and that validators are useless was told before.
        assert_eq!(
            (wants_whole(&lively(HOUR), NOW.plus(DAY)), outlook(&lively(HOUR), NOW.plus(DAY))),
            (Some(Why::Silent), None)
        );
        let mut useless = state();
        useless.standing.trust.unsent_until = spent;
        assert_eq!((wants_whole(&useless, NOW), outlook(&useless, NOW)), (Some(Why::Useless), None));
    }

    /// An index of sitemaps may send none itself.
    #[test]
    fn p8_validators_are_left_out_where_any_are_known_the_document_s_or_its_sitemaps() {
        let pair = || Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None };
        for (own, of_map, expected) in [
            (pair(), None, Some(Why::Refused)),
            (Validators::default(), Some(pair()), Some(Why::Refused)),
            (pair(), Some(Validators::default()), Some(Why::Refused)),
            // There is nothing to leave out.
            (Validators::default(), None, None),
            (Validators::default(), Some(Validators::default()), None),
        ] {
            let mut state = state();
            state.standing.trust.doubt = Doubt::Perhaps;
            state.validators = own;
            let url = "https://example.org/map.xml".to_owned();
            state.standing.maps =
                of_map.into_iter().map(|validators| MapRead { url: url.clone(), changed: None, validators }).collect();
            assert_eq!(wants_whole(&state, NOW), expected, "{state:?}");
        }
    }
}
