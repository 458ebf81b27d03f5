//! Stored entries: one by one, and as the pages of a feed.

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;

use async_trait::async_trait;

use super::Result;
use super::rules::Placing;
use crate::clock::Timestamp;
use crate::model::{Change, EntryId, FeedId, FeedPosition, Published, Route, SourceId, Stored};

/// Entries by number, by name, and by their places in feeds.
#[async_trait]
pub trait Entries: Send + Sync {
    /// One entry with its history: as many of its newest versions as are shown.
    async fn entry(&self, entry: &EntryRef) -> Result<Option<EntryRecord>>;

    /// Entries by number as they would be published, in the order asked for;
    /// those whose text was pruned are left out.
    async fn published(&self, entries: &[EntryId]) -> Result<Vec<Published>>;

    /// Stored entries with their text, by number, in the order asked for; those
    /// without one are left out.
    async fn kept(&self, entries: &[EntryId]) -> Result<Vec<Kept>>;

    /// Entries of a feed from behind the place `before` on, newest first, `limit` at
    /// most. By places: what arrives at the head shifts no page (check O17).
    async fn feed_page(&self, feed: &FeedId, before: Option<FeedPosition>, limit: usize) -> Result<Vec<Published>>;

    /// Which entries with numbers in `range` are in `feed`; at most as many as there
    /// are numbers in it.
    async fn members(&self, feed: &FeedId, range: RangeInclusive<EntryId>) -> Result<HashSet<EntryId>>;
}

/// How an entry is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryRef {
    /// By number.
    Id(EntryId),
    /// By its link or its published id.
    Iri(String),
}

/// An entry with all that is stored of it.
#[derive(Clone, Debug)]
pub struct EntryRecord {
    /// As it would be published.
    pub published: Published,
    /// Whether its text has been pruned.
    pub pruned: bool,
    /// Its newest versions, as many as are shown, newest first.
    pub versions: Vec<Version>,
    /// Decisions of the feeds that considered it.
    pub routes: Vec<Route>,
    /// Why it stands where it stands in the feeds that it is in, where that is known.
    pub places: BTreeMap<FeedId, Placing>,
    /// What became of the article on its page, if it was to be fetched.
    pub article: Option<String>,
}

/// One version of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// When it was seen.
    pub seen_at: Timestamp,
    /// What kind of change brought it; `None` for the first.
    pub change: Option<Change>,
    /// The version; `None` when its text was pruned.
    pub entry: Option<Stored>,
}

/// A stored entry as the past is gone through: its text, and who brought it when.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its number.
    pub id: EntryId,
    /// Its source, which may no longer be configured.
    pub source: SourceId,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// Its current version.
    pub entry: Stored,
    /// Which text that is.
    pub version: TextHash,
}

/// Which text of an entry was read, so that what comes of it is not written
/// over what came of a newer one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextHash(pub u64);
