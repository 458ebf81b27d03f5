//! SQLite: one writer thread, a few readers, WAL with `synchronous=FULL`.
//!
//! SQLite is refused below 3.51.3, whose predecessors can corrupt a WAL that
//! two connections reset at once (R11).

mod articles;
mod claim;
mod commit;
mod entries;
mod history;
mod ledger;
mod migrate;
mod open;
mod plan;
mod rematch;
mod reroute;
mod row;
mod search;
mod set_back;
mod status;
mod tree;
mod turns;
mod upkeep;
mod writer;

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{
    ArticleClaim, ArticleRecord, Asked, BegunRematch, Claim, Committed, Configured, Editions, EntryRecord, EntryRef,
    Error, FeedStatus, Gains, Kept, Known, Lookup, NotClaimed, Planned, PollRecord, Rerouting, Result, SourceStatus,
    Store, Totals, Turn, Underway, Unindexed, WantedRematch, Words, Worker,
};
use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId, Host, NextPoll, Place, Published, SourceId};
use writer::Writer;

pub use migrate::SCHEMA;
pub use open::check_file;

/// Readers at work at once; more would only wait for the same disk.
const READERS: usize = 3;

/// Polls encoded at once: each takes a compressor's memory.
const ENCODERS: usize = 2;

/// A store in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    writer: Writer,
    readers: Arc<Readers>,
    encoders: Semaphore,
}

struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    turns: Semaphore,
}

impl SqliteStore {
    /// Opens the store at `path`, which is created when missing, and brings its
    /// schema up to date.
    ///
    /// # Errors
    /// [`Error::Unusable`] names the path and the remedy (B87, R11, R17).
    pub fn open(path: &Path, now: Timestamp) -> Result<Self> {
        let connection = open::writing(path)?;
        migrate::migrate(&connection, &path.display().to_string(), now)?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::new(Vec::new()), turns: Semaphore::new(READERS) };
        Ok(SqliteStore {
            path: path.to_owned(),
            writer: Writer::start(connection)?,
            readers: Arc::new(readers),
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
        self.writer.write(job).await.map_err(|error| self.named(error))
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

    /// Runs `job` on a reading connection, off the runtime's threads.
    async fn read<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T> + Send + 'static,
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
    fn run<T>(&self, job: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| open::reading(&self.path), Ok)?;
        let done = job(&connection);
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(connection);
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
        self.write(move |c| set_back::sources(c, now)).await
    }

    async fn mend_times(&self, now: Timestamp) -> Result<usize> {
        self.write(move |c| set_back::mend_times(c, now)).await
    }

    async fn believe(&self, now: Timestamp, ran: Duration) -> Result<Timestamp> {
        self.write(move |c| set_back::believe(c, now, ran)).await
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

    async fn editions(&self) -> Result<Editions> {
        self.read(rematch::editions).await
    }

    async fn outdated(&self, now: &Editions) -> Result<Vec<FeedId>> {
        let now = now.clone();
        self.write(move |c| rematch::outdated(c, &now)).await
    }

    async fn begin_rematch(&self, wanted: &WantedRematch) -> Result<BegunRematch> {
        let wanted = wanted.clone();
        self.write(move |c| rematch::begin(c, &wanted)).await
    }

    async fn settle(&self, run: i64) -> Result<Gains> {
        self.write(move |c| rematch::settle(c, run)).await
    }

    async fn rematches(&self) -> Result<Vec<Underway>> {
        self.read(rematch::rematches).await
    }

    async fn decide_again(&self, after: EntryId, limit: usize) -> Result<Vec<EntryId>> {
        self.read(move |c| rematch::decide_again(c, after, limit)).await
    }

    async fn kept(&self, entries: &[EntryId]) -> Result<Vec<Kept>> {
        let entries = entries.to_vec();
        self.read(move |c| history::kept_of(c, &entries)).await
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

    async fn backup(&self, to: &Path) -> Result<u64> {
        let to = to.to_owned();
        self.read(move |c| upkeep::backup(c, &to)).await
    }

    async fn verify(&self) -> Result<Vec<String>> {
        self.read(upkeep::verify).await
    }
}
