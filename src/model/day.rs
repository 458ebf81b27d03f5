//! Dates that tell a day and no time of it: to say how many hours ago that was would be
//! to say what nobody knows.

use crate::clock::Timestamp;

/// Milliseconds that the offsets of all zones are made of.
const QUARTER_HOUR: i64 = 900_000;
const HOUR: i64 = 3_600_000;

/// The day, as `2026-11-22`, of a date written as `raw` and read as `at`; `None` where it
/// tells a time of day.
pub fn day_alone(raw: &str, at: Timestamp) -> Option<String> {
    let runs: Vec<&str> = raw.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    let is_basic = runs.iter().any(|run| run.len() >= 8);
    if raw.contains(':') || at.millis() % QUARTER_HOUR != 0 || runs.len() > 3 || is_basic && runs.len() > 1 {
        return None;
    }
    // Midnight of a zone east of Greenwich is an hour of the day before in UTC.
    let days = [0, 14 * HOUR].map(|on| Timestamp::from_millis(at.millis() + on).to_utc().date());
    let is_written = |day: &jiff::civil::Date| {
        let number = i16::from(day.day());
        runs.iter().any(|run| run.parse() == Ok(number)) || is_basic && runs[0].ends_with(&format!("{number:02}"))
    };
    let since_midnight = at.millis().rem_euclid(24 * HOUR);
    let likely = usize::from(since_midnight >= 12 * HOUR);
    let day = [days[likely], days[1 - likely]].into_iter().find(is_written)?;
    Some(day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B207: a day alone is shown as that.
    #[test]
    fn a_day_alone_is_told_from_a_time_b207() {
        let check = |raw: &str, at: &str, expected: Option<&str>| {
            let at = Timestamp::from_millis(at.parse::<jiff::Timestamp>().unwrap().as_millisecond());
            assert_eq!(day_alone(raw, at).as_deref(), expected, "{raw}");
        };
        check("2026-11-22", "2026-11-22T00:00:00Z", Some("2026-11-22"));
        check("2026-11-22", "2026-11-21T16:00:00Z", Some("2026-11-22"));
        check("22 Nov 2026", "2026-11-22T05:00:00Z", Some("2026-11-22"));
        check("2026年11月22日", "2026-11-21T15:00:00Z", Some("2026-11-22"));
        check("令和8年11月22日", "2026-11-21T15:00:00Z", Some("2026-11-22"));
        check("22.11.", "2026-11-21T23:00:00Z", Some("2026-11-22"));
        check("20261122", "2026-11-22T00:00:00Z", Some("2026-11-22"));
        check("November 22, 2026", "2026-11-21T11:00:00Z", Some("2026-11-22"));
        check("Sun, 22 Nov 2026 10:00:00 GMT", "2026-11-22T10:00:00Z", None);
        check("2026-11-22T10Z", "2026-11-22T10:00:00Z", None);
        check("20261122T1000", "2026-11-22T10:00:00Z", None);
        check("22 Nov 2026 10h30", "2026-11-22T10:30:00Z", None);
        check("2 hours ago", "2026-11-22T10:07:31Z", None);
        check("yesterday", "2026-11-22T00:00:00Z", None);
    }
}
