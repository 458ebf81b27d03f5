//! Days as written, and the calendars they may be of.

use jiff::civil::Date;

use super::DateContext;
use super::order::DateOrder;

/// Years that dates of the web are of: what is older was not there, and whoever writes of
/// later ones has made a mistake.
pub const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// Years of the Buddhist era, as Thai calendars count (1900 to 2157).
const BUDDHIST: std::ops::RangeInclusive<i32> = 2443..=2700;

/// Years of the Solar Hijri calendar that cannot be those of the lunar one: the
/// web was not there yet (1990 to 2030).
const SOLAR_HIJRI: std::ops::RangeInclusive<i32> = 1369..=1409;

/// Where the Solar Hijri calendar is in use.
const IRANIAN: [&str; 7] = ["fa", "ps", "ckb", "mzn", "lrc", "glk", "prs"];

/// No day has these numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoSuchDay;

/// A day as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Day {
    /// Year, month, day.
    Of(i32, u32, u32),
    /// Year, month and day of the Solar Hijri calendar.
    SolarHijri(i32, u32, u32),
    /// A year and two numbers that are day and month.
    Open {
        /// The year.
        year: i32,
        /// The number written first.
        first: u32,
        /// The number written second.
        second: u32,
        /// What their separator makes of them where nothing else is known.
        custom: Option<DateOrder>,
    },
}

impl Day {
    /// The date; `None` where either number can be the month.
    ///
    /// The document's own order goes first, then the custom of the separator, the
    /// weekday, language and zone.
    pub fn decide(self, known: &DateContext<'_>, weekday: Option<u8>) -> Result<Option<Date>, NoSuchDay> {
        let (year, first, second, custom) = match self {
            Day::Of(year, month, day) => return date(year, month, day, known).map(Some),
            Day::SolarHijri(year, month, day) => return solar_hijri(year, month, day).map(Some),
            Day::Open { year, first, second, custom } => (year, first, second, custom),
        };
        let (day_first, month_first) = (date(year, second, first, known), date(year, first, second, known));
        let (day_first, month_first) = match (day_first, month_first) {
            (Ok(one), Ok(other)) if one == other => return Ok(Some(one)),
            (Ok(day_first), Ok(month_first)) => (day_first, month_first),
            (Ok(one), Err(_)) | (Err(_), Ok(one)) => return Ok(Some(one)),
            (Err(no), Err(_)) => return Err(no),
        };
        let is = |date: Date| weekday == u8::try_from(date.weekday().to_monday_one_offset()).ok();
        let by_weekday = match (is(day_first), is(month_first)) {
            (true, false) => Some(DateOrder::Dmy),
            (false, true) => Some(DateOrder::Mdy),
            _ => None,
        };
        Ok(match known.shown.or(custom).or(by_weekday).or(known.likely) {
            Some(DateOrder::Dmy) => Some(day_first),
            Some(DateOrder::Mdy) => Some(month_first),
            Some(DateOrder::Ymd) | None => None,
        })
    }

    /// Which comes first, where only one order makes a date of it.
    pub fn shows(self, known: &DateContext<'_>) -> Option<DateOrder> {
        let Day::Open { year, first, second, .. } = self else { return None };
        match (date(year, second, first, known), date(year, first, second, known)) {
            (Ok(_), Err(_)) => Some(DateOrder::Dmy),
            (Err(_), Ok(_)) => Some(DateOrder::Mdy),
            _ => None,
        }
    }
}

/// The date of three numbers, whose year tells the calendar.
fn date(year: i32, month: u32, day: u32, known: &DateContext<'_>) -> Result<Date, NoSuchDay> {
    let iranian = || {
        IRANIAN.iter().any(|language| known.speaks(language)) || {
            matches!(known.timezone.name(), "Asia/Tehran" | "Iran" | "Asia/Kabul")
        }
    };
    if SOLAR_HIJRI.contains(&year) || (1300..1500).contains(&year) && iranian() {
        return solar_hijri(year, month, day);
    }
    let year = if BUDDHIST.contains(&year) { year - 543 } else { year };
    if !(2..=9999).contains(&year) {
        return Err(NoSuchDay);
    }
    let small = |number: u32| i8::try_from(number).map_err(|_| NoSuchDay);
    let year = i16::try_from(year).map_err(|_| NoSuchDay)?;
    Date::new(year, small(month)?, small(day)?).map_err(|_| NoSuchDay)
}

/// The date of a day of the Solar Hijri calendar, by the cycle of 33 years that
/// holds from 1178 to 1633 but for days nobody publishes on.
fn solar_hijri(year: i32, month: u32, day: u32) -> Result<Date, NoSuchDay> {
    if !(1300..1500).contains(&year) || !(1..=12).contains(&month) || day == 0 {
        return Err(NoSuchDay);
    }
    let leap = (25 * year + 11).rem_euclid(33) < 8;
    let longest = match month {
        1..=6 => 31,
        12 if !leap => 29,
        _ => 30,
    };
    if day > longest {
        return Err(NoSuchDay);
    }
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let in_year = if month <= 7 { 31 * (month - 1) } else { 30 * (month - 1) + 6 } + day;
    let days_of_years = 365 * (year - 1) + (8 * year + 21).div_euclid(33);
    // 1 Farvardin 1405 was 21 March 2026.
    let known = 365 * 1404 + (8_i64 * 1405 + 21).div_euclid(33) + 1;
    let since = jiff::Span::new().days(days_of_years + in_year - known);
    jiff::civil::date(2026, 3, 21).checked_add(since).map_err(|_| NoSuchDay)
}

/// A year of two digits.
pub fn of_two_digits(year: u32, known: &DateContext<'_>) -> i32 {
    let year = i32::try_from(year).unwrap_or_default();
    match year {
        // 2567 is written 67.
        50.. if known.speaks("th") => 1957 + year,
        ..50 => 2000 + year,
        _ => 1900 + year,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solar_hijri_days_are_those_of_the_iranian_calendar() {
        let check = |(year, month, day), expected: &str| {
            let read = solar_hijri(year, month, day).map_or("none".to_owned(), |date| date.to_string());
            assert_eq!(read, expected, "{year}/{month}/{day}");
        };
        check((1405, 1, 1), "2026-03-21");
        check((1405, 9, 1), "2026-11-22");
        check((1403, 1, 1), "2024-03-20");
        check((1403, 12, 30), "2025-03-20"); // a leap year
        check((1404, 1, 1), "2025-03-21");
        check((1404, 12, 29), "2026-03-20");
        check((1404, 12, 30), "none");
        check((1399, 12, 30), "2021-03-20");
        check((1375, 7, 1), "1996-09-22");
        check((1405, 7, 31), "none");
        check((1405, 13, 1), "none");
    }
}
