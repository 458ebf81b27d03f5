//! SQLite: one writer thread, a few readers, WAL with `synchronous=FULL`.
//!
//! SQLite is refused below 3.51.3, whose predecessors can corrupt a WAL that
//! two connections reset at once (R11).

mod articles;
mod claim;
mod commit;
mod copy;
mod entries;
mod files;
mod history;
mod ledger;
mod lock;
mod look;
mod migrate;
mod open;
mod plan;
mod published;
mod reroute;
mod row;
mod search;
mod source_row;
mod status;
mod tree;
mod turns;
mod upgrade;
mod upkeep;
mod verify;
mod writer;

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{
    ArticleClaim, ArticleRecord, Asked, Claim, Committed, Configured, EntryRecord, EntryRef, Error, FeedStatus, Gains,
    Kept, Known, Lookup, NotClaimed, Planned, PollRecord, Rerouting, Result, SourceStatus, Store, Totals, Turn,
    Unindexed, Words, Worker,
};
use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId, Host, NextPoll, Place, Published, SourceId};
use files::Files;
use look::Looking;
use writer::Writer;

pub use lock::Lock;
pub use migrate::SCHEMA;
pub use open::check_file;
pub use verify::verify_file;

/// Readers at work at once; more would only wait for the same disk.
const READERS: usize = 3;

/// At the end, readers at work have so long to come to theirs.
const LAST_READERS: Duration = Duration::from_secs(5);

/// Polls encoded at once: each takes a compressor's memory.
const ENCODERS: usize = 2;

/// A store in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    // Closed before the writer, which then is the last and leaves one file.
    readers: Arc<Readers>,
    /// `None` in a store that is only looked at.
    writer: Option<Arc<Writer>>,
    encoders: Semaphore,
}

struct Readers {
    path: PathBuf,
    /// The files that the writer has open; `None` in a store that is only looked at.
    files: Option<Arc<Files>>,
    idle: Idle,
    turns: Semaphore,
}

/// Reading connections that nobody uses at the moment.
#[derive(Default)]
struct Idle(Mutex<Vec<Looking>>);

impl Idle {
    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Looking>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Looking> {
        self.all().pop()
    }

    fn put(&self, looking: Looking) {
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
        look::steadily(path, &readers.idle, |c| migrate::check(c, &name))?;
        let (path, readers) = (path.to_owned(), Arc::new(readers));
        Ok(SqliteStore { path, readers, writer: None, encoders: Semaphore::new(ENCODERS) })
    }

