//! Datelines of scripts with spaces: places, date and mark in any order, with separators
//! between them, up to the closing dash.

use std::ops::Range;

use super::date::{self, PrintedDate};
use super::extent::{self, PlacesStop};
use super::gap::{self, DatelineGap, is_dash};
use super::mark::{self, WireMark};
use super::places::{self, Evidence};
use super::reading::{DatelineDesk, PrintedDateline};
use super::{byline, time};
use crate::newswire::tables::WireNumber;

/// Parts of a dateline, repeated marks and times included.
const PARTS: usize = 10;

/// What has been read so far.
#[derive(Default)]
struct DatelineParts {
    places: Option<Range<usize>>,
    date: Option<PrintedDate>,
    wire: Option<WireNumber>,
    /// The first part was a mark in brackets.
    opens_with_mark: bool,
    /// A mark that stands free was taken last.
    ends_free: bool,
    has_second_date: bool,
    /// The brackets of the mark hold more than it: "(AP / Ann Example)" is the credit of a
    /// picture unless a dash follows.
    is_shared: bool,
    /// The end of the last part.
    end: usize,
}

/// The dateline that begins at `start`, if there is one.
pub(super) fn read(desk: &DatelineDesk<'_>, line: &str, start: usize) -> Option<PrintedDateline> {
    let mut parts = DatelineParts { end: start, ..DatelineParts::default() };
    let mut gap = DatelineGap { end: start, ..DatelineGap::default() };
    for n in 0..PARTS {
        if n > 0 {
            gap = gap::read(desk, line, parts.end);
        }
        if gap.end >= line.len() || !step(desk, line, &mut parts, &gap, start) {
            break;
        }
    }
    gap = gap::read(desk, line, parts.end);
    let closed_by_line = gap.end >= line.len();
    let mut byline = None;
    let may_sign = parts.ends_free && gap.has_comma && !gap.has_dash;
    if let Some((name, end)) = may_sign.then(|| byline::after_agency(line, gap.end)).flatten() {
        byline = Some(name);
        parts.end = end;
        gap = gap::read(desk, line, end);
    }
    let accepted = accepts(desk, line, &parts, &gap, closed_by_line);
    accepted.then(|| PrintedDateline {
        raw: start..gap.slash.unwrap_or(parts.end),
        news_at: gap.end,
        places: parts.places,
        date: parts.date,
        wire: parts.wire,
        byline,
    })
}

/// Takes the next part; false if there is none.
fn step(desk: &DatelineDesk<'_>, line: &str, parts: &mut DatelineParts, gap: &DatelineGap, start: usize) -> bool {
    let at = gap.end;
    let is_first = at == start;
    if let Some(mark) = mark_here(desk, line, at, parts, gap, is_first) {
        take_mark(desk, line, parts, &mark, is_first);
        return true;
    }
    if take_date(desk, line, parts, at) || take_time(desk, line, parts, at) {
        return true;
    }
    match parts.places {
        Some(_) => take_unknown_mark(desk, line, parts, at),
        None => take_places(desk, line, parts, at),
    }
}

fn take_date(desk: &DatelineDesk<'_>, line: &str, parts: &mut DatelineParts, at: usize) -> bool {
    let bracketed = || extent::bracketed_date(desk, line, at).filter(|_| parts.date.is_none());
    let plain = || {
        let (date, bytes) = extent::date_at(desk, &line[at..])?;
        let end = after_chinese_ending(desk, line, at + bytes);
        // What follows a dateline may begin with a date of its own.
        let belongs = parts.wire.is_none() || is_closed(desk, line, end, parts.places.is_none());
        belongs.then_some((date, end))
    };
    let lone = || extent::lone_day(desk, line, at).filter(|_| parts.places.is_some() && parts.date.is_none());
    let Some((date, end)) = plain().or_else(bracketed).or_else(lone) else { return false };
    parts.has_second_date |= parts.date.is_some();
    parts.date = parts.date.or(Some(date));
    parts.end = end;
    parts.ends_free = false;
    true
}

fn take_time(desk: &DatelineDesk<'_>, line: &str, parts: &mut DatelineParts, at: usize) -> bool {
    let bytes = if parts.date.is_some() { time::bytes(desk.tables, &line[at..]) } else { 0 };
    if bytes > 0 {
        parts.end = at + bytes;
    }
    bytes > 0
}

fn take_places(desk: &DatelineDesk<'_>, line: &str, parts: &mut DatelineParts, at: usize) -> bool {
    let Some((end, stop)) = extent::places_end(desk, line, at) else { return false };
    let range = places::trimmed(desk.tables, &line[at..end]);
    let fits = match places::evidence(desk, &line[at..end][range.clone()]) {
        Evidence::None => false,
        Evidence::Known => true,
        // After a mark the news itself may begin with capitals and a dash.
        Evidence::Capitals => stop != PlacesStop::Dash || parts.wire.is_none() || parts.date.is_some(),
        Evidence::Words => stop != PlacesStop::Dash && (parts.wire.is_none() || stop == PlacesStop::Date),
    };
    if fits {
        let is_sign = |c: char| c.is_whitespace() || is_dash(c) || ",،.:/".contains(c);
        parts.places = Some(at + range.start..at + range.end);
        // The signs after it count as separators of what follows.
        parts.end = at + line[at..end].trim_end_matches(is_sign).len().max(range.end);
        parts.ends_free = false;
    }
    fits
}

