//! Stored entries read as wire copy: those that were stored before there was such reading, and
//! those that other rules read.
//!
//! There is no note of how far the work has come: each entry says by which rules it was read, so
//! it is broken off anywhere, and goes on with what is left.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::identity::texts;
use crate::model::EntryId;
use crate::plan::Plan;
use crate::plan::decide::FirstSeen;
use crate::plan::stored::PastSources;
use crate::store::{Error, Kept, ReadAgain, Result, Store};

/// Entries whose editions are looked at in one step: some milliseconds of a reader's time.
const PAGE: usize = 1_000;

/// Entries read in one transaction.
const BATCH: usize = 100;

/// A step of the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReadStep {
    /// Where it goes on; `None` at the end.
    pub before: Option<EntryId>,
    /// How many entries were read.
    pub read: usize,
}

/// Reads those of the newest entries before `before` that `plan` would read by other rules than
/// they were read by.
///
/// # Errors
/// The store's. What is not read is met again.
pub async fn step(
    store: &Arc<dyn Store>,
    plan: &Arc<Plan>,
    before: Option<EntryId>,
    at: Timestamp,
) -> Result<ReadStep> {
    let page = store.editions_read(before, PAGE).await?;
    let Some(last) = page.last().map(|read| read.entry) else { return Ok(ReadStep { before: None, read: 0 }) };
    let sources = PastSources::named(&**store, plan, page.iter().map(|read| &read.source)).await?;
    let is_stale = |read: &&crate::store::EditionRead| {
        let edition = plan.wire_edition(&sources.source(&read.source));
        read.edition != Some(edition)
    };
    let stale: Vec<EntryId> = page.iter().filter(is_stale).map(|read| read.entry).collect();
    let sources = Arc::new(sources);
    for batch in stale.chunks(BATCH) {
        let kept = store.kept(batch).await?;
        let (plan, sources) = (Arc::clone(plan), Arc::clone(&sources));
        let read = tokio::task::spawn_blocking(move || read_all(&plan, &sources, &kept)).await;
        store.read_again(read.map_err(|e| Error::Database(format!("reading broke down: {e}")))?, at).await?;
    }
    Ok(ReadStep { before: Some(last), read: stale.len() })
}

fn read_all(plan: &Plan, sources: &PastSources, kept: &[Kept]) -> Vec<ReadAgain> {
    let one = |kept: &Kept| {
        let (source, seen) = (sources.source(&kept.source), FirstSeen(kept.first_seen_at));
        let reading = plan.read_again(&kept.entry, &texts(&kept.entry), &source, seen);
        ReadAgain { entry: kept.id, version: kept.version, reading }
    };
    kept.iter().map(one).collect()
}
