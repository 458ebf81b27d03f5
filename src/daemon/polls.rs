//! The poll loop: claims what is due, in turn, until told to stop.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::poll::Summary;
use crate::poll::drive::Driver;
use crate::poll::drive::line::OFFLINE;
use crate::poll::drive::resume::resume;
use crate::poll::unstored::LAPSED;
use crate::schedule::lease;

use super::{Error, Shared, reload};

/// The loop comes round at least so often, whatever the clock was set to (R18).
const ROUND: Duration = Duration::from_secs(5);

/// Polls under way at a stop get this long to end (R7).
const GRACE: Duration = Duration::from_secs(8);

/// Failures that were kept in mind get this long to be stored at a stop (R7).
const LAST_WORD: Duration = Duration::from_secs(1);

/// The kind of a poll that the store did not take (R12).
const NOT_STORED: &str = "not-stored";

/// A wall clock that parts from the monotonic one by more than this was set (R18).
const STEP_MS: i64 = 5_000;

/// Mends what a clock that was ahead dated, and moves what it left in the far
/// future (R18). Gives whether feeds have to decide anew.
pub async fn set_back(shared: &Shared) -> Result<bool, Error> {
    let now = shared.clock.now();
    let entries = shared.store.mend_times(now).await?;
    if entries > 0 {
        tracing::warn!(entries, "the clock was ahead; what came then takes its place before now");
    }
    let moved = shared.store.set_back(now).await?;
    if moved > 0 {
        tracing::warn!(sources = moved, "the clock was set back; polls keep their distance to the poll before");
    }
    Ok(entries > 0)
}

/// The same while feeds are published.
pub async fn follow_back(shared: &Arc<Shared>) -> Result<(), Error> {
    if set_back(shared).await? { reload::take_over(shared).await } else { Ok(()) }
}

/// How far the wall clock is ahead of the monotonic one.
fn lead_ms(shared: &Shared) -> i64 {
    let elapsed = i64::try_from(shared.clock.elapsed().as_millis()).unwrap_or(i64::MAX);
    shared.clock.now().millis().saturating_sub(elapsed)
}

/// What is known of the clock between two rounds.
struct Watch {
    /// How far it was ahead of the monotonic one.
    lead: i64,
    /// It was set back, and polls that began before may yet write their next
    /// due time by the old one.
    unsettled: Option<Unsettled>,
}

/// While polls may write by a clock that was set back; by the monotonic one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Unsettled {
    looked: Duration,
    until: Duration,
}

impl Unsettled {
    /// Polls that are under way have ended, or are given up, after `longest`.
    fn since(elapsed: Duration, longest: Duration) -> Unsettled {
        Unsettled { looked: elapsed, until: elapsed + longest }
    }
}

