//! Items with neither id nor link, in documents that date every item anew each time they
//! are made.

use std::collections::HashSet;

use crate::model::keys::undated_key;
use crate::model::{Entry, EntryKey};

use super::listed::has_time_of_day;

/// If the times of all items lie this close together, the document dated them when it was
/// made.
const IN_ONE_GO_MS: i64 = 60_000;

/// Whether items without id and link carry the time at which the document was made: there
/// are several, and their times lie within [`IN_ONE_GO_MS`].
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

/// The keys by which such items are known from one document to the next, by position in the
/// document; of two items with the same headline the second has none.
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
