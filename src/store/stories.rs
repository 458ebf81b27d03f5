//! Stories: where entries were placed among those that carry the same release.
//!
//! An entry is placed in the transaction that stores it. The store finds what it may be like,
//! and hands that to the entry's [`UnplacedCopy`], which decides. Of several nodes one places
//! at a time, and each sees what those before it placed.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::Result;
use crate::clock::Timestamp;
use crate::model::{EntryId, Permille, Relation, SourceId, StoryId, StoryPlacement};

/// Stories of stored entries.
#[async_trait]
pub trait Stories: Send + Sync {
    /// Where these entries were placed, in their order; those that wait are left out.
    async fn placed(&self, entries: &[EntryId]) -> Result<Vec<PlacedCopy>>;

    /// The copies of a story, in the order in which they were stored, after `after`: `limit`
    /// of them.
    async fn copies(&self, story: StoryId, after: Option<EntryId>, limit: usize) -> Result<Vec<PlacedCopy>>;

    /// Entries with a text that were not placed yet, oldest first, after `after`: `limit` of
    /// them are looked at.
    async fn unplaced(&self, after: Option<EntryId>, limit: usize) -> Result<UnplacedPage>;

    /// Places entries that were stored before, one after another. One that was placed
    /// meanwhile is left where it is.
    async fn place(&self, entries: Vec<(EntryId, Arc<dyn UnplacedCopy>)>) -> Result<()>;

    /// Forgets by what entries from before `before` were found as copies, as far as only the
    /// window needs that: `limit` of them. Returns how many there were.
    async fn leave_window(&self, before: Timestamp, limit: usize) -> Result<usize>;
}

/// Entries that wait to be placed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UnplacedPage {
    /// They.
    pub entries: Vec<EntryId>,
    /// After which entry the next page begins; `None` at the end.
    pub more: Option<EntryId>,
}

/// An entry that is to be placed.
pub trait UnplacedCopy: Send + Sync + Debug {
    /// By what it is found, and finds others.
    fn keys(&self) -> &StoryKeys;

    /// What later entries are compared with: text that the store keeps, and looks not into.
    fn reading(&self) -> &str;

    /// Decides where `entry` belongs, among what was found.
    fn place(&self, entry: EntryId, found: &FoundCopies) -> StoryPlacement;
}

/// By what an entry is found, and finds others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoryKeys {
    /// When it was published, else when it was first seen.
    pub at: Timestamp,
    /// The key of its headline; 0 for none.
    pub title: i64,
    /// How much text there is to compare.
    pub runs: u32,
    /// Hashes under which it is found.
    pub held: Vec<i64>,
    /// Hashes under which others are sought, and how far apart they may be.
    pub sought: Vec<(i64, Duration)>,
    /// Hashes of runs of words, of 32 bits, each once: it is found by them, and finds others.
    pub sketch: Vec<i64>,
    /// How far is sought.
    pub reach: StoryReach,
}

/// How far copies are sought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoryReach {
    /// How far apart copies may be that only the sketch finds.
    pub copies: Duration,
    /// Those that share fewer rows of the sketch are not looked at.
    pub least_rows: usize,
    /// How many that share rows are looked at.
    pub most: usize,
    /// How many are looked at for each other hash, the newest first.
    pub by_key: usize,
    /// A headline that was there so long before is that of a series.
    pub recurs_after: Duration,
}

/// What an entry may be like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FoundCopies {
    /// Those that were found, by their numbers.
    pub copies: Vec<FoundCopy>,
    /// What is compared of them, and of the fullest copies of their stories.
    pub readings: BTreeMap<EntryId, String>,
}

/// An entry that another may be like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundCopy {
    /// It.
    pub entry: EntryId,
    /// Its story.
    pub story: StoryId,
    /// The copy of that story with the most text.
    pub fullest: EntryId,
    /// Whether its headline was there days before.
    pub recurs: bool,
}

/// Where an entry was placed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlacedCopy {
    /// The entry.
    pub entry: EntryId,
    /// Its source.
    pub source: SourceId,
    /// Its story.
    pub story: StoryId,
    /// When it was published, else when it was first seen.
    pub at: Timestamp,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// What it is to the entry that it is most like.
    pub relation: Relation,
    /// That entry.
    pub like: Option<EntryId>,
    /// How alike they are.
    pub score: Permille,
    /// Why it was placed there: sentences without a full stop.
    pub because: Vec<String>,
    /// The stories that stand beside its own.
    pub links: Vec<PlacedLink>,
}

/// A story that stands beside another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlacedLink {
    /// The story.
    pub story: StoryId,
    /// The entry of it that is most like.
    pub like: EntryId,
    /// How they relate.
    pub relation: Relation,
    /// How alike they are.
    pub score: Permille,
    /// Why.
    pub because: Vec<String>,
}
