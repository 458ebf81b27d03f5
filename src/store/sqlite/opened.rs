//! An open store: its writer and its readers.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::files::Files;
use super::holder::Process;
use super::lock::Lock;
use super::look::{self, Looking};
use super::writer::Writer;
use super::{migrate, open, rebuild, upgrade};
use crate::clock::Timestamp;
use crate::store::{Error, Result};

/// Readers at work at once; more would only wait for the same disk.
pub(super) const READERS: usize = 3;

/// Polls encoded at once: each takes a compressor's memory.
const ENCODERS: usize = 2;

/// A store in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    // Closed before the writer, which then is the last and leaves one file.
    pub(super) readers: Arc<Readers>,
    /// `None` in a store that is only looked at.
    pub(super) writer: Option<Arc<Writer>>,
    pub(super) encoders: Semaphore,
    /// This process, as its claims name it.
    pub(super) process: Process,
}

pub(super) struct Readers {
    path: PathBuf,
    /// The files that the writer has open; `None` in a store that is only looked at.
    files: Option<Arc<Files>>,
    pub(super) idle: Idle,
    pub(super) turns: Arc<Semaphore>,
}

/// Reading connections that nobody uses at the moment.
#[derive(Default)]
pub(super) struct Idle(Mutex<Vec<Looking>>);

impl Idle {
    pub(super) fn all(&self) -> std::sync::MutexGuard<'_, Vec<Looking>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self) -> Option<Looking> {
        self.all().pop()
    }

    pub(super) fn put(&self, looking: Looking) {
        self.all().push(looking);
    }
}

impl SqliteStore {
    /// Opens the store at `path`, which is created when missing. One of an
    /// earlier version is copied beside itself and brought up to date, under the
    /// lock that keeps daemons apart.
    ///
    /// # Errors
    /// [`Error::Unusable`] names the path and the remedy (B87, R11, R17).
    pub fn open(path: &Path, now: Timestamp) -> Result<Self> {
        open::check_file(path)?;
        if upgrade::older(path)?.is_none() {
            return Self::start(path, now);
        }
        // Needed until the store is of this version.
        let _lock = Lock::take(path)?;
        upgrade::keep_copy(path, now)?;
        Self::start(path, now)
    }

    /// The same for one who works on the store alone, and holds its lock then.
    ///
    /// # Errors
    /// Those of [`SqliteStore::open`], and that another process has the lock (R15).
    pub fn open_alone(path: &Path, now: Timestamp) -> Result<(Self, Lock)> {
        open::check_file(path)?;
        let lock = Lock::take(path)?;
        upgrade::keep_copy(path, now)?;
        Ok((Self::start(path, now)?, lock))
    }

    /// Opens the store at `path` to look at it: nothing of it is changed, and
    /// what would change it is refused.
    ///
    /// # Errors
    /// [`Error::Unusable`] names the path and the remedy: there is no store, it is
    /// empty, or of another version.
    pub fn look(path: &Path) -> Result<Self> {
        look::check_file(path)?;
        let name = path.display().to_string();
        let readers = Readers::of(path, None);
        look::steadily(path, &readers.idle, |c| migrate::check(c, &name)).map_err(|error| open::at(path, error))?;
        let (path, readers) = (path.to_owned(), Arc::new(readers));
        Ok(SqliteStore { path, readers, writer: None, encoders: Semaphore::new(ENCODERS), process: Process::own() })
    }

    fn start(path: &Path, now: Timestamp) -> Result<Self> {
        let was_emptied = std::fs::metadata(path).is_ok_and(|file| file.len() == 0);
        let connection = open::writing(path)?;
        migrate::migrate(&connection, &path.display().to_string(), now)?;
        if was_emptied {
            tracing::error!(
                path = %path.display(),
                "the store's file was there and empty: a new store is begun in it; \
                 if it ever held entries, stop wiredesk now and restore a backup"
            );
        }
        let files = Arc::new(Files::of(path));
        Ok(SqliteStore {
            path: path.to_owned(),
            readers: Arc::new(Readers::of(path, Some(Arc::clone(&files)))),
            writer: Some(Arc::new(Writer::start(connection, files)?)),
            encoders: Semaphore::new(ENCODERS),
            process: Process::own(),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Empties the search index, however damaged it is: all texts wait for it then.
    ///
    /// # Errors
    /// The database's.
    pub async fn empty_index(&self) -> Result<()> {
        self.write(rebuild::empty_index).await
    }

    /// Builds the indexes of all tables anew.
    ///
    /// # Errors
    /// The database's: what an index must keep apart may be the same by damage.
    pub async fn reindex_tables(&self) -> Result<()> {
        self.write(rebuild::reindex_tables).await
    }

    /// Runs `job` in a transaction of the writer.
    pub(super) async fn write<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
    {
        let looking = || Error::Unusable(format!("{}: was opened to look at it alone", self.path.display()));
        let writer = self.writer.as_ref().ok_or_else(looking)?;
        writer.write(job).await.map_err(|error| self.named(error))
    }

    /// Damage with the file that has it, and the remedy (R14).
    fn named(&self, error: Error) -> Error {
        let path = self.path.display();
        match error {
            Error::Corrupt(said) => Error::Corrupt(format!(
                "{path}: {said}; nothing was deleted: run `wiredesk verify`, then restore a backup"
            )),
            other => other,
        }
    }

    /// Runs `job` on a reading connection, off the runtime's threads; again, where
    /// the store was written to while it was only looked at.
    pub(super) async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> Result<T> + Send + 'static,
    {
        let readers = Arc::clone(&self.readers);
        let turn = Arc::clone(&readers.turns).acquire_owned().await;
        let turn = turn.map_err(|_| Error::Database("the readers are closed".to_owned()))?;
        let done = tokio::task::spawn_blocking(move || {
            let done = readers.run(job);
            // Held until the connection is back, also when nobody waits any more.
            drop(turn);
            done
        })
        .await;
        done.map_err(|e| Error::Database(format!("a reader broke down: {e}")))?.map_err(|error| self.named(error))
    }
}

impl Readers {
    fn of(path: &Path, files: Option<Arc<Files>>) -> Readers {
        Readers { path: path.to_owned(), files, idle: Idle::default(), turns: Arc::new(Semaphore::new(READERS)) }
    }

    fn run<T>(&self, job: impl Fn(&Connection) -> Result<T>) -> Result<T> {
        let Some(files) = &self.files else { return look::steadily(&self.path, &self.idle, job) };
        files.check()?;
        let looking = self.idle.take().map_or_else(|| Looking::beside_a_writer(&self.path), Ok)?;
        let done = job(&looking.connection);
        self.idle.put(looking);
        done
    }
}
