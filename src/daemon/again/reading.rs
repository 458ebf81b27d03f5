//! Reads stored entries as wire copy, where they were not read yet, or by other rules.

use std::sync::Arc;
use std::time::Duration;

use crate::daemon::duty::DutyWatch;
use crate::daemon::state::DaemonState;
use crate::past::rereading::{begun, step};
use crate::plan::Plan;
use crate::store::{self, Duty, Rereading};

/// Between checks whether the rules have changed, and whose duty it is.
const LOOK: Duration = Duration::from_secs(5);

/// Between steps: polls come first, with their commits and their readings of the store.
const BREATH: Duration = Duration::from_millis(50);

/// After an error.
const LATER: Duration = Duration::from_secs(60);

/// How long what is known to be done is not asked for again.
const DONE: Duration = Duration::from_secs(3_600);

/// Reads until the stop, by the plan in force.
pub async fn run(shared: Arc<DaemonState>) {
    let mut duty = DutyWatch::over(Duty::Reading);
    let mut done: Option<(Arc<Plan>, Duration)> = None;
    loop {
        let plan = shared.plan.load_full();
        let elapsed = shared.clock.elapsed();
        let is_done =
            done.as_ref().is_some_and(|(by, at)| Arc::ptr_eq(by, &plan) && elapsed.saturating_sub(*at) < DONE);
        // Whose duty it is stays so while there is nothing to do: nobody else looks meanwhile.
        if !duty.is_ours(&shared).await || is_done {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        match all(&shared, &plan, &mut duty).await {
            Ok(true) => done = Some((plan, elapsed)),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(%error, "stored entries wait to be read as wire copy");
                tokio::time::sleep(LATER).await;
            }
        }
    }
}

/// Goes through what is stored, from where that was broken off; returns whether it has come to
/// the end.
async fn all(shared: &DaemonState, plan: &Arc<Plan>, duty: &mut DutyWatch) -> store::Result<bool> {
    let mut so_far = begun(&shared.store, plan, shared.clock.now()).await?;
    let read_before = so_far.read;
    while so_far.ended_at.is_none() {
        so_far = step(&shared.store, plan, &so_far, shared.clock.now()).await?;
        if so_far.ended_at.is_none() {
            tokio::time::sleep(BREATH).await;
            if !Arc::ptr_eq(plan, &shared.plan.load_full()) || !duty.is_ours(shared).await {
                break;
            }
        }
    }
    let Rereading { read, looked, ended_at, .. } = so_far;
    if read > read_before {
        tracing::info!(entries = read, of = looked, "stored entries were read as wire copy");
    }
    Ok(ended_at.is_some())
}
