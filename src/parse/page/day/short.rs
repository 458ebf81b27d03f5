//! Day and month in figures, without a year: "27. 11.", "Mo., 30.11.", "le 23/11 à 18h"
//! (check B222).

use jiff::civil::Date;

use super::super::super::date::{DateContext, is_filler, with_ascii_digits};
use super::anchor::{Anchor, last};
use super::clock::{HourMinute, without_clock};
use super::relative::is_label;

/// The day in `text`, with the clock beside it.
///
/// Two numbers are much else: a version, a page of many, a score. Nothing may stand beside
/// them but a weekday, words that introduce dates and a clock, and their form has to be that
/// of a day.
pub fn read(text: &str, known: &DateContext<'_>, anchor: Anchor) -> Option<(Date, Option<HourMinute>)> {
    let text = with_ascii_digits(text);
    let (text, clock) = without_clock(&text, known);
    let from = text.find(|c: char| c.is_ascii_digit())?;
    let until = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let weekday = words_around(&text[..from], &text[until..], known)?;
    let (one, other) = two_numbers(&text[from..until], text[until..].starts_with('.'), weekday != Beside::Nothing)?;
    let is_month_first = match (one.number, other.number) {
        (13.., 1..=12) => false,
        (1..=12, 13..) if other.sign != '.' || known.puts_year_first() => true,
        (1..=12, 1..=12) if other.sign == '.' => known.puts_year_first(),
        (1..=12, 1..=12) => known.puts_month_first()?,
        _ => return None,
    };
    let (month, day) = if is_month_first { (one.number, other.number) } else { (other.number, one.number) };
    let day = last(anchor, |year| Date::new(year, month, day).ok())?;
    // Another weekday is that of another year, and nothing tells which.
    let fits = |weekday| day.weekday().to_monday_one_offset() == weekday;
    match weekday {
        Beside::Weekday(weekday) if !fits(weekday) => None,
        _ => Some((day, clock)),
    }
}

/// A number and the sign before it.
struct Signed {
    number: i8,
    sign: char,
}

/// The two numbers of `text` where their form is that of a day: a stop behind both or a
/// blank between them, two digits each, or a weekday beside them.
fn two_numbers(text: &str, ends_in_stop: bool, has_weekday: bool) -> Option<(Signed, Signed)> {
    let sign = text.chars().find(|c| "-/.".contains(*c))?;
    let (one, other) = text.split_once(sign)?;
    let is_parted = one.ends_with(' ') || other.starts_with(' ');
    let (one, other) = (one.trim(), other.trim());
    let are_full = one.len() == 2 && other.len() == 2;
    let is_day = match sign {
        '.' => ends_in_stop || is_parted || has_weekday,
        _ => !ends_in_stop && (has_weekday || are_full && !is_parted),
    };
    let number = |digits: &str| digits.parse().ok().filter(|number| digits.len() <= 2 && (1..=31).contains(number));
    let (one, other) = (number(one)?, number(other)?);
    is_day.then_some((Signed { number: one, sign: ' ' }, Signed { number: other, sign }))
}

/// What stands beside the numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    /// A day of the week, Monday as 1.
    Weekday(i8),
    /// A day of the week by a word that several languages have for different ones.
    SomeWeekday,
}

/// The weekday among the words around the numbers; `None` where there are others.
fn words_around(before: &str, behind: &str, known: &DateContext<'_>) -> Option<Beside> {
    let mut beside = Beside::Nothing;
    for text in [before, behind] {
        let text = text.trim_matches(|c: char| c.is_whitespace() || ".,:()（）".contains(c));
        if text.is_empty() {
            continue;
        }
        // "Thứ Sáu" is one name of two words.
        if known.names_weekday(text) {
            beside = known.weekday(text).map_or(Beside::SomeWeekday, Beside::Weekday);
            continue;
        }
        for word in text.split(|c: char| c.is_whitespace() || ".,:".contains(c)).filter(|word| !word.is_empty()) {
            if known.names_weekday(word) {
                beside = known.weekday(word).map_or(Beside::SomeWeekday, Beside::Weekday);
            } else if !is_filler(word) && !is_label(&word.to_lowercase()) {
                return None;
            }
        }
    }
    Some(beside)
}
