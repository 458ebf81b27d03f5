//! Has entries decided again that others than the rules in force decided about.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;

use crate::clock::Clock;
use crate::past::again::{Drained, drain};
use crate::plan::Plan;
use crate::store::Store;

/// Between looks whether any wait: a look costs a read of next to nothing, and until
/// then a feed may lack news.
const LOOK: Duration = Duration::from_secs(2);

/// The same after trouble, and where the texts of some cannot be read, of which the log
/// tells each time.
const LATER: Duration = Duration::from_secs(60);

/// Decides until the stop, by the plan in force.
pub async fn run(store: Arc<dyn Store>, clock: Arc<dyn Clock>, plan: Arc<ArcSwap<Plan>>) {
    loop {
        let wait = match drain(&store, &plan.load_full(), clock.now()).await {
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

/// Tells of what moved. The feeds are rendered for the changes in the outbox.
fn tell(drained: &Drained) {
    for (feed, (gained, lost)) in drained.gains.iter().filter(|(_, change)| **change != (0, 0)) {
        let change = format!("+{gained} −{lost}");
        tracing::info!(feed.id = feed.as_str(), change, "what a replaced filter had decided was decided again");
    }
}
