//! Opens a store, wherever it lies: nothing else knows which databases there are.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::postgres::{self, ServerAddress};
use super::sqlite::{self, Compacted, SqliteStore};
use super::{Error, Result, Store};
use crate::clock::Timestamp;

/// Where a store lies; the configuration makes it of `store.url`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Location {
    /// One SQLite file.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(Box<ServerAddress>),
}

impl Location {
    /// Whether something lies there, be it a store or not. A server is there or it is not:
    /// nobody makes one by opening it.
    pub fn exists(&self) -> bool {
        match self {
            Location::Sqlite(path) => path.exists(),
            Location::Postgres(_) => true,
        }
    }

    /// The file, where it is one.
    fn file(&self) -> Result<&Path> {
        match self {
            Location::Sqlite(path) => Ok(path),
            Location::Postgres(address) => {
                Err(Error::Unusable(format!("store {address}: PostgreSQL is not available in this version")))
            }
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Sqlite(path) => path.display().fmt(f),
            Location::Postgres(address) => address.fmt(f),
        }
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
    let path = at.file()?;
    Ok(Arc::new(match opening {
        Opening::Work => SqliteStore::open(path, now)?,
        Opening::Alone => SqliteStore::open_alone(path, now)?,
        Opening::Look => SqliteStore::look(path)?,
    }))
}

/// Makes the tables of a store that lies on a server, or brings them up to date, and looks
/// whether this program may work on it. A store in a file is made when it is opened.
///
/// # Errors
/// [`Error::Unusable`] and [`Error::Away`] name the place and the remedy.
pub async fn prepare(at: &Location, now: Timestamp) -> Result<()> {
    match at {
        Location::Sqlite(_) => Ok(()),
        Location::Postgres(address) => postgres::prepare(address, now).await,
    }
}

/// Makes a store as small as it can be, in one transaction: whatever cuts that short,
/// it is as it was.
///
/// # Errors
/// Another process works on it, there is no room for it beside itself, or it is damaged.
pub fn compact(at: &Location) -> Result<Compacted> {
    sqlite::compact(at.file()?)
}

/// Checks what lies at `at`, which may be a store of any version, or what is left of
/// one. Nothing is written. Returns what is wrong with it.
///
/// # Errors
/// The machine's.
pub fn verify(at: &Location) -> Result<Vec<String>> {
    sqlite::verify_file(at.file()?)
}

/// The same for a file that [`Upkeep::backup`](super::Upkeep::backup) wrote, or another
/// that should be a store.
///
/// # Errors
/// The machine's.
pub fn verify_copy(file: &Path) -> Result<Vec<String>> {
    sqlite::verify_file(file)
}
