//! Sources that became due while no process polled (check P29).

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::plan::Plan;
use crate::schedule::spread;
use crate::store::{Result, Store};

/// A source that is overdue by more than this became due while no process ran.
const OVERDUE: Duration = Duration::from_secs(60);

/// Spreads the sources that are long overdue, the oldest first. Returns how many there were.
///
/// # Errors
/// The store's.
pub async fn resume(store: &Arc<dyn Store>, plan: &Plan, now: Timestamp) -> Result<usize> {
    let sources = store.sources(now).await?;
    let mut overdue: Vec<_> =
        sources.iter().filter(|s| s.active && s.state.polls > 0 && s.state.next.at < now.minus(OVERDUE)).collect();
    overdue.sort_by_key(|s| (s.state.next.at, s.source.clone()));
    let count = overdue.len();
    let due: Vec<_> = overdue
        .into_iter()
        .enumerate()
        .filter_map(|(nth, s)| {
            let interval = plan.sources.get(&s.source)?.interval(plan.bounds);
            Some((s.source.clone(), spread::overdue(nth, interval, count, now)))
        })
        .collect();
    if !due.is_empty() {
        store.respread(&due).await?;
    }
    Ok(due.len())
}
