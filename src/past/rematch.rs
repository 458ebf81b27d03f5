//! A changed filter over stored entries: in the background, in steps, each of
//! which is remembered, so that a rematch that was cut short goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Clock;
use crate::model::{EntryId, FeedId, SourceId};
use crate::plan::Plan;
use crate::plan::edition::labels;
use crate::store::{
    BegunRematch, Editions, Gained, Gains, Labels, Rerouting, Result, Settles, StepMade, Store, WantedRematch,
};

use super::walk::{Stretch, Walk};

/// A rematch to be made.
pub struct Rematch {
    /// Under which name its progress is remembered.
    pub name: String,
    /// The feeds, each with the edition of its rule.
    pub feeds: BTreeMap<FeedId, String>,
    /// The plan, with the rules of these feeds alone; see [`Plan::only`].
    pub plan: Arc<Plan>,
    /// How gained entries appear.
    pub gained: Gained,
}

/// The name of the rematch that follows a change of the configuration.
pub const AFTER_RELOAD: &str = "rematch";

/// The name of a rematch of one feed by hand.
pub fn by_hand(feed: &FeedId) -> String {
    format!("{AFTER_RELOAD}/{feed}")
}

/// A step that was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    /// Entries decided about so far, those of a run that was cut short included.
    pub entries: usize,
    /// The oldest of them.
    pub last: EntryId,
}

impl Rematch {
    /// The rematch of some of the configuration's feeds.
    pub fn of(name: &str, feeds: &[FeedId], plan: Plan, editions: &Editions) -> Rematch {
        let edition = |feed: &FeedId| (feed.clone(), editions.feeds.get(feed).cloned().unwrap_or_default());
        let feeds = feeds.iter().map(edition).collect();
        Rematch { name: name.to_owned(), feeds, plan: Arc::new(plan), gained: Gained::Silently }
    }

    /// Decides anew about all stored entries, newest first, beginning where a run by the
    /// very same rules and labels was cut short, and settles its feeds. What arrives or
    /// changes meanwhile is decided by the rules in force, or waits to be
    /// ([`again`](super::again)). Returns what each feed gained and lost.
    ///
    /// # Errors
    /// The store's; [`Error::Superseded`](crate::store::Error::Superseded) where
    /// another rematch of these feeds has begun, or other rules were put in force.
    pub async fn run(&self, store: &Arc<dyn Store>, clock: &dyn Clock, made: impl FnMut(Made)) -> Result<Gains> {
        let begun = self.decide(store, clock, made).await?;
        store.settle(begun.run).await
    }

    /// The same but for the end: nothing is settled.
    ///
    /// # Errors
    /// Those of [`Rematch::run`].
    pub async fn decide(
        &self,
        store: &Arc<dyn Store>,
        clock: &dyn Clock,
        mut made: impl FnMut(Made),
    ) -> Result<BegunRematch> {
        let mut begun = store.begin_rematch(&self.wanted(clock)).await?;
        let stretch = Stretch { before: begun.done_to, ..Stretch::WHOLE };
        let mut walk = Walk::start(store, &self.plan, stretch, |batch| batch.sources.decided(&batch.kept));
        while let Some(step) = walk.next().await? {
            begun.entries += step.entries;
            let work = Rerouting {
                feeds: self.feeds.keys().cloned().collect(),
                entries: step.done,
                gained: self.gained,
                at: begun.at,
                step: Some(StepMade { run: begun.run, done_to: step.last, entries: step.entries }),
                again_by: None,
            };
            store.reroute(work).await?;
            made(Made { entries: begun.entries, last: step.last });
        }
        Ok(begun)
    }

    fn wanted(&self, clock: &dyn Clock) -> WantedRematch {
        let sources: BTreeMap<SourceId, Labels> = self
            .plan
            .sources
            .iter()
            .map(|planned| {
                let source = &planned.configured.source;
                (source.id.clone(), labels(source))
            })
            .collect();
        WantedRematch {
            name: self.name.clone(),
            feeds: self.feeds.clone(),
            labels: sources,
            gained: self.gained,
            settles: if self.name == AFTER_RELOAD { Settles::Always } else { Settles::WhereInForce },
            at: clock.now(),
        }
    }
}
