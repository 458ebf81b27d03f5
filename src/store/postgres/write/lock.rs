//! Rows that are held until the commit.

use crate::store::Result;
use crate::store::postgres::link::tx::{Tx, Typed, column};

/// In one order for all, so that none waits in a circle.
const ENTRIES: &str = "
    SELECT id
      FROM entry
     WHERE id = ANY($1::bigint[])
     ORDER BY id
       FOR NO KEY UPDATE";

/// Holds entries. What is read of them afterwards, by another statement, is as the last who
/// held them left it. Returns those that are there.
pub async fn entries(tx: &Tx, ids: &Vec<i64>) -> Result<Vec<i64>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    tx.rows(ENTRIES, &[ids.param()]).await?.iter().map(|row| column(row, "id")).collect()
}
