//! Articles on entries' pages: what is wanted, and what came of it.

use crate::clock::Timestamp;
use crate::model::{Entry, EntryId, Hold, Host, Route, Scope};

use super::Claim;

/// A right to fetch the articles that a source's entries want. What it leaves waits
/// behind other sources' articles. No poll of the
/// source goes on meanwhile; its due time stays.
#[derive(Clone, Debug)]
pub struct ArticleClaim {
    /// The lease on the source.
    pub claim: Claim,
    /// The entries, newest first.
    pub wanted: Vec<WantedArticle>,
}

/// An entry whose page is to be fetched.
#[derive(Clone, Debug)]
pub struct WantedArticle {
    /// Which.
    pub id: EntryId,
    /// The entry as it stands.
    pub entry: Entry,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// How often its page was asked for already.
    pub tries: u32,
}

/// What came of an entry's page.
#[derive(Clone, Debug)]
pub enum Came {
    /// Its article, in the entry as it stands from now on.
    Text {
        /// The entry.
        entry: Box<Entry>,
        /// What feeds decide about it.
        routes: Vec<Route>,
    },
    /// Nothing better than what is there.
    Nothing,
    /// No answer: it is asked for again then.
    Later(Timestamp),
}

/// What is committed of one page.
#[derive(Clone, Debug)]
pub struct ArticleRecord {
    /// The claim.
    pub claim: Claim,
    /// Whose page it was.
    pub entry: EntryId,
    /// When.
    pub at: Timestamp,
    /// What came of it.
    pub came: Came,
    /// The same, in a sentence for people.
    pub said: String,
    /// What its host asked for (check P17).
    pub hold: Option<Hold>,
    /// The host that answered with a page, and what a 429 would have held of it:
    /// those are in a row no more.
    pub well: Option<(Host, Scope)>,
}
