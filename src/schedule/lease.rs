//! How long a claim keeps others off a source, and how long work may go on under one.
//!
//! A claim is short, so that a source is not kept by a worker that died, and it
//! is renewed for as long as its work goes on, however long an answer may take by
//! the configuration. What does not end at all is given up.

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::model::NextPoll;

/// A claim ends so long after it was taken or renewed last (R21).
pub const LEASE: Duration = Duration::from_secs(120);

/// A further page, sitemap or article is begun only so long after the first was:
/// what is left waits, as the source's own document, and other sources, do.
pub const BEGUN_WITHIN: Duration = Duration::from_secs(40);

/// Requests of a poll that may each take the whole of their time: the host's
/// rules, the document, and the last that is begun of its sitemaps and older pages.
const REQUESTS: u32 = 4;

/// For turns at busy hosts, and for reading what came.
const BESIDES: Duration = Duration::from_secs(180);

/// When a claim that ends at `until` is renewed: there is time for a store that is
/// busy, and work of the usual length ends without.
pub fn renewed_at(until: Timestamp, lease: Duration) -> Timestamp {
    until.minus(lease / 3)
}

/// How long one piece of work may last whose requests take `request` at most.
pub fn longest(request: Duration) -> Duration {
    request.saturating_mul(REQUESTS).saturating_add(BESIDES)
}

/// A source whose site's documents take long to read, and before which others like it
/// wait, is looked at again after this (check B150).
const AFTER_HEAVY: Duration = Duration::from_secs(30);

/// When such a source is due again.
pub fn after_heavy(now: Timestamp) -> NextPoll {
    let because = "documents of its site take long to read, and others of the kind are before it".to_owned();
    NextPoll { at: now.plus(AFTER_HEAVY), because }
}

/// What is said of work that was given up.
pub fn given_up(longest: Duration) -> String {
    format!("it was not done after {}, the longest that a poll may take, and was given up", span(longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_renewed_before_it_ends_whatever_a_request_may_take_r21() {
        let now = Timestamp::from_millis(1_795_392_000_000);
        assert_eq!(renewed_at(now.plus(LEASE), LEASE), now.plus(Duration::from_secs(80)));
        // That of a source that is due sooner.
        assert_eq!(renewed_at(now.plus(Duration::from_secs(60)), LEASE), now.plus(Duration::from_secs(20)));
    }

    #[test]
    fn work_is_given_up_after_all_that_its_requests_may_take_r21() {
        for (timeout, expected) in [(30, 420), (1, 188), (90, 900), (600, 4980)] {
            assert_eq!(longest(Duration::from_secs(timeout) * 2), Duration::from_secs(expected));
        }
        assert!(longest(Duration::MAX) == Duration::MAX);
    }
}
