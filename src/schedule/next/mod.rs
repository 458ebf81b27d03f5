//! Decides when a source is polled next.

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::model::{Failure, NextPoll, PollState, SourceId};
use crate::text::quote::in_quotes;

use super::budget::PAUSE;
use super::heard::{Ended, Heard};
use super::hold::refusal;
use super::policy::Policy;
use super::whole::is_useless;
use super::{rhythm, spread, unstored, wishes};

/// Waits between failures grow to this (check P24).
const LONGEST_BACKOFF: Duration = Duration::from_secs(6 * 3600);

/// After the first 410 (check P23).
const GONE_AGAIN: Duration = Duration::from_secs(24 * 3600);

/// A document that takes too long to read is requested again no sooner than this (B107).
const OVERLONG: Duration = Duration::from_secs(3600);

/// After this many polls in a row that broke down in our own code, a source rests (R23).
const BREAKDOWNS: u32 = 3;

/// How long it rests (R23).
const REST: Duration = Duration::from_secs(24 * 3600);

/// A source that has never sent a validator costs its server a whole document at each poll;
/// of our own accord we poll it no more often than this (check P10).
const WITHOUT_VALIDATORS: Duration = Duration::from_secs(3600);

/// So many new entries show a pace, older ones counting less.
const SHOW_A_PACE: f64 = 2.0;

/// How many polls are made in the time in which one entry is expected.
const POLLS_AN_ENTRY: u32 = 4;

/// What the operator allows for `adaptive`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Never sooner.
    pub min: Duration,
    /// Never later.
    pub max: Duration,
}

/// Decides when `source` is polled next: the latest of the policy's wish,
/// freshness, the document's hints, the server's waits and backoff (check P9).
/// `state` already counts this poll, and [`settle`](super::settle) has seen it.
pub fn next_poll(
    source: &SourceId,
    policy: &Policy,
    bounds: Bounds,
    state: &PollState,
    heard: &Heard<'_>,
    now: Timestamp,
) -> NextPoll {
    if let Some(stopped) = state.standing.stopped_at {
        let because = format!("stopped: gone (410) twice, a day apart, the last time at {stopped}");
        return NextPoll { at: Timestamp::NEVER, because };
    }
    let (wish, interval) = wish(source, policy, bounds, state, heard.ended, now);
    if let Ended::Failed(Failure::NotStored(_)) = heard.ended {
        // Only the server's own wish can delay asking again.
        let again = unstored::again(state.standing.unstored, interval, now);
        return state.standing.hold.clone().filter(|hold| hold.at > again.at).unwrap_or(again);
    }
    let mut all = vec![wish];
    if let Ended::Failed(failure) = heard.ended {
        all.extend(after_failure(state, failure, interval, now));
    } else {
        all.extend(wishes::freshness(heard.freshness, now));
        if matches!(policy, Policy::Adaptive) {
            all.extend(wishes::hints(&state.hints, now));
        }
    }
    all.extend(state.standing.hold.clone());
    // Of equal wishes the first is named: the operator's own.
    let latest = all
        .into_iter()
        .reduce(|latest, other| if other.at > latest.at { other } else { latest })
        .unwrap_or(NextPoll { at: now.plus(bounds.max), because: "no wish was made".to_owned() });
    // The operator's policy overrides hints, but never what the server asked for (P15).
    if matches!(policy, Policy::Adaptive) { wishes::beyond_skipped(&state.hints, latest, now) } else { latest }
}

