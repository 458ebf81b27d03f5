//! Migrations: forward only, checksummed, each in one transaction (R17).

use rusqlite::{Connection, named_params};
use xxhash_rust::xxh3::xxh3_64;

use crate::clock::Timestamp;
use crate::store::sqlite::schedule::plan::find_over;
use crate::store::{Error, Result};

/// Marks a SQLite file as wiredesk's: the header's application id, `wdsk`.
const APPLICATION_ID: i32 = 0x7764_736b;

/// The same of one that a copy has not filled yet, `wdsc`: nobody takes it for a store.
const UNFINISHED_ID: i32 = 0x7764_7363;

const MIGRATIONS: [&str; 21] = [
    include_str!("../../../../migrations/sqlite/0001_initial.sql"),
    include_str!("../../../../migrations/sqlite/0002_turns.sql"),
    include_str!("../../../../migrations/sqlite/0003_articles.sql"),
    include_str!("../../../../migrations/sqlite/0004_positions.sql"),
    include_str!("../../../../migrations/sqlite/0005_trees.sql"),
    include_str!("../../../../migrations/sqlite/0006_documents.sql"),
    include_str!("../../../../migrations/sqlite/0007_identity.sql"),
    include_str!("../../../../migrations/sqlite/0008_holders.sql"),
    include_str!("../../../../migrations/sqlite/0009_rematch.sql"),
    include_str!("../../../../migrations/sqlite/0010_clock.sql"),
    include_str!("../../../../migrations/sqlite/0011_line.sql"),
    include_str!("../../../../migrations/sqlite/0012_figures.sql"),
    include_str!("../../../../migrations/sqlite/0013_budgets.sql"),
    include_str!("../../../../migrations/sqlite/0014_days.sql"),
    include_str!("../../../../migrations/sqlite/0015_over.sql"),
    include_str!("../../../../migrations/sqlite/0016_outbox.sql"),
    include_str!("../../../../migrations/sqlite/0017_queues.sql"),
    include_str!("../../../../migrations/sqlite/0018_nodes.sql"),
    include_str!("../../../../migrations/sqlite/0019_documents.sql"),
    include_str!("../../../../migrations/sqlite/0020_newswire.sql"),
    include_str!("../../../../migrations/sqlite/0021_folding.sql"),
];

/// The version from which on the store says since when a source is over a budget.
const HAS_OVER: u32 = 15;

/// The version this program writes.
pub const SCHEMA: u32 = MIGRATIONS.len() as u32;

const LEDGER: &str = "
    CREATE TABLE IF NOT EXISTS migration (
        number     INTEGER PRIMARY KEY,
        checksum   INTEGER NOT NULL,
        applied_at INTEGER NOT NULL
    ) STRICT";

/// What a database's schema is to this program.
#[derive(Debug, PartialEq, Eq)]
pub enum SchemaFound {
    /// The database is empty.
    Nothing,
    /// It is of an earlier version.
    Older(u32),
    /// It is [`SCHEMA`].
    Current,
}

const TABLES: &str = "SELECT count(*) FROM sqlite_schema";

/// Looks what the schema of the database of `path` is.
///
/// # Errors
/// [`Error::Unusable`] for another program's database, a newer schema (both
/// versions are named), or a migration that was changed after it was applied.
pub fn find(connection: &Connection, path: &str) -> Result<SchemaFound> {
    let unusable = |why: String| Error::Unusable(format!("{path}: {why}"));
    let pragma = |name| connection.pragma_query_value(None, name, |r| r.get::<_, i32>(0));
    let application = pragma("application_id")?;
    let tables: i64 = connection.query_row(TABLES, [], |r| r.get(0))?;
    if application == UNFINISHED_ID {
        return Err(unusable(
            "a copy into it is not at its end; go on with wiredesk store copy, or delete it".to_owned(),
        ));
    }
    if application != APPLICATION_ID && (application != 0 || tables > 0) {
        return Err(unusable("is a database of another program; name another file in store.url".to_owned()));
    }
    let found = u32::try_from(pragma("user_version")?).unwrap_or(u32::MAX);
    match found {
        _ if tables == 0 => Ok(SchemaFound::Nothing),
        SCHEMA => check_applied(connection, path).map(|()| SchemaFound::Current),
        older if older < SCHEMA => Ok(SchemaFound::Older(older)),
        newer => Err(unusable(format!(
            "has schema version {newer}, and this program knows {SCHEMA}; run a newer wiredesk, or restore a backup"
        ))),
    }
}

