//! Deciding again about entries that a poll decided about by a filter which was
//! changed meanwhile.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::{Decided, Gained, Rerouting, Result, Store};

use super::Plan;
use super::past::Past;

/// Under which name the store remembers how far it has come: it is done at once.
const NAME: &str = "decided-again";

/// Has all feeds of `plan` decide about stored entries.
///
/// # Errors
/// The store's.
pub async fn decide(store: &Arc<dyn Store>, plan: Arc<Plan>, entries: &[EntryId], at: Timestamp) -> Result<()> {
    let feeds = plan.backfill.keys().cloned().collect();
    let past = Past::open(store, plan).await?;
    let mut decided = Vec::with_capacity(entries.len());
    for id in entries {
        let found = store.history(Some(EntryId(id.0 + 1)), 1).await?;
        if let Some(kept) = found.first().filter(|kept| kept.id == *id) {
            decided.push(Decided { entry: kept.id, version: kept.version, routes: past.routes(kept) });
        }
    }
    let progress = (NAME.to_owned(), String::new());
    store.reroute(Rerouting { feeds, entries: decided, gained: Gained::Silently, at, progress }).await?;
    Ok(())
}
