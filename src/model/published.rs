//! An entry as it is stored, and as it stands in a feed.

use std::ops::{Deref, DerefMut};

use crate::clock::Timestamp;

use super::newswire::WireReading;
use super::{Carrier, Content, Entry, EntryId, SourceId};

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
    /// The entry as last sent, with its article.
    pub entry: Stored,
    /// Names of the lists that matched.
    pub lists: Vec<String>,
    /// Why it is in the feed.
    pub because: Vec<String>,
}

/// An entry as its source sent it, with what was fetched for it since and what was read of
/// both. What tells whether its source changed it never sees more than the entry.
///
/// It can be read as the entry that it holds, whose own texts are those of its source.
#[derive(Clone, PartialEq, Debug)]
pub struct Stored {
    /// As its source sent it.
    pub entry: Entry,
    /// The article from its page, where the source's `full_text` had it fetched.
    pub article: Option<Content>,
    /// What was read of it as wire copy; `None` where that has not been done yet.
    pub reading: Option<WireReading>,
}

impl Stored {
    /// Its size in bytes, as that of an [entry](Entry::size_bytes).
    pub fn size_bytes(&self) -> u64 {
        let article = self.article.as_ref().map_or(0, |article| article.markup.raw().len());
        self.entry.size_bytes() + article as u64
    }

    /// The fullest text there is: the article from its page, else what its source sent.
    pub fn fullest(&self) -> Option<&Content> {
        self.article.as_ref().or_else(|| self.entry.fullest())
    }
}

impl From<Entry> for Stored {
    fn from(entry: Entry) -> Stored {
        Stored { entry, article: None, reading: None }
    }
}

impl Deref for Stored {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.entry
    }
}

impl DerefMut for Stored {
    fn deref_mut(&mut self) -> &mut Entry {
        &mut self.entry
    }
}
