//! Entries that a document lists more than once.

use std::collections::{HashMap, HashSet};

use crate::model::keys::{comparable, link_key, own_key, whole_key};
use crate::model::{Entry, EntryKey, Format, Warning, WarningKind, digest};

use super::readable::plain;

/// Leaves one of each entry that stands in the document more than once: of the
/// versions of an Atom entry the latest (RFC 4287 §4.1.1), else the first, which
/// is the newest. What shares an id, link and title with another and says
/// something else at another time is kept under a key of its own (B53).
pub fn drop_repeated(entries: &mut Vec<Entry>, format: Format) -> Vec<Warning> {
    let constant = constant_ids(entries);
    let (older, before) = (older_versions(entries, format, &constant), entries.len());
    let mut at = 0;
    entries.retain(|_| {
        at += 1;
        !older.contains(&(at - 1))
    });
    let superseded = before - entries.len();
    let (mut met, mut keys) = (MetEntries::default(), HashSet::new());
    entries.retain_mut(|entry| {
        let named = entry.id.as_deref().is_some_and(|id| !constant.contains(id));
        if !met.admits(own_key(entry), entry, named) {
            return false;
        }
        for make in [own_key as fn(&Entry) -> EntryKey, whole_key] {
            if !keys.contains(&entry.key) {
                break;
            }
            entry.key = make(entry);
        }
        keys.insert(entry.key);
        true
    });
    let repeated = before - superseded - entries.len();
    let told = |count: usize, what: &str| {
        let text = format!("{count} entries stand in the document twice, {what}");
        (count > 0).then_some(Warning { kind: WarningKind::Identity, text, entry: None })
    };
    let versions = told(superseded, "in an older version too");
    let copies = told(repeated, "under the same id, link and title");
    versions.into_iter().chain(copies).collect()
}

/// Dates and texts that entries came with, each with their own key: of one id, link and
/// title. One set for all: a document may have 100,000 keys.
#[derive(Default)]
struct MetEntries {
    dates: HashSet<(EntryKey, Option<i64>)>,
    texts: HashSet<(EntryKey, i64)>,
    both: HashSet<(EntryKey, Option<i64>, i64)>,
}

impl MetEntries {
    /// Whether `entry` is one that was not met yet. What an id names is one where
    /// date or text is; without an id only where both are.
    fn admits(&mut self, key: EntryKey, entry: &Entry, named: bool) -> bool {
        let date = entry.published.map(|at| at.millis());
        let text = digest(entry.fullest().map_or("", |content| content.markup.raw()));
        let is_new = match named {
            true => !self.dates.contains(&(key, date)) && !self.texts.contains(&(key, text)),
            false => !self.both.contains(&(key, date, text)),
        };
        if is_new {
            self.dates.insert((key, date));
            self.texts.insert((key, text));
            self.both.insert((key, date, text));
        }
        is_new
    }
}

/// Ids that name nothing: more than half of a document's entries have them, and
/// these are no versions of one, which were published at one time.
fn constant_ids(entries: &[Entry]) -> HashSet<String> {
    let mut met: HashMap<&str, (usize, HashSet<Option<i64>>)> = HashMap::new();
    for entry in entries {
        let Some(id) = entry.id.as_deref() else { continue };
        let (count, published) = met.entry(id).or_default();
        *count += 1;
        published.insert(entry.published.map(|at| at.millis()));
    }
    let many = |n: usize| n >= 3 && n * 2 > entries.len();
    let versions = |published: &HashSet<Option<i64>>| published.len() == 1 && !published.contains(&None);
    met.into_iter().filter(|(_, (n, at))| many(*n) && !versions(at)).map(|(id, _)| id.to_owned()).collect()
}

/// Positions of Atom entries of which the document holds a later version, updated
/// after them: the same id, and [`are_versions`].
fn older_versions(entries: &[Entry], format: Format, constant: &HashSet<String>) -> HashSet<usize> {
    let mut older = HashSet::new();
    if format != Format::Atom {
        return older;
    }
    let mut latest: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let (Some(id), Some(updated)) = (&entry.id, entry.updated) else { continue };
        if constant.contains(id) {
            continue;
        }
        let others = latest.entry(comparable(id)).or_default();
        let Some(slot) = others.iter_mut().take(COMPARED).find(|other| are_versions(&entries[**other], entry)) else {
            others.push(at);
            continue;
        };
        let before = entries[*slot].updated.unwrap_or(updated);
        if updated > before {
            older.insert(std::mem::replace(slot, at));
        } else if updated < before {
            older.insert(at);
        }
    }
    older
}

/// So many different entries of one id are compared with a further one.
const COMPARED: usize = 8;

/// Whether two entries of one id are versions of one: published at the same time; or, if
/// one does not say when, on the same page or in nearly the same words.
fn are_versions(a: &Entry, b: &Entry) -> bool {
    match (a.published, b.published) {
        (Some(a), Some(b)) => a == b,
        _ => link_key(a) == link_key(b) || share_words(a, b),
    }
}

/// Whether two thirds of the words of two entries are in both.
fn share_words(a: &Entry, b: &Entry) -> bool {
    let [a, b] = [a, b].map(|entry| format!("{} {}", entry.title, entry.fullest().map(plain).unwrap_or_default()));
    let [a, b] = [&a, &b].map(|text| -> HashSet<&str> { text.split_whitespace().take(WORDS).collect() });
    let both = a.intersection(&b).count();
    both * 3 >= (a.len() + b.len() - both) * 2
}

/// So many words of an entry are compared.
const WORDS: usize = 500;
