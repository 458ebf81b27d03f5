//! Opens a store, wherever it lies: nothing else knows which databases there are.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::sqlite::{self, Compacted, SqliteStore};
use super::{Result, Store};
use crate::clock::Timestamp;

/// Where a store lies; the configuration makes it of `store.url`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Location {
    /// One SQLite file.
    Sqlite(PathBuf),
}

impl Location {
    /// Whether something lies there, be it a store or not.
    pub fn exists(&self) -> bool {
        let Location::Sqlite(path) = self;
        path.exists()
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Location::Sqlite(path) = self;
        path.display().fmt(f)
    }
}

/// What a store is opened for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening {
    /// To work on it, beside others. It is made when missing; one of an earlier version
    /// is copied beside itself and brought up to date.
    Work,
    /// The same, and nobody else may work on it alone until it is closed (R15).
    Alone,
    /// To look at it: nothing of it is changed, and what would change it is refused. It
    /// has to be there, and of this version.
    Look,
}

/// Opens the store at `at`. With [`Opening::Alone`] its lock is held from before the
/// first look at its version until it is closed or dropped.
///
/// # Errors
/// [`Error::Unusable`](super::Error::Unusable) names the place and the remedy (B87, R11,
/// R15, R17).
pub fn open(at: &Location, opening: Opening, now: Timestamp) -> Result<Arc<dyn Store>> {
    let Location::Sqlite(path) = at;
    Ok(Arc::new(match opening {
        Opening::Work => SqliteStore::open(path, now)?,
        Opening::Alone => SqliteStore::open_alone(path, now)?,
        Opening::Look => SqliteStore::look(path)?,
    }))
}

/// Makes a store as small as it can be, in one transaction: whatever cuts that short,
/// it is as it was.
///
/// # Errors
/// Another process works on it, there is no room for it beside itself, or it is damaged.
pub fn compact(at: &Location) -> Result<Compacted> {
    let Location::Sqlite(path) = at;
    sqlite::compact(path)
}

/// Checks what lies at `at`, which may be a store of any version, or what is left of
/// one. Nothing is written. Returns what is wrong with it.
///
/// # Errors
/// The machine's.
pub fn verify(at: &Location) -> Result<Vec<String>> {
    let Location::Sqlite(path) = at;
    sqlite::verify_file(path)
}

/// The same for a file that [`Upkeep::backup`](super::Upkeep::backup) wrote, or another
/// that should be a store.
///
/// # Errors
/// The machine's.
pub fn verify_copy(file: &Path) -> Result<Vec<String>> {
    sqlite::verify_file(file)
}
