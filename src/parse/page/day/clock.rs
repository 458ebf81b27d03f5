//! The time of day that a text ends in.

use crate::text::script::is_unspaced;

use super::super::super::date::{DateContext, is_filler, is_hour, is_minute};

/// An hour and a minute.
pub type HourMinute = (u8, u8);

/// Letters of the part of a day that may stand right behind another word in scripts
/// without blanks: "昨天下午3:15".
const PERIOD_LETTERS: [usize; 3] = [1, 2, 3];

/// Words before an hour that make one of a number alone, and a clock of "18.30".
const AT: [&str; 13] =
    ["ore", "alle", "klo", "kl", "klockan", "klokken", "godz", "godzinie", "lúc", "saat", "ώρα", "στις", "الساعة"];

/// `text` without the time of day at its end: "12:15", "3:15 pm", "下午3:15", "12 Uhr",
/// "18h30", "klo 14.30".
pub fn without_clock<'t>(text: &'t str, known: &DateContext<'_>) -> (&'t str, Option<HourMinute>) {
    let text = text.trim();
    match read(text, known) {
        Some((bare, clock)) => (bare.trim_end_matches(|c: char| c.is_whitespace() || c == ','), Some(clock)),
        None => (text, None),
    }
}

fn read<'t>(text: &'t str, known: &DateContext<'_>) -> Option<(&'t str, HourMinute)> {
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let behind = text[end..].trim();
    let last = number_at_end(&text[..end])?;
    let word = first_word(behind);
    let period = match names_hour(word) || names_minute(word) {
        true => behind[word.len()..].trim_start_matches(['.', ' ']),
        false => behind,
    };
    let (bare, hour, minute) = match with_minutes(&last, names_hour(word)) {
        Some((head, hour, minute)) => (head, hour, Some(minute)),
        // "22.11 am": the number is a part of a day.
        None if last.head.ends_with(['/', '-', '.', ':']) => return None,
        None if names_hour(word) || behind.is_empty() && is_at(last.head) => (last.head, last.value, Some(0)),
        None => (last.head, last.value, None),
    };
    let (bare, hour) = match period.is_empty() {
        true => period_before(bare, hour, known).unwrap_or((bare, hour)),
        // Behind an hour alone a letter may mean anything.
        false if minute.is_none() && (period.chars().count() < 2 || !(1..=12).contains(&hour)) => return None,
        false => (bare, in_period(period, hour, known)?),
    };
    let minute = if period.is_empty() { minute? } else { minute.unwrap_or(0) };
    (hour < 24 && minute < 60).then_some((bare, (hour, minute)))
}

/// A number of one or two digits that a text ends in.
struct LastNumber<'t> {
    /// What stands before it.
    head: &'t str,
    value: u8,
    length: usize,
}

fn number_at_end(text: &str) -> Option<LastNumber<'_>> {
    let length = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (head, digits) = text.split_at(text.len() - length);
    let value = digits.parse().ok().filter(|_| length <= 2)?;
    Some(LastNumber { head, value, length })
}

/// What stands before a clock that ends in the number `last`, with its hour and minute;
/// `is_named` where a word for hours follows.
fn with_minutes<'t>(last: &LastNumber<'t>, is_named: bool) -> Option<(&'t str, u8, u8)> {
    if let Some(head) = last.head.strip_suffix(':') {
        let one = number_at_end(head)?;
        let hour = one.head.strip_suffix(':').and_then(number_at_end);
        return Some(match hour {
            Some(hour) => (hour.head, hour.value, one.value),
            None => (one.head, one.value, last.value),
        });
    }
    let head = last.head.trim_end();
    let word = last_word(head);
    if names_hour(word) {
        let hour = number_at_end(head[..head.len() - word.len()].trim_end())?;
        return Some((hour.head, hour.value, last.value));
    }
    let hour = last.head.strip_suffix('.').filter(|_| last.length == 2).and_then(number_at_end)?;
    let is_alone = !hour.head.ends_with(['.', '/', '-']) && !hour.head.trim().is_empty();
    (is_alone && (is_named || is_at(hour.head))).then_some((hour.head, hour.value, last.value))
}

/// Whether `head` ends in a word that stands before hours.
fn is_at(head: &str) -> bool {
    AT.contains(&last_word(head.trim_end().trim_end_matches('.')))
}

fn names_hour(word: &str) -> bool {
    is_hour(word) || matches!(word, "時" | "时" | "点" | "點" | "시")
}

fn names_minute(word: &str) -> bool {
    is_minute(word) || matches!(word, "分" | "분")
}

fn first_word(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len())]
}

fn last_word(text: &str) -> &str {
    let from = text.char_indices().rev().take_while(|(_, c)| c.is_alphabetic()).last();
    from.map_or("", |(at, _)| &text[at..])
}

/// What stands before the part of the day that `bare` ends in, and the hour that this makes
/// of `hour`.
fn period_before<'t>(bare: &'t str, hour: u8, known: &DateContext<'_>) -> Option<(&'t str, u8)> {
    let bare = bare.trim_end();
    let last = bare.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let last = if bare.is_char_boundary(last) { last } else { 0 };
    let glued = PERIOD_LETTERS.into_iter().filter_map(|letters| {
        let (at, first) = bare.char_indices().rev().nth(letters - 1)?;
        is_unspaced(first).then_some(at)
    });
    std::iter::once(last).chain(glued).find_map(|at| {
        let word = &bare[at..];
        let is_word = (word.chars().count() > 1 || word.starts_with(is_unspaced)) && !is_filler(word);
        Some((&bare[..at], in_period(word, hour, known).filter(|_| is_word)?))
    })
}

fn in_period(word: &str, hour: u8, known: &DateContext<'_>) -> Option<u8> {
    known.hour_in_period(word, hour.into()).and_then(|hour| u8::try_from(hour).ok())
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
        // B223: hours and minutes with words or stops between them.
        check("fr", "Hier à 18h", "Hier à", Some((18, 0)));
        check("fr", "Hier à 18h30", "Hier à", Some((18, 30)));
        check("fr", "Hier, 18 h 05", "Hier", Some((18, 5)));
        check("pt", "Ontem às 9h05min", "Ontem às", Some((9, 5)));
        check("de", "Gestern um 18.30 Uhr", "Gestern um", Some((18, 30)));
        check("de", "Gestern um 8 Uhr abends", "Gestern um", Some((20, 0)));
        check("de", "25.11. 18.30 Uhr", "25.11.", Some((18, 30)));
        check("fi", "Eilen klo 14.30", "Eilen klo", Some((14, 30)));
        check("sv", "Igår kl. 14.30", "Igår kl.", Some((14, 30)));
        check("it", "Ieri alle 18", "Ieri alle", Some((18, 0)));
        check("it", "Ieri alle ore 18.05", "Ieri alle ore", Some((18, 5)));
        check("zh", "昨天下午3点15分", "昨天", Some((15, 15)));
        check("ja", "昨日 18時30分", "昨日", Some((18, 30)));
        check("ko", "어제 오후 3시", "어제", Some((15, 0)));
        check("en", "Yesterday 12:15:30", "Yesterday", Some((12, 15)));
        check("en", "Version 14.30", "Version 14.30", None);
        check("nl", "2 uur geleden", "2 uur geleden", None);
        check("cs", "27. 11.", "27. 11.", None);
    }
}
