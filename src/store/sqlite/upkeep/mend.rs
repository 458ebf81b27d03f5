//! Sources and feeds whose rows are damaged, mended when the configuration is
//! taken over: what was remembered of a source begins anew, loudly; which
//! entries are its own is never dropped.
//!
//! A reader looks for damage, over all rows; the writer's transactions hold what is damaged
//! alone, a few rows each, so that polls are stored in between.

use std::collections::HashSet;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::clock::Timestamp;
use crate::model::{FeedId, PollState, SourceId};
use crate::store::codec::source_id;
use crate::store::sqlite::read::row::pack;
use crate::store::sqlite::read::source_row::{BEHIND, SourceReading, state_columns};
use crate::store::sqlite::write::outbox;
use crate::store::{ChangeKind, SourcePlans};

const RESET: &str = "
    UPDATE source
       SET url_hash = 0, active = 0, interval_ms = 0, host = '', site = '', proxy = '', holder = '',
           next_poll_at = :next, because = :because, lease = :lease, lease_until_at = 0,
           polls = :polls, documents = :documents,
           entries = (SELECT count(*) FROM entry WHERE source_no = :no),
           last_poll_at = :last_poll, last_success_at = :last_success, last_new_at = :last_new,
           last_outcome = :because, failures = 0, ever_validated = 0,
           etag = NULL, last_modified = NULL, validators_url = NULL, body_hash = NULL, window = :window,
           rhythm_entries = 0, rhythm_span_ms = 0, ttl_ms = NULL, update_period_ms = NULL,
           skip_hours = 0, skip_days = 0, unstable_ids = 0, stale_at = NULL,
           warnings = :warnings, carrier = '{}', standing = '{}',
           last_run = (SELECT max(id) FROM poll WHERE source_no = :no)
     WHERE no = :no";

const SOURCES: &str = concat!(
    "
    SELECT ",
    state_columns!(),
    ", no, url_hash, active, interval_ms, host, proxy
      FROM source"
);

const SOURCE: &str = concat!(
    "
    SELECT ",
    state_columns!(),
    ", no, url_hash, active, interval_ms, host, proxy
      FROM source
     WHERE no = :no"
);

const SOME_ENTRIES: &str = "
    SELECT count(*)
      FROM (SELECT 1 FROM entry WHERE source_no = :no LIMIT 1)";

/// Configured sources as their rows are recognised: by name, and by the hash of the URL.
pub struct RowNames(Vec<(SourceId, i64)>);

impl RowNames {
    /// What tells these sources' rows.
    pub fn of(sources: &dyn SourcePlans) -> Self {
        RowNames((0..sources.count()).map(|nth| (sources.name(nth).clone(), sources.url_hash(nth))).collect())
    }
}

/// Rows that are damaged.
pub struct Damages {
    /// Names that are lost, and were found again.
    pub names: LostNames,
    /// Numbers of sources whose rows cannot be read, in part.
    pub sources: Vec<i64>,
}

/// Rows of sources and feeds that lost their names: their numbers, and the names they had.
#[derive(Default)]
pub struct LostNames {
    sources: Vec<(i64, String)>,
    feeds: Vec<(i64, String)>,
}

impl LostNames {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.feeds.is_empty()
    }
}

/// How many sources begin anew in one transaction: for each its entries are counted, some
/// milliseconds where they are many.
pub const AT_ONCE: usize = 50;

/// Looks over all rows for damage. It changes nothing.
pub fn look(c: &Connection, planned: &RowNames, feeds: &[FeedId]) -> rusqlite::Result<Damages> {
    let mut damages = Damages { names: LostNames::default(), sources: Vec::new() };
    let mut unnamed: HashSet<&str> = planned.0.iter().map(|(source, _)| source.as_str()).collect();
    let mut nameless: Vec<(i64, Option<i64>)> = Vec::new();
    let mut statement = c.prepare_cached(SOURCES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let no = row.get(BEHIND)?;
        if !is_named(row, &mut unnamed) {
            nameless.push((no, row.get(BEHIND + 1).ok()));
        }
        if damaged(row)?.is_some() {
            damages.sources.push(no);
        }
    }
    damages.names.sources = lost_sources(c, planned, &unnamed, &nameless)?;
    damages.names.feeds = lost_feeds(c, feeds)?;
    Ok(damages)
}

