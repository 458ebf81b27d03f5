//! One poll's entries, routes, validators and next due time, as one (R1).
//!
//! What a document holds is written in portions, so that others write in
//! between; its validators, window and next due time come with the last. A poll
//! that ends half-way is read again whole, and finds there what it wrote.

use rusqlite::{Connection, named_params};

use crate::model::{EntryId, Spent};
use crate::store::prepared::{PreparedPoll, WriteStep};
use crate::store::sqlite::read::row::pack;
use crate::store::sqlite::schedule::claim::source_no;
use crate::store::sqlite::write::entries::Write;
use crate::store::sqlite::write::spent::spend;
use crate::store::sqlite::write::{ledger, stories, tree};
use crate::store::{Committed, Counted, Result, Words};

/// By how much each portion prolongs the claim that it is written under, in
/// milliseconds: it takes far less, however slow the disk is.
const PROLONGED_MS: i64 = 20_000;

/// How far a poll is written.
#[derive(Default)]
pub struct Progress {
    /// Numbers of the entries written so far, from the document's end on.
    ids: Vec<EntryId>,
    done: Committed,
    /// Words of new entries that were written last.
    pub folded: Vec<Words>,
}

const WINDOW: &str = "SELECT window FROM source WHERE no = :no";

const SET_WINDOW: &str = "UPDATE source SET window = :window WHERE no = :no";

const PROLONG: &str = "
    UPDATE source
       SET lease_until_at = lease_until_at + :more
     WHERE no = :no";

/// Writes the next portion of a poll, of those before the last.
pub fn write_portion(c: &Connection, poll: &PreparedPoll, mut so_far: Progress) -> Result<Progress> {
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
pub fn commit(c: &Connection, poll: &PreparedPoll, mut so_far: Progress) -> Result<(Committed, Vec<Words>)> {
    let source = source_no(c, &poll.source, poll.lease)?;
    entries(c, poll, source, &mut so_far)?;
    let Progress { mut ids, done, folded } = so_far;
    ids.reverse();
    let window = poll.steps.is_some().then(|| pack(&ids));
    ledger::source_row(c, poll, source, window, &done)?;
    spend(c, source, poll.at, &Spent { warnings: poll.warnings_told, ..Spent::default() })?;
    Ok((done, folded))
}

const COUNT: &str = "
    UPDATE source
       SET entries = entries + :more
     WHERE no = :no";

fn entries(c: &Connection, poll: &PreparedPoll, source: i64, so_far: &mut Progress) -> Result<()> {
    if poll.has_no_entries() {
        return Ok(());
    }
    let mut write = Write::new(c, source, poll.at, &poll.decided_by)?.of(&poll.source, &poll.shares);
    if so_far.ids.is_empty() {
        tree::keep(c, &poll.trees)?;
        write.release(&poll.released)?;
    }
    for step in poll.portion(so_far.ids.len()) {
        let id = write.one(step)?;
        if let WriteStep::New(new) = step
            && let Some(copy) = &new.copy
        {
            stories::place(c, id, copy)?;
        }
        so_far.ids.push(id);
    }
    write.touch_feeds()?;
    let bytes = write.size_bytes;
    so_far.folded = write.folded;
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
