//! How considerately is asked, as statements take it.

use std::time::Duration;

use crate::store::Courtesy;
use crate::store::rules::believed_within;

/// A [`Courtesy`] in milliseconds and counts.
#[derive(Clone, Copy, Debug)]
pub struct CourtesyMs {
    /// The gap between starts on a site.
    pub gap_ms: i64,
    /// How many requests to a host may be under way.
    pub per_host: i64,
    /// How long a claim holds.
    pub lease_ms: i64,
    /// How far ahead a lease or a turn is believed to end (R18).
    pub believed_ms: i64,
}

impl From<&Courtesy> for CourtesyMs {
    fn from(courtesy: &Courtesy) -> CourtesyMs {
        let ms = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        CourtesyMs {
            gap_ms: ms(courtesy.host_gap),
            per_host: i64::try_from(courtesy.per_host.max(1)).unwrap_or(i64::MAX),
            lease_ms: ms(courtesy.lease),
            believed_ms: ms(believed_within(courtesy.lease)),
        }
    }
}

impl CourtesyMs {
    /// Whether a site that was last asked at `started_at` is to be left alone at `now`. A
    /// start far ahead is a clock's that was set back, and binds nobody.
    pub fn is_soon(&self, started_at: i64, now: i64) -> bool {
        started_at > now.saturating_sub(self.gap_ms) && started_at <= now.saturating_add(self.lease_ms)
    }
}
