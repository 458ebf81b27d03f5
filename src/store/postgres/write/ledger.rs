//! A source's rows and the ledger of its polls.

use std::time::Duration;

use super::documents::describe;
use super::polled::PolledSource;
use super::spent::spend;
use crate::clock::Timestamp;
use crate::model::{HoldScope, NextPoll, Purpose, Spent};
use crate::store::postgres::link::run::Writing;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::schedule::{hold, turn};
use crate::store::postgres::schema::months::Month;
use crate::store::prepared::PreparedPoll;
use crate::store::rules::{due_after, flapping, joins_run};
use crate::store::{Committed, Error, Result};

const END_TURNS: &str = "DELETE FROM turn WHERE source_no = $1::bigint";

/// Ends the turns that a source has.
pub async fn end_turns(tx: &Tx, source: i64) -> Result<()> {
    tx.rows(END_TURNS, &[source.param()]).await.map(drop)
}

/// Writes the state that a poll left, and the poll into the ledger; `window` holds the
/// numbers of its document's entries, where it read one.
pub async fn end_poll(
    writing: &mut Writing,
    poll: &PreparedPoll,
    source: &PolledSource,
    (window, done): (Option<Vec<i64>>, &Committed),
) -> Result<()> {
    let tx = &writing.tx;
    let (run, ()) = tokio::try_join!(biased; note_run(tx, poll, source, done), end_turns(tx, source.no))?;
    if let Some(hold) = &poll.hold {
        turn::hold_site(tx, hold.host.site()).await?;
        hold::hold(tx, hold, poll.at).await?;
    } else if poll.succeeded {
        hold::forgive(tx, &poll.host, HoldScope::Everything, poll.at).await?;
    }
    let next = due_after(&poll.state.next, hold::held(tx, &poll.host, Purpose::Poll, poll.at).await?);
    let row = SourceRow { run, window, warnings: warnings(&poll.state.warnings, done) };
    let spent = Spent { warnings: poll.warnings_told, ..Spent::default() };
    tokio::try_join!(biased;
        set_schedule(tx, poll, source, &next),
        set_source(tx, poll, source.no, &row),
        spend(tx, source.no, poll.at, spent),
    )?;
    let is_failing = poll.state.failures > 0;
    if source.is_active {
        writing.tail.failing += i64::from(is_failing) - i64::from(source.is_failing);
    }
    writing.tail.count(poll.note.kind, source.holder.clone());
    if poll.described_anew {
        describe(writing, source.no, poll.at).await?;
    }
    Ok(())
}

const EXTEND_RUN: &str = "
    UPDATE poll
       SET last_at = $4::bigint, count = count + 1, duration_ms = $5::bigint
     WHERE id = $1::bigint AND first_at = $2::bigint AND first_at >= $3::bigint AND kind = $6::text
    RETURNING id, first_at";

const ADD_RUN: &str = "
    INSERT INTO poll (source_no, kind, text, status, first_at, last_at, count, duration_ms, wire_bytes, new, revised)
    VALUES ($1::bigint, $2::text, $3::text, $4::int, $5::bigint, $5::bigint, 1, $6::bigint, $7::bigint, $8::bigint,
            $9::bigint)
    RETURNING id, first_at";

