//! Migrations: forward only, checksummed, all in one transaction (R17).
//!
//! The first has the number of the SQLite schema that it equals, and from the next one on
//! both kinds of store have the same numbers. Nodes of two versions work side by side while
//! they are updated one after another: a migration adds, and what it takes away goes with
//! the version after.

use tokio_postgres::Row;
use xxhash_rust::xxh3::xxh3_64;

use crate::clock::Timestamp;
use crate::store::postgres::link::tx::{Tx, Typed, column};
use crate::store::postgres::link::url::ServerAddress;
use crate::store::{Error, Result, SCHEMA};

const MIGRATIONS: [(u32, &str); 3] = [
    (19, include_str!("../../../../migrations/postgres/0019_house.sql")),
    (20, include_str!("../../../../migrations/postgres/0020_newswire.sql")),
    (21, include_str!("../../../../migrations/postgres/0021_folding.sql")),
];

/// The oldest program that may run beside this one's schema.
const LEAST: u32 = 19;

/// What a database's schema is to this program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SchemaState {
    /// There is none.
    Absent,
    /// It is of an earlier version.
    Older(u32),
    /// It is [`SCHEMA`].
    Current,
    /// It is of a later one, and this program may run beside it.
    Newer(u32),
}

/// The tables of a schema, but for those that extensions made.
const TABLES: &str = "
    SELECT c.relname::text AS name
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
     ORDER BY c.relname";

/// The table that a copy keeps until it is at its end.
const UNFINISHED: &str = "copying";

const APPLIED: &str = "SELECT number, checksum FROM migration ORDER BY number";

const DESK: &str = "SELECT least FROM desk";

const LEDGER: &str = "
    CREATE TABLE migration (
        number     bigint PRIMARY KEY,
        checksum   bigint NOT NULL,
        applied_at bigint NOT NULL
    )";

const NOTE: &str = "
    INSERT INTO migration (number, checksum, applied_at)
    VALUES ($1::bigint, $2::bigint, $3::bigint)";

/// A store's name, once and for all.
const NAME: &str = "
    INSERT INTO desk (store, least)
    VALUES (gen_random_uuid()::text, $1::int)
        ON CONFLICT (one) DO UPDATE SET least = excluded.least";

/// One at a time: whoever comes later finds it done. A lock on a table is given to those
/// alone who may write it.
pub const ALONE: &str = "LOCK TABLE desk IN SHARE UPDATE EXCLUSIVE MODE";

/// The same while there is no table. Any role may take it, which costs a start and no more.
const FIRST: &str = "SELECT pg_advisory_xact_lock(2003133291, 0)";

/// Brings the schema to [`SCHEMA`], unless it is a later one that this program may run
/// beside. Gives what it is from then on.
///
/// # Errors
/// [`Error::Unusable`] for another program's tables, a newer schema (both versions are
/// named), or a migration that was changed after it was applied.
pub async fn migrate(tx: &Tx, address: &ServerAddress, now: Timestamp) -> Result<SchemaState> {
    let unusable = |why: String| Error::Unusable(format!("store {address}: {why}"));
    if let SchemaState::Absent = find(tx).await?.map_err(unusable)? {
        tx.rows(FIRST, &[]).await?;
    } else {
        tx.rows(ALONE, &[]).await?;
    }
    let from = match find(tx).await?.map_err(unusable)? {
        SchemaState::Absent => {
            tx.define(LEDGER).await?;
            0
        }
        SchemaState::Older(version) => version,
        state @ (SchemaState::Current | SchemaState::Newer(_)) => return Ok(state),
    };
    for (number, sql) in MIGRATIONS.into_iter().filter(|(number, _)| *number > from) {
        tx.define(sql).await?;
        let row = (i64::from(number), checksum(sql), now.millis());
        tx.execute(NOTE, &[row.0.param(), row.1.param(), row.2.param()]).await?;
    }
    let least = i32::try_from(LEAST).unwrap_or(i32::MAX);
    tx.execute(NAME, &[least.param()]).await?;
    Ok(SchemaState::Current)
}

/// Refuses a schema that this program cannot read as it is.
///
/// # Errors
/// [`Error::Unusable`], as [`migrate`] gives it, and for one that is to be updated first;
/// [`Error::Absent`] where there is none.
pub async fn look(tx: &Tx, address: &ServerAddress) -> Result<()> {
    let unusable = |why: String| Error::Unusable(format!("store {address}: {why}"));
    match find(tx).await?.map_err(unusable)? {
        SchemaState::Current | SchemaState::Newer(_) => Ok(()),
        SchemaState::Absent => {
            Err(Error::Absent(format!("store {address}: there is no store yet; `wiredesk run` or `poll` makes one")))
        }
        SchemaState::Older(version) => {
            let needed = format!("has schema version {version}, and this program needs {SCHEMA}");
            Err(unusable(format!("{needed}; `wiredesk run` brings it up to date")))
        }
    }
}

