//! Figures.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension};

use super::row::{database, feed_id, is_of_one_row};
use super::source_row::{self, STATE};
use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::store::{Error, FeedStatus, Result, SourceStatus, Totals};

const DAY_MS: i64 = 86_400_000;

/// How far back a source's days go, and a feed's.
const SOURCE_DAYS: i64 = 30;
const FEED_DAYS: i64 = 14;

/// See [`Store::sources`](crate::store::Store::sources).
pub fn sources(c: &Connection, now: Timestamp) -> Result<Vec<SourceStatus>> {
    let query = "SELECT source_no, (?1 - first_seen_at) / ?2, count(*) FROM entry
                  WHERE first_seen_at > ?1 - ?2 * ?3 AND first_seen_at <= ?1
                  GROUP BY 1, 2";
    let mut days = histogram(c, query, now, SOURCE_DAYS).map_err(|e| database(&e))?;
    let query = format!("SELECT {STATE}, no, active, entries FROM source ORDER BY id");
    let mut statement = c.prepare_cached(&query).map_err(|e| database(&e))?;
    let mut rows = statement.query([]).map_err(|e| database(&e))?;
    let mut found = Vec::new();
    while let Some(r) = rows.next().map_err(|e| database(&e))? {
        let (source, state) = match source_row::state(r) {
            Ok(read) => read,
            Err(Error::Corrupt(error)) => {
                tracing::warn!(error, "a source whose name is damaged is not shown");
                continue;
            }
            Err(error) => return Err(error),
        };
        let read = || Ok::<_, rusqlite::Error>((r.get::<_, i64>("no")?, r.get("active")?, r.get("entries")?));
        let (no, active, entries) = read().map_err(|e| database(&e))?;
        let days = days.remove(&no).unwrap_or_else(|| vec![0; SOURCE_DAYS as usize]);
        found.push(SourceStatus { source, active, state, entries, days });
    }
    Ok(found)
}

/// Counts by number and age in days, as counts a day, oldest first.
fn histogram(c: &Connection, query: &str, now: Timestamp, days: i64) -> rusqlite::Result<HashMap<i64, Vec<u32>>> {
    let mut found: HashMap<i64, Vec<u32>> = HashMap::new();
    let mut statement = c.prepare_cached(query)?;
    let mut rows = statement.query([now.millis(), DAY_MS, days])?;
    while let Some(r) = rows.next()? {
        let (no, age, count): (i64, i64, u32) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let slots = found.entry(no).or_insert_with(|| vec![0; days as usize]);
        if let Some(slot) = usize::try_from(days - 1 - age).ok().and_then(|at| slots.get_mut(at)) {
            *slot += count;
        }
    }
    Ok(found)
}

/// See [`Store::feeds`](crate::store::Store::feeds).
pub fn feeds(c: &Connection, now: Timestamp) -> Result<Vec<FeedStatus>> {
    let query = "SELECT feed_no, (?1 - sort_at) / ?2, count(*) FROM route
                  WHERE admitted = 1 AND sort_at > ?1 - ?2 * ?3 AND sort_at <= ?1
                  GROUP BY 1, 2";
    let mut days = histogram(c, query, now, FEED_DAYS).map_err(|e| database(&e))?;
    let query = "SELECT no, id, entries, updated_at FROM feed WHERE active = 1 ORDER BY id";
    let mut statement = c.prepare_cached(query).map_err(|e| database(&e))?;
    let mut rows = statement.query([]).map_err(|e| database(&e))?;
    let mut found = Vec::new();
    while let Some(r) = rows.next().map_err(|e| database(&e))? {
        let read = || Ok((r.get(0)?, r.get::<_, String>(1)?, r.get(2)?, r.get::<_, Option<i64>>(3)?));
        let (no, id, entries, updated): (i64, _, _, _) = match read() {
            Ok(read) => read,
            Err(error) if is_of_one_row(&error) => {
                tracing::warn!(%error, "a feed whose figures are damaged is not shown");
                continue;
            }
            Err(error) => return Err(database(&error)),
        };
        let Ok(feed) = feed_id(&id) else {
            tracing::warn!(name = id, "a feed whose name is damaged is not shown");
            continue;
        };
        let days = days.remove(&no).unwrap_or_else(|| vec![0; FEED_DAYS as usize]);
        found.push(FeedStatus { feed, entries, updated_at: updated.map(Timestamp::from_millis), days });
    }
    Ok(found)
}

/// When a feed's document last changed.
pub fn feed_updated_at(c: &Connection, feed: &FeedId) -> Result<Option<Timestamp>> {
    c.query_row("SELECT changed_at FROM feed WHERE id = ?1", [feed.as_str()], |r| r.get::<_, Option<i64>>(0))
        .optional()
        .map(|at| at.flatten().map(Timestamp::from_millis))
        .map_err(|e| database(&e))
}

/// See [`Store::ping`](crate::store::Store::ping).
pub fn ping(c: &Connection) -> Result<()> {
    c.query_row("SELECT count(*) FROM index_state", [], |r| r.get::<_, i64>(0)).map(drop).map_err(|e| database(&e))
}

/// Writes what stands there already, so that nothing changes but the disk.
const PROBE: &str = "UPDATE index_state SET indexed_to = indexed_to";

/// See [`Store::probe`](crate::store::Store::probe).
pub fn probe(c: &Connection) -> Result<()> {
    c.prepare_cached(PROBE).and_then(|mut s| s.execute([])).map(drop).map_err(|e| database(&e))
}

/// See [`Store::totals`](crate::store::Store::totals).
pub fn totals(c: &Connection) -> Result<Totals> {
    let one = |query: &str| c.query_row(query, [], |r| r.get::<_, i64>(0)).map_err(|e| database(&e));
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    let entries = number(one("SELECT coalesce(sum(entries), 0) FROM source")?);
    let unindexed = one("SELECT count(*) FROM entry WHERE id > (SELECT indexed_to FROM index_state)")?
        + one("SELECT count(*) FROM reindex")?;
    Ok(Totals {
        entries,
        // Until copies are folded, every entry is a story of its own.
        stories: entries,
        bytes: number(one("PRAGMA page_count")? * one("PRAGMA page_size")?),
        schema: super::SCHEMA,
        unindexed: number(unindexed),
    })
}

/// See [`Store::poll_counts`](crate::store::Store::poll_counts).
pub fn poll_counts(c: &Connection) -> Result<BTreeMap<String, u64>> {
    let run = || -> rusqlite::Result<BTreeMap<String, u64>> {
        c.prepare_cached("SELECT kind, polls FROM tally")?.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect()
    };
    run().map_err(|e| database(&e))
}
