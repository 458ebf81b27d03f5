//! The past as a whole: entry by entry, newest first, with their texts.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, Row, Statement, ToSql, params};
use xxhash_rust::xxh3::xxh3_64;

use super::published::{PUBLISHED, Reader};
use super::row::{is_of_one_row, key, source_id};
use crate::clock::Timestamp;
use crate::limits::PAGE_TEXTS;
use crate::model::{Entry, EntryId, EntryKey, FeedId, Published, SourceId, bounds};
use crate::store::codec::Decoder;
use crate::store::{Error, Kept, Result, TextHash};

/// Columns of `entry e` and `text t` that [`kept`] reads.
pub const KEPT: &str = "e.id, e.source_no, e.key, e.first_seen_at, t.body";

const HISTORY: &str = "
    SELECT e.id, e.source_no, e.key, e.first_seen_at, t.body
      FROM text t JOIN entry e ON e.id = t.entry_id
     WHERE t.entry_id < ?1
     ORDER BY t.entry_id DESC
     LIMIT ?2";

/// See [`Store::history`](crate::store::Store::history).
pub fn history(c: &Connection, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
    let mut statement = c.prepare_cached(HISTORY)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    kept_within(c, &mut statement, params![before.map_or(i64::MAX, |id| id.0), limit], PAGE_TEXTS.count())
}

const ONE: &str = "
    SELECT e.id, e.source_no, e.key, e.first_seen_at, t.body
      FROM text t JOIN entry e ON e.id = t.entry_id
     WHERE t.entry_id = ?1";

/// See [`Store::kept`](crate::store::Store::kept).
pub fn kept_of(c: &Connection, entries: &[EntryId]) -> Result<Vec<Kept>> {
    let mut statement = c.prepare_cached(ONE)?;
    let one = |id: &EntryId| kept(c, &mut statement, params![id.0]);
    Ok(entries.iter().map(one).collect::<Result<Vec<_>>>()?.concat())
}

/// Runs a statement whose rows begin with [`KEPT`], and decodes them.
pub fn kept(c: &Connection, statement: &mut Statement<'_>, params: &[&dyn ToSql]) -> Result<Vec<Kept>> {
    kept_within(c, statement, params, usize::MAX)
}

/// The same, until their fields hold `most` bytes; one at least.
fn kept_within(c: &Connection, statement: &mut Statement<'_>, params: &[&dyn ToSql], most: usize) -> Result<Vec<Kept>> {
    let mut weight = 0;
    let mut sources: HashMap<i64, Option<SourceId>> = HashMap::new();
    let mut decoder = Decoder::new();
    let mut found = Vec::new();
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        let (id, no, key, seen) = match numbers(row) {
            Ok(numbers) => numbers,
            Err(error) if is_of_one_row(&error) => {
                tracing::warn!(%error, "a damaged entry is gone past");
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let source = match sources.get(&no) {
            Some(known) => known.clone(),
            None => {
                let source = source_of(c, no)?;
                sources.insert(no, source.clone());
                source
            }
        };
        // Whose name is damaged is nobody's until its source is configured again.
        let Some(source) = source else { continue };
        let body = row.get_ref(4)?.as_blob().unwrap_or_default();
        let Some(entry) = whole(id, decoder.entry(body, key))? else { continue };
        let version = version(body);
        weight += bounds::weight(&entry);
        found.push(Kept { id: EntryId(id), source, first_seen_at: Timestamp::from_millis(seen), entry, version });
        if weight > most {
            break;
        }
    }
    Ok(found)
}

/// A text that could be decoded. A damaged one costs itself alone: those who go
/// through many go past it, and `verify` names it.
pub fn whole(id: i64, text: Result<Entry>) -> Result<Option<Entry>> {
    match text {
        Ok(entry) => Ok(Some(entry)),
        Err(Error::Corrupt(error)) => {
            tracing::warn!(entry = id, error, "a damaged text is gone past");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Which text a stored body is.
pub fn version(body: &[u8]) -> TextHash {
    TextHash(xxh3_64(body))
}

/// Which text an entry has now; `None` where it was pruned.
pub fn current(c: &Connection, entry: EntryId) -> rusqlite::Result<Option<TextHash>> {
    let read = |r: &Row<'_>| Ok(version(r.get_ref(0)?.as_blob().unwrap_or_default()));
    c.prepare_cached("SELECT body FROM text WHERE entry_id = ?1")?.query_row([entry.0], read).optional()
}

fn numbers(row: &Row<'_>) -> rusqlite::Result<(i64, i64, EntryKey, i64)> {
    let id = row.get(0)?;
    Ok((id, row.get(1)?, key(row, 2, id)?, row.get(3)?))
}

fn source_of(c: &Connection, no: i64) -> Result<Option<SourceId>> {
    let name = || c.prepare_cached("SELECT id FROM source WHERE no = ?1")?.query_row([no], |r| r.get::<_, String>(0));
    let name = match name() {
        Err(error) if is_of_one_row(&error) => Err(Error::Corrupt(error.to_string())),
        other => other.map_err(Error::from).and_then(|name| source_id(&name)),
    };
    match name {
        Ok(name) => Ok(Some(name)),
        Err(Error::Corrupt(error)) => {
            tracing::warn!(error, "entries of a source whose name is damaged are gone past");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

const MEMBERS: &str = "
    SELECT entry_id FROM route
     WHERE feed_no = (SELECT no FROM feed WHERE id = ?1) AND admitted = 1 AND entry_id BETWEEN ?2 AND ?3";

/// See [`Store::members`](crate::store::Store::members).
pub fn members(c: &Connection, feed: &FeedId, range: &RangeInclusive<EntryId>) -> Result<HashSet<EntryId>> {
    Ok(c.prepare_cached(MEMBERS)?
        .query_map(params![feed.as_str(), range.start().0, range.end().0], |r| r.get(0).map(EntryId))?
        .collect::<rusqlite::Result<_>>()?)
}

/// See [`Store::published`](crate::store::Store::published).
pub fn published(c: &Connection, entries: &[EntryId]) -> Result<Vec<Published>> {
    let query = format!(
        "SELECT {PUBLISHED}, e.first_seen_at, NULL
           FROM entry e JOIN source s ON s.no = e.source_no JOIN text t ON t.entry_id = e.id
          WHERE e.id = ?1"
    );
    let mut statement = c.prepare_cached(&query)?;
    let (mut reader, mut found) = (Reader::new(), Vec::with_capacity(entries.len()));
    for id in entries {
        let mut rows = statement.query([id.0])?;
        if let Some(row) = rows.next()? {
            found.extend(reader.whole(row)?);
        }
    }
    Ok(found)
}
