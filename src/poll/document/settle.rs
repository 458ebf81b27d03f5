//! From a document's entries to what is to be stored of it.

use crate::clock::{Timestamp, span};
use crate::identity::{Recognised, Verdict, recognise};
use crate::limits::WARNINGS_KEPT;
use crate::model::{
    Backlog, Carrier, Entry, Format, MapRead, Over, Parsed, Unkept, Warning, WarningKind, Work, masked,
};
use crate::plan::{Plan, Polled};
use crate::schedule::{Ration, unusable};

use super::deciding::{Deciding, granted};
use super::older::{Older, Outstanding};
use super::window::{another_publication, overrun, reaches};
use super::{KnownBy, Memory, OpenedDocument, ReadDocument};

/// What the budget of the day has room for.
struct Budgeted {
    /// For each entry, whether it has any.
    granted: Vec<bool>,
    /// How many are new and have.
    new: usize,
    /// The first that is new and has none.
    first_refused: Option<usize>,
    /// That it is spent.
    over: Option<Over>,
    /// Earlier versions that have none.
    unkept: Option<Unkept>,
}

/// What is to be stored of a document that is known again by `known_by`; of work that was
/// given up, whatever there is.
pub fn settle(document: OpenedDocument, by: &Deciding<'_>, known_by: KnownBy, work: &Work) -> ReadDocument {
    let (memory, before) = (by.memory, &by.memory.state);
    let OpenedDocument { mut parsed, readings, back, maps, unfinished, older } = document;
    let Recognised { verdicts, prints, mut warnings, ids_changed, released, adrift } =
        recognise(&mut parsed.entries, &readings, &memory.known, before.unstable_ids);
    let addresses = |at: usize| [parsed.entries[at].id.clone(), parsed.entries[at].link.clone()];
    let adrift = adrift.into_iter().map(|(at, id)| (id, addresses(at))).collect();
    let budgeted = budgeted(by, &verdicts, &parsed.entries, &older);
    let was_short = back.is_some() && budgeted.over.is_none();
    // Of an index, only what changed was read: that nothing is met again says nothing.
    let gap = maps.is_none() && older.waiting == Outstanding::Nothing && is_gap(&verdicts, memory, was_short);
    warnings.extend(back);
    warnings.extend(gap.then(|| lost(&parsed, &before.carrier)).into_iter().flatten());
    warnings.extend(all_too_old(&parsed, memory, by.polled, by.plan));
    let is_whole = !parsed.truncated && !unfinished && budgeted.over.is_none();
    let Waits { behind_since, backlog } = waits(older, &budgeted, memory);
    let Budgeted { granted, new, over, unkept, .. } = budgeted;
    let entries = std::mem::take(&mut parsed.entries);
    ReadDocument {
        listed: entries.len(),
        new,
        revised: verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Revised(..))).count(),
        warnings: told(&warnings, &parsed),
        carrier: carrier(&parsed, &before.carrier),
        hints: parsed.hints,
        ids_changed,
        released,
        adrift,
        gap,
        maps: maps_after(maps, over.as_ref(), memory),
        fickle: Vec::new(),
        known_by: is_whole.then_some(known_by),
        found: by.all(entries, readings, verdicts.into_iter().zip(prints).zip(granted), work),
        over,
        behind_since,
        backlog,
        unkept,
    }
}

/// Whether news may have been lost before this document, which was found to be `short` of
/// what was known where it was read on. What still waits is not lost (B141).
fn is_gap(verdicts: &[Verdict], memory: &Memory, short: bool) -> bool {
    overrun(verdicts, &memory.state) || short && !reaches(verdicts, &memory.state, &memory.known)
}

