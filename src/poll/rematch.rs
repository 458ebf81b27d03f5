//! A changed filter over stored entries: in the background, in steps, each of
//! which is remembered, so that a rematch that was cut short goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::{Clock, Timestamp};
use crate::model::{EntryId, FeedId};
use crate::store::{Decided, Error, Gained, Gains, Kept, Rerouting, Result, Store};

use super::Plan;
use super::edition::Editions;
use super::past::{Past, Stretch, Walk};

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

/// How far a rematch has come, as the store remembers it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Progress {
    feeds: BTreeMap<String, String>,
    /// The newest entry when it began.
    newest: i64,
    /// Of the entries up to that one, those from this one on are done.
    before: Option<i64>,
    entries: usize,
    gains: BTreeMap<String, (usize, usize)>,
    announced: bool,
    /// When it began: the instant of all that it gains, in milliseconds.
    #[serde(default)]
    at: i64,
    /// What decisions of these feeds were made by before.
    #[serde(default)]
    in_force: BTreeMap<String, String>,
}

/// The name of the rematch that follows a change of the configuration.
pub const AFTER_RELOAD: &str = "rematch";

/// The name of a rematch of one feed by hand.
pub fn by_hand(feed: &FeedId) -> String {
    format!("{AFTER_RELOAD}/{feed}")
}

/// A rematch that is under way, or was cut short and will go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Underway {
    /// Its feeds.
    pub feeds: Vec<String>,
    /// Entries decided about so far.
    pub entries: usize,
}

/// What is under way, of `feeds` or all together.
///
/// # Errors
/// The store's.
pub async fn under_way(store: &Arc<dyn Store>, feeds: impl Iterator<Item = &FeedId>) -> Result<Vec<Underway>> {
    let mut found = Vec::new();
    for name in std::iter::once(AFTER_RELOAD.to_owned()).chain(feeds.map(by_hand)) {
        let stored = store.remembered(&name).await?.unwrap_or_default();
        // One that is through leaves nothing behind.
        if let Ok(progress) = serde_json::from_str::<Progress>(&stored) {
            found.push(Underway { feeds: progress.feeds.into_keys().collect(), entries: progress.entries });
        }
    }
    Ok(found)
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
        let edition = |feed: &FeedId| (feed.clone(), editions.edition(feed).unwrap_or_default().to_owned());
        let feeds = feeds.iter().map(edition).collect();
        Rematch { name: name.to_owned(), feeds, plan: Arc::new(plan), gained: Gained::Silently }
    }

    /// Decides anew about all stored entries, newest first, beginning where a
    /// run of the same rules was cut short; then, when `settled` is done, about
    /// those that arrived since it began: polls under way when a filter changed
    /// still decide by the old one. Gives what each feed gained and lost.
    ///
    /// # Errors
    /// The store's.
    pub async fn run(
        &self,
        store: &Arc<dyn Store>,
        clock: &dyn Clock,
        settled: impl Future<Output = ()>,
        mut made: impl FnMut(Made),
    ) -> Result<Gains> {
        let mut progress = self.begun(store, clock).await?;
        // From here on decisions are mixed: whoever finds them so decides anew.
        Editions::unsettle(store, self.feeds.keys()).await?;
        self.forget_others(store).await?;
        let stretch = Stretch { before: progress.before.map(EntryId), ..Stretch::WHOLE };
        self.walk(store, stretch, &mut progress, &mut made).await?;
        settled.await;
        let stretch = Stretch { after: EntryId(progress.newest), ..Stretch::WHOLE };
        self.walk(store, stretch, &mut progress, &mut |_| ()).await?;
        // By hand, under another filter than the one in force, nothing is settled:
        // what arrives goes on being decided by that one, until the new one is
        // taken over, and all is gone through once more.
        let mut settled = self.feeds.clone();
        let is_in_force = |feed: &FeedId, edition: &String| progress.in_force.get(feed.as_str()) == Some(edition);
        settled.retain(|feed, edition| self.name == AFTER_RELOAD || is_in_force(feed, edition));
        Editions::settle(store, &settled).await?;
        store.remember(&self.name, "").await?;
        Ok(gains(&progress))
    }

    /// Another rematch of these feeds that was cut short cannot go on after this
    /// one has decided.
    async fn forget_others(&self, store: &Arc<dyn Store>) -> Result<()> {
        let by_hand = self.feeds.keys().map(by_hand);
        for name in by_hand.chain([AFTER_RELOAD.to_owned()]).filter(|name| *name != self.name) {
            let stored = store.remembered(&name).await?.unwrap_or_default();
            let other: Option<Progress> = serde_json::from_str(&stored).ok();
            if other.is_some_and(|other| self.feeds.keys().any(|feed| other.feeds.contains_key(feed.as_str()))) {
                store.remember(&name, "").await?;
            }
        }
        Ok(())
    }

    /// Where a run of the same rules was cut short, or the beginning.
    async fn begun(&self, store: &Arc<dyn Store>, clock: &dyn Clock) -> Result<Progress> {
        let feeds: BTreeMap<String, String> =
            self.feeds.iter().map(|(feed, edition)| (feed.to_string(), edition.clone())).collect();
        let newest = store.history(None, 1).await?.first().map_or(0, |kept| kept.id.0);
        let editions = Editions::read(store).await?;
        let edition = |feed: &FeedId| Some((feed.to_string(), editions.edition(feed)?.to_owned()));
        let in_force = self.feeds.keys().filter_map(edition).collect();
        let (announced, at) = (self.gained == Gained::AsNew, clock.now().millis());
        let fresh = Progress { feeds, newest, announced, at, in_force, ..Progress::default() };
        let stored = store.remembered(&self.name).await?.unwrap_or_default();
        let before: Option<Progress> = serde_json::from_str(&stored).ok();
        Ok(before.filter(|p| p.feeds == fresh.feeds && p.announced == fresh.announced).unwrap_or(fresh))
    }

    async fn walk(
        &self,
        store: &Arc<dyn Store>,
        stretch: Stretch,
        progress: &mut Progress,
        made: &mut impl FnMut(Made),
    ) -> Result<()> {
        let past = Past::open(store, Arc::clone(&self.plan)).await?;
        let mut walk = Walk::start(store, stretch, move |batch| {
            let decided = |kept: &Kept| Decided { entry: kept.id, version: kept.version, routes: past.routes(kept) };
            batch.iter().map(decided).collect::<Vec<_>>()
        });
        while let Some(step) = walk.next().await? {
            // What arrived since comes last, and again after a run cut short then.
            progress.before = Some(progress.before.map_or(step.last.0, |before| before.min(step.last.0)));
            progress.entries += step.entries;
            let value = serde_json::to_string(progress).map_err(|e| Error::Database(format!("{}: {e}", self.name)))?;
            let work = Rerouting {
                feeds: self.feeds.keys().cloned().collect(),
                entries: step.done,
                gained: self.gained,
                at: Timestamp::from_millis(progress.at),
                progress: (self.name.clone(), value),
            };
            for (feed, (gained, lost)) in store.reroute(work).await? {
                let all = progress.gains.entry(feed.to_string()).or_default();
                *all = (all.0 + gained, all.1 + lost);
            }
            made(Made { entries: progress.entries, last: step.last });
        }
        Ok(())
    }
}

fn gains(progress: &Progress) -> Gains {
    let known = |(feed, gained): (&String, &(usize, usize))| Some((FeedId::new(feed).ok()?, *gained));
    progress.gains.iter().filter_map(known).collect()
}
