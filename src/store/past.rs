//! The past as a whole: gone through entry by entry, and decided about anew.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{Kept, Result, RulesId, TextHash};
use crate::clock::Timestamp;
use crate::model::{EntryId, FeedId, Route};

/// All that is stored, and new decisions about it.
#[async_trait]
pub trait Past: Send + Sync {
    /// Stored entries with their text, newest first, from before `before` on: `limit` of
    /// them, fewer where they are heavy, none only where there are no more.
    async fn history(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>>;

    /// Decides anew about stored entries (a changed filter), and notes in the same
    /// transaction how far the rematch has come whose step it is. Returns what each
    /// feed gained and lost. Where an entry has another text by now than the one that
    /// was decided by, that decision is left out: whoever brought the text has decided.
    ///
    /// # Errors
    /// [`Superseded`](super::Error::Superseded) when the step's rematch has ended, or the
    /// rules that decide again are not in force.
    async fn reroute(&self, work: Rerouting) -> Result<Gains>;
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
    /// The rules by which all their feeds decide about entries that wait for it (see
    /// [`Rematches::decide_again`](super::Rematches::decide_again)), if it is that: those
    /// that are decided about wait no longer.
    pub again_by: Option<RulesId>,
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

/// How far a rematch has come with a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StepMade {
    /// Whose step it is.
    pub run: i64,
    /// The oldest entry that it went through.
    pub done_to: EntryId,
    /// How many those are.
    pub entries: usize,
}
