//! Which day a printed date means.

use jiff::civil::Date;

use super::date::{self, PrintedDate};
use crate::clock::Timestamp;
use crate::model::newswire::DatelineDate;

/// A date without a year lies no further from the publication than this, or its year is not
/// known: newswire-domain B.
const FAR_DAYS: i32 = 60;

/// A day alone may lie this far after the publication: the clocks of the east.
const AHEAD_DAYS: i32 = 1;

/// The date that is meant, with the publication's year and month where it prints none; `None`
/// if there is no such day.
pub(super) fn resolve(printed: PrintedDate, published: Option<Timestamp>) -> Option<DatelineDate> {
    if !date::is_possible(&printed) {
        return None;
    }
    let PrintedDate { year, month, day } = printed;
    let as_printed = DatelineDate { year, month, day };
    let Some(published) = published.map(|at| at.to_utc().date()).filter(|_| year.is_none()) else {
        return Some(as_printed);
    };
    let meant = match month {
        Some(month) => nearest_year(published, month, day),
        None => last_such_day(published, day),
    };
    Some(meant.map_or(as_printed, |date| DatelineDate {
        year: Some(date.year()),
        month: u8::try_from(date.month()).ok(),
        day,
    }))
}

fn nearest_year(published: Date, month: u8, day: u8) -> Option<Date> {
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let years = [published.year(), published.year() - 1, published.year() + 1];
    let dates = years.into_iter().filter_map(|year| Date::new(year, month, day).ok());
    dates
        .map(|date| (days(published, date).abs(), date))
        .min()
        .filter(|(far, _)| *far <= FAR_DAYS)
        .map(|(_, date)| date)
}

/// The last day of this number that is not after the publication.
fn last_such_day(published: Date, day: u8) -> Option<Date> {
    let day = i8::try_from(day).ok()?;
    let months = (-2..=1).filter_map(|months| {
        let count = i32::from(published.year()) * 12 + i32::from(published.month()) - 1 + months;
        let (year, month) = (i16::try_from(count.div_euclid(12)).ok()?, i8::try_from(count.rem_euclid(12) + 1).ok()?);
        Date::new(year, month, day).ok()
    });
    let dates = months.filter(|date| days(published, *date) <= AHEAD_DAYS);
    dates.max().filter(|date| days(published, *date).abs() <= FAR_DAYS)
}

/// Days from `from` to `to`.
fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}
