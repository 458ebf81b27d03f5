//! Dates in boxes: the day large, month and year beside or below it; and dates
//! without a year.

use jiff::civil::Date;

use crate::clock::Timestamp;

use super::super::super::date::{DateContext, DateVerdict, YEARS, in_figures, judge, with_ascii_digits};
use super::anchor::{Anchor, last};
use super::clock::{HourMinute, without_clock};
use super::whole::is_date;
use super::{range, short};

/// What the Buddhist era is ahead.
const BUDDHIST: i16 = 543;

/// Longer texts are no boxes.
const LONGEST: usize = 60;

/// The date that the parts of `text` make together.
pub fn read(text: &str, known: &DateContext<'_>, anchor: Anchor) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let figures = || by_figures(&in_figures(text), known, anchor.now);
    let without_year = || short::read(text, known, anchor).and_then(|(day, clock)| written(day, clock));
    by_units(text, known, anchor).or_else(figures).or_else(|| by_name(text, known, anchor)).or_else(without_year)
}

/// A number of a box, and whether a sign joins it to the one before.
struct BoxNumber {
    value: u32,
    length: usize,
    joined: bool,
    sign: char,
}

/// The numbers of a text of figures only; `None` where there are words.
fn parts(text: &str) -> Option<Vec<BoxNumber>> {
    let mut found: Vec<BoxNumber> = Vec::new();
    let mut between = String::new();
    let mut chars = text.trim().trim_end_matches(['-', '/', '.']).chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii_digit() {
            if !" -/.,|".contains(c) || found.len() > 3 {
                return None;
            }
            between.push(c);
            continue;
        }
        let mut digits = c.to_string();
        while let Some(next) = chars.next_if(char::is_ascii_digit) {
            digits.push(next);
        }
        let sign = between.trim().chars().next().unwrap_or(' ');
        let joined = !found.is_empty() && between.len() == 1 && sign != ' ';
        found.push(BoxNumber { value: digits.parse().ok()?, length: digits.len(), joined, sign });
        between.clear();
    }
    Some(found)
}

/// "27 2026-11", "11-27 2026", "2026 11-27", "27 11/2026".
fn by_figures(text: &str, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let (text, clock) = without_clock(text, known);
    let parts = parts(text)?;
    let [first, second, third] = &parts[..] else { return None };
    let is_year = |part: &BoxNumber| part.length == 4 && may_be_year(part.value);
    let (year, month, day) = match (is_year(first), is_year(second), is_year(third)) {
        (true, false, false) if third.joined && !second.joined => (first, second, third),
        (false, true, false) if third.joined && !second.joined => (second, third, first),
        (false, true, false) if second.joined && !third.joined => (second, first, third),
        (false, false, true) if third.joined && !second.joined => (third, second, first),
        (false, false, true) if second.joined && !third.joined && second.sign == '-' && known.puts_year_first() => {
            (third, first, second)
        }
        // Which of the two is the month, is for the whole list to tell.
        (false, false, true) if second.joined && !third.joined => {
            let clock = clock.map_or(String::new(), |(hour, minute)| format!(" {hour:02}:{minute:02}"));
            let whole = format!("{}/{}/{}{clock}", first.value, second.value, third.value);
            return is_date(&whole, known, now).then_some(whole);
        }
        _ => return None,
    };
    written(date(year.value, month.value, day.value)?, clock)
}

fn may_be_year(year: u32) -> bool {
    i16::try_from(year).is_ok_and(|year| YEARS.contains(&year))
}

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn written(day: Date, clock: Option<HourMinute>) -> Option<String> {
    Some(match clock {
        Some((hour, minute)) => format!("{day}T{hour:02}:{minute:02}:00"),
        None => day.to_string(),
    })
}

