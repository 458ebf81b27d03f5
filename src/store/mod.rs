//! Everything that is remembered. [`Store`] speaks in the words of the house;
//! SQL lives under `sqlite/` (and later `postgres/`) alone.
//!
//! Each method is one transaction, so none leaks. A claim carries a lease;
//! [`Store::commit_poll`] refuses a stale one, which is all that several nodes
//! need to share a store.

mod articles;
pub mod codec;
mod documents;
mod figures;
mod past;
mod records;
mod rematch;
pub mod rules;
pub mod sqlite;
pub mod trusted;

use std::collections::{BTreeMap, HashSet};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{Asked, EntryId, FeedId, Host, Known, NextPoll, Place, Published, Purpose, Scope, SourceId};

pub use articles::{ArticleClaim, ArticleRecord, Came, WantedArticle};
pub use documents::DocumentHash;
pub use figures::*;
pub use past::{Decided, Gained, Gains, Kept, Lookup, Rerouting, Row, TextHash, Unindexed, Words};
pub use records::*;
pub use rematch::{BegunRematch, DecidedBy, Editions, Labels, Settles, StepMade, Underway, WantedRematch};

/// What can go wrong with a store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be opened or used; names the path and the remedy.
    #[error("{0}")]
    Unusable(String),
    /// The lease of a claim ran out and somebody else may have polled meanwhile.
    #[error("the claim on {0} has lapsed")]
    StaleClaim(SourceId),
    /// No space left, or the store's size limit reached (R12).
    #[error("no space left in the store: {0}")]
    Full(String),
    /// Another program holds the store (R13).
    #[error("the store is locked by another program: {0}")]
    Locked(String),
    /// The store's file is damaged (R14).
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// The store's files are no longer those that were opened: they were deleted,
    /// moved or replaced, and nothing that is written to them would last.
    #[error("the store is gone: {0}")]
    Gone(String),
    /// Somebody else decides about the same feeds by now.
    #[error("another rematch of the same feeds has begun")]
    Superseded,
    /// Nobody waits for the answer any more, or the writer hangs.
    #[error("the store takes too long: {0}")]
    TooLong(String),
    /// Anything else the database says.
    #[error("store: {0}")]
    Database(String),
}

impl Error {
    /// Whether trying again later may succeed without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Full(_) | Error::Locked(_) | Error::TooLong(_))
    }
}

/// Sources that [`Store::sources`] reads at once.
const READ_AT_ONCE: usize = 500;

/// The result of a store's method.
pub type Result<T> = std::result::Result<T, Error>;

/// Which readers of a store a question waits for. Each kind of asker has readers of
/// its own, so that none keeps another waiting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Polls, decisions and upkeep: what keeps the desk going.
    Desk,
    /// Documents of feeds.
    Documents,
    /// Pages, which anybody may ask for as often as he likes.
    Pages,
    /// Readiness and the watchdog.
    Health,
}

/// The store.
#[async_trait]
pub trait Store: Send + Sync {
    /// The same store, asked through other readers. What is asked through any, and
    /// waited for no longer, is not read to its end.
    fn through(&self, lane: Lane) -> Arc<dyn Store>;

    /// Takes over the configuration's sources and feeds: new ones are added,
    /// missing ones retired (they keep their entries), known ones keep their due time.
    async fn configure(&self, sources: &[Planned], feeds: &[FeedId], now: Timestamp) -> Result<Configured>;

    /// Claims up to `limit` due sources, longest overdue first, each with its
    /// host's turn, and moves their due time on before anything is sent (check
    /// P28). A source whose host has no turn free stays due (checks P25, R4).
    async fn claim_due(&self, worker: &Worker, now: Timestamp, limit: usize) -> Result<Vec<Claim>>;

    /// Claims sources by name, due or not, unless polled less than `floor` ago
    /// or held (check P36).
    async fn claim_named(
        &self,
        worker: &Worker,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)>;

    /// Takes a turn at another host for a claim: a redirect's (check P21). It
    /// ends with the claim. Holds that bind this purpose are kept.
    async fn turn(&self, worker: &Worker, claim: &Claim, host: &Host, purpose: Purpose, now: Timestamp)
    -> Result<Turn>;

    /// Holds a claim, and the turns it took, for as long again as when it was taken:
    /// its work goes on. Gives until when. A claim that has ended well stays ended.
    ///
    /// # Errors
    /// [`Error::StaleClaim`] when another has it.
    async fn renew(&self, worker: &Worker, claim: &Claim, now: Timestamp) -> Result<Timestamp>;

    /// How often in a row a host answered 429, for what a hold of this scope binds
    /// (check P18).
    async fn strikes(&self, host: &Host, scope: Scope) -> Result<u32>;

