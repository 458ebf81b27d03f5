//! What was read of stored entries as wire copy, and by which rules.
//!
//! A commit stores what was read of an entry with its text. What was stored before, or read by
//! other rules, is read again beside the polls: whoever does so goes through the editions, hands
//! in what was read, and notes how far that has come. It can be broken off anywhere: what was read
//! has the new edition.

use async_trait::async_trait;

use super::{Result, TextHash};
use crate::clock::Timestamp;
use crate::model::newswire::{WireEdition, WireReading};
use crate::model::{EntryId, SourceId};

/// Readings of stored entries.
#[async_trait]
pub trait Readings: Send + Sync {
    /// By which rules entries with a text were read, newest first, from before `before` on:
    /// `limit` of them, none only where there are no more.
    async fn editions_read(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<EditionRead>>;

    /// Stores what was read of entries anew, at `at`. Where an entry has another text by now,
    /// that is left out: whoever brought the text has read it. Where something else is read
    /// than by other rules before, feeds decide about the entry again; and readers of the feeds
    /// that it is in are told that it is published otherwise.
    async fn read_again(&self, readings: Vec<ReadAgain>, at: Timestamp) -> Result<()>;

    /// How far going through what is stored has come, under way or at its end; `None` where it
    /// has never begun.
    async fn rereading(&self) -> Result<Option<Rereading>>;

    /// Notes how far it has come, in place of what was noted before.
    async fn note_rereading(&self, rereading: Rereading) -> Result<()>;
}

/// Going through what is stored, newest first, to read it anew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rereading {
    /// The rules by which all sources together are read.
    pub rules: i64,
    /// Entries from this one on are done; `None` before the first.
    pub done_to: Option<EntryId>,
    /// Entries gone through.
    pub looked: u64,
    /// Those of them that were read anew.
    pub read: u64,
    /// When it began.
    pub began_at: Timestamp,
    /// When it came to the end.
    pub ended_at: Option<Timestamp>,
}

/// By which rules an entry was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EditionRead {
    /// The entry.
    pub entry: EntryId,
    /// Its source, which may no longer be configured.
    pub source: SourceId,
    /// The rules; `None` where it was not read yet.
    pub edition: Option<WireEdition>,
}

/// What was read of a stored entry anew.
#[derive(Clone, PartialEq, Debug)]
pub struct ReadAgain {
    /// The entry.
    pub entry: EntryId,
    /// The text that it was read of.
    pub version: TextHash,
    /// What was read.
    pub reading: WireReading,
}
