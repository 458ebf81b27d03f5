//! An open store: its writer and its readers.
//!
//! Each kind of caller has readers of its own ([`Lane`]): pages that many ask for at once keep
//! neither a poll waiting nor the watchdog. What nobody waits for any more is
//! interrupted where it stands, and its reader is free.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::clock::Timestamp;
use crate::store::prepared::encoders::Encoders;
use crate::store::sqlite::file::files::Files;
use crate::store::sqlite::file::lock::Lock;
use crate::store::sqlite::file::look::{self, Idle, Looking};
use crate::store::sqlite::file::writer::Writer;
use crate::store::sqlite::file::{migrate, open, upgrade};
use crate::store::sqlite::search::folded::FoldedWords;
use crate::store::{Error, Lane, Result};

/// Readers at work at once for the desk; more would only wait for the same disk.
const DESK_READERS: usize = 3;

/// Readers for documents, and for pages: what they read is decoded and rendered on
/// two cores.
const DOCUMENT_READERS: usize = 2;
const PAGE_READERS: usize = 2;

/// Steps of SQLite's machine between looks whether anybody still waits: some
/// microseconds, unless each reads from the disk.
const LOOK_EVERY: i32 = 200;

/// Between looks whether a lock is still this process's.
const LOCKED: Duration = Duration::from_secs(5);

/// A store in one SQLite file. Clones are one, asked through the same readers.
#[derive(Clone)]
pub struct SqliteStore {
    path: PathBuf,
    // Closed before the writer, which then is the last and leaves one file.
    pub readers: Arc<ReadersByLane>,
    /// `None` in a store that is only looked at.
    pub writer: Option<Arc<Writer>>,
    pub encoders: Encoders,
    /// Words of what was stored of late.
    pub folded: Arc<FoldedWords>,
    /// Whose readers are asked.
    pub lane: Lane,
    /// Its lock, while it is opened to work on it alone. Behind the writer, which is
    /// to have ended when another may come.
    lock: Arc<Mutex<Option<Lock>>>,
}

pub struct ReadersByLane {
    path: PathBuf,
    /// The files that the writer has open; `None` in a store that is only looked at.
    files: Option<Arc<Files>>,
    desk: LaneReaders,
    documents: LaneReaders,
    pages: LaneReaders,
    health: LaneReaders,
}

/// The readers of a lane.
struct LaneReaders {
    most: usize,
    idle: Idle,
    turns: Arc<Semaphore>,
}

impl LaneReaders {
    fn of(most: usize) -> LaneReaders {
        LaneReaders { most, idle: Idle::default(), turns: Arc::new(Semaphore::new(most)) }
    }
}

