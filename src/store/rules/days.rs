//! Counts of days, as figures tell them.

use crate::clock::Timestamp;

/// Of a day of UTC.
const DAY_MS: i64 = 86_400_000;

/// How far back a source's days are told, and a feed's: stores keep as many.
pub const SOURCE_DAYS: i64 = 30;
/// See [`SOURCE_DAYS`].
pub const FEED_DAYS: i64 = 14;

/// What was counted on the last days (UTC), today's among them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DayCounts {
    /// The day before the first of them, in days since 1970.
    pub before: i64,
    counts: Vec<u32>,
}

impl DayCounts {
    /// So many days until `now`, on which nothing is counted yet.
    pub fn until(now: Timestamp, days: i64) -> DayCounts {
        let counts = vec![0; usize::try_from(days).unwrap_or_default()];
        DayCounts { before: now.millis() / DAY_MS - days, counts }
    }

    /// Notes what was counted on a day. A day to come is a clock's that was ahead.
    pub fn note(&mut self, day: i64, count: u32) {
        let nth = usize::try_from(day.saturating_sub(self.before + 1)).ok();
        if let Some(slot) = nth.and_then(|nth| self.counts.get_mut(nth)) {
            *slot = count;
        }
    }

    /// The counts, oldest first.
    pub fn counts(self) -> Vec<u32> {
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_oldest_first_and_none_that_is_to_come_r35() {
        let mut days = DayCounts::until(Timestamp::from_millis(100 * DAY_MS + 5), 3);
        assert_eq!(days.before, 97);
        for (day, count) in [(97, 1), (98, 2), (100, 3), (101, 4), (i64::MIN, 5), (i64::MAX, 6)] {
            days.note(day, count);
        }
        assert_eq!(days.counts(), [2, 0, 3]);
    }
}
