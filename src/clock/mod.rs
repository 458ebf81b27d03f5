//! The only reader of time.
//!
//! Everything else is handed a [`Timestamp`]: `now` is read once per poll or
//! request and passed down, so that a decision can be repeated from its inputs.
//! `clippy.toml` bans the standard clocks everywhere but here.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use jiff::tz::Offset;

mod led;
mod sleep;
mod zone;

pub use led::LedClock;
pub use sleep::Sleep;
pub use zone::{Zone, ZoneData};

const EPOCH: DateTime = date(1970, 1, 1).at(0, 0, 0, 0);

/// An instant: milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The epoch itself; the smallest instant wiredesk stores.
    pub const EPOCH: Timestamp = Timestamp(0);
    /// Later than any instant that can be scheduled.
    pub const NEVER: Timestamp = Timestamp(i64::MAX);

    /// The instant `ms` milliseconds after the epoch.
    pub const fn from_millis(ms: i64) -> Self {
        Timestamp(ms)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant plus `wait`; saturates.
    #[must_use]
    pub fn plus(self, wait: Duration) -> Self {
        Timestamp(self.0.saturating_add(millis(wait)))
    }

    /// This instant minus `ago`; saturates.
    #[must_use]
    pub fn minus(self, ago: Duration) -> Self {
        Timestamp(self.0.saturating_sub(millis(ago)))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The same instant as jiff sees it; the epoch for what jiff cannot hold.
    pub(crate) fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default()
    }

    /// Date and time of day in UTC; the end of 9999 for later instants.
    pub fn to_utc(self) -> DateTime {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => Offset::UTC.to_datetime(at),
            // To jiff the last day of 9999 is a date but no timestamp.
            Err(_) => {
                let far = if self.0 < 0 { EPOCH } else { DateTime::MAX };
                EPOCH.checked_add(SignedDuration::from_millis(self.0)).unwrap_or(far)
            }
        }
    }

    /// The instant of this date and time of day in UTC.
    pub fn from_utc(utc: DateTime) -> Self {
        Timestamp(i64::try_from(utc.duration_since(EPOCH).as_millis()).unwrap_or(i64::MAX))
    }

    /// The instant that `text` states by RFC 3339, zone and all.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        Some(Timestamp(text.parse::<jiff::Timestamp>().ok()?.as_millisecond()))
    }

    /// RFC 3339 in UTC, to the second, with upper-case `T` and `Z` (check O9).
    pub fn rfc3339(self) -> String {
        let at = self.to_utc();
        let (year, month, day) = (at.year(), at.month(), at.day());
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", at.hour(), at.minute(), at.second())
    }

    /// The HTTP date of RFC 9110 §5.6.7.
    pub fn http_date(self) -> String {
        let seconds = u64::try_from(self.seconds()).unwrap_or(0).min(LAST_HTTP_SECOND);
        httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    /// Reads an HTTP date in any of its three forms (RFC 9110 §5.6.7): the current one,
    /// that of RFC 850 with a two-digit year, and asctime's. The weekday is not checked:
    /// servers get it wrong.
    pub fn from_http_date(text: &str) -> Option<Self> {
        let text = text.trim();
        let (day, rest) = text.split_at(text.find([',', ' '])?);
        let names = if day.len() > 3 { LONG_DAYS } else { DAYS };
        let read = |day: &str| httpdate::parse_http_date(&format!("{day}{rest}")).ok();
        let at = read(day).or_else(|| names.contains(&day).then(|| names.into_iter().find_map(read)).flatten())?;
        Some(Timestamp::EPOCH.plus(at.duration_since(UNIX_EPOCH).ok()?))
    }
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const LONG_DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The end of 9999-12-31: later years have no place in an HTTP date.
const LAST_HTTP_SECOND: u64 = 253_402_300_799;

fn millis(d: Duration) -> i64 {
    i64::try_from(d.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// A span in the largest whole units that express it: `45s`, `15m`, `2h 30m`, `3d`.
pub fn span(d: Duration) -> String {
    let secs = d.as_secs();
    let parts = [(secs / 86_400, 'd'), (secs / 3600 % 24, 'h'), (secs / 60 % 60, 'm'), (secs % 60, 's')];
    let said: Vec<String> = parts
        .iter()
        .skip_while(|(n, _)| *n == 0)
        .take(2)
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect();
    match said.is_empty() {
        true if d.is_zero() => "0s".to_owned(),
        true => format!("{}ms", d.as_millis()),
        false => said.join(" "),
    }
}

/// Reads a span as people write it: `30m`, `24h`, `1h 30m`, `250ms`; the inverse
/// of [`span`]. Units are `ms`, `s`, `m`, `h`, `d` and `w`; `None` for anything
/// else, a bare number included.
pub fn read_span(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut total: Option<Duration> = None;
    while !rest.is_empty() {
        let (digits, tail) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
        let tail = tail.trim_start();
        let (unit, tail) = tail.split_at(tail.bytes().take_while(u8::is_ascii_alphabetic).count());
        let unit_ms: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return None,
        };
        let part = Duration::from_millis(digits.parse::<u64>().ok()?.checked_mul(unit_ms)?);
        total = Some(total.unwrap_or_default().checked_add(part)?);
        rest = tail.trim_start();
    }
    total
}

/// Tells the time. One implementation for the program, one for tests.
pub trait Clock: Send + Sync {
    /// The present instant, wall time.
    fn now(&self) -> Timestamp;

    /// Time since an unspecified start; never steps, whatever the wall clock does.
    fn elapsed(&self) -> Duration;

    /// Waits for as long, on the machine; a clock whose time is made up may wait by that.
    fn sleep(&self, wait: Duration) -> Sleep<'_> {
        sleep::of_machine(wait)
    }

    /// Waits until wall time is `at`, as far as it goes on as it does now.
    fn sleep_until(&self, at: Timestamp) -> Sleep<'_> {
        self.sleep(at.since(self.now()))
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    start: std::time::Instant,
}

impl SystemClock {
    /// A clock whose [`Clock::elapsed`] counts from now.
    #[allow(clippy::disallowed_methods)] // the one reader of time
    pub fn new() -> Self {
        SystemClock { start: std::time::Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one reader of time
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_millisecond())
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock that stands still until it is told otherwise.
pub struct ManualClock {
    now_ms: AtomicI64,
    elapsed_ms: AtomicI64,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> Self {
        ManualClock { now_ms: AtomicI64::new(now.millis()), elapsed_ms: AtomicI64::new(0) }
    }

    /// Moves wall and monotonic time on together.
    pub fn advance(&self, by: Duration) {
        self.now_ms.fetch_add(millis(by), Ordering::SeqCst);
        self.elapsed_ms.fetch_add(millis(by), Ordering::SeqCst);
    }

    /// Sets only wall time, as an administrator or NTP would (check R18).
    pub fn step_to(&self, now: Timestamp) {
        self.now_ms.store(now.millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now_ms.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.elapsed_ms.load(Ordering::SeqCst)).unwrap_or(0))
    }
}

/// Nanoseconds that this thread has run: tests measure work by it, however busy the machine
/// is.
#[cfg(test)]
pub fn ran() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_write_them() {
        let check = |secs, expected: &str| assert_eq!(span(Duration::from_secs(secs)), expected);
        check(0, "0s");
        check(45, "45s");
        check(900, "15m");
        check(9000, "2h 30m");
        check(86_400 * 3, "3d");
        check(86_400 + 60, "1d");
        assert_eq!(span(Duration::from_millis(250)), "250ms");
    }

    #[test]
    fn spans_are_read_as_people_write_them() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(read_span(text), expected.map(Duration::from_millis), "{text:?}");
        };
        check("0s", Some(0));
        check("250ms", Some(250));
        check(" 2h 30m ", Some(9_000_000));
        check("1h30m", Some(5_400_000));
        check("400d", Some(34_560_000_000));
        check("2w", Some(1_209_600_000));
        for bad in ["", "30", "m", "30 minutes", "-5m", "1.5h", "5m x", "30M", "18446744073709551615d"] {
            check(bad, None);
        }
        for secs in [0, 45, 900, 9000, 86_400 * 3] {
            assert_eq!(read_span(&span(Duration::from_secs(secs))), Some(Duration::from_secs(secs)));
        }
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Timestamp::NEVER.plus(Duration::from_secs(1)), Timestamp::NEVER);
        assert_eq!(Timestamp::EPOCH.since(Timestamp::from_millis(5)), Duration::ZERO);
    }

    #[test]
    fn dates_are_written_as_the_specifications_ask() {
        let at = Timestamp::from_millis(1_795_392_000_000);
        assert_eq!(at.rfc3339(), "2026-11-23T00:00:00Z");
        assert_eq!(at.http_date(), "Mon, 23 Nov 2026 00:00:00 GMT");
        assert_eq!(Timestamp::NEVER.http_date(), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(Timestamp::from_millis(-1).http_date(), "Thu, 01 Jan 1970 00:00:00 GMT");
    }

    #[test]
    fn http_dates_are_read_in_all_three_forms() {
        let check = |text: &str, expected: Option<i64>| {
            assert_eq!(Timestamp::from_http_date(text).map(Timestamp::seconds), expected, "{text}");
        };
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777));
        check("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777));
        check("Sun Nov  6 08:49:37 1994", Some(784_111_777));
        check("Monday, 23-Nov-26 00:00:00 GMT", Some(1_795_392_000));
        check("Mon Nov 23 00:00:00 2026", Some(1_795_392_000));
        // The wrong day of the week.
        check("Mon, 06 Nov 1994 08:49:37 GMT", Some(784_111_777));
        check("Monday, 06-Nov-94 08:49:37 GMT", Some(784_111_777));
        for bad in ["", "yesterday", "Sun, 06 Nov 1994 08:49:37 CET", "1795392000"] {
            check(bad, None);
        }
        for secs in [0, 784_111_777, 1_795_392_000, 4_102_444_799] {
            let at = Timestamp::from_millis(secs * 1000);
            assert_eq!(Timestamp::from_http_date(&at.http_date()), Some(at));
        }
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::at(Timestamp::EPOCH);
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.now().millis(), 2000);
        clock.step_to(Timestamp::from_millis(5));
        assert_eq!((clock.now().millis(), clock.elapsed().as_secs()), (5, 2));
    }
}
