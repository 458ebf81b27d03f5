//! How often a source is polled, as the operator wrote it.

use std::fmt;
use std::time::Duration;

use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};

use jiff::Zoned;

use crate::clock::{Timestamp, Zone, read_span, span};
use crate::text::quote::in_quotes;

/// No rule may ask for polls closer than this (`docs/checks.md`, limits).
pub const LEAST_INTERVAL: Duration = Duration::from_secs(60);

/// From here on a rule is checked for being due at all, and for being due too often:
/// 2024-01-01T00:00:00Z.
const TRIAL: Timestamp = Timestamp::from_millis(1_704_067_200_000);

/// The longest stretch of wall-clock time that a zone has skipped is a day: Samoa had no 30
/// December 2011, the Marshall Islands no 21 August 1993.
const LONGEST_GAP_HOURS: u64 = 24;

/// When a source is due.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Policy {
    /// By its own pace, within the bounds of `polling.interval`.
    #[default]
    Adaptive,
    /// At this interval.
    Every(Duration),
    /// At the times of a crontab(5) rule.
    Cron {
        /// The rule.
        pattern: Box<Cron>,
        /// The rule as written.
        text: String,
        /// The zone whose clock it reads.
        timezone: Zone,
    },
}

/// Why a text cannot be a schedule.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PolicyError {
    /// Neither `adaptive`, `every …` nor cron.
    #[error("{} is not a schedule", in_quotes(.0))]
    Unknown(String),
    /// `every` without a readable duration.
    #[error("{} names no duration", in_quotes(.0))]
    Duration(String),
    /// Polls closer than [`LEAST_INTERVAL`].
    #[error("{} polls more often than every {least}", in_quotes(.0), least = span(LEAST_INTERVAL))]
    TooOften(String),
    /// A cron rule that cannot be read.
    #[error("{} is not a cron rule: {cause}", in_quotes(.text))]
    Cron {
        /// The rule.
        text: String,
        /// What is wrong.
        cause: String,
    },
    /// A cron rule for days that occur in no year (check B90).
    #[error("{} is never due", in_quotes(.0))]
    NeverDue(String),
}

impl PolicyError {
    /// What to write instead.
    pub fn hint(&self) -> &'static str {
        match self {
            PolicyError::Unknown(_) => {
                "write \"adaptive\", \"every 30m\", or cron: minute hour day month weekday, as \"*/30 8-20 * * 1-5\""
            }
            PolicyError::Duration(_) => "write \"every 30m\", with units s, m, h, d or w",
            PolicyError::TooOften(_) => "\"every 15m\" is the usual pace",
            PolicyError::Cron { .. } => {
                "five fields, minute hour day month weekday, or six with seconds first; Sunday is 0 and 7"
            }
            PolicyError::NeverDue(_) => "no calendar has such a day",
        }
    }
}

impl Policy {
    /// Reads a schedule: `adaptive`, `every 30m`, or a cron rule on the clock of `timezone`.
    ///
    /// # Errors
    /// The text is none of these, is never due, or is due more often than [`LEAST_INTERVAL`].
    pub fn parse(text: &str, timezone: Zone) -> Result<Policy, PolicyError> {
        let text = text.trim();
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["adaptive"] => Ok(Policy::Adaptive),
            ["every", rest @ ..] => every(text, &rest.join(" ")),
            [nickname] if nickname.starts_with('@') => cron(text, timezone),
            [_, _, _, _, _] | [_, _, _, _, _, _] => cron(text, timezone),
            [first, ..] if words.len() > 2 && first.starts_with(|c: char| c.is_ascii_digit() || c == '*') => {
                Err(PolicyError::Cron { text: text.to_owned(), cause: format!("it has {} fields", words.len()) })
            }
            _ => Err(PolicyError::Unknown(text.to_owned())),
        }
    }

    /// The first time after `now` at which a cron rule is due; `None` for other
    /// policies.
    ///
    /// A time that is skipped when clocks change is made up for right after the gap; one
    /// that is repeated is due once; rules without a fixed hour follow absolute time (check
    /// R19). A whole day that a zone skipped is not made up for.
    pub fn next_cron_after(&self, now: Timestamp) -> Option<Timestamp> {
        let Policy::Cron { pattern, timezone, .. } = self else { return None };
        let from = Timestamp::from_millis(now.seconds().saturating_mul(1000));
        // croner gives up on gaps of more than two hours: start again after them.
        let starts = (0..=LONGEST_GAP_HOURS * 2).map(|h| from.plus(Duration::from_secs(3600 * h)));
        starts.map(|start| timezone.wall(start)).find_map(|start| due_after(pattern, &start).ok().flatten())
    }
}

