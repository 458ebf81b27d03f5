//! What a poll brings: what is known of its entries before, and what is stored of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{Claim, Result, RulesId};
use crate::clock::Timestamp;
use crate::model::newswire::WireReading;
use crate::model::{
    Asked, Change, Entry, EntryId, EntryKey, FeedId, Fingerprint, Hold, Host, Known, PollState, Route, SourceId,
    Stored, UnplacedCopy,
};

/// Documents recognised and stored.
#[async_trait]
pub trait Commit: Send + Sync {
    /// What is known of entries of `source`: all that `window` names, in its order, and
    /// entries that match the questions asked by key, page or link, each entry once. A
    /// question that the window answers finds nothing more, any other one finds a few.
    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>>;

    /// Stores all of a poll, or nothing of it: entries with the decisions about them,
    /// the source's state and next poll, what its host asked for, the line in the
    /// ledger. The claim ends with it, and so do its turns. Of a document of more than
    /// a thousand entries it may store some before it fails, without validators: the
    /// next poll reads it whole and knows them. The document's first entry gets the
    /// highest number.
    ///
    /// A key or published id that an entry wants and another has costs it that key or
    /// id, nothing else.
    ///
    /// # Errors
    /// [`StaleClaim`](super::Error::StaleClaim) when another has the source. One that
    /// failed may be committed again; one that was stored may not, for under the same
    /// claim it would count as a second poll.
    async fn commit_poll(&self, record: PollRecord) -> Result<Committed>;
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
    /// Known entries whose keys others of the document take: they let go of them
    /// before anything else is written.
    pub released: Vec<EntryId>,
    /// The rules that decided about its entries. Where others are in force by now, those
    /// that are new, revised or followed wait to be decided again.
    pub decided_by: RulesId,
    /// How many of the newest places of each feed revisions of one source may
    /// take; a feed that is not named bounds none.
    pub shares: Arc<BTreeMap<FeedId, Share>>,
    /// The host that it is to be asked at next.
    pub host: Host,
    /// What its host asked for; holds every source there (check P17).
    pub hold: Option<Hold>,
    /// Whether the poll brought or confirmed a document: its host's 429s are
    /// in a row no more.
    pub succeeded: bool,
    /// Warnings that were told of it; they count in its source's budget.
    pub warnings_told: u64,
    /// What of its entries counts there.
    pub counted: Counted,
}

/// How a poll ended, for the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollNote {
    /// A short word: `document`, `unchanged`, `not-modified`, or a failure's kind.
    pub kind: &'static str,
    /// A sentence for people.
    pub text: String,
    /// HTTP status of the last response.
    pub status: Option<u16>,
    /// From the request to the decision.
    pub duration: Duration,
    /// Bytes on the wire.
    pub wire_bytes: u64,
}

/// What a poll found out about one entry.
#[derive(Clone, Debug)]
pub enum Found {
    /// An entry not known before.
    New(Box<NewEntry>),
    /// A known entry that changed.
    Revised(Box<Revision>),
    /// A known entry of which something changed that makes no revision: a file,
    /// a further link, a date that was put right. It is published as it is now.
    Followed(Box<Followed>),
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

impl Found {
    /// The date of a new entry, where its publisher states one.
    pub fn dated(&self) -> Option<Timestamp> {
        match self {
            Found::New(new) => new.entry.dated(),
            _ => None,
        }
    }
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
    /// Whether the article on its page is to be fetched.
    pub wants_article: bool,
    /// Its words, as [`Words`](super::Words) has them, where they were made along with the
    /// decision.
    pub words: Option<String>,
    /// What was read of it as wire copy; of others than new entries it stands with their text.
    pub reading: Option<WireReading>,
    /// What places it among stories; without, it waits to be placed.
    pub copy: Option<Arc<dyn UnplacedCopy>>,
}

/// A new version of a known entry.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Which.
    pub id: EntryId,
    /// What kind of change.
    pub change: Change,
    /// The new version, with the article that it has: a correction of the teaser does
    /// not take it away.
    pub entry: Stored,
    /// Its hashes.
    pub print: Fingerprint,
    /// Feeds that considered it.
    pub routes: Vec<Route>,
    /// Whether the article on its page is to be fetched anew.
    pub wants_article: bool,
    /// What becomes of the text before it.
    pub earlier: Earlier,
}

/// A known entry as its source sends it now, its news unchanged.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Which.
    pub id: EntryId,
    /// As it is now, with the article that it has.
    pub entry: Stored,
    /// Its hashes.
    pub print: Fingerprint,
    /// Feeds that considered it.
    pub routes: Vec<Route>,
}

/// What becomes of the text that a revision follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// It is kept beside the new one, as far as a day's revisions are.
    Kept,
    /// The new one takes its place: its source is over its budget of text.
    Replaced,
}

/// What of a poll's new entries counts in their source's budget of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Their number and their texts.
    All,
    /// Their texts alone: a first document's, which is spared.
    Texts,
}

/// How far revisions may bring entries back to the head of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Of how many places of the feed, from its head on.
    pub places: usize,
    /// How many of them revised entries of one source may take.
    pub most: usize,
}

/// What a commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Numbers of the new entries.
    pub new: Vec<EntryId>,
    /// How many entries were revised.
    pub revised: usize,
    /// How many of these replaced a revision of the same day instead of being
    /// kept beside it (check B61).
    pub replaced: usize,
}