/// What the budget of the day has room for, of entries with these verdicts.
fn budgeted(by: &Deciding<'_>, verdicts: &[Verdict], entries: &[Entry], older: &Older) -> Budgeted {
    let (state, now) = (&by.memory.state, by.memory.now);
    let new_ones = || verdicts.iter().map(|verdict| *verdict == Verdict::New);
    let mut ration = Ration::of(by.polled.budget.of(state), state.spent, now);
    let granted = granted(&mut ration, verdicts, entries);
    let new = new_ones().zip(&granted).filter(|(is_new, grant)| *is_new && **grant).count();
    let first_refused = new_ones().zip(&granted).position(|(is_new, grant)| is_new && !grant);
    // What its budget of the day leaves no room for is not asked for, and so is not seen.
    let carried = state.standing.over.clone().filter(|_| older.waiting == Outstanding::Spent);
    let over = ration.over(state, now).or(carried);
    Budgeted { granted, new, first_refused, over, unkept: ration.unkept(state.standing.unkept.as_ref(), now) }
}

/// Since when entries wait for a poll to come, and where they are.
struct Waits {
    behind_since: Option<Timestamp>,
    backlog: Backlog,
}

fn waits(older: Older, budgeted: &Budgeted, memory: &Memory) -> Waits {
    // Before the first document nothing was known: its archive is not read.
    let waits = (budgeted.over.is_some() || older.waiting != Outstanding::Nothing) && memory.state.documents > 0;
    if !waits {
        return Waits { behind_since: None, backlog: Backlog::default() };
    }
    let behind_since = Some(memory.state.standing.behind_since.unwrap_or(memory.now));
    Waits { behind_since, backlog: older.backlog_at(budgeted.first_refused) }
}

/// The sitemaps of an index to be remembered. What was not taken is read again: those that
/// it stands in are remembered as they were.
fn maps_after(maps: Option<Vec<MapRead>>, over: Option<&Over>, memory: &Memory) -> Option<Vec<MapRead>> {
    if over.is_some() { maps.map(|_| memory.state.standing.maps.clone()) } else { maps }
}

/// What is to be told of a document that may have lost news.
fn lost(parsed: &Parsed, before: &Carrier) -> impl Iterator<Item = Warning> + use<> {
    let text = "no entry of the document before is left; news may have been lost between the two polls";
    let lost = Warning { kind: WarningKind::Gap, text: text.to_owned(), entry: None };
    [Some(lost), another_publication(parsed, before)].into_iter().flatten()
}

/// All that is told of a document, what concerns the whole first: repairs of single
/// entries are many.
fn told(warnings: &[Warning], parsed: &Parsed) -> Vec<String> {
    let hint = |text: &str| Warning { kind: WarningKind::Hint, text: text.to_owned(), entry: None };
    let hints: Vec<Warning> = unusable(&parsed.hints).map(hint).into_iter().collect();
    let (whole, single): (Vec<_>, Vec<_>) = parsed.warnings.iter().partition(|warning| warning.entry.is_none());
    let all = warnings.iter().chain(&hints).chain(whole).chain(single);
    all.map(|w| format!("{}: {}", w.kind.as_str(), masked(&w.text))).take(WARNINGS_KEPT.count()).collect()
}

/// How the warning of a page begins whose feeds stay empty by its dates.
const ALL_OLD: &str = "all entries of this page are dated before the backfill of its feeds";

/// What is to be told of a page all of whose entries are older than what its feeds
/// take back at first sight: they stay empty, perhaps for a date that is read wrongly.
/// It is told as long as that is so.
fn all_too_old(parsed: &Parsed, memory: &Memory, polled: &Polled, plan: &Plan) -> Option<Warning> {
    let told = || memory.state.warnings.iter().any(|warning| warning.contains(ALL_OLD));
    if parsed.format != Format::Page || !memory.state.is_first() && !told() {
        return None;
    }
    let takers = plan.backfill.iter().filter(|(feed, _)| plan.takes(feed, &polled.source));
    let backfill = takers.map(|(_, backfill)| *backfill).max()?;
    let dates: Option<Vec<Timestamp>> = parsed.entries.iter().map(Entry::dated).collect();
    let newest = dates?.into_iter().max().filter(|newest| newest.plus(backfill) < memory.now)?;
    let text = format!(
        "{ALL_OLD} ({}), the newest {}: none is published; see whether its dates are read rightly",
        span(backfill),
        newest.rfc3339()
    );
    Some(Warning { kind: WarningKind::Page, text, entry: None })
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
