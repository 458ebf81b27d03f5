//! Indexes built anew, for one who works on the store alone.

use crate::store::Result;
use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::tx::column;

const EMPTY: &str = "TRUNCATE search, unindexed";

const QUEUE_ALL: &str = "INSERT INTO unindexed SELECT DISTINCT entry_id FROM text";

/// Empties the search index: all texts wait for it then.
pub async fn empty_index(session: &Session) -> Result<()> {
    let emptying = session.alter(&(), |tx, ()| {
        Box::pin(async move {
            tx.execute(EMPTY, &[]).await?;
            tx.execute(QUEUE_ALL, &[]).await.map(drop)
        })
    });
    emptying.await
}

/// All tables of ours that have rows, by name.
const TABLES: &str = "
    SELECT format('%I', c.relname) AS name
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = current_schema() AND c.relkind = 'r'
     ORDER BY c.relname";

/// Builds the indexes of all tables anew, one table after another: who writes into others
/// goes on meanwhile.
pub async fn reindex_tables(session: &Session) -> Result<()> {
    let tables = session.read(|tx| {
        Box::pin(async move {
            let rows = tx.rows(TABLES, &[]).await?;
            rows.iter().map(|row| column(row, "name")).collect::<Result<Vec<String>>>()
        })
    });
    for table in tables.await? {
        let reindex = format!("REINDEX TABLE {table}");
        session.alter(reindex.as_str(), |tx, reindex| Box::pin(tx.define(reindex))).await?;
    }
    Ok(())
}
