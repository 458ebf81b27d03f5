//! Dates by their looks, with words, icons and other numbers around them.

use crate::clock::Timestamp;

use super::super::super::date::{DateContext, Verdict, in_figures, judge};
use super::anchor::Anchor;
use super::boxes;

/// How many runs of words with figures are tried as dates.
const MOST_SPANS: usize = crate::limits::DATE_SPANS.count();

/// Words of a text that are looked at.
const MOST_WORDS: usize = crate::limits::DATE_WORDS.count();

/// Signs that stand around dates.
const AROUND: &str = "[](){}【】（）〔〕「」|·•-–—/,:：<>«»";

/// `text` without the signs around it.
pub fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || AROUND.contains(c) || is_icon(c))
}

/// The date in `text`, as the reading of dates understands it.
pub fn read(text: &str, known: &DateContext<'_>, anchor: Anchor) -> Option<String> {
    let (bare, now) = (bare(text), anchor.now);
    if is_date(bare, known, now) {
        return Some(bare.to_owned());
    }
    in_parts(bare, known, now)
        .or_else(|| boxes::read(bare, known, anchor))
        .or_else(|| among_words(bare, known, now))
        .or_else(|| among_figures(bare, known, now))
}

/// Whether `text` is the date of a day.
pub fn is_date(text: &str, known: &DateContext<'_>, now: Timestamp) -> bool {
    !matches!(judge(text, known, now), Verdict::TooOld | Verdict::Unreadable)
        && has_day(text)
        && !counts_on(text)
        && !has_bare_figures(text)
}

/// Whether four digits stand beside a date and its year: on pages they count readers or
/// begin a headline, and are no time of day without a colon.
fn has_bare_figures(text: &str) -> bool {
    let text = in_figures(text);
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    // ISO 8601, basic or not, says what they are.
    if (1..bytes.len()).any(|at| bytes[at] == b'T' && is_digit(Some(at - 1)) && is_digit(Some(at + 1))) {
        return false;
    }
    let (mut runs, mut at) = (0, 0);
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let before = at.checked_sub(1).map(|at| bytes[at]);
        let offset = before == Some(b'+') || before == Some(b'-') && !is_digit(at.checked_sub(2));
        runs += usize::from(run == 4 && !offset);
        at += run.max(1);
    }
    runs > 1
}

/// Whether a number behind month and year counts what follows: "Nov 2026 5 comments".
fn counts_on(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(12).collect();
    let number = |word: &str, most: usize| word.len() <= most && word.bytes().all(|b| b.is_ascii_digit());
    words.windows(3).enumerate().any(|(at, run)| {
        let counted =
            run[0].len() == 4 && number(run[0], 4) && number(run[1], 2) && run[2].starts_with(char::is_alphabetic);
        counted && !words[..at].iter().any(|word| word.chars().any(char::is_numeric))
    })
}

/// Pictures, also those of icon fonts.
fn is_icon(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{e000}'..='\u{f8ff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a date tells its day: "November 2026" and "2026-11" do not.
fn has_day(text: &str) -> bool {
    let text = in_figures(text);
    let bytes = text.as_bytes();
    let (mut numbers, mut at) = (0, 0);
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let clock = |at: Option<usize>| at.and_then(|at| bytes.get(at)) == Some(&b':');
        match run {
            0 => at += 1,
            8.. => return true,
            _ => {
                let of_clock = run <= 2 && (clock(Some(at + run)) || clock(at.checked_sub(1)));
                numbers += usize::from(!of_clock);
                at += run;
            }
        }
    }
    // A month by its name, and two numbers; or three.
    numbers >= 3 || numbers == 2 && text.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// "Published: 21 November 2026 | News", "发布时间：2026-11-21 09:30 来源：外办"
fn in_parts(bare: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let parts = bare.split(['|', '·', '•', '：', '[', ']', '(', ')', '（', '）', '\n', '—']).map(str::trim);
    let parts = parts.chain(bare.split(": ").map(str::trim));
    parts.into_iter().find(|part| part.len() >= 6 && is_date(part, known, now)).map(str::to_owned)
}

fn words(bare: &str) -> Vec<&str> {
    let parted = bare.split(|c: char| c.is_whitespace() || "：|·•（）()【】[]".contains(c) || is_icon(c));
    parted.filter(|word| !word.is_empty()).take(MOST_WORDS).collect()
}

/// The longest run of words from the first on that is a date.
fn among_words(bare: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let words = words(bare);
    let spans = (0..words.len()).flat_map(|from| (1..=5).rev().map(move |length| (from, length)));
    let spans = spans.filter(|(from, length)| from + length <= words.len());
    let figures = |span: &str| span.chars().filter(|c| c.is_numeric()).count();
    let spans = spans.map(|(from, length)| (from, length, words[from..from + length].join(" ")));
    let spans = spans.filter(|(_, _, span)| figures(span) >= 5).take(MOST_SPANS);
    spans.into_iter().find_map(|(from, length, span)| {
        // "Nov 2026 5 comments": the last number belongs to what follows.
        let bare_number = |word: &str| word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
        if from + length < words.len() && length > 1 && bare_number(words[from + length - 1]) {
            return None;
        }
        let span = span.trim_matches(|c: char| !c.is_alphanumeric());
        is_date(span, known, now).then(|| span.to_owned())
    })
}

/// Figures that words are glued to: "2026-11-27更新".
fn among_figures(bare: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let text = in_figures(bare);
    let of_date = |c: char| c.is_ascii_digit() || "-/.: ".contains(c);
    let mut runs = text.split(|c: char| !of_date(c)).map(str::trim).filter(|run| run.len() >= 8).take(8);
    runs.find_map(|run| {
        let run = run.trim_matches(|c: char| !c.is_ascii_digit());
        let day = || run.split(' ').next().filter(|day| day.len() >= 8);
        std::iter::once(run).chain(day()).find(|run| is_date(run, known, now)).map(str::to_owned)
    })
}
