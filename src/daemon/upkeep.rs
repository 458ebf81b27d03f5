//! What goes on beside the polls: the search index, retention, the watchdog.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::past::index::catch_up;
use crate::store::{self, BEAT, CHANGES_KEPT, Seq, trusted};

use super::{Shared, notify};

/// Between looks at what waits for the index, where no feed changes.
const INDEX: Duration = Duration::from_secs(5);

/// Between looks at the clock.
const LOOK: Duration = Duration::from_secs(600);

/// Looks at the clock to a look at what may be pruned.
const PRUNE_EVERY: u32 = 6;

/// Texts pruned in one transaction: polls wait for no more (R25).
const PRUNE_BATCH: usize = 500;

/// A store gets this long at a stop to take what is given back (R7).
const LEFT: Duration = Duration::from_secs(1);

/// Changes of the outbox pruned in one transaction.
const CHANGES_BATCH: usize = 5_000;

/// After trouble with the store.
const RETRY: Duration = Duration::from_secs(10);

/// Between batches, so that polls' commits come first.
const BREATH: Duration = Duration::from_millis(50);

/// The poll loop beats at least every five seconds; later than this it hangs (R24).
const LATEST_BEAT: Duration = Duration::from_secs(30);

/// Keeps the search index behind the polls.
pub async fn index(shared: Arc<Shared>) {
    loop {
        // Before the look: what is stored meanwhile is looked for, too.
        let seen = shared.store.newest_change().await.unwrap_or(Seq::END);
        match catch_up(&shared.store, |_| ()).await {
            // Entries that are in no feed are no change that anybody can see.
            Ok(_) => drop(tokio::time::timeout(INDEX, shared.store.changed(seen)).await),
            Err(error) => {
                tracing::warn!(%error, "the search index is behind");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// Tells the store that this node is at work; comes back when it is told that it is not.
pub async fn beat(shared: &Shared) -> store::Error {
    loop {
        shared.clock.sleep(BEAT).await;
        match shared.store.beat(shared.poller.node(), shared.clock.now()).await {
            Ok(()) => {}
            Err(error @ store::Error::Replaced(_)) => return error,
            // Nothing hangs on a beat: what is claimed is free by its lease.
            Err(error) => tracing::debug!(%error, "the store was not told that this node is at work"),
        }
    }
}

/// Gives back at once what a daemon that stops still holds.
pub async fn leave(shared: &Shared) {
    let left = tokio::time::timeout(LEFT, shared.store.leave(shared.poller.node(), shared.clock.now())).await;
    match left {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "claims could not be given back; their leases lapse"),
        Err(_) => tracing::warn!("the store is too busy for claims to be given back; their leases lapse"),
    }
}

/// Follows the clock, and drops texts older than `store.keep`.
pub async fn prune(shared: Arc<Shared>) {
    let mut looked = shared.clock.elapsed();
    for look in 0_u32.. {
        let elapsed = shared.clock.elapsed();
        let now = shared.clock.now();
        match shared.store.believe(now, elapsed.saturating_sub(looked)).await {
            Ok(believed) => {
                looked = elapsed;
                // What could not be mended when the clock was set back may be now.
                if let Err(error) = super::polls::follow_back(&shared).await {
                    tracing::warn!(%error, "what a clock that was ahead left could not be mended");
                }
                if look % PRUNE_EVERY == 0 {
                    match trusted::prune_by(now, believed) {
                        Some(at) => {
                            prune_before(&shared, at.minus(shared.config.load().store.keep)).await;
                            prune_changes(&shared, at.minus(CHANGES_KEPT)).await;
                        }
                        None => tell_of_doubt(now.since(believed)),
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the store could not follow the clock"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn tell_of_doubt(ahead: Duration) {
    let ahead = span(ahead);
    tracing::warn!(ahead, "the clock is ahead of what this store has seen; old texts are kept until it proves right");
}

async fn prune_before(shared: &Shared, before: Timestamp) {
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

async fn prune_changes(shared: &Shared, before: Timestamp) {
    loop {
        match shared.store.prune_changes(before, CHANGES_BATCH).await {
            Ok(CHANGES_BATCH) => tokio::time::sleep(BREATH).await,
            Ok(_) => return,
            Err(error) => return tracing::warn!(%error, "old changes could not be pruned"),
        }
    }
}

/// The store answers a small question, asked by a way of its own, in far less.
const ANSWERED: Duration = Duration::from_secs(10);

/// Beats systemd's watchdog while the poll loop comes round, documents can be read, the
/// store can be read and its writer lives and comes round (R24, B151).
pub async fn watchdog(shared: Arc<Shared>) {
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
            None => notify(&[sd_notify::NotifyState::Watchdog]),
            Some(obstacle) => tracing::error!("{obstacle}; the watchdog is not told"),
        }
    }
}

/// Why the daemon does not do its work; `asked` is the store's answer, if it gave one.
fn obstacle(late: bool, impediment: Option<String>, asked: Option<Result<(), String>>) -> Option<String> {
    match asked {
        None => Some("the store does not answer".to_owned()),
        Some(Err(error)) => Some(format!("the store cannot be used: {error}")),
        Some(Ok(())) if late => Some("the poll loop hangs".to_owned()),
        Some(Ok(())) => impediment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b151_the_watchdog_is_told_only_while_documents_can_be_read() {
        let check = |late: bool, impediment: Option<&str>, asked: Option<Result<(), &str>>, expected: Option<&str>| {
            let asked = asked.map(|asked| asked.map_err(str::to_owned));
            assert_eq!(obstacle(late, impediment.map(str::to_owned), asked).as_deref(), expected);
        };
        check(false, None, Some(Ok(())), None);
        check(false, Some("no document can be read"), Some(Ok(())), Some("no document can be read"));
        check(true, None, Some(Ok(())), Some("the poll loop hangs"));
        check(false, None, None, Some("the store does not answer"));
        check(false, None, Some(Err("gone")), Some("the store cannot be used: gone"));
    }
}
