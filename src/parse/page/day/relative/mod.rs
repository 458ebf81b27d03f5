//! Dates that count from the moment of the poll: "2 hours ago", "Вчера, 12:15", "3天前".
//!
//! Weeks, months and years ago tell no day, and are no dates.

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::Duration;

use crate::clock::Timestamp;

use phrases::{AGO, DAYS, ELSEWHERE, LABELS, NOW, ONES, UNITS};

use super::super::super::date::{DateContext, with_ascii_digits};
use super::boxes::without_clock;

mod phrases;

/// Longer texts are sentences.
const LONGEST: usize = 60;

/// Words around "yesterday" or "2 hours ago" that leave it a date.
const MOST_WORDS: usize = 6;

/// The first words of all that names a day, says that a span lies back, or is one.
static FIRST_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let days = DAYS.iter().map(|(day, _)| *day);
    let all = days.chain(AGO.iter().copied()).chain(NOW.iter().copied());
    all.filter(|phrase| !is_wide(phrase)).filter_map(|phrase| phrase.split_whitespace().next()).collect()
});

/// Whether `text` may hold such a date; cheap.
pub fn may_be(text: &str) -> bool {
    if text.len() > LONGEST || text.len() < 4 {
        return false;
    }
    let text = text.to_lowercase();
    if is_wide(&text) {
        let says = |phrase: &str| is_wide(phrase) && text.contains(phrase);
        let spans = || text.contains(char::is_numeric) || ONES.iter().any(|(one, _)| says(one));
        if NOW.iter().any(|now| says(now)) || DAYS.iter().any(|(day, _)| says(day)) {
            return true;
        }
        return AGO.iter().any(|ago| says(ago)) && spans();
    }
    // "Mayo" says neither "ma" nor "ago", and "March" is no day.
    let words = words(&text);
    if !words.iter().any(|word| FIRST_WORDS.contains(word)) {
        return false;
    }
    NOW.iter().any(|now| text.contains(now))
        || DAYS.iter().any(|(day, _)| has(&words, day))
        || text.contains(char::is_numeric) && AGO.iter().any(|ago| has(&words, ago))
        || one(&text).is_some()
}

/// Whether `text` has letters of a script without blanks between words.
fn is_wide(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|c| c >= '\u{2e80}' || ('\u{e00}'..'\u{e80}').contains(&c))
}

/// Whether `text`, in lower case, is nothing but the name of a day.
pub fn is_name(text: &str, known: &DateContext<'_>) -> bool {
    DAYS.iter().any(|(day, _)| text == *day && is_spoken(day, known))
}

/// Whether `day` means that in the page's language.
fn is_spoken(day: &str, known: &DateContext<'_>) -> bool {
    ELSEWHERE.iter().find(|(word, _)| *word == day).is_none_or(|(_, language)| known.speaks(language))
}

/// The day or the moment that `text` names, against `now`.
pub fn read(text: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    if !may_be(text) {
        return None;
    }
    let text = with_ascii_digits(text).to_lowercase();
    if NOW.iter().any(|just| text == *just) {
        return Some(now.rfc3339());
    }
    let span = || by_span(&text).or_else(|| one(&text)).and_then(|seconds| before(seconds, known, now));
    by_name(&text, known, now).or_else(span)
}

/// The moment, or from days on the day, that lies `seconds` back.
fn before(seconds: TimeBack, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let at = now.minus(Duration::from_secs(seconds.0.checked_mul(seconds.1)?));
    Some(if seconds.1 < 86_400 { at.rfc3339() } else { known.wall(at).date().to_string() })
}

/// How many of a unit, and its seconds.
#[derive(Clone, Copy)]
struct TimeBack(u64, u64);

/// "an hour ago", "vor einer Stunde", "час назад": one, by a word or without any.
fn one(text: &str) -> Option<TimeBack> {
    if text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let parts = text.split([':', '|', '·', '•', ',', '(', ')']).map(str::trim);
    let labelled = |part: &'_ str| {
        let (label, rest) = part.split_once(' ')?;
        LABELS.contains(&label).then(|| rest.trim_start().to_owned())
    };
    let is_whole = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    let says = |part: &str| {
        let found = ONES.iter().filter(|(phrase, _)| part.strip_prefix(phrase).is_some_and(is_whole));
        found.max_by_key(|(phrase, _)| phrase.len()).map(|(_, seconds)| TimeBack(1, *seconds))
    };
    parts.into_iter().find_map(|part| says(part).or_else(|| says(&labelled(part)?)))
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && !"'’-".contains(c)).filter(|word| !word.is_empty()).collect()
}

/// "Вчера, 12:15", "昨天 10:30", "Published today at 9:05".
fn by_name(text: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let (bare, clock) = without_clock(text);
    // "Heute um 12:15 Uhr"
    let (bare, clock) = match clock {
        Some(clock) => (bare, Some(clock)),
        None => without_clock(bare.trim_end_matches("uhr").trim_end_matches(['ч', 'h'])),
    };
    let words = words(bare);
    let numbered = bare.chars().any(|c| c.is_ascii_digit());
    if words.len() > MOST_WORDS - 2 || numbered {
        return None;
    }
    let is_it = |day: &str| {
        // Scripts without blanks have the day at an edge.
        if is_wide(day) { bare.starts_with(day) || bare.ends_with(day) } else { has(&words, day) }
    };
    let (_, ago) = DAYS.iter().find(|(day, _)| is_it(day) && is_spoken(day, known))?;
    let day = known.wall(now).date().checked_sub(jiff::Span::new().days(i64::from(*ago))).ok()?;
    match clock {
        None => Some(day.to_string()),
        Some((hour, minute)) => {
            let at = known.instant(day.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0))?;
            (at <= now.plus(Duration::from_secs(3600))).then(|| at.rfc3339())
        }
    }
}

/// Whether `phrase`, of one word or several, stands among `words`.
fn has(words: &[&str], phrase: &str) -> bool {
    if !phrase.contains(' ') {
        return words.contains(&phrase);
    }
    let parts = || phrase.split_whitespace();
    (0..words.len()).any(|from| {
        let mut run = words[from..].iter();
        parts().all(|part| run.next() == Some(&part))
    })
}

/// "2 hours ago", "3天前", "há 2 horas".
fn by_span(text: &str) -> Option<TimeBack> {
    let words = words(text);
    let ago = AGO.iter().any(|ago| if is_wide(ago) { text.trim().ends_with(ago) } else { has(&words, ago) });
    if !ago || words.len() > MOST_WORDS {
        return None;
    }
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let number: u64 = numbers.next().filter(|digits| digits.len() <= 3)?.parse().ok()?;
    if numbers.next().is_some() {
        return None;
    }
    // The unit stands by the number, not by what is around.
    let behind = text.find(|c: char| c.is_ascii_digit()).map_or(text, |at| &text[at..]);
    let behind = behind.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    let units = UNITS.iter().filter(|(unit, _)| behind.starts_with(unit));
    let (_, seconds) = units.max_by_key(|(unit, _)| unit.len())?;
    Some(TimeBack(number, *seconds))
}
