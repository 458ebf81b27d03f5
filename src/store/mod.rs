//! Everything that is remembered. [`Store`] speaks in the words of the house;
//! SQL lives under `sqlite/` and `postgres/` alone, and [`open`] alone says
//! which database a store is.
//!
//! A store is made of traits by topic, each in a file of its own: what is promised,
//! then the records that go in and come out. Callers take the narrowest trait that
//! serves them. These promises hold for each method, where it does not say otherwise:
//!
//! - *Transaction.* A method is one: when it comes back, all that it wrote is on disk,
//!   and when it fails nothing of it is. None leaks to the caller.
//! - *Errors.* Those of [`Error`]. After one that `is_transient` the same may succeed
//!   later. Damage to one row costs that row: reads of many go past it.
//! - *Repetition.* To ask changes nothing. To write the same a second time leaves the
//!   store as the first time did.
//! - *Bounds.* A call returns no more than its caller named: by a limit, by a page, or by
//!   the keys that were asked for. What is as long as the configuration instead says so.
//! - *Order.* A page goes on after a key, never after a count, so what arrives between
//!   two pages shifts neither. Numbers of entries ascend in the order in which entries
//!   are stored. A number tells where an entry stands in that order; it does not tell
//!   that every lower one can be seen already.
//! - *Time.* `now` is the caller's, read once for a piece of work. A store with a clock
//!   of its own, which all its nodes share, goes by that one ([`Clocks::time`]).
//!
//! A claim is a node's, and carries a lease. A commit under one that has lapsed or was
//! taken over is refused, which is all that several processes need to share a store.

mod articles;
mod clocks;
pub mod codec;
mod commit;
pub mod copy;
mod documents;
mod editions;
mod entries;
mod error;
mod figures;
mod index;
mod led;
mod nodes;
mod open;
mod outbox;
mod past;
mod postgres;
mod prepared;
mod readings;
mod rematches;
pub mod rules;
mod schedule;
mod sqlite;
pub mod trusted;
mod upkeep;

use std::sync::Arc;

pub use articles::{ArticleClaim, ArticleRecord, Articles, Came, WantedArticle};
pub use clocks::Clocks;
pub use commit::{
    Commit, Committed, Counted, Earlier, Followed, Found, NewEntry, PollNote, PollRecord, Revision, Share,
};
pub use documents::{DocumentHash, DocumentOf, Documents, modified_at};
pub use editions::{Editions, Labels, RulesId};
pub use entries::{Entries, EntryRecord, EntryRef, Kept, TextHash, Version};
pub use error::{Error, Lane, Result};
pub use figures::*;
pub use index::{Index, Lookup, PORTION, Unindexed, WordRun, Words};
pub use led::follow;
pub use nodes::complaints::{complaints, differences};
pub use nodes::machine::{ConfigDigests, ConfigStanding, NodeMachine};
pub use nodes::process::{Life, Process, host};
pub use nodes::rival::Rival;
pub use nodes::roles::{NodeRole, Roles};
pub use nodes::standing::{CONFIG_KEPT, standing, standing_of};
pub use nodes::{
    BEAT, DUTY_HELD, Duty, FORGOTTEN, Joining, Node, NodeKind, NodeStatus, Nodes, RivalFate, SILENT, another_polls,
    may_be_at_work,
};
pub use open::{
    Location, Opening, POOLED, STORE_URLS, compact, copy_between, examine, hears_through_pooler, open, open_by,
    prepare, verify, verify_copy,
};
pub use outbox::{CHANGES_KEPT, ChangeKind, Changes, Continuity, FeedChange, Outbox, Seq};
pub use past::{Decided, Gained, Gains, Past, Rerouting, StepMade};
pub use postgres::{AddressProblem, Encryption, FoundPassword, Password, ServerAddress, ServerName, StoreTime};
pub use readings::{EditionRead, ReadAgain, Readings, Rereading};
pub use rematches::{BegunRematch, DecidedBy, Rematches, Settles, Underway, WantedRematch};
pub use schedule::{
    Claim, Configured, Courtesy, NotClaimed, Overdue, RANGE, Schedule, SourcePlan, SourcePlans, SourceRange, Turn,
    Unplanned,
};
pub use sqlite::{Compacted, SCHEMA};
pub use upkeep::{Pruned, Upkeep};

/// The store: all topics as one.
pub trait Store:
    Nodes
    + Schedule
    + Commit
    + Articles
    + Entries
    + Documents
    + Outbox
    + Past
    + Readings
    + Rematches
    + Index
    + Figures
    + Clocks
    + Upkeep
{
    /// The same store, asked through other readers. What is asked through any, and
    /// waited for no longer, is not read to its end.
    fn through(&self, lane: Lane) -> Arc<dyn Store>;
}
