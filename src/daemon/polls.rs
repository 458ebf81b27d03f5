//! The poll loop: claims what is due, in turn, until it is stopped.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::poll::Summary;
use crate::poll::drive::Driver;
use crate::poll::drive::line::OFFLINE;
use crate::poll::lull::LULL;
use crate::poll::outcome::RETIRED;
use crate::poll::unstored::LAPSED;
use crate::store::NodeRole;
use crate::web::StoreLack;

use super::clock_watch::ClockWatch;
use super::state::DaemonState;

/// The loop comes round at least this often, whatever the clock was set to (R18).
const ROUND: Duration = Duration::from_secs(5);

/// Polls under way at a stop get this long to end (R7).
const GRACE: Duration = Duration::from_secs(7);

/// Failures that could not be stored yet get this long to be stored at a stop (R7).
const LAST_WORD: Duration = Duration::from_secs(1);

/// The kind of a poll that the store did not take (R12).
const NOT_STORED: &str = "not-stored";

/// Polls until the stop.
pub async fn run(shared: &Arc<DaemonState>) {
    let concurrency = shared.config.load().polling.concurrency;
    let mut driver = Driver::new(Arc::clone(&shared.poller), concurrency);
    let mut watch = ClockWatch::begin(shared);
    loop {
        watch.mind(shared, driver.running()).await;
        let elapsed = u64::try_from(shared.clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        shared.beat.store(elapsed, Ordering::Relaxed);
        shared.desk.set_impediment(shared.poller.impediment());
        let wait = tokio::select! {
            biased;
            wait = claim(shared, &mut driver), if shared.has(NodeRole::Poll) => wait,
            () = given_up(shared), if shared.has(NodeRole::Poll) => break,
            else => ROUND,
        };
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

/// Comes back when the stop has waited long enough for a store that does not answer. What is
/// claimed all the same is given back as the node leaves.
async fn given_up(shared: &DaemonState) {
    shared.stop.polling().await;
    shared.clock.sleep(LAST_WORD).await;
}

/// Claims what is due, once a lull at most. Returns how long to wait before looking again.
async fn claim(shared: &DaemonState, driver: &mut Driver) -> Duration {
    let now = shared.clock.now();
    let room = driver.room();
    if room == 0 {
        return ROUND;
    }
    if let Err(wait) = shared.lull.claim(room) {
        return wait;
    }
    let (node, courtesy) = (shared.poller.node(), shared.poller.courtesy());
    shared.poller.record_again().await;
    match shared.store.claim_due(node, courtesy, now, room).await {
        // What is due as well is claimed after the lull.
        Ok(claims) if !claims.is_empty() => {
            eased(shared);
            let lull = shared.lull.found(claims.len(), room);
            driver.offer(claims).await;
            return lull;
        }
        Ok(_) => drop(shared.lull.found(0, room)),
        Err(error) => return troubled(shared, &error),
    }
    match shared.store.next_due_at(courtesy, now).await {
        // Another node was faster, or it became due just now.
        Ok(due) => {
            eased(shared);
            due.map_or(ROUND, |at| at.since(now).clamp(LULL, ROUND))
        }
        Err(error) => troubled(shared, &error),
    }
}

/// Nothing can be claimed: feeds are still served, polls wait (R12, R13).
fn troubled(shared: &DaemonState, error: &crate::store::Error) -> Duration {
    // Once for each time that it begins, or has another cause.
    if shared.desk.set_claims_trouble(Some(error.to_string())) {
        tracing::error!(%error, "no source can be claimed; polls wait");
    }
    ROUND
}

/// Sources can be claimed.
fn eased(shared: &DaemonState) {
    if shared.desk.set_claims_trouble(None) {
        tracing::info!("sources can be claimed again");
    }
}

fn ended(shared: &DaemonState, s: &Summary) {
    if s.note.kind == RETIRED {
        return tracing::debug!(source.id = s.source.as_str(), "a source was left to another node");
    }
    match s.note.kind {
        // The store took it, or works and refused a claim that had lapsed.
        LAPSED => {}
        NOT_STORED => shared.desk.note_unstored(&s.source, &s.note.text, lack(s)),
        _ => shared.desk.note_stored(&s.source, s.new + s.revised),
    }
    shared.desk.set_offline(shared.poller.offline_since());
    let duration_ms = u64::try_from(s.note.duration.as_millis()).unwrap_or(u64::MAX);
    let (source, outcome, because) = (s.source.as_str(), s.note.text.as_str(), s.next.because.as_str());
    let next = wait_words(s.next.at, shared.clock.now());
    if s.note.kind == LAPSED {
        // The next poll is that of whoever has the claim now.
        tracing::info!(source.id = source, outcome, duration_ms, "a poll was given up");
    } else if s.note.kind == OFFLINE {
        // The connection is logged once, not for each of its sources.
        tracing::debug!(source.id = source, outcome, duration_ms, next, because, "poll reached no server");
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
            "a source's news may have been lost between two polls: no entry of the document before is left"
        );
        shared.desk.counters.gaps.fetch_add(1, Ordering::Relaxed);
    }
}

fn lack(s: &Summary) -> StoreLack {
    if s.no_room { StoreLack::Room } else { StoreLack::Other }
}

fn wait_words(at: Timestamp, now: Timestamp) -> String {
    format!("in {}", span(at.since(now)))
}

/// Returns waiting claims and lets running polls end, within a grace period (R7).
async fn drain(shared: &DaemonState, driver: &mut Driver) {
    shared.lull.end();
    let waiting = driver.drain();
    // Those that a store which is away does not take back by then lapse.
    let release = async {
        if waiting.is_empty() {
            return;
        }
        match tokio::time::timeout(GRACE, shared.store.release(&waiting)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "claims could not be given back; their leases lapse"),
            Err(_) => tracing::warn!("the store does not answer: claims could not be given back; their leases lapse"),
        }
    };
    let under_way = driver.running();
    let finish = async {
        while let Some(summary) = driver.next().await {
            ended(shared, &summary);
        }
    };
    let (ended_all, ()) = tokio::join!(tokio::time::timeout(GRACE, finish), release);
    // Failures that are not stored by then are due after their interval.
    let _ = tokio::time::timeout(LAST_WORD, shared.poller.record_again()).await;
    if ended_all.is_err() {
        // A poll that is abandoned stored nothing; its source is due after its interval.
        tracing::warn!(under_way, abandoned = driver.running(), "polls were abandoned");
        driver.abandon();
    }
}