    fn start(path: &Path, now: Timestamp) -> Result<Self> {
        let connection = open::writing(path)?;
        migrate::migrate(&connection, &path.display().to_string(), now)?;
        let files = Arc::new(Files::of(path));
        Ok(SqliteStore {
            path: path.to_owned(),
            readers: Arc::new(Readers::of(path, Some(Arc::clone(&files)))),
            writer: Some(Arc::new(Writer::start(connection, files)?)),
            encoders: Semaphore::new(ENCODERS),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `job` in a transaction of the writer.
    async fn write<T, F>(&self, job: F) -> Result<T>
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
    async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&Connection) -> Result<T> + Send + 'static,
    {
        let readers = Arc::clone(&self.readers);
        let turn = readers.turns.acquire().await.map_err(|_| Error::Database("the readers are closed".to_owned()))?;
        let inner = Arc::clone(&readers);
        let done = tokio::task::spawn_blocking(move || inner.run(job)).await;
        drop(turn);
        done.map_err(|e| Error::Database(format!("a reader broke down: {e}")))?.map_err(|error| self.named(error))
    }
}

impl Readers {
    fn of(path: &Path, files: Option<Arc<Files>>) -> Readers {
        Readers { path: path.to_owned(), files, idle: Idle::default(), turns: Semaphore::new(READERS) }
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

#[async_trait]
impl Store for SqliteStore {
    async fn configure(&self, sources: &[Planned], feeds: &[FeedId], now: Timestamp) -> Result<Configured> {
        let (sources, feeds) = (sources.to_vec(), feeds.to_vec());
        self.write(move |c| plan::configure(c, &sources, &feeds, now)).await
    }

    async fn claim_due(&self, worker: &Worker, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
        let worker = worker.clone();
        self.write(move |c| claim::due(c, &worker, now, limit)).await
    }

    async fn claim_named(
        &self,
        worker: &Worker,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
        let (worker, sources) = (worker.clone(), sources.to_vec());
        self.write(move |c| claim::named(c, &worker, &sources, floor, now)).await
    }

    async fn turn(&self, worker: &Worker, claim: &Claim, host: &Host, now: Timestamp) -> Result<Turn> {
        let (worker, claim, host) = (worker.clone(), claim.clone(), host.clone());
        self.write(move |c| claim::turn(c, &worker, &claim, &host, now)).await
    }

    async fn end_turns(&self, worker: &str) -> Result<()> {
        let worker = worker.to_owned();
        self.write(move |c| turns::end_all(c, &worker)).await
    }

    async fn release(&self, claims: &[Claim]) -> Result<()> {
        let claims = claims.to_vec();
        self.write(move |c| claim::release(c, &claims)).await
    }

    async fn next_due_at(&self, worker: &Worker, now: Timestamp) -> Result<Option<Timestamp>> {
        let worker = worker.clone();
        self.read(move |c| claim::next_due_at(c, &worker, now)).await
    }

    async fn set_back(&self, now: Timestamp) -> Result<usize> {
        self.write(move |c| claim::set_back(c, now)).await
    }

    async fn respread(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        let due = due.to_vec();
        self.write(move |c| claim::respread(c, &due)).await
    }

    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
        let (source, window, asked) = (source.clone(), window.to_vec(), asked.to_vec());
        self.read(move |c| entries::known(c, &source, &window, &asked)).await
    }

    async fn commit_poll(&self, record: PollRecord) -> Result<Committed> {
        // Encoding is work for a core of its own; the writer only writes.
        let prepared = match record.found {
            None => commit::prepare(record)?,
            Some(_) => {
                let _turn =
                    self.encoders.acquire().await.map_err(|_| Error::Database("the store is closed".to_owned()))?;
                tokio::task::spawn_blocking(move || commit::prepare(record))
                    .await
                    .map_err(|e| Error::Database(format!("encoding broke down: {e}")))??
            }
        };
        self.write(move |c| commit::commit(c, &prepared)).await
    }

    async fn claim_articles(&self, now: Timestamp, limit: usize) -> Result<Vec<ArticleClaim>> {
        // Most of the time nothing is wanted, and the writer need not know.
        if !self.read(move |c| articles::any(c, now)).await? {
            return Ok(Vec::new());
        }
        self.write(move |c| articles::claim(c, now, limit)).await
    }

    async fn begin_article(&self, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()> {
        let claim = claim.clone();
        self.write(move |c| articles::begin(c, &claim, entry, again)).await
    }

    async fn commit_article(&self, record: ArticleRecord) -> Result<Vec<FeedId>> {
        let prepared = articles::prepare(record)?;
        self.write(move |c| articles::commit(c, &prepared)).await
    }

    async fn end_articles(&self, claim: &Claim) -> Result<()> {
        let claim = claim.clone();
        self.write(move |c| articles::end(c, &claim)).await
    }

    async fn reroute(&self, work: Rerouting) -> Result<Gains> {
        let prepared = tokio::task::spawn_blocking(move || reroute::prepare(work))
            .await
            .map_err(|e| Error::Database(format!("encoding broke down: {e}")))??;
        self.write(move |c| reroute::reroute(c, &prepared)).await
    }

    async fn history(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        self.read(move |c| history::history(c, before, limit)).await
    }

    async fn members(&self, feed: &FeedId, range: RangeInclusive<EntryId>) -> Result<HashSet<EntryId>> {
        let feed = feed.clone();
        self.read(move |c| history::members(c, &feed, &range)).await
    }

    async fn unindexed(&self, after: EntryId, limit: usize) -> Result<Vec<Unindexed>> {
        self.read(move |c| search::unindexed(c, after, limit)).await
    }

    async fn index(&self, words: Vec<Words>) -> Result<()> {
        self.write(move |c| search::index(c, &words)).await
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize> {
        self.write(move |c| upkeep::prune(c, before, limit)).await
    }

    async fn sources(&self, now: Timestamp) -> Result<Vec<SourceStatus>> {
        self.read(move |c| status::sources(c, now)).await
    }

    async fn feeds(&self, now: Timestamp) -> Result<Vec<FeedStatus>> {
        self.read(move |c| status::feeds(c, now)).await
    }

    async fn feed_page(&self, feed: &FeedId, before: Option<Place>, limit: usize) -> Result<Vec<Published>> {
        let feed = feed.clone();
        self.read(move |c| entries::feed_page(c, &feed, before, limit)).await
    }

    async fn feed_updated_at(&self, feed: &FeedId) -> Result<Option<Timestamp>> {
        let feed = feed.clone();
        self.read(move |c| status::feed_updated_at(c, &feed)).await
    }

    async fn entry(&self, entry: &EntryRef) -> Result<Option<EntryRecord>> {
        let entry = entry.clone();
        self.read(move |c| entries::record(c, &entry)).await
    }

    async fn search(&self, lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        let lookup = lookup.clone();
        self.read(move |c| search::search(c, &lookup, before, limit)).await
    }

    async fn published(&self, entries: &[EntryId]) -> Result<Vec<Published>> {
        let entries = entries.to_vec();
        self.read(move |c| history::published(c, &entries)).await
    }

    async fn ping(&self) -> Result<()> {
        self.read(status::ping).await
    }

    async fn totals(&self) -> Result<Totals> {
        self.read(status::totals).await
    }

    async fn poll_counts(&self) -> Result<BTreeMap<String, u64>> {
        self.read(status::poll_counts).await
    }

    async fn remembered(&self, name: &str) -> Result<Option<String>> {
        let name = name.to_owned();
        self.read(move |c| plan::remembered(c, &name)).await
    }

    async fn remember(&self, name: &str, value: &str) -> Result<()> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.write(move |c| plan::remember(c, &name, &value)).await
    }

    async fn backup(&self, to: &Path) -> Result<u64> {
        let to = to.to_owned();
        let partial = self.read(move |c| copy::write(c, &to)).await?;
        tokio::task::spawn_blocking(move || partial.keep())
            .await
            .map_err(|e| Error::Database(format!("the backup broke down: {e}")))?
    }

    async fn verify(&self) -> Result<Vec<String>> {
        self.read(verify::verify).await
    }

    async fn close(&self) -> Result<()> {
        // Who reads on after that is cut off, and the log stays beside the store.
        let all = tokio::time::timeout(LAST_READERS, self.readers.turns.acquire_many(READERS as u32)).await;
        self.readers.turns.close();
        drop(all);
        self.readers.idle.all().clear();
        let Some(writer) = self.writer.clone() else { return Ok(()) };
        tokio::task::spawn_blocking(move || writer.close())
            .await
            .map_err(|e| Error::Database(format!("the store could not be closed: {e}")))
    }

    async fn ended(&self) {
        match &self.writer {
            Some(writer) => writer.ended().await,
            None => std::future::pending().await,
        }
    }
}