fn every(text: &str, duration: &str) -> Result<Policy, PolicyError> {
    let interval = read_span(duration).ok_or_else(|| PolicyError::Duration(text.to_owned()))?;
    match interval < LEAST_INTERVAL {
        true => Err(PolicyError::TooOften(text.to_owned())),
        false => Ok(Policy::Every(interval)),
    }
}

fn cron(text: &str, timezone: Zone) -> Result<Policy, PolicyError> {
    let parser = CronParser::builder().seconds(Seconds::Optional).year(Year::Disallowed).build();
    let pattern =
        parser.parse(text).map_err(|error| PolicyError::Cron { text: text.to_owned(), cause: cause(&error) })?;
    // Whether a day exists does not depend on the zone, and UTC has no gaps.
    let never = || PolicyError::NeverDue(text.to_owned());
    let first = due_after(&pattern, &Zone::UTC.wall(TRIAL)).ok().flatten().ok_or_else(never)?;
    let second = due_after(&pattern, &Zone::UTC.wall(first)).ok().flatten().ok_or_else(never)?;
    if second.since(first) < LEAST_INTERVAL {
        return Err(PolicyError::TooOften(text.to_owned()));
    }
    Ok(Policy::Cron { pattern: Box::new(pattern), text: text.to_owned(), timezone })
}

/// The next occurrence after `start`; `Ok(None)` if croner should ever step backwards.
fn due_after(pattern: &Cron, start: &Zoned) -> Result<Option<Timestamp>, CronError> {
    let due = pattern.find_next_occurrence(start, false)?;
    Ok((due > *start).then(|| Timestamp::from_millis(due.timestamp().as_millisecond())))
}

