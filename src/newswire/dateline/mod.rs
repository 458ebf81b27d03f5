//! Datelines: newswire-domain B.
//!
//! Sought at the beginning of the first lines, of each up to a fixed length: in brackets
//! (Japanese, Korean), after a Chinese agency's name, or as places, date and mark in any
//! order. Accepted only with a known mark, or with a known place, a date and a closing dash.

mod area;
mod bracket;
mod byline;
mod calendar;
mod case;
mod chinese;
mod cursor;
mod date;
mod extent;
mod gap;
mod glued;
mod head;
mod mark;
mod places;
mod printed;
mod reading;
mod time;

use std::ops::Range;

use super::copy::WireCopy;
use super::tables::Tables;
use crate::model::newswire::Dateline;
use crate::places::Gazetteer;
use reading::{DatelineDesk, PrintedDateline};

/// A dateline and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FoundDateline {
    pub dateline: Dateline,
    /// Its raw words: bytes of the text.
    pub at: Range<usize>,
    /// Where the news begins, after the closing dash.
    pub news_at: usize,
}

/// Lines that may stand before a dateline and are looked at: sub-headlines, bylines, dates.
const LINES: usize = 8;

/// In paragraphs after these a dateline needs a wire's mark.
const FIRST_PARAGRAPHS: usize = 3;

/// How far into the text lines may begin, in bytes.
const HEAD_BYTES: usize = 4_096;

/// How much of a line is looked at, in bytes.
const LINE_BYTES: usize = 700;

/// The dateline of a copy.
pub(super) fn read(copy: &WireCopy<'_>, tables: &Tables, gazetteer: &Gazetteer) -> Option<FoundDateline> {
    let desk = DatelineDesk { copy, tables, gazetteer };
    let mut best: Option<(usize, PrintedDateline)> = None;
    let mut above = None;
    for (paragraphs, (at, line)) in lines(copy.text).enumerate() {
        let start = skipped(&desk, line, 0);
        if let Some(mut reading) = of_line(&desk, line, start) {
            let fits = reading.wire.is_some() || paragraphs < FIRST_PARAGRAPHS;
            // A mark alone gives way to a full dateline below it.
            let better = best.as_ref().is_none_or(|(_, best)| best.places.is_none() && reading.places.is_some());
            if fits && better {
                reading.byline =
                    reading.byline.or_else(|| above.take()).or_else(|| byline::of_line(tables, &line[..start]));
                let is_full = reading.places.is_some();
                best = Some((at, reading));
                if is_full {
                    break;
                }
            }
        }
        above = byline::of_line(tables, line).or(above);
    }
    let (at, reading) = best?;
    Some(found(&desk, at, &reading))
}

/// The first lines that are not blank, each with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let all = text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, cut(line))
    });
    all.take_while(|(at, _)| *at < HEAD_BYTES).take(4 * LINES).filter(|(_, line)| !line.trim().is_empty()).take(LINES)
}

/// A line up to its bound.
fn cut(line: &str) -> &str {
    let mut end = line.len().min(LINE_BYTES);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    line[..end].trim_end_matches(['\n', '\r'])
}

/// Where a dateline may begin: after spaces, bullets, quotation marks, notes in brackets and
/// words such as "FOR IMMEDIATE RELEASE".
fn skipped(desk: &DatelineDesk<'_>, line: &str, from: usize) -> usize {
    let mut at = from;
    for _ in 0..6 {
        let is_sign =
            |c: char| c.is_whitespace() || gap::is_dash(c) || "*•·●■◆▲△▶►\"“”'‘:：|\u{feff}\u{200b}".contains(c);
        at = line.len() - line[at..].trim_start_matches(is_sign).len();
        if line[at..].starts_with(['(', '（', '[', '【', '<']) && mark::in_brackets(desk.tables, line, at).is_none() {
            let is_dateline = bracket::read(desk, line, at).is_some();
            match mark::enclosed(line, at).filter(|_| !is_dateline) {
                Some((_, end)) => at = end,
                None => break,
            }
        } else if let Some(end) = after_opening(desk, line, at) {
            at = end;
        } else {
            break;
        }
    }
    at
}

/// Where a word such as "UPDATED" ends that a separator follows.
fn after_opening(desk: &DatelineDesk<'_>, line: &str, at: usize) -> Option<usize> {
    let rest = &line[at..];
    let opening = desk
        .tables
        .words
        .openings
        .iter()
        .find(|opening| rest.get(..opening.len()).is_some_and(|start| start.to_lowercase() == **opening))?;
    let gap = gap::read(desk, line, at + opening.len());
    let separates = gap.has_dash || gap.has_colon || gap.has_comma || gap.has_stop || gap.slash.is_some();
    separates.then_some(gap.end)
}

/// The dateline of a line.
fn of_line(desk: &DatelineDesk<'_>, line: &str, start: usize) -> Option<PrintedDateline> {
    if start >= line.len() {
        return None;
    }
    bracket::read(desk, line, start)
        .or_else(|| chinese::read(desk, line, start))
        .or_else(|| head::read(desk, line, start))
        .or_else(|| glued::read(desk, line))
}

fn found(desk: &DatelineDesk<'_>, at: usize, reading: &PrintedDateline) -> FoundDateline {
    let text = desk.copy.text;
    let of_text = |range: &Range<usize>| at + range.start..at + range.end;
    let raw = of_text(&reading.raw);
    let places = reading.places.as_ref().map(|range| printed::read(desk, &text[of_text(range)])).unwrap_or_default();
    FoundDateline {
        dateline: Dateline {
            raw: text[raw.clone()].trim_end().to_owned(),
            places,
            date: reading.date.and_then(|date| calendar::resolve(date, desk.copy.published)),
            wire: reading.wire.map(|wire| desk.tables.name(wire).to_owned()),
            byline: reading.byline.clone(),
        },
        at: raw,
        news_at: at + reading.news_at,
    }
}
