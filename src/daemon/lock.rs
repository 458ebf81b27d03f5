//! One daemon per store (R15).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// An exclusive lock on a file beside the store; ends with the process.
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the store at `store`.
    ///
    /// # Errors
    /// A sentence that names the process holding it, or why it cannot be had.
    pub fn take(store: &Path) -> Result<Self, String> {
        let mut path = store.as_os_str().to_owned();
        path.push(".lock");
        let named = |error: std::io::Error| format!("cannot lock {}: {error}", Path::new(&path).display());
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(named)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Without its name it is still held.
                let _ = file.read_to_string(&mut holder);
                return Err(format!(
                    "the store {} is in use by process {}; stop it first, or name another store",
                    store.display(),
                    holder.trim()
                ));
            }
            Err(TryLockError::Error(error)) => return Err(named(error)),
        }
        let write = || -> std::io::Result<()> {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            writeln!(file, "{}", std::process::id())
        };
        let mut write = write;
        write().map_err(named)?;
        Ok(Lock { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_daemon_is_told_of_the_first_r15() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("a.db");
        let first = Lock::take(&store).unwrap();
        let said = Lock::take(&store).err().unwrap();
        assert!(said.contains(&std::process::id().to_string()), "{said}");
        drop(first);
        assert!(Lock::take(&store).is_ok());
    }
}
