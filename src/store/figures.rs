//! How sources, feeds and the store as a whole are doing.
//!
//! Counts are kept with what they count, so a look at them takes as long over a million
//! entries as over ten.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::Result;
use crate::clock::Timestamp;
use crate::model::{FeedId, PollState, SourceId};

/// What pages, `status` and the metrics tell.
#[async_trait]
pub trait Figures: Send + Sync {
    /// Sources by name, a page of them. Windows are left out: they are as long as
    /// documents.
    async fn sources_page(&self, wanted: &SourcesWanted, now: Timestamp) -> Result<Vec<SourceStatus>>;

    /// One source with its state.
    async fn source(&self, source: &SourceId, now: Timestamp) -> Result<Option<SourceStatus>>;

    /// How many sources there are, and how they are doing: kept, not counted.
    async fn census(&self, now: Timestamp) -> Result<Census>;

    /// These feeds with their figures, in the order asked for; those that are not
    /// configured are left out.
    async fn feeds(&self, feeds: &[FeedId], now: Timestamp) -> Result<Vec<FeedStatus>>;

    /// The store's figures.
    async fn totals(&self) -> Result<Totals>;

    /// Polls by how they ended, since the store began: a row for each way, of which the
    /// program knows a dozen.
    async fn poll_counts(&self) -> Result<BTreeMap<String, u64>>;

    /// Since when no source can be reached, as far as anybody has noted it.
    async fn offline_since(&self) -> Result<Option<Timestamp>>;

    /// Notes since when no source can be reached; `None`: some can.
    async fn note_line(&self, offline_since: Option<Timestamp>) -> Result<()>;
}

/// A source and its state.
#[derive(Clone, Debug)]
pub struct SourceStatus {
    /// The source.
    pub source: SourceId,
    /// Whether the configuration still names it.
    pub active: bool,
    /// Its state.
    pub state: PollState,
    /// Entries stored.
    pub entries: u64,
    /// Entries first seen a day, the last 30 days (UTC), oldest first.
    pub days: Vec<u32>,
}

/// Which sources are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All, retired ones too.
    All,
    /// Those that are polled.
    Active,
    /// Of these, those whose last poll failed.
    Failing,
    /// Of those that are polled, those over a budget of a day.
    Over,
}

/// A page of sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcesWanted {
    /// Which of them.
    pub which: Which,
    /// The page begins after this name; with the first one without it.
    pub after: Option<SourceId>,
    /// At most so many.
    pub limit: usize,
}

impl SourcesWanted {
    /// The first page of all.
    pub fn all(limit: usize) -> Self {
        SourcesWanted { which: Which::All, after: None, limit }
    }
}

/// How many sources there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Census {
    /// Those that are polled.
    pub sources: u64,
    /// Of these, those whose last poll failed.
    pub failing: u64,
    /// Of these, those without a success for three of their intervals (R6).
    pub stale: u64,
    /// Of these, those over a budget of a day (B123).
    pub over: u64,
}

impl SourceStatus {
    /// When it is due; `None` when it is polled no more.
    pub fn next_poll_at(&self) -> Option<Timestamp> {
        Some(self.state.next.at).filter(|at| self.active && *at < Timestamp::NEVER)
    }
}

/// A feed's figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedStatus {
    /// The feed.
    pub feed: FeedId,
    /// Entries in it.
    pub entries: u64,
    /// Its newest change.
    pub updated_at: Option<Timestamp>,
    /// Entries that entered a day, the last 14 days (UTC), oldest first.
    pub days: Vec<u32>,
}

/// The store's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Totals {
    /// Entries, pruned ones included.
    pub entries: u64,
    /// Stories.
    pub stories: u64,
    /// Size of the database in bytes.
    pub bytes: u64,
    /// Schema version.
    pub schema: u32,
    /// Entries that wait for the search index; a hundred thousand at most are counted.
    pub unindexed: u64,
}
