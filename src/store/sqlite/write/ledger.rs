//! A source's row and the ledger of its polls.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::model::{HoldScope, NextPoll, Purpose};
use crate::store::Committed;
use crate::store::prepared::PreparedPoll;
use crate::store::rules::{due_after, flapping, joins_run};
use crate::store::sqlite::schedule::turns;

/// One statement: each rewrites the row, and each of the indexes that it stands in.
const SET_SOURCE: &str = "
    UPDATE source
       SET lease_until_at = 0, next_poll_at = :next, because = :because,
           polls = :polls, documents = :documents,
           last_poll_at = :last_poll, last_success_at = :last_success, last_new_at = :last_new,
           last_outcome = :outcome, failures = :failures, ever_validated = :ever_validated,
           etag = :etag, last_modified = :last_modified, validators_url = :validators_url,
           body_hash = :body_hash, window = coalesce(:window, window),
           rhythm_entries = :rhythm_entries, rhythm_span_ms = :rhythm_span_ms,
           ttl_ms = :ttl, update_period_ms = :period, skip_hours = :skip_hours, skip_days = :skip_days,
           unstable_ids = :unstable, warnings = :warnings, carrier = :carrier, standing = :standing,
           host = :host, site = :site, proxy = :proxy, last_run = :run, stale_at = :stale, over_at = :over
     WHERE no = :no";

/// Writes the state that a poll left, and the poll into the ledger.
pub fn source_row(
    c: &Connection,
    prepared: &PreparedPoll,
    source: i64,
    window: Option<Vec<u8>>,
    done: &Committed,
) -> rusqlite::Result<()> {
    let run = ledger(c, prepared, source, done)?;
    turns::end(c, source)?;
    if let Some(hold) = &prepared.hold {
        turns::hold(c, hold, prepared.at)?;
    } else if prepared.succeeded {
        turns::forgive(c, &prepared.host, HoldScope::Everything, prepared.at)?;
    }
    let next = due_after(&prepared.state.next, turns::held(c, &prepared.host, Purpose::Poll, prepared.at)?);
    set_source(c, prepared, source, &SetRow { next, run, window, warnings: warnings(&prepared.state.warnings, done) })
}

/// What of a source's row is told by more than the poll.
struct SetRow {
    next: NextPoll,
    /// The poll's row in the ledger.
    run: i64,
    window: Option<Vec<u8>>,
    warnings: String,
}

fn set_source(c: &Connection, prepared: &PreparedPoll, source: i64, row: &SetRow) -> rusqlite::Result<()> {
    let (s, host) = (&prepared.state, &prepared.host);
    c.prepare_cached(SET_SOURCE)?
        .execute(named_params! {
            ":no": source,
            ":next": row.next.at.millis(),
            ":because": row.next.because,
            ":polls": s.polls,
            ":documents": s.documents,
            ":last_poll": instant(s.last_poll_at),
            ":last_success": instant(s.last_success_at),
            ":last_new": instant(s.last_new_at),
            ":outcome": s.last_outcome,
            ":failures": s.failures,
            ":ever_validated": s.ever_validated,
            ":etag": s.validators.etag,
            ":last_modified": s.validators.last_modified,
            ":validators_url": s.validators_url,
            ":body_hash": s.body_hash.map(u128::to_be_bytes),
            ":window": row.window,
            ":rhythm_entries": s.rhythm.entries,
            ":rhythm_span_ms": s.rhythm.span_ms,
            ":ttl": wait(s.hints.ttl),
            ":period": wait(s.hints.update_period),
            ":skip_hours": s.hints.skip_hours,
            ":skip_days": s.hints.skip_days,
            ":unstable": s.unstable_ids,
            ":warnings": row.warnings,
            ":carrier": prepared.carrier,
            ":standing": prepared.standing,
            ":host": host.name,
            ":site": host.site(),
            ":proxy": host.proxy,
            ":run": row.run,
            ":stale": instant(s.stale_at()),
            ":over": instant(s.standing.over_budget().map(|over| over.since)),
        })
        .map(drop)
}

fn instant(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::millis)
}

fn wait(time: Option<Duration>) -> Option<i64> {
    time.map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
}

/// The warnings of a document as they are stored, with what storing it showed.
fn warnings(read: &[String], done: &Committed) -> String {
    let flapping = flapping(done.replaced);
    let all: Vec<&String> = read.iter().chain(&flapping).collect();
    serde_json::to_string(&all).expect("a list of texts is JSON")
}

const EXTEND_RUN: &str = "
    UPDATE poll
       SET last_at = :at, count = count + 1, duration_ms = :took
     WHERE id = (SELECT last_run FROM source WHERE no = :no) AND kind = :kind
    RETURNING id";

const ADD_RUN: &str = "
    INSERT INTO poll (source_no, kind, text, status, first_at, last_at, count, duration_ms, wire_bytes, new, revised)
    VALUES (:no, :kind, :text, :status, :at, :at, 1, :took, :wire, :new, :revised)";

const TALLY: &str = "
    INSERT INTO tally
    VALUES (:kind, 1)
    ON CONFLICT (kind)
    DO UPDATE SET polls = polls + 1";

/// Writes the poll into the ledger; returns the number of its row.
fn ledger(c: &Connection, poll: &PreparedPoll, source: i64, done: &Committed) -> rusqlite::Result<i64> {
    let note = &poll.note;
    let at = poll.at.millis();
    let took = i64::try_from(note.duration.as_millis()).unwrap_or(i64::MAX);
    c.prepare_cached(TALLY)?.execute(named_params! { ":kind": note.kind })?;
    if joins_run(note.kind) {
        let run = named_params! { ":no": source, ":kind": note.kind, ":at": at, ":took": took };
        let extended = c.prepare_cached(EXTEND_RUN)?.query_row(run, |r| r.get(0)).optional()?;
        if let Some(run) = extended {
            return Ok(run);
        }
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let wire = i64::try_from(note.wire_bytes).unwrap_or(i64::MAX);
    c.prepare_cached(ADD_RUN)?.execute(named_params! {
        ":no": source, ":kind": note.kind, ":text": note.text, ":status": note.status, ":at": at, ":took": took,
        ":wire": wire, ":new": count(done.new.len()), ":revised": count(done.revised),
    })?;
    Ok(c.last_insert_rowid())
}
