//! How long a claim keeps others off a source, and how long work may go on under one.
//!
//! A claim is short, so that a dead node does not keep a source, and it is renewed while
//! the work goes on, however long the configuration lets a response take. Work that does
//! not end at all is given up.

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::model::NextPoll;

/// A claim ends this long after it was taken or last renewed (R21).
pub const LEASE: Duration = Duration::from_secs(120);

/// No further page, sitemap or article is begun later than this after the first: the rest
/// wait, because the source's own document and other sources are waiting too.
pub const BEGUN_WITHIN: Duration = Duration::from_secs(40);

/// Requests of one poll that may each take their full time: robots.txt, the document, and
/// the last of its sitemaps and older pages to be begun.
const REQUESTS: u32 = 4;

/// Extra time, to wait for turns at busy hosts and to read the responses.
const BESIDES: Duration = Duration::from_secs(180);

/// When a claim that ends at `until` is renewed: early enough for a busy store, and late
/// enough that most work needs no renewal.
pub fn renewed_at(until: Timestamp, lease: Duration) -> Timestamp {
    until.minus(lease / 3)
}

/// How long a piece of work may last if each of its requests takes at most `request`.
pub fn longest(request: Duration) -> Duration {
    request.saturating_mul(REQUESTS).saturating_add(BESIDES)
}

/// A source is looked at again after this if its site's documents take long to read and
/// others like it are ahead of it (check B150).
const AFTER_HEAVY: Duration = Duration::from_secs(30);

/// When such a source is due again.
pub fn after_heavy(now: Timestamp) -> NextPoll {
    let because = "documents of its site take long to read, and other such documents come first".to_owned();
    NextPoll { at: now.plus(AFTER_HEAVY), because }
}

/// A source that this node's configuration does not name, or not at the URL in force, is due
/// again after this. Others look
/// for what is due every five seconds at the latest.
const FOR_ANOTHER: Duration = Duration::from_secs(5);

/// When such a source is due again.
pub fn for_another(now: Timestamp) -> NextPoll {
    let because =
        "a node whose configuration does not have it, or has it at another URL, left it to another".to_owned();
    NextPoll { at: now.plus(FOR_ANOTHER), because }
}

/// The reason shown for work that was given up.
pub fn given_up(longest: Duration) -> String {
    format!("it was given up after {}, the longest that a poll may take", span(longest))
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

    #[test]
    fn a_heavy_source_is_due_again_in_half_a_minute_b150() {
        assert_eq!(after_heavy(Timestamp::EPOCH).at, Timestamp::EPOCH.plus(Duration::from_secs(30)));
    }

    #[test]
    fn work_that_is_given_up_says_how_long_it_went_on_r21() {
        let said = given_up(longest(Duration::from_secs(60)));
        assert_eq!(said, "it was given up after 7m, the longest that a poll may take");
    }
}
