//! What a feed would gain and lose under a filter, before it goes live.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::model::{FeedId, Route};
use crate::store::{Kept, Result, Store};

use super::Plan;
use super::past::{Past, Stretch, Walk};

/// An entry that would enter or leave.
pub struct Turned {
    /// The entry.
    pub kept: Kept,
    /// Whether it would enter.
    pub enters: bool,
    /// What the filter says of it; `None` when it has nothing to say.
    pub route: Option<Route>,
}

/// What a backtest came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Came {
    /// Entries looked at.
    pub entries: usize,
    /// Of these, in the feed as it is.
    pub inside: usize,
    /// Would enter.
    pub gained: usize,
    /// Would leave.
    pub lost: usize,
}

/// Compares what is stored of `feed` with what the plan's filter says of
/// entries first seen since `since`; `turned` is told of each that would enter
/// or leave, newest first. Nothing is written.
///
/// # Errors
/// The store's.
pub async fn backtest(
    store: &Arc<dyn Store>,
    plan: Arc<Plan>,
    feed: &FeedId,
    since: Timestamp,
    mut turned: impl FnMut(Turned),
) -> Result<Came> {
    let past = Past::open(store, plan).await?;
    let wanted = feed.clone();
    let decide = move |kept: Kept| {
        let route = past.routes(&kept).into_iter().find(|route| route.feed == wanted);
        (kept, route)
    };
    let stretch = Stretch { since, ..Stretch::WHOLE };
    let mut walk = Walk::start(store, stretch, move |batch| batch.into_iter().map(&decide).collect::<Vec<_>>());
    let mut came = Came::default();
    while let Some(step) = walk.next().await? {
        let Some((newest, _)) = step.done.first() else { continue };
        let members = store.members(feed, step.last..=newest.id).await?;
        came.entries += step.entries;
        came.inside += members.len();
        for (kept, route) in step.done {
            let enters = route.as_ref().is_some_and(|route| route.admitted);
            if enters != members.contains(&kept.id) {
                came.gained += usize::from(enters);
                came.lost += usize::from(!enters);
                turned(Turned { kept, enters, route });
            }
        }
    }
    Ok(came)
}
