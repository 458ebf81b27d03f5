//! How often a source brings news, learnt from what its polls brought.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::model::Rhythm;

/// After this long, half of what was seen has faded: with a week, both weekdays and
/// weekends count.
const HALF_LIFE: Duration = Duration::from_secs(7 * 86_400);

/// Adds a poll that brought `new` entries `elapsed` after the one before.
#[must_use]
pub fn observe(rhythm: Rhythm, new: usize, elapsed: Duration) -> Rhythm {
    let fade = 0.5_f64.powf(elapsed.as_secs_f64() / HALF_LIFE.as_secs_f64());
    Rhythm {
        entries: rhythm.entries * fade + new as f64,
        span_ms: rhythm.span_ms * fade + elapsed.as_secs_f64() * 1000.0,
    }
}

/// The usual time between two entries. `start` is assumed before anything is known, and
/// counts as one entry seen.
pub fn gap(rhythm: Rhythm, start: Duration) -> Duration {
    let span_ms = rhythm.span_ms + start.as_secs_f64() * 1000.0;
    Duration::try_from_secs_f64(span_ms / 1000.0 / (rhythm.entries + 1.0)).unwrap_or(Duration::MAX)
}

/// The fewest dates that show a pace, and the most that are looked at.
const DATES: std::ops::RangeInclusive<usize> = 4..=20;

/// The time between the newest dates of a document, if they show a pace that still goes on.
/// It stands for the document's pace until a second new document is seen (check P8). These
/// dates never decide when it is polled, or whether it is read.
pub fn gap_of_dates(dates: impl Iterator<Item = Timestamp>, now: Timestamp) -> Option<Duration> {
    let mut dates: Vec<Timestamp> = dates.filter(|at| *at <= now).collect();
    dates.sort_unstable_by(|a, b| b.cmp(a));
    dates.dedup();
    dates.truncate(*DATES.end());
    let (newest, oldest) = (*dates.first()?, *dates.last()?);
    let gaps = u32::try_from(dates.len() - 1).ok().filter(|_| DATES.contains(&dates.len()))?;
    let gap = newest.since(oldest) / gaps;
    // A source that was long silent when first seen may have ended.
    (now.since(newest) <= gap * 5).then_some(gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_steady_source_shows_its_pace() {
        let seen = (0..200).fold(Rhythm::default(), |r, _| observe(r, 4, HOUR));
        let minutes = gap(seen, HOUR).as_secs() / 60;
        assert!((14..=16).contains(&minutes), "{minutes}");
    }

    #[test]
    fn a_source_that_falls_silent_slows_down_and_one_that_wakes_speeds_up() {
        let busy = (0..200).fold(Rhythm::default(), |r, _| observe(r, 4, HOUR));
        let silent = (0..400).fold(busy, |r, _| observe(r, 0, HOUR));
        assert!(gap(silent, HOUR) > gap(busy, HOUR) * 4);
        let awake = (0..100).fold(silent, |r, _| observe(r, 10, HOUR));
        assert!(gap(awake, HOUR) < gap(silent, HOUR) / 4);
    }

    #[test]
    fn nothing_known_gives_the_start() {
        assert_eq!(gap(Rhythm::default(), HOUR), HOUR);
    }

    #[test]
    fn the_dates_of_a_first_document_show_a_pace_where_they_agree_with_the_clock() {
        let now = Timestamp::from_millis(1_795_392_000_000);
        let of = |hours: &[u32]| gap_of_dates(hours.iter().map(|n| now.minus(HOUR * *n)), now);
        assert_eq!(of(&[1, 2, 3, 4, 5]), Some(HOUR));
        assert_eq!(of(&[5, 1, 4, 2, 3, 3, 3]), Some(HOUR));
        assert_eq!(of(&[0, 24, 48, 72]), Some(HOUR * 24));
        assert_eq!(of(&[1, 2, 3]), None, "too few");
        assert_eq!(of(&[1, 1, 1, 1, 1]), None, "one date");
        assert_eq!(of(&[9000, 9001, 9002, 9003]), None, "a source that is at its end");
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn half_of_what_was_seen_has_faded_after_a_week() {
        let seen = observe(Rhythm { entries: 8.0, span_ms: 1000.0 }, 3, HALF_LIFE);
        assert_eq!((seen.entries, seen.span_ms), (7.0, 604_800_500.0));
        let seen = observe(Rhythm { entries: 8.0, span_ms: 1000.0 }, 0, Duration::ZERO);
        assert_eq!((seen.entries, seen.span_ms), (8.0, 1000.0));
    }

    #[test]
    fn the_start_counts_as_one_entry() {
        assert_eq!(gap(Rhythm { entries: 3.0, span_ms: 7_200_000.0 }, HOUR * 2), HOUR);
        assert_eq!(gap(Rhythm { entries: 0.0, span_ms: f64::INFINITY }, HOUR), Duration::MAX);
    }

    #[test]
    fn the_newest_dates_show_the_pace_up_to_five_gaps_of_silence() {
        let now = Timestamp::from_millis(1_795_392_000_000);
        let of = |hours: &[u32]| gap_of_dates(hours.iter().map(|n| now.minus(HOUR * *n)), now);
        assert_eq!(of(&[5, 6, 7, 8]), Some(HOUR));
        assert_eq!(of(&[6, 7, 8, 9]), None);
        // Twenty are looked at: what was before is another pace.
        let hours: Vec<u32> = (1..=20).chain((100..900).step_by(100)).collect();
        assert_eq!(of(&hours), Some(HOUR));
        let ahead = [now.plus(HOUR), now, now.minus(HOUR), now.minus(HOUR * 2), now.minus(HOUR * 3)];
        assert_eq!(gap_of_dates(ahead.into_iter(), now), Some(HOUR));
        assert_eq!(gap_of_dates(ahead[..4].iter().copied(), now), None, "three that are not ahead are too few");
    }
}
