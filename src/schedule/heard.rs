//! What a poll heard, and what its request had said, as far as the schedule cares.

use std::time::Duration;

use crate::model::{Failure, Freshness};

/// How a poll ended, as far as the schedule cares.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// A document was read.
    Document {
        /// Entries not known before.
        new: usize,
        /// Entries that it lists.
        listed: usize,
        /// How long after the document before, if there was one.
        elapsed: Option<Duration>,
    },
    /// Nothing had changed.
    Quiet,
    /// It failed.
    Failed(&'a Failure),
}

/// What a poll heard, as far as the schedule cares.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// How it ended.
    pub ended: Ended<'a>,
    /// For how long the document stays fresh (check P11).
    pub freshness: Option<Freshness>,
    /// What the server asked for, from now (check P16).
    pub retry_after: Option<Duration>,
    /// How long the source had waited for this poll, by the schedule (check P18).
    pub waited: Duration,
    /// How often in a row its host, asked for any source, answered 429.
    pub strikes: u32,
    /// What its request said of the document that is known (check P8).
    pub sent: Sent,
}

/// What a request said of the document that is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sent {
    /// Nothing: there is none, or its validators belong to another address.
    #[default]
    Nothing,
    /// Its validators.
    Validators,
    /// Its validators, and the answer names others: it tells of another document.
    Outdated,
    /// Nothing, although there are validators.
    Whole(Why),
}

/// Why validators are left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The conditional request before failed.
    Refused,
    /// Conditional requests fail again and again, and others do not.
    Useless,
    /// Nothing new came for a handful of the source's usual gaps.
    Silent,
}

impl Why {
    /// As it stands behind a poll's outcome.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Refused => "asked without validators, as the conditional request before failed",
            Why::Useless => "asked without validators, as its server fails at them",
            Why::Silent => "asked without validators, as nothing new came for five of its usual gaps or more",
        }
    }
}
