//! Dates that count from the moment of the poll: "2 hours ago", "Вчера, 12:15", "3天前".
//!
//! Weeks, months and years ago tell no day, and are no dates.

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::Duration;

use crate::clock::Timestamp;

use phrases::{DAYS, ELSEWHERE, NOW, ONES};
use spans::TimeBack;
use wording::{has, is_wide, words};

use super::super::super::date::{DateContext, is_filler, with_ascii_digits};
use super::anchor::MOST_AHEAD;
use super::clock::without_clock;

mod phrases;
mod spans;
mod wording;

pub use wording::is_label;

/// Longer texts are sentences.
const LONGEST: usize = 60;

/// The first word of each phrase that names a day, says that a span lies back, or means now.
static FIRST_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let days = DAYS.iter().map(|(day, _)| *day);
    let all = days.chain(spans::ago()).chain(NOW.iter().copied());
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
        let counts = || text.contains(char::is_numeric) || ONES.iter().any(|(one, _)| says(one));
        if NOW.iter().any(|now| says(now)) || DAYS.iter().any(|(day, _)| says(day)) {
            return true;
        }
        return spans::ago().any(says) && counts();
    }
    // Whole words count: "Mayo" holds "ma", which is no day there.
    let words = words(&text);
    if !words.iter().any(|word| FIRST_WORDS.contains(word)) {
        return false;
    }
    NOW.iter().any(|now| text.contains(now))
        || DAYS.iter().any(|(day, _)| has(&words, day))
        || text.contains(char::is_numeric) && spans::ago().any(|ago| has(&words, ago))
        || one(&text).is_some()
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
    let span = || spans::read(&text, known).or_else(|| one(&text)).and_then(|back| before(back, known, now));
    by_name(&text, known, now).or_else(span)
}

/// The moment, or from days on the day, that lies so far `back`.
fn before(back: TimeBack, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let at = now.minus(Duration::from_secs(back.count.checked_mul(back.unit)?));
    Some(if back.unit < 86_400 { at.rfc3339() } else { known.wall(at).date().to_string() })
}

/// "an hour ago", "vor einer Stunde", "час назад": one, by a word or without any.
fn one(text: &str) -> Option<TimeBack> {
    if text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let parts = text.split([':', '|', '·', '•', ',', '(', ')']).map(str::trim);
    let labelled = |part: &'_ str| {
        let (label, rest) = part.split_once(' ')?;
        is_label(label).then(|| rest.trim_start().to_owned())
    };
    let is_whole = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    let says = |part: &str| {
        let found = ONES.iter().filter(|(phrase, _)| part.strip_prefix(phrase).is_some_and(is_whole));
        found.max_by_key(|(phrase, _)| phrase.len()).map(|(_, seconds)| TimeBack { count: 1, unit: *seconds })
    };
    parts.into_iter().find_map(|part| says(part).or_else(|| says(&labelled(part)?)))
}

/// "Вчера, 12:15", "昨天 10:30", "Published today at 9:05": the name of a day and nothing
/// else but a clock, fillers and labels. "USA Today" is no day, nor is "今日头条".
fn by_name(text: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let (bare, clock) = without_clock(text, known);
    if bare.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let ago = bare.split(['|', '·', '•']).find_map(|part| days_ago(part, known))?;
    let day = known.wall(now).date().checked_sub(jiff::Span::new().days(i64::from(ago))).ok()?;
    match clock {
        None => Some(day.to_string()),
        Some((hour, minute)) => {
            let at = known.instant(day.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0))?;
            (at < now.plus(MOST_AHEAD)).then(|| at.rfc3339())
        }
    }
}

/// How many days before today the day lies that all of `text` names.
fn days_ago(text: &str, known: &DateContext<'_>) -> Option<u8> {
    // "发布时间：昨天"
    let text = text.rsplit([':', '：']).next()?.trim_matches(|c: char| !c.is_alphanumeric());
    let words = words(text);
    let is_idle = |word: &&str| is_filler(word) || is_label(word);
    let is_all = |day: &str| {
        let length = day.split(' ').count();
        let mut places = 0..(words.len() + 1).saturating_sub(length);
        places.any(|from| {
            let (name, behind) = words[from..].split_at(length);
            name.iter().copied().eq(day.split(' ')) && words[..from].iter().chain(behind).all(is_idle)
        })
    };
    let is_it = |day: &str| if is_wide(day) { text == day } else { is_all(day) };
    DAYS.iter().find(|(day, _)| is_it(day) && is_spoken(day, known)).map(|(_, ago)| *ago)
}
