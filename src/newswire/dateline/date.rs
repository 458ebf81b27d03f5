//! Dates as datelines print them.

use super::cursor::{LineCursor, digit};
use crate::newswire::tables::Tables;

/// A date as printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct PrintedDate {
    pub year: Option<i16>,
    pub month: Option<u8>,
    pub day: u8,
}

/// The longest date that is read, in characters.
const LONGEST: usize = 60;

/// The date with which `text` begins, and its bytes.
pub(super) fn read(tables: &Tables, text: &str) -> Option<(PrintedDate, usize)> {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let mut cursor = LineCursor { text, at: 0 };
    weekday(tables, &mut cursor);
    cursor.fillers(&tables.words);
    let mut far = cursor;
    let date = numeric(tables, &mut far).or_else(|| {
        far = cursor;
        han_numerals(&mut far)
    });
    let date = date.or_else(|| {
        far = cursor;
        month_first(tables, &mut far)
    })?;
    has_form(&date).then_some((date, far.at))
}

/// Whether `text` may begin a date: spares most words the rest of the work.
pub(super) fn may_begin(tables: &Tables, text: &str) -> bool {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return false };
    if digit(first).is_some() || is_han_numeral(first) {
        return true;
    }
    let second = letters.next().filter(|c| c.is_alphabetic()).unwrap_or(' ');
    first.is_alphabetic() && tables.opens_date(first, second)
}

/// Whether `c` may begin a number in Han numerals.
pub(super) fn is_han_numeral(c: char) -> bool {
    "一二三四五六七八九十〇".contains(c)
}

fn weekday(tables: &Tables, cursor: &mut LineCursor<'_>) {
    let word: String = cursor.rest().chars().take_while(|c| c.is_alphabetic() || *c == '-').take(16).collect();
    if !word.is_empty() && tables.words.weekdays.contains(&word.to_lowercase()) {
        cursor.at += word.len();
        cursor.pass(&['.']);
        cursor.pass(&[',', '،']);
        cursor.spaces();
    }
}

/// Dates that begin with a number.
fn numeric(tables: &Tables, cursor: &mut LineCursor<'_>) -> Option<PrintedDate> {
    let (first, digits) = cursor.number()?;
    if let Some(date) = with_signs(cursor, first, digits).or_else(|| in_figures(cursor, first, digits)) {
        return Some(date);
    }
    ordinal(cursor);
    cursor.pass(&['.', '-']);
    cursor.fillers(&tables.words);
    let month = month(tables, cursor)?;
    if digits == 4 {
        cursor.spaces();
        let (day, _) = cursor.number()?;
        cursor.pass(&['.']);
        return Some(PrintedDate { year: Some(first), month: Some(month), day: u8::try_from(day).ok()? });
    }
    let year = year(tables, cursor);
    if year.is_none() && cursor.text[..cursor.at].ends_with('.') {
        // "4 марта. /ТАСС/": the stop ends the date, not an abbreviation.
        cursor.at -= 1;
    }
    Some(PrintedDate { year, month: Some(month), day: u8::try_from(first).ok()? })
}

/// `2018年9月20日`, `3월 5일`, `２１日`.
fn with_signs(cursor: &mut LineCursor<'_>, first: i16, digits: usize) -> Option<PrintedDate> {
    let mut ahead = *cursor;
    ahead.spaces();
    let mut date = PrintedDate { year: None, month: None, day: 0 };
    let mut number = first;
    if ahead.pass(&['年', '년']) {
        date.year = Some(number).filter(|_| digits == 4);
        date.year?;
        ahead.spaces();
        number = ahead.number()?.0;
        ahead.spaces();
    }
    if ahead.pass(&['月', '월']) {
        date.month = u8::try_from(number).ok();
        ahead.spaces();
        number = ahead.number()?.0;
        ahead.spaces();
    } else if date.year.is_some() {
        return None;
    }
    date.day = u8::try_from(number).ok()?;
    ahead.pass(&['日', '일', '号', '號']).then(|| {
        *cursor = ahead;
        date
    })
}

/// `四月二十九日`, `二〇二四年十一月二十一日`.
fn han_numerals(cursor: &mut LineCursor<'_>) -> Option<PrintedDate> {
    let mut ahead = *cursor;
    let mut date = PrintedDate { year: None, month: None, day: 0 };
    let mut number = han_number(&mut ahead)?;
    if ahead.pass(&['年']) {
        date.year = Some(number);
        number = han_number(&mut ahead)?;
    }
    if ahead.pass(&['月']) {
        date.month = u8::try_from(number).ok();
        number = han_number(&mut ahead)?;
    }
    date.day = u8::try_from(number).ok()?;
    (ahead.pass(&['日']) && (date.month.is_some() || date.year.is_none())).then(|| {
        *cursor = ahead;
        date
    })
}

