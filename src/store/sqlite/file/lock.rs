//! One daemon per store (R15).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::sqlite::file::files;
use crate::store::{Error, Result};

/// For how many tries somebody else may hold the lock: `wiredesk poll` does for
/// a moment while it brings an older store up to date.
const TRIES: u32 = 10;

/// Between two tries.
const BETWEEN: Duration = Duration::from_millis(100);

/// Behind the number of a process that holds the lock to copy the store.
const COPYING: &str = " (store copy)";

/// An exclusive lock on a file beside the store; ends with the process. By
/// whatever name a store is opened, the lock lies beside the file itself.
pub struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Takes the lock of the store at `store`.
    ///
    /// # Errors
    /// [`Error::Unusable`] names the process that holds it, or tells why it
    /// cannot be taken.
    pub fn take(store: &Path) -> Result<Self> {
        Lock::take_for(store, "")
    }

    /// The same, to copy the store: nobody may work on it meanwhile, not even beside a daemon.
    ///
    /// # Errors
    /// Those of [`Lock::take`].
    pub fn take_to_copy(store: &Path) -> Result<Self> {
        Lock::take_for(store, COPYING)
    }

    /// The other process that copies the store at `store`.
    pub fn copied_by(store: &Path) -> Option<String> {
        Lock::held_by(store)?.strip_suffix(COPYING).map(str::to_owned)
    }

    fn take_for(store: &Path, purpose: &str) -> Result<Self> {
        let path = files::beside(&files::resolve(store), ".lock");
        let named = |error: std::io::Error| Error::Unusable(format!("cannot lock {}: {error}", path.display()));
        let mut left = TRIES;
        loop {
            let mut file =
                OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(named)?;
            match file.try_lock() {
                Ok(()) => {
                    note(&mut file, purpose).map_err(named)?;
                    return Ok(Lock { path, file });
                }
                Err(TryLockError::WouldBlock) if left > 0 => {
                    left -= 1;
                    std::thread::sleep(BETWEEN);
                }
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    // Without its name it is still held.
                    let _ = file.read_to_string(&mut holder);
                    return Err(Error::Unusable(format!(
                        "the store {} is in use by process {}; stop it first, or name another store",
                        store.display(),
                        holder.trim()
                    )));
                }
                Err(TryLockError::Error(error)) => return Err(named(error)),
            }
        }
    }

    /// The other process that holds the lock of the store at `store`; `None` when
    /// nobody does, or this one.
    pub fn held_by(store: &Path) -> Option<String> {
        let path = files::beside(&files::resolve(store), ".lock");
        let mut file = File::open(path).ok()?;
        if !matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)) {
            return None;
        }
        let mut holder = String::new();
        // Without its name it is still held.
        let _ = file.read_to_string(&mut holder);
        let holder = holder.trim().to_owned();
        let process = holder.strip_suffix(COPYING).unwrap_or(&holder);
        (process != std::process::id().to_string()).then_some(holder)
    }

    /// Whether the lock still keeps others off: its file may have been deleted
    /// under it. Where nobody came meanwhile, it is taken again.
    ///
    /// # Errors
    /// [`Error::Gone`] when another process has a lock of that name.
    pub fn renew(&mut self) -> Result<()> {
        let identity = |data: std::fs::Metadata| (data.dev(), data.ino());
        let held = self.file.metadata().map(identity).ok();
        if held.is_some() && std::fs::metadata(&self.path).map(identity).ok() == held {
            return Ok(());
        }
        let told = |why: String| Error::Gone(format!("the lock {} was deleted, and {why}", self.path.display()));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path)
            .map_err(|e| told(e.to_string()))?;
        match file.try_lock() {
            Ok(()) => note(&mut file, "").map_err(|e| told(e.to_string()))?,
            Err(_) => return Err(told("another process works on the store now; stop one of the two".to_owned())),
        }
        tracing::warn!(lock = %self.path.display(), "the store's lock was deleted, and is taken again");
        self.file = file;
        Ok(())
    }
}

/// Writes down who holds the lock, and what for.
fn note(file: &mut File, purpose: &str) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{}{purpose}", std::process::id())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn refused(store: &Path) -> String {
        Lock::take(store).err().unwrap().to_string()
    }

    #[test]
    fn a_second_daemon_is_told_of_the_first_r15() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("a.db");
        let first = Lock::take(&store).unwrap();
        let said = refused(&store);
        assert!(said.contains(&std::process::id().to_string()), "{said}");
        drop(first);
        assert!(Lock::take(&store).is_ok());
    }

    #[test]
    fn links_lead_to_the_same_lock_r15() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("real")).unwrap();
        symlink("real/a.db", at("link")).unwrap();
        symlink("link", at("chain")).unwrap();
        symlink("real", at("folder")).unwrap();
        let _first = Lock::take(&at("chain")).unwrap();
        for name in ["real/a.db", "link", "folder/a.db", "real/../folder/a.db"] {
            assert!(refused(&at(name)).contains("in use"), "{name}");
        }
    }

    #[test]
    fn a_deleted_lock_is_taken_again_unless_another_came() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("a.db");
        let file = folder.path().join("a.db.lock");
        let mut first = Lock::take(&store).unwrap();
        first.renew().unwrap();
        std::fs::remove_file(&file).unwrap();
        first.renew().unwrap();
        assert!(refused(&store).contains("in use"));
        std::fs::remove_file(&file).unwrap();
        let _second = Lock::take(&store).unwrap();
        assert!(matches!(first.renew(), Err(Error::Gone(_))));
    }
}