/// Writes a poll into the ledger; returns its row. A run of like polls ends with its month,
/// for it lies there.
async fn note_run(tx: &Tx, poll: &PreparedPoll, source: &PolledSource, done: &Committed) -> Result<(i64, i64)> {
    let (note, at) = (&poll.note, poll.at.millis());
    let (kind, took) = (SqlText(note.kind), millis(note.duration));
    if let Some((run, first_at)) = source.last_run.filter(|_| joins_run(note.kind)) {
        let month = Month::of(poll.at).begins_at().millis();
        let row = [run.param(), first_at.param(), month.param(), at.param(), took.param(), kind.param()];
        if let Some(row) = tx.one(EXTEND_RUN, &row).await? {
            return Ok((column(&row, "id")?, column(&row, "first_at")?));
        }
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (text, status) = (SqlText(&note.text), note.status.map(i32::from));
    let (wire, new, revised) = (number(note.wire_bytes), count(done.new.len()), count(done.revised));
    let row = [
        source.no.param(),
        kind.param(),
        text.param(),
        status.param(),
        at.param(),
        took.param(),
        wire.param(),
        new.param(),
        revised.param(),
    ];
    let added = tx.one(ADD_RUN, &row).await?;
    let row = added.ok_or_else(|| Error::Database("the ledger took no row".to_owned()))?;
    Ok((column(&row, "id")?, column(&row, "first_at")?))
}

/// The claim ends with it. Claims look for a source together with its site.
const SET_SCHEDULE: &str = "
    WITH its_site AS (
        INSERT INTO site (site) VALUES ($5::text) ON CONFLICT DO NOTHING
    )
    UPDATE schedule
       SET lease_until_at = 0, next_poll_at = $2::bigint, because = $3::text, host = $4::text, site = $5::text,
           proxy = $6::text, stale_at = $7::bigint, over_at = $8::bigint, failing = $9::bool
     WHERE source_no = $1::bigint";

async fn set_schedule(tx: &Tx, poll: &PreparedPoll, source: &PolledSource, next: &NextPoll) -> Result<()> {
    let (s, host) = (&poll.state, &poll.host);
    let (at, because) = (next.at.millis(), SqlText(&next.because));
    let [name, site, proxy] = [&host.name, host.site(), &host.proxy].map(SqlText);
    let (stale_at, over_at) = (instant(s.stale_at()), instant(s.standing.over_budget().map(|over| over.since)));
    let is_failing = s.failures > 0;
    let row = [
        source.no.param(),
        at.param(),
        because.param(),
        name.param(),
        site.param(),
        proxy.param(),
        stale_at.param(),
        over_at.param(),
        is_failing.param(),
    ];
    tx.rows(SET_SCHEDULE, &row).await.map(drop)
}

/// What of a source's row is told by more than the poll.
struct SourceRow {
    /// The poll's row in the ledger, and when that began.
    run: (i64, i64),
    window: Option<Vec<i64>>,
    warnings: String,
}

const SET_SOURCE: &str = "
    UPDATE source
       SET polls = $2::bigint, documents = $3::bigint, last_poll_at = $4::bigint, last_success_at = $5::bigint,
           last_new_at = $6::bigint, last_outcome = $7::text, failures = $8::bigint, ever_validated = $9::bool,
           etag = $10::bytea, last_modified = $11::bytea, validators_url = $12::text, body_hash = $13::bytea,
           \"window\" = coalesce($14::bigint[], \"window\"),
           rhythm_entries = $15::float8, rhythm_span_ms = $16::float8, ttl_ms = $17::bigint,
           update_period_ms = $18::bigint, skip_hours = $19::bigint, skip_days = $20::bigint,
           unstable_ids = $21::bigint, warnings = $22::text, carrier = $23::text, standing = $24::text,
           last_run = $25::bigint, last_run_at = $26::bigint
     WHERE no = $1::bigint";

async fn set_source(tx: &Tx, poll: &PreparedPoll, source: i64, row: &SourceRow) -> Result<()> {
    let s = &poll.state;
    let (polls, documents, failures) = (number(s.polls), number(s.documents), i64::from(s.failures));
    let [last_poll, last_success, last_new] = [s.last_poll_at, s.last_success_at, s.last_new_at].map(instant);
    let (outcome, url) = (SqlText(&s.last_outcome), s.validators_url.as_deref().map(SqlText));
    let body_hash = s.body_hash.map(|hash| hash.to_be_bytes().to_vec());
    let [ttl, period] = [s.hints.ttl, s.hints.update_period].map(|wait| wait.map(millis));
    let (skip_hours, skip_days) = (i64::from(s.hints.skip_hours), i64::from(s.hints.skip_days));
    let unstable = i64::from(s.unstable_ids);
    let [warnings, carrier, standing] = [&row.warnings, &poll.carrier, &poll.standing].map(|text| SqlText(text));
    let set = [
        source.param(),
        polls.param(),
        documents.param(),
        last_poll.param(),
        last_success.param(),
        last_new.param(),
        outcome.param(),
        failures.param(),
        s.ever_validated.param(),
        s.validators.etag.param(),
        s.validators.last_modified.param(),
        url.param(),
        body_hash.param(),
        row.window.param(),
        s.rhythm.entries.param(),
        s.rhythm.span_ms.param(),
        ttl.param(),
        period.param(),
        skip_hours.param(),
        skip_days.param(),
        unstable.param(),
        warnings.param(),
        carrier.param(),
        standing.param(),
        row.run.0.param(),
        row.run.1.param(),
    ];
    tx.rows(SET_SOURCE, &set).await.map(drop)
}

fn instant(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::millis)
}

fn number(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// The warnings of a document as they are stored, with what storing it showed.
fn warnings(read: &[String], done: &Committed) -> String {
    let flapping = flapping(done.replaced);
    let all: Vec<&String> = read.iter().chain(&flapping).collect();
    serde_json::to_string(&all).expect("a list of texts is JSON")
}
