//! When a source is asked for its whole document although validators are known
//! (check P8): because a conditional request failed, or because nothing but 304
//! came for longer than is its way. Decides what a request says, never when it is made.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{Failure, PollState, Trust};

use super::next::{Ended, Heard};

/// So many of its usual gaps between new documents pass before a 304 is doubted.
const HANDFUL: u32 = 5;

/// No 304 is doubted sooner, however lively a source is.
const SOONEST: Duration = Duration::from_secs(3600);

/// Where nothing is found the wait doubles to this, or to a handful of gaps.
const LATEST: Duration = Duration::from_secs(8 * 86_400);

/// Validators that may be the reason of a failure are left out no more often.
const TRY_AGAIN: Duration = Duration::from_secs(86_400);

/// Validators that were the reason so often in a row are not sent at all …
const PROOFS: u32 = 3;

/// … but for one try after this.
const RECONSIDER: Duration = Duration::from_secs(7 * 86_400);

/// What a request said of the document that is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sent {
    /// Nothing: there is none, or its validators belong to another address.
    #[default]
    Nothing,
    /// Its validators.
    Validators,
    /// Its validators, and the answer names others: it tells of another document.
    Outdated,
    /// Nothing, although there are validators.
    Whole(Why),
}

/// Why validators are left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The conditional request before failed.
    Refused,
    /// Conditional requests fail again and again, and others do not.
    Useless,
    /// Nothing new came for a handful of the source's usual gaps.
    Silent,
}

impl Why {
    /// As it stands behind a poll's outcome.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Refused => "asked without validators, as the conditional request before failed",
            Why::Useless => "asked without validators, as its server fails at them",
            Why::Silent => "asked without validators, as nothing new came for five of its usual gaps or more",
        }
    }
}

/// Whether the next request leaves the validators out that are known.
pub fn wants_whole(state: &PollState, now: Timestamp) -> Option<Why> {
    if state.validators.is_empty() && !state.has_validated_maps() {
        return None;
    }
    let (trust, s) = (&state.standing.trust, &state.standing);
    let tried = |within| trust.tried_at.is_some_and(|at| at <= now && now.since(at) < within);
    if is_useless(trust) && tried(RECONSIDER) {
        return Some(Why::Useless);
    }
    if trust.doubted {
        // It is no 304 that was heard last, so there is no silence to be doubted.
        return (!tried(TRY_AGAIN)).then_some(Why::Refused);
    }
    let silent_for = s.whole_at.map(|at| now.since(at))?;
    (silent_for >= patience(trust)?).then_some(Why::Silent)
}

/// Whether a source's validators only ever bring failures.
pub fn is_useless(trust: &Trust) -> bool {
    trust.proofs >= PROOFS
}

/// For how long nothing but 304 is believed; `None` while nobody knows the pace
/// of its documents: one that never changed may just be quiet (check P1).
fn patience(trust: &Trust) -> Option<Duration> {
    let handful = trust.gap?.saturating_mul(HANDFUL);
    let doubled = handful.saturating_mul(2_u32.saturating_pow(trust.vain.min(16)));
    Some(doubled.min(LATEST.max(handful)).max(SOONEST))
}

