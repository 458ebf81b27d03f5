//! How far a list of places reaches in a line.

use super::cursor::LineCursor;
use super::date::{self, PrintedDate};
use super::gap::is_dash;
use super::mark;
use super::reading::DatelineDesk;
use crate::text::script::{is_unspaced, is_word};

/// The longest list of places, in bytes.
const PLACES_BYTES: usize = 160;

/// What ends a list of places.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PlacesStop {
    Mark,
    Date,
    Dash,
}

/// Where the list of places that begins at `from` ends, and by what.
pub(super) fn places_end(desk: &DatelineDesk<'_>, line: &str, from: usize) -> Option<(usize, PlacesStop)> {
    let mut scan = PlacesScan { desk, line, from, before: None, passed_to: from, small_words: 0 };
    for (n, c) in line[from..].char_indices() {
        if n > PLACES_BYTES {
            return None;
        }
        if from + n >= scan.passed_to {
            match scan.look(from + n, c) {
                Step::On => {}
                Step::Ends(stop) => return Some((from + n, stop)),
                Step::NoList => return None,
            }
        }
        scan.before = Some(c);
    }
    None
}

/// What a character means for a list of places.
enum Step {
    On,
    Ends(PlacesStop),
    NoList,
}

/// A list of places while it is read.
struct PlacesScan<'a> {
    desk: &'a DatelineDesk<'a>,
    line: &'a str,
    from: usize,
    before: Option<char>,
    /// Where brackets end that belong to the list.
    passed_to: usize,
    small_words: u8,
}

impl PlacesScan<'_> {
    fn look(&mut self, at: usize, c: char) -> Step {
        if mark::closer(c).is_some() && self.before.is_some() {
            return self.brackets(at, c);
        }
        if "\"“”„«»?!".contains(c) {
            return Step::NoList;
        }
        if is_dash(c) && self.joins(at, c) {
            return Step::On;
        }
        if is_dash(c) || ":：=|".contains(c) {
            return if self.before.is_some() { Step::Ends(PlacesStop::Dash) } else { Step::NoList };
        }
        let begins = self.before.is_none_or(|before| begins_word(before, c)) && is_word(c);
        if begins { self.word(at) } else { Step::On }
    }

    /// Whether a hyphen joins two words: "WINSTON-SALEM".
    fn joins(&self, at: usize, c: char) -> bool {
        let after = self.line[at + c.len_utf8()..].chars().next();
        self.before.is_some_and(is_word) && after.is_some_and(is_word) && ['-', '‑', '‐'].contains(&c)
    }

    fn brackets(&mut self, at: usize, c: char) -> Step {
        if mark::in_brackets(self.desk.tables, self.line, at).is_some() {
            return Step::Ends(PlacesStop::Mark);
        }
        if bracketed_date(self.desk, self.line, at).is_some() {
            return Step::Ends(PlacesStop::Date);
        }
        if c == '/' {
            return Step::On;
        }
        // "New Delhi [India]", "Zandvoort (Niederlande)"
        let Some((inner, end)) = mark::enclosed(self.line, at) else { return Step::NoList };
        let text = self.line[inner].trim();
        if text.len() > 40 || text.contains(|c: char| c.is_ascii_digit() || c == ':') {
            return Step::NoList;
        }
        self.passed_to = end;
        Step::On
    }

    fn word(&mut self, at: usize) -> Step {
        let (desk, line) = (self.desk, self.line);
        if at > self.from && (date_at(desk, &line[at..]).is_some() || lone_day(desk, line, at).is_some()) {
            return Step::Ends(PlacesStop::Date);
        }
        self.small_words = if is_small_word(desk, &line[at..]) { self.small_words + 1 } else { 0 };
        if self.small_words > 1 {
            return Step::NoList;
        }
        let before = line[..at].trim_end();
        let is_apart = before.len() > self.from && before.ends_with(|c: char| is_dash(c) || ",،.".contains(c));
        let is_mark = is_apart && mark::free(desk.tables, line, at).is_some();
        if is_mark { Step::Ends(PlacesStop::Mark) } else { Step::On }
    }
}

/// A date that brackets hold: "CHICAGO (May 3, 2025) -".
pub(super) fn bracketed_date(desk: &DatelineDesk<'_>, line: &str, at: usize) -> Option<(PrintedDate, usize)> {
    let (inner, end) = mark::enclosed(line, at).filter(|_| line[at..].starts_with(['(', '（', '[']))?;
    let text = line[inner].trim();
    let (date, bytes) = date_at(desk, text)?;
    (bytes == text.len()).then_some((date, end))
}

/// A day alone before a mark: "BARCELONA, 7 (EUROPA PRESS) -".
pub(super) fn lone_day(desk: &DatelineDesk<'_>, line: &str, at: usize) -> Option<(PrintedDate, usize)> {
    let mut cursor = LineCursor { text: line, at };
    let (day, digits) = cursor.number().filter(|(day, _)| (1..=31).contains(day))?;
    let end = cursor.at;
    cursor.spaces();
    let date = PrintedDate { year: None, month: None, day: u8::try_from(day).ok()? };
    (digits <= 2 && mark::in_brackets(desk.tables, line, cursor.at).is_some()).then_some((date, end))
}

/// The date with which `text` begins.
pub(super) fn date_at(desk: &DatelineDesk<'_>, text: &str) -> Option<(PrintedDate, usize)> {
    date::may_begin(desk.tables, text).then(|| date::read(desk.tables, text)).flatten()
}

/// Whether `text` begins with a word in small letters that names have no use for: two of
/// them running are a sentence.
fn is_small_word(desk: &DatelineDesk<'_>, text: &str) -> bool {
    let end = text.find(|c: char| !is_word(c)).unwrap_or(text.len());
    let word = &text[..end];
    let words = &desk.tables.words;
    word.starts_with(char::is_lowercase) && !words.particles.contains(word) && !words.conjunctions.contains(word)
}

/// Whether a word begins between two characters.
fn begins_word(before: char, c: char) -> bool {
    !is_word(before) || is_unspaced(before) && !is_unspaced(c) || date::is_han_numeral(c)
}
