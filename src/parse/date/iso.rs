//! Dates to the letter of a standard: RFC 3339, W3CDTF, ISO 8601, RFC 822, and
//! plain numbers.

use super::YEARS;
use super::calendar::Day;
use super::figures::{millis, number};
use super::parts::{Parts, TimeOfDay};
use super::zones::{self, SaidZone};

/// Reads `text` if it is such a date to its last character.
pub fn read(text: &str) -> Option<Parts> {
    rfc822(text).or_else(|| figures(text)).or_else(|| w3c(text))
}

fn of(year: u32, month: u32, day: u32) -> Parts {
    let day = Day::Of(i32::try_from(year).unwrap_or_default(), month, day);
    Parts { day, weekday: None, clock: TimeOfDay::default(), zone: None }
}

/// `Sun, 29 Nov 2026 08:30:00 +0100`, with a zone that means the same everywhere:
/// what most dates are, and what the rules for all others need not be asked for.
fn rfc822(text: &str) -> Option<Parts> {
    const MONTHS: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut cursor = Cursor(text.as_bytes());
    if let [b'A'..=b'Z', b'a'..=b'z', b'a'..=b'z', b',', b' ', ..] = cursor.0 {
        cursor.0 = &cursor.0[5..];
    }
    let day = cursor.digits_up_to(2)?;
    cursor.one_of(b" ")?;
    let (name, rest) = cursor.0.split_at_checked(3)?;
    let month = MONTHS.chunks_exact(3).position(|month| month == name)?;
    cursor.0 = rest;
    cursor.one_of(b" ")?;
    let year = cursor.digits(4)?;
    cursor.one_of(b" ")?;
    let mut parts = of(year, u32::try_from(month).ok()? + 1, day);
    if !cursor.0.first()?.is_ascii_digit() || !cursor.clock(&mut parts.clock)? {
        return None;
    }
    cursor.one_of(b" ")?;
    parts.zone = Some(match cursor.0 {
        b"GMT" | b"UTC" | b"UT" | b"Z" => SaidZone::Offset(0),
        [b'+' | b'-', digits @ ..] if digits.len() == 4 => {
            let minutes = zones::offset(std::str::from_utf8(digits).ok()?)?;
            SaidZone::Offset(if cursor.0[0] == b'-' { -minutes } else { minutes })
        }
        _ => return None,
    });
    Some(parts)
}

/// Figures without a break: `20261129`, `202611290830`, `20261129083000`, with
/// milliseconds, and the time since 1970 where a number is plainly that.
fn figures(text: &str) -> Option<Parts> {
    if let Some(parts) = epoch(text) {
        return Some(parts);
    }
    let run = text.bytes().take_while(u8::is_ascii_digit).count();
    if !matches!(run, 8 | 12 | 14 | 17) {
        return None;
    }
    let mut cursor = Cursor(text.as_bytes());
    let mut parts = of(cursor.digits(4)?, cursor.digits(2)?, cursor.digits(2)?);
    if run == 8 {
        if cursor.done() {
            return Some(parts);
        }
        // "20261129T083000Z", "20261129 08:30"
        cursor.begin_clock()?;
        return clock_and_zone(cursor, parts);
    }
    (parts.clock.hour, parts.clock.minute) = (cursor.digits(2)?, cursor.digits(2)?);
    parts.clock.second = if run > 12 { cursor.digits(2)? } else { 0 };
    parts.clock.millis = if run > 14 { cursor.digits(3)? } else { 0 };
    cursor.fraction(&mut parts.clock)?;
    parts.zone = zone(std::str::from_utf8(cursor.0).ok()?)?;
    Some(parts)
}

/// W3CDTF, RFC 3339 and their like: the year first.
fn w3c(text: &str) -> Option<Parts> {
    let mut cursor = Cursor(text.as_bytes());
    let year = cursor.digits(4)?;
    if cursor.done() {
        let is_year = i16::try_from(year).is_ok_and(|year| YEARS.contains(&year));
        return is_year.then(|| of(year, 1, 1));
    }
    let separator = cursor.one_of(b"-/.:")?;
    // Some write a zero too many, as in "2003-012-31"; "2026-012" is the twelfth day.
    let left = cursor.0.len();
    let month = cursor.digits_up_to(3)?;
    if cursor.done() {
        return (separator != b':' && left < 3).then(|| of(year, month, 1));
    }
    if cursor.one_of(b"-/.:")? != separator {
        return None;
    }
    let parts = of(year, month, cursor.digits_up_to(2)?);
    if cursor.done() {
        return Some(parts);
    }
    cursor.begin_clock()?;
    clock_and_zone(cursor, parts)
}

