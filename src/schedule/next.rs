//! The decision when a source is polled next.

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::model::{Failure, NextPoll, PollState, SourceId};

use super::policy::Policy;
use super::{rhythm, spread};

/// Waits between failures grow to this (check P24).
const LONGEST_BACKOFF: Duration = Duration::from_secs(6 * 3600);

/// A server may ask for no more (limits table).
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(7 * 86_400);

/// Polls in the time in which one entry is expected.
const POLLS_AN_ENTRY: u32 = 4;

/// What the operator allows for `adaptive`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Never sooner.
    pub min: Duration,
    /// Never later.
    pub max: Duration,
}

/// How a poll ended, as far as the schedule cares.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// A document was read.
    Document {
        /// Entries not known before.
        new: usize,
        /// Entries that it lists.
        listed: usize,
        /// How long after the document before, if there was one.
        elapsed: Option<Duration>,
    },
    /// Nothing had changed.
    Quiet,
    /// It failed.
    Failed(&'a Failure),
}

/// Decides when `source` is polled next: the latest of the policy's wish, the
/// server's and backoff (check P9). `state` already counts this poll.
pub fn next_poll(
    source: &SourceId,
    policy: &Policy,
    bounds: Bounds,
    state: &PollState,
    ended: Ended<'_>,
    now: Timestamp,
) -> NextPoll {
    let (wish, interval) = wish(source, policy, bounds, state, ended, now);
    let mut all = vec![wish];
    if let Ended::Failed(failure) = ended {
        all.push(backoff(state.failures, interval, now));
        all.extend(retry_after(failure, now));
    }
    // Of equal wishes the first is named: the operator's own.
    all.into_iter()
        .reduce(|latest, other| if other.at > latest.at { other } else { latest })
        .unwrap_or(NextPoll { at: now.plus(bounds.max), because: "no wish was made".to_owned() })
}

/// The policy's wish, and the interval that backoff doubles.
fn wish(
    source: &SourceId,
    policy: &Policy,
    bounds: Bounds,
    state: &PollState,
    ended: Ended<'_>,
    now: Timestamp,
) -> (NextPoll, Duration) {
    match policy {
        Policy::Every(interval) => {
            let at = spread::slew(source, now.plus(*interval), *interval);
            (NextPoll { at, because: format!("schedule: every {}", span(*interval)) }, *interval)
        }
        Policy::Cron { text, timezone, .. } => {
            // A rule that is never due is refused when the configuration is read (B90).
            let at = policy.next_cron_after(now).unwrap_or_else(|| now.plus(bounds.max));
            (NextPoll { at, because: format!("schedule: cron {text:?} in {timezone}") }, bounds.min)
        }
        Policy::Adaptive => {
            let (interval, because) = adaptive(bounds, state, ended);
            let at = now.plus(interval.mul_f64(1.0 + spread::fraction(source) / 10.0));
            (NextPoll { at, because }, interval)
        }
    }
}

/// The interval that a source's own pace asks for.
fn adaptive(bounds: Bounds, state: &PollState, ended: Ended<'_>) -> (Duration, String) {
    let within = |wanted: Duration| wanted.clamp(bounds.min, bounds.max.max(bounds.min));
    if let Ended::Document { new, listed, elapsed: Some(elapsed) } = ended
        && listed > 0
        && new * 5 >= listed * 4
    {
        let interval = within(elapsed / 2);
        let said = if new >= listed { "no entry of the document before was left" } else { "the window nearly rolled" };
        return (interval, format!("adaptive: {said} ({new} of {listed} new), so every {}", span(interval)));
    }
    if state.rhythm.span_ms <= 0.0 {
        return (bounds.min, format!("adaptive: its pace is not known yet, so every {}", span(bounds.min)));
    }
    let gap = rhythm::gap(state.rhythm, bounds.min * POLLS_AN_ENTRY);
    let interval = within(gap / POLLS_AN_ENTRY);
    (interval, format!("adaptive: about one entry in {}, so every {}", span(gap), span(interval)))
}

/// Interval × 2ⁿ after n failures in a row, to 6 hours; one success resets
/// (check P24). Never for good: a failing source is retried for ever.
fn backoff(failures: u32, interval: Duration, now: Timestamp) -> NextPoll {
    let doubled = interval.saturating_mul(2_u32.saturating_pow(failures.min(16)));
    let wait = doubled.min(LONGEST_BACKOFF.max(interval));
    NextPoll { at: now.plus(wait), because: format!("backoff after {failures} failures in a row: {}", span(wait)) }
}

fn retry_after(failure: &Failure, now: Timestamp) -> Option<NextPoll> {
    let Failure::Status { status, retry_after: Some(wait) } = failure else { return None };
    let wait = (*wait).min(LONGEST_RETRY_AFTER);
    let because = format!("the server answered {status} and asked to wait {} (Retry-After)", span(wait));
    Some(NextPoll { at: now.plus(wait), because })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rhythm;

    const BOUNDS: Bounds = Bounds { min: Duration::from_secs(900), max: Duration::from_secs(86_400) };
    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    fn decide(policy: &Policy, state: &PollState, ended: Ended<'_>) -> (u64, String) {
        let next = next_poll(&SourceId::new("s").unwrap(), policy, BOUNDS, state, ended, NOW);
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
}
