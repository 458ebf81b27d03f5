//! What is said of the past as a whole: new decisions, and the search index.

use std::collections::BTreeMap;

use super::StepMade;
use crate::clock::Timestamp;
use crate::model::{Entry, EntryId, FeedId, Route, SourceId};

/// Which text of an entry was read, so that what comes of it is not written
/// over what came of a newer one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextHash(pub u64);

/// A stored entry as the past is gone through: its text, and who brought it when.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its number.
    pub id: EntryId,
    /// Its source, which may no longer be configured.
    pub source: SourceId,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// Its current version.
    pub entry: Entry,
    /// Which text that is.
    pub version: TextHash,
}

/// An entry that waits for the search index.
#[derive(Clone, Debug)]
pub struct Unindexed {
    /// Its number.
    pub id: EntryId,
    /// Its current version.
    pub entry: Entry,
    /// Which text that is.
    pub version: TextHash,
}

/// What is decided about a stored entry.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The entry.
    pub entry: EntryId,
    /// The text that it was decided by. Where the entry has another one by now,
    /// whoever brought that has decided about it, and this is left out.
    pub version: TextHash,
    /// What is said of it.
    pub routes: Vec<Route>,
}

/// New decisions of some feeds about stored entries, written as one with how
/// far the work has come, so that it goes on from there.
#[derive(Clone, Debug)]
pub struct Rerouting {
    /// Who decides. Of these, a feed without a route for an entry has nothing
    /// to say of it.
    pub feeds: Vec<FeedId>,
    /// The entries, each with what is said of it.
    pub entries: Vec<Decided>,
    /// How gained entries appear.
    pub gained: Gained,
    /// The instant of these decisions.
    pub at: Timestamp,
    /// The rematch that this is a step of, if it is one of any.
    pub step: Option<StepMade>,
}

/// How entries appear in a feed whose changed filter gained them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gained {
    /// Where their dates put them.
    Silently,
    /// As new, at the head.
    AsNew,
}

/// What feeds gained and lost by new decisions.
pub type Gains = BTreeMap<FeedId, (usize, usize)>;

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
    Row(Row),
    /// Both, with so many words between them at most, in either order.
    Near(Row, Row, u32),
    /// All of them.
    And(Vec<Lookup>),
    /// Any of them.
    Or(Vec<Lookup>),
}

/// Folded words in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The words.
    pub words: Vec<String>,
    /// Whether the last of them is a beginning.
    pub open: bool,
}
