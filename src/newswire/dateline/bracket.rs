//! Datelines in brackets, as Japanese and Korean agencies print them:
//! `[東京 ２１日 ロイター] -`, `【北京共同】`, `(서울=연합뉴스) 조성미 기자 =`.

use std::ops::Range;

use super::mark;
use super::reading::{DatelineDesk, PrintedDateline};
use super::{byline, chinese, date, gap, places};
use crate::newswire::tables::WireNumber;

/// The dateline in the brackets that open at `start`.
pub(super) fn read(desk: &DatelineDesk<'_>, line: &str, start: usize) -> Option<PrintedDateline> {
    if line[start..].starts_with('/') {
        return None;
    }
    let (inner, end) = mark::enclosed(line, start)?;
    let text = &line[inner.clone()];
    let mut reading = match chinese::read(desk, &line[..inner.end], inner.start) {
        Some(reading) if reading.news_at >= inner.end => reading,
        _ => content(desk, text, inner.start)?,
    };
    // A mark alone is one in brackets of the east: `【AFP＝時事】`, `（ＣＮＮ）`. Others want a dash.
    let is_bare = reading.places.is_none() && reading.date.is_none();
    if is_bare && !line[start..].starts_with(['【', '（', '［']) {
        return None;
    }
    let (name, end) = match byline::after_bracket(desk.tables, line, end) {
        Some((name, end)) => (Some(name), end),
        None => (None, end),
    };
    reading.byline = reading.byline.or(name);
    reading.raw = start..end;
    reading.news_at = gap::read(desk, line, end).end;
    Some(reading)
}

/// Places, date and mark inside brackets.
fn content(desk: &DatelineDesk<'_>, text: &str, offset: usize) -> Option<PrintedDateline> {
    let whole = desk.tables.marked(text).map(|wire| (0, wire));
    let (range, wire) = match whole.or_else(|| without_mark(desk, text)) {
        Some((rest, wire)) => (0..rest, wire),
        // `【新華社上海3月4日】`
        None => desk.tables.free_mark(text).map(|(wire, bytes)| (bytes..text.len(), wire))?,
    };
    let (text, offset) = (&text[range.clone()], offset + range.start);
    let (place, date) = without_date(desk, text);
    let place = without_second_mark(desk, &text[..place]);
    let trimmed = places::trimmed(desk.tables, &text[..place]);
    // "(via X)" is no place.
    let is_name = !text[trimmed.clone()].starts_with(char::is_lowercase);
    let has_place = is_name && places::is_short(&text[trimmed.clone()]);
    if !has_place && !trimmed.is_empty() {
        return None;
    }
    let places: Option<Range<usize>> = has_place.then(|| offset + trimmed.start..offset + trimmed.end);
    Some(PrintedDateline { places, date, wire: Some(wire), ..PrintedDateline::default() })
}

/// The wire that stands last, and where what is before it ends.
fn without_mark(desk: &DatelineDesk<'_>, text: &str) -> Option<(usize, WireNumber)> {
    let text = text.trim_end();
    if let Some((before, after)) = text.rsplit_once(['=', '＝'])
        && let Some((wire, _)) = mark::known(desk.tables, after.trim())
    {
        return Some((before.len(), wire));
    }
    if let Some((wire, bytes)) = desk.tables.glued_mark(text) {
        return Some((text.len() - bytes, wire));
    }
    let words: Vec<usize> = text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).collect();
    words.iter().rev().take(3).find_map(|at| Some((*at, mark::known(desk.tables, text[*at..].trim_start())?.0)))
}

/// Where the text before a date ends, and the date.
fn without_date(desk: &DatelineDesk<'_>, text: &str) -> (usize, Option<date::PrintedDate>) {
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let begins = before.is_none_or(|b| date_border(b, c));
        before = Some(c);
        if begins && let Some((date, _)) = super::extent::date_at(desk, &text[at..]) {
            return (at, Some(date));
        }
    }
    (text.len(), None)
}

fn date_border(before: char, c: char) -> bool {
    use super::cursor::digit;
    digit(c).is_some() && digit(before).is_none() || !before.is_alphanumeric()
}

/// `도쿄 AP=연합뉴스`: the agency whose copy it took over.
fn without_second_mark(desk: &DatelineDesk<'_>, text: &str) -> usize {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || ",、=＝".contains(c));
    if desk.tables.marked(text).is_some() {
        return 0;
    }
    without_mark(desk, text).map_or(text.len(), |(end, _)| end)
}
