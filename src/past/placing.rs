//! Stored entries placed among stories: those that were stored before there were stories.
//!
//! There is no note of how far the work has come: what was placed is, so it is broken off
//! anywhere, and goes on with what is left. Readers of feeds are told nothing.

use std::sync::Arc;

use crate::identity::texts;
use crate::model::{EntryId, UnplacedCopy};
use crate::plan::Plan;
use crate::plan::decide::FirstSeen;
use crate::plan::stored::PastSources;
use crate::store::{Error, Kept, Result, Store};

/// Entries that are looked at in one step: some milliseconds of a reader's time.
const PAGE: usize = 1_000;

/// Entries placed in one transaction.
const BATCH: usize = 50;

/// A step of the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlaceStep {
    /// After which entry it goes on; `None` at the end.
    pub after: Option<EntryId>,
    /// How many entries were placed.
    pub placed: usize,
}

/// Places those of the next entries after `after` that wait, oldest first.
///
/// # Errors
/// The store's. What is not placed is met again.
pub async fn step(store: &Arc<dyn Store>, plan: &Arc<Plan>, after: Option<EntryId>) -> Result<PlaceStep> {
    let page = store.unplaced(after, PAGE).await?;
    for batch in page.entries.chunks(BATCH) {
        let kept = store.kept(batch).await?;
        let sources = PastSources::of(&**store, plan, &kept).await?;
        let plan = Arc::clone(plan);
        let read = tokio::task::spawn_blocking(move || read_all(&plan, &sources, &kept)).await;
        store.place(read.map_err(|e| Error::Database(format!("reading broke down: {e}")))?).await?;
    }
    Ok(PlaceStep { after: page.more, placed: page.entries.len() })
}

fn read_all(plan: &Plan, sources: &PastSources, kept: &[Kept]) -> Vec<(EntryId, Arc<dyn UnplacedCopy>)> {
    let one = |kept: &Kept| {
        let (source, seen) = (sources.source(&kept.source), FirstSeen(kept.first_seen_at));
        (kept.id, plan.place_again(&kept.entry, &texts(&kept.entry), &source, seen))
    };
    let mut all: Vec<_> = kept.iter().map(one).collect();
    all.sort_by_key(|(entry, _)| *entry);
    all
}
