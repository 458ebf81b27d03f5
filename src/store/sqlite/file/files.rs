//! Where a store's files lie, and whether they are still the ones that were
//! opened: what is written to a file that was deleted or replaced is lost.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::store::{Error, Result};

/// More symbolic links in a row than this are a circle.
const LINKS: usize = 40;

/// The file that `path` stands for, symbolic links followed, also where there is
/// no file yet. SQLite names its log after this one, and so do we the lock.
pub fn resolve(path: &Path) -> PathBuf {
    let mut at = path.to_owned();
    for _ in 0..LINKS {
        let Ok(to) = std::fs::read_link(&at) else { break };
        at = folder(&at).join(to);
    }
    match (folder(&at).canonicalize(), at.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => at,
    }
}

/// The folder that a file lies in.
pub fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The file beside `path` whose name ends in `ending`.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// Has the folder of `path` on disk: a file that was renamed there stays.
pub fn sync_folder(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder(path))?.sync_all()
}

/// A file, whatever its name.
type Identity = (u64, u64);

fn identity(path: &Path) -> Option<Identity> {
    // One that cannot be looked at is as good as gone.
    std::fs::metadata(path).ok().map(|data| (data.dev(), data.ino()))
}

/// Whether an open file is the one that is called `path` now.
pub fn is_called(file: &std::fs::File, path: &Path) -> bool {
    let opened = file.metadata().ok().map(|data| (data.dev(), data.ino()));
    opened.is_some() && opened == identity(path)
}

/// The files of an open store.
pub struct Files {
    /// By their names, what each is in the store, and which file it was at first.
    files: [(PathBuf, &'static str, Option<Identity>); 3],
}

impl Files {
    /// The files of the store that was just opened as `path`, its log included.
    pub fn of(path: &Path) -> Files {
        let real = resolve(path);
        // The database by the name that was given: a link may be turned elsewhere.
        let named = [
            (path.to_owned(), "the store"),
            (beside(&real, "-wal"), "the log of the store"),
            (beside(&real, "-shm"), "the index of the store's log"),
        ];
        Files {
            files: named.map(|(path, what)| {
                let now = identity(&path);
                (path, what, now)
            }),
        }
    }

    /// Whether all of them are still there.
    ///
    /// # Errors
    /// [`Error::Gone`] names the file.
    pub fn check(&self) -> Result<()> {
        for (path, what, opened) in &self.files {
            let now = identity(path);
            if now == *opened {
                continue;
            }
            let happened = if now.is_some() { "replaced by another file" } else { "deleted or moved away" };
            return Err(Error::Gone(format!(
                "{what} {} was {happened} while wiredesk runs; put the file back, or start wiredesk again",
                path.display()
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_lead_to_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let at = |name: &str| root.join(name);
        std::fs::create_dir(at("real")).unwrap();
        symlink("real/a.db", at("link")).unwrap();
        symlink(at("link"), at("link to a link")).unwrap();
        symlink("real", at("folder")).unwrap();
        symlink("circle", at("circle")).unwrap();
        let check = |name: &str, expected: &str| assert_eq!(resolve(&at(name)), at(expected), "{name}");
        for name in ["link", "link to a link", "folder/a.db", "real/../real/a.db", "real/a.db"] {
            check(name, "real/a.db");
        }
        std::fs::write(at("real/a.db"), "").unwrap();
        check("link to a link", "real/a.db");
        check("circle", "circle");
        assert_eq!(resolve(Path::new("a.db")), std::env::current_dir().unwrap().join("a.db"));
    }

    #[test]
    fn a_deleted_a_moved_and_a_replaced_file_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let write = |ending: &str| std::fs::write(beside(&path, ending), "x").unwrap();
        ["", "-wal", "-shm"].into_iter().for_each(write);
        let files = Files::of(&path);
        files.check().unwrap();
        for ending in ["", "-wal", "-shm"] {
            let (file, away) = (beside(&path, ending), folder.path().join("away"));
            std::fs::rename(&file, &away).unwrap();
            let said = files.check().unwrap_err().to_string();
            assert!(said.contains("deleted or moved") && said.contains(&file.display().to_string()), "{said}");
            write(ending);
            let said = files.check().unwrap_err().to_string();
            assert!(said.contains("replaced"), "{said}");
            std::fs::rename(&away, &file).unwrap();
            files.check().unwrap();
        }
    }
}