    /// Gives back the claims and turns that a worker of this name left when it died.
    async fn end_turns(&self, worker: &str) -> Result<()>;

    /// Gives back the claims and turns of processes that were killed; gives how
    /// many claims those were.
    async fn bury_dead(&self) -> Result<usize>;

    /// Gives claims back unpolled: each is due again when it was.
    async fn release(&self, claims: &[Claim]) -> Result<()>;

    /// When the next source is due and its site has a turn free; `None` when
    /// nothing is ever due.
    async fn next_due_at(&self, worker: &Worker, now: Timestamp) -> Result<Option<Timestamp>>;

    /// The clock was set back to `now`: what was due so long after its last
    /// poll is due as long after `now`, and holds end as long after it (R18).
    /// Gives how many sources were moved.
    async fn set_back(&self, now: Timestamp) -> Result<usize>;

    /// Mends what a clock that was ahead dated and placed, now that it shows
    /// `now`, where that can be believed: entries that came then stand before
    /// `now`, in the order they have, and feeds are to decide about them anew.
    /// Ids stay. Gives how many entries that were. To be called before anything
    /// is stored by the clock that was set back.
    async fn mend_times(&self, now: Timestamp) -> Result<usize>;

    /// The time to prune by, when the clock shows `now` and the desk ran for
    /// `ran` since it was last asked: one that is far ahead of the store's own
    /// history is believed step by step.
    async fn believe(&self, now: Timestamp, ran: Duration) -> Result<Timestamp>;

    /// Spreads sources overdue at a start over the time to come (check P29).
    async fn respread(&self, due: &[(SourceId, NextPoll)]) -> Result<()>;

    /// Takes back the last failure of sources that had no part in it, and has
    /// them polled at these instants, unless they were polled or claimed since.
    async fn absolve(&self, due: &[(SourceId, NextPoll)]) -> Result<()>;

    /// What is known of entries of `source`, an answer for each question.
    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>>;

    /// Stores all of a poll, or nothing of it. Of a document of many entries it may
    /// store some before it fails, without validators: the next poll reads it whole
    /// and knows them.
    async fn commit_poll(&self, record: PollRecord) -> Result<Committed>;

    /// Claims up to `limit` sources whose entries want the articles on their
    /// pages, each with its entries. A source that is due is polled first.
    async fn claim_articles(&self, worker: &Worker, now: Timestamp, limit: usize) -> Result<Vec<ArticleClaim>>;

