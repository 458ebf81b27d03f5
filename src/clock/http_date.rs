//! The dates of HTTP (RFC 9110 §5.6.7).

use jiff::civil::{Date, DateTime};

use super::Timestamp;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// This instant as HTTP writes it.
    pub fn http_date(self) -> String {
        let at = self.max(Timestamp::EPOCH).to_utc();
        let weekday = DAYS[at.weekday().to_monday_zero_offset() as usize];
        let month = MONTHS[at.month() as usize - 1];
        let (day, year) = (at.day(), at.year());
        format!("{weekday}, {day:02} {month} {year:04} {:02}:{:02}:{:02} GMT", at.hour(), at.minute(), at.second())
    }

    /// The instant of an HTTP date in any of its three forms. The name of the day
    /// is not compared with the date: servers get it wrong. `now` tells the
    /// century of a year of two digits.
    pub fn from_http_date(text: &str, now: Timestamp) -> Option<Self> {
        let (day, rest) = text.trim().split_once([',', ' '])?;
        if day.is_empty() || !day.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let words: Vec<&str> = rest.split_ascii_whitespace().take(6).collect();
        let (year, month, day, clock) = match words[..] {
            [day, month, year, clock, "GMT"] if year.len() == 4 => (number(year)?, month, day, clock),
            [month, day, clock, year] if year.len() == 4 => (number(year)?, month, day, clock),
            [date, clock, "GMT"] => {
                let mut parts = date.split('-');
                let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
                let year = if year.len() == 2 { in_our_century(number(year)?, now) } else { return None };
                (if parts.next().is_none() { year } else { return None }, month, day, clock)
            }
            _ => return None,
        };
        let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))?;
        let date = Date::new(year, i8::try_from(month).ok()? + 1, small(day)?).ok()?;
        Some(Timestamp::from_utc(on(date, clock)?))
    }
}

/// `date` at `hh:mm:ss`; a leap second is the one before it.
fn on(date: Date, clock: &str) -> Option<DateTime> {
    let mut parts = clock.split(':').map(small);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let fits = parts.next().is_none() && (0..24).contains(&hour) && (0..60).contains(&minute) && second <= 60;
    fits.then(|| date.at(hour, minute, second.min(59), 0))
}

/// A year of two digits is never more than 50 years ahead (RFC 9110 §5.6.7).
fn in_our_century(year: i16, now: Timestamp) -> i16 {
    let today = now.to_utc().year();
    let year = today - today.rem_euclid(100) + year;
    if year > today + 50 { year - 100 } else { year }
}

fn number(digits: &str) -> Option<i16> {
    (digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

fn small(digits: &str) -> Option<i8> {
    if digits.len() <= 2 { i8::try_from(number(digits)?).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T00:00:00Z
    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    #[test]
    fn the_three_forms_are_read_and_the_first_is_written() {
        let check = |text: &str, expected: &str| {
            let read = Timestamp::from_http_date(text, NOW).map(Timestamp::rfc3339);
            assert_eq!(read.as_deref().unwrap_or("none"), expected, "{text:?}");
        };
        check("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z");
        check("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z");
        check("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z");
        check("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z");
        for none in ["", "Sun, 06 Nov 1994", "Sun, 31 Feb 2026 00:00:00 GMT", "Sun, 06 Nov 1994 24:00:00 GMT"] {
            check(none, "none");
        }
        for none in ["Sun, 06 Nov 94 08:49:37 GMT", "1, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 CET"] {
            check(none, "none");
        }
        assert_eq!(NOW.http_date(), "Mon, 23 Nov 2026 00:00:00 GMT");
        assert_eq!(Timestamp::from_http_date(&NOW.http_date(), NOW), Some(NOW));
        assert_eq!(Timestamp::NEVER.http_date(), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(Timestamp::from_millis(-1).http_date(), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
