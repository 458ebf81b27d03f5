//! What stored decisions were made by, and how far a rematch has come.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Editions, Gained, Gains, Labels, Result, RulesId};
use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId, SourceId};

/// Rematches: what is outdated, and how far the work on it has come.
#[async_trait]
pub trait Rematches: Send + Sync {
    /// The labels by which stored decisions about entries of these sources were made:
    /// of retired ones too. Those that have none, or that nobody knows, are left out.
    async fn labels(&self, sources: &[SourceId]) -> Result<BTreeMap<SourceId, Labels>>;

    /// Puts the rules of `now` in force: from here on, entries about which others decide
    /// are decided about again. Returns the feeds whose stored decisions were made by
    /// something else. Takes over the labels of sources; feeds that are gone are
    /// forgotten, so that one that comes back is decided anew. Rematches end that no feed
    /// needs, or that decide otherwise.
    async fn take_rules(&self, now: &Editions) -> Result<Vec<FeedId>>;

    /// The same where no rules are in force yet. Where some are they stay, whoever asks:
    /// of `now`, only labels are noted of sources that have none and brought nothing yet.
    async fn offer_rules(&self, now: &Editions) -> Result<()>;

    /// The feeds of `now` whose stored decisions were made by something else, as
    /// [`Rematches::take_rules`] of the same returned them, without those settled since.
    async fn outdated(&self, now: &Editions) -> Result<Vec<FeedId>>;

    /// The rules in force; `None` before any were.
    async fn rules(&self) -> Result<Option<RulesId>>;

    /// Begins a rematch, or goes on with the one of its name where everything
    /// that it decides by is as it was. Its feeds count as undecided until it
    /// settles them, and other rematches of them end, so each call ends the run that
    /// the call before began.
    async fn begin_rematch(&self, wanted: &WantedRematch) -> Result<BegunRematch>;

    /// Settles the feeds of a rematch that has decided about everything, and
    /// ends it: both or neither. Returns what its feeds gained and lost, in runs
    /// that were cut short too.
    ///
    /// # Errors
    /// [`Superseded`](super::Error::Superseded) when it has ended.
    async fn settle(&self, run: i64) -> Result<Gains>;

    /// Rematches under way, or cut short. No feed is in two, so there are no more of them
    /// than of configured feeds.
    async fn rematches(&self) -> Result<Vec<Underway>>;

    /// Entries after `after` about which other rules have decided than those that were
    /// in force when that was committed, in the order of their numbers, `limit` at most.
    /// Of no rules in force it counts as others. `after` is the cursor of one pass, as
    /// with [`Index::waiting`](super::Index::waiting). They wait until
    /// [`Past::reroute`](super::Past::reroute) decides about them by the rules in force, or
    /// their texts are pruned.
    async fn decide_again(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<EntryId>>;
}

/// Everything that the decisions of a rematch hang on. It goes on only as what
/// it was: a step by one rule and the next by another would stay mixed for ever.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DecidedBy {
    /// The program's version.
    pub program: String,
    /// The edition of each feed.
    pub feeds: BTreeMap<String, String>,
    /// The labels of all sources.
    pub labels: BTreeMap<String, Labels>,
    /// Whether gained entries appear as new.
    pub announced: bool,
}

impl DecidedBy {
    /// Whether a rematch that decided by `self` goes on by `now`. Sources that
    /// came since have entries that it comes to last.
    pub fn goes_on_by(&self, now: &DecidedBy) -> bool {
        let DecidedBy { program, feeds, labels, announced } = self;
        let as_it_was = |(source, was): (&String, &Labels)| now.labels.get(source) == Some(was);
        *program == now.program && *feeds == now.feeds && *announced == now.announced && labels.iter().all(as_it_was)
    }
}

/// When what a rematch decided stands for a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Settles {
    /// Always: it decides by what is in force.
    Always,
    /// Where the feed's stored decisions were made by the same before: by hand,
    /// under another filter than the one in force, what arrives goes on being
    /// decided by that one, until the new one is taken over.
    WhereInForce,
}

/// A rematch that is to begin, or to go on.
#[derive(Clone, Debug)]
pub struct WantedRematch {
    /// Under which name its progress is remembered.
    pub name: String,
    /// The feeds, each with the edition of its rule.
    pub feeds: BTreeMap<FeedId, String>,
    /// The labels of the configured sources; retired ones keep theirs.
    pub labels: BTreeMap<SourceId, Labels>,
    /// How gained entries appear.
    pub gained: Gained,
    /// Which feeds it settles.
    pub settles: Settles,
    /// The instant of its decisions, should it begin now.
    pub at: Timestamp,
}

/// A rematch that has begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BegunRematch {
    /// Its number: another one that goes on, or decides about the same feeds,
    /// ends this one.
    pub run: i64,
    /// When it first began: the instant of all that it gains.
    pub at: Timestamp,
    /// Of the entries that were stored then, those from this one on are done.
    pub done_to: Option<EntryId>,
    /// Entries decided about so far.
    pub entries: usize,
}

/// A rematch that is under way, or was cut short.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Underway {
    /// Its feeds.
    pub feeds: Vec<String>,
    /// Entries decided about so far.
    pub entries: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided_by() -> DecidedBy {
        let labels = Labels { tags: vec!["docks".to_owned()], language: Some("en".to_owned()), ..Labels::default() };
        DecidedBy {
            program: "1".to_owned(),
            feeds: BTreeMap::from([("city".to_owned(), "abc".to_owned())]),
            labels: BTreeMap::from([("a".to_owned(), labels)]),
            announced: false,
        }
    }

    #[test]
    fn a_rematch_goes_on_only_by_all_that_it_began_with() {
        let check = |goes_on: bool, change: &dyn Fn(&mut DecidedBy)| {
            let mut now = decided_by();
            change(&mut now);
            assert_eq!(decided_by().goes_on_by(&now), goes_on, "{now:?}");
        };
        let label = |now: &mut DecidedBy, name: &str, labels: Labels| drop(now.labels.insert(name.to_owned(), labels));
        check(true, &|_| ());
        check(true, &|now| label(now, "new", Labels::default()));
        check(false, &|now| label(now, "a", Labels { tags: vec!["docks".to_owned()], ..Labels::default() }));
        check(false, &|now| label(now, "a", Labels { language: Some("en".to_owned()), ..Labels::default() }));
        check(false, &|now| now.labels.clear());
        check(false, &|now| drop(now.feeds.insert("city".to_owned(), "abd".to_owned())));
        check(false, &|now| drop(now.feeds.insert("more".to_owned(), "abc".to_owned())));
        check(false, &|now| now.announced = true);
        check(false, &|now| now.program = "2".to_owned());
    }
}
