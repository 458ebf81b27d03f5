//! How much of its daily budgets each source has used today.

use crate::clock::Timestamp;
use crate::model::Spent;
use crate::store::Result;
use crate::store::postgres::link::tx::{Tx, Typed};

const SPEND: &str = "
    UPDATE source
       SET spent_entries = CASE WHEN spent_day = $2::bigint THEN spent_entries ELSE 0 END + $3::bigint,
           spent_bytes = CASE WHEN spent_day = $2::bigint THEN spent_bytes ELSE 0 END + $4::bigint,
           spent_warnings = CASE WHEN spent_day = $2::bigint THEN spent_warnings ELSE 0 END + $5::bigint,
           spent_day = $2::bigint
     WHERE no = $1::bigint";

/// Counts in a source's budgets of the day.
pub async fn spend(tx: &Tx, source: i64, at: Timestamp, more: Spent) -> Result<()> {
    if more.entries + more.bytes + more.warnings == 0 {
        return Ok(());
    }
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let (day, entries) = (Spent::day_of(at), number(more.entries));
    let (bytes, warnings) = (number(more.bytes), number(more.warnings));
    let row = [source.param(), day.param(), entries.param(), bytes.param(), warnings.param()];
    tx.rows(SPEND, &row).await.map(drop)
}
