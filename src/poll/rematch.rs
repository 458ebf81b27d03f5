//! A changed filter over stored entries: silent, in the background.

use std::sync::Arc;

use crate::filter::{List, Rule};
use crate::model::{EntryId, FeedId, digest};
use crate::store::{Result, Store};

use super::Plan;
use super::read::route_again;

/// Entries decided about between two transactions.
const BATCH: usize = 500;

/// What a feed gained and lost under its new filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rematched {
    /// Entries that entered.
    pub gained: usize,
    /// Entries that left.
    pub lost: usize,
}

/// Names what a feed's decisions depend on; another value asks for a rematch.
pub fn edition(rule: &Rule, lists: &[List]) -> String {
    format!("{:016x}", digest(&format!("{rule:?}{lists:?}")))
}

/// Feeds whose filter differs from the one their routes were made by. A feed
/// never met before needs one too, unless the store is empty.
///
/// # Errors
/// The store's.
pub async fn outdated(store: &Arc<dyn Store>, editions: &[(FeedId, String)]) -> Result<Vec<FeedId>> {
    let mut outdated = Vec::new();
    let empty = store.totals().await?.entries == 0;
    for (feed, edition) in editions {
        let name = memory_name(feed);
        if store.remembered(&name).await?.as_deref() != Some(edition) {
            if empty {
                store.remember(&name, edition).await?;
            } else {
                outdated.push(feed.clone());
            }
        }
    }
    Ok(outdated)
}

fn memory_name(feed: &FeedId) -> String {
    format!("rule/{feed}")
}

/// Decides anew about all stored entries for `feed`. Interrupted, it starts
/// again: the edition is remembered when all is done.
///
/// # Errors
/// The store's.
pub async fn rematch(store: &Arc<dyn Store>, plan: &Arc<Plan>, feed: &FeedId, edition: &str) -> Result<Rematched> {
    let (mut after, mut total) = (EntryId(0), Rematched::default());
    loop {
        let batch = store.entries_after(after, BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = last.place.entry;
        let (plan, wanted) = (Arc::clone(plan), feed.clone());
        let routes = tokio::task::spawn_blocking(move || {
            batch
                .into_iter()
                .map(|p| {
                    let polled = plan.sources.get(&p.source);
                    let route = polled.and_then(|polled| {
                        route_again(&p.entry, polled, &plan, p.first_seen_at, std::slice::from_ref(&wanted)).pop()
                    });
                    (p.place.entry, route)
                })
                .collect()
        });
        let routes = routes.await.map_err(|e| crate::store::Error::Database(format!("a rematch broke down: {e}")))?;
        let (gained, lost) = store.reroute(feed, routes).await?;
        total.gained += gained;
        total.lost += lost;
    }
    store.remember(&memory_name(feed), edition).await?;
    Ok(total)
}
