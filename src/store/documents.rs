//! Feeds' documents: which version was made last, and since when, which is what
//! `Last-Modified` tells.

use std::time::Duration;

use async_trait::async_trait;

use super::Result;
use crate::clock::Timestamp;
use crate::model::FeedId;

/// The dates of feeds' documents.
#[async_trait]
pub trait Documents: Send + Sync {
    /// Since when a document has these bytes; `None` when others were made last.
    async fn document_date(&self, of: DocumentOf<'_>, document: DocumentHash) -> Result<Option<Timestamp>>;

    /// Remembers that a document has had these bytes since `now`, unless they are those
    /// made last. Returns its date, which is later than all that readers may hold and may be
    /// ahead of `now` by a moment; `None` for a feed that the store does not know. The
    /// formats of a feed have dates of their own.
    async fn date_document(
        &self,
        of: DocumentOf<'_>,
        document: DocumentHash,
        now: Timestamp,
    ) -> Result<Option<Timestamp>>;

    /// Whether a feed of this name is configured, or was once.
    async fn knows_feed(&self, feed: &FeedId) -> Result<bool>;
}

/// Which document of a feed is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DocumentOf<'a> {
    /// Its feed.
    pub feed: &'a FeedId,
    /// The name of its format, as the end of its path has it: `atom`. It is stored.
    pub format: &'a str,
}

/// What tells one version of a document from the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DocumentHash(pub u128);

/// The resolution of HTTP dates (RFC 9110 §5.6.7).
const SECOND: Duration = Duration::from_secs(1);

/// A date further ahead than this was given by a clock that has been set back since.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The date of a document that changed at `now`, whose version before was dated `before`.
///
/// It is the first full second after `now`. Whoever holds an earlier version got
/// it in this second at the latest, so no date that they may compare, be it that
/// of the earlier version or that of the response, is as late as this one: a second
/// change within a second hides behind no date (RFC 9110 §8.8.2.2). Until that
/// second has come the date is told to nobody, so that several changes may share
/// it. Where the clock was set back the date goes on from the one told before.
pub fn modified_at(before: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let next = Timestamp::from_millis(now.seconds().saturating_add(1).saturating_mul(1000));
    let told = before.filter(|at| next < *at && *at <= now.plus(DAY));
    told.map_or(next, |at| at.plus(SECOND))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_later_than_all_that_readers_may_hold_o27() {
        let check = |before: Option<i64>, now: i64, expected: i64| {
            let at = modified_at(before.map(Timestamp::from_millis), Timestamp::from_millis(now));
            assert_eq!(at.millis(), expected, "{before:?} {now}");
        };
        check(None, 10_000, 11_000);
        check(None, 10_999, 11_000);
        check(Some(5_000), 10_500, 11_000);
        // Changed again in the same second, whose date nobody has been told yet.
        check(Some(11_000), 10_700, 11_000);
        check(Some(11_000), 11_000, 12_000);
        // The clock was set back by ten minutes.
        check(Some(611_000), 10_500, 612_000);
        // It had been years ahead: that date means nothing.
        check(Some(900_000_000_000), 10_500, 11_000);
    }
}
