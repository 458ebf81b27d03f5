//! Sources that became due while no process polled (check P29).

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::plan::Plan;
use crate::schedule::spread;
use crate::store::{Result, Store};

/// A source that is overdue by more than this became due while no process ran.
const OVERDUE: Duration = Duration::from_secs(60);

/// How many are spread in one transaction, for which a poll's commit waits.
const PAGE: usize = 1_000;

/// Spreads the sources that are long overdue, the oldest first. Returns how many were
/// spread: those that the plan lacks are not.
///
/// # Errors
/// The store's.
pub async fn resume(store: &Arc<dyn Store>, plan: &Plan, now: Timestamp) -> Result<usize> {
    let before = now.minus(OVERDUE);
    let count = store.count_overdue(before).await?;
    let (mut last, mut nth, mut spread) = (None, 0, 0);
    loop {
        let page = store.overdue(before, last.as_ref(), PAGE).await?;
        if page.is_empty() {
            return Ok(spread);
        }
        let due: Vec<_> = (nth..)
            .zip(&page)
            .filter_map(|(nth, overdue)| {
                let interval = plan.sources.get(&overdue.source)?.interval(plan.bounds);
                Some((overdue.source.clone(), spread::overdue(nth, interval, count, now)))
            })
            .collect();
        store.respread(&due).await?;
        (nth, spread) = (nth + page.len(), spread + due.len());
        last = page.into_iter().next_back();
    }
}
