//! Trees of filters' expressions, each kept once.

use std::collections::HashMap;

use crate::store::Result;
use crate::store::postgres::link::tx::{Tx, Typed, column};

const FIND: &str = "SELECT hash, parts FROM tree WHERE hash = ANY($1::bigint[])";

/// Those that are kept under these hashes.
pub async fn find(tx: &Tx, hashes: Vec<i64>) -> Result<HashMap<i64, String>> {
    if hashes.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = tx.rows(FIND, &[hashes.param()]).await?;
    rows.iter().map(|row| Ok((column(row, "hash")?, column(row, "parts")?))).collect()
}
