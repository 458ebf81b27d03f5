//! The past as a whole: entry by entry, newest first, with their texts.

use std::collections::hash_map::Entry as Slot;
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use rusqlite::{Connection, OptionalExtension, Row, Statement, ToSql, named_params};
use xxhash_rust::xxh3::xxh3_64;

use crate::clock::Timestamp;
use crate::limits::PAGE_TEXTS;
use crate::model::{EntryId, EntryKey, FeedId, Published, SourceId, bounds};
use crate::store::codec::{Decoder, Reader, whole};
use crate::store::sqlite::read::published::{published_columns, published_row, reading};
use crate::store::sqlite::read::row::{is_of_one_row, key, readable_name};
use crate::store::{Kept, Result, TextHash};

const HISTORY: &str = "
    SELECT e.id, e.source_no, e.key, e.first_seen_at, t.body,
           w.version AS read_version, w.edition AS read_edition, w.reading
      FROM text t
      JOIN entry e ON e.id = t.entry_id
      LEFT JOIN newswire w ON w.entry_id = t.entry_id
     WHERE t.entry_id < :before
     ORDER BY t.entry_id DESC
     LIMIT :limit";

/// See [`Past::history`](crate::store::Past::history).
pub fn history(c: &Connection, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
    let mut statement = c.prepare_cached(HISTORY)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let page = named_params! { ":before": before.map_or(i64::MAX, |id| id.0), ":limit": limit };
    kept_within(c, &mut statement, page, PAGE_TEXTS.count())
}

const ONE: &str = "
    SELECT e.id, e.source_no, e.key, e.first_seen_at, t.body,
           w.version AS read_version, w.edition AS read_edition, w.reading
      FROM text t
      JOIN entry e ON e.id = t.entry_id
      LEFT JOIN newswire w ON w.entry_id = t.entry_id
     WHERE t.entry_id = :entry";

/// See [`Entries::kept`](crate::store::Entries::kept).
pub fn kept_of(c: &Connection, entries: &[EntryId]) -> Result<Vec<Kept>> {
    let mut statement = c.prepare_cached(ONE)?;
    let one = |id: &EntryId| kept(c, &mut statement, named_params! { ":entry": id.0 });
    Ok(entries.iter().map(one).collect::<Result<Vec<_>>>()?.concat())
}

/// Runs a statement with the columns of [`HISTORY`], and decodes its rows.
pub fn kept(c: &Connection, statement: &mut Statement<'_>, params: &[(&str, &dyn ToSql)]) -> Result<Vec<Kept>> {
    kept_within(c, statement, params, usize::MAX)
}

/// The same, until their fields hold `most` bytes; one at least.
fn kept_within(
    c: &Connection,
    statement: &mut Statement<'_>,
    params: &[(&str, &dyn ToSql)],
    most: usize,
) -> Result<Vec<Kept>> {
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
        let source = match sources.entry(no) {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(new) => new.insert(source_of(c, no)?),
        };
        // Whose name is damaged is nobody's until its source is configured again.
        let Some(source) = source.clone() else { continue };
        let body = row.get_ref("body")?.as_blob().unwrap_or_default();
        let Some(entry) = whole(id, decoder.with_reading(body, key, reading(row)?))? else { continue };
        let version = version(body);
        weight += bounds::stored_weight(&entry);
        found.push(Kept { id: EntryId(id), source, first_seen_at: Timestamp::from_millis(seen), entry, version });
        if weight > most {
            break;
        }
    }
    Ok(found)
}

/// Which text a stored body is.
pub fn version(body: &[u8]) -> TextHash {
    TextHash(xxh3_64(body))
}

const TEXT: &str = "SELECT body FROM text WHERE entry_id = :entry";

/// Which text an entry has now; `None` where it was pruned.
pub fn current(c: &Connection, entry: EntryId) -> rusqlite::Result<Option<TextHash>> {
    let read = |r: &Row<'_>| Ok(version(r.get_ref(0)?.as_blob().unwrap_or_default()));
    c.prepare_cached(TEXT)?.query_row(named_params! { ":entry": entry.0 }, read).optional()
}

fn numbers(row: &Row<'_>) -> rusqlite::Result<(i64, i64, EntryKey, i64)> {
    let id = row.get("id")?;
    Ok((id, row.get("source_no")?, key(row, id)?, row.get("first_seen_at")?))
}

const SOURCE: &str = "SELECT id FROM source WHERE no = :no";

fn source_of(c: &Connection, no: i64) -> Result<Option<SourceId>> {
    let name = || c.prepare_cached(SOURCE)?.query_row(named_params! { ":no": no }, |r| r.get::<_, String>(0));
    readable_name(name())
}

const MEMBERS: &str = "
    SELECT entry_id
      FROM route
     WHERE feed_no = (SELECT no FROM feed WHERE id = :feed) AND admitted = 1 AND entry_id BETWEEN :first AND :last";

/// See [`Entries::members`](crate::store::Entries::members).
pub fn members(c: &Connection, feed: &FeedId, range: &RangeInclusive<EntryId>) -> Result<HashSet<EntryId>> {
    let range = named_params! { ":feed": feed.as_str(), ":first": range.start().0, ":last": range.end().0 };
    Ok(c.prepare_cached(MEMBERS)?.query_map(range, |r| r.get(0).map(EntryId))?.collect::<rusqlite::Result<_>>()?)
}

const ONE_PUBLISHED: &str = concat!(
    "
    SELECT ",
    published_columns!(),
    ", e.first_seen_at AS sort_at, NULL AS evidence
      FROM entry e
      JOIN source s ON s.no = e.source_no
      JOIN text t ON t.entry_id = e.id
      LEFT JOIN newswire w ON w.entry_id = e.id
     WHERE e.id = :id"
);

/// See [`Entries::published`](crate::store::Entries::published).
pub fn published(c: &Connection, entries: &[EntryId]) -> Result<Vec<Published>> {
    let mut statement = c.prepare_cached(ONE_PUBLISHED)?;
    let (mut reader, mut found) = (Reader::new(), Vec::with_capacity(entries.len()));
    for id in entries {
        let mut rows = statement.query(named_params! { ":id": id.0 })?;
        if let Some(row) = rows.next()? {
            found.extend(reader.whole(id.0, published_row(row))?);
        }
    }
    Ok(found)
}