/// "27 11月", "11月27日", "27일 11월 2026": East Asian units tell which is which.
fn by_units(text: &str, known: &DateContext<'_>, anchor: Anchor) -> Option<String> {
    let text = with_ascii_digits(text);
    let (text, clock) = without_clock(&text, known);
    let mut numbers: Vec<(u32, usize, char)> = Vec::new();
    let mut rest = text;
    while let Some(from) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[from..];
        let run = digits.bytes().take_while(u8::is_ascii_digit).count();
        let unit = digits[run..].trim_start().chars().next().unwrap_or(' ');
        numbers.push((digits[..run].parse().ok()?, run, unit));
        rest = &digits[run..];
    }
    let signs = text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace());
    // Nothing but the units, and few words around.
    if numbers.len() > 3 || signs.count() > 12 {
        return None;
    }
    // "11月27日～30日" is a range.
    if ["月월", "日号號일"].iter().any(|units| numbers.iter().filter(|(.., unit)| units.contains(*unit)).count() > 1)
    {
        return None;
    }
    let with = |units: &str| numbers.iter().find(|(_, _, unit)| units.contains(*unit)).map(|(value, ..)| *value);
    let month = with("月월")?;
    let year = with("年년").or_else(|| {
        let bare = numbers.iter().find(|(value, length, _)| *length == 4 && may_be_year(*value));
        bare.map(|(value, ..)| *value)
    });
    let day = with("日号號일").or_else(|| {
        let mut bare = numbers.iter().filter(|(_, length, unit)| *length <= 2 && !"月월年년".contains(*unit));
        bare.next().map(|(value, ..)| *value).filter(|_| bare.next().is_none())
    })?;
    match year {
        Some(year) if may_be_year(year) => written(date(year, month, day)?, clock),
        Some(_) => None,
        None => written(last(anchor, |year| date(year.try_into().ok()?, month, day))?, clock),
    }
}

/// "27 ноября, 12:15", "Nov 27": the month by its name, the day, no year.
fn by_name(text: &str, known: &DateContext<'_>, anchor: Anchor) -> Option<String> {
    let figures = with_ascii_digits(text);
    let (bare, _) = without_clock(&figures, known);
    let mut numbers = bare.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
    let day: u32 = numbers.next().filter(|run| run.len() <= 2)?.parse().ok()?;
    if !(1..=31).contains(&day) {
        return None;
    }
    if let Some(next) = numbers.next() {
        return by_name_and_number(bare, next, known, anchor);
    }
    let words: Vec<&str> = bare.split(|c: char| !c.is_alphabetic() && !is_mark(c)).filter(|w| !w.is_empty()).collect();
    if words.len() > 6 || !words.iter().any(|word| word.chars().count() > 1 && known.names_month(word)) {
        return None;
    }
    let read = last(anchor, |year| {
        let whole = whole(&figures, bare, year);
        let at = match judge(&whole, known, Timestamp::from_millis(i64::MAX / 4)) {
            DateVerdict::Good(at) => at,
            _ => return None,
        };
        Some(known.wall(at).date()).filter(|read| u32::try_from(read.day()) == Ok(day))
    })?;
    let read = whole(&figures, bare, read.year());
    is_date(&read, known, anchor.now).then_some(read)
}

/// "27 พ.ย. 69 120", "22 Nov 26 comments": whether `number` behind the day is its year or
/// counts something, nothing tells. Where it is the year that the day has without it, it is
/// the same day either way.
fn by_name_and_number(bare: &str, number: &str, known: &DateContext<'_>, anchor: Anchor) -> Option<String> {
    let at = number.as_ptr() as usize - bare.as_ptr() as usize;
    let head = bare.get(..at).filter(|head| head.ends_with(' ') && !range::begins(head))?;
    let read = by_name(head, known, anchor)?;
    let day: Date = day_of(&read, known, anchor)?;
    let year = day.year() + if known.speaks("th") { BUDDHIST } else { 0 };
    (number.len() == 2 && number.parse() == Ok(year % 100)).then(|| day.to_string())
}

/// The day of `read`, which has no clock.
fn day_of(read: &str, known: &DateContext<'_>, anchor: Anchor) -> Option<Date> {
    match judge(read, known, anchor.now.plus(super::anchor::MOST_AHEAD)) {
        DateVerdict::Good(at) => Some(known.wall(at).date()),
        _ => None,
    }
}

/// The text with `year` behind its day and month.
fn whole(text: &str, bare: &str, year: i16) -> String {
    let cut = text.trim_start().len().min(bare.len());
    format!("{} {year}{}", &text.trim_start()[..cut], &text.trim_start()[cut..])
}

/// Signs that stand in or behind words: vowel signs, abbreviating stops aside.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{200c}' | '\u{200d}' | '.' | '\'' | '’')
}