/// Has sources begin anew whose rows are damaged. One that has been mended since the look
/// stays as it is.
pub fn sources(c: &Connection, damaged_ones: &[i64], now: Timestamp) -> rusqlite::Result<()> {
    let mut statement = c.prepare_cached(SOURCE)?;
    for no in damaged_ones {
        let mut rows = statement.query(named_params! { ":no": no })?;
        let Some(row) = rows.next()? else { continue };
        if let Some(source) = damaged(row)? {
            begin_anew(c, source, now)?;
        }
    }
    // What its entries say of a source is among what begins anew.
    outbox::tell_all(c, ChangeKind::Mended, now)
}

/// A source whose row is damaged.
struct Damaged {
    no: i64,
    name: String,
    lease: Option<i64>,
    /// What can be read of it.
    state: PollState,
    columns: String,
}

/// What is damaged of a row with the columns of [`SOURCES`], in their order; `None` for a
/// whole one.
fn damaged(row: &Row<'_>) -> rusqlite::Result<Option<Damaged>> {
    let reading = SourceReading::of(row);
    let is_text = |at: usize| row.get_ref(at).is_ok_and(|text| text.as_str().is_ok());
    let fixed = [
        ("url_hash", row.get::<_, i64>(BEHIND + 1).is_err()),
        ("active", row.get::<_, bool>(BEHIND + 2).is_err()),
        ("interval_ms", row.get::<_, i64>(BEHIND + 3).is_err()),
        ("host", !is_text(BEHIND + 4)),
        ("proxy", !is_text(BEHIND + 5)),
    ];
    let mut columns = reading.broken;
    columns.extend(fixed.iter().filter(|(_, is_broken)| *is_broken).map(|(name, _)| *name));
    if columns.is_empty() {
        return Ok(None);
    }
    Ok(Some(Damaged {
        no: row.get("no")?,
        name: row.get::<_, String>("id").unwrap_or_default(),
        lease: row.get("lease").ok(),
        state: reading.state,
        columns: columns.join(", "),
    }))
}

/// A source that begins anew is due within this time.
const DAY: Duration = Duration::from_secs(86_400);

/// Has a source begin anew, but for what is still known of its polls and entries.
fn begin_anew(c: &Connection, source: Damaged, now: Timestamp) -> rusqlite::Result<()> {
    let Damaged { no, name, lease, state, columns } = source;
    tracing::error!(
        source.id = name,
        columns,
        "what was remembered of a source is damaged; it begins anew, and its document is read whole"
    );
    let because = "what was remembered of it was damaged, and begins anew".to_owned();
    let warnings = serde_json::json!([format!("{because} ({columns})")]).to_string();
    let instant = |at: Option<Timestamp>| at.map(Timestamp::millis);
    // A source that has entries is not read for the first time.
    let known: u64 = c.prepare_cached(SOME_ENTRIES)?.query_row(named_params! { ":no": no }, |r| r.get(0))?;
    c.prepare_cached(RESET)?
        .execute(named_params! {
            ":no": no,
            ":next": state.next.at.max(Timestamp::EPOCH).min(now.plus(DAY)).millis(),
            ":because": because,
            // Above any claim that is under way.
            ":lease": lease.map_or(now.millis(), |lease| lease.saturating_add(1)),
            ":polls": state.polls.max(known),
            ":documents": state.documents.max(known),
            ":last_poll": instant(state.last_poll_at),
            ":last_success": instant(state.last_success_at),
            ":last_new": instant(state.last_new_at),
            ":window": (!state.window.is_empty()).then(|| pack(&state.window)),
            ":warnings": warnings,
        })
        .map(drop)
}

