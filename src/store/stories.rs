//! Stories: where entries were placed among those that carry the same release.
//!
//! An entry is placed in the transaction that stores it. The store finds what it may be like,
//! and hands that to the entry's [`UnplacedCopy`], which decides. Of several nodes one places
//! at a time, and each sees what those before it placed.

use std::sync::Arc;

use async_trait::async_trait;

use super::Result;
use crate::clock::Timestamp;
use crate::model::{EntryId, Permille, Relation, SourceId, StoryId, UnplacedCopy};

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
