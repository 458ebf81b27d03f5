//! Reads stored entries as wire copy, where they were not read yet, or by other rules.

use std::sync::Arc;
use std::time::Duration;

use crate::daemon::again::placing;
use crate::daemon::duty::DutyWatch;
use crate::daemon::state::DaemonState;
use crate::past::rereading::step;
use crate::plan::Plan;
use crate::store::Duty;

/// Between checks whether the rules have changed, and whose duty it is.
const LOOK: Duration = Duration::from_secs(5);

/// Between steps that read something: polls' commits come first.
const BREATH: Duration = Duration::from_millis(50);

/// After an error.
const LATER: Duration = Duration::from_secs(60);

/// After this long all is gone through again: a node of an earlier version, which reads nothing,
/// may have stored entries.
const AGAIN: Duration = Duration::from_secs(86_400);

/// Reads until the stop, by the plan in force.
pub async fn run(shared: Arc<DaemonState>) {
    let mut duty = DutyWatch::over(Duty::Reading);
    let mut done: Option<(Arc<Plan>, Duration)> = None;
    loop {
        let plan = shared.plan.load_full();
        let elapsed = shared.clock.elapsed();
        let is_done =
            done.as_ref().is_some_and(|(by, at)| Arc::ptr_eq(by, &plan) && elapsed.saturating_sub(*at) < AGAIN);
        if is_done || !duty.is_ours(&shared).await {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        // What is compared of an entry is what was read of it.
        if all(&shared, &plan, &mut duty).await && placing::all(&shared, &plan, &mut duty).await {
            done = Some((plan, elapsed));
        }
    }
}

/// Goes through all that is stored; returns whether it came to the end.
async fn all(shared: &DaemonState, plan: &Arc<Plan>, duty: &mut DutyWatch) -> bool {
    let (mut before, mut read) = (None, 0);
    let is_whole = loop {
        match step(&shared.store, plan, before, shared.clock.now()).await {
            Ok(step) => {
                read += step.read;
                before = step.before;
                if before.is_none() {
                    break true;
                }
                if step.read > 0 {
                    tokio::time::sleep(BREATH).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "stored entries wait to be read as wire copy");
                tokio::time::sleep(LATER).await;
                break false;
            }
        }
        if !Arc::ptr_eq(plan, &shared.plan.load_full()) || !duty.is_ours(shared).await {
            break false;
        }
    };
    if read > 0 {
        tracing::info!(entries = read, "stored entries were read as wire copy");
    }
    is_whole
}
