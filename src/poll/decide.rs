//! Which entries of a document are new, changed, or the same under another
//! name (product §3.1, §3.2). Free of I/O: document and memory in, findings out.

use std::collections::{HashMap, HashSet};

use crate::model::{Entry, EntryId, EntryKey, Warning, WarningKind};
use crate::parse::alternative_keys;
use crate::store::{Asked, Change, Fingerprint, Known};

use super::print::Reading;

/// After so many documents in a row with changed ids, links identify (B54).
pub const UNSTABLE: u32 = 3;

/// What an entry of a document is to what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not known before.
    New,
    /// Known, and changed.
    Revised(EntryId, Change),
    /// Known by another key or link, its content the same.
    Rekeyed(EntryId),
    /// As it was.
    Same(EntryId),
}

/// How an entry was recognised.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tie {
    Key,
    Link,
    Place,
}

/// All that a document's entries turned out to be.
#[derive(Debug)]
pub struct Decided {
    /// A verdict for each entry, in document order.
    pub verdicts: Vec<Verdict>,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// Whether most known entries came under ids not seen before.
    pub ids_changed: bool,
}

/// What to ask the store about `entries`.
pub fn questions(entries: &[Entry], readings: &[Reading]) -> Vec<Asked> {
    entries
        .iter()
        .zip(readings)
        .map(|(entry, reading)| {
            let mut keys = alternative_keys(entry);
            keys.push(own_key(entry));
            Asked { keys, link: reading.print.link }
        })
        .collect()
}

/// Decides about the entries of one document. An entry whose id was met again
/// for another story gets a key of its own in `entries`.
pub fn decide(entries: &mut [Entry], readings: &[Reading], known: &[Known], unstable_ids: u32) -> Decided {
    let memory = Memory::of(known, readings);
    let mut taken: HashSet<EntryId> = HashSet::new();
    let (mut verdicts, mut warnings) = (Vec::with_capacity(entries.len()), Vec::new());
    let (mut by_key, mut by_link) = (0_usize, 0_usize);
    for (at, (entry, reading)) in entries.iter_mut().zip(readings).enumerate() {
        let found = memory.find(entry, &reading.print, unstable_ids).filter(|(k, _)| taken.insert(k.entry));
        let Some((known, tie)) = found else {
            if memory.by_key.contains_key(&entry.key) {
                warnings.push(reused_id(entry, at));
                entry.key = own_key(entry);
            }
            verdicts.push(Verdict::New);
            continue;
        };
        match tie {
            Tie::Key => by_key += 1,
            Tie::Link | Tie::Place => by_link += usize::from(entry.id.is_some()),
        }
        verdicts.push(compare(entry, &reading.print, known));
    }
    Decided { verdicts, warnings, ids_changed: by_link > by_key }
}

fn compare(entry: &Entry, print: &Fingerprint, known: &Known) -> Verdict {
    if print.material != known.print.material {
        Verdict::Revised(known.entry, Change::Material)
    } else if print.form != known.print.form {
        Verdict::Revised(known.entry, Change::Cosmetic)
    } else if entry.key != known.key || *print != known.print {
        Verdict::Rekeyed(known.entry)
    } else {
        Verdict::Same(known.entry)
    }
}

fn reused_id(entry: &Entry, at: usize) -> Warning {
    let id = entry.id.as_deref().unwrap_or_default();
    Warning {
        kind: WarningKind::Identity,
        text: format!("id {id:?} was used again for another story; kept as a new entry"),
        entry: Some(at),
    }
}

/// The key of an entry whose id belongs to another: id, link and title, and the
/// text where there is no title.
pub fn own_key(entry: &Entry) -> EntryKey {
    let id = entry.id.as_deref().unwrap_or_default();
    let text = entry.fullest().filter(|_| entry.title.is_empty()).map_or("", |content| content.markup.raw());
    EntryKey::of("id+text", &[id, entry.link.as_deref().unwrap_or_default(), &entry.title, text])
}

/// What is known, by all that may identify it.
struct Memory<'a> {
    by_key: HashMap<EntryKey, &'a Known>,
    by_link: HashMap<i64, Vec<&'a Known>>,
    by_place: HashMap<(i64, i64), &'a Known>,
    /// Links that stand at more than one entry of the document identify none.
    shared_links: HashSet<i64>,
}

impl<'a> Memory<'a> {
    fn of(known: &'a [Known], readings: &[Reading]) -> Self {
        let mut by_link: HashMap<i64, Vec<&Known>> = HashMap::new();
        let mut by_place = HashMap::new();
        for k in known {
            if let Some(link) = k.print.link {
                by_link.entry(link).or_default().push(k);
            }
            if let Some(path) = k.print.path {
                by_place.insert((path, k.print.title), k);
            }
        }
        let (mut once, mut shared_links) = (HashSet::new(), HashSet::new());
        for link in readings.iter().filter_map(|r| r.print.link) {
            if !once.insert(link) {
                shared_links.insert(link);
            }
        }
        Memory { by_key: known.iter().map(|k| (k.key, k)).collect(), by_link, by_place, shared_links }
    }

    fn find(&self, entry: &Entry, print: &Fingerprint, unstable_ids: u32) -> Option<(&'a Known, Tie)> {
        self.by_keys(entry, print).or_else(|| self.by_link(entry, print, unstable_ids)).or_else(|| self.by_place(print))
    }

    fn by_keys(&self, entry: &Entry, print: &Fingerprint) -> Option<(&'a Known, Tie)> {
        if let Some(known) = self.by_key.get(&own_key(entry)) {
            return Some((known, Tie::Key));
        }
        let keys = std::iter::once(entry.key).chain(alternative_keys(entry));
        keys.filter_map(|key| self.by_key.get(&key)).find(|k| !is_another(k, print)).map(|k| (*k, Tie::Key))
    }

