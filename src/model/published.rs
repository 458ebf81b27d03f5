//! An entry as it stands in a feed.

use crate::clock::Timestamp;

use super::{Carrier, Entry, EntryId, SourceId};

/// A place in a feed's order: newest first, by time, then by number. Pages are cut at
/// places, not by counting, so that new entries shift nothing (check O17).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FeedPosition {
    /// The time by which the entry is sorted.
    pub at: Timestamp,
    /// Its number, which decides between equal times.
    pub entry: EntryId,
}

/// An entry with all that publishing it needs.
#[derive(Clone, PartialEq, Debug)]
pub struct Published {
    /// Its place in the feed; a search result is placed by when it was first seen.
    pub place: FeedPosition,
    /// Its permanent id, an absolute IRI (check O5).
    pub published_id: String,
    /// The source that carried it.
    pub source: SourceId,
    /// That source's description of itself.
    pub carrier: Carrier,
    /// When wiredesk first saw it.
    pub first_seen_at: Timestamp,
    /// Its last material change (check O7).
    pub updated_at: Timestamp,
    /// How many revisions it has, the first included.
    pub revisions: u32,
    /// The entry as last sent.
    pub entry: Entry,
    /// Names of the lists that matched.
    pub lists: Vec<String>,
    /// Why it is in the feed.
    pub because: Vec<String>,
}
