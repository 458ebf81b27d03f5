//! Dates that follow no standard closely: RFC 822 and its cousins.

use super::words::{Zone, is_filler, is_weekday, month, zone as named_zone};
use super::{Cursor, Parts, number};

/// Half of a day.
#[derive(Clone, Copy, PartialEq)]
enum Half {
    Am,
    Pm,
}

/// What the words and numbers around the clock say.
#[derive(Default)]
struct Found<'a> {
    /// Numbers in order, as written, with the character that follows them.
    numbers: Vec<(&'a str, Option<char>)>,
    /// Month, and the word it was.
    month: Option<u32>,
    zone: Option<Zone>,
    half: Option<Half>,
    /// Whether the clock has been passed: only behind it are there offsets.
    past_clock: bool,
}

/// Reads a date that [`super::iso`] refused.
pub fn read(text: &str) -> Option<Parts> {
    if let Some(parts) = epoch(text) {
        return Some(parts);
    }
    let text = plain(text);
    let (before, mut parts, after) = split_clock(&text)?;
    let mut found = Found::default();
    gather(before, &mut found)?;
    found.past_clock = before.len() < text.len();
    gather(after, &mut found)?;
    calendar(&found, &mut parts)?;
    if let Some(half) = found.half {
        if !(1..=12).contains(&parts.hour) {
            // "오후 23:17": the clock has 24 hours after all.
            return (parts.hour < 24 && half == Half::Pm).then_some(Parts { zone: found.zone, ..parts });
        }
        parts.hour = parts.hour % 12 + if half == Half::Pm { 12 } else { 0 };
    }
    parts.zone = found.zone;
    Some(parts)
}

/// Seconds or milliseconds since 1970 where a number is plainly one: from
/// 2001 (ten digits) to 2100.
fn epoch(text: &str) -> Option<Parts> {
    let inner = text.strip_prefix("/Date(").and_then(|t| t.strip_suffix(")/")).unwrap_or(text);
    let (whole, fraction) = inner.split_once('.').unwrap_or((inner, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || !matches!(whole.len(), 10 | 13) {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    let millis = if whole.len() == 13 { value } else { value * 1000 };
    let at = chrono::DateTime::from_timestamp_millis(millis)
        .filter(|at| (2001..2100).contains(&chrono::Datelike::year(at)))?;
    use chrono::{Datelike, Timelike};
    Some(Parts {
        year: at.year(),
        month: at.month(),
        day: at.day(),
        hour: at.hour(),
        minute: at.minute(),
        second: at.second(),
        millis: at.timestamp_subsec_millis(),
        zone: Some(Zone::Fixed(0)),
    })
}

/// `text` in lower case, without remarks in parentheses, with East Asian units
/// turned into separators.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '年' | '月' | '년' | '월' => out.push('-'),
            '日' | '일' => out.push(' '),
            '時' | '时' | '点' | '시' => out.push(':'),
            '分' | '초' | '秒' => {}
            '분' => {}
            _ if c.is_whitespace() => out.push(' '),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out.replace("오전", " am ")
        .replace("오후", " pm ")
        .replace("上午", " am ")
        .replace("下午", " pm ")
        .replace("a.m.", "am")
        .replace("p.m.", "pm")
}

/// Finds the clock; gives what stands before it, its parts, what follows.
/// Without a clock it is midnight. Two colons too many are no clock.
fn split_clock(text: &str) -> Option<(&str, Parts, &str)> {
    let bytes = text.as_bytes();
    let mut parts = Parts::default();
    let Some(colon) = memchr::memchr(b':', bytes) else {
        return Some((text, parts, ""));
    };
    let from = bytes[..colon].iter().rposition(|b| !b.is_ascii_digit()).map_or(0, |at| at + 1);
    let mut cursor = Cursor(&bytes[from..]);
    let trailing = bytes.get(colon + 1).is_none_or(|b| !b.is_ascii_digit());
    if trailing {
        // "13時": an hour alone.
        parts.hour = cursor.digits_up_to(2)?;
        return Some((&text[..from], parts, &text[colon + 1..]));
    }
    if !cursor.clock(&mut parts)? {
        return None;
    }
    let before = text[..from].strip_suffix('t').unwrap_or(&text[..from]);
    Some((before, parts, &text[bytes.len() - cursor.0.len()..]))
}

/// Takes words and numbers out of `text`; `None` when one makes no sense.
fn gather<'a>(text: &'a str, found: &mut Found<'a>) -> Option<()> {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            rest.bytes().take_while(u8::is_ascii_digit).count()
        } else if first.is_alphabetic() {
            rest.find(|c: char| !(c.is_alphabetic() || matches!(c, '/' | '_' | '.') || is_combining(c)))
                .unwrap_or(rest.len())
        } else if matches!(first, '+' | '-') && found.past_clock {
            match offset_at(&rest[..1], &rest[1..]) {
                Some((zone, after)) => {
                    found.zone = Some(zone);
                    rest = after;
                    continue;
                }
                None if first == '+' => return None,
                None => 1,
            }
        } else if matches!(first, ' ' | ',' | '-' | '/' | '.' | '|' | '\'') {
            1
        } else {
            return None;
        };
        let (token, after) = rest.split_at(length);
        if first.is_ascii_digit() {
            found.numbers.push((token, after.chars().next()));
            rest = ["st", "nd", "rd", "th", "º", "er "]
                .iter()
                .find_map(|suffix| after.strip_prefix(suffix))
                .unwrap_or(after);
        } else if first.is_alphabetic() {
            word(token.trim_end_matches(['.', '/']), after, found)?;
            rest = after;
        } else {
            rest = after;
        }
    }
    Some(())
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{94f}' | '\u{e31}'..='\u{e4e}')
}

