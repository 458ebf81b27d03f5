//! Spreading polls over time by a hash of the source's id, so that a thousand
//! sources added at once, or at :00, do not start at once (check P26).

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::model::{NextPoll, SourceId, digest};

/// Overdue and new sources are spread over no more than this (check P29).
const LONGEST: Duration = Duration::from_secs(600);

/// A source's own fraction of any interval, from 0 to below 1.
pub fn fraction(source: &SourceId) -> f64 {
    let bits = u64::from_ne_bytes(digest(source.as_str()).to_ne_bytes()) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

/// The time over which `sources` are spread: a second each, so that a few start at once.
fn over(interval: Duration, sources: usize) -> Duration {
    let seconds = u64::try_from(sources.saturating_sub(1)).unwrap_or(u64::MAX);
    interval.min(LONGEST).min(Duration::from_secs(seconds))
}

/// When a source that has never been polled is due; `sources` are spread with it.
pub fn first(source: &SourceId, interval: Duration, sources: usize, now: Timestamp) -> NextPoll {
    let over = over(interval, sources);
    NextPoll {
        at: now.plus(over.mul_f64(fraction(source))),
        because: format!("first poll, first polls being spread over {}", span(over)),
    }
}

/// When the source that is `nth` among `overdue` ones, the longest overdue first, is
/// polled: each once, spread over its interval or ten minutes (check P29).
pub fn overdue(nth: usize, interval: Duration, overdue: usize, now: Timestamp) -> NextPoll {
    let over = over(interval, overdue);
    let share = nth as f64 / overdue.max(1) as f64;
    NextPoll {
        at: now.plus(over.mul_f64(share.min(1.0))),
        because: format!("was due while wiredesk was not running; such polls are spread over {}", span(over)),
    }
}

/// Moves `at` towards the source's own slot in its interval, only ever later and by at most
/// a twentieth of the interval: bunched sources drift apart again, and no wait falls below
/// the interval.
#[must_use]
pub fn slew(source: &SourceId, at: Timestamp, interval: Duration) -> Timestamp {
    let interval_ms = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX).max(1);
    let slot_ms = (fraction(source) * interval_ms as f64) as i64;
    let to_slot = (slot_ms - at.millis()).rem_euclid(interval_ms);
    let step_ms = interval_ms / 20;
    // Just after its slot, as every poll is by the time it takes to start.
    if to_slot > interval_ms - interval_ms / 100 {
        return at;
    }
    Timestamp::from_millis(at.millis().saturating_add(to_slot.min(step_ms)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(n: usize) -> Vec<SourceId> {
        (0..n).map(|i| SourceId::new(&format!("source-{i}")).unwrap()).collect()
    }

    /// The most starts in any 10 seconds.
    fn crowd(mut at: Vec<i64>) -> usize {
        at.sort_unstable();
        (0..at.len()).map(|i| at[i..].iter().take_while(|t| **t < at[i] + 10_000).count()).max().unwrap_or(0)
    }

    #[test]
    fn six_hundred_new_sources_start_at_most_thirty_in_ten_seconds_p26() {
        let (now, every) = (Timestamp::from_millis(1_795_392_000_000), Duration::from_secs(600));
        let at = sources(600).iter().map(|s| first(s, every, 600, now).at.millis()).collect();
        assert!(crowd(at) <= 30);
    }

    #[test]
    fn a_bunch_drifts_apart_and_no_wait_falls_below_the_interval_p26() {
        let every = Duration::from_secs(600);
        let mut at: Vec<Timestamp> = vec![Timestamp::from_millis(1_795_392_000_000); 600];
        let all = sources(600);
        for _ in 0..40 {
            for (s, at) in all.iter().zip(&mut at) {
                let next = slew(s, at.plus(every), every);
                assert!(next.since(*at) >= every && next.since(*at) <= every + every / 20);
                *at = next;
            }
        }
        let phase = at.iter().map(|t| t.millis().rem_euclid(600_000)).collect();
        assert!(crowd(phase) <= 30);
    }

    #[test]
    fn a_few_sources_start_almost_at_once() {
        let now = Timestamp::EPOCH;
        for s in sources(5) {
            assert!(first(&s, Duration::from_secs(900), 5, now).at.since(now) < Duration::from_secs(5));
        }
    }

    #[test]
    fn first_polls_stand_where_their_hash_puts_them_p26() {
        let now = Timestamp::from_millis(1_795_392_000_000);
        let seconds = Duration::from_secs;
        let check = |interval: u64, count: usize, over: u64, said: &str| {
            for source in sources(3) {
                let next = first(&source, seconds(interval), count, now);
                assert_eq!(next.at, now.plus(seconds(over).mul_f64(fraction(&source))), "{interval} {count}");
                assert_eq!(next.because, format!("first poll, first polls being spread over {said}"));
            }
        };
        check(900, 61, 60, "1m");
        check(900, 1, 0, "0s");
        check(900, 0, 0, "0s");
        check(60, 500, 60, "1m");
        check(9000, 5000, 600, "10m");
    }

    #[test]
    fn the_longest_overdue_come_first_and_all_within_ten_minutes_p29() {
        let seconds = Duration::from_secs;
        let check = |nth: usize, interval: u64, of: usize, expected_ms: i64| {
            let next = overdue(nth, seconds(interval), of, Timestamp::EPOCH);
            assert_eq!(next.at.millis(), expected_ms, "{nth} {interval} {of}");
        };
        check(0, 900, 11, 0);
        check(1, 900, 10, 900);
        check(5, 900, 10, 4_500);
        check(10, 900, 10, 9_000);
        check(99, 900, 10, 9_000);
        check(50, 5, 100, 2_500);
        check(50_000, 3_600, 100_000, 300_000);
        check(0, 900, 0, 0);
    }

    #[test]
    fn a_source_is_moved_towards_its_slot_and_no_further_p26() {
        let every = Duration::from_secs(600);
        for source in sources(5) {
            let slot_ms = (fraction(&source) * 600_000.0) as i64;
            let check = |before_ms: i64, expected_ms: i64| {
                let at = Timestamp::from_millis(1_795_392_000_000 + slot_ms - before_ms);
                let moved = slew(&source, at, every).millis() - at.millis();
                assert_eq!(moved, expected_ms, "{} {before_ms}", source.as_str());
            };
            check(0, 0);
            check(10_000, 10_000);
            check(30_000, 30_000);
            check(30_001, 30_000);
            check(300_000, 30_000);
            // It has just missed it: a hundredth of the interval is no drift.
            check(-1, 0);
            check(-5_999, 0);
            check(-6_000, 30_000);
        }
    }
}
