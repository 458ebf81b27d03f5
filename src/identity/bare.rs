//! Items with neither id nor link, in documents that date all they list anew.

use std::collections::HashSet;

use crate::model::keys::undated_key;
use crate::model::{Entry, EntryKey};

use super::listed::has_time_of_day;

/// Items that a document dates as it makes them are dated within so short a time.
const IN_ONE_GO_MS: i64 = 60_000;

/// Whether the document's own making dates its items without id and link: there are
/// several, and their times of day lie within [`IN_ONE_GO_MS`].
pub fn is_made_in_one_go(entries: &[Entry]) -> bool {
    let mut count = 0;
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    for entry in entries.iter().filter(|entry| is_bare(entry)) {
        let Some(at) = entry.published.filter(|at| has_time_of_day(*at)) else { return false };
        (first, last) = (first.min(at.millis()), last.max(at.millis()));
        count += 1;
    }
    count > 1 && last - first <= IN_ONE_GO_MS
}

/// The keys under which such items are known from one document to the next, by
/// position; of two with the same headline the second has none.
pub fn lasting_keys(entries: &[Entry]) -> Vec<Option<EntryKey>> {
    if !is_made_in_one_go(entries) {
        return vec![None; entries.len()];
    }
    let mut met = HashSet::new();
    let lasting = |entry: &Entry| Some(undated_key(entry)).filter(|key| is_bare(entry) && met.insert(*key));
    entries.iter().map(lasting).collect()
}

fn is_bare(entry: &Entry) -> bool {
    entry.id.is_none() && entry.link.is_none()
}
