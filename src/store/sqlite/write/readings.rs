//! What was read of entries as wire copy.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::model::newswire::WireEdition;
use crate::store::prepared::{PreparedReading, WrittenReading};
use crate::store::rules::{Reread, reread};
use crate::store::sqlite::past::{history, in_force};
use crate::store::sqlite::read::row::readable_name;
use crate::store::sqlite::write::outbox;
use crate::store::{ChangeKind, EditionRead, Rereading, Result};

const SET: &str = "
    INSERT INTO newswire (entry_id, version, edition, wire, release_number, notice, reading)
    VALUES (:entry, :version, :edition, :wire, :release_number, :notice, :reading)
    ON CONFLICT (entry_id)
    DO UPDATE SET version = excluded.version, edition = excluded.edition, wire = excluded.wire,
                  release_number = excluded.release_number, notice = excluded.notice, reading = excluded.reading";

const DROP: &str = "DELETE FROM newswire WHERE entry_id = :entry";

/// Writes what was read of an entry's text; without, it waits to be read.
pub fn set(c: &Connection, entry: EntryId, reading: Option<&WrittenReading>) -> rusqlite::Result<()> {
    let Some(reading) = reading else {
        return c.prepare_cached(DROP)?.execute(named_params! { ":entry": entry.0 }).map(drop);
    };
    let row = named_params! {
        ":entry": entry.0, ":version": reading.version, ":edition": reading.edition, ":wire": reading.wire,
        ":release_number": reading.release_number, ":notice": reading.notice, ":reading": reading.bytes,
    };
    c.prepare_cached(SET)?.execute(row).map(drop)
}

const EDITIONS: &str = "
    SELECT t.entry_id, s.id AS source, w.edition
      FROM text t
      JOIN entry e ON e.id = t.entry_id
      JOIN source s ON s.no = e.source_no
      LEFT JOIN newswire w ON w.entry_id = t.entry_id
     WHERE t.entry_id < :before
     ORDER BY t.entry_id DESC
     LIMIT :limit";

/// See [`Readings::editions_read`](crate::store::Readings::editions_read).
pub fn editions(c: &Connection, before: Option<EntryId>, limit: usize) -> Result<Vec<EditionRead>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let page = named_params! { ":before": before.map_or(i64::MAX, |id| id.0), ":limit": limit };
    let mut statement = c.prepare_cached(EDITIONS)?;
    let mut rows = statement.query(page)?;
    let mut found = Vec::new();
    while let Some(r) = rows.next()? {
        // Whose name is damaged is nobody's until its source is configured again.
        let Some(source) = readable_name(r.get("source"))? else { continue };
        let edition: Option<i64> = r.get("edition")?;
        found.push(EditionRead { entry: EntryId(r.get("entry_id")?), source, edition: edition.map(WireEdition) });
    }
    Ok(found)
}

const BEFORE: &str = "SELECT version, reading FROM newswire WHERE entry_id = :entry";

const SHOWN_IN: &str = "
    SELECT feed_no
      FROM route
     WHERE entry_id = :entry AND admitted = 1";

/// See [`Readings::read_again`](crate::store::Readings::read_again).
pub fn read_again(c: &Connection, readings: &[PreparedReading], at: Timestamp) -> Result<()> {
    let mut shown_in: BTreeSet<i64> = BTreeSet::new();
    for PreparedReading { entry, reading } in readings {
        let current = history::current(c, *entry)?;
        if current.is_none_or(|version| version.0.cast_signed() != reading.version) {
            continue;
        }
        let it = named_params! { ":entry": entry.0 };
        let read = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?));
        let before: Option<(i64, Vec<u8>)> = c.prepare_cached(BEFORE)?.query_row(it, read).optional()?;
        set(c, *entry, Some(reading))?;
        let before = before.as_ref().map(|(version, bytes)| (*version, bytes.as_slice()));
        let Reread { decide_again, is_shown } = reread(before, (reading.version, &reading.bytes));
        if decide_again {
            in_force::decide(c, *entry)?;
        }
        if is_shown {
            let mut feeds = c.prepare_cached(SHOWN_IN)?;
            let feeds = feeds.query_map(it, |r| r.get::<_, i64>(0))?;
            for feed in feeds {
                shown_in.insert(feed?);
            }
        }
    }
    for feed in shown_in {
        outbox::tell(c, feed, None, ChangeKind::Followed, at)?;
    }
    Ok(())
}

const REREADING: &str = "SELECT rules, done_to, looked, read, began_at, ended_at FROM rereading";

/// See [`Readings::rereading`](crate::store::Readings::rereading).
pub fn rereading(c: &Connection) -> Result<Option<Rereading>> {
    let read = |r: &rusqlite::Row<'_>| {
        Ok(Rereading {
            rules: r.get("rules")?,
            done_to: r.get::<_, Option<i64>>("done_to")?.map(EntryId),
            looked: r.get("looked")?,
            read: r.get("read")?,
            began_at: Timestamp::from_millis(r.get("began_at")?),
            ended_at: r.get::<_, Option<i64>>("ended_at")?.map(Timestamp::from_millis),
        })
    };
    Ok(c.prepare_cached(REREADING)?.query_row([], read).optional()?)
}

const NOTE_REREADING: &str = "
    INSERT OR REPLACE INTO rereading (one, rules, done_to, looked, read, began_at, ended_at)
    VALUES (1, :rules, :done_to, :looked, :read, :began_at, :ended_at)";

/// See [`Readings::note_rereading`](crate::store::Readings::note_rereading).
pub fn note_rereading(c: &Connection, rereading: &Rereading) -> Result<()> {
    let Rereading { rules, done_to, looked, read, began_at, ended_at } = rereading;
    let row = named_params! {
        ":rules": rules, ":done_to": done_to.map(|id| id.0), ":looked": looked, ":read": read,
        ":began_at": began_at.millis(), ":ended_at": ended_at.map(Timestamp::millis),
    };
    Ok(c.prepare_cached(NOTE_REREADING)?.execute(row).map(drop)?)
}
