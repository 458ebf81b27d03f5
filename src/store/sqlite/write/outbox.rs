//! The outbox: changes that readers can see.
//!
//! There is one writer at a time, so numbers ascend as transactions are committed. A
//! change that is undone takes its number back, and pruning goes from the oldest on, so
//! the numbers that are kept have no gap between them.

use rusqlite::{Connection, Row, named_params};

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::codec::{self, feed_id, kind_code};
use crate::store::sqlite::read::row::is_of_one_row;
use crate::store::{ChangeKind, Changes, Continuity, FeedChange, Result, Seq};

const TELL: &str = "
    INSERT INTO change (feed_no, entry_id, kind, at)
    VALUES (:feed, :entry, :kind, :at)";

/// Tells of a change of the feed of that number.
pub fn tell(
    c: &Connection,
    feed: i64,
    entry: Option<EntryId>,
    kind: ChangeKind,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let entry = entry.map(|id| id.0);
    c.prepare_cached(TELL)?
        .execute(named_params! { ":feed": feed, ":entry": entry, ":kind": kind_code(kind), ":at": at.millis() })
        .map(drop)
}

/// What became of an entry in the feed of that number.
pub type ToldEntry = (i64, EntryId, ChangeKind);

const TELL_OF_ENTRIES: &str = "
    INSERT INTO change (feed_no, entry_id, kind, at)
    SELECT :feed, value, :kind, :at
      FROM json_each(:entries)";

/// Tells what became of entries: many at once, for a row by itself costs four times as much.
pub fn tell_of_entries(c: &Connection, mut seen: Vec<ToldEntry>, at: Timestamp) -> rusqlite::Result<()> {
    seen.sort_unstable_by_key(|(feed, entry, kind)| (*feed, kind_code(*kind), *entry));
    for alike in seen.chunk_by(|(feed, _, kind), (other, _, another)| (feed, kind) == (other, another)) {
        let Some((feed, _, kind)) = alike.first() else { continue };
        let entries: Vec<String> = alike.iter().map(|(_, entry, _)| entry.0.to_string()).collect();
        c.prepare_cached(TELL_OF_ENTRIES)?.execute(named_params! {
            ":feed": feed, ":kind": kind_code(*kind), ":at": at.millis(), ":entries": format!("[{}]", entries.join(",")),
        })?;
    }
    Ok(())
}

const TELL_ALL: &str = "
    INSERT INTO change (feed_no, kind, at)
    SELECT no, :kind, :at
      FROM feed
     WHERE active = 1";

/// Tells that each feed changed as a whole.
pub fn tell_all(c: &Connection, kind: ChangeKind, at: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached(TELL_ALL)?.execute(named_params! { ":kind": kind_code(kind), ":at": at.millis() }).map(drop)
}

const NEWEST: &str = "SELECT coalesce(max(seq), 0) FROM change";

/// See [`Outbox::newest_change`](crate::store::Outbox::newest_change).
pub fn newest(c: &Connection) -> rusqlite::Result<Seq> {
    c.prepare_cached(NEWEST)?.query_row([], |r| r.get(0).map(Seq))
}

const CHANGES: &str = "
    SELECT c.seq, c.entry_id, c.kind, c.at, f.id AS feed
      FROM change c LEFT JOIN feed f ON f.no = c.feed_no
     WHERE c.seq > :after
     ORDER BY c.seq
     LIMIT :limit";

/// See [`Outbox::changes`](crate::store::Outbox::changes).
pub fn changes(c: &Connection, after: Seq, limit: usize) -> Result<Changes> {
    let mut found = Changes { all: Vec::new(), next: after, continuity: Continuity::Whole };
    let mut statement = c.prepare_cached(CHANGES)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(named_params! { ":after": after.0, ":limit": limit })?;
    while let Some(row) = rows.next()? {
        let seq = Seq(row.get("seq")?);
        let is_next = seq.0 - 1 == found.next.0;
        found.next = seq;
        match read(row, seq)? {
            Some(change) if is_next => found.all.push(change),
            change => {
                found.continuity = Continuity::Cut;
                found.all.extend(change);
            }
        }
    }
    if found.next == after && newest(c)? < after {
        // A copy from before was put in this store's place.
        found = Changes { next: newest(c)?, continuity: Continuity::Cut, ..found };
    }
    Ok(found)
}

/// A change, where its row is not damaged.
fn read(row: &Row<'_>, seq: Seq) -> Result<Option<FeedChange>> {
    let columns = || -> rusqlite::Result<(String, Option<i64>, i64, i64)> {
        Ok((row.get("feed")?, row.get("entry_id")?, row.get("kind")?, row.get("at")?))
    };
    let (feed, entry, kind, at) = match columns() {
        Err(error) if is_of_one_row(&error) => return Ok(None),
        columns => columns?,
    };
    let (Ok(feed), Some(kind)) = (feed_id(&feed), codec::kind(kind)) else { return Ok(None) };
    Ok(Some(FeedChange { seq, feed, entry: entry.map(EntryId), kind, at: Timestamp::from_millis(at) }))
}

const OLDEST: &str = "
    SELECT seq, at
      FROM change
     WHERE seq < (SELECT max(seq) FROM change)
     ORDER BY seq
     LIMIT :limit";

const FORGET: &str = "DELETE FROM change WHERE seq <= :last";

/// See [`Outbox::prune_changes`](crate::store::Outbox::prune_changes).
pub fn prune(c: &Connection, before: Timestamp, limit: usize) -> Result<usize> {
    let mut statement = c.prepare_cached(OLDEST)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(named_params! { ":limit": limit })?;
    let mut last = None;
    while let Some(row) = rows.next()? {
        // One whose time cannot be read keeps nothing.
        if row.get::<_, i64>("at").is_ok_and(|at| at >= before.millis()) {
            break;
        }
        last = Some(row.get::<_, i64>("seq")?);
    }
    drop(rows);
    let Some(last) = last else { return Ok(0) };
    Ok(c.prepare_cached(FORGET)?.execute(named_params! { ":last": last })?)
}
