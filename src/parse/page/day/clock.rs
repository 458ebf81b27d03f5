//! The time of day that a text ends in.

use super::super::super::date::{DateContext, is_filler, is_hour};

/// An hour and a minute.
pub type HourMinute = (u8, u8);

/// Letters of the half of a day that may stand right behind another word in scripts
/// without blanks: "昨天下午3:15".
const HALF_LETTERS: [usize; 3] = [1, 2, 3];

/// `text` without the time of day at its end: "12:15", "3:15 pm", "下午3:15", "12 Uhr".
pub fn without_clock<'t>(text: &'t str, known: &DateContext<'_>) -> (&'t str, Option<HourMinute>) {
    let text = text.trim();
    match read(text, known) {
        Some((bare, clock)) => (bare.trim_end_matches(|c: char| c.is_whitespace() || c == ','), Some(clock)),
        None => (text, None),
    }
}

fn read<'t>(text: &'t str, known: &DateContext<'_>) -> Option<(&'t str, HourMinute)> {
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (head, behind) = (&text[..end], text[end..].trim());
    let cut = head.rfind(|c: char| !c.is_ascii_digit() && c != ':');
    let cut = cut.map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    let (bare, figures) = head.split_at(cut);
    let mut numbers = figures.split(':');
    let number = |part: &str| part.parse::<u8>().ok().filter(|_| (1..=2).contains(&part.len()));
    let hour = numbers.next().and_then(number).filter(|hour| *hour < 24)?;
    let minute = match numbers.next() {
        Some(minute) => Some(number(minute).filter(|minute| *minute < 60)?),
        None => None,
    };
    // "22.11 am": the number is a part of a day.
    if minute.is_none() && (behind.is_empty() || bare.ends_with(['/', '-', '.'])) {
        return None;
    }
    if behind.is_empty() {
        let (bare, hour) = half_before(bare, hour, known).unwrap_or((bare, hour));
        return Some((bare, (hour, minute?)));
    }
    if is_hour(behind) {
        return Some((bare, (hour, minute.unwrap_or(0))));
    }
    // Behind an hour alone a letter may mean anything.
    let is_said = minute.is_some() || behind.chars().count() > 1 && (1..=12).contains(&hour);
    let hour = in_half(behind, hour, known).filter(|_| is_said)?;
    Some((bare, (hour, minute.unwrap_or(0))))
}

/// What stands before the half of the day that `bare` ends in, and the hour that this makes
/// of `hour`.
fn half_before<'t>(bare: &'t str, hour: u8, known: &DateContext<'_>) -> Option<(&'t str, u8)> {
    let bare = bare.trim_end();
    let last = bare.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let last = if bare.is_char_boundary(last) { last } else { 0 };
    let glued = HALF_LETTERS.into_iter().filter_map(|letters| {
        let (at, first) = bare.char_indices().rev().nth(letters - 1)?;
        (first >= '\u{2e80}').then_some(at)
    });
    std::iter::once(last).chain(glued).find_map(|at| {
        let word = &bare[at..];
        let is_word = (word.chars().count() > 1 || word.starts_with(|c| c >= '\u{2e80}')) && !is_filler(word);
        Some((&bare[..at], in_half(word, hour, known).filter(|_| is_word)?))
    })
}

fn in_half(word: &str, hour: u8, known: &DateContext<'_>) -> Option<u8> {
    known.hour_in_half(word, hour.into()).and_then(|hour| u8::try_from(hour).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;

    #[test]
    fn clocks_at_the_end_are_taken_off() {
        let utc = Zone::UTC;
        let check = |language: &str, text: &str, bare: &str, clock: Option<HourMinute>| {
            let known = DateContext::new(&utc, [Some(language)]);
            assert_eq!(without_clock(text, &known), (bare, clock), "{language} {text}");
        };
        check("en", "Yesterday, 12:15", "Yesterday", Some((12, 15)));
        check("en", "Yesterday, 3:15 pm", "Yesterday", Some((15, 15)));
        check("en", "Nov 22, 10 am", "Nov 22", Some((10, 0)));
        check("en", "Nov 22, 12am", "Nov 22", Some((0, 0)));
        check("en", "May 11", "May 11", None);
        check("en", "11 May", "11 May", None);
        check("en", "Nov 22, 25:10", "Nov 22, 25:10", None);
        check("de", "Heute um 12:15 Uhr", "Heute um", Some((12, 15)));
        check("de", "22. Nov, 15 Uhr", "22. Nov", Some((15, 0)));
        check("de", "22.11 Uhr", "22.11 Uhr", None);
        check("es", "Ayer, 5:30 p. m.", "Ayer", Some((17, 30)));
        check("ru", "Вчера, 12:15", "Вчера", Some((12, 15)));
        check("zh", "昨天下午3:15", "昨天", Some((15, 15)));
        check("zh", "昨天 上午9:05", "昨天", Some((9, 5)));
        check("ko", "어제 오후 3:15", "어제", Some((15, 15)));
        check("ja", "昨日 午後3:15", "昨日", Some((15, 15)));
    }
}
