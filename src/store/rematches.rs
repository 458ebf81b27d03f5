//! What stored decisions were made by, and how far a rematch has come.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Gained, Gains, Result};
use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId, SourceId};

/// Rematches: what is outdated, and how far the work on it has come.
#[async_trait]
pub trait Rematches: Send + Sync {
    /// What stored decisions were made by. As long as the configuration, with the
    /// labels of retired sources.
    async fn editions(&self) -> Result<Editions>;

    /// Gives the feeds whose stored decisions were made by something else than
    /// `now`, the configuration in force, would have them made by. Takes over
    /// the labels of sources; feeds that are gone are forgotten, so that one that
    /// comes back is decided anew. Rematches of feeds that need none end.
    async fn outdated(&self, now: &Editions) -> Result<Vec<FeedId>>;

    /// Begins a rematch, or goes on with the one of its name where everything
    /// that it decides by is as it was. Its feeds count as undecided until it
    /// settles them, and other rematches of them end, so each call ends the run that
    /// the call before began.
    async fn begin_rematch(&self, wanted: &WantedRematch) -> Result<BegunRematch>;

    /// Settles the feeds of a rematch that has decided about everything, and
    /// ends it: both or neither. Gives what its feeds gained and lost, in runs
    /// that were cut short too.
    ///
    /// # Errors
    /// [`Superseded`](super::Error::Superseded) when it has ended.
    async fn settle(&self, run: i64) -> Result<Gains>;

    /// Rematches under way, or cut short: no feed is in two, so they are no more than
    /// feeds.
    async fn rematches(&self) -> Result<Vec<Underway>>;

    /// Entries after `after` whose text changed while a rematch was under way,
    /// in the order of their numbers. They are forgotten with the last rematch.
    async fn decide_again(&self, after: EntryId, limit: usize) -> Result<Vec<EntryId>>;
}

/// What filters read of a source.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Labels {
    /// Its tags.
    pub tags: Vec<String>,
    /// The language of entries that name none.
    pub language: Option<String>,
}

/// What decisions are made by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Editions {
    /// By feed: a hash of its rule, the lists that the rule names, its window. A
    /// feed whose stored decisions are of several kinds is left out.
    pub feeds: BTreeMap<FeedId, String>,
    /// By source, retired ones included.
    pub labels: BTreeMap<SourceId, Labels>,
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
    /// The newest entry then.
    pub newest: EntryId,
    /// Of the entries up to that one, those from this one on are done.
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
        let labels = Labels { tags: vec!["docks".to_owned()], language: Some("en".to_owned()) };
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
        check(false, &|now| label(now, "a", Labels { tags: vec!["docks".to_owned()], language: None }));
        check(false, &|now| label(now, "a", Labels { tags: Vec::new(), language: Some("en".to_owned()) }));
        check(false, &|now| now.labels.clear());
        check(false, &|now| drop(now.feeds.insert("city".to_owned(), "abd".to_owned())));
        check(false, &|now| drop(now.feeds.insert("more".to_owned(), "abc".to_owned())));
        check(false, &|now| now.announced = true);
        check(false, &|now| now.program = "2".to_owned());
    }
}
