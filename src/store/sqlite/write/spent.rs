//! How much of its daily budgets each source has used today.

use rusqlite::{Connection, named_params};

use crate::clock::Timestamp;
use crate::model::Spent;

const SPEND: &str = "
    UPDATE source
       SET spent_entries = iif(spent_day = :day, spent_entries, 0) + :entries,
           spent_bytes = iif(spent_day = :day, spent_bytes, 0) + :bytes,
           spent_warnings = iif(spent_day = :day, spent_warnings, 0) + :warnings,
           spent_day = :day
     WHERE no = :no";

/// Counts in a source's budgets of the day.
pub fn spend(c: &Connection, source: i64, at: Timestamp, more: &Spent) -> rusqlite::Result<()> {
    if more.entries + more.bytes + more.warnings == 0 {
        return Ok(());
    }
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    c.prepare_cached(SPEND)?
        .execute(named_params! {
            ":no": source, ":day": Spent::day_of(at), ":entries": number(more.entries),
            ":bytes": number(more.bytes), ":warnings": number(more.warnings),
        })
        .map(drop)
}
