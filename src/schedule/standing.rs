//! How the end of a poll changes our standing with the source's server.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::{Failure, NextPoll, PollState};

use super::heard::{Ended, Heard};
use super::hold::{self, LONGEST_REFUSAL, Throttled};
use super::whole;

/// A second 410 counts when it comes this long after the first (check P23).
const GONE_FOR_GOOD: Duration = Duration::from_secs(24 * 3600);

/// Updates `state.standing` with what was heard; `state` already counts this poll. Returns
/// the hold that a 429 puts on its host (check P17).
pub fn settle(state: &mut PollState, heard: &Heard<'_>, now: Timestamp) -> Option<Throttled> {
    let asked = retry_after(heard, now);
    whole::heard(state, heard, now);
    let s = &mut state.standing;
    s.hold.clone_from(&asked);
    s.offline_at = None;
    match heard.ended {
        Ended::Document { .. } | Ended::Quiet => {
            succeeded(state, heard);
            None
        }
        Ended::Failed(failure) => {
            s.breakdowns = if matches!(failure, Failure::Internal(_)) { s.breakdowns + 1 } else { 0 };
            s.unstored = if matches!(failure, Failure::NotStored(_)) { s.unstored.saturating_add(1) } else { 0 };
            match failure {
                Failure::Status { status: 410, .. } => {
                    gone(state, now);
                    None
                }
                Failure::Status { status: status @ (401 | 403 | 404 | 429 | 451), .. } => {
                    refused(state, heard, asked, *status, now)
                }
                Failure::Held(until) => {
                    s.hold = Some(until.clone());
                    None
                }
                _ => None,
            }
        }
    }
}

fn succeeded(state: &mut PollState, heard: &Heard<'_>) {
    let s = &mut state.standing;
    s.freshness = heard.freshness;
    s.refusals = 0;
    s.breakdowns = 0;
    s.unstored = 0;
    s.gone_at = None;
    s.stopped_at = None;
}

/// Gone for good once two responses a day apart say so (check P23).
fn gone(state: &mut PollState, now: Timestamp) {
    let s = &mut state.standing;
    match s.gone_at {
        None => s.gone_at = Some(now),
        Some(first) if now.since(first) >= GONE_FOR_GOOD => s.stopped_at = s.stopped_at.or(Some(now)),
        Some(_) => {}
    }
}

/// 429 and 403 hold the source for as long as the server asked, else for an hour, doubling
/// (check P18); after a 429, for no less than the source had waited before it.
fn refused(
    state: &mut PollState,
    heard: &Heard<'_>,
    asked: Option<NextPoll>,
    status: u16,
    now: Timestamp,
) -> Option<Throttled> {
    let s = &mut state.standing;
    let before = if status == 429 { s.refusals.max(heard.strikes) } else { s.refusals };
    s.refusals = before.saturating_add(1);
    if !matches!(status, 403 | 429) {
        return None;
    }
    if status == 403 {
        s.hold = asked.or_else(|| Some(hold::refusal(s.refusals, status, now)));
        return None;
    }
    let throttled = hold::throttled(heard.retry_after, s.refusals, now);
    let least = now.plus(heard.waited.min(LONGEST_REFUSAL));
    s.hold = Some(match &throttled.wait {
        wait if wait.at >= least => wait.clone(),
        wait => NextPoll { at: least, because: format!("{}; never less than it waited before", wait.because) },
    });
    Some(throttled)
}

/// What the server asked for (check P16).
fn retry_after(heard: &Heard<'_>, now: Timestamp) -> Option<NextPoll> {
    let status = match heard.ended {
        Ended::Failed(Failure::Status { status, .. }) => Some(*status),
        _ => None,
    };
    hold::asked(heard.retry_after, status, now)
}

#[cfg(test)]
mod tests {
    use super::super::Sent;
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
    const HOUR: Duration = Duration::from_secs(3600);
    const DAY: Duration = Duration::from_secs(86_400);

    fn state() -> PollState {
        PollState::fresh(NextPoll { at: NOW, because: String::new() })
    }

    fn status(status: u16, retry_after: Option<Duration>) -> Failure {
        Failure::Status { status, retry_after }
    }

    /// Hears `failure` at `now`, after a wait of `waited`.
    fn hear(state: &mut PollState, failure: &Failure, waited: Duration, now: Timestamp) -> Option<Throttled> {
        let retry_after = match failure {
            Failure::Status { retry_after, .. } => *retry_after,
            _ => None,
        };
        let (freshness, strikes, sent) = (None, 0, Sent::Validators);
        let heard = Heard { ended: Ended::Failed(failure), freshness, retry_after, waited, strikes, sent };
        settle(state, &heard, now)
    }

