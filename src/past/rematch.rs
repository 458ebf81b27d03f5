//! A changed filter over stored entries: in the background, in steps, each of
//! which is remembered, so that a rematch that was cut short goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Clock;
use crate::model::{EntryId, FeedId, SourceId};
use crate::plan::Plan;
use crate::plan::edition::labels;
use crate::plan::stored::PastReader;
use crate::store::{
    BegunRematch, Decided, Editions, Gained, Gains, Labels, Rerouting, Result, Settles, StepMade, Store, WantedRematch,
};

use super::walk::{Stretch, Walk};

/// Entries decided again in a step.
const STEP: usize = 400;

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

    /// Decides anew about all stored entries, newest first, beginning where a
    /// run by the very same rules and labels was cut short; then, when `settled`
    /// is done, about those that arrived or changed since it began: polls under
    /// way when a filter changed still decide by the old one. Gives what each
    /// feed gained and lost.
    ///
    /// # Errors
    /// The store's; [`Error::Superseded`](crate::store::Error::Superseded) where
    /// another rematch of these feeds has begun.
    pub async fn run(
        &self,
        store: &Arc<dyn Store>,
        clock: &dyn Clock,
        settled: impl Future<Output = ()>,
        mut made: impl FnMut(Made),
    ) -> Result<Gains> {
        let mut begun = store.begin_rematch(&self.wanted(clock)).await?;
        let stretch = Stretch { before: begun.done_to, ..Stretch::WHOLE };
        self.walk(store, stretch, &mut begun, &mut made).await?;
        settled.await;
        let stretch = Stretch { after: begun.newest, ..Stretch::WHOLE };
        self.walk(store, stretch, &mut begun, &mut |_| ()).await?;
        self.changed(store, &begun).await?;
        store.settle(begun.run).await
    }

    fn wanted(&self, clock: &dyn Clock) -> WantedRematch {
        let sources: BTreeMap<SourceId, Labels> =
            self.plan.sources.iter().map(|(id, polled)| (id.clone(), labels(&polled.source))).collect();
        WantedRematch {
            name: self.name.clone(),
            feeds: self.feeds.clone(),
            labels: sources,
            gained: self.gained,
            settles: if self.name == AFTER_RELOAD { Settles::Always } else { Settles::WhereInForce },
            at: clock.now(),
        }
    }

    async fn walk(
        &self,
        store: &Arc<dyn Store>,
        stretch: Stretch,
        begun: &mut BegunRematch,
        made: &mut impl FnMut(Made),
    ) -> Result<()> {
        let past = PastReader::open(&**store, Arc::clone(&self.plan)).await?;
        let mut walk = Walk::start(store, stretch, move |batch| past.decided(&batch));
        while let Some(step) = walk.next().await? {
            begun.entries += step.entries;
            self.step(store, begun, step.last, step.done, step.entries).await?;
            made(Made { entries: begun.entries, last: step.last });
        }
        Ok(())
    }

    /// Decides about entries whose text changed since the rematch began: where a
    /// poll by the old rules brought it, the walk may have gone past them before.
    async fn changed(&self, store: &Arc<dyn Store>, begun: &BegunRematch) -> Result<()> {
        let past = PastReader::open(&**store, Arc::clone(&self.plan)).await?;
        let mut after = EntryId(0);
        loop {
            let entries = store.decide_again(after, STEP).await?;
            let Some(last) = entries.last().copied() else { return Ok(()) };
            after = last;
            let kept = store.kept(&entries).await?;
            let done_to = begun.done_to.unwrap_or(begun.newest);
            // They have been counted.
            self.step(store, begun, done_to, past.decided(&kept), 0).await?;
        }
    }

    async fn step(
        &self,
        store: &Arc<dyn Store>,
        begun: &BegunRematch,
        done_to: EntryId,
        decided: Vec<Decided>,
        entries: usize,
    ) -> Result<()> {
        let work = Rerouting {
            feeds: self.feeds.keys().cloned().collect(),
            entries: decided,
            gained: self.gained,
            at: begun.at,
            step: Some(StepMade { run: begun.run, done_to, entries }),
        };
        store.reroute(work).await.map(drop)
    }
}
