//! The desk's own line: since when no source can be reached.

use rusqlite::{Connection, OptionalExtension};

use crate::clock::Timestamp;
use crate::store::Result;

/// See [`Store::offline_since`](crate::store::Store::offline_since).
pub fn offline_since(c: &Connection) -> Result<Option<Timestamp>> {
    let read = || -> rusqlite::Result<Option<Option<i64>>> {
        c.prepare_cached("SELECT offline_at FROM line")?.query_row([], |r| r.get(0)).optional()
    };
    Ok(read()?.flatten().map(Timestamp::from_millis))
}

const NOTE: &str = "
    INSERT INTO line (one, offline_at) VALUES (1, ?1)
    ON CONFLICT (one)
    DO UPDATE SET offline_at = excluded.offline_at";

/// See [`Store::note_line`](crate::store::Store::note_line).
pub fn note(c: &Connection, offline_since: Option<Timestamp>) -> Result<()> {
    let at = offline_since.map(Timestamp::millis);
    c.prepare_cached(NOTE)?.execute([at])?;
    Ok(())
}
