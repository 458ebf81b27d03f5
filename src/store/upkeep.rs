//! The store itself: whether it is well, what is dropped from it, copies, its end.

use std::path::Path;

use async_trait::async_trait;

use super::{Error, Result};
use crate::clock::Timestamp;
use crate::model::EntryId;

/// What a call of [`Upkeep::prune`] came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pruned {
    /// Texts that were dropped.
    pub texts: usize,
    /// The entry after which the next call of this pass goes on; `None` at its end.
    pub more: Option<EntryId>,
}

/// Retention, health, backups and the end.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Drops texts first seen before `before` that no source lists any more, of entries
    /// after `after`; identity and hashes stay (product §3.6). At most `limit` texts at a
    /// time, and no more are looked at than a poll's commit can wait for, so a pass takes
    /// several calls. That readers no longer find them is told at `now`.
    ///
    /// A store that keeps texts by the month may keep one up to a month longer.
    async fn prune(&self, before: Timestamp, after: Option<EntryId>, limit: usize, now: Timestamp) -> Result<Pruned>;

    /// Reads something small by a way of its own, whatever lane it is asked through:
    /// whether the store can be asked at all (R24), is still the one that was opened,
    /// and has a writer that lives and comes round.
    async fn ping(&self) -> Result<()>;

    /// Writes something small to the disk: whether the store takes what polls
    /// bring (R12).
    async fn probe(&self) -> Result<()>;

    /// Writes a consistent copy to a file that does not exist yet (R16), and returns its
    /// size in bytes. Whatever cuts it short, no file of that name is half a copy.
    async fn backup(&self, to: &Path) -> Result<u64>;

    /// Checks the store's integrity; returns what is wrong, nothing when all is well. As
    /// long as the damage.
    async fn verify(&self) -> Result<Vec<String>>;

    /// Ends the work on the store: what waits is written, and all that is stored
    /// then lies in its one file. Who worked on it alone leaves it to others. What is
    /// asked later fails.
    async fn close(&self) -> Result<()>;

    /// Comes back when nothing can be written any more, whoever ended it, and says
    /// why. A caller that works on the store alone and waits here looks now and then whether
    /// it still does: another process may have come after the lock was deleted.
    async fn ended(&self) -> Error;
}
