//! Where the year of a day came from that was written without one.

use crate::clock::{Timestamp, Zone};

use super::super::date::{DateContext, DateVerdict, judge};
use super::day::{Anchor, read_below};

/// A year that is surely none of those that count: a day without its year may be of this one
/// or of the last.
const YEARS_BEFORE: i16 = 2;

/// Where the year of a day came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum YearFrom {
    /// The moment at which it was read: the last year in which the day was not ahead.
    Moment,
    /// The page: a heading above it, or the order of the list.
    Page,
}

/// A day as a page had it, and by what it was read.
#[derive(Clone, Copy, Debug)]
pub struct DayWritten<'w> {
    /// Word for word.
    pub raw: &'w str,
    /// The `date_format` of its source.
    pub format: Option<&'w str>,
    /// The language that it was read in, a tag.
    pub language: Option<&'w str>,
    /// The zone of its source.
    pub zone: &'w Zone,
    /// When it was seen first.
    pub seen_at: Timestamp,
}

impl DayWritten<'_> {
    /// Where the year of `at` came from, as which it was read; `None` where its year is written.
    pub fn year_from(&self, at: Timestamp) -> Option<YearFrom> {
        let known = DateContext::new(self.zone, [self.language]);
        let read = |year| read_below(self.raw, self.format, &known, Anchor { now: self.seen_at, year });
        let counted = read(None)?;
        if read(Some(self.seen_at.to_utc().year() - YEARS_BEFORE)).as_ref() == Some(&counted) {
            return None;
        }
        let year = |at: Timestamp| known.wall(at).date().year();
        match judge(&counted, &known, self.seen_at) {
            DateVerdict::Good(counted) if year(counted) != year(at) => Some(YearFrom::Page),
            _ => Some(YearFrom::Moment),
        }
    }
}
