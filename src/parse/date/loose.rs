//! Dates that follow no standard closely: RFC 822 and its cousins, dates as people
//! write them, with words around them.

use crate::text::script::is_unspaced;

use super::figures::millis;
use super::pairs::{PairEnding, is_clock};
use super::parts::{Parts, TimeOfDay};
use super::sheet::{ClockSpan, Sheet, phrases};
use super::tokens::{self, Piece, Shape};
use super::words::{self, DayPeriod};
use super::{DateContext, YEARS, core, fillers, named};

/// More words around a date than these are a sentence.
const MOST_WORDS_AROUND: usize = 8;

/// Signs of templates, URLs and sums.
const FOREIGN_SIGNS: &str = "+%{}<>=$@&#*\\~^?!";

/// Reads `text`, which [`tokens::plain`] has made.
pub fn read(text: &str, known: &DateContext<'_>) -> Option<Parts> {
    let tokens = tokens::of(text);
    if !tokens.iter().any(|token| token.kind == Shape::Number) {
        return None;
    }
    let mut sheet = Sheet { taken: vec![false; tokens.len()], tokens, known };
    let mut timed = sheet.clock_by_colon()?;
    if timed.is_none() {
        timed = sheet.clock_by_words().or_else(|| sheet.clock_by_period());
    }
    let mut zone = named::zone(&mut sheet, timed.map(|(_, span)| span))?;
    let (day, within) = core::find(&mut sheet)?;
    if timed.is_none() {
        timed = sheet.clock_by_stops(within, zone.is_some());
        // "22.11.2026 kl. 08.30 +0100"
        if let Some((_, span)) = timed {
            zone = named::zone(&mut sheet, Some(span))?.or(zone);
        }
    }
    if timed.is_none() {
        timed = sheet.clock_by_name();
    }
    let (mut clock, span) = timed.map_or((TimeOfDay::default(), None), |(clock, span)| (clock, Some(span)));
    if let Some(period) = span.and_then(|span| sheet.period(span)) {
        clock.hour = period.hour_of_24(clock.hour)?;
    }
    let weekday = sheet.rest(within, span, zone.is_some())?;
    Some(Parts { day, weekday, clock, zone })
}

