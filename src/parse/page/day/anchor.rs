//! What days without a year are counted from, and how far ahead of the poll a day may lie.

use std::time::Duration;

use jiff::civil::Date;

use crate::clock::Timestamp;

/// How far ahead of the poll a day may begin and still be a day of news: it is the same day
/// in every zone, from 14 hours before UTC's to 12 hours behind it, and clocks go wrong.
pub const MOST_AHEAD: Duration = Duration::from_secs(36 * 3600);

/// What days without a year are counted from.
#[derive(Clone, Copy, Debug)]
pub struct Anchor {
    /// The moment of the poll.
    pub now: Timestamp,
    /// The year that stands above them.
    pub year: Option<i16>,
}

impl From<Timestamp> for Anchor {
    fn from(now: Timestamp) -> Anchor {
        Anchor { now, year: None }
    }
}

/// The day of a date without its year: in the year that stands above it, else in the last
/// one in which it is not ahead.
pub fn last(anchor: Anchor, mut of: impl FnMut(i16) -> Option<Date>) -> Option<Date> {
    let this_year = anchor.now.to_utc().year();
    let is_past = |day: &Date| !is_ahead(*day, anchor.now);
    match anchor.year {
        Some(year) => of(year).filter(is_past),
        // 29 February was eight years ago at most.
        None => (0..9).map(|ago| this_year - ago).find_map(|year| of(year).filter(is_past)),
    }
}

/// Whether `day` lies ahead of `now` in every zone.
pub fn is_ahead(day: Date, now: Timestamp) -> bool {
    Timestamp::from_utc(day.at(0, 0, 0, 0)) >= now.plus(MOST_AHEAD)
}
