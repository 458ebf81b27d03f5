//! A copy that is not at its end: how far it has come. Triggers count what comes by polls;
//! what is copied is counted already, so they are put away until then.

use rusqlite::{Connection, OptionalExtension, named_params};

use crate::store::copy::{CopyBegun, CopyOrigin, CopyStep, TableBegun};
use crate::store::sqlite::file::migrate::{self, SchemaFound};
use crate::store::{Error, Result};

const MAKE: &str = "
    CREATE TABLE copying (
        name      TEXT    PRIMARY KEY,
        after_key TEXT,
        rows_done INTEGER NOT NULL,
        is_whole  INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE copying_of (store TEXT NOT NULL, state TEXT NOT NULL) STRICT;
    CREATE TABLE copying_trigger (sql TEXT NOT NULL) STRICT;";

const NOTE_ORIGIN: &str = "INSERT INTO copying_of (store, state) VALUES (:store, :state)";

const TRIGGERS: &str = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name";

const PUT_AWAY: &str = "INSERT INTO copying_trigger (sql) VALUES (:sql)";

/// Begins to note how far a copy has come.
pub fn begin(c: &Connection, origin: &CopyOrigin) -> Result<()> {
    c.execute_batch(MAKE)?;
    c.execute(NOTE_ORIGIN, named_params! { ":store": origin.store, ":state": origin.state })?;
    let triggers: Vec<(String, String)> = c
        .prepare(TRIGGERS)?
        .query_map([], |r| Ok((r.get("name")?, r.get("sql")?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, sql) in triggers {
        c.execute(PUT_AWAY, named_params! { ":sql": sql })?;
        c.execute_batch(&format!("DROP TRIGGER \"{name}\""))?;
    }
    Ok(())
}

const ORIGIN: &str = "SELECT store, state FROM copying_of";

const BEGUN: &str = "SELECT name, after_key, rows_done, is_whole FROM copying ORDER BY name";

/// How far a copy has come; `None` where there is nothing yet.
///
/// # Errors
/// [`Error::Unusable`] where something else is there.
pub fn begun(c: &Connection, name: &str) -> Result<Option<CopyBegun>> {
    if !migrate::is_unfinished(c, name)? {
        return match migrate::find(c, name)? {
            SchemaFound::Nothing => Ok(None),
            SchemaFound::Current | SchemaFound::Older(_) => {
                Err(Error::Unusable(format!("store {name}: there is a store already; name another place")))
            }
        };
    }
    let origin = c.query_row(ORIGIN, [], |r| Ok(CopyOrigin { store: r.get("store")?, state: r.get("state")? }))?;
    let mut statement = c.prepare(BEGUN)?;
    let tables = statement.query_map([], |r| {
        Ok(TableBegun {
            table: r.get("name")?,
            after: r.get("after_key")?,
            rows: r.get("rows_done")?,
            is_whole: r.get("is_whole")?,
        })
    })?;
    Ok(Some(CopyBegun { origin, tables: tables.collect::<rusqlite::Result<_>>()? }))
}

const NOTE: &str = "
    INSERT INTO copying (name, after_key, rows_done, is_whole)
    VALUES (:name, :after, :rows, :whole)
        ON CONFLICT (name) DO UPDATE
       SET after_key = excluded.after_key, rows_done = excluded.rows_done, is_whole = excluded.is_whole";

const ROWS_DONE: &str = "SELECT rows_done FROM copying WHERE name = :name";

/// Notes how far a copy has come with a table.
pub fn note(c: &Connection, table: &str, step: &CopyStep, rows: usize) -> Result<()> {
    let done: Option<u64> = c.query_row(ROWS_DONE, named_params! { ":name": table }, |r| r.get(0)).optional()?;
    if done.unwrap_or(0) != step.before {
        return Err(Error::Unusable("another copy is made there".to_owned()));
    }
    let rows = step.before + rows as u64;
    c.prepare_cached(NOTE)?
        .execute(named_params! { ":name": table, ":after": step.after, ":rows": rows, ":whole": step.is_whole })?;
    Ok(())
}

const PUT_AWAY_TRIGGERS: &str = "SELECT sql FROM copying_trigger ORDER BY rowid";

const FORGET: &str = "
    DROP TABLE copying;
    DROP TABLE copying_of;
    DROP TABLE copying_trigger;";

/// Brings back the triggers; nothing tells of the copy any more.
pub fn end(c: &Connection) -> Result<()> {
    let triggers: Vec<String> =
        c.prepare(PUT_AWAY_TRIGGERS)?.query_map([], |r| r.get("sql"))?.collect::<rusqlite::Result<_>>()?;
    for sql in triggers {
        c.execute_batch(&sql)?;
    }
    c.execute_batch(FORGET)?;
    Ok(())
}
