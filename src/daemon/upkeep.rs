//! Work beside the polls: the search index, retention, the watchdog.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::past::index::catch_up;
use crate::store::{self, BEAT, CHANGES_KEPT, Duty, Seq, trusted};

use super::clock_watch::follow_back;
use super::duty::DutyWatch;
use super::state::DaemonState;
use super::systemd;

/// Between checks for entries that wait for the index, while no feed changes.
const INDEX: Duration = Duration::from_secs(5);

/// Between checks of the clock.
const LOOK: Duration = Duration::from_secs(600);

/// Between checks of what may be pruned.
const PRUNE: Duration = Duration::from_secs(3_600);

/// Between checks whether pruning is this node's: whoever did it before may have died.
const PRUNE_LOOK: Duration = Duration::from_secs(15);

/// Texts pruned in one transaction: polls wait no longer than that (R25).
const PRUNE_BATCH: usize = 500;

/// How long the store gets at a stop to take claims back (R7).
const LEFT: Duration = Duration::from_secs(1);

/// Changes of the outbox pruned in one transaction.
const CHANGES_BATCH: usize = 5_000;

/// After trouble with the index; it doubles up to the longest. The work is the store's
/// heaviest, and nothing is lost while it waits.
const RETRY: Duration = Duration::from_secs(10);
const LONGEST_RETRY: Duration = Duration::from_secs(300);

/// What room there is belongs to polls first, whose commits are small.
const RETRY_WHEN_FULL: Duration = Duration::from_secs(600);

/// Between batches, so that polls' commits come first.
const BREATH: Duration = Duration::from_millis(50);

/// The poll loop beats at least every five seconds; later than this it hangs (R24).
const LATEST_BEAT: Duration = Duration::from_secs(30);

