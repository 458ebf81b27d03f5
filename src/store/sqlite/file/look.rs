//! Opening a store to look at it: nothing is written, nothing is left beside it.
//!
//! SQLite leaves its log and the index of the log beside a store that it reads.
//! Where both are there already (wiredesk runs, or was killed), a plain reading
//! connection does. Where they are not, nobody has the store open: it is read
//! without any lock, and whether somebody came meanwhile is seen by the files.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::store::sqlite::file::files::{beside, resolve};
use crate::store::sqlite::file::open::{self, named, settled};
use crate::store::{Error, Result};

/// A connection for looking.
pub struct Looking {
    /// The connection.
    pub connection: Connection,
    /// How the files were when it was opened, where no lock keeps them so.
    seen: Option<SeenFile>,
}

impl Looking {
    /// A connection beside the writer of this process.
    ///
    /// # Errors
    /// As the database says.
    pub fn beside_a_writer(path: &Path) -> Result<Looking> {
        Ok(Looking { connection: open::reading(path)?, seen: None })
    }

    /// Whether what was read is of one state of the store.
    pub fn is_undisturbed(&self) -> bool {
        self.seen.as_ref().is_none_or(|seen| *seen == SeenFile::of(&seen.path))
    }
}

/// Reading connections that nobody uses at the moment.
#[derive(Default)]
pub struct Idle(Mutex<Vec<Looking>>);

impl Idle {
    /// All of them.
    pub fn all(&self) -> MutexGuard<'_, Vec<Looking>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One of them.
    pub fn take(&self) -> Option<Looking> {
        self.all().pop()
    }

    /// Returns one.
    pub fn put(&self, looking: Looking) {
        self.all().push(looking);
    }
}

/// What tells whether a file was written to.
type Stamp = Option<(u64, u64, u64, i64, i64)>;

#[derive(PartialEq)]
struct SeenFile {
    path: PathBuf,
    database: Stamp,
    log: Stamp,
}

impl SeenFile {
    fn of(path: &Path) -> SeenFile {
        let stamp = |path: &Path| -> Stamp {
            let data = std::fs::metadata(path).ok()?;
            Some((data.dev(), data.ino(), data.len(), data.mtime(), data.mtime_nsec()))
        };
        // A log without anything in it is as good as none.
        let log = stamp(&beside(path, "-wal")).filter(|(_, _, length, ..)| *length > 0);
        SeenFile { path: path.to_owned(), database: stamp(path), log }
    }
}

/// Opens the store at `path` to look at it.
///
/// # Errors
/// [`Error::Unusable`] names the path and the remedy.
pub fn open(path: &Path) -> Result<Looking> {
    let real = resolve(path);
    let seen = SeenFile::of(&real);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let is_there = |ending| beside(&real, ending).exists();
    let shared = is_there("-wal") && is_there("-shm") || is_there("-journal");
    let opened = || -> rusqlite::Result<Connection> {
        if shared {
            return Connection::open_with_flags(&real, flags);
        }
        let parameters = if seen.log.is_some() { "vfs=unix-none" } else { "immutable=1" };
        let connection = Connection::open_with_flags(uri(&real, parameters), flags | OpenFlags::SQLITE_OPEN_URI)?;
        if seen.log.is_some() {
            // The index of the log is kept in memory, and nothing is written back.
            connection.pragma_update(None, "locking_mode", "exclusive")?;
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        }
        Ok(connection)
    };
    let connection = settled(opened().map_err(|e| named(path, e))?)?;
    connection.pragma_update(None, "query_only", true).map_err(|e| named(path, e))?;
    Ok(Looking { connection, seen: (!shared).then_some(seen) })
}

/// A path as SQLite reads it in a URI: other bytes than these are escaped.
fn uri(path: &Path, parameters: &str) -> String {
    use std::fmt::Write;
    use std::os::unix::ffi::OsStrExt;
    let mut text = "file:".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => text.push(char::from(*byte)),
            // Writing to a string cannot fail.
            other => drop(write!(text, "%{other:02X}")),
        }
    }
    format!("{text}?{parameters}")
}

