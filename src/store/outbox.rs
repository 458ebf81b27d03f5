//! Changes that readers can see, in the order in which they were committed. What
//! publishes feeds or tells others of them reads here what became of them, whichever
//! process wrote it.

use std::time::Duration;

use async_trait::async_trait;

use super::Result;
use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId};

/// For how long changes are kept: a subscriber that was away over a weekend goes on where
/// it was.
pub const CHANGES_KEPT: Duration = Duration::from_secs(3 * 86_400);

/// The outbox. Each change of a feed that a reader can see is a row, written in the
/// transaction of the change itself: it is there when the change is, and not without it.
///
/// - *Order.* Rows appear in the order of their numbers. Once one can be seen, none
///   appears below it, whichever process commits: who has read up to a number has read
///   all up to it.
/// - *Numbers* ascend and are never used again. There may be gaps between them. Within a
///   commit the entries of a feed that became the same come in the order of their numbers.
/// - *Retention.* Changes are pruned from the oldest on, the newest one never. Whoever
///   comes too late for some is told so: [`Continuity::Cut`].
/// - *At least once.* A reader keeps its own position, and moves it after its work is
///   done.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// The newest change that can be seen, [`Seq::START`] while there is none. Who begins
    /// to follow takes it before reading the entries that changes are about: what is
    /// committed meanwhile is met again, and nothing is missed.
    async fn newest_change(&self) -> Result<Seq>;

    /// The first `limit` changes after `after`. At the end of the outbox there are none,
    /// and `next` is `after`.
    async fn changes(&self, after: Seq, limit: usize) -> Result<Changes>;

    /// Comes back when changes after `after` were committed. That is a hint: it may come
    /// for nothing, and need not come for what another process committed. So whoever waits
    /// here also looks from time to time.
    async fn changed(&self, after: Seq);

    /// Drops the oldest changes, as far as they are from before `before`, at most `limit`
    /// at a time. Returns how many, and fewer than `limit` when nothing older is left.
    async fn prune_changes(&self, before: Timestamp, limit: usize) -> Result<usize>;
}

/// The number of a change: its place among all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Seq(pub i64);

impl Seq {
    /// Before the first change.
    pub const START: Seq = Seq(0);
    /// After all that will ever be.
    pub const END: Seq = Seq(i64::MAX);
}

/// What became of an entry in a feed, or of the feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChangeKind {
    /// An entry came in, and is news to the feed's readers.
    Entered,
    /// An entry that is in it has another text.
    Revised,
    /// An entry that is in it is published otherwise, though its news are the same.
    Followed,
    /// An entry that was in it went out.
    Left,
    /// A source says other things of itself, which its entries carry.
    Described,
    /// A changed filter took entries in without a word, or out.
    Rematched,
    /// Texts of entries were pruned.
    Pruned,
    /// Times or rows that were wrong were put right.
    Mended,
}

/// A change of a feed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedChange {
    /// Its number.
    pub seq: Seq,
    /// The feed.
    pub feed: FeedId,
    /// The entry that it is about; `None` where it is the feed as a whole.
    pub entry: Option<EntryId>,
    /// What became of it.
    pub kind: ChangeKind,
    /// When, by the clock of the process that wrote it.
    pub at: Timestamp,
}

/// Changes in a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changes {
    /// In the order of their numbers.
    pub all: Vec<FeedChange>,
    /// Where to go on.
    pub next: Seq,
    /// Whether they are all that happened since.
    pub continuity: Continuity,
}

/// Whether changes are all that happened since the position they were asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Continuity {
    /// They are.
    Whole,
    /// Some are gone or cannot be read, or the position is of another store: any feed may
    /// have changed, so all are to be read anew.
    Cut,
}
