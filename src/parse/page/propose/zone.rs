//! What is told of the zone in which the times of a list are read (check B218).

use crate::clock::{Timestamp, Zone};
use crate::model::Parsed;
use crate::text::quote::in_quotes;

/// What to write, with a zone as an example.
const WRITE: &str = "write the office's timezone in [[source]], as timezone = \"Asia/Seoul\"";

/// What is to be told of the dates of `parsed`, which are read in `zone`: times that lie
/// ahead of this clock are those of a clock that is ahead of it.
pub fn told(parsed: &Parsed, zone: &Zone, now: Timestamp) -> Option<String> {
    if *zone != Zone::UTC {
        return None;
    }
    let written = || parsed.entries.iter().filter_map(|entry| entry.published_raw.as_deref());
    let timed = || written().filter(|raw| has_bare_time(raw));
    let ahead = timed().find(|raw| {
        let wall = digits(raw);
        let clock = now.to_utc();
        let today = format!("{:04}{:02}{:02}", clock.year(), clock.month(), clock.day());
        wall.starts_with(&today) && wall[today.len()..] > *format!("{:02}{:02}", clock.hour(), clock.minute())
    });
    if let Some(ahead) = ahead {
        let ahead = in_quotes(ahead);
        return Some(format!("{ahead} lies ahead of this clock, as times are read as those of UTC: {WRITE}"));
    }
    let first = in_quotes(timed().next()?);
    Some(format!("times of day, as {first}, are read as those of UTC: where the office's clock shows another, {WRITE}"))
}

/// Whether a date has a time of day and no zone.
fn has_bare_time(raw: &str) -> bool {
    let Some(colon) = raw.find(':') else { return false };
    let is_digit = |at: Option<usize>| at.and_then(|at| raw.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
    let behind = &raw[colon..];
    let has_zone = behind.contains(['+', 'Z', '-']) || behind.chars().any(char::is_uppercase);
    is_digit(colon.checked_sub(1)) && is_digit(Some(colon + 1)) && !has_zone
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
