//! `Retry-After` and the dates of HTTP (check P16; RFC 9110 §10.2.3, §5.6.7).

use std::time::Duration;

use crate::clock::Timestamp;

/// The wait that `value` asks for, counted from `now`: seconds, or until a date. A date in the
/// past, zero or garbage asks for nothing.
pub fn parse(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let wait = if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // more digits than fit still ask for a wait
        Duration::from_secs(value.parse().unwrap_or(u64::from(u32::MAX)))
    } else {
        Timestamp::from_http_date(value)?.since(now)
    };
    (!wait.is_zero()).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23T00:00:00Z
    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

    #[test]
    fn p16_seconds_and_the_three_dates() {
        let check = |value: &str, expected: Option<u64>| {
            assert_eq!(parse(value, NOW), expected.map(Duration::from_secs), "{value:?}");
        };
        check("120", Some(120));
        check(" 3600 ", Some(3600));
        check("99999999999999999999999", Some(u64::from(u32::MAX)));
        check("Mon, 23 Nov 2026 00:00:07 GMT", Some(7));
        check("Monday, 23-Nov-26 00:01:00 GMT", Some(60));
        check("Mon Nov 23 01:00:00 2026", Some(3600));
        check("Tue Dec  1 00:00:00 2026", Some(8 * 86_400));
        // the wrong day of the week
        check("Fri, 23 Nov 2026 00:00:07 GMT", Some(7));
    }

    #[test]
    fn p16_what_is_past_or_garbage_asks_for_nothing() {
        let garbage = [
            "",
            "0",
            "-5",
            "+5",
            "1.5",
            "soon",
            "120 s",
            "Mon,",
            ", 23 Nov 2026 00:00:07",
            "Mon, 31 Feb 2027 00:00:00 GMT",
            "Mon, 23 Nov 2026 25:00:00 GMT",
            "2027-01-01T00:00:00Z",
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ];
        for value in garbage {
            assert_eq!(parse(value, NOW), None, "{value:?}");
        }
    }
}
