//! Everything that is remembered. [`Store`] speaks in the words of the house;
//! SQL lives under `sqlite/` (and later `postgres/`) alone.
//!
//! Each method is one transaction, so none leaks. A claim carries a lease;
//! [`Store::commit_poll`] refuses a stale one, which is all that several nodes
//! need to share a store.

pub mod codec;
pub mod sqlite;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{Entry, EntryId, EntryKey, FeedId, NextPoll, Place, PollState, Published, Route, SourceId};

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
    /// Anything else the database says.
    #[error("store: {0}")]
    Database(String),
}

impl Error {
    /// Whether trying again later may succeed without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Full(_) | Error::Locked(_))
    }
}

/// The result of a store's method.
pub type Result<T> = std::result::Result<T, Error>;

/// A configured source, as far as the store cares.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its name.
    pub source: SourceId,
    /// Its address; a change forgets validators (check P6).
    pub url: String,
    /// When a source not known yet is due.
    pub first: NextPoll,
    /// For how long a claim moves the due time on (check P28).
    pub interval: Duration,
}

/// How many sources a new configuration added, revived and retired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Configured {
    /// Sources not known before.
    pub added: usize,
    /// Sources that are no longer polled.
    pub retired: usize,
}

/// A right to poll one source until the lease ends.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The source.
    pub source: SourceId,
    /// Proof that the claim is this one.
    pub lease: i64,
    /// When it was due before the claim moved it.
    pub due_at: Timestamp,
    /// What is remembered of it.
    pub state: PollState,
}

/// Why a source asked for by name was not claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotClaimed {
    /// Nobody knows it.
    Unknown(SourceId),
    /// Another worker is polling it.
    Busy(SourceId),
    /// It was polled less than the refresh floor ago.
    TooSoon {
        /// The source.
        source: SourceId,
        /// When it may be polled.
        until: Timestamp,
    },
}

/// How an entry of a document may be known already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Keys it may have, likeliest first.
    pub keys: Vec<EntryKey>,
    /// [`digest`](crate::model::digest) of its canonical link.
    pub link: Option<i64>,
}

/// What is remembered of an entry for telling whether it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its number.
    pub entry: EntryId,
    /// Its key.
    pub key: EntryKey,
    /// Its fingerprint.
    pub print: Fingerprint,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// How many revisions it has.
    pub revisions: u32,
}

/// Hashes that tell an entry, and its versions, apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Fingerprint {
    /// Canonical link.
    pub link: Option<i64>,
    /// Path and query of the canonical link: what stays when a host moves.
    pub path: Option<i64>,
    /// Headline, folded.
    pub title: i64,
    /// What a reader would notice changing: title, text, authors, categories,
    /// link, without white space, markup and punctuation.
    pub material: i64,
    /// The same with them.
    pub form: i64,
}

/// What kind of change made a revision (product §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// White space, markup, punctuation.
    Cosmetic,
    /// The rest.
    Material,
}

/// What a poll found out about one entry.
#[derive(Clone, Debug)]
pub enum Found {
    /// An entry not known before.
    New(Box<NewEntry>),
    /// A known entry that changed.
    Revised(Box<Revision>),
    /// A known entry as it was.
    Same(EntryId),
    /// A known entry whose content is the same under another key or link: it
    /// is known by these from now on.
    Rekeyed {
        /// The entry.
        entry: EntryId,
        /// Its new key.
        key: EntryKey,
        /// Its new fingerprint.
        print: Fingerprint,
    },
}

/// An entry to be stored.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The entry.
    pub entry: Entry,
    /// Its hashes.
    pub print: Fingerprint,
    /// Its place in feeds.
    pub sort_at: Timestamp,
    /// Feeds that considered it.
    pub routes: Vec<Route>,
}

/// A new version of a known entry.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Which.
    pub id: EntryId,
    /// What kind of change.
    pub change: Change,
    /// The new version.
    pub entry: Entry,
    /// Its hashes.
    pub print: Fingerprint,
    /// Feeds that considered it.
    pub routes: Vec<Route>,
}

/// How a poll ended, for the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollNote {
    /// A short word: `document`, `unchanged`, `not-modified`, or a failure's kind.
    pub kind: &'static str,
    /// A sentence for people.
    pub text: String,
    /// HTTP status of the last answer.
    pub status: Option<u16>,
    /// From the request to the decision.
    pub duration: Duration,
    /// Bytes on the wire.
    pub wire_bytes: u64,
}

/// All that one poll brings; committed as one (R1).
#[derive(Clone, Debug)]
pub struct PollRecord {
    /// The claim that it fulfils.
    pub claim: Claim,
    /// When it was made.
    pub at: Timestamp,
    /// How it ended.
    pub note: PollNote,
    /// The state to remember; its `window` is filled by the store from `found`
    /// when a document was read.
    pub state: PollState,
    /// What the document listed, in its order; `None` when none was read.
    pub found: Option<Vec<Found>>,
}

/// What a commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Numbers of the new entries.
    pub new: Vec<EntryId>,
    /// How many entries were revised.
    pub revised: usize,
    /// Feeds in which something entered, changed or left.
    pub feeds: Vec<FeedId>,
}

/// A source and its state.
#[derive(Clone, Debug)]
pub struct SourceStatus {
    /// The source.
    pub source: SourceId,
    /// Whether the configuration still names it.
    pub active: bool,
    /// Its state.
    pub state: PollState,
    /// Entries stored.
    pub entries: u64,
    /// Entries first seen a day, the last 30 days, oldest first.
    pub days: Vec<u32>,
}

impl SourceStatus {
    /// A word for how it is doing.
    pub fn word(&self) -> &'static str {
        match (self.active, self.state.failures, self.state.polls) {
            (false, _, _) => "retired",
            (true, _, 0) => "new",
            (true, 0, _) => "ok",
            (true, _, _) => "failing",
        }
    }
}

