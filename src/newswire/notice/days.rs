//! Dates as embargoes name them.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use regex::{Captures, Regex};

use super::super::copy::WireCopy;
use super::super::notation::regex;
use super::spelled::TimeWords;

/// A date without a year is of the year in which it is nearest to the publication, and no
/// more than so many days away from it (newswire-domain B).
const NEAREST_DAYS: i32 = 60;

static YEAR_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?P<year>20[0-9]{2})\s*[-/.年년]\s*(?P<month>[0-9]{1,2})\s*[-/.月월]\s*(?P<day>[0-9]{1,2})(?:\s*[日일]|\.|\b)",
    )
});
static MONTH_AND_DAY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?P<month>[0-9]{1,2})\s*[月월]\s*(?P<day>[0-9]{1,2})\s*[日일号號]?"));
static NUMBERS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\b(?P<a>[0-9]{1,2})(?P<sign>[./-])\s?(?P<b>[0-9]{1,2})[./-]\s?(?P<year>20[0-9]{2}|[0-9]{2})\b")
});

/// A date as it stands in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SpelledDay {
    pub at: Range<usize>,
    /// `None` where it cannot be, or cannot be told.
    pub date: Option<Date>,
}

/// The dates of a text in lower case; days of the week that stand beside a date are part of
/// it.
pub(super) fn days(text: &str, copy: &WireCopy<'_>) -> Vec<SpelledDay> {
    let words = TimeWords::built_in();
    let mut found: Vec<SpelledDay> = Vec::new();
    let mut take = |at: Range<usize>, date: Option<Date>| {
        if found.iter().all(|day| day.at.end <= at.start || day.at.start >= at.end) {
            found.push(SpelledDay { at, date });
        }
    };
    for (form, month) in [
        (&*YEAR_FIRST, None),
        (&words.day_month, Some(words)),
        (&words.month_day, Some(words)),
        (&*MONTH_AND_DAY, None),
    ] {
        for found in form.captures_iter(text) {
            take(whole(&found), written(&found, month, copy));
        }
    }
    for found in NUMBERS.captures_iter(text) {
        take(whole(&found), of_numbers(&found, copy));
    }
    if found.is_empty() {
        found.extend(near(text, words, copy));
    } else {
        check_weekdays(text, words, &mut found);
    }
    found.sort_by_key(|day| day.at.start);
    found
}

fn whole(found: &Captures<'_>) -> Range<usize> {
    found.get(0).map_or(0..0, |whole| whole.range())
}

fn number<T: std::str::FromStr>(found: &Captures<'_>, name: &str) -> Option<T> {
    found.name(name)?.as_str().parse().ok()
}

/// A date with its month, by name or number.
fn written(found: &Captures<'_>, words: Option<&TimeWords>, copy: &WireCopy<'_>) -> Option<Date> {
    let month: i8 = match words {
        Some(words) => i8::try_from(*words.months.get(&found["month"])?).ok()?,
        None => number(found, "month")?,
    };
    let day: i8 = number(found, "day")?;
    match found.name("year") {
        Some(year) => Date::new(year.as_str().parse().ok()?, month, day).ok(),
        None => nearest(month, day, copy),
    }
}

/// The date in the year in which it is nearest to the publication.
fn nearest(month: i8, day: i8, copy: &WireCopy<'_>) -> Option<Date> {
    let published = copy.published?.to_utc().date();
    let of_year = |year: i16| Date::new(year, month, day).ok();
    let away = |date: &Date| date.since(published).map_or(i32::MAX, |span| span.get_days().abs());
    let years = [published.year() - 1, published.year(), published.year() + 1];
    let date = years.into_iter().filter_map(of_year).min_by_key(away)?;
    (away(&date) <= NEAREST_DAYS).then_some(date)
}

/// `24.11.2024`, `24/11/2024`: which number is the month depends on the sign, the numbers and
/// the country.
fn of_numbers(found: &Captures<'_>, copy: &WireCopy<'_>) -> Option<Date> {
    let (first, second): (i8, i8) = (number(found, "a")?, number(found, "b")?);
    let year: i16 = number(found, "year")?;
    let year = if year < 100 { 2000 + year } else { year };
    let month_first = match (&found["sign"], copy.home.map(|home| home.code().to_owned())) {
        (".", _) => false,
        _ if first > 12 || first == second => false,
        _ if second > 12 => true,
        (_, Some(home)) => home == "US",
        (_, None) if copy.language.is_some_and(|language| !language.starts_with("en")) => false,
        (_, None) => return None,
    };
    let (day, month) = if month_first { (second, first) } else { (first, second) };
    Date::new(year, month, day).ok()
}

/// "Tuesday", "tomorrow": from the publication on.
fn near(text: &str, words: &TimeWords, copy: &WireCopy<'_>) -> Option<SpelledDay> {
    let zone = copy.zone.cloned().unwrap_or(crate::clock::Zone::UTC);
    let published = copy.published.map(|at| zone.wall(at).date());
    if let Some(found) = words.near_day.captures(text) {
        let name = found.name("name")?;
        let days = i64::from(words.tomorrow.iter().any(|word| word == name.as_str()));
        let date = published.and_then(|date| date.checked_add(days.days()).ok());
        return Some(SpelledDay { at: name.range(), date });
    }
    let found = words.weekday.captures(text)?;
    let name = found.name("name")?;
    let weekday = Weekday::from_monday_one_offset(i8::try_from(*words.weekdays.get(name.as_str())?).ok()?).ok()?;
    let date = published
        .and_then(|date| if date.weekday() == weekday { Some(date) } else { date.nth_weekday(1, weekday).ok() });
    Some(SpelledDay { at: name.range(), date })
}

/// A day of the week that contradicts the date makes the date unknown.
fn check_weekdays(text: &str, words: &TimeWords, days: &mut [SpelledDay]) {
    for found in words.weekday.captures_iter(text) {
        let Some(name) = found.name("name") else { continue };
        let apart = |day: &SpelledDay| day.at.start.abs_diff(name.end()).min(name.start().abs_diff(day.at.end));
        let Some(day) = days.iter_mut().min_by_key(|day| apart(day)).filter(|day| apart(day) <= 6) else { continue };
        let number = words.weekdays.get(name.as_str()).copied().unwrap_or(0);
        let says =
            |date: Date| i8::try_from(number).is_ok_and(|number| date.weekday().to_monday_one_offset() == number);
        // "sun", "mar" and the like are no days of the week in every language.
        let is_certain = name.len() > 3;
        if is_certain && day.date.is_some_and(|date| !says(date)) {
            day.date = None;
        }
        day.at = day.at.start.min(name.start())..day.at.end.max(name.end());
    }
}
