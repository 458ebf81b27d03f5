//! SQLite: one writer thread, a few readers, WAL with `synchronous=FULL`.
//!
//! SQLite is refused below 3.51.3, whose predecessors can corrupt a WAL that
//! two connections reset at once (R11).

mod articles;
mod claim;
mod commit;
mod copy;
mod documents;
mod entries;
mod files;
mod history;
mod holder;
mod ledger;
mod line;
mod lock;
mod look;
mod mend;
mod migrate;
mod open;
mod opened;
mod place;
mod plan;
mod published;
mod rebuild;
mod rematch;
mod reroute;
mod row;
mod search;
mod set_back;
mod source_row;
mod status;
mod tree;
mod turns;
mod upgrade;
mod upkeep;
mod verify;
mod write;
mod writer;

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;

use super::{
    ArticleClaim, ArticleRecord, BegunRematch, Census, Claim, Committed, Configured, DocumentHash, Editions,
    EntryRecord, EntryRef, Error, FeedStatus, Gains, Kept, Lane, Lookup, NotClaimed, Planned, PollRecord, Rerouting,
    Result, SourceStatus, SourcesWanted, Store, Totals, Turn, Underway, Unindexed, WantedRematch, Words, Worker,
};
use crate::clock::Timestamp;
use crate::model::{Asked, EntryId, FeedId, Host, Known, NextPoll, Place, Published, Purpose, Scope, SourceId};
use opened::Idle;

pub use lock::Lock;
pub use migrate::SCHEMA;
pub use opened::SqliteStore;
pub use rebuild::{Compacted, compact};
pub use verify::verify_file;

/// At the end, readers at work have so long to come to theirs.
const LAST_READERS: Duration = Duration::from_secs(5);

#[async_trait]
impl Store for SqliteStore {
    fn through(&self, lane: Lane) -> Arc<dyn Store> {
        Arc::new(self.clone().asked_through(lane))
    }

    async fn configure(&self, sources: &[Planned], feeds: &[FeedId], now: Timestamp) -> Result<Configured> {
        let (sources, feeds) = (sources.to_vec(), feeds.to_vec());
        self.write(move |c| plan::configure(c, &sources, &feeds, now)).await
    }

    async fn claim_due(&self, worker: &Worker, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
        let (process, worker) = (self.process.clone(), worker.clone());
        self.write(move |c| claim::due(c, &process, &worker, now, limit)).await
    }

    async fn claim_named(
        &self,
        worker: &Worker,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
        let (process, worker, sources) = (self.process.clone(), worker.clone(), sources.to_vec());
        self.write(move |c| claim::named(c, &process, &worker, &sources, floor, now)).await
    }

    async fn turn(
        &self,
        worker: &Worker,
        claim: &Claim,
        host: &Host,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Turn> {
        let (worker, claim, host) = (worker.clone(), claim.clone(), host.clone());
        self.write(move |c| claim::turn(c, &worker, &claim, (&host, purpose), now)).await
    }

    async fn strikes(&self, host: &Host, scope: Scope) -> Result<u32> {
        let host = host.clone();
        self.read(move |c| Ok(turns::strikes(c, &host, scope)?)).await
    }

    async fn end_turns(&self, worker: &str) -> Result<()> {
        let worker = worker.to_owned();
        self.write(move |c| turns::end_all(c, &worker)).await
    }

    async fn bury_dead(&self) -> Result<usize> {
        if self.read(holder::dead).await?.is_empty() {
            return Ok(0);
        }
        self.write(holder::bury).await
    }

    async fn renew(&self, worker: &Worker, claim: &Claim, now: Timestamp) -> Result<Timestamp> {
        let (worker, claim) = (worker.clone(), claim.clone());
        self.write(move |c| claim::renew(c, &worker, &claim, now)).await
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

    async fn absolve(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        let due = due.to_vec();
        self.write(move |c| claim::absolve(c, &due)).await
    }

    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
        let (source, window, asked) = (source.clone(), window.to_vec(), asked.to_vec());
        self.read(move |c| entries::known(c, &source, &window, &asked)).await
    }

    async fn commit_poll(&self, record: PollRecord) -> Result<Committed> {
        let described_anew = crate::store::rules::described_anew(&record.claim.state.carrier, &record.state.carrier);
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
        let prepared = Arc::new(prepared);
        let mut so_far = commit::Progress::default();
        for _ in 0..prepared.portions() {
            let poll = Arc::clone(&prepared);
            so_far = self.write(move |c| commit::portion(c, &poll, so_far)).await?;
        }
        let commit = move |c: &Connection| {
            let mut done = commit::commit(c, &prepared, so_far)?;
            if described_anew {
                done.feeds.extend(documents::touch(c, &prepared.source, prepared.at)?);
                done.feeds.sort_unstable();
                done.feeds.dedup();
            }
            Ok(done)
        };
        self.write(commit).await
    }

    async fn claim_articles(&self, worker: &Worker, now: Timestamp, limit: usize) -> Result<Vec<ArticleClaim>> {
        // Most of the time nothing is wanted, and the writer need not know.
        if !self.read(move |c| articles::any(c, now)).await? {
            return Ok(Vec::new());
        }
        let (holder, worker) = (self.process.holder(worker), worker.clone());
        self.write(move |c| articles::claim(c, &worker, &holder, now, limit)).await
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

    async fn sources_page(&self, wanted: &SourcesWanted, now: Timestamp) -> Result<Vec<SourceStatus>> {
        let wanted = wanted.clone();
        self.read(move |c| status::sources_page(c, &wanted, now)).await
    }

    async fn source(&self, source: &SourceId, now: Timestamp) -> Result<Option<SourceStatus>> {
        let source = source.clone();
        self.read(move |c| status::source(c, &source, now)).await
    }

    async fn census(&self, now: Timestamp) -> Result<Census> {
        self.read(move |c| status::census(c, now)).await
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

    async fn document_date(&self, feed: &FeedId, document: DocumentHash) -> Result<Option<Timestamp>> {
        let feed = feed.clone();
        self.read(move |c| documents::dated(c, &feed, document)).await
    }

    async fn date_document(&self, feed: &FeedId, document: DocumentHash, now: Timestamp) -> Result<Option<Timestamp>> {
        let feed = feed.clone();
        self.write(move |c| documents::date(c, &feed, document, now)).await
    }

    async fn knows_feed(&self, feed: &FeedId) -> Result<bool> {
        let feed = feed.clone();
        self.read(move |c| documents::knows(c, &feed)).await
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
        if let Some(writer) = &self.writer {
            writer.check()?;
        }
        self.read_through(Lane::Health, status::ping).await
    }

    async fn probe(&self) -> Result<()> {
        self.write(status::probe).await
    }

    async fn totals(&self) -> Result<Totals> {
        self.read(status::totals).await
    }

    async fn poll_counts(&self) -> Result<BTreeMap<String, u64>> {
        self.read(status::poll_counts).await
    }

    async fn offline_since(&self) -> Result<Option<Timestamp>> {
        self.read(line::offline_since).await
    }

    async fn note_line(&self, offline_since: Option<Timestamp>) -> Result<()> {
        self.write(move |c| line::note(c, offline_since)).await
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
        let _ = tokio::time::timeout(LAST_READERS, self.readers.rest()).await;
        self.readers.shut();
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
