//! Deciding again about entries that a poll decided about by a filter which was
//! changed meanwhile.

use std::sync::Arc;

use super::poller::Poller;
use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::plan::Plan;
use crate::plan::stored::PastReader;
use crate::store::{Gained, Rerouting, Result, Store};

impl Poller {
    /// Decides again about entries whose text was just replaced, where the
    /// filters were changed since they were decided by `plan`: the rematch that
    /// follows a change may have gone past them. It comes to new ones at its end.
    pub(super) async fn keep_up(&self, plan: &Arc<Plan>, revised: &[EntryId], at: Timestamp) {
        let current = self.plan.load_full();
        if revised.is_empty() || Arc::ptr_eq(&current, plan) {
            return;
        }
        if let Err(error) = decide_again(&*self.store, current, revised, at).await {
            tracing::warn!(%error, entries = revised.len(), "entries are decided by a filter that was changed");
        }
    }
}

/// Has all feeds of `plan` decide about stored entries.
async fn decide_again(store: &dyn Store, plan: Arc<Plan>, entries: &[EntryId], at: Timestamp) -> Result<()> {
    let feeds = plan.backfill.keys().cloned().collect();
    let past = PastReader::open(store, plan).await?;
    let entries = past.decided(&store.kept(entries).await?);
    store.reroute(Rerouting { feeds, entries, gained: Gained::Silently, at, step: None }).await.map(drop)
}
