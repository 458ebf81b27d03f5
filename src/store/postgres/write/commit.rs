//! One poll's entries, routes, validators and next due time, as one (R1).
//!
//! What a document holds is written in portions, so that others write in between; its
//! validators, window and next due time come with the last. A poll that ends half-way is
//! read again whole, and finds there what it wrote.

use super::entries::heads::FeedHeads;
use super::entries::{self, EntryWriting, WriteFor};
use super::polled::claimed;
use super::spent::spend;
use super::{ledger, tail, tree};
use crate::model::{EntryId, Spent};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::Typed;
use crate::store::postgres::past::in_force;
use crate::store::prepared::{PreparedPoll, WriteStep};
use crate::store::{Committed, Counted, Result};

/// By how much each portion prolongs the claim that it is written under, in milliseconds:
/// it takes far less, however slow the disk is.
const PROLONGED_MS: i64 = 20_000;

/// How far a poll is written.
#[derive(Clone, Default)]
pub struct PollProgress {
    /// Numbers of the entries written so far, from the document's end on.
    ids: Vec<EntryId>,
    done: Committed,
}

const ADD_TO_WINDOW: &str = "
    UPDATE source
       SET \"window\" = coalesce(\"window\", '{}') || $2::bigint[]
     WHERE no = $1::bigint";

const PROLONG: &str = "
    UPDATE schedule
       SET portion = portion + 1, lease_until_at = lease_until_at + $2::bigint
     WHERE source_no = $1::bigint";

/// Writes the next portion of a poll, of those before the last.
pub async fn portion(writing: &mut Writing, poll: &PreparedPoll, mut so_far: PollProgress) -> Result<PollProgress> {
    in_force::share(&writing.tx).await?;
    let source = claimed(&writing.tx, poll).await?;
    let before = so_far.done.new.len();
    portion_of_entries(writing, poll, source.no, &mut so_far).await?;
    // Should this be all that is written, the next poll knows these by more than their keys.
    let added: Vec<i64> = so_far.done.new[before..].iter().map(|id| id.0).collect();
    let (window, prolonged) = ([source.no.param(), added.param()], [source.no.param(), PROLONGED_MS.param()]);
    let tx = &writing.tx;
    tokio::try_join!(biased; tx.rows(ADD_TO_WINDOW, &window), tx.rows(PROLONG, &prolonged))?;
    Ok(so_far)
}

/// Writes what is left of a prepared poll, and ends its claim; see
/// [`Commit::commit_poll`](crate::store::Commit::commit_poll).
pub async fn commit(writing: &mut Writing, poll: &PreparedPoll, mut so_far: PollProgress) -> Result<Committed> {
    if !poll.has_no_entries() {
        in_force::share(&writing.tx).await?;
    }
    writing.tail.at = poll.at;
    let source = claimed(&writing.tx, poll).await?;
    portion_of_entries(writing, poll, source.no, &mut so_far).await?;
    let PollProgress { mut ids, done } = so_far;
    ids.reverse();
    let window = poll.steps.is_some().then(|| ids.iter().map(|id| id.0).collect());
    ledger::end_poll(writing, poll, &source, (window, &done)).await?;
    Ok(done)
}

/// The same in `source_day` and `source`.
const COUNT: &str = "
    WITH counted AS (
        UPDATE source SET entries = entries + $3::bigint WHERE no = $1::bigint
    )
    INSERT INTO source_day AS d (source_no, day, entries)
    VALUES ($1::bigint, $2::bigint, $3::bigint)
        ON CONFLICT (source_no, day) DO UPDATE SET entries = d.entries + excluded.entries";

async fn portion_of_entries(
    writing: &mut Writing,
    poll: &PreparedPoll,
    source: i64,
    so_far: &mut PollProgress,
) -> Result<()> {
    if poll.has_no_entries() {
        return Ok(());
    }
    let Writing { tx, tail: last, .. } = writing;
    let tx = &*tx;
    last.at = poll.at;
    let (by, head) = tokio::try_join!(biased; in_force::decider(tx, &poll.decided_by), entries::head(tx, poll.at))?;
    let write_for = WriteFor { source, at: poll.at, head, by };
    let is_first = so_far.ids.is_empty();
    let steps: Vec<&WriteStep> = poll.portion(so_far.ids.len()).collect();
    let released = if is_first { &poll.released[..] } else { &[] };
    let mut write = EntryWriting::new(tx, last, write_for, FeedHeads::of(&poll.shares));
    let ids = write.steps(&poll.source, released, &steps).await?;
    let (Committed { new, revised, replaced }, bytes) = (write.done, write.size_bytes);
    if is_first {
        tree::keep(tx, &poll.trees).await?;
    }
    so_far.ids.extend(ids);
    let more = i64::try_from(new.len()).unwrap_or(i64::MAX);
    last.entries += more;
    let counted = match poll.counted {
        Counted::All => new.len() as u64,
        Counted::Texts => 0,
    };
    let day = tail::day(poll.at);
    let count = [source.param(), day.param(), more.param()];
    let spent = Spent { entries: counted, bytes, ..Spent::default() };
    tokio::try_join!(biased; tx.over(new.len(), COUNT, &count), spend(tx, source, poll.at, spent))?;
    so_far.done.new.extend(new);
    so_far.done.revised += revised;
    so_far.done.replaced += replaced;
    Ok(())
}
