//! Copies of a store that are whole or not there (R16).
//!
//! A copy is written beside its place under another name, counted against the
//! store, synced, and then given its name: whatever cuts it short, nothing that
//! is called as it should be is half of a store.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, named_params};

use crate::store::sqlite::file::files::{beside, is_called, sync_folder};
use crate::store::{Error, Result};

/// Tables from which nothing is ever taken: a copy made while others write holds
/// at least what was there before, and at most what is there after.
const GROWING: [&str; 7] = ["document", "entry", "feed", "migration", "source", "tally", "tree"];

/// A copy that does not have its name yet. Dropping it deletes it.
pub struct Partial {
    /// Holds the lock on the unfinished file.
    file: File,
    path: PathBuf,
    to: PathBuf,
    named: bool,
}

/// Writes a copy of the store that `c` reads, to be called `to`.
///
/// # Errors
/// [`Error::Unusable`] names the file and what is in the way.
pub fn write(c: &Connection, to: &Path) -> Result<Partial> {
    let partial = Partial::begin(to)?;
    let failed = |error: Error| failed(to, &error.to_string());
    let text = partial.path.to_str().ok_or_else(|| self::failed(to, "the name is not UTF-8"))?;
    let before = Count::of(c).map_err(|e| failed(e.into()))?;
    c.pragma_update(None, "query_only", false)?;
    let done = c.execute("VACUUM INTO :to", named_params! { ":to": text });
    c.pragma_update(None, "query_only", true)?;
    done.map_err(|e| failed(e.into()))?;
    let after = Count::of(c).map_err(|e| failed(e.into()))?;
    let copied = Count::of(&partial.open().map_err(|e| failed(e.into()))?).map_err(|e| failed(e.into()))?;
    match copied.lacks(&before, &after) {
        None => Ok(partial),
        Some(what) => Err(self::failed(to, &format!("the copy is not whole ({what}); check the disk, and try again"))),
    }
}

fn failed(to: &Path, why: &str) -> Error {
    Error::Unusable(format!("backup to {}: {why}", to.display()))
}

impl Partial {
    fn begin(to: &Path) -> Result<Partial> {
        if to.symlink_metadata().is_ok() {
            return Err(failed(to, "the file exists; name another"));
        }
        let absolute = std::path::absolute(to).map_err(|e| failed(to, &e.to_string()))?;
        let path = beside(&absolute, ".partial");
        // One that was cut short lies there still; one that is being written is locked.
        let open = |path: &Path| OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file = Partial::lock(&path, to, open)?;
        let partial = Partial { file, path, to: absolute, named: false };
        // Another backup may have come to its end since we looked.
        if to.symlink_metadata().is_ok() {
            return Err(failed(to, "the file exists; name another"));
        }
        partial.forget_journal();
        partial.file.set_len(0).map_err(|e| failed(to, &e.to_string()))?;
        Ok(partial)
    }

    /// Locks the unfinished file that `open` opened.
    fn lock(path: &Path, to: &Path, mut open: impl FnMut(&Path) -> std::io::Result<File>) -> Result<File> {
        loop {
            let file = open(path).map_err(|e| failed(to, &e.to_string()))?;
            file.try_lock().map_err(|_| failed(to, "another backup is being written there"))?;
            // Opened before another backup ended and locked after it, this is the
            // finished copy under its own name.
            if is_called(&file, path) {
                return Ok(file);
            }
        }
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }

    /// What SQLite left beside an unfinished file belongs to nothing.
    fn forget_journal(&self) {
        // Mostly there is none.
        let _ = std::fs::remove_file(beside(&self.path, "-journal"));
    }

    /// Has the copy on disk, and gives it its name. Returns its size in bytes.
    ///
    /// # Errors
    /// The machine's, with the file named.
    pub fn keep(mut self) -> Result<u64> {
        let keep = || -> std::io::Result<u64> {
            self.file.sync_all()?;
            let bytes = self.file.metadata()?.len();
            std::fs::rename(&self.path, &self.to)?;
            sync_folder(&self.to)?;
            Ok(bytes)
        };
        let kept = keep();
        self.named = kept.is_ok();
        kept.map_err(|e| failed(&self.to, &e.to_string()))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.named {
            // Left behind it is in nobody's way: the next copy of that name takes its place.
            let _ = std::fs::remove_file(&self.path);
            self.forget_journal();
        }
    }
}

/// How many rows each table has, and a number that changes when others write.
struct Count {
    rows: BTreeMap<String, i64>,
    version: i64,
}

const TABLES: &str = "
    SELECT name
      FROM sqlite_schema
     WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";

/// The name of a table follows.
const COUNT_ROWS: &str = "SELECT count(*) FROM ";

impl Count {
    fn of(c: &Connection) -> rusqlite::Result<Count> {
        // The version first: what is counted after it was seen by it, or another comes.
        let version = c.query_row("PRAGMA data_version", [], |r| r.get(0))?;
        let tables: Vec<String> = c.prepare(TABLES)?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut rows = BTreeMap::new();
        for table in tables {
            let query = format!("{COUNT_ROWS}\"{}\"", table.replace('"', "\"\""));
            rows.insert(table, c.query_row(&query, [], |r| r.get(0))?);
        }
        Ok(Count { rows, version })
    }