/// Refuses a database that has to be migrated, or has nothing in it: to look at
/// a store does not change it.
///
/// # Errors
/// [`Error::Unusable`] names the remedy, and those of [`find`].
pub fn check(connection: &Connection, path: &str) -> Result<()> {
    match find(connection, path)? {
        SchemaFound::Current => Ok(()),
        SchemaFound::Nothing => Err(Error::Unusable(format!(
            "{path}: is an empty database: it holds no store; restore a backup that verifies"
        ))),
        SchemaFound::Older(version) => Err(Error::Unusable(format!(
            "{path}: has schema version {version}, and this program reads version {SCHEMA}; `wiredesk run` or `wiredesk poll` \
             brings it up to date, after a copy"
        ))),
    }
}

/// Brings the database of `path` to [`SCHEMA`].
///
/// # Errors
/// Those of [`find`], and the database's.
pub fn migrate(connection: &Connection, path: &str, now: Timestamp) -> Result<()> {
    if find(connection, path)? == SchemaFound::Current {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    // Somebody may have been faster.
    let done = find(connection, path).and_then(|found| match found {
        SchemaFound::Nothing => apply(connection, 0, now).map_err(Error::from),
        SchemaFound::Older(version) => apply(connection, version, now).map_err(Error::from),
        SchemaFound::Current => Ok(()),
    });
    let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
    connection.execute_batch(end)?;
    done?;
    check_applied(connection, path)
}

/// Makes the tables of a store in an empty database, within the caller's transaction, for a
/// copy to fill. Until [`make_finished`] it is none.
///
/// # Errors
/// Those of [`find`], and that something is there.
pub fn make_unfinished(connection: &Connection, path: &str, now: Timestamp) -> Result<()> {
    if find(connection, path)? != SchemaFound::Nothing {
        return Err(Error::Unusable(format!("{path}: there is a store already; name another place")));
    }
    apply(connection, 0, now)?;
    Ok(connection.pragma_update(None, "application_id", UNFINISHED_ID)?)
}

/// Makes a store of what [`make_unfinished`] began.
pub fn make_finished(connection: &Connection) -> Result<()> {
    Ok(connection.pragma_update(None, "application_id", APPLICATION_ID)?)
}

/// Whether a copy fills the database, and has not come to its end.
///
/// # Errors
/// [`Error::Unusable`] where a program of another version began it.
pub fn is_unfinished(connection: &Connection, path: &str) -> Result<bool> {
    let pragma = |name| connection.pragma_query_value(None, name, |r| r.get::<_, i32>(0));
    if pragma("application_id")? != UNFINISHED_ID {
        return Ok(false);
    }
    if pragma("user_version")? == i32::try_from(SCHEMA).unwrap_or(i32::MAX) {
        return check_applied(connection, path).map(|()| true);
    }
    Err(Error::Unusable(format!("{path}: another version of wiredesk began to copy into it; delete it")))
}

const NOTE: &str = "INSERT INTO migration VALUES (:number, :checksum, :now)";

fn apply(connection: &Connection, from: u32, now: Timestamp) -> rusqlite::Result<()> {
    connection.execute_batch(LEDGER)?;
    for (number, sql) in (1u32..).zip(MIGRATIONS).skip(from as usize) {
        connection.execute_batch(sql)?;
        let note = named_params! { ":number": number, ":checksum": checksum(sql), ":now": now.millis() };
        connection.execute(NOTE, note)?;
    }
    if from < HAS_OVER {
        find_over(connection)?;
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", SCHEMA)
}

const APPLIED: &str = "
    SELECT number, checksum
      FROM migration
     ORDER BY number";

fn check_applied(connection: &Connection, path: &str) -> Result<()> {
    let mut statement = connection.prepare(APPLIED)?;
    let applied: Vec<(u32, i64)> =
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).and_then(Iterator::collect)?;
    let expected: Vec<(u32, i64)> = (1u32..).zip(MIGRATIONS.map(checksum)).collect();
    if applied == expected {
        return Ok(());
    }
    let number = applied.iter().zip(&expected).take_while(|(a, b)| a == b).count() + 1;
    Err(Error::Unusable(format!("{path}: its migration {number} is not this program's; restore a backup")))
}

fn checksum(sql: &str) -> i64 {
    i64::from_ne_bytes(xxh3_64(sql.as_bytes()).to_ne_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeedId;
    use crate::store::sqlite::write::documents;
    use crate::store::{DocumentHash, DocumentOf};

    fn open() -> Connection {
        Connection::open_in_memory().unwrap()
    }

    #[test]
    fn a_fresh_store_and_a_migrated_one_open_r17() {
        let c = open();
        migrate(&c, "x", Timestamp::EPOCH).unwrap();
        migrate(&c, "x", Timestamp::EPOCH).unwrap();
        assert_eq!(c.pragma_query_value(None, "user_version", |r| r.get::<_, u32>(0)).unwrap(), SCHEMA);
    }

    #[test]
    fn a_newer_schema_is_refused_naming_both_versions_r17() {
        let c = open();
        migrate(&c, "x", Timestamp::EPOCH).unwrap();
        c.pragma_update(None, "user_version", 99).unwrap();
        let said = migrate(&c, "x", Timestamp::EPOCH).unwrap_err().to_string();
        assert!(said.contains("99") && said.contains(&SCHEMA.to_string()), "{said}");
    }

    #[test]
    fn a_changed_migration_and_a_foreign_database_are_refused() {
        let c = open();
        migrate(&c, "x", Timestamp::EPOCH).unwrap();
        c.execute("UPDATE migration SET checksum = checksum + 1", []).unwrap();
        assert!(migrate(&c, "x", Timestamp::EPOCH).unwrap_err().to_string().contains("its migration "));
        let other = open();
        other.execute_batch("CREATE TABLE mine (a)").unwrap();
        assert!(migrate(&other, "x", Timestamp::EPOCH).unwrap_err().to_string().contains("another program"));
    }

    /// A store as an earlier program left it.
    fn of_version(version: usize) -> Connection {
        let c = open();
        c.execute_batch(LEDGER).unwrap();
        bring(&c, 0, version);
        c
    }

    /// Brings a store from one version to another, as programs of then did.
    fn bring(c: &Connection, from: usize, to: usize) {
        for (number, sql) in (1u32..).zip(&MIGRATIONS[..to]).skip(from) {
            c.execute_batch(sql).unwrap();
            c.execute("INSERT INTO migration VALUES (?1, ?2, 0)", (number, checksum(sql))).unwrap();
        }
        c.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        c.pragma_update(None, "user_version", i64::try_from(to).unwrap()).unwrap();
    }

    /// The text of entry 3 was pruned; 1 and 2 are in the index, but 1 changed since.
    #[test]
    fn what_waited_in_a_store_of_any_version_waits_after_its_migration_r17() {
        for version in 1..=15 {
            let c = of_version(1);
            c.execute_batch(
                "INSERT INTO source (no, id, url_hash, active, interval_ms, next_poll_at, because)
                 VALUES (1, 'a', 1, 1, 60000, 0, '')",
            )
            .unwrap();
            for n in 1_u8..=5 {
                let query = "INSERT INTO entry (id, source_no, key, title_hash, material_hash, form_hash, published_id,
                                                published_id_hash, first_seen_at, updated_at)
                             VALUES (?1, 1, ?2, 1, 1, 1, ?3, ?1, 1, 1)";
                c.execute(query, (n, [n; 16], format!("urn:x:{n}"))).unwrap();
                c.execute("INSERT INTO text SELECT ?1, 1, NULL, x'00' WHERE ?1 <> 3", [n]).unwrap();
            }
            bring(&c, 1, version);
            c.execute_batch("UPDATE index_state SET indexed_to = 2; INSERT INTO reindex VALUES (1), (3)").unwrap();
            // Since the ninth, a rematch that began at 3, and entries that changed behind it.
            if version >= 9 {
                let rematch = "INSERT INTO rematch (name, decided_by, began_at, newest) VALUES ('rematch', '{}', 0, 3);
                               INSERT INTO decide_again VALUES (2), (3)";
                c.execute_batch(rematch).unwrap();
            }
            migrate(&c, "x", Timestamp::EPOCH).unwrap();
            let numbers = |query: &str| -> Vec<i64> {
                c.prepare(query)
                    .unwrap()
                    .query_map([], |r| r.get(0))
                    .unwrap()
                    .map(std::result::Result::unwrap)
                    .collect()
            };
            // The last version began the index anew.
            assert_eq!(numbers("SELECT entry_id FROM unindexed ORDER BY 1"), [1, 2, 4, 5], "{version}");
            let expected: &[i64] = if version < 9 { &[] } else { &[2, 4, 5] };
            assert_eq!(numbers("SELECT entry_id FROM decide_again ORDER BY 1"), expected, "{version}");
            assert_eq!(numbers("SELECT count(*) FROM rematch"), [i64::from(version >= 9)], "{version}");
        }
    }

    #[test]
    fn days_that_a_day_to_come_took_with_it_are_counted_anew_r37() {
        let c = of_version(13);
        let one = |query: &str| c.query_row(query, [], |r| r.get::<_, i64>(0)).unwrap();
        let add = |n: u8, day: i64| {
            let query = "INSERT INTO entry (id, source_no, key, title_hash, material_hash, form_hash, published_id,
                                            published_id_hash, first_seen_at, updated_at)
                         VALUES (?1, 1, ?2, 1, 1, 1, ?3, ?1, ?4, 1)";
            c.execute(query, (n, [n; 16], format!("urn:x:{n}"), day * 86_400_000)).unwrap();
            let query = "INSERT INTO route (entry_id, feed_no, admitted, sort_at, evidence) VALUES (?1, 1, 1, ?2, '')";
            c.execute(query, (n, day * 86_400_000)).unwrap();
        };
        c.execute_batch(
            "INSERT INTO source (no, id, url_hash, active, interval_ms, next_poll_at, because)
             VALUES (1, 'a', 1, 1, 60000, 0, '');
             INSERT INTO feed (no, id, active) VALUES (1, 'f', 1);",
        )
        .unwrap();
        for (n, day) in [(1, 20_000), (2, 20_000), (3, 20_001), (4, 20_400)] {
            add(n, day);
        }
        for table in ["source_day", "feed_day"] {
            assert_eq!(one(&format!("SELECT count(*) FROM {table}")), 1, "what went wrong before");
        }
        migrate(&c, "x", Timestamp::EPOCH).unwrap();
        // From now on a day to come takes none with it, and days do not pile up.
        add(5, 20_002);
        add(6, 30_000);
        for table in ["source_day", "feed_day"] {
            let entries = |day: i64| one(&format!("SELECT entries FROM {table} WHERE day = {day}"));
            assert_eq!([20_000, 20_001, 20_002, 20_400].map(entries), [2, 1, 1, 1], "{table}");
        }
        for n in 0..100 {
            add(100 + n, 20_100 + i64::from(n));
        }
        assert_eq!(one("SELECT count(*) FROM source_day"), 62);
        assert_eq!(one("SELECT count(*) FROM feed_day"), 62);
        assert_eq!(one("SELECT entries FROM source_day WHERE day = 20199"), 1);
    }

    /// B162: a source that was over a budget before the store had a column for it is found.
    #[test]
    fn sources_that_were_over_before_are_found_b162() {
        let c = of_version(14);
        let add = |no: i64, standing: &str| {
            let query = "INSERT INTO source (no, id, url_hash, active, interval_ms, next_poll_at, because, standing)
                         VALUES (?1, ?2, ?1, 1, 60000, 0, '', ?3)";
            c.execute(query, (no, format!("s{no}"), standing)).unwrap();
        };
        add(1, r#"{"over":[7000,"10 new entries a day (limits.entries_per_day)",3]}"#);
        add(2, "{}");
        add(3, r#"{"over":[7000,"",3]}"#);
        add(4, "[");
        migrate(&c, "x", Timestamp::EPOCH).unwrap();
        let over = |no: i64| {
            c.query_row("SELECT over_at FROM source WHERE no = ?1", [no], |r| r.get::<_, Option<i64>>(0)).unwrap()
        };
        assert_eq!([1, 2, 3, 4].map(over), [Some(7000), None, None, None]);
    }

    /// A claim of an earlier program names no node, so nobody could tell whether it lives.
    #[test]
    fn claims_and_turns_of_an_earlier_program_are_free() {
        let c = of_version(15);
        c.execute_batch(
            "INSERT INTO source (no, id, url_hash, active, interval_ms, next_poll_at, because, lease, lease_until_at, holder)
             VALUES (1, 'a', 1, 1, 60000, 0, '', 7, 9000, 'daemon 1:2:3'), (2, 'b', 1, 1, 60000, 0, '', 8, 0, '');
             INSERT INTO turn VALUES ('a.example', 1, 'daemon', 9000);",
        )
        .unwrap();
        migrate(&c, "x", Timestamp::EPOCH).unwrap();
        let one = |query: &str| c.query_row(query, [], |r| r.get::<_, i64>(0)).unwrap();
        assert_eq!(one("SELECT count(*) FROM turn"), 0);
        assert_eq!(one("SELECT count(*) FROM source WHERE lease_until_at > 0 OR holder <> ''"), 0);
        // A poll under way cannot commit any more; what nobody held is as it was.
        assert_eq!(["a", "b"].map(|id| one(&format!("SELECT lease FROM source WHERE id = '{id}'"))), [8, 8]);
    }

    /// Else each reader would fetch each feed once after the upgrade.
    #[test]
    fn documents_keep_their_dates_o27() {
        let c = of_version(15);
        c.execute_batch(
            "INSERT INTO feed (no, id, active, document_hash, document_at) VALUES (1, 'f', 1, zeroblob(16), 7000);
             INSERT INTO feed (no, id, active) VALUES (2, 'g', 1);",
        )
        .unwrap();
        migrate(&c, "x", Timestamp::EPOCH).unwrap();
        let dated = |feed: &str| {
            let feed = FeedId::new(feed).unwrap();
            documents::dated(&c, DocumentOf { feed: &feed, format: "atom" }, DocumentHash(0)).unwrap()
        };
        assert_eq!((dated("f"), dated("g")), (Some(Timestamp::from_millis(7000)), None));
    }

    #[test]
    fn a_store_of_an_earlier_schema_has_its_index_filled_anew() {
        let c = of_version(3);
        c.execute("INSERT INTO search (rowid, words) VALUES (5, 'mayor visits')", []).unwrap();
        c.execute("UPDATE index_state SET indexed_to = 5", []).unwrap();
        migrate(&c, "x", Timestamp::EPOCH).unwrap();
        let one = |query: &str| c.query_row(query, [], |r| r.get::<_, i64>(0)).unwrap();
        assert_eq!(one("SELECT count(*) FROM tree"), 0);
        // What was found without positions is gone; what comes is found with them.
        assert_eq!(one("SELECT count(*) FROM search WHERE search MATCH 'mayor'"), 0);
        c.execute("INSERT INTO search (rowid, words) VALUES (5, 'the mayor visits')", []).unwrap();
        assert_eq!(one("SELECT count(*) FROM search WHERE search MATCH '\"mayor visits\"'"), 1);
        assert_eq!(one("SELECT count(*) FROM search WHERE search MATCH '\"visits mayor\"'"), 0);
    }
}
