//! Texts, words and polls by the month, in UTC. Retention takes rows as they grow old; what
//! it leaves of a month that is over, such as texts that sources go on listing, moves to the
//! partition of the rest, and the month is dropped with all the room that it took.
//!
//! There too lies what is of no month that was made: rows that a wrong clock dated. Nothing
//! is ever refused for its date.

use crate::clock::Timestamp;
use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::tx::{SqlText, Tx, Typed, column};
use crate::store::{Error, Result};

/// A month of some year, counted from the year 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Month(i64);

/// A table that is parted by month.
#[derive(Clone, Copy)]
struct Parted {
    table: &'static str,
    /// The instant that parts it.
    instant: &'static str,
    /// Counts its rows of a month, as far as a limit.
    count: &'static str,
}

const COUNT_TEXTS: &str = "
    SELECT count(*) AS rows_left
      FROM (SELECT FROM text WHERE seen_at >= $1::bigint AND seen_at < $2::bigint LIMIT $3::bigint) r";

const COUNT_WORDS: &str = "
    SELECT count(*) AS rows_left
      FROM (SELECT FROM search WHERE seen_at >= $1::bigint AND seen_at < $2::bigint LIMIT $3::bigint) r";

const COUNT_POLLS: &str = "
    SELECT count(*) AS rows_left
      FROM (SELECT FROM poll WHERE first_at >= $1::bigint AND first_at < $2::bigint LIMIT $3::bigint) r";

const PARTED: [Parted; 3] = [
    Parted { table: "text", instant: "seen_at", count: COUNT_TEXTS },
    Parted { table: "search", instant: "seen_at", count: COUNT_WORDS },
    Parted { table: "poll", instant: "first_at", count: COUNT_POLLS },
];

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

    /// Reads [`Self::name`]'s form.
    fn named(name: &str) -> Option<Month> {
        let (year, month) = name.split_at_checked(4)?;
        let (year, month): (i64, i64) = (year.parse().ok()?, month.parse().ok()?);
        (1..=12).contains(&month).then_some(Month(year * 12 + month - 1))
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
    make(tx, &months).await
}

/// Makes months, where they are not there.
pub async fn make(tx: &Tx, months: &[Month]) -> Result<()> {
    let named = |table: &str, month: Month| format!("{table}_{}", month.name());
    let wanted: Vec<(Parted, Month)> =
        PARTED.into_iter().flat_map(|parted| months.iter().map(move |month| (parted, *month))).collect();
    let names: Vec<String> = wanted.iter().map(|(parted, month)| named(parted.table, *month)).collect();
    let asked: Vec<SqlText<'_>> = names.iter().map(|name| SqlText(name)).collect();
    let rows = tx.rows(MADE, &[asked.param()]).await?;
    let made = rows.iter().map(|row| column(row, "name")).collect::<Result<Vec<String>>>()?;
    for ((parted, month), _) in wanted.iter().zip(&names).filter(|(_, name)| !made.contains(name)) {
        tx.define(&filled(MAKE, parted, *month)).await?;
    }
    Ok(())
}

/// Whoever reads a table waits until its months are in order, and so do all behind one who
/// does not let go: then it is for another day.
const BRIEFLY: &str = "SET LOCAL lock_timeout = '500ms'";

/// [`make_ahead`] for a store that others work on meanwhile.
pub async fn keep_ahead(session: &Session, now: Timestamp) -> Result<()> {
    let time = session.time();
    let making = session.alter(&(), move |tx, ()| {
        Box::pin(async move {
            tx.define(BRIEFLY).await?;
            make_ahead(tx, time.now(tx.begun_at, now)).await
        })
    });
    unless_in_use(making.await)
}

fn unless_in_use(done: Result<()>) -> Result<()> {
    match done {
        Err(Error::Locked(said)) => {
            tracing::debug!(said, "months are left as they are");
            Ok(())
        }
        done => done,
    }
}

