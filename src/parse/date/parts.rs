//! A date in its parts, and the instant that they come to.

use jiff::civil::Date;

use crate::clock::Timestamp;

use super::DateContext;
use super::calendar::Day;
use super::zones::{self, SaidZone};

/// A date as written: calendar parts, not yet an instant.
#[derive(Clone, PartialEq, Debug)]
pub struct Parts {
    /// The day.
    pub day: Day,
    /// The day of the week that is named beside it, Monday as 1.
    pub weekday: Option<u8>,
    /// The time of day; midnight where there is none.
    pub clock: TimeOfDay,
    /// The zone of that time.
    pub zone: Option<SaidZone>,
}

/// A time of day as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TimeOfDay {
    /// 0 to 24.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 60.
    pub second: u32,
    /// Thousandths of a second.
    pub millis: u32,
}

impl TimeOfDay {
    /// Milliseconds since midnight. 24:00 is the end of its day, a leap second the
    /// start of the next.
    fn since_midnight(self) -> Option<i64> {
        let midnight_after = self.hour == 24 && self.minute == 0 && self.second == 0;
        let fits = (self.hour < 24 || midnight_after) && self.minute < 60 && self.second <= 60;
        let seconds = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        fits.then_some(seconds * 1000 + i64::from(self.millis))
    }
}

impl Parts {
    /// The instant of its time on `date`.
    pub fn on(&self, date: Date, known: &DateContext<'_>) -> Option<Timestamp> {
        let (midnight, since) = (date.at(0, 0, 0, 0), self.clock.since_midnight()?);
        // Most dates name their offset; no calendar is needed before the last year of all.
        if let Some(SaidZone::Offset(minutes)) = self.zone
            && date.year() < 9999
        {
            return Some(Timestamp::from_millis(at_offset(midnight, minutes).millis() + since));
        }
        let wall = midnight.checked_add(jiff::SignedDuration::from_millis(since)).ok()?;
        match &self.zone {
            None => known.timezone.instant(wall),
            Some(SaidZone::Place(place)) => place.instant(wall),
            Some(SaidZone::Offset(minutes)) => Some(at_offset(wall, *minutes)),
            Some(SaidZone::Called(name)) => Some(at_offset(wall, zones::meant(name, at_offset(wall, 0), known)?)),
        }
    }
}

/// The instant of `wall` on clocks that are `minutes` east of Greenwich.
fn at_offset(wall: jiff::civil::DateTime, minutes: i32) -> Timestamp {
    Timestamp::from_millis(Timestamp::from_utc(wall).millis() - i64::from(minutes) * 60_000)
}
