//! Which known entry each entry of a document is: in passes, strongest ties first.

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

/// After so many documents in a row with changed ids, links identify (B54).
pub const UNSTABLE: u32 = 3;

/// All that a document's entries turned out to be.
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
    /// Entries whose address is another while all else is as it was, by their
    /// position in the document: what changes in it may tell nothing.
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

/// Recognises the entries of one document. `unstable_ids` tells how many
/// documents in a row changed their ids. Entries get their final keys; a date
/// that is not believed is put back.
pub fn recognise(entries: &mut [Entry], readings: &[EntryReading], known: &[Known], unstable_ids: u32) -> Recognised {
    // Keys matter for what an earlier version stored; all else has its hashes.
    let by_key = known.iter().any(|k| k.print.edition != EDITION);
    let listed = |(entry, reading): (&Entry, &EntryReading)| ListedEntry {
        print: reading.print,
        keys: if by_key { alternative_keys(entry) } else { Vec::new() },
        has_id: entry.id.is_some(),
        headline: Weight::of(&entry.title),
        text: Weight::of(&reading.texts.body),
        earlier_ids: earlier_ids(entry, &[]),
    };
    let lasting = lasting_keys(entries);
    let by_headline = lasting.iter().any(Option::is_some);
    entries.iter_mut().zip(lasting).for_each(|(entry, lasting)| entry.key = lasting.unwrap_or(entry.key));
    let listed: Vec<ListedEntry> = entries.iter().zip(readings).map(listed).collect();
    let mut matching = Matching::new(&listed, known);
    let ids = if unstable_ids >= UNSTABLE { IdHabit::Unstable } else { IdHabit::Stable };
    let dates = if by_headline { Dates::OfTheDocument } else { Dates::Unproved };
    passes(&mut matching, ids, dates);
    let found: Vec<Option<usize>> = matching.found.iter().map(|found| found.map(|(k, _)| k)).collect();
    let (mut warnings, mut adrift, mut kept, mut changed) = (Vec::new(), Vec::new(), 0_usize, 0_usize);
    let known_ids: HashSet<i64> = known.iter().filter_map(|k| k.print.id).collect();
    let known_keys: HashSet<EntryKey> = known.iter().map(|k| k.key).collect();
    let mut times: HashMap<i64, usize> = HashMap::new();
    listed.iter().filter_map(|l| l.print.id).for_each(|id| *times.entry(id).or_default() += 1);
    for (at, found) in matching.found.iter().enumerate() {
        let met = |id| times[&id] == 1 && (known_ids.contains(&id) || known_keys.contains(&entries[at].key));
        match found {
            None if listed[at].print.id.is_some_and(met) => warnings.push(reused_id(&entries[at], at)),
            None => {}
            Some((k, tie)) => {
                let by_id = if *tie == Tie::Id { &mut kept } else { &mut changed };
                *by_id += usize::from(listed[at].has_id);
                if *tie == Tie::Content || compare::is_adrift(&listed[at].print, &known[*k].print) {
                    adrift.push((at, known[*k].entry));
                }
            }
        }
    }
    let released = rekey::settle(entries, &found, known);
    let verdicts = entries.iter_mut().zip(readings).zip(&found).map(|((entry, reading), found)| match found {
        Some(k) => compare::verdict(entry, reading, &known[*k]),
        None => (Verdict::New, reading.print),
    });
    let (verdicts, prints) = verdicts.unzip();
    Recognised { verdicts, prints, warnings, ids_changed: changed > kept, released, adrift }
}

fn reused_id(entry: &Entry, at: usize) -> Warning {
    let id = entry.id.as_deref().unwrap_or_default();
    Warning {
        kind: WarningKind::Identity,
        text: format!("id {} was used again for another story; kept as a new entry", in_quotes(id)),
        entry: Some(at),
    }
}
