//! The search index: what waits for it, and what is found in it.
//!
//! It finds generously, and each store in its own way. Whoever searches runs the filter's
//! own expression over what was found, so all stores come to the same matches, and search
//! and feeds cannot disagree.

use async_trait::async_trait;

use super::{Kept, Result, TextHash};
use crate::model::{EntryId, Stored};

/// Bytes of texts after which a portion of what waits for the index ends: enough to be
/// cheap for texts of the usual size, little enough that their words stay within the
/// seconds, and the message, that a server grants one statement.
pub const PORTION: u64 = 4 << 20;

/// Words of entries, and who has them.
#[async_trait]
pub trait Index: Send + Sync {
    /// Entries after `after` whose words the index lacks, in the order of their
    /// numbers, `limit` at most, and fewer where their texts come to [`PORTION`] before that.
    /// `after` is the cursor of one pass: a lower number may
    /// come to wait behind it, so the work ends when a whole pass finds nothing. An
    /// entry whose text is damaged has nothing to read, and no words.
    async fn waiting(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<Unindexed>>;

    /// Words of entries that were stored here of late, `limit` at most, each handed out once:
    /// their texts need not be read again. Whether or not they are handed on, their entries
    /// are among those that [wait](Index::waiting) until they are in the index.
    fn folded(&self, limit: usize) -> Vec<Words>;

    /// Adds words to the index; their entries wait no longer. Words of a text that an
    /// entry no longer has change nothing: it goes on waiting for the newer one.
    async fn index(&self, words: Vec<Words>) -> Result<()>;

    /// Sets aside a text whose words the index does not take: its entry waits no longer, and
    /// every search that goes by words meets it as a candidate. [`Upkeep::verify`] tells of it,
    /// and [`Index::rebuild`] has it tried once more. A text that an entry no longer has
    /// changes nothing.
    ///
    /// [`Upkeep::verify`]: super::Upkeep::verify
    async fn set_aside(&self, entry: EntryId, version: TextHash) -> Result<()>;

    /// Candidates: at least the entries that match a look-up and are older than `before`,
    /// newest first, `limit` at most. Others may be among them, and those that wait for the
    /// index need not be; whether one matches is for the filter to say. None are returned
    /// only where there are no more.
    async fn search(&self, lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>>;

    /// Empties the search index, however damaged it is, so that all texts wait for it;
    /// then builds the indexes of all tables anew. These are two transactions: what an
    /// index of a table must keep apart may be the same by damage, and then the search
    /// index is mended all the same. For one who works on the store alone.
    async fn rebuild(&self) -> Result<()>;
}

/// An entry that waits for the search index.
#[derive(Clone, Debug)]
pub struct Unindexed {
    /// Its number.
    pub id: EntryId,
    /// Its current version.
    pub entry: Stored,
    /// Which text that is.
    pub version: TextHash,
}

/// A text for the search index: the folded words of an entry, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The entry.
    pub entry: EntryId,
    /// The text that they were taken from. Where the entry has another one by
    /// now, it goes on waiting.
    pub version: TextHash,
    /// Its words, by `text::fold::index_words`, separated by spaces.
    pub words: String,
}

/// A query over the index; see `filter::IndexQuery`, which becomes this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// No narrowing.
    Everything,
    /// Folded words in a row.
    Run(WordRun),
    /// Both, with so many words between them at most, in either order.
    Near(WordRun, WordRun, u32),
    /// All of them.
    And(Vec<Lookup>),
    /// Any of them.
    Or(Vec<Lookup>),
}

/// Folded words in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordRun {
    /// The words.
    pub words: Vec<String>,
    /// Whether the last of them is a beginning.
    pub open: bool,
}
