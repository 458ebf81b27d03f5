//! Follows a wall clock that is set, so that polls keep their distance and none come in a
//! burst (R18, check P29).

use std::sync::Arc;
use std::time::Duration;

use crate::clock::span;
use crate::poll::drive::resume::resume;
use crate::schedule::lease;
use crate::store::{NodeRole, another_polls};

use super::error::Error;
use super::reload;
use super::state::DaemonState;

/// Between two checks of what polls wrote. Each walks over the whole store.
const ROUND: Duration = Duration::from_secs(5);

/// A wall clock that moved by more than this against the monotonic clock was set (R18).
const STEP_MS: i64 = 5_000;

/// Corrects the times that a clock wrote while it was ahead, and moves due times that it left
/// in the far future (R18). Returns whether the places of entries in feeds changed.
pub async fn set_back(shared: &DaemonState) -> Result<bool, Error> {
    let now = shared.clock.now();
    let entries = shared.store.mend_times(now).await?;
    if entries > 0 {
        tracing::warn!(entries, "the clock was ahead; entries of that time now stand before the present");
    }
    let moved = shared.store.set_back(now).await?;
    if moved > 0 {
        tracing::warn!(sources = moved, "the clock was set back; polls keep their distance to the poll before");
    }
    Ok(entries > 0)
}

/// The same while feeds are published.
pub async fn follow_back(shared: &Arc<DaemonState>) -> Result<(), Error> {
    if set_back(shared).await? {
        reload::take_over(shared).await?;
    }
    Ok(())
}

/// How far the wall clock is ahead of the monotonic one.
fn lead_ms(shared: &DaemonState) -> i64 {
    let elapsed = i64::try_from(shared.clock.elapsed().as_millis()).unwrap_or(i64::MAX);
    shared.clock.now().millis().saturating_sub(elapsed)
}

/// What is known of the clock between two rounds of the poll loop.
pub struct ClockWatch {
    /// How far it was ahead of the monotonic clock, in milliseconds.
    lead: i64,
    /// Set while polls that began before the clock was set back may still write a due time
    /// by the old clock.
    unsettled: Option<Unsettled>,
}

/// How long polls may still write by the clock from before; by the monotonic clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Unsettled {
    looked: Duration,
    until: Duration,
}

impl Unsettled {
    /// Polls that are under way have ended, or have been given up, after `longest`.
    fn since(elapsed: Duration, longest: Duration) -> Unsettled {
        Unsettled { looked: elapsed, until: elapsed + longest }
    }
}

impl ClockWatch {
    /// Begins to watch.
    pub fn begin(shared: &DaemonState) -> ClockWatch {
        ClockWatch { lead: lead_ms(shared), unsettled: None }
    }

    /// Looks whether the clock was set since the last look. If it was, what is due then
    /// follows the new time without a burst (R18, check P29). `under_way` polls run.
    pub async fn mind(&mut self, shared: &Arc<DaemonState>, under_way: usize) {
        let now = lead_ms(shared);
        let step = now.saturating_sub(self.lead);
        if step.abs() <= STEP_MS {
            if self.takes_a_look(shared.clock.elapsed(), under_way)
                && let Err(error) = follow_back(shared).await
            {
                tracing::error!(%error, "the schedule could not follow the clock");
            }
            return;
        }
        self.lead = now;
        let longest = lease::longest(shared.config.load().polling.timeout * 2);
        self.unsettled = (step < 0 && under_way > 0).then(|| Unsettled::since(shared.clock.elapsed(), longest));
        let by = span(Duration::from_millis(step.unsigned_abs()));
        let done = if step < 0 {
            tracing::warn!(by, "the clock was set back");
            follow_back(shared).await
        } else {
            tracing::warn!(by, "the clock was set forward, or this machine slept");
            respread(shared).await
        };
        if let Err(error) = done {
            tracing::error!(%error, "the schedule could not follow the clock");
        }
    }

    /// Whether to check what polls wrote: once a round, because it walks over the whole store,
    /// and a last time when the polls from before have ended.
    fn takes_a_look(&mut self, elapsed: Duration, under_way: usize) -> bool {
        let Some(unsettled) = &mut self.unsettled else { return false };
        if under_way == 0 || elapsed >= unsettled.until {
            self.unsettled = None;
            return true;
        }
        let is_time = elapsed >= unsettled.looked + ROUND;
        if is_time {
            unsettled.looked = elapsed;
        }
        is_time
    }
}

/// Spreads what became due while no node polled (check P29): the first of those that poll
/// does, for what is overdue beside one that was there before is being polled.
pub async fn respread(shared: &DaemonState) -> Result<(), Error> {
    let now = shared.clock.now();
    if !shared.has(NodeRole::Poll) || another_polls(&shared.store.nodes(now).await?, shared.poller.node(), now) {
        return Ok(());
    }
    let sources = resume(&shared.store, &shared.plan.load_full(), shared.clock.now()).await?;
    if sources > 0 {
        tracing::info!(sources, "polls that were due while wiredesk was not running are spread out");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP_AT: Duration = Duration::from_secs(1_000);

    /// At which milliseconds after the step a desk looks that has `under_way`
    /// polls then and comes round every tenth of a second.
    fn looks(under_way: impl Fn(u64) -> usize) -> Vec<u64> {
        let mut watch = ClockWatch { lead: 0, unsettled: Some(Unsettled::since(STEP_AT, Duration::from_secs(120))) };
        let turns = (1..=3_000).map(|turn| turn * 100);
        turns.filter(|ms| watch.takes_a_look(STEP_AT + Duration::from_millis(*ms), under_way(*ms))).collect()
    }

    /// R18: a desk that is never idle.
    #[test]
    fn a_busy_desk_looks_once_a_round_and_until_no_poll_is_left_from_before() {
        assert_eq!(looks(|_| 4), (1..=24).map(|round| round * 5_000).collect::<Vec<_>>());
        assert_eq!(looks(|ms| usize::from(ms < 7_300)), [5_000, 7_300]);
        assert_eq!(looks(|_| 0), [100]);
    }
}
