//! What decides how a date is read besides its own text.

use crate::clock::{Timestamp, Zone};

use super::order::{self, DateOrder};
use super::words;

/// How the dates of a document are to be read, as far as its source and language tell.
#[derive(Clone, Debug)]
pub struct DateContext<'a> {
    pub(super) timezone: &'a Zone,
    /// Primary subtags of the languages its words may be of, the likeliest first.
    pub(super) languages: Vec<String>,
    /// The order that the document's own dates show.
    pub(super) shown: Option<DateOrder>,
    /// The order that language and zone make likely.
    pub(super) likely: Option<DateOrder>,
}

impl<'a> DateContext<'a> {
    /// By the source's `timezone` and `languages`, the surest first.
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

    /// The same for a document whose dates show `order`.
    #[must_use]
    pub(super) fn with_order(mut self, order: Option<DateOrder>) -> Self {
        self.shown = order;
        self
    }

    /// The same with `language` before all others.
    #[must_use]
    pub fn in_language(&self, language: &str) -> Self {
        let mut known = self.clone();
        known.languages.clear();
        known.speak(language);
        self.languages.iter().for_each(|other| known.speak(other));
        known
    }

    /// The same with `language` after all others.
    #[must_use]
    pub fn and_language(mut self, language: &str) -> Self {
        self.likely = self.likely.or_else(|| order::likely(Some(language), self.timezone.country().as_deref()));
        self.speak(language);
        self
    }

    /// The hour of 24 that `hour` is in the part of the day that `word` names, as "pm".
    pub fn hour_in_period(&self, word: &str, hour: u32) -> Option<u32> {
        words::day_period(&words::fold(word), &self.languages)?.hour_of_24(hour)
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
        self.likely.map(|first| first != DateOrder::Dmy)
    }

    /// Whether dates of figures have the year first and the month before the day, as far as
    /// language and zone tell. Chinese that is not said to be of a region counts as that of
    /// most of its readers; in Hong Kong the day comes first.
    pub fn puts_year_first(&self) -> bool {
        match self.likely {
            Some(first) => first == DateOrder::Ymd,
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

    /// Whether `word` names a day of the week in one of the languages themselves.
    pub fn says_weekday(&self, word: &str) -> bool {
        !self.languages.is_empty() && words::may_be_weekday(&words::fold(word), &self.languages)
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