fn mark_here(
    desk: &DatelineDesk<'_>,
    line: &str,
    at: usize,
    parts: &DatelineParts,
    gap: &DatelineGap,
    is_first: bool,
) -> Option<WireMark> {
    let mark = mark::at(desk.tables, line, at)?;
    let may_stand = !mark.is_free || is_first || gap.is_marked() || parts.date.is_some();
    // "Reuters reported ..." is no mark: a free one ends at a separator.
    let ends = !mark.is_free || {
        let after = gap::read(desk, line, mark.at.end);
        after.is_marked() || after.end >= line.len() || mark::in_brackets(desk.tables, line, after.end).is_some()
    };
    (may_stand && ends).then_some(mark)
}

fn take_mark(desk: &DatelineDesk<'_>, line: &str, parts: &mut DatelineParts, mark: &WireMark, is_first: bool) {
    parts.opens_with_mark |= is_first;
    parts.wire = parts.wire.or(Some(mark.wire));
    parts.end = mark.at.end;
    parts.ends_free = mark.is_free;
    parts.is_shared = !mark.rest.is_empty();
    // "(Newsfile Corp. - August 5, 2023)"
    let rest = gap::read(desk, &line[..mark.rest.end], mark.rest.start).end;
    if parts.date.is_none() {
        parts.date = date::read(desk.tables, &line[rest..mark.rest.end]).map(|(date, _)| date);
    }
}

/// A credit in brackets that no table knows, after place and date and before a dash: the
/// dateline is one without it, and its wire stays open.
fn take_unknown_mark(desk: &DatelineDesk<'_>, line: &str, parts: &mut DatelineParts, at: usize) -> bool {
    if parts.date.is_none() || parts.wire.is_some() || !line[at..].starts_with(['(', '（']) {
        return false;
    }
    let Some((inner, end)) = mark::enclosed(line, at).filter(|(inner, _)| inner.len() <= 40) else { return false };
    let is_credit = line[inner].starts_with(char::is_alphabetic) && gap::read(desk, line, end).has_dash;
    if is_credit {
        parts.end = end;
    }
    is_credit
}

/// Chinese copy from release wires says "2018年9月20日电 /美通社/".
fn after_chinese_ending(desk: &DatelineDesk<'_>, line: &str, at: usize) -> usize {
    let ending = desk.tables.words.chinese_endings.iter().find(|word| line[at..].starts_with(word.as_str()));
    at + ending.map_or(0, String::len)
}

/// Whether a dash, slash, mark or the end of the line follows, after a time perhaps; a stop
/// will do where no place was read.
fn is_closed(desk: &DatelineDesk<'_>, line: &str, end: usize, by_stop: bool) -> bool {
    let mut end = end;
    for _ in 0..2 {
        let gap = gap::read(desk, line, end);
        let closes = gap.has_dash || gap.slash.is_some() || gap.has_colon || by_stop && gap.has_stop;
        if closes || gap.end >= line.len() || mark::in_brackets(desk.tables, line, gap.end).is_some() {
            return true;
        }
        end = gap.end + time::bytes(desk.tables, &line[gap.end..]);
    }
    false
}

/// A dateline has a known mark, or place and date and a closing dash.
fn accepts(
    desk: &DatelineDesk<'_>,
    line: &str,
    parts: &DatelineParts,
    gap: &DatelineGap,
    closed_by_line: bool,
) -> bool {
    let closes = gap.has_dash || gap.has_colon || closed_by_line;
    let evidence = parts.places.clone().map(|range| (places::evidence(desk, &line[range.clone()]), range));
    if parts.is_shared && !gap.has_dash && !gap.has_colon && gap.slash.is_none() && !gap.has_stop {
        return false;
    }
    match (parts.wire, evidence) {
        (Some(_), Some((Evidence::Known | Evidence::Capitals, _))) => true,
        (Some(_), Some((_, range))) => {
            let name = line[range].trim();
            // "Agence France-Presse (AFP) - founded in ..."
            let is_wire = desk.tables.named(name).is_some() || desk.tables.named(&format!("The {name}")).is_some();
            let few = name.split_whitespace().count() <= 3;
            !is_wire && (parts.date.is_some() || few && gap.has_dash)
        }
        (Some(_), None) => {
            let enough = parts.opens_with_mark || parts.date.is_some();
            let closes = closes || gap.slash.is_some() || parts.date.is_some() && gap.has_stop;
            enough && closes && (!parts.ends_free || parts.date.is_some())
        }
        (None, Some((Evidence::Known, _))) => {
            let next = line[gap.end..].chars().next();
            let goes_on = next.is_some_and(|c| c.is_alphanumeric() || "\"“„«®™".contains(c));
            parts.date.is_some() && !parts.has_second_date && (gap.has_dash || gap.slash.is_some()) && goes_on
        }
        _ => false,
    }
}
