//! Figures: kept in the transactions that change what they count, never counted here.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::clock::Timestamp;
use crate::model::{FeedId, SourceId};
use crate::store::rules::{DayCounts, FEED_DAYS, SOURCE_DAYS};
use crate::store::sqlite::read::row::is_of_one_row;
use crate::store::sqlite::read::source_row::{self, state_columns};
use crate::store::{Census, Error, FeedStatus, Result, SourceStatus, SourcesWanted, Totals, Which};

const DAYS_OF_SOURCE: &str = "
    SELECT day, entries
      FROM source_day
     WHERE source_no = :no AND day > :before";

const DAYS_OF_FEED: &str = "
    SELECT day, entries
      FROM feed_day
     WHERE feed_no = :no AND day > :before";

/// No page shows the windows of sources.
const ALL: &str = concat!(
    "
    SELECT ",
    state_columns!("NULL AS window"),
    ", no, active, entries
      FROM source
     WHERE id > :after
     ORDER BY id"
);

const ACTIVE: &str = concat!(
    "
    SELECT ",
    state_columns!("NULL AS window"),
    ", no, active, entries
      FROM source
     WHERE active = 1 AND id > :after
     ORDER BY id"
);

const FAILING: &str = concat!(
    "
    SELECT ",
    state_columns!("NULL AS window"),
    ", no, active, entries
      FROM source
     WHERE active = 1 AND failures > 0 AND id > :after
     ORDER BY id"
);

const OVER: &str = concat!(
    "
    SELECT ",
    state_columns!("NULL AS window"),
    ", no, active, entries
      FROM source
     WHERE active = 1 AND over_at IS NOT NULL AND id > :after
     ORDER BY id"
);

const ONE: &str = concat!(
    "
    SELECT ",
    state_columns!(),
    ", no, active, entries
      FROM source
     WHERE id = :id"
);

/// See [`Figures::sources_page`](crate::store::Figures::sources_page).
pub fn sources_page(c: &Connection, wanted: &SourcesWanted, now: Timestamp) -> Result<Vec<SourceStatus>> {
    let query = match wanted.which {
        Which::All => ALL,
        Which::Active => ACTIVE,
        Which::Failing => FAILING,
        Which::Over => OVER,
    };
    let after = wanted.after.as_ref().map_or("", SourceId::as_str);
    let mut statement = c.prepare_cached(query)?;
    let mut rows = statement.query(named_params! { ":after": after })?;
    let mut found = Vec::new();
    // A row that cannot be shown does not end the page.
    while found.len() < wanted.limit {
        let Some(row) = rows.next()? else { break };
        found.extend(shown(c, row, now)?);
    }
    Ok(found)
}

/// See [`Figures::source`](crate::store::Figures::source).
pub fn source(c: &Connection, source: &SourceId, now: Timestamp) -> Result<Option<SourceStatus>> {
    let mut statement = c.prepare_cached(ONE)?;
    let mut rows = statement.query(named_params! { ":id": source.as_str() })?;
    let Some(row) = rows.next()? else { return Ok(None) };
    shown(c, row, now)
}

