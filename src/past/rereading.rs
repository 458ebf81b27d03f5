//! Stored entries read as wire copy: those that were stored before there was such reading, and
//! those that other rules read.
//!
//! Each entry says by which rules it was read, so the work is broken off anywhere and begun
//! anew at no cost but to look at the editions once more. How far it has come is noted all the
//! same: so that a restart goes on where it was, that what is done is not gone through again at
//! every start, and that people can see it.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::identity::texts;
use crate::model::EntryId;
use crate::plan::Plan;
use crate::plan::decide::FirstSeen;
use crate::plan::stored::PastSources;
use crate::store::{Error, Kept, ReadAgain, Rereading, Result, Store};

/// Entries whose editions are looked at in one step: some milliseconds of a reader's time.
const PAGE: usize = 1_000;

/// Entries read in one transaction.
const BATCH: usize = 100;

/// After this long all is gone through again: a node of an earlier version, which reads nothing,
/// or one whose poll began under other rules, may have stored entries meanwhile.
const AGAIN: Duration = Duration::from_secs(86_400);

/// Where the work is at `at`: where it was noted, or at the beginning if other rules have come
/// into force, or it ended long ago.
///
/// # Errors
/// The store's.
pub async fn begun(store: &Arc<dyn Store>, plan: &Plan, at: Timestamp) -> Result<Rereading> {
    Ok(from(store.rereading().await?, plan.wire_editions(), at))
}

fn from(noted: Option<Rereading>, rules: i64, at: Timestamp) -> Rereading {
    let is_long_ago = |noted: &Rereading| noted.ended_at.is_some_and(|ended| ended.plus(AGAIN) < at);
    let goes_on = noted.filter(|noted| noted.rules == rules && !is_long_ago(noted));
    goes_on.unwrap_or(Rereading { rules, done_to: None, looked: 0, read: 0, began_at: at, ended_at: None })
}

/// Reads those of the next entries that `plan` would read by other rules than they were read by,
/// and notes that it has. Says how far the work has come.
///
/// # Errors
/// The store's. What is not read is met again.
pub async fn step(store: &Arc<dyn Store>, plan: &Arc<Plan>, so_far: &Rereading, at: Timestamp) -> Result<Rereading> {
    let page = store.editions_read(so_far.done_to, PAGE).await?;
    let Some(last) = page.last().map(|read| read.entry) else {
        let ended = Rereading { ended_at: Some(at), ..so_far.clone() };
        return store.note_rereading(ended.clone()).await.map(|()| ended);
    };
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
    let further = Rereading {
        done_to: Some(last),
        looked: so_far.looked + page.len() as u64,
        read: so_far.read + stale.len() as u64,
        ..so_far.clone()
    };
    store.note_rereading(further.clone()).await?;
    Ok(further)
}

/// Reads entries; the store is not asked meanwhile.
fn read_all(plan: &Plan, sources: &PastSources, kept: &[Kept]) -> Vec<ReadAgain> {
    let one = |kept: &Kept| {
        let (source, seen) = (sources.source(&kept.source), FirstSeen(kept.first_seen_at));
        let reading = plan.read_again(&kept.entry, &texts(&kept.entry), &source, seen);
        ReadAgain { entry: kept.id, version: kept.version, reading }
    };
    kept.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    #[test]
    fn the_work_goes_on_by_the_same_rules_and_begins_anew_by_others() {
        let half = Rereading {
            rules: 7,
            done_to: Some(EntryId(40)),
            looked: 60,
            read: 50,
            began_at: NOW.minus(2 * AGAIN),
            ended_at: None,
        };
        let ended = |ago: Duration| Rereading { ended_at: Some(NOW.minus(ago)), ..half.clone() };
        let anew = |rules: i64| Rereading { rules, done_to: None, looked: 0, read: 0, began_at: NOW, ended_at: None };
        let check = |noted: Option<Rereading>, rules: i64, expected: Rereading| {
            assert_eq!(from(noted.clone(), rules, NOW), expected, "{noted:?} {rules}");
        };
        check(None, 7, anew(7));
        check(Some(half.clone()), 7, half.clone());
        check(Some(half.clone()), 8, anew(8));
        check(Some(ended(AGAIN)), 7, ended(AGAIN));
        check(Some(ended(AGAIN)), 8, anew(8));
        check(Some(ended(AGAIN + Duration::from_millis(1))), 7, anew(7));
    }
}