    /// Notes before anything is sent that an entry's page is asked for, so that
    /// one that kills the process is not asked for at every start.
    async fn begin_article(&self, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()>;

    /// Stores what came of an entry's page, and ends the turns it took. Gives
    /// the feeds in which something changed.
    async fn commit_article(&self, record: ArticleRecord) -> Result<Vec<FeedId>>;

    /// Gives a claim on articles back.
    async fn end_articles(&self, claim: &Claim) -> Result<()>;

    /// Decides anew about stored entries (a changed filter). Gives what each
    /// feed gained and lost.
    async fn reroute(&self, work: Rerouting) -> Result<Gains>;

    /// What stored decisions were made by.
    async fn editions(&self) -> Result<Editions>;

    /// Gives the feeds whose stored decisions were made by something else than
    /// `now`, the configuration in force, would have them made by. Takes over
    /// the labels of sources; feeds that are gone are forgotten, so that one that
    /// comes back is decided anew.
    async fn outdated(&self, now: &Editions) -> Result<Vec<FeedId>>;

    /// Begins a rematch, or goes on with the one of its name where everything
    /// that it decides by is as it was. Its feeds count as undecided until it
    /// settles them, and other rematches of them end.
    async fn begin_rematch(&self, wanted: &WantedRematch) -> Result<BegunRematch>;

    /// Settles the feeds of a rematch that has decided about everything, and
    /// ends it: both or neither. Gives what its feeds gained and lost, in runs
    /// that were cut short too.
    async fn settle(&self, run: i64) -> Result<Gains>;

    /// Rematches under way, or cut short.
    async fn rematches(&self) -> Result<Vec<Underway>>;

    /// Entries after `after` whose text changed while a rematch was under way,
    /// in the order of their numbers.
    async fn decide_again(&self, after: EntryId, limit: usize) -> Result<Vec<EntryId>>;

    /// Stored entries with their text, by number; those without one are left out.
    async fn kept(&self, entries: &[EntryId]) -> Result<Vec<Kept>>;

    /// Stored entries with their text, newest first, from before `before` on.
    async fn history(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>>;

    /// Which entries with numbers in `range` are in `feed`.
    async fn members(&self, feed: &FeedId, range: RangeInclusive<EntryId>) -> Result<HashSet<EntryId>>;

    /// Entries after `after` whose words the index does not hold yet, in the
    /// order of arrival; when there are none, entries that changed since they
    /// were indexed.
    async fn unindexed(&self, after: EntryId, limit: usize) -> Result<Vec<Unindexed>>;

    /// Adds words to the index and marks their entries as indexed.
    async fn index(&self, words: Vec<Words>) -> Result<()>;

    /// Drops texts first seen before `before` that no source lists any more;
    /// identity and hashes stay (product §3.6). At most `limit` at a time.
    async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize>;

    /// Sources by name, a page of them. Windows are left out: they are as long as
    /// documents.
    async fn sources_page(&self, wanted: &SourcesWanted, now: Timestamp) -> Result<Vec<SourceStatus>>;

    /// All sources by name, read page by page: for those who have reason to go through
    /// them all, and wait for none of them.
    async fn sources(&self, now: Timestamp) -> Result<Vec<SourceStatus>> {
        let mut wanted = SourcesWanted::all(READ_AT_ONCE);
        let mut all = Vec::new();
        loop {
            let page = self.sources_page(&wanted, now).await?;
            let Some(last) = page.last() else { return Ok(all) };
            wanted.after = Some(last.source.clone());
            all.extend(page);
        }
    }

    /// One source with its state.
    async fn source(&self, source: &SourceId, now: Timestamp) -> Result<Option<SourceStatus>>;

    /// How many sources there are, and how they are doing: kept, not counted.
    async fn census(&self, now: Timestamp) -> Result<Census>;

    /// All feeds with their figures.
    async fn feeds(&self, now: Timestamp) -> Result<Vec<FeedStatus>>;

    /// Entries of a feed from `before` on, newest first.
    async fn feed_page(&self, feed: &FeedId, before: Option<Place>, limit: usize) -> Result<Vec<Published>>;

    /// When what a feed's document is made of last changed, which moves at each
    /// change; `None` while nothing ever entered it.
    async fn feed_updated_at(&self, feed: &FeedId) -> Result<Option<Timestamp>>;

    /// Since when the document of `feed` has these bytes; `None` when others were
    /// made last.
    async fn document_date(&self, feed: &FeedId, document: DocumentHash) -> Result<Option<Timestamp>>;

    /// Remembers that the document of `feed` has had these bytes since `now`,
    /// unless they are those made last. Gives its date, which is later than all
    /// that readers may hold and may be ahead of `now` by a moment; `None` for a
    /// feed that the store does not know.
    async fn date_document(&self, feed: &FeedId, document: DocumentHash, now: Timestamp) -> Result<Option<Timestamp>>;

    /// Whether a feed of this name is configured, or was once.
    async fn knows_feed(&self, feed: &FeedId) -> Result<bool>;

    /// One entry with its history.
    async fn entry(&self, entry: &EntryRef) -> Result<Option<EntryRecord>>;

    /// Entries that answer a look-up and are older than `before`, newest first.
    async fn search(&self, lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>>;

    /// Entries by number as they would be published, in the order asked for;
    /// those whose text was pruned are left out.
    async fn published(&self, entries: &[EntryId]) -> Result<Vec<Published>>;

    /// Reads something small by a way of its own, whatever lane it is asked through:
    /// whether the store can be asked at all (R24), is still the one that was opened,
    /// and has a writer that lives and comes round.
    async fn ping(&self) -> Result<()>;

    /// Writes something small to the disk: whether the store takes what polls
    /// bring (R12).
    async fn probe(&self) -> Result<()>;

    /// The store's figures.
    async fn totals(&self) -> Result<Totals>;

    /// Polls by how they ended, since the store began.
    async fn poll_counts(&self) -> Result<BTreeMap<String, u64>>;

    /// Since when no source can be reached, as far as anybody has noted it.
    async fn offline_since(&self) -> Result<Option<Timestamp>>;

    /// Notes since when no source can be reached; `None`: some can.
    async fn note_line(&self, offline_since: Option<Timestamp>) -> Result<()>;

    /// Writes a consistent copy to a file that does not exist yet (R16).
    async fn backup(&self, to: &Path) -> Result<u64>;

    /// Checks the store's integrity; gives what is wrong, nothing when all is well.
    async fn verify(&self) -> Result<Vec<String>>;

    /// Ends the work on the store: what waits is written, and all that is stored
    /// then lies in its one file. What is asked later fails.
    async fn close(&self) -> Result<()>;

    /// Comes back when nothing can be written any more, whoever ended it.
    async fn ended(&self);
}
