//! Places stored entries among stories, where they were not yet.

use std::sync::Arc;
use std::time::Duration;

use crate::daemon::duty::DutyWatch;
use crate::daemon::state::DaemonState;
use crate::past::placing::step;
use crate::plan::Plan;

/// Between steps that placed something: polls' commits come first.
const BREATH: Duration = Duration::from_millis(50);

/// After an error.
const LATER: Duration = Duration::from_secs(60);

/// Goes through all that is stored; returns whether it came to the end.
pub async fn all(shared: &DaemonState, plan: &Arc<Plan>, duty: &mut DutyWatch) -> bool {
    let (mut after, mut placed) = (None, 0);
    let is_whole = loop {
        match step(&shared.store, plan, after).await {
            Ok(step) => {
                placed += step.placed;
                after = step.after;
                if after.is_none() {
                    break true;
                }
                if step.placed > 0 {
                    tokio::time::sleep(BREATH).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "stored entries wait to be placed among stories");
                tokio::time::sleep(LATER).await;
                break false;
            }
        }
        if !Arc::ptr_eq(plan, &shared.plan.load_full()) || !duty.is_ours(shared).await {
            break false;
        }
    };
    if placed > 0 {
        tracing::info!(entries = placed, "stored entries were placed among stories");
    }
    is_whole
}
