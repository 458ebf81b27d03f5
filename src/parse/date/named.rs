//! Zones among the tokens of a date.

use super::sheet::{ClockSpan, Sheet, phrases};
use super::tokens::{Piece, Shape};
use super::zones::{self, SaidZone};

/// The zone that is named; `None` where a sign begins an offset and is none.
pub fn zone(sheet: &mut Sheet<'_>, clock: Option<ClockSpan>) -> Option<Option<SaidZone>> {
    let behind = clock.map_or(sheet.tokens.len(), |clock| clock.until);
    let (mut outside, mut aside) = (None, None);
    for at in 0..sheet.tokens.len() {
        if sheet.taken[at] {
            continue;
        }
        let found = if sheet.tokens[at].aside { &mut aside } else { &mut outside };
        let token = sheet.tokens[at];
        match token.kind {
            Shape::Sign(sign @ ('+' | '-')) if sign == '+' || at >= behind || zoned_before(&sheet.tokens, at) => {
                match offset_at(&sheet.tokens, at) {
                    Some((minutes, until)) => {
                        *found = Some(SaidZone::Offset(if sign == '-' { -minutes } else { minutes }));
                        sheet.taken[at..until].fill(true);
                    }
                    None if sign == '+' && !token.aside => return None,
                    None => {}
                }
            }
            Shape::Word => {
                let Some((named, until)) = named_at(&sheet.tokens, at, at >= behind) else { continue };
                found.get_or_insert(named);
                sheet.taken[at..until].fill(true);
            }
            _ => {}
        }
    }
    Some(outside.or(aside))
}

/// Whether an offset may stand at `at` though there is no clock before it: `GMT+8`.
fn zoned_before(tokens: &[Piece<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| tokens[at].text.to_ascii_uppercase());
    matches!(before.as_deref(), Some("GMT" | "UTC"))
}

/// The minutes of the offset whose sign stands at `at`, and where it ends. A year
/// or a date that follows a dash is none.
fn offset_at(tokens: &[Piece<'_>], at: usize) -> Option<(i32, usize)> {
    let number = |at: usize| tokens.get(at).filter(|token| token.kind == Shape::Number).map(|token| token.text);
    let hours = number(at + 1)?;
    let colon = tokens.get(at + 2).is_some_and(|token| token.is(':'));
    let (digits, until) = match number(at + 3).filter(|_| colon) {
        Some(minutes) => (format!("{hours}:{minutes}"), at + 4),
        None if colon => return None,
        None => (hours.to_owned(), at + 2),
    };
    let joined = tokens.get(until).is_some_and(|token| token.is('/') || token.is('.') || token.is('-'));
    if joined && number(until + 1).is_some() {
        return None;
    }
    Some((zones::offset(&digits)?, until))
}

/// The zone whose name begins at `at`, and where it ends.
fn named_at(tokens: &[Piece<'_>], at: usize, behind_clock: bool) -> Option<(SaidZone, usize)> {
    const ALSO_IN_LOWER_CASE: [&str; 18] = [
        "GMT", "UTC", "UT", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "CET", "CEST", "BST", "IST",
        "JST", "MSK",
    ];
    let text = tokens[at].text;
    let upper = text.to_ascii_uppercase();
    // "Etc/GMT+5" is one name, whose sign is the other way round.
    if upper == "ETC/GMT"
        && let [
            Piece { kind: Shape::Sign('+' | '-'), text: sign, .. },
            Piece { kind: Shape::Number, text: hours, .. },
            ..,
        ] = tokens[at + 1..]
    {
        return Some((zones::named(&format!("Etc/GMT{sign}{hours}"))?, at + 3));
    }
    if let Some(found) = spelled_out(tokens, at) {
        return Some(found);
    }
    let as_written = text == upper || ALSO_IN_LOWER_CASE.contains(&upper.as_str()) || text.contains('/');
    let long_enough = text.len() > 2 || behind_clock;
    if !as_written || !long_enough {
        return None;
    }
    Some((zones::named(text)?, at + 1))
}

/// The zone that is spelled out from `at` on: "Eastern Standard Time".
fn spelled_out(tokens: &[Piece<'_>], at: usize) -> Option<(SaidZone, usize)> {
    const ZONES: [(&str, &str); 22] = [
        ("eastern time", "ET"),
        ("eastern standard time", "ET"),
        ("eastern daylight time", "ET"),
        ("central time", "CT"),
        ("central standard time", "CT"),
        ("central daylight time", "CT"),
        ("mountain time", "MT"),
        ("mountain standard time", "MT"),
        ("mountain daylight time", "MT"),
        ("pacific time", "PT"),
        ("pacific standard time", "PT"),
        ("pacific daylight time", "PT"),
        ("greenwich mean time", "GMT"),
        ("coordinated universal time", "UTC"),
        ("central european time", "Europe/Berlin"),
        ("british summer time", "Europe/London"),
        ("london time", "Europe/London"),
        ("india standard time", "Asia/Kolkata"),
        ("indian standard time", "Asia/Kolkata"),
        ("china standard time", "Asia/Shanghai"),
        ("beijing time", "Asia/Shanghai"),
        ("japan standard time", "Asia/Tokyo"),
    ];
    let of = |phrase: &str| ZONES.iter().find(|(name, _)| *name == phrase).and_then(|(_, zone)| zones::named(zone));
    phrases(tokens, at).into_iter().rev().find_map(|(phrase, end)| Some((of(&phrase)?, end)))
}