    #[test]
    fn p18_refusals_without_a_value_wait_an_hour_and_double_to_a_day() {
        for code in [403, 429] {
            let mut state = state();
            let hours: Vec<u64> = (0..7)
                .map(|_| {
                    hear(&mut state, &status(code, None), Duration::ZERO, NOW);
                    state.standing.hold.as_ref().unwrap().at.since(NOW).as_secs() / 3600
                })
                .collect();
            assert_eq!(hours, [1, 2, 4, 8, 16, 24, 24], "{code}");
        }
    }

    #[test]
    fn p18_no_wait_after_a_429_is_shorter_than_the_one_before() {
        let mut state = state();
        let short = status(429, Some(Duration::from_secs(10)));
        let held = hear(&mut state, &short, HOUR, NOW).unwrap();
        // The host is held as it asked; the source itself keeps its pace.
        assert_eq!(held.wait.at, NOW.plus(Duration::from_secs(10)));
        assert_eq!(state.standing.hold.as_ref().unwrap().at, NOW.plus(HOUR));
        assert!(hear(&mut state, &short, 30 * DAY, NOW).is_some());
        assert_eq!(state.standing.hold.unwrap().at, NOW.plus(DAY));
    }

    #[test]
    fn p17_only_a_429_holds_the_host() {
        for (code, holds) in [(429, true), (403, false), (503, false), (500, false), (404, false), (410, false)] {
            let asked = status(code, Some(HOUR));
            assert_eq!(hear(&mut state(), &asked, Duration::ZERO, NOW).is_some(), holds, "{code}");
        }
    }

    #[test]
    fn p16_a_retry_after_is_held_to_the_second_and_to_a_week_at_most() {
        let mut state = state();
        hear(&mut state, &status(503, Some(Duration::from_secs(4711))), Duration::ZERO, NOW);
        let hold = state.standing.hold.clone().unwrap();
        assert_eq!(hold.at, NOW.plus(Duration::from_secs(4711)));
        assert_eq!(hold.because, "the server answered 503 and asked to wait 1h 18m (Retry-After)");
        hear(&mut state, &status(429, Some(365 * DAY)), Duration::ZERO, NOW);
        assert_eq!(state.standing.hold.unwrap().at, NOW.plus(7 * DAY));
    }

    #[test]
    fn p23_two_410_a_day_apart_stop_and_a_success_revives() {
        let mut state = state();
        let gone = status(410, None);
        hear(&mut state, &gone, HOUR, NOW);
        hear(&mut state, &gone, HOUR, NOW.plus(HOUR * 23));
        assert_eq!(state.standing.stopped_at, None);
        hear(&mut state, &status(500, None), HOUR, NOW.plus(HOUR * 24));
        hear(&mut state, &gone, HOUR, NOW.plus(DAY));
        assert_eq!(state.standing.stopped_at, Some(NOW.plus(DAY)));
        let (freshness, retry_after, strikes, sent) = (None, None, 0, Sent::Validators);
        let heard = Heard { ended: Ended::Quiet, freshness, retry_after, waited: DAY, strikes, sent };
        settle(&mut state, &heard, NOW.plus(2 * DAY));
        assert_eq!((state.standing.gone_at, state.standing.stopped_at), (None, None));
    }

    /// P16, P21: a poll that was led to a host which is left alone waits as long as the host does.
    #[test]
    fn p16_a_poll_that_met_a_held_host_waits_for_the_end_of_that_hold() {
        let mut state = state();
        let until = NextPoll { at: NOW.plus(5 * HOUR), because: "its host asked for it".to_owned() };
        assert_eq!(hear(&mut state, &Failure::Held(until.clone()), HOUR, NOW), None);
        assert_eq!(state.standing.hold, Some(until));
        assert_eq!(state.standing.refusals, 0, "no server refused it");
    }

    #[test]
    fn p18_429s_of_a_hosts_pages_count_for_its_sources_and_only_towards_a_429() {
        for (code, refusals, strikes, hours) in [
            (429, 0, 0, 1),
            // Its pages were told three times already.
            (429, 0, 3, 8),
            (429, 3, 1, 8),
            // That a source is forbidden has nothing to do with how busy its host is.
            (403, 0, 3, 1),
            (403, 2, 0, 4),
        ] {
            let mut state = state();
            state.standing.refusals = refusals;
            let failure = status(code, None);
            let (freshness, retry_after, waited, sent) = (None, None, Duration::ZERO, Sent::Validators);
            let heard = Heard { ended: Ended::Failed(&failure), freshness, retry_after, waited, strikes, sent };
            settle(&mut state, &heard, NOW);
            let hold = state.standing.hold.map(|hold| hold.at);
            assert_eq!(hold, Some(NOW.plus(hours * HOUR)), "{code} {refusals} {strikes}");
        }
    }
}
