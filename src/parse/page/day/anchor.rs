//! What days without a year are counted from.

use jiff::civil::Date;

use crate::clock::Timestamp;

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
    let latest = anchor.now.plus(std::time::Duration::from_secs(36 * 3600));
    let is_past = |day: &Date| Timestamp::from_utc(day.at(0, 0, 0, 0)) < latest;
    match anchor.year {
        Some(year) => of(year).filter(is_past),
        // 29 February was eight years ago at most.
        None => (0..9).map(|ago| this_year - ago).find_map(|year| of(year).filter(is_past)),
    }
}
