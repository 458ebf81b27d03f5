//! Articles on entries' pages: what is wanted, and what came of it.
//!
//! What is wanted is a row that is written with its entry, so nothing is forgotten. Its
//! work goes on under a lease on the source: a poll and a page of one source never
//! overlap.

use async_trait::async_trait;

use super::{Claim, Courtesy, Node, Result, RulesId};
use crate::clock::Timestamp;
use crate::model::{Entry, EntryId, Hold, HoldScope, Host, Route, Stored};

/// The queue of articles that are to be fetched.
#[async_trait]
pub trait Articles: Send + Sync {
    /// Claims up to `limit` sources whose entries want the articles on their
    /// pages, each with its entries, those that waited longest first. A source that is
    /// due is polled first. Of a source's entries as many come as one claim is for;
    /// the others wait for the next.
    ///
    /// # Errors
    /// [`Replaced`](super::Error::Replaced) when the node is not at work, where any article
    /// is wanted.
    async fn claim_articles(
        &self,
        node: &Node,
        courtesy: &Courtesy,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<ArticleClaim>>;

    /// Notes before anything is sent that an entry's page is asked for, so that
    /// one that kills the process is not asked for at every start. Each call counts as
    /// a try.
    ///
    /// # Errors
    /// [`StaleClaim`](super::Error::StaleClaim) when the claim is over.
    async fn begin_article(&self, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()>;

    /// Stores what came of an entry's page, and ends the turns it took.
    ///
    /// # Errors
    /// [`StaleClaim`](super::Error::StaleClaim) when the claim is over.
    async fn commit_article(&self, record: ArticleRecord) -> Result<()>;

    /// Returns a claim on articles. What it left undone is wanted as before.
    async fn end_articles(&self, claim: &Claim) -> Result<()>;
}

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
    /// The entry as its source sent it last.
    pub entry: Entry,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// How often its page was asked for already.
    pub tries: u32,
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
    /// The rules that decided about it, as in [`PollRecord`](super::PollRecord).
    pub decided_by: RulesId,
    /// The same, in a sentence for people.
    pub said: String,
    /// What its host asked for (check P17).
    pub hold: Option<Hold>,
    /// The host that answered with a page, and what a 429 would have held of it:
    /// those are in a row no more.
    pub well: Option<(Host, HoldScope)>,
}

/// What came of an entry's page.
#[derive(Clone, Debug)]
pub enum Came {
    /// Its article, in the entry as it stands from now on.
    Text {
        /// The entry.
        entry: Box<Stored>,
        /// What feeds decide about it.
        routes: Vec<Route>,
    },
    /// Nothing better than what is there.
    Nothing,
    /// No response: it is asked for again then.
    Later(Timestamp),
}