const SOURCE_BY_INDEX: &str = "
    SELECT no
      FROM source INDEXED BY sqlite_autoindex_source_1
     WHERE id = :id";

/// Damaged names, restored from the index, which holds each name a second time, or from the
/// URL if no other source has it.
fn lost_sources(
    c: &Connection,
    planned: &RowNames,
    unnamed: &HashSet<&str>,
    nameless: &[(i64, Option<i64>)],
) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut found = Vec::new();
    let mut by_index = c.prepare_cached(SOURCE_BY_INDEX)?;
    for (source, url) in planned.0.iter().filter(|(source, _)| unnamed.contains(source.as_str())) {
        let by_index =
            by_index.query_row(named_params! { ":id": source.as_str() }, |r| r.get::<_, i64>(0)).optional()?;
        let by_url = || nameless.iter().find(|(_, hash)| *hash == Some(*url)).map(|(no, _)| *no);
        if let Some(no) = by_index.or_else(by_url) {
            found.push((no, source.to_string()));
        }
    }
    Ok(found)
}

/// Whether a row's name can be read; it is taken out of `unnamed`.
fn is_named(row: &Row<'_>, unnamed: &mut HashSet<&str>) -> bool {
    let Some(name) = row.get_ref(0).ok().and_then(|name| name.as_str().ok()) else { return false };
    unnamed.remove(name) || source_id(name).is_ok()
}

const FEED_BY_INDEX: &str = "
    SELECT no
      FROM feed INDEXED BY sqlite_autoindex_feed_1
     WHERE id = :id";

const IS_WHOLE: &str = "
    SELECT id = :id
      FROM feed NOT INDEXED
     WHERE no = :no";

/// The same for feeds, which have no URL: by the index alone.
fn lost_feeds(c: &Connection, feeds: &[FeedId]) -> rusqlite::Result<Vec<(i64, String)>> {
    let mut found = Vec::new();
    for feed in feeds {
        let id = feed.as_str();
        let no: Option<i64> =
            c.prepare_cached(FEED_BY_INDEX)?.query_row(named_params! { ":id": id }, |r| r.get(0)).optional()?;
        let Some(no) = no else { continue };
        let asked = named_params! { ":no": no, ":id": id };
        if !c.prepare_cached(IS_WHOLE)?.query_row(asked, |r| r.get::<_, bool>(0))? {
            found.push((no, id.to_owned()));
        }
    }
    Ok(found)
}

/// A name that another row has got since the look stays with that one.
const NAME_SOURCE: &str = "
    UPDATE source
       SET id = :id
     WHERE no = :no AND NOT EXISTS (SELECT 1 FROM source WHERE id = :id AND no <> :no)";

const NAME_FEED: &str = "
    UPDATE feed
       SET id = :id
     WHERE no = :no AND NOT EXISTS (SELECT 1 FROM feed WHERE id = :id AND no <> :no)";

/// Gives rows their names back. It builds the indexes of the table anew, which takes as long
/// as the table is: damage of this kind is rare, and nothing else lets it be mended.
pub fn names(c: &Connection, lost: &LostNames, now: Timestamp) -> rusqlite::Result<()> {
    rename(c, "source", NAME_SOURCE, &lost.sources)?;
    rename(c, "feed", NAME_FEED, &lost.feeds)?;
    outbox::tell_all(c, ChangeKind::Mended, now)
}

fn rename(c: &Connection, table: &str, query: &str, found: &[(i64, String)]) -> rusqlite::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    // An index that disagrees with its table lets nothing be changed.
    c.execute_batch(&format!("REINDEX {table}"))?;
    for (no, name) in found {
        tracing::error!(table, name, "a name was damaged, and is as it was again");
        c.execute(query, named_params! { ":no": no, ":id": name })?;
    }
    Ok(())
}
