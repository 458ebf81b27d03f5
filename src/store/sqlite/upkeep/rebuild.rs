//! The store built anew where it stands: as small as it can be, or with its
//! search index made again. Both are for one who works on it alone.

use std::path::Path;

use rusqlite::Connection;

use crate::store::sqlite::file::files::resolve;
use crate::store::sqlite::file::lock::Lock;
use crate::store::sqlite::file::opened::SqliteStore;
use crate::store::sqlite::file::{migrate, open};
use crate::store::{Error, Result};

/// How large a store was in bytes, and is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compacted {
    /// Before.
    pub before: u64,
    /// Now.
    pub after: u64,
}

const OPTIMIZE: &str = "INSERT INTO search (search) VALUES ('optimize')";

/// Makes the store at `path` as small as it can be. It is written anew in one
/// transaction: whatever cuts that short, the store is as it was.
///
/// # Errors
/// Another process works on the store, there is no room for it beside itself, or
/// it is damaged.
pub fn compact(path: &Path) -> Result<Compacted> {
    drop(SqliteStore::look(path)?);
    let lock = Lock::take(path)?;
    let real = resolve(path);
    let connection = open::writing(path)?;
    migrate::check(&connection, &path.display().to_string())?;
    let size = || std::fs::metadata(&real).map_or(0, |data| data.len());
    let run = || -> rusqlite::Result<Compacted> {
        write_back(&connection)?;
        let before = size();
        // What is written anew is as large as the store, and is made beside it
        // (`open::writing`).
        connection.execute_batch(OPTIMIZE)?;
        connection.execute_batch("VACUUM")?;
        write_back(&connection)?;
        Ok(Compacted { before, after: size() })
    };
    let done = run().map_err(|e| match e.into() {
        Error::Full(said) => Error::Full(format!(
            "{said}; the store is as it was: it needs room for itself twice more on its own disk while it is made small"
        )),
        other => other,
    });
    drop(connection);
    drop(lock);
    done
}

fn write_back(c: &Connection) -> rusqlite::Result<()> {
    c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// As the migrations leave it, with all texts waiting for it.
const INDEX: &str = "
    CREATE VIRTUAL TABLE search USING fts5 (
        words, content = '', contentless_delete = 1, tokenize = 'ascii', detail = full
    );
    INSERT INTO search (search, rank) VALUES ('automerge', 16);
    INSERT INTO search (search, rank) VALUES ('hashsize', 8388608);
    DELETE FROM unindexed;
    INSERT INTO unindexed SELECT entry_id FROM text;";

/// What FTS5 keeps an index in (SQLite FTS5 §9), where it cannot drop it itself.
const INSIDE: &str = "
    PRAGMA writable_schema = ON;
    DELETE FROM sqlite_schema WHERE name = 'search';
    PRAGMA writable_schema = RESET;
    DROP TABLE IF EXISTS search_data;
    DROP TABLE IF EXISTS search_idx;
    DROP TABLE IF EXISTS search_content;
    DROP TABLE IF EXISTS search_docsize;
    DROP TABLE IF EXISTS search_config;";

/// Empties the search index, however damaged it is: all texts wait for it then.
pub fn empty_index(c: &Connection) -> Result<()> {
    if let Err(error) = c.execute_batch("DROP TABLE IF EXISTS search") {
        tracing::warn!(%error, "the search index is damaged; it is taken apart");
        c.execute_batch(INSIDE)?;
    }
    c.execute_batch(INDEX)?;
    Ok(())
}

/// Builds the indexes of all tables anew.
pub fn reindex_tables(c: &Connection) -> Result<()> {
    c.execute_batch("REINDEX")?;
    Ok(())
}
