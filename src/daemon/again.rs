//! Has entries decided again that others than the rules in force decided about.

use std::sync::Arc;
use std::time::Duration;

use crate::model::FeedId;
use crate::past::again::{Drained, drain};
use crate::store::Result;

use super::Shared;

/// Between looks whether any wait: a look costs a read of next to nothing, and until
/// then a feed may lack news.
const LOOK: Duration = Duration::from_secs(2);

/// The same after trouble, and where the texts of some cannot be read, of which the log
/// tells each time.
const LATER: Duration = Duration::from_secs(60);

/// Decides until the stop.
pub async fn run(shared: Arc<Shared>) {
    loop {
        let wait = match round(&shared).await {
            Ok(Drained { left: 0, .. }) => LOOK,
            Ok(_) => LATER,
            Err(error) => {
                tracing::warn!(%error, "entries wait to be decided again by the filters in force");
                LATER
            }
        };
        tokio::time::sleep(wait).await;
    }
}

async fn round(shared: &Shared) -> Result<Drained> {
    let drained = drain(&shared.store, &shared.plan.load_full(), shared.clock.now()).await?;
    let moved: Vec<_> = drained.gains.iter().filter(|(_, change)| **change != (0, 0)).collect();
    for (feed, (gained, lost)) in &moved {
        let change = format!("+{gained} −{lost}");
        tracing::info!(feed.id = feed.as_str(), change, "what a replaced filter had decided was decided again");
    }
    let moved: Vec<FeedId> = moved.into_iter().map(|(feed, _)| feed.clone()).collect();
    shared.dirty.mark(&moved);
    Ok(drained)
}