/// A number in Han numerals: digit by digit, or with 十.
fn han_number(cursor: &mut LineCursor<'_>) -> Option<i16> {
    const DIGITS: &str = "〇一二三四五六七八九";
    let (mut value, mut tens, mut any) = (0_i16, None, false);
    for c in cursor.rest().chars().take(4) {
        let digit = DIGITS.chars().position(|d| d == c || (c == '零' && d == '〇') || (c == '○' && d == '〇'));
        match digit.and_then(|d| i16::try_from(d).ok()) {
            Some(digit) => value = value * 10 + digit,
            None if c == '十' && tens.is_none() => {
                tens = Some(if any { value } else { 1 });
                value = 0;
            }
            None => break,
        }
        any = true;
        cursor.at += c.len_utf8();
    }
    any.then(|| tens.unwrap_or(0) * 10 + value)
}

/// `2024-11-21`, `21.11.2024`, `21/11/2024`; not `3/4/2024`, which has two readings.
fn in_figures(cursor: &mut LineCursor<'_>, first: i16, digits: usize) -> Option<PrintedDate> {
    let mut ahead = *cursor;
    let sign = ahead.peek().filter(|c| ['-', '.', '/'].contains(c))?;
    ahead.pass(&[sign]);
    let (second, _) = ahead.number()?;
    ahead.pass(&[sign]).then_some(())?;
    let (third, last) = ahead.number()?;
    let date = |year, month, day| {
        Some(PrintedDate { year: Some(year), month: u8::try_from(month).ok(), day: u8::try_from(day).ok()? })
    };
    let date = match sign {
        _ if digits == 4 => date(first, second, third),
        '.' if last == 4 => date(third, second, first),
        '/' if last == 4 && first > 12 => date(third, second, first),
        '/' if last == 4 && second > 12 => date(third, first, second),
        _ => None,
    }?;
    *cursor = ahead;
    Some(date)
}

/// `Nov. 21, 2024`, `September 25th, 2024`.
fn month_first(tables: &Tables, cursor: &mut LineCursor<'_>) -> Option<PrintedDate> {
    let month = month(tables, cursor)?;
    cursor.spaces();
    let (day, digits) = cursor.number()?;
    ordinal(cursor);
    let mut after = cursor.rest().chars();
    let (next, then) = (after.next(), after.next());
    let goes_on = match next {
        Some(',' | '.' | ':') => then.is_some_and(|c| digit(c).is_some()),
        Some(c) => c.is_alphanumeric(),
        None => false,
    };
    if digits > 2 || goes_on {
        return None;
    }
    Some(PrintedDate { year: year(tables, cursor), month: Some(month), day: u8::try_from(day).ok()? })
}

/// The name of a month, with its stop.
fn month(tables: &Tables, cursor: &mut LineCursor<'_>) -> Option<u8> {
    let (month, bytes) = tables.month(&small(cursor.rest()))?;
    cursor.at += bytes;
    cursor.pass(&['.']);
    Some(month)
}

/// The beginning of `text` in lower case, letter by letter of the same bytes.
fn small(text: &str) -> String {
    let same = |c: char| c.to_lowercase().next().filter(|l| l.len_utf8() == c.len_utf8()).unwrap_or(c);
    text.chars().take(40).map(same).collect()
}

/// A year of four digits, after its comma and small words; the cursor stays where it is
/// without one.
fn year(tables: &Tables, cursor: &mut LineCursor<'_>) -> Option<i16> {
    let mut ahead = *cursor;
    ahead.pass(&['.']);
    ahead.spaces();
    ahead.pass(&[',', '،', '-']);
    ahead.fillers(&tables.words);
    let (year, digits) = ahead.number()?;
    if digits != 4 || !(1900..=2100).contains(&year) {
        return None;
    }
    let end = ahead;
    ahead.fillers(&tables.words);
    let filled = &cursor.text[end.at..ahead.at];
    *cursor = if filled.trim().is_empty() { end } else { ahead };
    Some(year)
}

/// What follows the number of a day: "st", "er", "º".
fn ordinal(cursor: &mut LineCursor<'_>) {
    const SUFFIXES: [&str; 8] = ["st", "nd", "rd", "th", "er", "º", "°", "ª"];
    let rest = cursor.rest();
    let suffix = SUFFIXES.iter().find(|suffix| {
        rest.get(..suffix.len()).is_some_and(|start| start.eq_ignore_ascii_case(suffix))
            && !rest[suffix.len()..].starts_with(char::is_alphabetic)
    });
    cursor.at += suffix.map_or(0, |suffix| suffix.len());
}

/// Whether the numbers can be those of a date. "Feb. 30" is one in form, so that no other
/// date is read of its parts; [`is_possible`] tells that there is no such day.
fn has_form(date: &PrintedDate) -> bool {
    (1..=12).contains(&date.month.unwrap_or(1))
        && (1..=31).contains(&date.day)
        && (1900..=2100).contains(&date.year.unwrap_or(2000))
}

/// Whether there is such a day, in a leap year where the year is not said.
pub(super) fn is_possible(date: &PrintedDate) -> bool {
    let month = i8::try_from(date.month.unwrap_or(1)).unwrap_or(0);
    let day = i8::try_from(date.day).unwrap_or(0);
    jiff::civil::Date::new(date.year.unwrap_or(2000), month, day).is_ok()
}
