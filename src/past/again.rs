//! Deciding again about entries that were decided about by other rules than those
//! in force: by a poll that was under way at a reload, or by another program.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::plan::Plan;
use crate::plan::stored::PastSources;
use crate::store::{Error, Gained, Gains, Rerouting, Result, Store};

/// Entries decided again in a transaction.
const STEP: usize = 100;

/// What was decided again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// What each feed gained and lost.
    pub gains: Gains,
    /// Entries that go on waiting, as their texts cannot be read.
    pub left: usize,
}

/// Has all feeds of `plan` decide about the entries that wait for it, where `plan` has
/// the rules in force: whoever has them decides, and two programs of different
/// configurations do not undo each other's decisions for ever.
///
/// # Errors
/// The store's. What is not decided goes on waiting.
pub async fn drain(store: &Arc<dyn Store>, plan: &Arc<Plan>, at: Timestamp) -> Result<Drained> {
    let (mut drained, mut after) = (Drained::default(), None);
    loop {
        let entries = store.decide_again(after, STEP).await?;
        let Some(last) = entries.last() else { return Ok(drained) };
        let is_first = after.replace(*last).is_none();
        // Were others put in force later, `reroute` would say so.
        if is_first && store.rules().await?.as_ref() != Some(&plan.rules) {
            return Ok(drained);
        }
        let kept = store.kept(&entries).await?;
        drained.left += entries.len() - kept.len();
        let sources = PastSources::of(&**store, plan, &kept).await?;
        let decided = tokio::task::spawn_blocking(move || sources.decided(&kept)).await;
        let work = Rerouting {
            feeds: plan.backfill.keys().cloned().collect(),
            entries: decided.map_err(|e| Error::Database(format!("deciding broke down: {e}")))?,
            gained: Gained::Silently,
            at,
            step: None,
            again_by: Some(plan.rules.clone()),
        };
        match store.reroute(work).await {
            Ok(gains) => add(&mut drained.gains, gains),
            // Whoever put others in force decides.
            Err(Error::Superseded) => return Ok(drained),
            Err(error) => return Err(error),
        }
    }
}

fn add(all: &mut Gains, more: Gains) {
    for (feed, (gained, lost)) in more {
        let sum = all.entry(feed).or_default();
        *sum = (sum.0 + gained, sum.1 + lost);
    }
}
