//! One poll's entries, routes, validators and next due time, as one (R1).
//!
//! What a document holds is written in portions, so that others write in
//! between; its validators, window and next due time come with the last. A poll
//! that ends half-way is read again whole, and finds there what it wrote.

use rusqlite::{Connection, named_params};

use super::claim::source_no;
use super::row::pack;
use super::write::Write;
use super::{ledger, tree};
use crate::clock::Timestamp;
use crate::model::{Change, EntryId, EntryKey, FeedId, Fingerprint, Hold, Host, PollState, Route, SourceId, Spent};
use crate::store::codec::{Encoder, Trees, write_carrier, write_evidence, write_standing};
use crate::store::rules::{Placing, Ruling, arrives, first_updated, wanted_id};
use crate::store::{Claim, Committed, Counted, Earlier, Found, PollNote, PollRecord, Result, RulesId, Share};

use std::collections::BTreeMap;
use std::sync::Arc;

/// Entries in one transaction: some tens of milliseconds of the writer's time.
const PORTION: usize = 1000;

/// By how much each portion prolongs the claim that it is written under, in
/// milliseconds: it takes far less, however slow the disk is.
const PROLONGED_MS: i64 = 20_000;

/// A poll ready to be written: everything dear is done, and the entries
/// themselves are gone, so that polls in the queue weigh little.
pub struct Prepared {
    pub(super) source: SourceId,
    pub(super) lease: i64,
    pub(super) at: Timestamp,
    pub(super) note: PollNote,
    pub(super) state: PollState,
    pub(super) carrier: String,
    pub(super) standing: String,
    pub(super) host: Host,
    pub(super) hold: Option<Hold>,
    pub(super) succeeded: bool,
    pub(super) shares: Arc<BTreeMap<FeedId, Share>>,
    decided_by: RulesId,
    warnings_told: u64,
    counted: Counted,
    released: Vec<EntryId>,
    steps: Option<Vec<Step>>,
    trees: Trees,
}

pub(super) enum Step {
    New(Box<Newcomer>),
    Revised(Box<Revised>),
    Followed(Box<Revised>),
    Same(EntryId),
    Rekeyed { entry: EntryId, key: EntryKey, print: Fingerprint },
}

/// A known entry that is written anew.
pub(super) struct Revised {
    pub(super) id: EntryId,
    pub(super) key: EntryKey,
    pub(super) print: Fingerprint,
    pub(super) change: Change,
    pub(super) body: Vec<u8>,
    /// Before it was compressed.
    pub(super) size_bytes: u64,
    pub(super) earlier: Earlier,
    pub(super) routes: Vec<Row>,
    pub(super) wants_article: bool,
}

pub(super) struct Newcomer {
    pub(super) key: EntryKey,
    pub(super) print: Fingerprint,
    pub(super) body: Vec<u8>,
    /// Before it was compressed.
    pub(super) size_bytes: u64,
    /// The id that it is published under unless another entry has it.
    pub(super) published_id: String,
    pub(super) updated_at: Timestamp,
    pub(super) sort_at: Timestamp,
    pub(super) standing: Placing,
    pub(super) routes: Vec<Row>,
    pub(super) wants_article: bool,
}

/// A route as it is written.
pub(super) struct Row {
    pub(super) feed: FeedId,
    pub(super) admitted: bool,
    pub(super) evidence: String,
}

impl Row {
    pub(super) fn ruling(&self) -> Ruling {
        if self.admitted { Ruling::In } else { Ruling::Out }
    }
}

/// Encodes what a poll found; runs off the writer.
pub fn prepare(record: PollRecord) -> Result<Prepared> {
    let PollRecord { claim, at, note, state, found, released, decided_by, shares, host, hold, .. } = record;
    let mut encoder = Encoder::new();
    let mut trees = Trees::default();
    let placing = arrives(&claim.state);
    let mut encode = |found| step(found, &claim.source, at, placing, &mut encoder, &mut trees);
    let steps = found.map(|found| found.into_iter().map(&mut encode).collect::<Result<_>>()).transpose()?;
    let carrier = write_carrier(&state.carrier)?;
    let standing = write_standing(&state.standing)?;
    let Claim { source, lease, .. } = claim;
    Ok(Prepared {
        source,
        lease,
        at,
        note,
        state,
        carrier,
        standing,
        host,
        hold,
        succeeded: record.succeeded,
        shares,
        decided_by,
        warnings_told: record.warnings_told,
        counted: record.counted,
        released,
        steps,
        trees,
    })
}

fn step(
    found: Found,
    source: &SourceId,
    at: Timestamp,
    placing: Placing,
    encoder: &mut Encoder,
    trees: &mut Trees,
) -> Result<Step> {
    Ok(match found {
        Found::New(new) => Step::New(Box::new(Newcomer {
            key: new.entry.key,
            print: new.print,
            body: encoder.entry(&new.entry)?,
            size_bytes: new.entry.size_bytes(),
            updated_at: first_updated(&new.entry, at),
            sort_at: new.sort_at,
            standing: placing,
            routes: rows(&new.routes, trees)?,
            wants_article: new.wants_article,
            published_id: wanted_id(&new.entry, source),
        })),
        Found::Revised(revision) => Step::Revised(Box::new(Revised {
            id: revision.id,
            key: revision.entry.key,
            print: revision.print,
            change: revision.change,
            body: encoder.entry(&revision.entry)?,
            size_bytes: revision.entry.size_bytes(),
            earlier: revision.earlier,
            routes: rows(&revision.routes, trees)?,
            wants_article: revision.wants_article,
        })),
        Found::Followed(followed) => Step::Followed(Box::new(Revised {
            id: followed.id,
            key: followed.entry.key,
            print: followed.print,
            change: Change::Cosmetic,
            body: encoder.entry(&followed.entry)?,
            size_bytes: 0,
            earlier: Earlier::Replaced,
            routes: rows(&followed.routes, trees)?,
            wants_article: false,
        })),
        Found::Same(id) => Step::Same(id),
        Found::Rekeyed { entry, key, print } => Step::Rekeyed { entry, key, print },
    })
}

