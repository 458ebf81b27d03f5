//! A copy that is not at its end: how far it has come. While its table is there, nobody
//! takes what lies there for a store (`schema/migrate.rs`).

use crate::clock::Timestamp;
use crate::store::copy::{CopyBegun, CopyOrigin, CopyStep, TableBegun};
use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::postgres::schema;
use crate::store::{Error, Result, SCHEMA};

/// Whether a copy has begun, and by which schema.
const IS_BEGUN: &str = "SELECT to_regclass('copying') IS NOT NULL AND to_regclass('desk') IS NOT NULL AS is_begun";

const VERSION: &str = "SELECT max(number) AS version FROM migration";

/// The first row, of no table's name, says of which store it is a copy.
const BEGUN: &str = "SELECT name, after_key, rows_done, is_whole FROM copying ORDER BY name";

const IS_TAKEN: &str = "
    SELECT EXISTS (SELECT FROM source) OR EXISTS (SELECT FROM feed) OR EXISTS (SELECT FROM entry)
           OR EXISTS (SELECT FROM rules) AS is_taken";

/// How far a copy has come; `None` where there is an empty store, which is made if need be.
///
/// # Errors
/// [`Error::Unusable`] where something else is there.
pub async fn begun(session: &Session, now: Timestamp) -> Result<Option<CopyBegun>> {
    let unusable = |why: &str| Error::Unusable(format!("store {}: {why}", session.address()));
    let is_begun = session.read(|tx| Box::pin(async move { flag(tx, IS_BEGUN, "is_begun").await })).await?;
    if !is_begun {
        schema::prepare(session, now).await?;
        let is_taken = session.read(|tx| Box::pin(async move { flag(tx, IS_TAKEN, "is_taken").await })).await?;
        return if is_taken { Err(unusable("there is a store already; name another place")) } else { Ok(None) };
    }
    let (version, found) = session.read(|tx| Box::pin(read(tx))).await?;
    match version == i64::from(SCHEMA) {
        true => Ok(Some(found)),
        false => Err(unusable("another version of wiredesk began to copy into it; empty its schema")),
    }
}

async fn flag(tx: &Tx, sql: &'static str, name: &str) -> Result<bool> {
    tx.one(sql, &[]).await?.map_or(Ok(false), |row| column(&row, name))
}

async fn read(tx: &Tx) -> Result<(i64, CopyBegun)> {
    let version = tx.one(VERSION, &[]).await?.map_or(Ok(None), |row| column::<Option<i64>>(&row, "version"))?;
    let mut begun = CopyBegun { origin: CopyOrigin { store: String::new(), state: String::new() }, tables: Vec::new() };
    for row in &tx.rows(BEGUN, &[]).await? {
        let (name, after): (String, Option<String>) = (column(row, "name")?, column(row, "after_key")?);
        if name.is_empty() {
            let (store, state) = after.as_deref().unwrap_or_default().split_once('\n').unwrap_or_default();
            begun.origin = CopyOrigin { store: store.to_owned(), state: state.to_owned() };
            continue;
        }
        let rows = u64::try_from(column::<i64>(row, "rows_done")?).unwrap_or_default();
        begun.tables.push(TableBegun { table: name, after, rows, is_whole: column(row, "is_whole")? });
    }
    Ok((version.unwrap_or_default(), begun))
}

const MAKE: &str = "
    CREATE TABLE copying (
        name      text    COLLATE \"C\" PRIMARY KEY,
        after_key text,
        rows_done bigint  NOT NULL,
        is_whole  boolean NOT NULL
    )";

const NOTE: &str = "
    INSERT INTO copying (name, after_key, rows_done, is_whole)
    VALUES ($1::text, $2::text, $3::bigint, $4::boolean)
        ON CONFLICT (name) DO UPDATE
       SET after_key = excluded.after_key, rows_done = excluded.rows_done, is_whole = excluded.is_whole
     WHERE copying.rows_done = $5::bigint
    RETURNING name";

/// Begins to note how far a copy has come.
pub async fn begin(session: &Session, origin: &CopyOrigin) -> Result<()> {
    let origin = format!("{}\n{}", origin.store, origin.state);
    let making = session.alter(origin.as_str(), |tx, origin| {
        Box::pin(async move {
            tx.define(MAKE).await?;
            let first = TableBegun { table: String::new(), after: Some(origin.to_owned()), rows: 0, is_whole: false };
            note_row(tx, &first, 0).await
        })
    });
    making.await
}

/// Notes how far a copy has come with a table.
pub async fn note(tx: &Tx, table: &str, step: &CopyStep, rows: usize) -> Result<()> {
    let CopyStep { before, after, is_whole } = step.clone();
    let begun = TableBegun { table: table.to_owned(), after, rows: before + rows as u64, is_whole };
    note_row(tx, &begun, before).await
}

/// Notes how far a copy has come with a table, where it had come to `before` rows.
async fn note_row(tx: &Tx, begun: &TableBegun, before: u64) -> Result<()> {
    let TableBegun { table, after, rows, is_whole } = begun;
    let (name, after) = (SqlText(table), after.as_deref().map(SqlText));
    let [done, before] = [*rows, before].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    let params = [name.param(), after.param(), done.param(), is_whole.param(), before.param()];
    match tx.rows(NOTE, &params).await?.is_empty() {
        true => Err(Error::Unusable("another copy is made there".to_owned())),
        false => Ok(()),
    }
}

/// Numbers go on after those that were copied.
const SEQUENCES: [&str; 6] = [
    "SELECT setval(pg_get_serial_sequence('source', 'no'), coalesce(max(no), 0) + 1, false) FROM source",
    "SELECT setval(pg_get_serial_sequence('feed', 'no'), coalesce(max(no), 0) + 1, false) FROM feed",
    "SELECT setval(pg_get_serial_sequence('rematch', 'run'), coalesce(max(run), 0) + 1, false) FROM rematch",
    "SELECT setval('entry_id', coalesce(max(id), 0) + 1, false) FROM entry",
    "SELECT setval('poll_id', greatest((SELECT coalesce(max(id), 0) FROM poll),
                                       (SELECT coalesce(max(last_run), 0) FROM source)) + 1, false)",
    "SELECT setval('change_seq', greatest((SELECT coalesce(max(seq), 0) FROM change),
                                          (SELECT coalesce(max(changes_from), 0) FROM desk)) + 1, false)",
];

/// The planner knows nothing of tables that were just filled, and the server looks at them by
/// itself after a minute or more.
const ANALYZE: &str = "
    ANALYZE source, schedule, feed, tree, entry, text, revision, route, article, poll, change, unindexed";

const IS_WHOLE: &str = "SELECT to_regclass('copying') IS NULL AND to_regclass('desk') IS NOT NULL AS is_whole";

/// Makes a store of the copy, in one transaction. Where the answer to its COMMIT is lost, what
/// is there tells whether it was done.
pub async fn end(session: &Session) -> Result<()> {
    let ending = session.alter(&(), |tx, ()| {
        Box::pin(async move {
            tx.define(ANALYZE).await?;
            for sequence in SEQUENCES {
                tx.rows(sequence, &[]).await?;
            }
            tx.define("DROP TABLE copying").await
        })
    });
    let Err(error) = ending.await else { return Ok(()) };
    let is_lost = matches!(error, Error::Away(_));
    let is_whole = is_lost && session.read(|tx| Box::pin(async move { flag(tx, IS_WHOLE, "is_whole").await })).await?;
    if is_whole { Ok(()) } else { Err(error) }
}