impl Watch {
    /// Whether to look after what polls wrote: once a round, as it costs a walk
    /// over the store, and a last time when the polls from before have ended.
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

/// Looks whether the clock was set since the last look; what is due then
/// follows the new time without a burst (R18, check P29).
async fn mind_the_clock(shared: &Arc<Shared>, driver: &Driver, watch: &mut Watch) {
    let now = lead_ms(shared);
    let step = now.saturating_sub(watch.lead);
    if step.abs() <= STEP_MS {
        if watch.takes_a_look(shared.clock.elapsed(), driver.running())
            && let Err(error) = follow_back(shared).await
        {
            tracing::error!(%error, "the schedule could not follow the clock");
        }
        return;
    }
    watch.lead = now;
    let longest = lease::longest(shared.config.load().polling.timeout * 2);
    watch.unsettled = (step < 0 && driver.running() > 0).then(|| Unsettled::since(shared.clock.elapsed(), longest));
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

/// Spreads what became due while wiredesk was not running (check P29).
pub async fn respread(shared: &Shared) -> Result<(), Error> {
    let sources = resume(&shared.store, &shared.plan.load_full(), shared.clock.now()).await?;
    if sources > 0 {
        tracing::info!(sources, "polls that were due while wiredesk was not running are spread out");
    }
    Ok(())
}

/// Polls until the stop.
pub async fn run(shared: &Arc<Shared>) {
    let concurrency = shared.config.load().polling.concurrency;
    let mut driver = Driver::new(Arc::clone(&shared.poller), concurrency);
    let mut watch = Watch { lead: lead_ms(shared), unsettled: None };
    loop {
        mind_the_clock(shared, &driver, &mut watch).await;
        let elapsed = u64::try_from(shared.clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        shared.beat.store(elapsed, Ordering::Relaxed);
        shared.desk.set_impediment(shared.poller.impediment());
        let wait = claim(shared, &mut driver).await;
        tokio::select! {
            biased;
            () = shared.stop.polling() => break,
            () = shared.changed.notified() => {}
            Some(summary) = driver.next(), if !driver.is_idle() => ended(shared, &summary),
            () = tokio::time::sleep(wait) => {}
        }
    }
    drain(shared, &mut driver).await;
}

/// Claims what is due; gives how long to wait before looking again.
async fn claim(shared: &Shared, driver: &mut Driver) -> Duration {
    let now = shared.clock.now();
    let room = driver.room();
    if room == 0 {
        return ROUND;
    }
    let (node, courtesy) = (shared.poller.node(), shared.poller.courtesy());
    shared.poller.record_again().await;
    match shared.store.next_due_at(courtesy, now).await {
        Ok(Some(at)) if at <= now => {}
        Ok(Some(at)) => return at.since(now).min(ROUND),
        Ok(None) => return ROUND,
        Err(error) => return troubled(shared, &error),
    }
    match shared.store.claim_due(node, courtesy, now, room).await {
        // Another node was faster.
        Ok(claims) if claims.is_empty() => Duration::from_secs(1),
        Ok(claims) => {
            driver.offer(claims).await;
            Duration::ZERO
        }
        Err(error) => troubled(shared, &error),
    }
}

/// The store cannot be asked: feeds are served on, polls wait (R12, R13).
fn troubled(shared: &Shared, error: &crate::store::Error) -> Duration {
    tracing::error!(%error, "the store cannot be asked; polls wait");
    shared.desk.set_trouble(Some(error.to_string()));
    ROUND
}

fn ended(shared: &Shared, s: &Summary) {
    match s.note.kind {
        // The store took it, or was well and refused a claim that had lapsed.
        LAPSED => {}
        NOT_STORED => shared.desk.set_trouble(Some(s.note.text.clone())),
        _ => shared.desk.set_trouble(None),
    }
    shared.desk.set_offline(shared.poller.offline_since());
    let duration_ms = u64::try_from(s.note.duration.as_millis()).unwrap_or(u64::MAX);
    let (source, outcome, because) = (s.source.as_str(), s.note.text.as_str(), s.next.because.as_str());
    let next = wait_words(s.next.at, shared.clock.now());
    if s.note.kind == OFFLINE {
        // The line is told of once, not by each of its sources.
        tracing::debug!(source.id = source, outcome, duration_ms, next, because, "poll reached nobody");
    } else if s.failed {
        tracing::warn!(source.id = source, outcome, duration_ms, next, because, "poll failed");
    } else {
        tracing::info!(source.id = source, outcome, duration_ms, next, because, "polled");
    }
    for warning in &s.warnings {
        tracing::debug!(source.id = source, warning, "document was odd");
    }
    shared.desk.counters.polled(s.note.kind);
    if let Some(lag) = s.lag {
        shared.desk.counters.started_after(lag);
    }
    if s.gap {
        tracing::warn!(
            source.id = source,
            "news may have been lost between two polls: no entry of the document before is left"
        );
        shared.desk.counters.gaps.fetch_add(1, Ordering::Relaxed);
    }
    if s.new + s.revised > 0 {
        shared.arrived.notify_one();
        shared.wanted.notify_one();
    }
    shared.dirty.mark(&s.feeds);
}

fn wait_words(at: Timestamp, now: Timestamp) -> String {
    format!("in {}", span(at.since(now)))
}

/// Gives back what waits and lets what is under way end, within a grace (R7).
async fn drain(shared: &Shared, driver: &mut Driver) {
    let waiting = driver.drain();
    if let Err(error) = shared.store.release(&waiting).await {
        tracing::warn!(%error, "claims could not be given back; their leases lapse");
    }
    let under_way = driver.running();
    let finish = async {
        while let Some(summary) = driver.next().await {
            ended(shared, &summary);
        }
    };
    let ended_all = tokio::time::timeout(GRACE, finish).await;
    // What is not stored by then is due after its interval.
    let _ = tokio::time::timeout(LAST_WORD, shared.poller.record_again()).await;
    if ended_all.is_err() {
        // A poll that is abandoned stored nothing; its source is due after its interval.
        tracing::warn!(under_way, abandoned = driver.running(), "polls were abandoned");
        driver.abandon();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP_AT: Duration = Duration::from_secs(1_000);

    /// At which milliseconds after the step a desk looks that has `under_way`
    /// polls then and comes round every tenth of a second.
    fn looks(under_way: impl Fn(u64) -> usize) -> Vec<u64> {
        let mut watch = Watch { lead: 0, unsettled: Some(Unsettled::since(STEP_AT, Duration::from_secs(120))) };
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
