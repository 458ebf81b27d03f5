//! Opening connections, and refusing files that cannot hold a store.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::store::sqlite::file::files::{beside, folder, resolve};
use crate::store::sqlite::file::lock::Lock;
use crate::store::{Error, Result};

/// 3.7.0 to 3.51.2 may corrupt a WAL that two connections reset at once (R11).
const OLDEST: i32 = 3_051_003;

/// How long a statement waits for another program's lock.
const BUSY: Duration = Duration::from_secs(5);

/// Statements kept prepared on a connection: as many as the writer has, and some more. Of
/// fewer, each would be gone by the time that it is its turn again.
const STATEMENTS: usize = 192;

/// Opens `path` for writing, and creates it when missing.
///
/// # Errors
/// [`Error::Unusable`] names the path and the remedy.
pub fn writing(path: &Path) -> Result<Connection> {
    if rusqlite::version_number() < OLDEST {
        return Err(Error::Unusable(format!(
            "SQLite {} can corrupt a store; build with 3.51.3 or newer",
            rusqlite::version()
        )));
    }
    check_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let real = resolve(path);
    let connection = Connection::open_with_flags(&real, flags).map_err(|e| named(path, e)).and_then(settled)?;
    let pragmas = || -> rusqlite::Result<()> {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // Checkpoints in larger strides: fewer passes over the file under load.
        connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
        connection.pragma_update(None, "cache_size", -4096)?;
        // What a statement may have to undo is kept in memory or in a file. In memory
        // SQLite walks all that the transaction has kept at the end of each statement, so
        // that a large job is quadratic; in a file it does not.
        connection.pragma_update(None, "temp_store", "file")
    };
    pragmas().map_err(|e| named(path, e))?;
    keep_temporary_files(&connection, folder(&real)).map_err(|e| named(path, e))?;
    Ok(connection)
}

/// Has SQLite keep its temporary files in `folder`: where the store lies is room, and /tmp
/// may be memory. SQLite has one such folder for the whole process, and other threads may be
/// reading its name, so the first store decides. A folder that has gone is passed over.
fn keep_temporary_files(connection: &Connection, folder: &Path) -> rusqlite::Result<()> {
    static FIRST: Once = Once::new();
    let mut set = Ok(());
    FIRST.call_once(|| set = connection.pragma_update(None, "temp_store_directory", folder.to_string_lossy()));
    set
}

/// Opens `path` for reading, beside the writer of this process.
///
/// # Errors
/// As the database says.
pub fn reading(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(resolve(path), flags).map_err(|e| named(path, e)).and_then(settled)?;
    connection.pragma_update(None, "query_only", true).map_err(|e| named(path, e))?;
    Ok(connection)
}

/// What all connections have in common.
pub fn settled(connection: Connection) -> Result<Connection> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Else a statement with `LIMIT :limit` is compiled anew whenever it is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Says why `path` cannot be written to before SQLite is asked, in words that name
/// the remedy (B87).
///
/// # Errors
/// [`Error::Unusable`].
pub fn check_file(path: &Path) -> Result<()> {
    let unusable = |why: &str| Err(Error::Unusable(format!("store {}: {why}", path.display())));
    if path.is_dir() {
        return unusable("is a directory; name a file in store.url");
    }
    let real = resolve(path);
    let folder = folder(&real);
    if !folder.is_dir() {
        return unusable(&format!("its folder does not exist; create it with: mkdir -p {}", folder.display()));
    }
    let data = std::fs::metadata(&real).ok();
    if data.as_ref().is_none_or(|data| data.len() == 0) {
        none_was_here(path, &real)?;
    }
    let Some(data) = data else { return Ok(()) };
    if data.permissions().readonly() {
        return unusable("is read-only; give the service's user write permission");
    }
    // Under each name it would have a log of its own, and be damaged by the other's.
    if data.nlink() > 1 {
        let names = data.nlink();
        return unusable(&format!("has {names} names (hard links); keep one: find {} -samefile", folder.display()));
    }
    Ok(())
}

/// Refuses to make a store where the file of another is missing: its log would be
/// emptied, and what stands in it lost.
fn none_was_here(path: &Path, real: &Path) -> Result<()> {
    let log = beside(real, "-wal");
    let left = std::fs::metadata(&log).map_or(0, |data| data.len());
    if left > 0 {
        return Err(Error::Unusable(format!(
            "store {}: its file is gone, and its log {} ({left} bytes) is still there; put the file back beside it, or \
             move the log away to begin a new store",
            path.display(),
            log.display()
        )));
    }
    match Lock::held_by(path) {
        Some(process) => Err(Error::Unusable(format!(
            "store {}: its file is gone while process {process} works on it; put the file back, or stop that process",
            path.display()
        ))),
        None => Ok(()),
    }
}

pub fn named(path: &Path, e: rusqlite::Error) -> Error {
    match Error::from(e) {
        Error::Database(said) => {
            let at = path.display();
            Error::Unusable(format!("store {at}: {said}; check the folder's permissions and space"))
        }
        other => at(path, other),
    }
}

/// An error with the file that has it.
pub fn at(path: &Path, error: Error) -> Error {
    let at = path.display();
    match error {
        Error::Corrupt(said) => Error::Corrupt(format!(
            "{at}: {said}; keep the file, restore a backup, or check it with: wiredesk verify {at}"
        )),
        Error::Locked(said) => Error::Locked(format!("{at}: {said}")),
        Error::Full(said) => Error::Full(format!("{at}: {said}")),
        Error::Database(said) => Error::Database(format!("{at}: {said}")),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ran;

    /// How long a job of `rows` rows takes the thread that writes them.
    fn job(connection: &Connection, rows: u64) -> u64 {
        let before = ran();
        connection.execute_batch("BEGIN; SAVEPOINT job").unwrap();
        let mut insert = connection.prepare("INSERT INTO entry (key, text) VALUES (hex(randomblob(16)), ?1)").unwrap();
        for _ in 0..rows {
            insert.execute(["a text of some length, as entries have it".repeat(8)]).unwrap();
        }
        connection.execute_batch("RELEASE job; COMMIT").unwrap();
        ran() - before
    }

    #[test]
    fn a_job_takes_time_as_it_has_rows_b104() {
        let folder = tempfile::tempdir().unwrap();
        let connection = writing(&folder.path().join("a.db")).unwrap();
        // A trigger makes each statement one that may have to be undone halfway.
        connection
            .execute_batch(
                "CREATE TABLE entry (id INTEGER PRIMARY KEY, key TEXT UNIQUE, text TEXT);
                 CREATE TABLE day (day INTEGER PRIMARY KEY, entries INTEGER);
                 CREATE TRIGGER counted AFTER INSERT ON entry BEGIN
                     INSERT INTO day VALUES (new.id % 7, 1) ON CONFLICT (day) DO UPDATE SET entries = entries + 1;
                 END;",
            )
            .unwrap();
        job(&connection, 4_000);
        let (small, large) = (job(&connection, 1_000), job(&connection, 16_000));
        assert!(large <= 39 * small, "16 times the rows took {} times as long", large / small.max(1));
    }
}
