//! The desk's own line: since when no source can be reached.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::clock::Timestamp;
use crate::store::Result;

const SINCE: &str = "SELECT offline_at FROM line";

/// See [`Figures::offline_since`](crate::store::Figures::offline_since).
pub fn offline_since(c: &Connection) -> Result<Option<Timestamp>> {
    let at: Option<Option<i64>> = c.prepare_cached(SINCE)?.query_row([], |r| r.get(0)).optional()?;
    Ok(at.flatten().map(Timestamp::from_millis))
}

const NOTE: &str = "
    INSERT INTO line (one, offline_at)
    VALUES (1, :at)
    ON CONFLICT (one)
    DO UPDATE SET offline_at = excluded.offline_at";

/// See [`Figures::note_line`](crate::store::Figures::note_line).
pub fn note(c: &Connection, offline_since: Option<Timestamp>) -> Result<()> {
    let at = offline_since.map(Timestamp::millis);
    c.prepare_cached(NOTE)?.execute(named_params! { ":at": at })?;
    Ok(())
}