    fn by_link(&self, entry: &Entry, print: &Fingerprint, unstable_ids: u32) -> Option<(&'a Known, Tie)> {
        let link = print.link.filter(|link| !self.shared_links.contains(link))?;
        let candidates = self.by_link.get(&link)?;
        let trusted = entry.id.is_none() || unstable_ids >= UNSTABLE;
        let same_title = candidates.iter().find(|k| k.print.title == print.title);
        let only = candidates.first().filter(|_| trusted && candidates.len() == 1);
        same_title.or(only).map(|k| (*k, Tie::Link))
    }

    /// Path and headline stay when a publisher moves to another host (B56).
    fn by_place(&self, print: &Fingerprint) -> Option<(&'a Known, Tie)> {
        let path = print.path?;
        self.by_place.get(&(path, print.title)).map(|k| (*k, Tie::Place))
    }
}

/// Whether an id now stands for another story: page and headline both differ
/// (check B55). One of them alone is an edit.
fn is_another(known: &Known, print: &Fingerprint) -> bool {
    let moved = matches!((known.print.path, print.path), (Some(before), Some(now)) if before != now);
    moved && known.print.title != print.title
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::poll::print::read;

    fn entry(id: &str, link: &str, title: &str) -> Entry {
        let mut e = Entry::new(EntryKey::of("id", &[id]));
        if id.is_empty() {
            e.key = EntryKey::of("link", &[link]);
        } else {
            e.id = Some(id.to_owned());
        }
        e.link = Some(link.to_owned());
        e.title = title.to_owned();
        e
    }

    fn remember(entries: &[Entry]) -> Vec<Known> {
        (1..)
            .zip(entries)
            .map(|(id, e)| Known {
                entry: EntryId(id),
                key: e.key,
                print: read(e).print,
                first_seen_at: Timestamp::EPOCH,
                revisions: 1,
            })
            .collect()
    }

    fn check(before: &[Entry], mut now: Vec<Entry>, unstable: u32, expected: &[Verdict]) -> Decided {
        let readings: Vec<Reading> = now.iter().map(read).collect();
        let decided = decide(&mut now, &readings, &remember(before), unstable);
        assert_eq!(decided.verdicts, expected);
        decided
    }

    const A: &str = "https://example.org/a";
    const B: &str = "https://example.org/b";

    #[test]
    fn the_same_document_changes_nothing() {
        let all = [entry("1", A, "Mayor meets envoy"), entry("", B, "Port strike")];
        check(&all, all.to_vec(), 0, &[Verdict::Same(EntryId(1)), Verdict::Same(EntryId(2))]);
    }

    #[test]
    fn an_edited_headline_makes_no_new_entry() {
        let before = [entry("1", A, "Mayor meets envoy"), entry("", B, "Port strike")];
        let now = vec![entry("1", A, "Mayor meets ambassador"), entry("", B, "Port strike ends")];
        let material = |id| Verdict::Revised(EntryId(id), Change::Material);
        check(&before, now, 0, &[material(1), material(2)]);
    }

    #[test]
    fn white_space_and_punctuation_are_cosmetic() {
        let cosmetic = Verdict::Revised(EntryId(1), Change::Cosmetic);
        check(&[entry("1", A, "Mayor meets envoy")], vec![entry("1", A, "Mayor meets  Envoy!")], 0, &[cosmetic]);
    }

    #[test]
    fn changing_ids_are_matched_by_link_and_title_b54() {
        let before = [entry("1", A, "One"), entry("2", B, "Two")];
        let now = vec![entry("8", A, "One"), entry("9", B, "Two")];
        let both = [Verdict::Rekeyed(EntryId(1)), Verdict::Rekeyed(EntryId(2))];
        assert!(check(&before, now.clone(), 0, &both).ids_changed);
        // Once ids are known to be unstable, the link alone suffices.
        let edited = vec![entry("8", A, "One, updated"), entry("9", B, "Two")];
        let expected = [Verdict::Revised(EntryId(1), Change::Material), Verdict::Rekeyed(EntryId(2))];
        check(&before, edited, UNSTABLE, &expected);
    }

    #[test]
    fn an_id_reused_for_another_story_is_a_new_entry_b55() {
        let before = [entry("1", A, "Mayor meets envoy")];
        let decided = check(&before, vec![entry("1", B, "Port strike")], 0, &[Verdict::New]);
        assert!(decided.warnings[0].text.contains("used again"), "{:?}", decided.warnings);
    }

    #[test]
    fn moved_links_publish_nothing_again_b56() {
        let before = [entry("1", "http://example.org/a", "One"), entry("2", "http://example.org/b", "Two")];
        let https = vec![entry("1", A, "One"), entry("2", B, "Two")];
        check(&before, https, 0, &[Verdict::Same(EntryId(1)), Verdict::Same(EntryId(2))]);
        // On a new host, under new ids, the link that is published has to follow.
        let host = vec![entry("x", "https://new.example/a", "One"), entry("y", "https://new.example/b", "Two")];
        let cosmetic = |id| Verdict::Revised(EntryId(id), Change::Cosmetic);
        check(&before, host, 0, &[cosmetic(1), cosmetic(2)]);
    }

    #[test]
    fn a_link_that_all_entries_share_identifies_none() {
        let before = [entry("1", A, "One"), entry("2", A, "Two")];
        let now = vec![entry("3", A, "Three"), entry("2", A, "Two"), entry("1", A, "One")];
        check(&before, now, 0, &[Verdict::New, Verdict::Same(EntryId(2)), Verdict::Same(EntryId(1))]);
    }
}
