//! What is remembered about a source between polls.

use crate::clock::Timestamp;

use super::{EntryId, Hints, NextPoll, Person, Spent, Standing, Validators};

/// How often a source brings news, as observed: decayed sums, so that last week counts and
/// last year does not. Dates inside documents play no part.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Rhythm {
    /// Decayed number of new entries seen.
    pub entries: f64,
    /// Decayed time over which they were seen, in milliseconds.
    pub span_ms: f64,
}

/// A source's description of itself; stands in `atom:source`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Carrier {
    /// Permanent id of its feed, if it has one.
    pub feed_id: Option<String>,
    /// Its title; empty until a document was read.
    pub title: String,
    /// Its page.
    pub link: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// Rights statement.
    pub rights: Option<String>,
    /// Its authors.
    pub authors: Vec<Person>,
    /// When one of its entries was last new or changed here.
    pub updated_at: Option<Timestamp>,
}

/// The state of a source between polls; committed with each poll.
#[derive(Clone, PartialEq, Debug)]
pub struct PollState {
    /// Polls so far.
    pub polls: u64,
    /// Documents read so far.
    pub documents: u64,
    /// When it was last polled, whatever the outcome.
    pub last_poll_at: Option<Timestamp>,
    /// The last poll that ended in a document or a 304.
    pub last_success_at: Option<Timestamp>,
    /// The last poll that brought an entry not known before.
    pub last_new_at: Option<Timestamp>,
    /// How the last poll ended, in words.
    pub last_outcome: String,
    /// Failures in a row.
    pub failures: u32,
    /// Whether any response ever had a validator.
    pub ever_validated: bool,
    /// Validators for the next request; they belong to `validators_url` (check P6).
    pub validators: Validators,
    /// The URL that issued them.
    pub validators_url: Option<String>,
    /// Hash of the last document read (check P7).
    pub body_hash: Option<u128>,
    /// The entries of the last document, in document order.
    pub window: Vec<EntryId>,
    /// How often news comes.
    pub rhythm: Rhythm,
    /// Wishes of the last document.
    pub hints: Hints,
    /// Our standing with its server.
    pub standing: Standing,
    /// Documents in a row in which ids had changed while links stayed (check B54).
    pub unstable_ids: u32,
    /// Warnings of the last document.
    pub warnings: Vec<String>,
    /// The source's description of itself.
    pub carrier: Carrier,
    /// What it brought on the last day on which it brought something.
    pub spent: Spent,
    /// When it is due, and why.
    pub next: NextPoll,
}

/// A source is stale after so many of its waits (R6): one success may be late, two may be
/// a bad day, and a third one that is missing is worth a look.
pub const STALE_AFTER: u32 = 3;

impl PollState {
    /// From when on the source is stale: when nothing has come of it for three times the
    /// wait that its last success was given (R6). One that was never read is stale at once
    /// when it has failed as often.
    pub fn stale_at(&self) -> Option<Timestamp> {
        match (self.last_success_at, self.standing.wait) {
            (Some(at), Some(wait)) => Some(at.plus(wait * STALE_AFTER)),
            (Some(_), None) => None,
            (None, _) => (self.failures >= STALE_AFTER).then_some(Timestamp::EPOCH),
        }
    }

    /// Whether any sitemap of its index has validators.
    pub fn has_validated_maps(&self) -> bool {
        self.standing.maps.iter().any(|map| !map.validators.is_empty())
    }

    /// Whether the next document is the source's first (product §3.4), or continues a first
    /// one that its daily budget did not let in whole.
    pub fn is_first(&self) -> bool {
        self.documents == 0 || self.standing.over.as_ref().is_some_and(|over| over.first)
    }

    /// The state of a source that has never been polled.
    pub fn fresh(next: NextPoll) -> Self {
        PollState {
            polls: 0,
            documents: 0,
            last_poll_at: None,
            last_success_at: None,
            last_new_at: None,
            last_outcome: String::new(),
            failures: 0,
            ever_validated: false,
            validators: Validators::default(),
            validators_url: None,
            body_hash: None,
            window: Vec::new(),
            rhythm: Rhythm::default(),
            hints: Hints::default(),
            standing: Standing::default(),
            unstable_ids: 0,
            warnings: Vec::new(),
            carrier: Carrier::default(),
            spent: Spent::default(),
            next,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn r6_a_source_is_stale_three_waits_after_its_last_success() {
        let check = |last: Option<i64>, wait: Option<u64>, failures, expected: Option<i64>| {
            let mut state = PollState::fresh(NextPoll { at: Timestamp::EPOCH, because: String::new() });
            state.last_success_at = last.map(Timestamp::from_millis);
            state.standing.wait = wait.map(Duration::from_millis);
            state.failures = failures;
            assert_eq!(state.stale_at().map(Timestamp::millis), expected, "{last:?} {wait:?} {failures}");
        };
        check(Some(1000), Some(100), 0, Some(1300));
        check(Some(1000), Some(100), 9, Some(1300));
        check(Some(1000), None, 9, None);
        check(None, Some(100), 2, None);
        check(None, Some(100), 3, Some(0));
        check(None, None, 2, None);
        check(None, None, 4, Some(0));
    }
}
