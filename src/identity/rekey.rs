//! The keys of one document's entries, decided over all of them at once.

use std::collections::{HashMap, HashSet};

use crate::model::keys::{own_key, whole_key};
use crate::model::{Entry, EntryId, EntryKey, Known};

/// Gives every entry a unique key: its own, unless that belongs to a known entry which
/// keeps it. `found` says which known entry each one is. Returns the known entries whose
/// keys pass to others, and which must release them first.
pub fn settle(entries: &mut [Entry], found: &[Option<usize>], known: &[Known]) -> Vec<EntryId> {
    let mut holder: HashMap<EntryKey, usize> = HashMap::new();
    let of_known: HashMap<usize, usize> = (0..).zip(found).filter_map(|(at, k)| k.map(|k| (k, at))).collect();
    // Known entries that are not in the document keep their keys.
    let kept: HashSet<EntryKey> =
        (0..).zip(known).filter(|(k, _)| !of_known.contains_key(k)).map(|(_, known)| known.key).collect();
    let mut back: Vec<usize> = Vec::new();
    for (at, k) in found.iter().enumerate().filter_map(|(at, k)| k.map(|k| (at, k))) {
        let wanted = entries[at].key;
        let free = !kept.contains(&wanted) && !holder.contains_key(&wanted);
        if wanted == known[k].key {
            // An entry that keeps its key comes before one that takes it.
            back.extend(holder.insert(wanted, at));
        } else if free {
            holder.insert(wanted, at);
        } else {
            back.push(at);
        }
    }
    // An entry that returns to its key sends back the one that took it.
    while let Some(at) = back.pop() {
        let Some(k) = found[at] else { continue };
        entries[at].key = known[k].key;
        back.extend(holder.insert(known[k].key, at).filter(|other| *other != at));
    }
    for at in (0..entries.len()).filter(|at| found[*at].is_none()) {
        let entry = &entries[at];
        let free = |key: &EntryKey| !kept.contains(key) && !holder.contains_key(key);
        let key = [entry.key, own_key(entry), whole_key(entry)].into_iter().find(free);
        // If all are taken, the store finds another.
        entries[at].key = key.unwrap_or_else(|| whole_key(&entries[at]));
        holder.insert(entries[at].key, at);
    }
    let takes = |(k, known): (usize, &Known)| {
        let at = *of_known.get(&k)?;
        (holder.get(&known.key)? != &at).then_some(known.entry)
    };
    known.iter().enumerate().filter_map(takes).collect()
}
