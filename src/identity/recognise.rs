//! Decides which known entry each entry of a document is.

use std::collections::{HashMap, HashSet};

use crate::model::keys::alternative_keys;
use crate::model::{Asked, EDITION, Entry, EntryId, EntryKey, Fingerprint, Known, Warning, WarningKind};
use crate::text::quote::in_quotes;

use super::bare::lasting_keys;
use super::compare;
use super::fingerprint::{EntryReading, earlier_ids};
use super::listed::ListedEntry;
use super::matching::{Matching, Tie};
use super::passes::{Dates, IdHabit, passes};
use super::rekey;
use super::verdict::Verdict;
use super::weight::Weight;

/// After this many documents in a row with changed ids, links identify entries (B54).
pub const UNSTABLE: u32 = 3;

/// What a document's entries turned out to be.
#[derive(Debug)]
pub struct Recognised {
    /// A verdict for each entry, in document order.
    pub verdicts: Vec<Verdict>,
    /// The fingerprint of each from now on.
    pub prints: Vec<Fingerprint>,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// Whether most known entries came under ids not seen before.
    pub ids_changed: bool,
    /// Known entries that must let go of their keys before others take them.
    pub released: Vec<EntryId>,
    /// Entries whose URL alone changed, by their position in the document: the part that
    /// changed may be a fickle parameter.
    pub adrift: Vec<(usize, EntryId)>,
}

/// What to ask the store about `entries`.
pub fn questions(entries: &[Entry], readings: &[EntryReading]) -> Vec<Asked> {
    let ask = |((entry, reading), lasting): ((&Entry, &EntryReading), Option<EntryKey>)| Asked {
        keys: lasting.into_iter().chain(alternative_keys(entry)).collect(),
        link: reading.print.link,
        page: reading.print.page,
        title: reading.print.title,
        material: reading.print.material,
    };
    entries.iter().zip(readings).zip(lasting_keys(entries)).map(ask).collect()
}

/// Recognises the entries of one document. `unstable_ids` tells how many documents in a row
/// changed their ids. Sets the final keys of `entries`, and puts back dates that are not
/// believed.
pub fn recognise(entries: &mut [Entry], readings: &[EntryReading], known: &[Known], unstable_ids: u32) -> Recognised {
    let lasting = lasting_keys(entries);
    let dates = if lasting.iter().any(Option::is_some) { Dates::OfTheDocument } else { Dates::Unproved };
    entries.iter_mut().zip(lasting).for_each(|(entry, lasting)| entry.key = lasting.unwrap_or(entry.key));
    let listed = listed(entries, readings, known);
    let mut matching = Matching::new(&listed, known);
    let ids = if unstable_ids >= UNSTABLE { IdHabit::Unstable } else { IdHabit::Stable };
    passes(&mut matching, ids, dates);
    let found: Vec<Option<usize>> = matching.found.iter().map(|found| found.map(|(k, _)| k)).collect();
    let (warnings, adrift) = (reused_ids(entries, &matching), adrift(&matching));
    let released = rekey::settle(entries, &found, known);
    let verdicts = entries.iter_mut().zip(readings).zip(&found).map(|((entry, reading), found)| match found {
        Some(k) => compare::verdict(entry, reading, &known[*k]),
        None => (Verdict::New, reading.print),
    });
    let (verdicts, prints) = verdicts.unzip();
    Recognised { verdicts, prints, warnings, ids_changed: ids_changed(&matching), released, adrift }
}

/// The entries as recognition sees them.
fn listed(entries: &[Entry], readings: &[EntryReading], known: &[Known]) -> Vec<ListedEntry> {
    // Only what an earlier version stored is looked up by key; the rest has its hashes.
    let by_key = known.iter().any(|k| k.print.edition != EDITION);
    let listed = |(entry, reading): (&Entry, &EntryReading)| ListedEntry {
        print: reading.print,
        keys: if by_key { alternative_keys(entry) } else { Vec::new() },
        has_id: entry.id.is_some(),
        headline: Weight::of(&entry.title),
        text: Weight::of(&reading.texts.body),
        earlier_ids: earlier_ids(entry, &[]),
    };
    entries.iter().zip(readings).map(listed).collect()
}

/// A warning for each new entry whose id, which no other in the document has, was
/// that of a known one.
fn reused_ids(entries: &[Entry], matching: &Matching<'_>) -> Vec<Warning> {
    let known_ids: HashSet<i64> = matching.known.iter().filter_map(|k| k.print.id).collect();
    let known_keys: HashSet<EntryKey> = matching.known.iter().map(|k| k.key).collect();
    let mut times: HashMap<i64, usize> = HashMap::new();
    matching.listed.iter().filter_map(|l| l.print.id).for_each(|id| *times.entry(id).or_default() += 1);
    let is_reused = |at: usize| {
        let met = |id| times[&id] == 1 && (known_ids.contains(&id) || known_keys.contains(&entries[at].key));
        matching.found[at].is_none() && matching.listed[at].print.id.is_some_and(met)
    };
    (0..entries.len()).filter(|at| is_reused(*at)).map(|at| reused_id(&entries[at], at)).collect()
}

/// Entries known by their content alone, or whose page alone has another URL.
fn adrift(matching: &Matching<'_>) -> Vec<(usize, EntryId)> {
    let found = (0..).zip(&matching.found).filter_map(|(at, found)| found.map(|(k, tie)| (at, k, tie)));
    let is_adrift = |(at, k, tie): &(usize, usize, Tie)| {
        *tie == Tie::Content || compare::is_adrift(&matching.listed[*at].print, &matching.known[*k].print)
    };
    found.filter(is_adrift).map(|(at, k, _)| (at, matching.known[k].entry)).collect()
}

/// Whether of the recognised entries with an id, more came under another id than
/// under the one that was known.
fn ids_changed(matching: &Matching<'_>) -> bool {
    let with_id = matching.found.iter().zip(matching.listed).filter(|(_, listed)| listed.has_id);
    let ties = with_id.filter_map(|(found, _)| found.map(|(_, tie)| tie));
    let (kept, changed): (Vec<Tie>, Vec<Tie>) = ties.partition(|tie| *tie == Tie::Id);
    changed.len() > kept.len()
}

fn reused_id(entry: &Entry, at: usize) -> Warning {
    let id = entry.id.as_deref().unwrap_or_default();
    Warning {
        kind: WarningKind::Identity,
        text: format!("id {} was used again for another story; kept as a new entry", in_quotes(id)),
        entry: Some(at),
    }
}
