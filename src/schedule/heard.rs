//! What the schedule needs to know about a poll: its request and how it ended.

use std::time::Duration;

use crate::model::{Failure, Freshness};

/// How a poll ended, as far as the schedule is concerned.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// A document was read.
    Document {
        /// Entries not known before.
        new: usize,
        /// Entries listed in it.
        listed: usize,
        /// How long after the previous document, if there was one.
        elapsed: Option<Duration>,
    },
    /// Nothing had changed.
    Quiet,
    /// It failed.
    Failed(&'a Failure),
}

/// What a poll learnt, as far as the schedule is concerned.
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
    /// How often in a row its host has answered 429, whichever source was polled.
    pub strikes: u32,
    /// What its request said of the document that is known (check P8).
    pub sent: Sent,
}

/// What a request said about the document that is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sent {
    /// Nothing: no document is known, or its validators belong to another URL.
    #[default]
    Nothing,
    /// Its validators.
    Validators,
    /// Its validators, but the response named others: it is about another document.
    Outdated,
    /// Nothing, although validators are known.
    Whole(Why),
}

/// Why validators are left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The previous conditional request failed.
    Refused,
    /// Conditional requests keep failing, and unconditional ones do not.
    Useless,
    /// Nothing new has come for several times the source's usual gap.
    Silent,
}

impl Why {
    /// The words that follow a poll's outcome.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Refused => "requested without validators, because the conditional request before failed",
            Why::Useless => "requested without validators, because its server fails at them",
            Why::Silent => "requested without validators, because nothing new came for five of its usual gaps or more",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p8_a_poll_that_leaves_validators_out_says_so_and_why() {
        for (why, cause) in [
            (Why::Refused, "the conditional request before failed"),
            (Why::Useless, "its server fails at them"),
            (Why::Silent, "nothing new came for five of its usual gaps or more"),
        ] {
            assert_eq!(why.as_str(), format!("requested without validators, because {cause}"));
        }
    }
}
