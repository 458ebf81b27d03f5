//! Wishes of documents and their caches: freshness (checks P11, P12) and the
//! hints of RSS 2.0 and the syndication module (check P15).

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::model::{Freshness, Hints, NextPoll};

/// Hints and caches lengthen a wait to this at most (checks P11, P15).
const LONGEST: Duration = Duration::from_secs(12 * 3600);

const HOUR: Duration = Duration::from_secs(3600);

const ALL_HOURS: u32 = 0x00ff_ffff;
const ALL_DAYS: u8 = 0x7f;

/// Until a document is stale.
pub(super) fn freshness(heard: Option<Freshness>, now: Timestamp) -> Option<NextPoll> {
    let fresh = heard?;
    let left = fresh.left();
    let wait = left.min(LONGEST);
    let cut = if left > LONGEST { format!(", of {} asked for", span(left)) } else { String::new() };
    let because = format!("fresh for {}{cut} ({})", span(wait), fresh.by.as_str());
    Some(NextPoll { at: now.plus(wait), because })
}

/// `ttl` and `sy:updatePeriod`, the longer of the two.
pub(super) fn hints(hints: &Hints, now: Timestamp) -> Option<NextPoll> {
    let named = [(hints.ttl, "ttl"), (hints.update_period, "sy:updatePeriod")];
    let (asked, name) =
        named.into_iter().filter_map(|(wait, name)| Some((wait?, name))).max_by_key(|(wait, _)| *wait)?;
    let wait = asked.min(LONGEST);
    Some(NextPoll { at: now.plus(wait), because: format!("its document asks for {} ({name})", span(asked)) })
}

/// `next`, moved out of the hours and days that the document asks to skip, but to at most
/// 12 hours from now.
pub(super) fn beyond_skipped(hints: &Hints, next: NextPoll, now: Timestamp) -> NextPoll {
    let end = now.plus(LONGEST);
    let mut at = next.at;
    while at < end && is_skipped(hints, at) {
        at = hour_after(at);
    }
    if at == next.at {
        return next;
    }
    let because = format!("{}; then moved out of skipHours and skipDays", next.because);
    NextPoll { at: at.min(end), because }
}

fn is_skipped(hints: &Hints, at: Timestamp) -> bool {
    let at = at.to_utc();
    let (hours, days) = (hints.skip_hours & ALL_HOURS, hints.skip_days & ALL_DAYS);
    (hours != ALL_HOURS && hours & (1 << at.hour()) != 0)
        || (days != ALL_DAYS && days & (1 << at.weekday().to_monday_zero_offset()) != 0)
}

/// The next full hour.
fn hour_after(at: Timestamp) -> Timestamp {
    let hour_ms = i64::try_from(HOUR.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(at.millis().div_euclid(hour_ms).saturating_add(1).saturating_mul(hour_ms))
}

/// Which of a document's hints cannot be followed, in words (check P15).
pub fn unusable(hints: &Hints) -> Option<&'static str> {
    if hints.skip_hours & ALL_HOURS == ALL_HOURS {
        return Some("skipHours names every hour, so it is ignored");
    }
    (hints.skip_days & ALL_DAYS == ALL_DAYS).then_some("skipDays names every day, so it is ignored")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FreshBy;

    /// 2026-11-23T00:00:00Z, a Monday
    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    fn wait(next: Option<NextPoll>) -> Option<u64> {
        next.map(|n| n.at.since(NOW).as_secs())
    }

    fn fresh(lifetime: u64, age: u64) -> Option<Freshness> {
        let s = Duration::from_secs;
        Some(Freshness { lifetime: s(lifetime), age: s(age), by: FreshBy::MaxAge })
    }

    #[test]
    fn p11_freshness_holds_to_twelve_hours() {
        assert_eq!(wait(freshness(fresh(43_200, 0), NOW)), Some(43_200));
        assert_eq!(wait(freshness(fresh(504_576_000, 0), NOW)), Some(43_200));
        assert_eq!(wait(freshness(fresh(600, 100), NOW)), Some(500));
        assert_eq!(wait(freshness(None, NOW)), None);
        let said = freshness(fresh(504_576_000, 0), NOW).unwrap().because;
        assert_eq!(said, "fresh for 12h, of 5840d asked for (Cache-Control: max-age)");
        // What is granted whole is not said to be cut.
        let said = freshness(fresh(43_200, 0), NOW).unwrap().because;
        assert_eq!(said, "fresh for 12h (Cache-Control: max-age)");
    }

    #[test]
    fn p15_the_longer_of_ttl_and_period_counts_to_twelve_hours() {
        let minutes = |n: u64| Some(Duration::from_secs(n * 60));
        let of = |ttl, update_period| wait(hints(&Hints { ttl, update_period, ..Hints::default() }, NOW));
        assert_eq!(of(minutes(60), None), Some(3600));
        assert_eq!(of(minutes(60), minutes(120)), Some(7200));
        assert_eq!(of(minutes(60 * 24 * 30), None), Some(43_200));
        assert_eq!(of(None, None), None);
    }

    #[test]
    fn p15_skipped_hours_and_days_are_waited_out_to_twelve_hours() {
        let check = |skip_hours: u32, skip_days: u8, at: u64, expected: u64| {
            let hints = Hints { skip_hours, skip_days, ..Hints::default() };
            let next = NextPoll { at: NOW.plus(Duration::from_secs(at)), because: "every".to_owned() };
            let moved = beyond_skipped(&hints, next, NOW);
            assert_eq!(moved.at.since(NOW).as_secs(), expected, "{skip_hours:b} {skip_days:b} {at}");
            assert_eq!(moved.because.contains("skipHours"), at != expected);
        };
        check(0, 0, 900, 900);
        check(0b1, 0, 900, 3600);
        check(0b111, 0, 900, 3 * 3600);
        check(0b110, 0, 900, 900);
        check(ALL_HOURS & !(1 << 23), 0, 900, 43_200);
        check(0, 0b1, 900, 43_200);
        check(0, 0b10, 900, 900);
        // Later wishes are kept, and a hint that names every hour or day is ignored.
        check(ALL_HOURS & !1, 0, 50_000, 50_000);
        check(1 << 12, 0, 43_200, 43_200);
        check(ALL_HOURS, ALL_DAYS, 900, 900);
        // On a Monday evening, of the Tuesday.
        let hours = |n: u64| NOW.plus(Duration::from_secs(n * 3600));
        for (skip_days, expected) in [(0b1, 25), (0b10, 30), (0b100, 25)] {
            let next = NextPoll { at: hours(25), because: "every".to_owned() };
            let hints = Hints { skip_days, ..Hints::default() };
            assert_eq!(beyond_skipped(&hints, next, hours(18)).at, hours(expected), "{skip_days:b}");
        }
    }

    #[test]
    fn p15_hints_that_skip_everything_are_told() {
        let all = Hints { skip_hours: ALL_HOURS, ..Hints::default() };
        assert!(unusable(&all).unwrap().contains("skipHours"));
        assert!(unusable(&Hints { skip_days: ALL_DAYS, ..Hints::default() }).unwrap().contains("skipDays"));
        assert_eq!(unusable(&Hints { skip_hours: 1, ..Hints::default() }), None);
    }
}
