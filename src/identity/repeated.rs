//! Entries that a document lists more than once.

use std::collections::{HashMap, HashSet};

use crate::model::keys::{comparable, link_key, own_key, whole_key};
use crate::model::{Entry, EntryKey, Format, Markup, Warning, WarningKind, digest};
use crate::text::html;

/// Keeps one of each entry that the document lists more than once: the latest version of an
/// Atom entry (RFC 4287 §4.1.1), else the first, which is the newest. An entry that shares
/// id, link and title with another but differs in date and text is kept under its own key
/// (B53).
pub fn drop_repeated(entries: &mut Vec<Entry>, format: Format) -> Vec<Warning> {
    let constant = constant_ids(entries);
    let (older, before) = (older_versions(entries, format, &constant, &mut words), entries.len());
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

/// The dates and texts seen so far, each with the key made of id, link and title. One set
/// holds all keys, as a document may have 100,000.
#[derive(Default)]
struct MetEntries {
    dates: HashSet<(EntryKey, Option<i64>)>,
    texts: HashSet<(EntryKey, i64)>,
    both: HashSet<(EntryKey, Option<i64>, i64)>,
}

impl MetEntries {
    /// Whether `entry` has not been seen yet. Entries with an id are the same if date or
    /// text is the same; without an id, only if both are.
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

/// Ids that identify nothing: more than half of the entries share one, and they are not
/// versions of one entry, which would have one date of publication.
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

/// Positions of Atom entries of which the document holds a later version: one with the same
/// id that is [one with](IdVersion::is_one_with) it and was updated later.
/// `read` gives the words of an entry.
fn older_versions(
    entries: &[Entry],
    format: Format,
    constant: &HashSet<String>,
    read: &mut ReadWords<'_>,
) -> HashSet<usize> {
    let mut older = HashSet::new();
    if format != Format::Atom {
        return older;
    }
    let mut latest: HashMap<String, Vec<IdVersion>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let (Some(id), Some(updated)) = (&entry.id, entry.updated) else { continue };
        if constant.contains(id) {
            continue;
        }
        let others = latest.entry(comparable(id)).or_default();
        let mut version = IdVersion::of(entry, at);
        let Some(slot) = others.iter_mut().take(COMPARED).find_map(|other| other.is_one_with(&mut version, read))
        else {
            others.push(version);
            continue;
        };
        let before = entries[slot.at].updated.unwrap_or(updated);
        if updated > before {
            older.insert(std::mem::replace(slot, version).at);
        } else if updated < before {
            older.insert(at);
        }
    }
    older
}

/// With how many different entries of the same id another one is compared.
const COMPARED: usize = 8;

/// What gives the words of an entry.
type ReadWords<'r> = dyn FnMut(&Entry) -> HashSet<i64> + 'r;

/// An entry whose id others share, and what it is compared by. Its words are computed once,
/// and only if needed.
struct IdVersion<'a> {
    entry: &'a Entry,
    at: usize,
    page: Option<Option<EntryKey>>,
    words: Option<HashSet<i64>>,
}

impl<'a> IdVersion<'a> {
    fn of(entry: &'a Entry, at: usize) -> Self {
        IdVersion { entry, at, page: None, words: None }
    }

    /// This entry, if it and `other` are versions of one: published at the same time, or,
    /// if one of them has no date, on the same page or in nearly the same words.
    fn is_one_with(&mut self, other: &mut IdVersion<'_>, read: &mut ReadWords<'_>) -> Option<&mut Self> {
        let is_one = match (self.entry.published, other.entry.published) {
            (Some(one), Some(other)) => one == other,
            _ => self.page() == other.page() || shared(self.words(read), other.words(read)),
        };
        is_one.then_some(self)
    }

    fn page(&mut self) -> Option<EntryKey> {
        *self.page.get_or_insert_with(|| link_key(self.entry))
    }

    fn words(&mut self, read: &mut ReadWords<'_>) -> &HashSet<i64> {
        self.words.get_or_insert_with(|| read(self.entry))
    }
}