/// A source off its row, unless its name is damaged.
fn shown(c: &Connection, row: &Row<'_>, now: Timestamp) -> Result<Option<SourceStatus>> {
    let (source, state) = match source_row::state(row) {
        Ok(read) => read,
        Err(Error::Corrupt(error)) => {
            tracing::warn!(error, "a source whose name is damaged is not shown");
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let days = days(c, DAYS_OF_SOURCE, row.get("no")?, now, SOURCE_DAYS)?;
    Ok(Some(SourceStatus { source, active: row.get("active")?, state, entries: row.get("entries")?, days }))
}

/// Counts a day, oldest first, the last of them today's.
fn days(c: &Connection, query: &str, no: i64, now: Timestamp, days: i64) -> rusqlite::Result<Vec<u32>> {
    let mut counts = DayCounts::until(now, days);
    let mut statement = c.prepare_cached(query)?;
    let mut rows = statement.query(named_params! { ":no": no, ":before": counts.before })?;
    while let Some(r) = rows.next()? {
        counts.note(r.get(0)?, r.get(1)?);
    }
    Ok(counts.counts())
}

/// Left to itself, SQLite counts who is over a budget by the index of due times, and looks
/// at every row.
const CENSUS: &str = "
    SELECT sources, failing,
           (SELECT count(*)
              FROM source INDEXED BY source_stale
             WHERE active = 1 AND stale_at IS NOT NULL AND stale_at < :now),
           (SELECT count(*)
              FROM source INDEXED BY source_over
             WHERE active = 1 AND over_at IS NOT NULL)
      FROM figures";

/// See [`Figures::census`](crate::store::Figures::census).
pub fn census(c: &Connection, now: Timestamp) -> Result<Census> {
    let read = |r: &Row<'_>| Ok(Census { sources: r.get(0)?, failing: r.get(1)?, stale: r.get(2)?, over: r.get(3)? });
    Ok(c.prepare_cached(CENSUS)?.query_row(named_params! { ":now": now.millis() }, read)?)
}

const FEED: &str = "
    SELECT no, entries, updated_at
      FROM feed
     WHERE id = :id AND active = 1";

/// See [`Figures::feeds`](crate::store::Figures::feeds).
pub fn feeds(c: &Connection, feeds: &[FeedId], now: Timestamp) -> Result<Vec<FeedStatus>> {
    let mut statement = c.prepare_cached(FEED)?;
    let mut found = Vec::new();
    for feed in feeds {
        let read = |r: &Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get::<_, Option<i64>>(2)?));
        let row = statement.query_row(named_params! { ":id": feed.as_str() }, read).optional();
        let (no, entries, updated) = match row {
            Ok(Some(row)) => row,
            Ok(None) => continue,
            Err(error) if is_of_one_row(&error) => {
                tracing::warn!(feed.id = feed.as_str(), %error, "a feed whose figures are damaged is not shown");
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let days = days(c, DAYS_OF_FEED, no, now, FEED_DAYS)?;
        let updated_at = updated.map(Timestamp::from_millis);
        found.push(FeedStatus { feed: feed.clone(), entries, updated_at, days });
    }
    Ok(found)
}

const PING: &str = "SELECT count(*) FROM figures";

/// See [`Upkeep::ping`](crate::store::Upkeep::ping).
pub fn ping(c: &Connection) -> Result<()> {
    c.query_row(PING, [], |r| r.get::<_, i64>(0))?;
    Ok(())
}

/// Writes what stands there already, so that nothing changes but the disk.
const PROBE: &str = "UPDATE figures SET entries = entries";

/// See [`Upkeep::probe`](crate::store::Upkeep::probe).
pub fn probe(c: &Connection) -> Result<()> {
    c.prepare_cached(PROBE)?.execute([])?;
    Ok(())
}

/// So many are counted at most: it is asked with every look at the figures.
const UNINDEXED: &str = "SELECT count(*) FROM (SELECT 1 FROM unindexed LIMIT 100000)";

const ENTRIES: &str = "SELECT entries FROM figures";

/// See [`Figures::totals`](crate::store::Figures::totals).
pub fn totals(c: &Connection) -> Result<Totals> {
    let one = |query: &str| c.query_row(query, [], |r| r.get::<_, i64>(0));
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    let entries = number(one(ENTRIES)?);
    Ok(Totals {
        entries,
        // Until copies are folded, every entry is a story of its own.
        stories: entries,
        bytes: number(one("PRAGMA page_count")? * one("PRAGMA page_size")?),
        schema: crate::store::sqlite::SCHEMA,
        unindexed: number(one(UNINDEXED)?),
    })
}

const TALLIES: &str = "SELECT kind, polls FROM tally";

/// See [`Figures::poll_counts`](crate::store::Figures::poll_counts).
pub fn poll_counts(c: &Connection) -> Result<BTreeMap<String, u64>> {
    Ok(c.prepare_cached(TALLIES)?.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?)
}
