//! From a document's entries to what is to be stored of it.

use crate::clock::Timestamp;
use crate::identity::{Recognised, Verdict, recognise};
use crate::model::{Backlog, Carrier, MapRead, Over, Parsed, Work};

use super::budgeted::Budgeted;
use super::deciding::Deciding;
use super::older::{Older, Outstanding};
use super::warnings::{lost, told};
use super::window::{overrun, reaches};
use super::{KnownBy, Memory, OpenedDocument, ReadDocument};

/// What is stored of a document that will be recognised by `known_by`. If the work was given
/// up, whatever there is.
pub fn settle(mut document: OpenedDocument, by: &Deciding<'_>, known_by: KnownBy, work: &Work) -> ReadDocument {
    let (memory, unstable_ids) = (by.memory, by.memory.state.unstable_ids);
    let Recognised { verdicts, prints, mut warnings, ids_changed, released, adrift } =
        recognise(&mut document.parsed.entries, &document.readings, &memory.known, unstable_ids);
    let budgeted = Budgeted::of(&verdicts, &document, memory, by.polled);
    let gap = is_gap(&document, &verdicts, &budgeted, memory);
    warnings.extend(document.back.take());
    warnings.extend(gap.then(|| lost(&document.parsed, &memory.state.carrier)).into_iter().flatten());
    let warnings = told(&document, warnings, memory, by.polled, by.plan);
    let OpenedDocument { parsed, readings, maps, unfinished, older, back: _ } = document;
    let is_whole = !parsed.truncated && !unfinished && budgeted.over.is_none();
    let Waits { behind_since, backlog } = waits(older, &budgeted, memory);
    let Budgeted { granted, new, over, unkept, first_refused: _ } = budgeted;
    let addresses = |at: usize| [parsed.entries[at].id.clone(), parsed.entries[at].link.clone()];
    ReadDocument {
        listed: parsed.entries.len(),
        new,
        revised: verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Revised(..))).count(),
        warnings,
        carrier: carrier(&parsed, &memory.state.carrier),
        adrift: adrift.into_iter().map(|(at, id)| (id, addresses(at))).collect(),
        hints: parsed.hints,
        ids_changed,
        released,
        gap,
        maps: maps_after(maps, over.as_ref(), memory),
        fickle: Vec::new(),
        known_by: is_whole.then_some(known_by),
        found: by.all(parsed.entries, readings, verdicts.into_iter().zip(prints).zip(granted), work),
        over,
        behind_since,
        backlog,
        unkept,
    }
}

/// Whether news may have been lost before this document. What still waits is not lost (B141).
/// Of an index only what changed was read, so meeting no known entry proves nothing.
fn is_gap(document: &OpenedDocument, verdicts: &[Verdict], budgeted: &Budgeted, memory: &Memory) -> bool {
    let OpenedDocument { back, maps, older, .. } = document;
    if maps.is_some() || older.waiting != Outstanding::Nothing {
        return false;
    }
    // Its older pages stopped short of the known entries.
    let is_short = back.is_some() && budgeted.over.is_none();
    overrun(verdicts, &memory.state) || is_short && !reaches(verdicts, &memory.state, &memory.known)
}

/// Since when entries wait for a later poll, and where they are.
struct Waits {
    behind_since: Option<Timestamp>,
    backlog: Backlog,
}

fn waits(older: Older, budgeted: &Budgeted, memory: &Memory) -> Waits {
    // Before the first document nothing was known, so its archive is not read.
    let waits = (budgeted.over.is_some() || older.waiting != Outstanding::Nothing) && memory.state.documents > 0;
    if !waits {
        return Waits { behind_since: None, backlog: Backlog::default() };
    }
    let behind_since = Some(memory.state.standing.behind_since.unwrap_or(memory.now));
    Waits { behind_since, backlog: older.backlog_at(budgeted.first_refused) }
}

/// The sitemaps of an index to be remembered. Entries that were not taken are read again: the
/// sitemaps that hold them are remembered as they were before.
fn maps_after(maps: Option<Vec<MapRead>>, over: Option<&Over>, memory: &Memory) -> Option<Vec<MapRead>> {
    if over.is_some() { maps.map(|_| memory.state.standing.maps.clone()) } else { maps }
}

fn carrier(parsed: &Parsed, before: &Carrier) -> Carrier {
    Carrier {
        feed_id: parsed.id.clone(),
        title: parsed.title.clone(),
        link: parsed.link.clone(),
        language: parsed.language.clone(),
        rights: parsed.rights.clone(),
        authors: parsed.authors.clone(),
        updated_at: before.updated_at,
    }
}