/// Keeps the search index behind the polls.
pub async fn index(shared: Arc<DaemonState>) {
    let mut duty = DutyWatch::over(Duty::Index);
    let mut failures = 0;
    loop {
        if !duty.is_ours(&shared).await {
            tokio::time::sleep(INDEX).await;
            continue;
        }
        // Taken before the look, so that what is stored meanwhile is found too.
        let seen = shared.store.newest_change().await.unwrap_or(Seq::END);
        match catch_up(&shared.store, |_| ()).await {
            // Entries that are in no feed do not count as a change.
            Ok(_) => {
                failures = 0;
                drop(tokio::time::timeout(INDEX, shared.store.changed(seen)).await);
            }
            Err(error) => {
                let wait = wait_after(&error, failures);
                failures += 1;
                tracing::warn!(%error, next = format!("in {}", span(wait)), "the search index is behind");
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// How long the index waits after an error, when so many came before it in a row.
fn wait_after(error: &store::Error, failures: u32) -> Duration {
    match error {
        store::Error::Full(_) => RETRY_WHEN_FULL,
        _ => RETRY.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_RETRY),
    }
}

/// Tells the store at intervals that this node is alive. Returns once another has replaced it.
pub async fn beat(shared: &DaemonState) -> store::Error {
    loop {
        shared.clock.sleep(BEAT).await;
        match shared.store.beat(shared.poller.node(), shared.clock.now()).await {
            Ok(()) => {}
            Err(error @ store::Error::Replaced(_)) => return error,
            // A missed beat does no harm: claims end with their leases.
            Err(error) => tracing::debug!(%error, "the store did not take this node's beat"),
        }
        if let Some(led) = &shared.led
            && let Err(error) = store::follow(&*shared.store, led).await
        {
            tracing::debug!(%error, "the store did not tell its time; this node's clock goes on");
        }
    }
}

/// Returns at once the claims that a stopping daemon still holds.
pub async fn leave(shared: &DaemonState) {
    let left = tokio::time::timeout(LEFT, shared.store.leave(shared.poller.node(), shared.clock.now())).await;
    match left {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "claims could not be given back; their leases lapse"),
        Err(_) => tracing::warn!("the store does not answer: claims could not be given back; their leases lapse"),
    }
}

/// Follows the clock: its time is believed, and times that it wrote while it was ahead are
/// corrected.
pub async fn follow_clock(shared: Arc<DaemonState>) {
    let mut looked = shared.clock.elapsed();
    loop {
        let elapsed = shared.clock.elapsed();
        match shared.store.believe(shared.clock.now(), elapsed.saturating_sub(looked)).await {
            Ok(_) => {
                looked = elapsed;
                // What could not be corrected when the clock was set back may be correctable
                // now.
                if let Err(error) = follow_back(&shared).await {
                    tracing::warn!(%error, "times that a clock wrote while it was ahead could not be corrected");
                }
            }
            Err(error) => tracing::warn!(%error, "the store could not follow the clock"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Drops texts older than `store.keep`, and changes that nobody asks for any more, where that
/// is this node's duty.
pub async fn prune(shared: Arc<DaemonState>) {
    let mut duty = DutyWatch::over(Duty::Upkeep);
    let mut pruned_at = None;
    loop {
        let elapsed = shared.clock.elapsed();
        let is_time = pruned_at.is_none_or(|at| elapsed.saturating_sub(at) >= PRUNE);
        // It is asked for in between too, so that somebody holds it.
        if duty.is_ours(&shared).await && is_time {
            pruned_at = Some(elapsed);
            prune_once(&shared).await;
        }
        tokio::time::sleep(PRUNE_LOOK).await;
    }
}

async fn prune_once(shared: &DaemonState) {
    let now = shared.clock.now();
    let believed = match shared.store.believe(now, Duration::ZERO).await {
        Ok(believed) => believed,
        Err(error) => return tracing::warn!(%error, "old texts could not be pruned"),
    };
    match trusted::prune_by(now, believed) {
        Some(at) => {
            prune_before(shared, at.minus(shared.config.load().store.keep)).await;
            prune_changes(shared, at.minus(CHANGES_KEPT)).await;
            leave_window(shared, at.minus(shared.plan.load().stories.copies)).await;
        }
        None => tell_of_doubt(now.since(believed)),
    }
}

fn tell_of_doubt(ahead: Duration) {
    let ahead = span(ahead);
    tracing::warn!(ahead, "the clock is ahead of what this store has seen; old texts are kept until it proves right");
}

async fn prune_before(shared: &DaemonState, before: Timestamp) {
    let (mut texts, mut after) = (0, None);
    let done = loop {
        match shared.store.prune(before, after, PRUNE_BATCH, shared.clock.now()).await {
            Ok(pruned) => {
                texts += pruned.texts;
                after = pruned.more;
                if after.is_none() {
                    break Ok(());
                }
            }
            Err(error) => break Err(error),
        }
        tokio::time::sleep(BREATH).await;
    };
    if texts > 0 {
        tracing::info!(texts, %before, "old texts were pruned");
    }
    if let Err(error) = done {
        tracing::warn!(%error, "old texts could not be pruned");
    }
}

/// Forgets by what entries were found as copies that are too old to be met again.
async fn leave_window(shared: &DaemonState, before: Timestamp) {
    loop {
        match shared.store.leave_window(before, PRUNE_BATCH).await {
            Ok(PRUNE_BATCH) => tokio::time::sleep(BREATH).await,
            Ok(_) => return,
            Err(error) => return tracing::warn!(%error, "old rows of stories could not be pruned"),
        }
    }
}

async fn prune_changes(shared: &DaemonState, before: Timestamp) {
    loop {
        match shared.store.prune_changes(before, CHANGES_BATCH).await {
            Ok(CHANGES_BATCH) => tokio::time::sleep(BREATH).await,
            Ok(_) => return,
            Err(error) => return tracing::warn!(%error, "old changes could not be pruned"),
        }
    }
}

/// The store answers a small query, on a connection of its own, in far less.
const ANSWERED: Duration = Duration::from_secs(10);

/// Notifies systemd's watchdog while the poll loop comes round, documents can be read, the
/// store can be read, and its writer works (R24, B151).
pub async fn watchdog(shared: Arc<DaemonState>) {
    let Some(limit) = sd_notify::watchdog_enabled() else {
        return;
    };
    loop {
        tokio::time::sleep(limit / 3).await;
        let beat = Duration::from_millis(shared.beat.load(Ordering::Relaxed));
        let late = shared.clock.elapsed().saturating_sub(beat) > LATEST_BEAT;
        let asked = tokio::time::timeout(ANSWERED, shared.store.ping()).await;
        let asked = asked.map(|asked| asked.map_err(|error| error.to_string()));
        match obstacle(late, shared.poller.impediment(), asked.ok()) {
            None => systemd::alive(),
            Some(obstacle) => tracing::error!("{obstacle}; the watchdog is not notified"),
        }
    }
}

/// Why the daemon is not working; `asked` is the store's result, if there was one.
fn obstacle(late: bool, impediment: Option<String>, asked: Option<Result<(), String>>) -> Option<String> {
    match asked {
        None => Some("the store does not respond".to_owned()),
        Some(Err(error)) => Some(format!("the store cannot be used: {error}")),
        Some(Ok(())) if late => Some("the poll loop hangs".to_owned()),
        Some(Ok(())) => impediment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r85_the_index_waits_longer_after_each_failure_and_longest_without_room() {
        let away = store::Error::Away("by the test".to_owned());
        let waits = [0, 1, 4, 5, u32::MAX].map(|failures| wait_after(&away, failures).as_secs());
        assert_eq!(waits, [10, 20, 160, 300, 300]);
        assert_eq!(wait_after(&store::Error::Full("by the test".to_owned()), 0), RETRY_WHEN_FULL);
    }

    #[test]
    fn b151_the_watchdog_is_told_only_while_documents_can_be_read() {
        let check = |late: bool, impediment: Option<&str>, asked: Option<Result<(), &str>>, expected: Option<&str>| {
            let asked = asked.map(|asked| asked.map_err(str::to_owned));
            assert_eq!(obstacle(late, impediment.map(str::to_owned), asked).as_deref(), expected);
        };
        check(false, None, Some(Ok(())), None);
        check(false, Some("no document can be read"), Some(Ok(())), Some("no document can be read"));
        check(true, None, Some(Ok(())), Some("the poll loop hangs"));
        check(false, None, None, Some("the store does not respond"));
        check(false, None, Some(Err("gone")), Some("the store cannot be used: gone"));
    }
}