/// Routes as they are written, their trees apart.
pub(super) fn rows(routes: &[Route], trees: &mut Trees) -> Result<Vec<Row>> {
    let mut row = |route: &Route| {
        Ok(Row { feed: route.feed.clone(), admitted: route.admitted, evidence: write_evidence(route, trees)? })
    };
    routes.iter().map(&mut row).collect()
}

/// How far a poll is written.
#[derive(Default)]
pub struct Progress {
    /// Numbers of the entries written so far, from the document's end on.
    ids: Vec<EntryId>,
    done: Committed,
}

impl Prepared {
    /// How many transactions it takes besides the last.
    pub fn portions(&self) -> usize {
        self.steps.as_ref().map_or(0, |steps| steps.len().saturating_sub(1) / PORTION)
    }

    /// Whether nothing is written of entries: so most polls end.
    fn has_no_entries(&self) -> bool {
        self.released.is_empty() && self.steps.as_ref().is_none_or(Vec::is_empty)
    }

    /// The next entries to be written: documents list the newest first, numbers
    /// ascend with time.
    fn portion(&self, from: usize) -> impl Iterator<Item = &Step> {
        self.steps.iter().flat_map(move |steps| steps.iter().rev().skip(from).take(PORTION))
    }
}

const WINDOW: &str = "SELECT window FROM source WHERE no = :no";

const SET_WINDOW: &str = "UPDATE source SET window = :window WHERE no = :no";

const PROLONG: &str = "
    UPDATE source
       SET lease_until_at = lease_until_at + :more
     WHERE no = :no";

/// Writes the next portion of a poll, of those before the last.
pub fn portion(c: &Connection, poll: &Prepared, mut so_far: Progress) -> Result<Progress> {
    let source = source_no(c, &poll.source, poll.lease)?;
    let before = so_far.done.new.len();
    entries(c, poll, source, &mut so_far)?;
    c.prepare_cached(PROLONG)?.execute(named_params! { ":no": source, ":more": PROLONGED_MS })?;
    // Should this be all that is written, the next poll knows these by more
    // than their keys.
    let window: Option<Vec<u8>> = c.prepare_cached(WINDOW)?.query_row(named_params! { ":no": source }, |r| r.get(0))?;
    let window = [window.unwrap_or_default(), pack(&so_far.done.new[before..])].concat();
    c.prepare_cached(SET_WINDOW)?.execute(named_params! { ":no": source, ":window": window })?;
    Ok(so_far)
}

/// Writes what is left of a prepared poll, and ends its claim; see
/// [`Commit::commit_poll`](crate::store::Commit::commit_poll).
pub fn commit(c: &Connection, poll: &Prepared, mut so_far: Progress) -> Result<Committed> {
    let source = source_no(c, &poll.source, poll.lease)?;
    entries(c, poll, source, &mut so_far)?;
    let Progress { mut ids, done } = so_far;
    ids.reverse();
    let window = poll.steps.is_some().then(|| pack(&ids));
    ledger::source_row(c, poll, source, window, &done)?;
    spend(c, source, poll.at, &Spent { warnings: poll.warnings_told, ..Spent::default() })?;
    Ok(done)
}

const SPEND: &str = "
    UPDATE source
       SET spent_entries = iif(spent_day = :day, spent_entries, 0) + :entries,
           spent_bytes = iif(spent_day = :day, spent_bytes, 0) + :bytes,
           spent_warnings = iif(spent_day = :day, spent_warnings, 0) + :warnings,
           spent_day = :day
     WHERE no = :no";

/// Counts in a source's budgets of the day.
pub(super) fn spend(c: &Connection, source: i64, at: Timestamp, more: &Spent) -> rusqlite::Result<()> {
    if more.entries + more.bytes + more.warnings == 0 {
        return Ok(());
    }
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    c.prepare_cached(SPEND)?
        .execute(named_params! {
            ":no": source, ":day": Spent::day_of(at), ":entries": number(more.entries),
            ":bytes": number(more.bytes), ":warnings": number(more.warnings),
        })
        .map(drop)
}

const COUNT: &str = "
    UPDATE source
       SET entries = entries + :more
     WHERE no = :no";

fn entries(c: &Connection, poll: &Prepared, source: i64, so_far: &mut Progress) -> rusqlite::Result<()> {
    if poll.has_no_entries() {
        return Ok(());
    }
    let mut write = Write::new(c, source, poll.at, &poll.decided_by)?.of(&poll.source, &poll.shares);
    if so_far.ids.is_empty() {
        tree::keep(c, &poll.trees)?;
        write.release(&poll.released)?;
    }
    for step in poll.portion(so_far.ids.len()) {
        so_far.ids.push(write.one(step)?);
    }
    write.touch_feeds()?;
    let bytes = write.size_bytes;
    let Committed { new, revised, replaced } = write.done;
    let counted = match poll.counted {
        Counted::All => new.len() as u64,
        Counted::Texts => 0,
    };
    spend(c, source, poll.at, &Spent { entries: counted, bytes, ..Spent::default() })?;
    if !new.is_empty() {
        let more = i64::try_from(new.len()).unwrap_or(i64::MAX);
        c.prepare_cached(COUNT)?.execute(named_params! { ":no": source, ":more": more })?;
    }
    so_far.done.new.extend(new);
    so_far.done.revised += revised;
    so_far.done.replaced += replaced;
    Ok(())
}
