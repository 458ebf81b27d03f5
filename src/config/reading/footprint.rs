//! What was looked at while the configuration was read, and its state just before. Whatever
//! differs later has not been read yet: a file saved during the reading, a file that was
//! missing, a new file that fits a pattern.

use std::collections::HashSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::pattern;

/// Something that was looked at.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum FileLook {
    /// A file, whether it could be read or not.
    File(PathBuf),
    /// The names in a folder that fit a pattern.
    Names(PathBuf, String),
}

/// Its state.
#[derive(Clone, PartialEq, Eq, Debug)]
enum FileSeen {
    /// There was no such file, or it could not be reached.
    Nothing,
    /// A version of a file.
    File(FileStamp),
    /// These names.
    Names(Vec<PathBuf>),
}

/// What distinguishes one version of a file from the next, through links and renames.
///
/// A file that is replaced has another inode, even if size and time stay the same; one that
/// is written in place, or whose permissions change, has another time of change, which
/// cannot be set back.
#[derive(Clone, PartialEq, Eq, Debug)]
struct FileStamp {
    device: u64,
    inode: u64,
    size_bytes: u64,
    written: (i64, i64),
    changed: (i64, i64),
}

/// Everything that was looked at, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Footprint {
    seen: Vec<(FileLook, FileSeen)>,
    /// The same looks, for lookup: a configuration may have a secret file for each source.
    looks: HashSet<FileLook>,
}

impl Footprint {
    /// Notes a file that is about to be read.
    pub fn file(&mut self, path: &Path) {
        self.add(FileLook::File(path.to_owned()));
    }

    /// Notes a pattern whose files are about to be looked for.
    pub fn names(&mut self, folder: &Path, pattern: &str) {
        self.add(FileLook::Names(folder.to_owned(), pattern.to_owned()));
    }

    fn add(&mut self, look: FileLook) {
        // The first state seen may be the one that was read.
        if self.looks.insert(look.clone()) {
            let seen = see(&look);
            self.seen.push((look, seen));
        }
    }

    /// The same looks, with their present state.
    #[must_use]
    pub fn again(&self) -> Footprint {
        let seen = self.seen.iter().map(|(look, _)| (look.clone(), see(look))).collect();
        Footprint { seen, looks: self.looks.clone() }
    }

    /// This footprint, and from `before` those looks that it lacks and that `others` has.
    #[must_use]
    pub fn and(mut self, others: &Footprint, before: &Footprint) -> Footprint {
        for (look, seen) in &before.seen {
            if others.looks.contains(look) && self.looks.insert(look.clone()) {
                self.seen.push((look.clone(), seen.clone()));
            }
        }
        self
    }

    /// An empty file, as one is while a copy of it begins.
    pub fn empty_file(&self) -> Option<&Path> {
        self.seen.iter().find_map(|(look, seen)| match (look, seen) {
            (FileLook::File(path), FileSeen::File(stamp)) if stamp.size_bytes == 0 => Some(path.as_path()),
            _ => None,
        })
    }
}

fn see(look: &FileLook) -> FileSeen {
    match look {
        FileLook::File(path) => stamp(path).map_or(FileSeen::Nothing, FileSeen::File),
        FileLook::Names(folder, pattern) => pattern::names(folder, pattern).map_or(FileSeen::Nothing, FileSeen::Names),
    }
}

fn stamp(path: &Path) -> std::io::Result<FileStamp> {
    let file = std::fs::metadata(path)?;
    Ok(FileStamp {
        device: file.dev(),
        inode: file.ino(),
        size_bytes: file.size(),
        written: (file.mtime(), file.mtime_nsec()),
        changed: (file.ctime(), file.ctime_nsec()),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// Whether `change` in a folder of some files is seen.
    fn check(what: &str, expected: bool, change: impl Fn(&Path)) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (name, text) in [("main.toml", "one"), ("feeds/a.toml", "two"), ("v1/list.txt", "x"), ("v2/list.txt", "y")]
        {
            fs::create_dir_all(at(name).parent().unwrap()).unwrap();
            fs::write(at(name), text).unwrap();
        }
        symlink("v1", at("current")).unwrap();
        let mut footprint = Footprint::default();
        footprint.file(&at("main.toml"));
        footprint.file(&at("late.txt"));
        footprint.file(&at("current/list.txt"));
        footprint.names(&at("feeds"), "*.toml");
        footprint.names(&at("more"), "*.toml");
        assert_eq!(footprint.again(), footprint, "{what}: nothing happened yet");
        change(folder.path());
        assert_eq!(footprint.again() != footprint, expected, "{what}");
    }

    #[test]
    fn whatever_could_change_a_reading_is_seen_b84() {
        let write = |name: &'static str, text: &'static str| {
            move |folder: &Path| {
                fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
                fs::write(folder.join(name), text).unwrap();
            }
        };
        check("another text", true, write("main.toml", "another"));
        check("a named file that arrives late", true, write("late.txt", "x"));
        check("a new file of a pattern", true, write("feeds/b.toml", "x"));
        check("a folder that arrives late", true, write("more/c.toml", ""));
        check("a file removed", true, |folder| fs::remove_file(folder.join("feeds/a.toml")).unwrap());
        check("a link that leads elsewhere", true, |folder| {
            symlink("v2", folder.join("next")).unwrap();
            fs::rename(folder.join("next"), folder.join("current")).unwrap();
        });
        check("a file replaced by one of its size and time", true, |folder| {
            let time = fs::metadata(folder.join("main.toml")).unwrap().modified().unwrap();
            let file = fs::File::create(folder.join("new")).unwrap();
            fs::write(folder.join("new"), "eno").unwrap();
            file.set_modified(time).unwrap();
            fs::rename(folder.join("new"), folder.join("main.toml")).unwrap();
        });
        check("a file that is closed to readers", true, |folder| {
            fs::set_permissions(folder.join("main.toml"), fs::Permissions::from_mode(0o000)).unwrap();
        });
        check("another file beside them", false, write("feeds/a.toml.swp", "x"));
        check("a file that is hidden", false, write("feeds/.b.toml", "x"));
    }

    #[test]
    fn what_was_in_force_is_watched_beside_what_was_tried() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("old"), "x").unwrap();
        let (mut in_force, mut tried) = (Footprint::default(), Footprint::default());
        in_force.file(&at("old"));
        in_force.file(&at("both"));
        tried.file(&at("both"));
        tried.file(&at("new"));
        let seen = tried.clone().and(&in_force, &in_force);
        assert_eq!(seen.seen.len(), 3);
        // A file that neither names any longer is not looked at for ever.
        assert_eq!(tried.clone().and(&Footprint::default(), &seen), tried);
        fs::write(at("old"), "").unwrap();
        assert_eq!(seen.again().empty_file(), Some(at("old").as_path()));
    }
}