/// Hashes of the first words of an entry. Only the opening of a long text is made plain: a
/// hostile document may hold eight texts of a megabyte and tens of thousands of entries to
/// compare with them.
fn words(entry: &Entry) -> HashSet<i64> {
    let text = match entry.fullest().map(|content| &content.markup) {
        None => String::new(),
        Some(markup @ Markup::Plain(_)) => markup.opening(OPENING_BYTES).to_owned(),
        Some(markup @ Markup::Html(_)) => html::plain(markup.opening(OPENING_BYTES)),
    };
    entry.title.split_whitespace().chain(text.split_whitespace()).take(WORDS).map(digest).collect()
}

/// Whether the two share two thirds of all their words.
fn shared(one: &HashSet<i64>, other: &HashSet<i64>) -> bool {
    let both = one.intersection(other).count();
    both * 3 >= (one.len() + other.len() - both) * 2
}

/// How many words of an entry are compared.
const WORDS: usize = 500;

/// How many bytes they are looked for in.
const OPENING_BYTES: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Content;

    /// Versions of `urn:0` whose texts are `words` words long, and as many others.
    fn versions(count: usize, words: usize) -> Vec<Entry> {
        let one = |n: usize| {
            let mut entry = Entry::new(EntryKey([(n % 251) as u8; 16]));
            entry.id = Some(if n.is_multiple_of(3) { "urn:0".to_owned() } else { format!("urn:{n}") });
            entry.title = format!("Title number {n}");
            entry.updated = Some(crate::clock::Timestamp::from_millis(n as i64));
            let text: String = (0..words).map(|word| format!("<b>w{n}x{word}</b> ")).collect();
            entry.content = Some(Content { markup: Markup::Html(text), base: None });
            entry
        };
        (0..count).map(one).collect()
    }

    /// The titles of the entries whose words are read, once for each reading.
    fn read_for(entries: &[Entry]) -> Vec<String> {
        let mut titles = Vec::new();
        let mut read = |entry: &Entry| {
            titles.push(entry.title.clone());
            words(entry)
        };
        older_versions(entries, Format::Atom, &HashSet::new(), &mut read);
        titles
    }

    /// B104: a few long texts of one id are not read anew for each short one.
    #[test]
    fn long_versions_are_read_once_b104() {
        let (long, short) = (versions(24, 30_000), versions(600, 1));
        let mut entries: Vec<Entry> = long.into_iter().chain(short).collect();
        let ids: Vec<Option<String>> = entries.iter().map(|entry| entry.id.clone()).collect();
        let sharing = ids.iter().filter(|id| ids.iter().filter(|other| other == id).count() > 1).count();
        // Titles tell them apart; on pages of their own they are compared by their words.
        for (n, entry) in entries.iter_mut().enumerate() {
            entry.title = format!("Title number {n}");
            entry.link = Some(format!("https://city.example/{n}"));
        }
        let read = read_for(&entries);
        let once: HashSet<&String> = read.iter().collect();
        assert_eq!((read.len(), once.len()), (sharing, sharing));
    }

    fn item(id: &str, title: &str, text: &str, published: Option<i64>) -> Entry {
        let mut entry = Entry::new(EntryKey::of("id", &[id]));
        entry.id = (!id.is_empty()).then(|| id.to_owned());
        entry.title = title.to_owned();
        entry.content = Some(Content { markup: Markup::Plain(text.to_owned()), base: None });
        entry.published = published.map(crate::clock::Timestamp::from_millis);
        entry
    }

    /// The titles of the entries that are kept, and what is told of the others.
    fn kept(mut entries: Vec<Entry>, format: Format) -> (Vec<String>, Vec<String>) {
        let warnings = drop_repeated(&mut entries, format);
        assert!(warnings.iter().all(|w| w.kind == WarningKind::Identity && w.entry.is_none()), "{warnings:?}");
        (entries.into_iter().map(|e| e.title).collect(), warnings.into_iter().map(|w| w.text).collect())
    }

    #[test]
    fn what_is_dropped_is_counted_b53() {
        let version = |title: &str, updated: i64| Entry {
            updated: Some(crate::clock::Timestamp::from_millis(updated)),
            ..item("urn:1", title, title, Some(1))
        };
        let other = |n: u32| item(&format!("urn:other:{n}"), "Other", "Text", None);
        let (titles, told) = kept(vec![other(1), other(2)], Format::Atom);
        assert_eq!((titles.len(), told.len()), (2, 0));
        let versions = vec![version("1", 1), other(1), version("3", 3), other(2), other(3), version("2", 2), other(4)];
        let (titles, told) = kept(versions, Format::Atom);
        assert_eq!(titles, ["Other", "3", "Other", "Other", "Other"]);
        assert_eq!(told, ["2 entries stand in the document twice, in an older version too"]);
        let (titles, told) =
            kept(vec![other(1), other(2), other(1), other(3), other(4), other(1), other(1)], Format::Rss2);
        assert_eq!(titles.len(), 4);
        assert_eq!(told, ["3 entries stand in the document twice, under the same id, link and title"]);
        let (titles, told) =
            kept(vec![other(1), version("1", 1), other(1), other(2), version("2", 2), other(3)], Format::Atom);
        assert_eq!(titles, ["Other", "Other", "2", "Other"]);
        assert_eq!(
            told,
            [
                "1 entries stand in the document twice, in an older version too",
                "1 entries stand in the document twice, under the same id, link and title"
            ]
        );
    }

    /// News is lost to no rule: where two versions claim the same time, both stay.
    #[test]
    fn of_two_versions_of_one_time_neither_is_the_older_b53() {
        let version = |title: &str| Entry {
            updated: Some(crate::clock::Timestamp::from_millis(5)),
            ..item("urn:1", title, "The council met.", None)
        };
        let others = [item("urn:2", "Two", "Text", None), item("urn:3", "Three", "Text", None)];
        let document = [version("One"), version("One, edited")].into_iter().chain(others).collect();
        assert_eq!(kept(document, Format::Atom).0, ["One", "One, edited", "Two", "Three"]);
    }

    /// Entries that share an id, a headline and a date are one where the id names it, and
    /// as many as there are texts where the id is that of all entries.
    #[test]
    fn an_id_of_more_than_half_of_the_entries_names_none_b53() {
        for (sharing, others, published, expected) in [
            (2, 0, None, 1),
            (3, 0, None, 3),
            (3, 2, None, 5),
            // Half of them is not more than half.
            (3, 3, None, 4),
            (4, 4, None, 5),
            (4, 3, None, 7),
            // With one date of publication they are versions of one entry.
            (3, 0, Some(1), 1),
            (4, 3, Some(1), 4),
        ] {
            let shared = (0..sharing).map(|n| item("urn:all", "Gale warning", &format!("Area {n}"), published));
            let alone = (0..others).map(|n| item(&format!("urn:{n}"), "Other", &format!("Text {n}"), Some(n)));
            let (titles, _) = kept(shared.chain(alone).collect(), Format::Rss2);
            assert_eq!(titles.len(), expected, "{sharing} {others} {published:?}");
        }
    }

    #[test]
    fn two_texts_are_nearly_the_same_from_two_thirds_of_all_their_words_b53() {
        for (both, one, other, expected) in [
            (0, 1, 1, false),
            (4, 1, 1, true),
            (3, 1, 1, false),
            (4, 0, 2, true),
            (4, 0, 3, false),
            (40, 10, 10, true),
            (39, 10, 10, false),
            (7, 2, 3, false),
            (9, 0, 0, true),
        ] {
            let words = |own: std::ops::Range<i64>| (0..both).chain(own).collect::<HashSet<i64>>();
            let (a, b) = (words(1000..1000 + one), words(2000..2000 + other));
            assert_eq!((shared(&a, &b), shared(&b, &a)), (expected, expected), "{both} {one} {other}");
        }
    }

    /// An opening that all its entries have is not the entry.
    #[test]
    fn versions_are_compared_beyond_a_common_opening_b53() {
        let opening: String = (0..100).map(|n| format!("opening{n:03} ")).collect();
        let version = |name: &str, updated: i64| {
            let rest: String = (0..300).map(|n| format!("{name}{n:03} ")).collect();
            let mut entry = item("urn:1", "Minutes", &format!("{opening}{rest}"), None);
            entry.link = Some(format!("https://city.example/{name}"));
            entry.updated = Some(crate::clock::Timestamp::from_millis(updated));
            entry
        };
        let document = |one: &str, other: &str| {
            let alone = (2..5).map(|n| item(&format!("urn:{n}"), "Other", "Text", None));
            [version(one, 1), version(other, 2)].into_iter().chain(alone).collect::<Vec<_>>()
        };
        assert_eq!(kept(document("port", "council"), Format::Atom).0.len(), 5);
        assert_eq!(kept(document("port", "port"), Format::Atom).0.len(), 4);
    }
}