/// A feed's figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedStatus {
    /// The feed.
    pub feed: FeedId,
    /// Entries in it.
    pub entries: u64,
    /// Its newest change.
    pub updated_at: Option<Timestamp>,
    /// Entries that entered a day, the last 14 days, oldest first.
    pub days: Vec<u32>,
}

/// The store's figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Totals {
    /// Entries, pruned ones included.
    pub entries: u64,
    /// Stories.
    pub stories: u64,
    /// Size of the database in bytes.
    pub bytes: u64,
    /// Schema version.
    pub schema: u32,
    /// Entries the search index does not hold yet.
    pub unindexed: u64,
}

/// How an entry is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryRef {
    /// By number.
    Id(EntryId),
    /// By its link or its published id.
    Iri(String),
}

/// One version of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// When it was seen.
    pub seen_at: Timestamp,
    /// What kind of change brought it; `None` for the first.
    pub change: Option<Change>,
    /// The version; `None` when its text was pruned.
    pub entry: Option<Entry>,
}

/// An entry with all that is stored of it.
#[derive(Clone, Debug)]
pub struct EntryRecord {
    /// As it would be published.
    pub published: Published,
    /// Whether its text has been pruned.
    pub pruned: bool,
    /// All versions, newest first.
    pub versions: Vec<Version>,
    /// Decisions of the feeds that considered it.
    pub routes: Vec<Route>,
}

/// A text for the search index: the folded words of an entry, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The entry.
    pub entry: EntryId,
    /// Its words, by `text::fold::index_words`, separated by spaces.
    pub words: String,
}

/// A query over the index; see `filter::IndexQuery`, which becomes this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// No narrowing.
    Everything,
    /// A folded word.
    Word(String),
    /// Folded words that begin so.
    Prefix(String),
    /// All of them.
    And(Vec<Lookup>),
    /// Any of them.
    Or(Vec<Lookup>),
}

/// The store.
#[async_trait]
pub trait Store: Send + Sync {
    /// Takes over the configuration's sources and feeds: new ones are added,
    /// missing ones retired (they keep their entries), known ones keep their due time.
    async fn configure(&self, sources: &[Planned], feeds: &[FeedId], now: Timestamp) -> Result<Configured>;

    /// Claims up to `limit` due sources, longest overdue first, and moves their
    /// due time on before anything is sent (check P28).
    async fn claim_due(&self, now: Timestamp, limit: usize) -> Result<Vec<Claim>>;

    /// Claims sources by name, due or not, unless polled less than `floor` ago.
    async fn claim_named(
        &self,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)>;

    /// Gives claims back unpolled: each is due again when it was.
    async fn release(&self, claims: &[Claim]) -> Result<()>;

    /// When the next source is due.
    async fn next_due_at(&self) -> Result<Option<Timestamp>>;

    /// Spreads sources overdue at a start over the time to come (check P29).
    async fn respread(&self, due: &[(SourceId, NextPoll)]) -> Result<()>;

    /// What is known of entries of `source`, an answer for each question.
    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>>;

    /// Stores all of a poll, or nothing of it.
    async fn commit_poll(&self, record: PollRecord) -> Result<Committed>;

    /// Decides anew about stored entries for one feed (a changed filter):
    /// replaces the routes of `entries` in it. Gives numbers gained and lost.
    async fn reroute(&self, feed: &FeedId, routes: Vec<(EntryId, Option<Route>)>) -> Result<(usize, usize)>;

    /// Stored entries with their text after `after`, in the order of arrival.
    async fn entries_after(&self, after: EntryId, limit: usize) -> Result<Vec<Published>>;

    /// Entries whose words the index does not hold yet, in the order of arrival.
    async fn unindexed(&self, limit: usize) -> Result<Vec<(EntryId, Entry)>>;

    /// Adds words to the index and marks their entries as indexed.
    async fn index(&self, words: Vec<Words>) -> Result<()>;

    /// Drops texts first seen before `before` that no source lists any more;
    /// identity and hashes stay (product §3.6). At most `limit` at a time.
    async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize>;

    /// All sources with their state.
    async fn sources(&self, now: Timestamp) -> Result<Vec<SourceStatus>>;

    /// All feeds with their figures.
    async fn feeds(&self, now: Timestamp) -> Result<Vec<FeedStatus>>;

    /// Entries of a feed from `before` on, newest first.
    async fn feed_page(&self, feed: &FeedId, before: Option<Place>, limit: usize) -> Result<Vec<Published>>;

    /// When a feed's document last changed; `None` while nothing ever entered it.
    async fn feed_updated_at(&self, feed: &FeedId) -> Result<Option<Timestamp>>;

    /// One entry with its history.
    async fn entry(&self, entry: &EntryRef) -> Result<Option<EntryRecord>>;

    /// Entries that answer a look-up and are older than `before`, newest first.
    async fn search(&self, lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Published>>;

    /// The store's figures.
    async fn totals(&self) -> Result<Totals>;

    /// Polls by how they ended, since the store began.
    async fn poll_counts(&self) -> Result<BTreeMap<String, u64>>;

    /// A value kept under a name, for what is remembered of the configuration.
    async fn remembered(&self, name: &str) -> Result<Option<String>>;

    /// Keeps a value under a name.
    async fn remember(&self, name: &str, value: &str) -> Result<()>;

    /// Writes a consistent copy to a file that does not exist yet (R16).
    async fn backup(&self, to: &Path) -> Result<u64>;

    /// Checks the store's integrity; gives what is wrong, nothing when all is well.
    async fn verify(&self) -> Result<Vec<String>>;
}