/// Statements about the partition of a month.
fn filled(statements: &str, parted: &Parted, month: Month) -> String {
    statements
        .replace("{table}", parted.table)
        .replace("{instant}", parted.instant)
        .replace("{month}", &month.name())
        .replace("{from}", &month.begins_at().millis().to_string())
        .replace("{to}", &month.later(1).begins_at().millis().to_string())
}

const PARTS: &str = "
    SELECT c.relname::text AS name
      FROM pg_catalog.pg_inherits i
      JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
      JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
      JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
     WHERE n.nspname = current_schema() AND p.relkind = 'p' AND p.relname::text = $1::text
     ORDER BY c.relname";

/// Rows that are moved at once: a month that has more is left as it is.
const MOST_LEFT: i64 = 50_000;

const DISSOLVE: &str = "
    ALTER TABLE {table} DETACH PARTITION {table}_{month};
    INSERT INTO {table} SELECT * FROM {table}_{month};
    DROP TABLE {table}_{month};";

/// Dissolves the oldest month of each table, where it was over at `before`, is none that is
/// made anew, and few rows are left of it.
pub async fn dissolve(session: &Session, before: Timestamp, now: Timestamp) -> Result<()> {
    for parted in PARTED {
        let over = Month::of(before).min(Month::of(now).later(-1));
        let oldest = session.read(move |tx| Box::pin(oldest(tx, parted, over))).await?;
        let Some(month) = oldest else { continue };
        let statements = filled(DISSOLVE, &parted, month);
        let dissolving = session.alter(statements.as_str(), |tx, statements| {
            Box::pin(async move {
                tx.define(BRIEFLY).await?;
                tx.define(statements).await
            })
        });
        unless_in_use(dissolving.await)?;
    }
    Ok(())
}

/// The oldest month of a table, where it was before `over` and few rows are left of it.
async fn oldest(tx: &Tx, parted: Parted, over: Month) -> Result<Option<Month>> {
    let rows = tx.rows(PARTS, &[SqlText(parted.table).param()]).await?;
    let names = rows.iter().map(|row| column(row, "name")).collect::<Result<Vec<String>>>()?;
    let month = |name: &String| Month::named(name.strip_prefix(parted.table)?.strip_prefix('_')?);
    let Some(month) = names.iter().find_map(month).filter(|month| *month < over) else { return Ok(None) };
    let (from, to, limit) = (month.begins_at().millis(), month.later(1).begins_at().millis(), MOST_LEFT + 1);
    let row = tx.one(parted.count, &[from.param(), to.param(), limit.param()]).await?;
    let left: i64 = row.map_or(Ok(0), |row| column(&row, "rows_left"))?;
    Ok((left <= MOST_LEFT).then_some(month))
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
            assert_eq!(Month::named(name), Some(month), "{at}");
        };
        check("2026-11-30T23:59:59Z", "202611", "2026-11-01T00:00:00Z", "202612");
        check("2026-12-01T00:00:00Z", "202612", "2026-12-01T00:00:00Z", "202701");
        check("2027-01-01T00:30:00+01:00", "202612", "2026-12-01T00:00:00Z", "202701");
        check("2028-02-29T12:00:00Z", "202802", "2028-02-01T00:00:00Z", "202803");
        check("1970-01-01T00:00:00Z", "197001", "1970-01-01T00:00:00Z", "197002");
    }

    #[test]
    fn other_partitions_are_of_no_month() {
        for name in ["", "rest", "2026", "202613", "202600", "2026é", "é02611"] {
            assert_eq!(Month::named(name), None, "{name}");
        }
    }

    #[test]
    fn a_month_is_made_by_plain_numbers() {
        let month = Month::of(Timestamp::from_rfc3339("2026-11-07T00:00:00Z").unwrap());
        let sql = filled(MAKE, &PARTED[2], month);
        assert!(!sql.contains(['{', '}']), "{sql}");
        assert!(sql.contains("poll_202611 FOR VALUES FROM (1793491200000) TO (1796083200000)"), "{sql}");
    }
}
