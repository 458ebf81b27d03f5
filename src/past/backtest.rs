//! What a feed would gain and lose under a filter, before it goes live.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::model::{FeedId, Route};
use crate::plan::Plan;
use crate::store::{Kept, Result, Store};

use super::walk::{Batch, Stretch, Walk};

/// What would become of an entry that is in the feed, or would be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BacktestTurn {
    /// It would enter.
    Enters,
    /// It would leave.
    Leaves,
    /// It would stay.
    Stays,
}

/// An entry that is in the feed, or would be.
pub struct Turned {
    /// The entry.
    pub kept: Kept,
    /// What would become of it.
    pub turn: BacktestTurn,
    /// What the filter says of it; `None` when it has nothing to say.
    pub route: Option<Route>,
}

/// What a backtest came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct BacktestCount {
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
/// entries first seen since `since`; `turned` is told of each that is in it or
/// would be, newest first. Nothing is written.
///
/// # Errors
/// The store's.
pub async fn backtest(
    store: &Arc<dyn Store>,
    plan: Arc<Plan>,
    feed: &FeedId,
    since: Timestamp,
    mut turned: impl FnMut(Turned),
) -> Result<BacktestCount> {
    let wanted = feed.clone();
    let decide = move |Batch { kept, sources }: Batch| {
        let route = |kept: &Kept| sources.routes(kept).into_iter().find(|route| route.feed == wanted);
        kept.into_iter().map(|kept| (route(&kept), kept)).map(|(route, kept)| (kept, route)).collect::<Vec<_>>()
    };
    let stretch = Stretch { since, ..Stretch::WHOLE };
    let mut walk = Walk::start(store, &plan, stretch, decide);
    let mut came = BacktestCount::default();
    while let Some(step) = walk.next().await? {
        let Some((newest, _)) = step.done.first() else { continue };
        let members = store.members(feed, step.last..=newest.id).await?;
        came.entries += step.entries;
        came.inside += members.len();
        for (kept, route) in step.done {
            let enters = route.as_ref().is_some_and(|route| route.admitted);
            let turn = match (members.contains(&kept.id), enters) {
                (false, false) => continue,
                (false, true) => BacktestTurn::Enters,
                (true, false) => BacktestTurn::Leaves,
                (true, true) => BacktestTurn::Stays,
            };
            came.gained += usize::from(turn == BacktestTurn::Enters);
            came.lost += usize::from(turn == BacktestTurn::Leaves);
            turned(Turned { kept, turn, route });
        }
    }
    Ok(came)
}