/// The wait after a failure, besides the hold made by [`settle`](super::settle).
fn after_failure(state: &PollState, failure: &Failure, interval: Duration, now: Timestamp) -> Option<NextPoll> {
    let s = &state.standing;
    match failure {
        // The hold decides the wait; the server may have set it itself.
        Failure::Status { status: 403 | 429, .. } | Failure::Held(_) => None,
        Failure::Status { status: 410, .. } => {
            let because = "gone (410): polled once more in a day, and never again if it is still gone".to_owned();
            Some(NextPoll { at: now.plus(GONE_AGAIN), because })
        }
        Failure::Status { status: status @ (401 | 404 | 451), .. } => Some(refusal(s.refusals, *status, now)),
        _ if s.breakdowns >= BREAKDOWNS => {
            let because = format!("its polls broke down {} times in a row: {}", s.breakdowns, span(REST));
            Some(NextPoll { at: now.plus(REST), because })
        }
        // Reading it costs others their turn.
        Failure::Overlong(_) => Some(backoff(state.failures, interval.max(OVERLONG), now)),
        _ => Some(backoff(state.failures, interval, now)),
    }
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
            (NextPoll { at, because: format!("schedule: cron {} in {timezone}", in_quotes(text)) }, bounds.min)
        }
        Policy::Adaptive => {
            let (interval, because) = adaptive(bounds, state, ended, now);
            let at = now.plus(interval.mul_f64(1.0 + spread::fraction(source) / 10.0));
            (NextPoll { at, because }, interval)
        }
    }
}

/// The interval that suits a source's own pace.
fn adaptive(bounds: Bounds, state: &PollState, ended: Ended<'_>, now: Timestamp) -> (Duration, String) {
    let within = |wanted: Duration| wanted.clamp(bounds.min, bounds.max.max(bounds.min));
    if let Some(over) = state.standing.over_budget() {
        // A flood is not news to hurry for.
        let interval = within(PAUSE);
        return (interval, format!("adaptive: over its budget of {}, so every {}", over.budget, span(interval)));
    }
    if let Ended::Document { new, listed, elapsed: Some(elapsed) } = ended
        && listed > 0
        && new * 5 >= listed * 4
    {
        let interval = within(elapsed / 2);
        let said = if new >= listed { "no entry of the document before was left" } else { "the window nearly rolled" };
        return (interval, format!("adaptive: {said} ({new} of {listed} new), so every {}", span(interval)));
    }
    let (interval, because) = if state.rhythm.span_ms <= 0.0 {
        (bounds.min, "its pace is not known yet".to_owned())
    } else {
        let gap = rhythm::gap(state.rhythm, bounds.min * POLLS_AN_ENTRY);
        (within(gap / POLLS_AN_ENTRY), pace(state, gap, now))
    };
    let dear = within(WITHOUT_VALIDATORS);
    if state.documents > 0 && !state.ever_validated && interval < dear {
        return (dear, format!("adaptive: it never sent a validator, so every {}", span(dear)));
    }
    if is_useless(&state.standing.trust) && interval < dear {
        return (dear, format!("adaptive: its server fails at conditional requests, so every {}", span(dear)));
    }
    (interval, format!("adaptive: {because}, so every {}", span(interval)))
}

/// What was seen of a source's pace: `gap` counts an entry that was only assumed, and is told
/// once more were seen.
fn pace(state: &PollState, gap: Duration, now: Timestamp) -> String {
    match (state.rhythm.entries, state.last_new_at) {
        (seen, _) if seen >= SHOW_A_PACE => format!("about one entry in {}", span(gap)),
        (seen, Some(at)) if seen < 0.5 && at < now => format!("no new entry for {}", span(now.since(at))),
        _ => "too few new entries to tell its pace".to_owned(),
    }
}

/// Interval × 2ⁿ after n failures in a row, up to 6 hours; one success resets it (check
/// P24). A failing source is retried for ever.
fn backoff(failures: u32, interval: Duration, now: Timestamp) -> NextPoll {
    let doubled = interval.saturating_mul(2_u32.saturating_pow(failures.min(16)));
    let wait = doubled.min(LONGEST_BACKOFF.max(interval));
    let failed = if failures == 1 { "a failure".to_owned() } else { format!("{failures} failures in a row") };
    NextPoll { at: now.plus(wait), because: format!("backoff after {failed}: {}", span(wait)) }
}

#[cfg(test)]
mod tests;
