//! Deciding again about entries that a poll decided about by a filter which was
//! changed meanwhile.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::plan::Plan;
use crate::store::{Decided, Gained, Kept, Rerouting, Result, Store};

use super::walk::PastReader;

/// Has all feeds of `plan` decide about stored entries.
///
/// # Errors
/// The store's.
pub async fn decide(store: &Arc<dyn Store>, plan: Arc<Plan>, entries: &[EntryId], at: Timestamp) -> Result<()> {
    let feeds = plan.backfill.keys().cloned().collect();
    let past = PastReader::open(&**store, plan).await?;
    let kept = store.kept(entries).await?;
    let decided = |kept: &Kept| Decided { entry: kept.id, version: kept.version, routes: past.routes(kept) };
    let entries = kept.iter().map(decided).collect();
    store.reroute(Rerouting { feeds, entries, gained: Gained::Silently, at, step: None }).await?;
    Ok(())
}
