//! Trees of filters' expressions, each kept once.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::Result;
use crate::store::codec::Trees;

/// Keeps those that are not kept yet.
pub fn keep(c: &Connection, trees: &Trees) -> rusqlite::Result<()> {
    for (hash, parts) in trees.iter() {
        c.prepare_cached("INSERT OR IGNORE INTO tree VALUES (?1, ?2)")?.execute(params![hash, parts])?;
    }
    Ok(())
}

/// The one that is kept under `hash`.
pub fn find(c: &Connection, hash: i64) -> Result<Option<String>> {
    Ok(c.prepare_cached("SELECT parts FROM tree WHERE hash = ?1")?.query_row([hash], |r| r.get(0)).optional()?)
}
