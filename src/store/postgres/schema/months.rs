//! Texts, words and polls by the month: retention drops a month at once, whatever lies in
//! it. Months are UTC's.
//!
//! What is of no month that was made lies in the partition of the rest: rows that a wrong
//! clock dated. Nothing is ever refused for its date.

use crate::clock::Timestamp;
use crate::store::Result;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};

/// A month of some year, counted from the year 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month(i64);

/// The tables that are parted by month, each with the instant that parts it.
const PARTED: [(&str, &str); 3] = [("text", "seen_at"), ("search", "seen_at"), ("poll", "first_at")];

/// How many months are made ahead: nobody has to look for a quarter of a year.
const AHEAD: i64 = 3;

impl Month {
    /// That of an instant.
    pub fn of(at: Timestamp) -> Month {
        let utc = at.to_utc();
        Month(i64::from(utc.year()) * 12 + i64::from(utc.month()) - 1)
    }

    /// The one so many months later.
    pub fn later(self, months: i64) -> Month {
        Month(self.0 + months)
    }

    /// Its first instant.
    pub fn begins_at(self) -> Timestamp {
        let first = format!("{:04}-{:02}-01T00:00:00Z", self.0.div_euclid(12), self.0.rem_euclid(12) + 1);
        Timestamp::from_rfc3339(&first).unwrap_or(Timestamp::NEVER)
    }

    /// What ends the names of its partitions.
    fn name(self) -> String {
        format!("{:04}{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// Those of some partitions that are there.
const MADE: &str = "
    SELECT c.relname::text AS name
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = current_schema() AND c.relname::text = ANY($1::text[])";

/// Made beside its table and attached afterwards, for which readers need not stop. The rest
/// is held meanwhile: what of this month lies there moves, and nothing more comes.
const MAKE: &str = "
    CREATE TABLE {table}_{month} (LIKE {table} INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING CONSTRAINTS);
    LOCK TABLE {table}_rest IN ACCESS EXCLUSIVE MODE;
    WITH moved AS (DELETE FROM {table}_rest WHERE {instant} >= {from} AND {instant} < {to} RETURNING *)
    INSERT INTO {table}_{month} SELECT * FROM moved;
    ALTER TABLE {table} ATTACH PARTITION {table}_{month} FOR VALUES FROM ({from}) TO ({to});";

/// Makes the month before `now`, this one, and those that come, where they are not there.
pub async fn make_ahead(tx: &Tx, now: Timestamp) -> Result<()> {
    let months: Vec<Month> = (-1..=AHEAD).map(|later| Month::of(now).later(later)).collect();
    let named = |table: &str, month: Month| format!("{table}_{}", month.name());
    let wanted: Vec<(&str, &str, Month)> = PARTED
        .into_iter()
        .flat_map(|(table, instant)| months.iter().map(move |month| (table, instant, *month)))
        .collect();
    let names: Vec<String> = wanted.iter().map(|(table, _, month)| named(table, *month)).collect();
    let asked: Vec<SqlText<'_>> = names.iter().map(|name| SqlText(name)).collect();
    let rows = tx.rows(MADE, &[asked.param()]).await?;
    let made = rows.iter().map(|row| column(row, "name")).collect::<Result<Vec<String>>>()?;
    for ((table, instant, month), _) in wanted.iter().zip(&names).filter(|(_, name)| !made.contains(name)) {
        tx.define(&making(table, instant, *month)).await?;
    }
    Ok(())
}

/// The statements that make a partition.
fn making(table: &str, instant: &str, month: Month) -> String {
    MAKE.replace("{table}", table)
        .replace("{instant}", instant)
        .replace("{month}", &month.name())
        .replace("{from}", &month.begins_at().millis().to_string())
        .replace("{to}", &month.later(1).begins_at().millis().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_where_they_do_in_utc() {
        let check = |at: &str, name: &str, begins_at: &str, next: &str| {
            let month = Month::of(Timestamp::from_rfc3339(at).unwrap());
            assert_eq!((month.name().as_str(), month.begins_at().rfc3339().as_str()), (name, begins_at), "{at}");
            assert_eq!(month.later(1).name(), next, "{at}");
        };
        check("2026-11-30T23:59:59Z", "202611", "2026-11-01T00:00:00Z", "202612");
        check("2026-12-01T00:00:00Z", "202612", "2026-12-01T00:00:00Z", "202701");
        check("2027-01-01T00:30:00+01:00", "202612", "2026-12-01T00:00:00Z", "202701");
        check("2028-02-29T12:00:00Z", "202802", "2028-02-01T00:00:00Z", "202803");
        check("1970-01-01T00:00:00Z", "197001", "1970-01-01T00:00:00Z", "197002");
    }

    #[test]
    fn a_month_is_made_by_plain_numbers() {
        let month = Month::of(Timestamp::from_rfc3339("2026-11-07T00:00:00Z").unwrap());
        let sql = making("poll", "first_at", month);
        assert!(!sql.contains(['{', '}']), "{sql}");
        assert!(sql.contains("poll_202611 FOR VALUES FROM (1793491200000) TO (1796083200000)"), "{sql}");
    }
}