fn clock_and_zone(mut cursor: Cursor<'_>, mut parts: Parts) -> Option<Parts> {
    if !cursor.clock(&mut parts.clock)? {
        return None;
    }
    parts.zone = zone(std::str::from_utf8(cursor.0).ok()?)?;
    Some(parts)
}

/// The zone that `text`, all of it, states; `Some(None)` for an empty text.
fn zone(text: &str) -> Option<Option<SaidZone>> {
    // What most have; the names of all others are looked up.
    if text == "Z" {
        return Some(Some(SaidZone::Offset(0)));
    }
    let text = text.trim();
    let Some(sign @ ('+' | '-')) = text.chars().next() else {
        return if text.is_empty() { Some(None) } else { zones::named(text).map(Some) };
    };
    let rest = &text[1..];
    let length = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b':').count();
    let (digits, after) = rest.split_at(length);
    let minutes = zones::offset(digits)?;
    // Go prints "+0000 UTC", others "+00:00Z".
    let after = after.trim();
    let fits = after.is_empty() || zones::named(after).is_some();
    fits.then_some(Some(SaidZone::Offset(if sign == '-' { -minutes } else { minutes })))
}

/// Seconds or parts of them since 1970: from 2001, when they had ten digits.
fn epoch(text: &str) -> Option<Parts> {
    let inner = text.strip_prefix("/Date(").and_then(|t| t.strip_suffix(")/")).unwrap_or(text);
    let (whole, fraction) = inner.split_once('.').unwrap_or((inner, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let millis = match (whole.len(), whole.parse::<i64>().ok()?) {
        (10, seconds) => seconds * 1000,
        (13, millis) => millis,
        (16, micros) => micros / 1000,
        (19, nanos) => nanos / 1_000_000,
        _ => return None,
    };
    let at = crate::clock::Timestamp::from_millis(millis).to_utc();
    if at.year() < 2001 || !YEARS.contains(&at.year()) {
        return None;
    }
    let small = |number: i8| u32::try_from(number).unwrap_or_default();
    let clock = TimeOfDay {
        hour: small(at.hour()),
        minute: small(at.minute()),
        second: small(at.second()),
        millis: u32::try_from(millis.rem_euclid(1000)).unwrap_or_default(),
    };
    let day = Day::Of(at.year().into(), small(at.month()), small(at.day()));
    Some(Parts { day, weekday: None, clock, zone: Some(SaidZone::Offset(0)) })
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

    /// What parts a day from its clock. Behind a blank a year is no time: "2026-11-20 2026".
    fn begin_clock(&mut self) -> Option<()> {
        let sign = self.one_of(b"Tt ")?;
        self.blanks();
        let year = matches!(self.0, [b'1', b'9', one, other] | [b'2', b'0', one, other]
            if one.is_ascii_digit() && other.is_ascii_digit());
        (sign != b' ' || !year).then_some(())
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
    fn clock(&mut self, clock: &mut TimeOfDay) -> Option<bool> {
        let run = self.0.iter().take_while(|b| b.is_ascii_digit()).count();
        match run {
            0 => return Some(false),
            4 | 6 => {
                (clock.hour, clock.minute) = (self.digits(2)?, self.digits(2)?);
                clock.second = if run == 6 { self.digits(2)? } else { 0 };
            }
            _ => {
                clock.hour = self.digits_up_to(2)?;
                self.one_of(b":")?;
                clock.minute = self.digits_up_to(2)?;
                if self.one_of(b":").is_some() {
                    clock.second = self.digits_up_to(2)?;
                }
            }
        }
        self.fraction(clock)?;
        Some(self.0.first() != Some(&b':'))
    }

    /// `.fff` or `,fff`, cut to milliseconds, where it is there.
    fn fraction(&mut self, clock: &mut TimeOfDay) -> Option<()> {
        if self.0.first().is_some_and(|b| matches!(b, b'.' | b',')) && self.0.get(1).is_some_and(u8::is_ascii_digit) {
            let count = self.0[1..].iter().take_while(|b| b.is_ascii_digit()).count();
            clock.millis = millis(&self.0[1..=count])?;
            self.0 = &self.0[count + 1..];
        }
        Some(())
    }
}
