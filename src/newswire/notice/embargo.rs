//! Embargoes: copy that may not be used before a time.

use super::super::copy::WireCopy;
use super::cues::{CueSet, CuedCopy, CuedLine};
use super::lines::clipped;
use super::until;
use super::words::EmbargoWords;
use crate::model::newswire::{Notice, NoticeKind, NoticeUntil};

/// The embargo of a copy.
///
/// Words that say nothing else hold the copy even where the time cannot be read: a person
/// decides. Words that the news uses too count only before a time.
pub(super) fn read(copy: &WireCopy<'_>, lines: &CuedCopy<'_>, words: &EmbargoWords) -> Option<Notice> {
    let look =
        |line: &CuedLine<'_>| line.cues.has(CueSet::embargo()).then(|| in_line(line.text, copy, words)).flatten();
    let in_title = look(&lines.title).filter(|found| found.is_stated);
    let found = in_title.or_else(|| lines.first.iter().find_map(look))?;
    Some(Notice { kind: NoticeKind::Embargo, raw: found.raw, targets: Vec::new(), until: Some(found.until) })
}

struct FoundEmbargo {
    raw: String,
    until: NoticeUntil,
    is_stated: bool,
}

fn in_line(line: &str, copy: &WireCopy<'_>, words: &EmbargoWords) -> Option<FoundEmbargo> {
    if words.unless.is_match(line) {
        return None;
    }
    let at = |start: usize, end: usize| {
        let rest = &line[end..];
        let read = until::read(rest, copy);
        let raw = clipped(&line[start..end + read.end.min(rest.len())], 260).trim();
        FoundEmbargo { raw: raw.to_owned(), until: read.until, is_stated: read.is_stated }
    };
    let opening = words.opening.captures(line).and_then(|found| found.name("mark"));
    if let Some(mark) = opening {
        return Some(at(mark.start(), number_start(line, mark.end())));
    }
    let label = words.label.captures(line).and_then(|found| found.name("mark"));
    let labelled = label.map(|mark| at(mark.start(), mark.end())).filter(|found| found.is_stated);
    labelled.or_else(|| {
        let mark = words.within.find(line)?;
        let found = at(mark.start(), mark.end());
        matches!(found.until, NoticeUntil::At(_)).then_some(found)
    })
}

/// The end of the mark, before digits that end it: they are part of the time.
fn number_start(line: &str, end: usize) -> usize {
    let digits = line[..end].bytes().rev().take_while(u8::is_ascii_digit).count();
    end - digits
}