/// What the schema is; what speaks against it where this program may not use it.
async fn find(tx: &Tx) -> Result<std::result::Result<SchemaState, String>> {
    let tables: Vec<String> = column_of(&tx.rows(TABLES, &[]).await?, "name")?;
    if tables.is_empty() {
        return Ok(Ok(SchemaState::Absent));
    }
    if !["desk", "migration"].iter().all(|ours| tables.iter().any(|name| name == ours)) {
        let (some, more) = (tables[..tables.len().min(3)].join(", "), if tables.len() > 3 { ", …" } else { "" });
        let why = format!("its schema holds tables of another program ({some}{more})");
        return Ok(Err(format!("{why}; name an empty one: ?schema=wiredesk")));
    }
    if tables.iter().any(|name| name == UNFINISHED) {
        let why = "a copy into it is not at its end; go on with wiredesk store copy, or empty its schema";
        return Ok(Err(why.to_owned()));
    }
    let rows = tx.rows(APPLIED, &[]).await?;
    let numbers: Vec<i64> = column_of(&rows, "number")?;
    let checksums: Vec<i64> = column_of(&rows, "checksum")?;
    let applied: Vec<(i64, i64)> = numbers.into_iter().zip(checksums).collect();
    let least: i32 = match tx.one(DESK, &[]).await? {
        Some(row) => column(&row, "least")?,
        None => i32::MAX,
    };
    Ok(judge(&applied, i64::from(least)))
}

/// Tables of the schema that somebody took away.
pub async fn missing(tx: &Tx) -> Result<Vec<&'static str>> {
    let there: Vec<String> = column_of(&tx.rows(TABLES, &[]).await?, "name")?;
    Ok(made().filter(|name| there.iter().all(|table| table != name)).collect())
}

/// The names of the tables that migrations make.
fn made() -> impl Iterator<Item = &'static str> {
    let lines = MIGRATIONS.iter().flat_map(|(_, sql)| sql.lines());
    lines.filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split([' ', '(']).next())
}

fn column_of<T: for<'r> tokio_postgres::types::FromSql<'r>>(rows: &[Row], name: &str) -> Result<Vec<T>> {
    rows.iter().map(|row| column(row, name)).collect()
}

/// What a schema is to which these migrations were `applied`, and beside which programs
/// from `least` on may run.
fn judge(applied: &[(i64, i64)], least: i64) -> std::result::Result<SchemaState, String> {
    let ours = MIGRATIONS.map(|(number, sql)| (i64::from(number), checksum(sql)));
    if let Some((number, _)) = applied.iter().zip(&ours).find_map(|(a, b)| (a != b).then_some(a)) {
        return Err(format!("its migration {number} is not this program's; restore a backup"));
    }
    let found = applied.last().map_or(0, |(number, _)| u32::try_from(*number).unwrap_or(u32::MAX));
    match found {
        SCHEMA => Ok(SchemaState::Current),
        older if older < SCHEMA => Ok(SchemaState::Older(older)),
        newer if least <= i64::from(SCHEMA) => Ok(SchemaState::Newer(newer)),
        newer => Err(format!(
            "has schema version {newer}, which programs from version {least} on may use, and this program knows \
             {SCHEMA}; run a newer wiredesk"
        )),
    }
}

fn checksum(sql: &str) -> i64 {
    xxh3_64(sql.as_bytes()).cast_signed()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn both_kinds_of_store_have_the_same_numbers_o44() {
        let names = |folder: &str| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            let all = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
            let mut names: Vec<String> = all.collect();
            names.sort();
            names
        };
        let (sqlite, postgres) = (names("sqlite"), names("postgres"));
        let numbers = MIGRATIONS.map(|(number, _)| number);
        assert_eq!(
            *numbers.last().unwrap(),
            SCHEMA,
            "a migration of SQLite's has none beside it in migrations/postgres"
        );
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
        for (number, name) in numbers.iter().zip(&postgres) {
            assert!(name.starts_with(&format!("{number:04}_")), "{number}: {name}");
        }
        assert_eq!(numbers.len(), postgres.len());
        assert_eq!(sqlite[sqlite.len() + 1 - postgres.len()..], postgres[1..]);
        assert!((numbers[0]..=SCHEMA).contains(&LEAST));
    }

    #[test]
    fn what_a_schema_is_shows_in_what_was_applied_r17() {
        let ours = MIGRATIONS.map(|(number, sql)| (i64::from(number), checksum(sql)));
        let later = i64::from(SCHEMA) + 1;
        let check = |applied: &[(i64, i64)], least: i64, expected: std::result::Result<SchemaState, &str>| match judge(
            applied, least,
        ) {
            Ok(state) => assert_eq!(Ok(state), expected, "{applied:?}"),
            Err(said) => assert!(expected.is_err_and(|expected| said.contains(expected)), "{applied:?}: {said}"),
        };
        let with = |more: &[(i64, i64)]| [&ours[..], more].concat();
        check(&ours, i64::from(LEAST), Ok(SchemaState::Current));
        check(&[], 0, Ok(SchemaState::Older(0)));
        // A node of the version after has been started: this one runs on.
        check(&with(&[(later, 7)]), i64::from(SCHEMA), Ok(SchemaState::Newer(SCHEMA + 1)));
        let named =
            format!("version {later}, which programs from version {later} on may use, and this program knows {SCHEMA}");
        check(&with(&[(later, 7)]), later, Err(&named));
        check(&[(ours[0].0, ours[0].1 + 1)], 0, Err("is not this program's"));
    }
}
