//! Trees of filters' expressions, each kept once.

use crate::store::Result;
use crate::store::codec::Trees;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed};

const KEEP: &str = "
    INSERT INTO tree (hash, parts)
    SELECT q.hash, q.parts
      FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS q (hash, parts, nth)
     ORDER BY q.nth
        ON CONFLICT DO NOTHING";

/// Keeps those that are not kept yet.
pub async fn keep(tx: &Tx, trees: &Trees) -> Result<()> {
    let (hashes, parts): (Vec<i64>, Vec<SqlText<'_>>) =
        trees.iter().map(|(hash, parts)| (hash, SqlText(parts))).unzip();
    if hashes.is_empty() {
        return Ok(());
    }
    tx.rows(KEEP, &[hashes.param(), parts.param()]).await.map(drop)
}
