//! Dates as feeds write them (B58, B59, B60).
//!
//! RFC 822, RFC 3339 and W3CDTF with every laxity seen in the field: missing
//! parts, wrong weekdays, months and weekdays in the languages of the CLDR,
//! digits of all scripts, names of zones, asctime, plain numbers, words around a
//! complete date. What one text leaves open is decided by what is known of its
//! document and source ([`DateContext`]); what stays open, does not exist (30 February)
//! or could be anything is no date. Nothing is ever guessed from the current time.

use jiff::civil::Date;

use crate::clock::{Timestamp, Zone};

mod calendar;
mod core;
mod fillers;
mod iso;
mod loose;
mod named;
mod order;
mod short_year;
mod tokens;
mod words;
mod zones;

use order::First;
use zones::SaidZone;

/// How far ahead of our clock a publisher's may be: product §3.3.
pub const TOLERANCE: std::time::Duration = std::time::Duration::from_secs(600);

/// Years that dates of the web are of.
pub const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// 1990-01-01, the first day of [`YEARS`]: what is older was not on the web.
const OLDEST: Timestamp = Timestamp::from_millis(631_152_000_000);

/// Longer texts are no dates; templates and error pages end up here.
const LONGEST: usize = 200;

/// What to make of a date (product §3.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It can be believed.
    Good(Timestamp),
    /// It lies ahead; the moment it was seen stands for it.
    Ahead(Timestamp),
    /// Before 1990: a missing value of somebody's software.
    TooOld,
    /// Either of its first two numbers could be the month.
    Ambiguous,
    /// No date can be made out.
    Unreadable,
}

/// What is known of a document and its source when a date is read.
#[derive(Clone, Debug)]
pub struct DateContext<'a> {
    timezone: &'a Zone,
    /// Primary subtags of the languages its words may be of, the likeliest first.
    languages: Vec<String>,
    /// What the document's own dates show.
    shown: Option<First>,
    /// What language and zone make likely.
    likely: Option<First>,
}

impl<'a> DateContext<'a> {
    /// What the source's `timezone` and the `languages` tell, the best known first.
    pub fn new<'l>(timezone: &'a Zone, languages: impl IntoIterator<Item = Option<&'l str>>) -> Self {
        let tags: Vec<&str> = languages.into_iter().flatten().collect();
        let mut known = DateContext { timezone, languages: Vec::new(), shown: None, likely: None };
        let country = timezone.country();
        for tag in tags {
            known.likely = known.likely.or_else(|| order::likely(Some(tag), country.as_deref()));
            known.speak(tag);
        }
        known.likely = known.likely.or_else(|| match known.languages.is_empty() {
            true => order::likely(None, country.as_deref()),
            false => None,
        });
        known
    }

    /// The same with what the dates of one document show of their order.
    #[must_use]
    pub fn with_dates<'r>(mut self, all: impl IntoIterator<Item = &'r str>) -> Self {
        self.shown = order::shown(all, &self);
        self
    }

    /// The same for words in `language` before all others.
    #[must_use]
    pub fn in_language(&self, language: &str) -> Self {
        let mut known = self.clone();
        known.languages.clear();
        known.speak(language);
        self.languages.iter().for_each(|other| known.speak(other));
        known
    }

    /// The same with words in `language`, too, after all others.
    #[must_use]
    pub fn and_language(mut self, language: &str) -> Self {
        self.likely = self.likely.or_else(|| order::likely(Some(language), self.timezone.country().as_deref()));
        self.speak(language);
        self
    }

    /// The hour of 24 that `hour` is in the half of the day that `word` names, as "pm".
    pub fn hour_in_half(&self, word: &str, hour: u32) -> Option<u32> {
        loose::in_half(hour, words::half(&words::fold(word), &self.languages)?)
    }

    /// What the clocks of the source show at `now`.
    pub fn wall(&self, now: Timestamp) -> jiff::civil::DateTime {
        self.timezone.wall(now).datetime()
    }

    /// The instant of what the clocks of the source show.
    pub fn instant(&self, wall: jiff::civil::DateTime) -> Option<Timestamp> {
        self.timezone.instant(wall)
    }

    /// Whether the month comes first in figures, as far as language and zone tell.
    pub fn puts_month_first(&self) -> Option<bool> {
        self.likely.map(|first| first != First::Day)
    }

    /// Whether dates of figures have the year first and the month before the day, as far as
    /// language and zone tell. Chinese that is not said to be of a region counts as that of
    /// most of its readers; in Hong Kong the day comes first.
    pub fn puts_year_first(&self) -> bool {
        match self.likely {
            Some(first) => first == First::Year,
            None => self.languages.first().is_some_and(|language| language == "zh"),
        }
    }

    /// Whether `word` names a month in one of the languages, or in all that know it.
    pub fn names_month(&self, word: &str) -> bool {
        let months = words::months(&words::fold(word), &self.languages);
        months != words::Months::default()
    }

    /// Whether `word` names a day of the week in one of the languages, or in any where
    /// none is known.
    pub fn names_weekday(&self, word: &str) -> bool {
        let word = words::fold(word);
        words::weekday(&word, &self.languages).is_some() || words::may_be_weekday(&word, &self.languages)
    }

    /// The day of the week that `word` names in one of the languages, Monday as 1.
    pub fn weekday(&self, word: &str) -> Option<i8> {
        words::weekday(&words::fold(word), &self.languages).and_then(|day| i8::try_from(day).ok())
    }

    fn speak(&mut self, tag: &str) {
        let primary = words::primary(tag);
        if !primary.is_empty() && !self.languages.contains(&primary) {
            self.languages.push(primary);
        }
    }

    /// Whether `language` is one of them.
    pub fn speaks(&self, language: &str) -> bool {
        self.languages.iter().any(|known| known == language)
    }
}

