//! What goes into a store and comes out of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::rules::Placing;
use crate::clock::Timestamp;
use crate::model::{
    Change, Entry, EntryId, EntryKey, FeedId, Fingerprint, Hold, Host, NextPoll, PollState, Published, Route, SourceId,
};

/// Who claims, and how considerately.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Worker {
    /// Its name, for giving back the turns of one that died.
    pub name: String,
    /// Requests at once to a host (check P25).
    pub per_host: usize,
    /// Between starts on a registrable domain (check P25).
    pub host_gap: Duration,
    /// How long its claims hold unless they are renewed (R21). All workers of a
    /// store have the same: one in the future beyond it is a clock's that was set back.
    pub lease: Duration,
}

/// Whether a host may be asked now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    /// It may; the turn is taken.
    Taken,
    /// Another request to it is under way.
    Busy,
    /// Its site was asked a moment ago.
    Until(Timestamp),
    /// It asked to be left alone (check P17).
    Held(NextPoll),
}

/// A configured source, as far as the store cares.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its name.
    pub source: SourceId,
    /// Its address; a change forgets validators (check P6).
    pub url: String,
    /// The host of its address.
    pub host: Host,
    /// When a source not known yet is due.
    pub first: NextPoll,
    /// For how long a claim moves the due time on (check P28).
    pub interval: Duration,
    /// Its budgets of a day as [`Over`](crate::model::Over) names them: a source that was
    /// over another one is so no more.
    pub budgets: [String; 2],
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
    /// Until when it holds, unless it is renewed.
    pub until: Timestamp,
    /// When it was due before the claim moved it.
    pub due_at: Timestamp,
    /// The host whose turn the claim holds.
    pub host: Host,
    /// How often in a row that host answered 429, for whatever source (check P18).
    pub strikes: u32,
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
    /// Its server asked to be left alone, and a poll by hand obeys (check P36).
    Held {
        /// The source.
        source: SourceId,
        /// Until when, and why.
        until: NextPoll,
    },
    /// Another request to its host is under way, or ended a moment ago.
    NotItsTurn(SourceId),
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
    /// The date of a new entry, where its publisher gives one.
    pub fn dated(&self) -> Option<Timestamp> {
        match self {
            Found::New(new) => new.entry.dated(),
            _ => None,
        }
    }

    /// The entry, where it is a known one about which feeds decided anew.
    pub fn decided_anew(&self) -> Option<EntryId> {
        match self {
            Found::Revised(revision) => Some(revision.id),
            Found::Followed(followed) => Some(followed.id),
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
    /// Whether the article on its page is to be fetched anew.
    pub wants_article: bool,
    /// What becomes of the text before it.
    pub earlier: Earlier,
}

/// What of a poll's new entries counts in their source's budget of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Their number and their texts.
    All,
    /// Their texts alone: a first document's, which is spared.
    Texts,
}

/// What becomes of the text that a revision follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// It is kept beside the new one, as far as a day's revisions are.
    Kept,
    /// The new one takes its place: its source is over its budget of text.
    Replaced,
}

/// A known entry as its source gives it now, its news unchanged.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Which.
    pub id: EntryId,
    /// As it is now.
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
    /// Known entries whose keys others of the document take: they let go of them
    /// before anything else is written.
    pub released: Vec<EntryId>,
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
    /// Feeds in which something entered, changed or left.
    pub feeds: Vec<FeedId>,
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
    /// Its newest versions, as many as are shown, newest first.
    pub versions: Vec<Version>,
    /// Decisions of the feeds that considered it.
    pub routes: Vec<Route>,
    /// Why it stands where it stands in the feeds that it is in, where that is known.
    pub places: BTreeMap<FeedId, Placing>,
    /// What became of the article on its page, if it was to be fetched.
    pub article: Option<String>,
}