impl Sheet<'_> {
    /// `h:m`, `h:m:s`, `h:m:s.fff`; outside of remarks if it can be. `None` where
    /// colons make no clock.
    fn clock_by_colon(&mut self) -> Option<Option<(TimeOfDay, ClockSpan)>> {
        let begins = |at: &usize| {
            // "22/Nov/2026:08:30:00": a year is no hour.
            let hour = self.shape(*at) == Some(Shape::Number) && self.tokens[*at].text.len() < 4;
            hour && self.is(at + 1, ':') && self.shape(at + 2) != Some(Shape::Blank)
        };
        let places: Vec<usize> = (0..self.tokens.len()).filter(begins).collect();
        let outside = places.iter().find(|at| !self.tokens[**at].aside);
        let Some(from) = outside.or(places.first()).copied() else { return Some(None) };
        let mut clock =
            TimeOfDay { hour: self.number(from, 2)?, minute: self.number(from + 2, 2)?, ..TimeOfDay::default() };
        let mut until = from + 3;
        if self.is(until, ':') {
            clock.second = self.number(until + 1, 2)?;
            until += 2;
            // "08:30:00:000"
            if self.is(until, ':') && self.tokens.get(until + 1).is_some_and(|token| token.text.len() == 3) {
                clock.millis = self.number(until + 1, 3)?;
                until += 2;
            } else if (self.is(until, '.') || self.is(until, ',')) && self.shape(until + 1) == Some(Shape::Number) {
                clock.millis = millis(self.tokens[until + 1].text.as_bytes())?;
                until += 2;
            }
        }
        if self.is(until, ':') && self.shape(until + 1) == Some(Shape::Number) {
            return None;
        }
        self.take(from, until);
        Some(Some((clock, ClockSpan { from, until })))
    }

    /// `08h30`, `8 Uhr`, `8 giờ 30 phút`, `0830 hrs`.
    fn clock_by_words(&mut self) -> Option<(TimeOfDay, ClockSpan)> {
        for from in 0..self.tokens.len() {
            let Some(named) = self.word(self.after_blank(from + 1)) else { continue };
            if !fillers::is_hour(&named) || self.tokens[from].aside || self.joined(from) {
                continue;
            }
            let behind = self.after_blank(from + 1) + 1;
            let four = self.number(from, 4).filter(|_| self.tokens[from].text.len() == 4 && named.len() > 1);
            let (clock, until) = match (four, self.number(from, 2)) {
                (Some(figures), _) => {
                    (TimeOfDay { hour: figures / 100, minute: figures % 100, ..TimeOfDay::default() }, behind)
                }
                (None, Some(hour)) => {
                    let (minute, second, until) = self.minutes(behind);
                    (TimeOfDay { hour, minute, second, millis: 0 }, until)
                }
                (None, None) => continue,
            };
            self.take(from, until);
            return Some((clock, ClockSpan { from, until }));
        }
        None
    }

    /// The minutes and seconds from `behind` on, where the hour has ended, and where they
    /// end themselves.
    fn minutes(&self, behind: usize) -> (u32, u32, usize) {
        let last = self.tokens.iter().rposition(|token| token.kind == Shape::Number);
        let at = self.after_blank(behind);
        let unit = self.after_blank(at + 1);
        let is_named = self.word(unit).is_some_and(|word| fillers::is_minute(&word));
        let is_one = at == behind || is_named || Some(at) == last;
        let Some(minute) = self.number(at, 2).filter(|_| is_one) else { return (0, 0, behind) };
        if !is_named {
            return (minute, 0, at + 1);
        }
        let at = self.after_blank(unit + 1);
        let after = self.after_blank(at + 1);
        let is_named = self.word(after).is_some_and(|word| fillers::is_second(&word));
        match self.number(at, 2).filter(|_| is_named) {
            Some(second) => (minute, second, after + 1),
            None => (minute, 0, unit + 1),
        }
    }

    /// `10 am`, `10pm`, `5 de la tarde`, `12 noon`: an hour alone, which the part of the
    /// day behind it makes one.
    fn clock_by_period(&mut self) -> Option<(TimeOfDay, ClockSpan)> {
        let (from, hour) = (0..self.tokens.len()).find_map(|from| {
            let hour = self.number(from, 2).filter(|hour| (1..=12).contains(hour))?;
            let open = !self.taken[from] && !self.tokens[from].aside && !self.joined(from);
            Some((from, hour)).filter(|_| open && self.is_period(self.after_blank(from + 1), hour))
        })?;
        self.take(from, from + 1);
        let hour = self.word(self.after_blank(from + 1)).and_then(|word| fillers::named_hour(&word)).unwrap_or(hour);
        Some((TimeOfDay { hour, ..TimeOfDay::default() }, ClockSpan { from, until: from + 1 }))
    }

    /// Whether the words at `at`, behind the number `hour`, make it an hour. A letter alone
    /// may be anything, and "5 am 22." is German for "5 on the 22nd".
    fn is_period(&self, at: usize, hour: u32) -> bool {
        let Some(word) = self.word(at) else { return false };
        let numbered = self.shape(self.after_blank(at + 1)) == Some(Shape::Number);
        if fillers::named_hour(&word).is_some() {
            return hour == 12;
        }
        phrases(&self.tokens, at).iter().any(|(phrase, _)| {
            let plain = phrase.chars().count() > 1 && !(numbered && fillers::is_filler(phrase));
            plain && words::day_period(phrase, &self.known.languages).is_some()
        })
    }

    /// `noon`, `12 noon`, `at midnight`: of a day that is told, its middle or beginning.
    fn clock_by_name(&mut self) -> Option<(TimeOfDay, ClockSpan)> {
        let open = |at: &usize| !self.taken[*at] && !self.tokens[*at].aside;
        let (at, hour) =
            (0..self.tokens.len()).filter(open).find_map(|at| Some((at, fillers::named_hour(&self.word(at)?)?)))?;
        let before = at.checked_sub(2).filter(|before| self.shape(at - 1) == Some(Shape::Blank) && open(before));
        let from = before.filter(|before| self.number(*before, 2) == Some(12)).unwrap_or(at);
        self.take(from, at + 1);
        Some((TimeOfDay { hour, ..TimeOfDay::default() }, ClockSpan { from, until: at + 1 }))
    }

    /// Whether a sign joins the number at `at` to one before it.
    fn joined(&self, at: usize) -> bool {
        at > 1
            && "/.-".contains(self.tokens[at - 1].text)
            && self.shape(at - 2) == Some(Shape::Number)
            && self.shape(at - 1) != Some(Shape::Blank)
    }

    /// Behind a date, what is left of numbers: `08.30`, `08.30.15`, `0830`.
    fn clock_by_stops(&mut self, day: (usize, usize), zoned: bool) -> Option<(TimeOfDay, ClockSpan)> {
        let free = |at: &usize| !self.taken[*at] && !self.tokens[*at].aside && self.shape(*at) == Some(Shape::Number);
        let left: Vec<usize> = (0..self.tokens.len()).filter(free).collect();
        let follow = left.windows(2).all(|pair| pair[1] == pair[0] + 2 && self.is(pair[0] + 1, '.'));
        let two = |at: usize| self.number(at, 2).filter(|_| self.tokens[at].text.len() == 2);
        let clock = match left[..] {
            // "22.11.2026 - 23.11." and "22.11. bis 23.11.2026" are ranges.
            [hour, minute] if follow && !zoned && self.may_be_day(day, hour, minute) => return None,
            [hour, minute] if follow => {
                TimeOfDay { hour: self.number(hour, 2)?, minute: two(minute)?, ..TimeOfDay::default() }
            }
            [hour, minute, second] if follow => {
                TimeOfDay { hour: self.number(hour, 2)?, minute: two(minute)?, second: two(second)?, millis: 0 }
            }
            // Oracle: "08.30.00.000000 AM".
            [hour, minute, second, fraction] if follow => {
                let millis = millis(self.tokens[fraction].text.as_bytes())?;
                TimeOfDay { hour: self.number(hour, 2)?, minute: two(minute)?, second: two(second)?, millis }
            }
            // Other figures than those right behind the day begin a headline or count
            // something, and what may be a year is no time without a zone.
            [figures] if self.tokens[figures].text.len() == 4 => {
                let value = self.number(figures, 4)?;
                if !zoned && (!self.follows(day.1, figures) || is_year(value)) {
                    return None;
                }
                TimeOfDay { hour: value / 100, minute: value % 100, ..TimeOfDay::default() }
            }
            [figures] if self.tokens[figures].text.len() == 6 => {
                let value = self.number(figures, 6)?;
                TimeOfDay { hour: value / 10_000, minute: value / 100 % 100, second: value % 100, millis: 0 }
            }
            _ => return None,
        };
        let span = ClockSpan { from: left[0], until: left[left.len() - 1] + 1 };
        self.take(span.from, span.until);
        Some((clock, span))
    }

    /// Whether the token at `at` stands behind the day that ends at `day`, with no word between
    /// that says anything.
    fn follows(&self, day: usize, at: usize) -> bool {
        let is_idle = |token: &Piece<'_>| token.kind != Shape::Word || fillers::is_filler(&words::fold(token.text));
        at > day && self.tokens[day + 1..at].iter().all(is_idle)
    }

    /// Whether two numbers with a stop between them may be day and month of another day than
    /// that at `from..=until`. Before it a dash is enough, as in "22.11. - 23.11.2026". Behind
    /// it most are clocks; there a word of a range tells, or how they are written.
    fn may_be_day(&self, (from, until): (usize, usize), one: usize, other: usize) -> bool {
        if !self.number(other, 2).is_some_and(|month| (1..=12).contains(&month)) {
            return false;
        }
        if self.word(self.after_blank(other + 1)).is_some_and(|word| fillers::is_hour(&word)) {
            return false;
        }
        if one > until {
            let day: String = self.tokens[from..=until].iter().map(|token| token.text).collect();
            let ending = if self.is(other + 1, '.') { PairEnding::Stop } else { PairEnding::Open };
            let words: Vec<String> = (until + 1..one).filter_map(|at| self.word(at)).collect();
            // "bis zum 23.11" goes on to a day, "a las 9.05" to a clock; "t/m" is two words.
            let is_range = fillers::joins_days(&words.join(" "))
                || words.last().is_some_and(|last| !fillers::is_filler(last))
                    && words.iter().any(|word| fillers::joins_days(word));
            return is_range || !is_clock(self.tokens[one].text, self.tokens[other].text, &day, ending);
        }
        self.is(other + 1, '.')
            || (other + 1..from).any(|at| {
                let joins = |word: &str| fillers::joins_days(word) || !fillers::is_filler(word);
                self.is(at, '-')
                    || self.word(at).is_some_and(|word| joins(&word) && self.weekday_at(at, &word).is_none())
            })
    }

    /// The part of the day that the words beside the clock name.
    fn period(&mut self, ClockSpan { from, until }: ClockSpan) -> Option<DayPeriod> {
        let mut behind = (until..self.tokens.len()).take(2).find(|at| self.shape(*at) == Some(Shape::Word));
        // "8:30 Uhr abends"
        if let Some(at) = behind
            && fillers::is_hour(&self.word(at)?)
        {
            behind = (at + 1..self.tokens.len()).take(2).find(|at| self.shape(*at) == Some(Shape::Word));
        }
        let before = (0..from).rev().take(2).find(|at| self.shape(*at) == Some(Shape::Word));
        // "٢٠٢٦ م": behind a year the letter is the era's.
        let is_word = |text: &str| text.chars().count() > 1 || text.starts_with(is_unspaced);
        let before = before.filter(|at| is_word(self.tokens[*at].text));
        let places = behind.into_iter().chain(before);
        for at in places.filter(|at| !self.taken[*at]).collect::<Vec<_>>() {
            let phrases = phrases(&self.tokens, at).into_iter().rev();
            let languages = &self.known.languages;
            let found =
                phrases.into_iter().find_map(|(phrase, end)| Some((words::day_period(&phrase, languages)?, end)));
            if let Some((period, end)) = found {
                self.take(at, end);
                return Some(period);
            }
        }
        None
    }

    /// What is left must do no harm: no numbers, no words within the date, nothing
    /// that could be an unknown zone. Returns the weekday among it.
    fn rest(&self, (from, until): (usize, usize), clock: Option<ClockSpan>, zoned: bool) -> Option<Option<u8>> {
        let languages = &self.known.languages;
        let (mut weekday, mut around) = (None, 0);
        if !zoned && clock.is_some_and(|ClockSpan { until: end, .. }| self.names_foreign_time(end)) {
            return None;
        }
        for (at, token) in self.tokens.iter().enumerate() {
            if self.taken[at] || token.aside && token.kind != Shape::Word {
                continue;
            }
            match token.kind {
                Shape::Number => return None,
                Shape::Sign(sign) if FOREIGN_SIGNS.contains(sign) => return None,
                Shape::Sign(_) | Shape::Blank => continue,
                Shape::Word => {}
            }
            let word = self.word(at)?;
            if let Some(day) = self.weekday_at(at, &word) {
                weekday = weekday.or(Some(day));
                continue;
            }
            if token.aside || fillers::is_filler(&word) || words::may_be_weekday(&word, languages) {
                continue;
            }
            let within = at > from && at < until;
            let next_to_clock = clock.is_some_and(|ClockSpan { until: end, .. }| self.after_blank(end) == at);
            let unknown_zone = !zoned && next_to_clock && is_abbreviation(token.text);
            around += 1;
            if within || unknown_zone || self.glued(at) || around > MOST_WORDS_AROUND {
                return None;
            }
        }
        Some(weekday)
    }

    /// Whether the words from `behind` on tell whose time it is: "Moscow time",
    /// "heure de Paris".
    fn names_foreign_time(&self, behind: usize) -> bool {
        let open = |at: &usize| !self.taken[*at];
        let words: Vec<String> = (behind..self.tokens.len()).filter(open).filter_map(|at| self.word(at)).collect();
        let named = words.iter().any(|word| fillers::names_time(word));
        let idle = |word: &String| fillers::names_time(word) || fillers::is_filler(word) || fillers::is_local(word);
        let whose = words.iter().any(|word| !idle(word) && words::weekday(word, &self.known.languages).is_none());
        let foreign = words.iter().any(|word| fillers::is_foreign_time(word));
        named && whose || foreign
    }

    /// The weekday that the word at `at` names, alone or with the one behind it.
    fn weekday_at(&self, at: usize, word: &str) -> Option<u8> {
        let languages = &self.known.languages;
        let next = self.word(at + 2).filter(|_| self.tokens[at + 1].parts());
        let both = next.and_then(|next| words::weekday(&format!("{word} {next}"), languages));
        both.or_else(|| words::weekday(word, languages))
    }

    /// Whether the word at `at` hangs on a number and is none that may.
    fn glued(&self, at: usize) -> bool {
        let number = |at: Option<usize>| at.is_some_and(|at| self.shape(at) == Some(Shape::Number));
        let text = self.tokens[at].text;
        text.is_ascii() && (number(at.checked_sub(1)) || number(Some(at + 1)))
    }
}

/// Whether four figures may be a year that somebody writes about.
fn is_year(figures: u32) -> bool {
    (1900..=u32::from(YEARS.end().unsigned_abs())).contains(&figures)
}

/// Two to five capitals: a zone that nobody knows.
fn is_abbreviation(text: &str) -> bool {
    (2..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase())
}
