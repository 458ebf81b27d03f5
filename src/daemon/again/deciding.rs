//! Decides again about entries that were decided by rules other than those in force.

use std::sync::Arc;
use std::time::Duration;

use crate::daemon::duty::DutyWatch;
use crate::daemon::state::DaemonState;
use crate::past::again::{Drained, drain};
use crate::store::Duty;

/// Between checks whether any entries wait. A check reads next to nothing, and until then a
/// feed may lack news.
const LOOK: Duration = Duration::from_secs(2);

/// The same after an error, and while the texts of some entries cannot be read, which is logged
/// each time.
const LATER: Duration = Duration::from_secs(60);

/// Decides until the stop, by the plan in force.
pub async fn run(shared: Arc<DaemonState>) {
    let mut duty = DutyWatch::over(Duty::Rematch);
    loop {
        if !duty.is_ours(&shared).await {
            tokio::time::sleep(LOOK).await;
            continue;
        }
        let wait = match drain(&shared.store, &shared.plan.load_full(), shared.clock.now()).await {
            Ok(drained) => {
                tell(&drained);
                if drained.left == 0 { LOOK } else { LATER }
            }
            Err(error) => {
                tracing::warn!(%error, "entries wait to be decided again by the filters in force");
                LATER
            }
        };
        tokio::time::sleep(wait).await;
    }
}

/// Logs what moved. The feeds are rendered because of the changes in the outbox.
fn tell(drained: &Drained) {
    for (feed, (gained, lost)) in drained.gains.iter().filter(|(_, change)| **change != (0, 0)) {
        let change = format!("+{gained} −{lost}");
        tracing::info!(feed.id = feed.as_str(), change, "entries decided by a replaced filter were decided again");
    }
}
