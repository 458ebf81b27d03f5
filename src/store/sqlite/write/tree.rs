//! Trees of filters' expressions, each kept once.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::store::Result;
use crate::store::codec::Trees;

const KEEP: &str = "INSERT OR IGNORE INTO tree VALUES (:hash, :parts)";

/// Keeps those that are not kept yet.
pub fn keep(c: &Connection, trees: &Trees) -> rusqlite::Result<()> {
    for (hash, parts) in trees.iter() {
        c.prepare_cached(KEEP)?.execute(named_params! { ":hash": hash, ":parts": parts })?;
    }
    Ok(())
}

const FIND: &str = "SELECT parts FROM tree WHERE hash = :hash";

/// The one that is kept under `hash`.
pub fn find(c: &Connection, hash: i64) -> Result<Option<String>> {
    Ok(c.prepare_cached(FIND)?.query_row(named_params! { ":hash": hash }, |r| r.get(0)).optional()?)
}
