//! Dates by their looks, with words, icons and other numbers around them.

use crate::clock::Timestamp;

use super::super::super::date::{DateContext, in_figures, joins_days};
use super::anchor::Anchor;
use super::boxes;
use super::range;
use super::whole::{bare, is_icon};

/// How many runs of words with figures are tried as dates.
const MOST_SPANS: usize = crate::limits::DATE_SPANS.count();

/// Bytes of the shortest date: "1/1/26".
const SHORTEST: usize = 6;

/// Signs that part a date from what stands beside it.
const PARTING: &str = "|·•：[]()（）【】";

/// Words of a text that are looked at.
const MOST_WORDS: usize = crate::limits::DATE_WORDS.count();

/// Whether `text` is the date of a day, and of one alone.
fn is_date(text: &str, known: &DateContext<'_>, now: Timestamp) -> bool {
    super::whole::is_date(text, known, now) && !range::is_in(text, known)
}

/// The date in `text`, as the reading of dates understands it.
pub fn read(text: &str, known: &DateContext<'_>, anchor: Anchor) -> Option<String> {
    let (bare, now) = (bare(text), anchor.now);
    if range::is_in(bare, known) {
        return in_parts(bare, known, now);
    }
    if is_date(bare, known, now) {
        return Some(bare.to_owned());
    }
    in_parts(bare, known, now)
        .or_else(|| boxes::read(bare, known, anchor))
        .or_else(|| among_words(bare, known, now))
        .or_else(|| among_figures(bare, known, now))
}

/// "Published: 21 November 2026 | News", "发布时间：2026-11-21 09:30 来源：外办"
fn in_parts(bare: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let long_enough = |part: &&str| part.len() >= SHORTEST;
    let parts = bare.split(|c: char| PARTING.contains(c) || "\n—".contains(c) || is_icon(c)).map(str::trim);
    let labelled = bare.split(": ").map(str::trim).filter(long_enough).take(MOST_SPANS);
    let mut parts = parts.filter(long_enough).take(MOST_SPANS).chain(labelled);
    let is_day = |part: &&str| is_date(part, known, now) && !range::holds_part(bare, part, known);
    parts.find(is_day).map(str::to_owned)
}

fn words(bare: &str) -> Vec<&str> {
    let parted = bare.split(|c: char| c.is_whitespace() || PARTING.contains(c) || is_icon(c));
    parted.filter(|word| !word.is_empty()).take(MOST_WORDS).collect()
}

/// The longest run of words from the first on that is a date.
fn among_words(bare: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let words = words(bare);
    // Each word is a part of the text, and so is what stands from the first to the last.
    let at = |word: &str| word.as_ptr() as usize - bare.as_ptr() as usize;
    let is_in_range = |run: &[&str]| {
        // "bis 21.11.2026": the word of a range belongs to none of its days.
        let mut own = run.iter().filter(|word| !joins_days(word));
        let Some(first) = own.next() else { return false };
        let last = own.next_back().unwrap_or(first);
        let whole = &bare[at(first)..at(last) + last.len()];
        range::holds_part(bare, whole.trim_matches(|c: char| !c.is_alphanumeric()), known)
    };
    let spans = (0..words.len()).flat_map(|from| (1..=5).rev().map(move |length| (from, length)));
    let spans = spans.filter(|(from, length)| from + length <= words.len());
    let figures = |span: &str| span.chars().filter(|c| c.is_numeric()).count();
    let spans = spans.map(|(from, length)| (from, length, words[from..from + length].join(" ")));
    let spans = spans.filter(|(_, _, span)| figures(span) >= 5).take(MOST_SPANS);
    let found = spans.into_iter().find_map(|(from, length, span)| {
        // "Nov 2026 5 comments": the last number belongs to what follows.
        let bare_number = |word: &str| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
        if from + length < words.len() && length > 1 && bare_number(words[from + length - 1]) {
            return None;
        }
        let span = span.trim_matches(|c: char| !c.is_alphanumeric());
        // A range is none as a whole: what goes on behind it is a part of it.
        is_date(span, known, now).then(|| Some(span.to_owned()).filter(|_| !is_in_range(&words[from..from + length])))
    });
    found.flatten()
}

/// Figures that words are glued to: "2026-11-27更新".
fn among_figures(bare: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let text = in_figures(bare);
    let of_date = |c: char| c.is_ascii_digit() || "-/.: ".contains(c);
    let mut runs = text.split(|c: char| !of_date(c)).map(str::trim).filter(|run| run.len() >= 8).take(8);
    // "R8.11.13": a letter alone before a number is a part of it.
    let has_letter = |run: &str| {
        let mut before = text[..run.as_ptr() as usize - text.as_ptr() as usize].chars().rev();
        before.next().is_some_and(|c| c.is_ascii_alphabetic()) && !before.next().is_some_and(char::is_alphabetic)
    };
    runs.find_map(|run| {
        let run = run.trim_matches(|c: char| !c.is_ascii_digit());
        let day = || run.split(' ').next().filter(|day| day.len() >= 8);
        let is_day = |run: &&str| is_date(run, known, now) && !has_letter(run) && !range::holds_part(&text, run, known);
        std::iter::once(run).chain(day()).find(is_day).map(str::to_owned)
    })
}