/// Takes note of how a request ended; `state` counts it already.
pub(super) fn heard(state: &mut PollState, heard: &Heard<'_>, now: Timestamp) {
    let trust = &mut state.standing.trust;
    match heard.ended {
        // It was had, and the next request is as this one was.
        Ended::Failed(Failure::NotStored(_)) => {}
        Ended::Failed(failure) => match heard.sent {
            Sent::Validators => trust.doubted = may_be_validators(failure),
            Sent::Outdated => trust.doubted = false,
            // It fails without them as well.
            Sent::Whole(Why::Refused | Why::Silent) => trust.doubted = false,
            Sent::Whole(Why::Useless) | Sent::Nothing => {}
        },
        Ended::Document { .. } | Ended::Quiet => {
            let is_new = matches!(heard.ended, Ended::Document { .. });
            match heard.sent {
                Sent::Validators | Sent::Outdated => (trust.doubted, trust.proofs) = (false, 0),
                Sent::Whole(Why::Refused) => {
                    (trust.doubted, trust.proofs) = (false, trust.proofs.saturating_add(1));
                }
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

/// A new document has come: the gap before it counts, unless 304 hid it.
fn arrived(trust: &mut Trust, sent: Sent, now: Timestamp) {
    if let Some(before) = trust.new_at.replace(now)
        && sent != Sent::Whole(Why::Silent)
    {
        let gap = now.since(before);
        trust.gap = Some(trust.gap.map_or(gap, |usual| usual.mul_f64(0.75) + gap.mul_f64(0.25)));
    }
}

/// Whether a conditional request may have failed for its validators: 412, and
/// whatever else servers make of them, short of what speaks for itself.
pub fn may_be_validators(failure: &Failure) -> bool {
    match failure {
        Failure::Status { status, .. } => !matches!(status, 300..=399 | 401 | 407 | 410 | 429 | 451 | 503),
        Failure::Network { phase, .. } => *phase == crate::model::Phase::Head,
        Failure::Empty(_)
        | Failure::Encoding(_)
        | Failure::NotAFeed(_)
        | Failure::Truncated(_)
        | Failure::Unreadable(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::settle;
    use super::*;
    use crate::model::{NextPoll, Validators};

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
    const HOUR: Duration = Duration::from_secs(3600);
    const DAY: Duration = Duration::from_secs(86_400);
    const NEW: Ended<'_> = Ended::Document { new: 1, listed: 20, elapsed: Some(HOUR) };

    fn state() -> PollState {
        let mut state = PollState::fresh(NextPoll { at: NOW, because: String::new() });
        state.validators = Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None };
        state
    }

    /// One request at `now`, asked as the rule has it; gives why it was whole.
    fn ask(state: &mut PollState, now: Timestamp, answer: impl Fn(Sent) -> Ended<'static>) -> Option<Why> {
        let why = wants_whole(state, now);
        match why {
            Some(Why::Refused) => (state.standing.trust.tried_at, state.standing.whole_at) = (Some(now), Some(now)),
            Some(_) => state.standing.whole_at = Some(now),
            None => {}
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
            // It fails whatever is asked.
            let whole: Vec<u32> = (1..=72)
                .filter(|n| ask(&mut state, NOW.plus(HOUR * *n), |_| Ended::Failed(failure)) == Some(Why::Refused))
                .collect();
            assert_eq!(whole, [2, 26, 50], "{failure}");
            assert!(!is_useless(&state.standing.trust));
        }
    }

    #[test]
    fn p8_validators_that_always_fail_are_not_sent_and_tried_again_after_a_week() {
        static FAILURE: Failure = Failure::Status { status: 500, retry_after: None };
        let mut state = lively(HOUR);
        let fails = |sent| if sent == Sent::Validators { Ended::Failed(&FAILURE) } else { NEW };
        let asked: Vec<Option<Why>> = (1..=24 * 12).map(|n| ask(&mut state, NOW.plus(HOUR * n), fails)).collect();
        let first = asked.iter().position(|why| *why == Some(Why::Useless)).unwrap();
        assert_eq!(first, 50, "proven on the third day");
        assert!(asked[first..first + 167].iter().all(|why| *why == Some(Why::Useless)));
        assert_eq!(asked[first + 167..first + 170], [None, Some(Why::Refused), Some(Why::Useless)]);
        // A server that was mended is asked as everybody else is.
        let asked: Vec<Option<Why>> =
            (24 * 12..24 * 19).map(|n| ask(&mut state, NOW.plus(HOUR * n), |_| Ended::Quiet)).collect();
        assert!(asked.contains(&None));
        assert!(asked[160..].iter().all(|why| *why != Some(Why::Useless)), "{asked:?}");
        assert_eq!(state.standing.trust.proofs, 0);
    }

    #[test]
    fn what_speaks_for_itself_casts_no_doubt_on_validators() {
        for status in [301, 401, 410, 429, 451, 503] {
            assert!(!may_be_validators(&Failure::Status { status, retry_after: None }), "{status}");
        }
        assert!(!may_be_validators(&Failure::Refused(String::new())));
        assert!(!may_be_validators(&Failure::Robots { why: String::new(), is_rule: true }));
    }
}
