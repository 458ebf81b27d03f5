//! What can go wrong with a store, and through which readers it is asked.

use super::nodes::rival::Rival;
use crate::model::{NodeId, SourceId};

/// What can go wrong with a store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be opened or used; names the path and the remedy.
    #[error("{0}")]
    Unusable(String),
    /// No store lies there yet, and it was to be looked at; names the place.
    #[error("{0}")]
    Absent(String),
    /// The lease of a claim ran out and somebody else may have polled meanwhile.
    #[error("the claim on {0} has lapsed")]
    StaleClaim(SourceId),
    /// The node has left, or another process has joined under its name: what it held is
    /// free, and it may claim nothing more.
    #[error("another process works on the store as node {0}, or this one has left")]
    Replaced(NodeId),
    /// Another of this name is at work, and is to be respected.
    #[error("{0}")]
    AtWork(Rival),
    /// No space left, or the store's size limit reached (R12).
    #[error("no space left in the store: {0}")]
    Full(String),
    /// Another program holds the store (R13).
    #[error("the store is locked by another program: {0}")]
    Locked(String),
    /// The store's file is damaged (R14).
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// The store's files are no longer those that were opened: they were deleted,
    /// moved or replaced, and nothing that is written to them would last.
    #[error("the store is gone: {0}")]
    Gone(String),
    /// The store's server cannot be reached, or takes no writes at the moment (R22).
    #[error("the store cannot be reached: {0}")]
    Away(String),
    /// Somebody else decides about the same feeds by now, or by other rules.
    #[error("another rematch of the same feeds has begun, or another configuration is in force")]
    Superseded,
    /// Nobody waits for the result any more, or the writer hangs.
    #[error("the store takes too long: {0}")]
    TooLong(String),
    /// Somebody who administers the server ended a statement by hand.
    #[error("a statement of the store was ended by hand: {0}")]
    Cancelled(String),
    /// A row is none that the tables allow.
    #[error("store: {0}")]
    Unfit(String),
    /// Anything else the database says.
    #[error("store: {0}")]
    Database(String),
}

impl Error {
    /// Whether trying again later may succeed without anybody doing anything.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Full(_) | Error::Locked(_) | Error::TooLong(_) | Error::Away(_) | Error::Cancelled(_))
    }

    /// The same error for another of several callers.
    pub fn again(&self) -> Error {
        match self {
            Error::Unusable(s) => Error::Unusable(s.clone()),
            Error::Absent(s) => Error::Absent(s.clone()),
            Error::StaleClaim(s) => Error::StaleClaim(s.clone()),
            Error::Replaced(node) => Error::Replaced(node.clone()),
            Error::AtWork(rival) => Error::AtWork(rival.clone()),
            Error::Full(s) => Error::Full(s.clone()),
            Error::Locked(s) => Error::Locked(s.clone()),
            Error::Corrupt(s) => Error::Corrupt(s.clone()),
            Error::Gone(s) => Error::Gone(s.clone()),
            Error::Away(s) => Error::Away(s.clone()),
            Error::Superseded => Error::Superseded,
            Error::TooLong(s) => Error::TooLong(s.clone()),
            Error::Unfit(s) => Error::Unfit(s.clone()),
            Error::Database(s) => Error::Database(s.clone()),
            Error::Cancelled(s) => Error::Cancelled(s.clone()),
        }
    }
}

/// The result of a store's method.
pub type Result<T> = std::result::Result<T, Error>;

/// Which readers of a store a question waits for. Each kind of asker has readers of
/// its own, so that none keeps another waiting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Polls, decisions and upkeep: what keeps the desk going.
    Desk,
    /// Documents of feeds.
    Documents,
    /// Pages, which anybody may ask for as often as they like.
    Pages,
    /// Readiness and the watchdog.
    Health,
}
