//! Whether all of a text is the date of a day.

use crate::clock::Timestamp;

use super::super::super::date::{DateContext, DateVerdict, in_figures, judge};

/// Words of a text among which one is sought that a number counts.
const MOST_COUNTED: usize = 12;

/// Signs that stand around dates.
const AROUND: &str = "[](){}【】（）〔〕「」|·•-–—/,:：<>«»";

/// `text` without the signs around it.
pub fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || AROUND.contains(c) || is_icon(c))
}

/// Whether `text` is the date of a day.
pub fn is_date(text: &str, known: &DateContext<'_>, now: Timestamp) -> bool {
    !matches!(judge(text, known, now), DateVerdict::TooOld | DateVerdict::Unreadable)
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
    let words: Vec<&str> = text.split_whitespace().take(MOST_COUNTED).collect();
    let number = |word: &str, most: usize| word.len() <= most && word.bytes().all(|b| b.is_ascii_digit());
    words.windows(3).enumerate().any(|(at, run)| {
        let counted =
            run[0].len() == 4 && number(run[0], 4) && number(run[1], 2) && run[2].starts_with(char::is_alphabetic);
        counted && !words[..at].iter().any(|word| word.chars().any(char::is_numeric))
    })
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

/// Whether `c` is a picture, also one of icon fonts.
pub fn is_icon(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{e000}'..='\u{f8ff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}
