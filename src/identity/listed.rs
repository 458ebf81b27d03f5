//! The entries of a document, as recognition sees them.

use crate::clock::Timestamp;
use crate::model::{EntryKey, Fingerprint};

use super::weight::Weight;

/// An entry of a document, as recognition sees it.
pub struct ListedEntry {
    /// Its hashes.
    pub print: Fingerprint,
    /// Keys that it may be known by.
    pub keys: Vec<EntryKey>,
    /// Whether the publisher gave it an id.
    pub has_id: bool,
    /// How much its headline says.
    pub headline: Weight,
    /// How much its text says.
    pub text: Weight,
    /// Ids that it had before, if its id counts the edits of its page.
    pub earlier_ids: Vec<i64>,
}

const DAY_MS: i64 = 86_400_000;

/// Whether a date has a time of day: one at midnight rarely has.
pub fn has_time_of_day(at: Timestamp) -> bool {
    at.millis() % DAY_MS != 0
}