fn word(word: &str, after: &str, found: &mut Found<'_>) -> Option<()> {
    match word {
        "am" if !after.contains("uhr") => found.half = Some(Half::Am),
        "pm" => found.half = Some(Half::Pm),
        "at" if found.past_clock && after.trim().is_empty() => found.zone = named_zone(word),
        _ if is_filler(word) => {}
        _ => match (month(word), found.month) {
            (Some(number), None) => found.month = Some(number),
            // "mar., 01 déc.": the first was a Tuesday.
            (Some(number), Some(_)) if found.numbers.len() <= 1 => found.month = Some(number),
            _ => match named_zone(word) {
                Some(zone) if !(found.numbers.is_empty() && is_weekday(word)) => {
                    // "GMT-07:00" is an offset that follows.
                    found.zone = Some(zone);
                }
                _ if is_weekday(word) => {}
                _ => return None,
            },
        },
    }
    Some(())
}

/// The offset whose digits `rest` begins with, and what follows it. A lone
/// year (asctime puts it last) is none.
fn offset_at<'a>(sign: &str, rest: &'a str) -> Option<(Zone, &'a str)> {
    let digits = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b':').count();
    let (body, after) = rest.split_at(digits);
    if after.starts_with(|c: char| c.is_alphanumeric() && c != 'z' && c != 'Z') {
        return None;
    }
    let (hours, minutes) = match body.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if body.len() <= 2 => (body, "0"),
        None => body.split_at(body.len() - 2),
    };
    if hours.is_empty() || hours.len() > 2 || minutes.is_empty() || minutes.len() > 2 {
        return None;
    }
    let (hours, minutes) = (number(hours.as_bytes())?, number(minutes.as_bytes())?);
    if hours > 15 || minutes > 59 {
        return None;
    }
    let total = i32::try_from(hours * 60 + minutes).ok()?;
    Some((Zone::Fixed(if sign == "-" { -total } else { total }), after.trim_start_matches(['z', 'Z'])))
}

/// The zone that `text`, all of it, states; `Some(None)` for an empty text.
pub fn zone(text: &str) -> Option<Option<Zone>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    if let Some(sign @ ("+" | "-")) = text.get(..1) {
        let (zone, after) = offset_at(sign, &text[1..])?;
        // Go prints "+0000 UTC".
        return (after.trim().is_empty() || named_zone(after.trim()).is_some()).then_some(Some(zone));
    }
    named_zone(text).map(Some)
}

/// Day, month and year out of what was found.
fn calendar(found: &Found<'_>, parts: &mut Parts) -> Option<()> {
    let numbers: Vec<(u32, usize, Option<char>)> = found
        .numbers
        .iter()
        .map(|(text, next)| Some((number(text.as_bytes())?, text.len(), *next)))
        .collect::<Option<_>>()?;
    let (year, month, day) = match (found.month, numbers.as_slice()) {
        (Some(month), [year]) if year.1 == 4 => (*year, month, 1),
        (Some(month), [year, day]) if year.1 == 4 => (*year, month, day.0),
        (Some(month), [day, year]) => (*year, month, day.0),
        // A template's slip: "026, 26 Mar 2023".
        (Some(month), [_, day, year]) if year.1 == 4 => (*year, month, day.0),
        (None, [year, month, day]) if year.1 == 4 => (*year, month.0, day.0),
        // "03-12-31" could be anything.
        (None, [(_, 2, Some('-')), _, (_, 2, _)]) => return None,
        (None, [first, second, year]) if matches!(year.1, 2 | 4) => {
            // Slashes are American unless that cannot be; stops, blanks and hyphens put the day first.
            let american = first.2 == Some('/') && second.0 <= 31 && first.0 <= 12;
            if american { (*year, first.0, second.0) } else { (*year, second.0, first.0) }
        }
        _ => return None,
    };
    parts.month = month;
    parts.day = day;
    parts.year = match (year.0, year.1) {
        (value, 2) if value < 50 => 2000 + value,
        (value, 2) => 1900 + value,
        // The Buddhist era of Thai calendars.
        (value @ 2443..=2700, 4) => value - 543,
        (value, 4) => value,
        _ => return None,
    } as i32;
    Some(())
}