/// `text` with the digits and signs of ASCII, years of eras and units as figures:
/// `令和8年11月27日` becomes `2026-11-27 `.
pub fn in_figures(text: &str) -> String {
    tokens::plain(text)
}

/// Whether `word` may stand beside a day and says nothing: "at", "um", "в", "Uhr".
pub fn is_filler(word: &str) -> bool {
    fillers::is_filler(&words::fold(word))
}

/// Whether `word` stands behind an hour: "h", "Uhr", "час".
pub fn is_hour(word: &str) -> bool {
    fillers::is_hour(&words::fold(word))
}

/// Whether `word` joins the days of a range: "to", "bis", "по".
pub fn joins_days(word: &str) -> bool {
    fillers::joins_days(&words::fold(word))
}

/// Whether `word` stands behind a minute: "min", "phút".
pub fn is_minute(word: &str) -> bool {
    fillers::is_minute(&words::fold(word))
}

/// `text` with the digits of ASCII, whatever their script.
pub fn with_ascii_digits(text: &str) -> String {
    text.chars().map(|c| tokens::digit(c).unwrap_or(c)).collect()
}

/// Reads `raw` and judges it against `now`.
pub fn judge(raw: &str, known: &DateContext<'_>, now: Timestamp) -> Verdict {
    match read(raw, known) {
        Told::Nothing => Verdict::Unreadable,
        Told::Either => Verdict::Ambiguous,
        Told::At(at) if at > now.plus(TOLERANCE) => Verdict::Ahead(now),
        Told::At(at) if at < OLDEST => Verdict::TooOld,
        Told::At(at) => Verdict::Good(at),
    }
}

/// What a text states.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Told {
    At(Timestamp),
    /// One of two days, and nothing tells which.
    Either,
    Nothing,
}

fn read(raw: &str, known: &DateContext<'_>) -> Told {
    let Some(parts) = parts(raw, known) else { return Told::Nothing };
    match parts.day.decide(known, parts.weekday) {
        Ok(None) => Told::Either,
        Ok(Some(date)) => parts.on(date, known).map_or(Told::Nothing, Told::At),
        Err(calendar::NoSuchDay) => Told::Nothing,
    }
}

fn parts(raw: &str, known: &DateContext<'_>) -> Option<Parts> {
    let text = raw.trim();
    if text.len() < 4 || text.len() > LONGEST {
        return None;
    }
    iso::read(text).or_else(|| {
        let text = tokens::plain(text);
        iso::read(text.trim()).or_else(|| loose::read(&text, known))
    })
}

/// A date as written: calendar parts, not yet an instant.
#[derive(Clone, PartialEq, Debug)]
struct Parts {
    day: calendar::Day,
    /// The day of the week that is named beside it, Monday as 1.
    weekday: Option<u8>,
    clock: TimeOfDay,
    zone: Option<SaidZone>,
}

/// A time of day as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct TimeOfDay {
    hour: u32,
    minute: u32,
    second: u32,
    millis: u32,
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
    fn on(&self, date: Date, known: &DateContext<'_>) -> Option<Timestamp> {
        let (midnight, since) = (date.at(0, 0, 0, 0), self.clock.since_midnight()?);
        // What most say; no calendar is needed before the last year of all.
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

#[cfg(test)]
mod tests;