/// Says what is wrong with a file that is no database, before SQLite is asked:
/// it takes an empty file for an empty database, and reads one that was cut
/// short as far as it goes.
///
/// # Errors
/// [`Error::Unusable`], [`Error::Corrupt`].
pub fn check_file(path: &Path) -> Result<()> {
    use std::io::Read;
    let at = path.display();
    let unusable = |why: &str| Err(Error::Unusable(format!("store {at}: {why}")));
    if path.is_dir() {
        return unusable("is a directory; name a file in store.url");
    }
    let real = resolve(path);
    let mut file = match std::fs::File::open(&real) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::Unusable(format!(
                "there is no store at {at} yet; `wiredesk run` or `wiredesk poll` makes one"
            )));
        }
        Err(e) => return unusable(&format!("cannot be read: {e}")),
    };
    // While there is a log, part of the store may stand in it.
    let has_log = std::fs::metadata(beside(&real, "-wal")).is_ok_and(|data| data.len() > 0);
    let length = file.metadata().map_or(0, |data| data.len());
    let mut head = [0_u8; 100];
    let whole = file.read_exact(&mut head).is_ok();
    if length == 0 && !has_log {
        return unusable("is empty: 0 bytes, no store; restore a backup that verifies");
    }
    if length > 0 && !(whole && head.starts_with(b"SQLite format 3\0")) {
        return unusable("is no database; name another file, or restore a backup");
    }
    let promised = promised(&head);
    if whole && !has_log && promised > length {
        return Err(Error::Corrupt(format!(
            "{at}: it was cut short: of {promised} bytes it holds {length}; restore a backup that verifies"
        )));
    }
    Ok(())
}

/// How long a database is by its header (SQLite file format §1.3), 0 where it
/// does not tell.
fn promised(head: &[u8; 100]) -> u64 {
    let number = |at: usize| u64::from(u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    let size = match u64::from(u16::from_be_bytes([head[16], head[17]])) {
        1 => 65_536,
        size => size,
    };
    // The number of pages counts where it was written with the last change.
    if number(24) == number(92) { size * number(28) } else { 0 }
}

/// What `job` reads of the store, looked at as often as it takes to see one
/// state of it; see [`Looking::is_undisturbed`].
///
/// # Errors
/// The job's; [`Error::Locked`] when somebody writes all the while.
pub fn steadily<T>(path: &Path, idle: &Idle, job: impl Fn(&Connection) -> Result<T>) -> Result<T> {
    // Once somebody has opened it, its log is there, and locks keep things apart.
    const TRIES: usize = 8;
    for _ in 0..TRIES {
        let looking = idle.take().map_or_else(|| open(path), Ok)?;
        let done = job(&looking.connection);
        if looking.is_undisturbed() {
            idle.put(looking);
            return done;
        }
    }
    Err(Error::Locked(format!("{}: it was written to while it was read; try again", path.display())))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn count(c: &Connection) -> i64 {
        c.query_row("SELECT count(*) FROM t", [], |r| r.get(0)).unwrap()
    }

    #[test]
    fn what_is_written_during_a_look_is_looked_at_anew() {
        let folder = tempfile::tempdir().unwrap();
        // A name that means something else in a URI.
        let path = folder.path().join("a b?c#d%20é.db");
        let writer = Connection::open(&path).unwrap();
        writer.pragma_update(None, "journal_mode", "wal").unwrap();
        writer.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
        drop(writer);
        let (looks, idle) = (Cell::new(0), Idle::default());
        let seen = steadily(&path, &idle, |c| {
            looks.set(looks.get() + 1);
            let before = count(c);
            if looks.get() == 1 {
                // It comes, writes and goes, and nothing is left that would tell.
                Connection::open(&path).unwrap().execute_batch("INSERT INTO t VALUES (2)").unwrap();
            }
            Ok(before)
        });
        assert_eq!((seen.unwrap(), looks.get()), (2, 2));
        // A connection that waited meanwhile does not tell of before either.
        Connection::open(&path).unwrap().execute_batch("INSERT INTO t VALUES (3)").unwrap();
        assert_eq!(steadily(&path, &idle, |c| Ok(count(c))).unwrap(), 3);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_store_that_is_written_to_all_the_while_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
        let seen = steadily(&path, &Idle::default(), |_| {
            Connection::open(&path).unwrap().execute_batch("INSERT INTO t VALUES (zeroblob(9000))").unwrap();
            Ok(())
        });
        assert!(matches!(seen, Err(Error::Locked(_))));
    }
}
