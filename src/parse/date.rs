//! Dates as feeds write them (B58, B59, B60).
//!
//! RFC 822, RFC 3339 and W3CDTF with every laxity seen in the field: missing
//! parts, wrong weekdays (ignored), names of months in many languages, names of
//! zones, asctime, plain numbers. What does not exist (30 February) or could be
//! anything is no date. Nothing is ever guessed from the current time.

use chrono::{Duration, LocalResult, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use crate::clock::Timestamp;

mod loose;
mod words;

use words::Zone;

/// How far ahead of our clock a publisher's may be: product §3.3.
pub const TOLERANCE: std::time::Duration = std::time::Duration::from_secs(600);

/// 1990-01-01: what is older was not on the web.
const OLDEST: Timestamp = Timestamp::from_millis(631_152_000_000);

/// What to make of a date (product §3.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It can be believed.
    Good(Timestamp),
    /// It lies ahead; the moment it was seen stands for it.
    Ahead(Timestamp),
    /// Before 1990: a missing value of somebody's software.
    TooOld,
    /// No date can be made out.
    Unreadable,
}

/// Reads `raw` and judges it against `now`; `timezone` serves dates without one.
pub fn judge(raw: &str, timezone: Tz, now: Timestamp) -> Verdict {
    match read(raw, timezone) {
        None => Verdict::Unreadable,
        Some(at) if at > now.plus(TOLERANCE) => Verdict::Ahead(now),
        Some(at) if at < OLDEST => Verdict::TooOld,
        Some(at) => Verdict::Good(at),
    }
}

/// The instant that `raw` states; `timezone` serves dates without one.
pub fn read(raw: &str, timezone: Tz) -> Option<Timestamp> {
    let text = raw.trim();
    // Longer texts are no dates; templates and error pages end up here.
    if text.len() < 4 || text.len() > 200 {
        return None;
    }
    iso(text).or_else(|| loose::read(text))?.resolve(timezone)
}

/// A date as written: calendar parts, not yet an instant.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct Parts {
    year: i32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    millis: u32,
    zone: Option<Zone>,
}

impl Parts {
    /// The instant, if these parts exist in the calendar. 24:00 is the end of
    /// its day, a leap second the start of the next.
    fn resolve(self, timezone: Tz) -> Option<Timestamp> {
        let date = NaiveDate::from_ymd_opt(self.year, self.month, self.day)?;
        let midnight_after = self.hour == 24 && self.minute == 0 && self.second == 0;
        let fits = (self.hour < 24 || midnight_after) && self.minute < 60 && self.second <= 60;
        if !fits || !(2..=9999).contains(&self.year) {
            return None;
        }
        let seconds = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        let local =
            date.and_hms_opt(0, 0, 0)? + Duration::seconds(seconds) + Duration::milliseconds(self.millis.into());
        let utc = match self.zone.unwrap_or(Zone::Place(timezone)) {
            Zone::Fixed(minutes) => local.checked_sub_signed(Duration::minutes(minutes.into()))?,
            Zone::Place(place) => in_place(local, place)?,
        };
        Some(Timestamp::from_millis(utc.and_utc().timestamp_millis()))
    }
}

/// A wall clock's time as UTC; twice-told hours are the first, skipped ones
/// are read by the clock before the change.
fn in_place(local: NaiveDateTime, place: Tz) -> Option<NaiveDateTime> {
    match place.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.naive_utc()),
        LocalResult::None => {
            let before = place.from_local_datetime(&(local - Duration::hours(3))).earliest()?;
            Some(before.naive_utc() + Duration::hours(3))
        }
    }
}

/// W3CDTF, RFC 3339 and ISO 8601 without separators, to the last character.
fn iso(text: &str) -> Option<Parts> {
    let mut cursor = Cursor(text.as_bytes());
    let mut parts = Parts { month: 1, day: 1, ..Parts::default() };
    if text.len() >= 8
        && text.as_bytes()[..8].iter().all(u8::is_ascii_digit)
        && !matches!(text.len(), 9..=14 if text.bytes().all(|b| b.is_ascii_digit()))
    {
        // 20241121, 20241121T130000Z
        if text.len() != 8 && !matches!(text.as_bytes()[8], b'T' | b't') {
            return None;
        }
        (parts.year, parts.month, parts.day) = (cursor.digits(4)? as i32, cursor.digits(2)?, cursor.digits(2)?);
    } else {
        parts.year = cursor.digits(4)? as i32;
        if cursor.done() {
            return (1990..2100).contains(&parts.year).then_some(parts);
        }
        let separator = cursor.one_of(b"-/.")?;
        parts.month = cursor.digits_up_to(3)?;
        if cursor.done() {
            return Some(parts);
        }
        if cursor.one_of(b"-/.")? != separator {
            return None;
        }
        parts.day = cursor.digits_up_to(2)?;
    }
    if cursor.done() {
        return Some(parts);
    }
    cursor.one_of(b"Tt ")?;
    cursor.blanks();
    if !cursor.clock(&mut parts)? {
        return None;
    }
    parts.zone = loose::zone(std::str::from_utf8(cursor.0).ok()?.trim())?;
    Some(parts)
}

/// Reads bytes from the front.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn done(&self) -> bool {
        self.0.is_empty()
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_ascii_start();
    }

    fn one_of(&mut self, set: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        set.contains(&first).then(|| {
            self.0 = rest;
            first
        })
    }

    /// Exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        number(digits)
    }

    /// One to `most` digits, not followed by another.
    fn digits_up_to(&mut self, most: usize) -> Option<u32> {
        let count = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        if count == 0 || count > most { None } else { self.digits(count) }
    }

    /// `h:m`, `h:m:s`, `h:m:s.fff` or `hhmmss`; false when there is none of them.
    fn clock(&mut self, parts: &mut Parts) -> Option<bool> {
        let run = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        match run {
            0 => return Some(false),
            4 | 6 => {
                (parts.hour, parts.minute) = (self.digits(2)?, self.digits(2)?);
                parts.second = if run == 6 { self.digits(2)? } else { 0 };
            }
            _ => {
                parts.hour = self.digits_up_to(2)?;
                self.one_of(b":")?;
                parts.minute = self.digits_up_to(2)?;
                if self.one_of(b":").is_some() {
                    parts.second = self.digits_up_to(2)?;
                }
            }
        }
        if self.0.first().is_some_and(|b| matches!(b, b'.' | b',')) && self.0.get(1).is_some_and(u8::is_ascii_digit) {
            let count = self.0[1..].iter().take_while(|b| b.is_ascii_digit()).count();
            let mut padded = [b'0'; 3];
            padded[..count.min(3)].copy_from_slice(&self.0[1..=count.min(3)]);
            parts.millis = number(&padded)?;
            self.0 = &self.0[count + 1..];
        }
        Some(self.0.first() != Some(&b':'))
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0_u32, |sum, b| b.is_ascii_digit().then(|| sum.checked_mul(10)?.checked_add(u32::from(b - b'0')))?)
}

#[cfg(test)]
mod tests;