    /// What a copy lacks of a store that was counted before and after it was made.
    fn lacks(&self, before: &Count, after: &Count) -> Option<String> {
        let quiet = before.version == after.version;
        before.rows.iter().find_map(|(table, least)| {
            let most = after.rows.get(table).copied().unwrap_or(*least);
            match self.rows.get(table) {
                None => Some(format!("it has no table {table}")),
                Some(rows) if quiet || GROWING.contains(&table.as_str()) => {
                    (!(*least..=most).contains(rows)).then(|| format!("of {least} rows of {table} it holds {rows}"))
                }
                Some(_) => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(folder: &tempfile::TempDir) -> Connection {
        let c = Connection::open(folder.path().join("a.db")).unwrap();
        c.execute_batch("CREATE TABLE entry (a); CREATE TABLE turn (a); INSERT INTO entry VALUES (1), (2)").unwrap();
        c
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let names = std::fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = names.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_copy_has_its_name_when_it_is_whole_r16() {
        let folder = tempfile::tempdir().unwrap();
        let c = store(&folder);
        let to = folder.path().join("copy");
        let partial = write(&c, &to).unwrap();
        assert_eq!(names(&folder), ["a.db", "copy.partial"]);
        let second = write(&c, &to).err().unwrap().to_string();
        assert!(second.contains("another backup"), "{second}");
        let bytes = partial.keep().unwrap();
        assert_eq!((names(&folder), bytes), (vec!["a.db".to_owned(), "copy".to_owned()], to.metadata().unwrap().len()));
        assert!(write(&c, &to).err().unwrap().to_string().contains("exists"));
    }

    #[test]
    fn what_a_killed_copy_left_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let c = store(&folder);
        std::fs::write(folder.path().join("copy.partial"), "half of a store").unwrap();
        write(&c, &folder.path().join("copy")).unwrap().keep().unwrap();
        assert_eq!(names(&folder), ["a.db", "copy"]);
        drop(write(&c, &folder.path().join("other")).unwrap());
        assert_eq!(names(&folder), ["a.db", "copy"]);
    }

    #[test]
    fn of_copies_that_are_made_at_once_one_gets_the_name_and_is_whole_r16() {
        let folder = tempfile::tempdir().unwrap();
        drop(store(&folder));
        for round in 0..40 {
            let to = folder.path().join(format!("copy{round}"));
            let made = || {
                let c = Connection::open(folder.path().join("a.db")).unwrap();
                (0..20).filter(|_| write(&c, &to).and_then(Partial::keep).is_ok()).count()
            };
            let made: usize = std::thread::scope(|s| {
                let all: Vec<_> = (0..3).map(|_| s.spawn(made)).collect();
                all.into_iter().map(|one| one.join().unwrap()).sum()
            });
            let copy = Connection::open(&to).unwrap();
            let rows: i64 = copy.query_row("SELECT count(*) FROM entry", [], |r| r.get(0)).unwrap();
            assert_eq!((made, rows), (1, 2), "round {round}");
        }
    }

    #[test]
    fn what_another_finished_between_opening_and_locking_is_not_taken_for_unfinished_r16() {
        let folder = tempfile::tempdir().unwrap();
        let [path, to] = ["copy.partial", "copy"].map(|name| folder.path().join(name));
        let ends: [&dyn Fn(); 3] = [
            &|| std::fs::rename(&path, &to).unwrap(),
            &|| std::fs::remove_file(&path).unwrap(),
            // And a third one has begun.
            &|| {
                std::fs::rename(&path, &to).unwrap();
                File::create(&path).unwrap();
            },
        ];
        for (n, end) in ends.iter().enumerate() {
            let mut opened = 0;
            let file = Partial::lock(&path, &to, |path| {
                let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
                opened += 1;
                if opened == 1 {
                    end();
                }
                file
            });
            assert!(is_called(&file.unwrap(), &path), "{n}");
            assert_eq!(opened, 2, "{n}");
            std::fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_copy_that_lacks_something_is_told_from_one_made_while_others_write() {
        let count = |entries: i64, turns: i64, version| Count {
            rows: [("entry".to_owned(), entries), ("turn".to_owned(), turns)].into(),
            version,
        };
        let check = |copy: (i64, i64), after: Count, whole: bool| {
            let lacks = count(copy.0, copy.1, 9).lacks(&count(2, 1, 1), &after);
            assert_eq!(lacks.is_none(), whole, "{copy:?}: {lacks:?}");
        };
        check((2, 1), count(2, 1, 1), true);
        check((1, 1), count(2, 1, 1), false);
        check((2, 0), count(2, 1, 1), false);
        check((3, 0), count(4, 1, 2), true);
        check((1, 0), count(4, 1, 2), false);
        check((5, 0), count(4, 1, 2), false);
    }
}