/// The library's message in our style: lower case, without a full stop.
fn cause(error: &CronError) -> String {
    let text = match error {
        CronError::InvalidPattern(cause) | CronError::IllegalCharacters(cause) | CronError::ComponentError(cause) => {
            cause.clone()
        }
        other => other.to_string(),
    };
    let text = text.trim_end_matches('.');
    let mut characters = text.chars();
    characters.next().map(|c| c.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Policy::Adaptive => f.write_str("adaptive"),
            Policy::Every(interval) => write!(f, "every {}", span(*interval)),
            Policy::Cron { text, .. } => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(rfc3339: &str) -> Timestamp {
        Timestamp::from_rfc3339(rfc3339).unwrap()
    }

    /// The times after `from` at which `rule` is due, by the clock of `zone`.
    fn due(rule: &str, zone: &str, from: &str, count: usize) -> Vec<String> {
        let timezone = Zone::named(zone).unwrap();
        let policy = Policy::parse(rule, timezone.clone()).unwrap();
        let mut now = at(from);
        let mut times = Vec::new();
        for _ in 0..count {
            let next = policy.next_cron_after(now).unwrap();
            assert!(next > now, "{rule} steps back from {now} to {next}");
            times.push(timezone.wall(next).strftime("%m-%d %H:%M:%S %z").to_string());
            now = next;
        }
        times
    }

    #[test]
    fn schedules_are_read() {
        let check = |text: &str, expected: Policy| assert_eq!(Policy::parse(text, Zone::UTC), Ok(expected), "{text}");
        check("adaptive", Policy::Adaptive);
        check("every 30m", Policy::Every(Duration::from_secs(1800)));
        check("every 1h 30m", Policy::Every(Duration::from_secs(5400)));
        check("every 60s", Policy::Every(Duration::from_secs(60)));
        for text in ["*/30 * * * *", "0 */5 8-20 * * mon-fri", "@hourly", "0 0 29 2 *", "0 7 L * *"] {
            assert!(matches!(Policy::parse(text, Zone::UTC), Ok(Policy::Cron { .. })), "{text}");
            assert_eq!(Policy::parse(text, Zone::UTC).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_cannot_run_is_refused() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Policy::parse(text, Zone::UTC).unwrap_err().to_string(), expected, "{text}");
        };
        check("hourly", "\"hourly\" is not a schedule");
        check("", "\"\" is not a schedule");
        check("every", "\"every\" names no duration");
        check("every now and then", "\"every now and then\" names no duration");
        check("every 59s", "\"every 59s\" polls more often than every 1m");
        check("*/10 * * * * *", "\"*/10 * * * * *\" polls more often than every 1m");
        check("0,59 30 4 * * *", "\"0,59 30 4 * * *\" polls more often than every 1m");
        check("0 0 30 2 *", "\"0 0 30 2 *\" is never due"); // B90
        check("0 0 31 2,4,6,9,11 *", "\"0 0 31 2,4,6,9,11 *\" is never due");
        check("* * * *", "\"* * * *\" is not a cron rule: it has 4 fields");
        check("* * * * * * 2026", "\"* * * * * * 2026\" is not a cron rule: it has 7 fields");
        assert!(matches!(Policy::parse("61 * * * *", Zone::UTC), Err(PolicyError::Cron { .. })));
        assert!(matches!(Policy::parse("@reboot", Zone::UTC), Err(PolicyError::Cron { .. })));
    }

    #[test]
    fn a_daily_rule_is_due_once_on_each_change_day_r19() {
        assert_eq!(
            due("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 3),
            ["03-28 02:30:00 +0100", "03-29 03:00:00 +0200", "03-30 02:30:00 +0200"]
        );
        assert_eq!(
            due("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", 3),
            ["10-25 02:30:00 +0200", "10-26 02:30:00 +0100", "10-27 02:30:00 +0100"]
        );
        // Between the two times that the clock shows 02:30.
        assert_eq!(due("30 2 * * *", "Europe/Berlin", "2026-10-25T00:45:00Z", 1), ["10-26 02:30:00 +0100"]);
        // Lord Howe changes by half an hour.
        assert_eq!(
            due("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", 2),
            ["10-04 02:30:00 +1100", "10-05 02:15:00 +1100"]
        );
        assert_eq!(
            due("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", 2),
            ["04-05 01:45:00 +1100", "04-06 01:45:00 +1030"]
        );
    }

    /// The zones whose clocks differ from what the data of 2025 foresaw: half past nine,
    /// local time.
    #[test]
    fn rules_follow_the_clocks_of_today_r19() {
        let check = |zone: &str, from: &str, expected: &str| {
            let policy = Policy::parse("30 9 * * *", Zone::named(zone).unwrap()).unwrap();
            assert_eq!(policy.next_cron_after(at(from)), Some(at(expected)), "{zone}");
        };
        for (zone, expected) in [
            ("Africa/Casablanca", "2026-11-29T09:30:00Z"),
            ("Africa/El_Aaiun", "2026-11-29T09:30:00Z"),
            ("America/Edmonton", "2026-11-29T15:30:00Z"),
            ("America/Havana", "2026-11-29T13:30:00Z"),
            ("America/Inuvik", "2026-11-29T15:30:00Z"),
            ("America/Rainy_River", "2026-11-29T14:30:00Z"),
            ("America/Vancouver", "2026-11-29T16:30:00Z"),
            ("America/Winnipeg", "2026-11-29T14:30:00Z"),
            ("America/Yellowknife", "2026-11-29T15:30:00Z"),
            ("Canada/Central", "2026-11-29T14:30:00Z"),
            ("Canada/Mountain", "2026-11-29T15:30:00Z"),
            ("Canada/Pacific", "2026-11-29T16:30:00Z"),
            ("Cuba", "2026-11-29T13:30:00Z"),
            // What has not changed.
            ("Asia/Shanghai", "2026-11-29T01:30:00Z"),
            ("America/New_York", "2026-11-29T14:30:00Z"),
        ] {
            check(zone, "2026-11-29T00:00:00Z", expected);
        }
        // Moldova changes at another hour of the night: half past three comes twice, and is due once.
        for zone in ["Europe/Chisinau", "Europe/Tiraspol"] {
            let rule = "30 3 * * *";
            let policy = Policy::parse(rule, Zone::named(zone).unwrap()).unwrap();
            assert_eq!(policy.next_cron_after(at("2025-10-25T12:00:00Z")), Some(at("2025-10-26T00:30:00Z")), "{zone}");
        }
    }

    #[test]
    fn a_day_that_never_was_is_passed_over() {
        assert_eq!(
            due("30 2 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", 3),
            ["12-29 02:30:00 -1000", "12-31 02:30:00 +1400", "01-01 02:30:00 +1400"]
        );
        assert_eq!(
            due("0 */6 * * *", "Pacific/Apia", "2011-12-30T02:00:00Z", 3),
            ["12-29 18:00:00 -1000", "12-31 00:00:00 +1400", "12-31 06:00:00 +1400"]
        );
    }

    #[test]
    fn half_hours_follow_the_absolute_time_line() {
        let days = [
            ("Europe/Berlin", "2026-10-24T22:00:00Z"),
            ("Europe/Berlin", "2026-03-28T22:00:00Z"),
            ("Australia/Lord_Howe", "2026-04-04T12:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-03T12:00:00Z"),
            ("Pacific/Apia", "2011-12-30T08:00:00Z"),
        ];
        for (zone, from) in days {
            let policy = Policy::parse("*/30 * * * *", Zone::named(zone).unwrap()).unwrap();
            let mut now = at(from);
            for _ in 0..12 {
                let next = policy.next_cron_after(now).unwrap();
                assert_eq!(next.since(now), Duration::from_secs(1800), "{zone} after {now}");
                now = next;
            }
        }
    }

    #[test]
    fn sunday_is_0_and_7_and_seconds_come_first() {
        for rule in ["0 9 * * 0", "0 9 * * 7", "0 9 * * sun"] {
            assert_eq!(due(rule, "UTC", "2026-11-23T00:00:00Z", 1), ["11-29 09:00:00 +0000"], "{rule}");
        }
        assert_eq!(due("20 30 9 * * 1", "UTC", "2026-11-23T00:00:00Z", 1), ["11-23 09:30:20 +0000"]);
    }

    #[test]
    fn only_cron_rules_name_times_and_fractions_do_not_repeat_one() {
        assert_eq!(Policy::Adaptive.next_cron_after(TRIAL), None);
        let hourly = Policy::parse("0 * * * *", Zone::UTC).unwrap();
        let half_a_second_past = at("2026-11-23T10:00:00Z").plus(Duration::from_millis(500));
        assert_eq!(hourly.next_cron_after(half_a_second_past), Some(at("2026-11-23T11:00:00Z")));
    }

    #[test]
    fn b90_a_rule_of_times_may_be_due_once_a_minute_and_no_more_often() {
        for rule in ["* * * * *", "30 * * * * *"] {
            assert!(matches!(Policy::parse(rule, Zone::UTC), Ok(Policy::Cron { .. })), "{rule}");
        }
        assert!(matches!(Policy::parse("*/59 * * * * *", Zone::UTC), Err(PolicyError::TooOften(_))));
    }

    /// What a message says must lead to the mistake: few words, or words, are no cron rule.
    #[test]
    fn a_text_is_taken_for_a_cron_rule_only_by_its_shape() {
        let check = |text: &str, expected: &str| {
            assert_eq!(Policy::parse(text, Zone::UTC).unwrap_err().to_string(), expected, "{text}");
        };
        check("30m", "\"30m\" is not a schedule");
        check("30 minutes", "\"30 minutes\" is not a schedule");
        check("once a day", "\"once a day\" is not a schedule");
        check("0 7 *", "\"0 7 *\" is not a cron rule: it has 3 fields");
        check("*/5 * *", "\"*/5 * *\" is not a cron rule: it has 3 fields");
    }

    /// In the words of the library, but in our style.
    #[test]
    fn a_cron_rule_that_cannot_be_read_tells_what_is_wrong_with_it() {
        let check = |text: &str, expected: &str| {
            let error = Policy::parse(text, Zone::UTC).unwrap_err().to_string();
            assert_eq!(error, format!("\"{text}\" is not a cron rule: {expected}"));
        };
        check("61 * * * *", "number out of bounds");
        check("0 20-8 * * *", "range out of bounds");
    }

    /// Whoever follows a hint must get on with it.
    #[test]
    fn each_refusal_hints_at_what_can_be_written() {
        for (text, expected) in [
            ("hourly", &["adaptive", "every 30m", "*/30 8-20 * * 1-5"][..]),
            ("every now and then", &["every 30m"][..]),
            ("every 10s", &["every 15m"][..]),
        ] {
            let hint = Policy::parse(text, Zone::UTC).unwrap_err().hint();
            let quoted: Vec<&str> = hint.split('"').skip(1).step_by(2).collect();
            assert_eq!(quoted, expected, "{hint}");
            for example in quoted {
                assert!(Policy::parse(example, Zone::UTC).is_ok(), "{example}");
            }
        }
        let hint = |text: &str| Policy::parse(text, Zone::UTC).unwrap_err().hint();
        let fields = "five fields, minute hour day month weekday, or six with seconds first; Sunday is 0 and 7";
        assert_eq!([hint("61 * * * *"), hint("* * * *")], [fields; 2]);
        assert_eq!(hint("0 0 30 2 *"), "no calendar has such a day");
    }

    #[test]
    fn a_rule_for_the_day_that_never_was_goes_on_with_the_next_one_r19() {
        assert_eq!(due("30 2 30 * *", "Pacific/Apia", "2011-12-28T12:00:00Z", 1), ["01-30 02:30:00 +1400"]);
    }
}