/// Whoever waits for what is read. Once nobody does, the reading is given up.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
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
        // What is stored after it was read would be missing in the copy.
        if let Some(process) = Lock::copied_by(path) {
            let path = path.display();
            return Err(Error::Unusable(format!(
                "store {path}: process {process} is copying it; wait until that has ended"
            )));
        }
        if upgrade::older(path)?.is_none() {
            return Self::start(path, now);
        }
        // Needed until the store is of this version.
        let _lock = Lock::take(path)?;
        upgrade::keep_copy(path, now)?;
        Self::start(path, now)
    }

    /// The same for one who works on the store alone: it holds its lock until it is
    /// closed or dropped.
    ///
    /// # Errors
    /// Those of [`SqliteStore::open`], and that another process has the lock (R15).
    pub fn open_alone(path: &Path, now: Timestamp) -> Result<Self> {
        open::check_file(path)?;
        let lock = Lock::take(path)?;
        upgrade::keep_copy(path, now)?;
        let store = Self::start(path, now)?;
        *store.lock() = Some(lock);
        Ok(store)
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
        let readers = ReadersByLane::of(path, None);
        look::steadily(path, &readers.desk.idle, |c| migrate::check(c, &name))
            .map_err(|error| open::at(path, error))?;
        Ok(SqliteStore::with(path, readers, None))
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
        Self::written_by(path, connection)
    }

    /// The store at `path`, which is written to through `connection`.
    ///
    /// # Errors
    /// [`Error::Unusable`] when no thread can be started for the writer.
    pub fn written_by(path: &Path, connection: Connection) -> Result<Self> {
        let files = Arc::new(Files::of(path));
        let readers = ReadersByLane::of(path, Some(Arc::clone(&files)));
        Ok(SqliteStore::with(path, readers, Some(Arc::new(Writer::start(connection, files)?))))
    }

    fn with(path: &Path, readers: ReadersByLane, writer: Option<Arc<Writer>>) -> SqliteStore {
        SqliteStore {
            path: path.to_owned(),
            readers: Arc::new(readers),
            writer,
            encoders: Encoders::new(),
            folded: Arc::default(),
            lane: Lane::Desk,
            lock: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Lock>> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets others work on the store alone.
    pub fn unlock(&self) {
        *self.lock() = None;
    }

    /// Comes back when another process has the lock of this store, which was opened to
    /// work on it alone.
    pub async fn lose_lock(&self) -> Error {
        loop {
            tokio::time::sleep(LOCKED).await;
            let renewed = self.lock().as_mut().map_or(Ok(()), Lock::renew);
            if let Err(error) = renewed {
                return error;
            }
        }
    }

    /// The same store, asked through the readers of a lane.
    pub fn asked_through(self, lane: Lane) -> Self {
        SqliteStore { lane, ..self }
    }

    /// Runs `job` in a transaction of the writer.
    pub async fn write<T, F>(&self, job: F) -> Result<T>
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

    /// Runs `job` on a reading connection of this store's lane, off the runtime's
    /// threads; again, where the store was written to while it was only looked at.
    pub async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> Result<T> + Send + 'static,
    {
        self.read_through(self.lane, job).await
    }

    /// The same with the readers of another lane.
    pub async fn read_through<T, F>(&self, lane: Lane, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> Result<T> + Send + 'static,
    {
        let readers = Arc::clone(&self.readers);
        let turn = Arc::clone(&readers.pool(lane).turns).acquire_owned().await;
        let turn = turn.map_err(|_| Error::Database("the readers are closed".to_owned()))?;
        let given_up = Arc::new(AtomicBool::new(false));
        let _waiting = Waiting(Arc::clone(&given_up));
        let done = tokio::task::spawn_blocking(move || {
            let done = readers.run(lane, given_up, job);
            // Held until the connection is back, also when nobody waits any more.
            drop(turn);
            done
        })
        .await;
        done.map_err(|e| Error::Database(format!("a reader broke down: {e}")))?.map_err(|error| self.named(error))
    }
}

impl ReadersByLane {
    fn of(path: &Path, files: Option<Arc<Files>>) -> ReadersByLane {
        ReadersByLane {
            path: path.to_owned(),
            files,
            desk: LaneReaders::of(DESK_READERS),
            documents: LaneReaders::of(DOCUMENT_READERS),
            pages: LaneReaders::of(PAGE_READERS),
            health: LaneReaders::of(1),
        }
    }

    fn pool(&self, lane: Lane) -> &LaneReaders {
        match lane {
            Lane::Desk => &self.desk,
            Lane::Documents => &self.documents,
            Lane::Pages => &self.pages,
            Lane::Health => &self.health,
        }
    }

    /// Comes back when all readers at work have come to their end.
    pub async fn rest(&self) {
        let pools = [&self.desk, &self.documents, &self.pages, &self.health];
        let mut all = Vec::new();
        for pool in pools {
            // A semaphore holds far fewer turns than 32 bits count.
            all.extend(pool.turns.acquire_many(pool.most as u32).await);
        }
    }

    /// Lets nobody ask any more.
    pub fn shut(&self) {
        for pool in [&self.desk, &self.documents, &self.pages, &self.health] {
            pool.turns.close();
            pool.idle.all().clear();
        }
    }

    fn run<T>(&self, lane: Lane, given_up: Arc<AtomicBool>, job: impl Fn(&Connection) -> Result<T>) -> Result<T> {
        let idle = &self.pool(lane).idle;
        if given_up.load(Ordering::Relaxed) {
            return Err(Error::TooLong("nobody waits for it any more".to_owned()));
        }
        let Some(files) = &self.files else { return look::steadily(&self.path, idle, job) };
        files.check()?;
        let mut looking = idle.take().map_or_else(|| Looking::beside_a_writer(&self.path), Ok)?;
        let look = move || given_up.load(Ordering::Relaxed);
        looking.connection.progress_handler(LOOK_EVERY, Some(look))?;
        let done = job(&looking.connection);
        idle.put(looking);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(folder: &tempfile::TempDir) -> SqliteStore {
        SqliteStore::open(&folder.path().join("a.db"), Timestamp::EPOCH).unwrap()
    }

    /// A question without an end.
    fn endless(c: &Connection) -> Result<i64> {
        let query = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
        Ok(c.query_row(query, [], |r| r.get(0))?)
    }

    fn small(c: &Connection) -> Result<i64> {
        Ok(c.query_row("SELECT 1", [], |r| r.get(0))?)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_nobody_waits_for_is_interrupted_and_its_reader_is_free_r35() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(&folder);
        for _ in 0..3 * PAGE_READERS {
            let asked = store.read_through(Lane::Pages, endless);
            assert!(tokio::time::timeout(Duration::from_millis(5), asked).await.is_err());
        }
        assert_eq!(store.read_through(Lane::Pages, small).await.unwrap(), 1);
        store.readers.rest().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_lane_that_is_full_keeps_no_other_waiting_r35() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(&folder);
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..10 * PAGE_READERS {
            let store = store.clone();
            all.spawn(async move { store.read_through(Lane::Pages, endless).await });
        }
        while store.readers.pages.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        for lane in [Lane::Desk, Lane::Documents, Lane::Health] {
            assert_eq!(store.read_through(lane, small).await.unwrap(), 1, "{lane:?}");
        }
        all.shutdown().await;
        assert_eq!(store.read_through(Lane::Pages, small).await.unwrap(), 1);
    }
}
