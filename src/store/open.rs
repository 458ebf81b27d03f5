//! Opens a store, wherever it lies: nothing else knows which databases there are.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::copy::{CopyEnd, Copying};
use super::postgres::{self, AddressProblem, Encryption, PostgresCopyEnd, PostgresStore, ServerAddress, StoreTime};
use super::sqlite::{self, Compacted, SqliteCopyEnd, SqliteStore};
use super::{Error, Result, Store};
use crate::clock::Timestamp;
use crate::text::quote::in_quotes;

/// How the URL of a store is written.
pub const STORE_URLS: &str = "write \"sqlite:wiredesk.db\", or \"postgres://\" and then user@host/name";

/// Where a store lies; the configuration makes it of `store.url`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Location {
    /// One SQLite file.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(Box<ServerAddress>),
}

impl Location {
    /// Reads a URL of `sqlite:` or `postgres://`. A path in it starts from the folder that
    /// the process works in.
    ///
    /// # Errors
    /// Says what is wrong with it, and never shows a password.
    pub fn read(url: &str) -> std::result::Result<Location, AddressProblem> {
        let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
        let problem = |what: String, hint: &str| Err(AddressProblem { what, hint: hint.to_owned() });
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => match rest.strip_prefix("//").unwrap_or(rest) {
                "" => problem(format!("{} names no file", in_quotes(url)), "write \"sqlite:wiredesk.db\""),
                memory if memory.starts_with(':') => {
                    problem("a store in memory would forget everything".to_owned(), "name a file")
                }
                path => Ok(Location::Sqlite(path.into())),
            },
            "postgres" | "postgresql" => ServerAddress::read(url).map(|address| Location::Postgres(Box::new(address))),
            _ => {
                // A password may stand where none belongs.
                let shown = if rest.starts_with("//") { format!("{scheme}://…") } else { url.to_owned() };
                problem(format!("{} is not a store", in_quotes(&shown)), STORE_URLS)
            }
        }
    }

    /// The same, with relative paths from `folder` on.
    pub fn in_folder(mut self, folder: &Path) -> Location {
        match &mut self {
            Location::Sqlite(path) => *path = folder.join(&*path),
            Location::Postgres(address) => {
                if let Encryption::Verified(Some(authority)) = &mut address.encryption {
                    *authority = folder.join(&*authority);
                }
            }
        }
        self
    }

    /// What `store.url` has to say for it; it holds no password.
    pub fn store_url(&self) -> String {
        match self {
            // Else the first two of them were taken for those behind the scheme.
            Location::Sqlite(path) if path.starts_with("/") => format!("sqlite://{}", path.display()),
            Location::Sqlite(path) => format!("sqlite:{}", path.display()),
            Location::Postgres(address) => address.url(),
        }
    }

    /// Whether the same store lies there, however one gets there.
    pub fn is_same_place(&self, other: &Location) -> bool {
        match (self, other) {
            (Location::Sqlite(one), Location::Sqlite(other)) => sqlite::resolve(one) == sqlite::resolve(other),
            (Location::Postgres(one), Location::Postgres(other)) => one.is_same_place(other),
            _ => false,
        }
    }

    /// Takes the password that the environment holds for it, if it is on a server. Returns why
    /// the password file was left aside, if it was.
    pub fn take_password_of_environment(&mut self) -> Option<AddressProblem> {
        let Location::Postgres(address) = self else { return None };
        let found = address.password_of_environment();
        address.password = found.password;
        found.complaint
    }

    /// Whether something lies there, be it a store or not. A server is there or it is not:
    /// nobody makes one by opening it.
    pub fn exists(&self) -> bool {
        match self {
            Location::Sqlite(path) => path.exists(),
            Location::Postgres(_) => true,
        }
    }

    /// Whether several daemons may work on it at the same time, by its clock.
    pub fn is_shared(&self) -> bool {
        matches!(self, Location::Postgres(_))
    }

    /// The file, where it is one.
    fn file(&self) -> Result<&Path> {
        match self {
            Location::Sqlite(path) => Ok(path),
            Location::Postgres(address) => {
                Err(Error::Unusable(format!("store {address}: this is for a store in a file of its own")))
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
    /// The same, and nobody else may work on it alone until it is closed (R15). A store on
    /// a server keeps nobody off.
    Alone,
    /// To look at it: nothing of it is changed, and what would change it is refused. It
    /// has to be there, and of this version.
    Look,
}

/// Opens the store at `at`. With [`Opening::Alone`] the lock of one in a file is held from
/// before the first look at its version until it is closed or dropped.
///
/// # Errors
/// [`Error::Unusable`](super::Error::Unusable) names the place and the remedy (B87, R11,
/// R15, R17).
pub async fn open(at: &Location, opening: Opening, now: Timestamp) -> Result<Arc<dyn Store>> {
    open_by(at, opening, StoreTime::Servers, now).await
}

/// The same, where a store on a server may go by the caller's time.
///
/// # Errors
/// Those of [`open`].
pub async fn open_by(at: &Location, opening: Opening, time: StoreTime, now: Timestamp) -> Result<Arc<dyn Store>> {
    Ok(match (at, opening) {
        (Location::Sqlite(path), Opening::Work) => Arc::new(SqliteStore::open(path, now)?),
        (Location::Sqlite(path), Opening::Alone) => Arc::new(SqliteStore::open_alone(path, now)?),
        (Location::Sqlite(path), Opening::Look) => Arc::new(SqliteStore::look(path)?),
        (Location::Postgres(address), Opening::Look) => Arc::new(PostgresStore::look(address, time).await?),
        // Nodes share a store on a server, and each is one by its id.
        (Location::Postgres(address), _) => Arc::new(PostgresStore::open(address, time, now).await?),
    })
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

/// Looks whether this program can work on a store that lies on a server, or make one there, and
/// changes nothing. A store in a file is looked at when it is opened.
///
/// # Errors
/// [`Error::Unusable`] and [`Error::Away`] name the place and the remedy.
pub async fn examine(at: &Location) -> Result<()> {
    match at {
        Location::Sqlite(_) => Ok(()),
        Location::Postgres(address) => postgres::examine(address).await,
    }
}

/// What follows from a pooler where notifications are to be heard, in words.
pub const POOLED: &str = "a pooler stands between wiredesk and the store's server: what other nodes commit is seen up \
                          to a second later, and PgBouncer before 1.21 can crash; set store.listen_url to the server \
                          itself";

/// Whether what others commit on a server would be heard of through a pooler ([`POOLED`]).
///
/// # Errors
/// Nobody answers, or it cannot be told.
pub async fn hears_through_pooler(at: &Location) -> Result<bool> {
    match at {
        Location::Sqlite(_) => Ok(false),
        Location::Postgres(address) => address.hears_through_pooler().await,
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

/// Begins to copy the store at `from` to the place `to`, or goes on with a copy that was cut
/// short. Nobody may work on either meanwhile.
///
/// # Errors
/// [`Error::Unusable`] names the place and the remedy: there is no store, somebody works on
/// it, or something else lies at the other place (O60, O61).
pub async fn copy_between(from: &Location, to: &Location, now: Timestamp) -> Result<Copying> {
    if from.is_same_place(to) {
        return Err(Error::Unusable(format!("store {from}: is copied to itself; name another place")));
    }
    let first: Box<dyn CopyEnd> = match from {
        Location::Sqlite(path) => Box::new(SqliteCopyEnd::reading(path, now)?),
        Location::Postgres(address) => Box::new(PostgresCopyEnd::reading(address, now).await?),
    };
    let second: Box<dyn CopyEnd> = match to {
        Location::Sqlite(path) => Box::new(SqliteCopyEnd::filling(path, now)?),
        Location::Postgres(address) => Box::new(PostgresCopyEnd::filling(address, now).await?),
    };
    Copying::between(first, second).await
}

/// Checks what lies at `at`. Nothing is written. What lies in a file may be a store of any
/// version, or what is left of one. Returns what is wrong with it.
///
/// # Errors
/// The machine's and the server's.
pub async fn verify(at: &Location, now: Timestamp) -> Result<Vec<String>> {
    match at {
        Location::Sqlite(path) => sqlite::verify_file(path),
        Location::Postgres(_) => {
            let store = open(at, Opening::Look, now).await?;
            let wrong = store.verify().await;
            store.close().await?;
            wrong
        }
    }
}

/// The same for a file that [`Upkeep::backup`](super::Upkeep::backup) wrote, or another
/// that should be a store.
///
/// # Errors
/// The machine's.
pub fn verify_copy(file: &Path) -> Result<Vec<String>> {
    sqlite::verify_file(file)
}
