//! Notices: copy that corrects, renews, repeats, kills or withdraws other copy, reminds of
//! something, or may not be used before a time (newswire-domain B, product 3.8).
//!
//! A notice is told by its words alone, in the headline, in the first lines of the text or,
//! for a correction of a text by itself, in its last lines. The words stand in
//! `data/newswire/notices.toml`. What follows from a notice is not decided here.

mod clock_times;
mod cues;
mod days;
mod embargo;
mod found;
mod lines;
mod spelled;
mod target;
mod until;
mod words;

use std::ops::Range;

use super::copy::WireCopy;
use crate::model::newswire::{Notice, NoticeKind};
use cues::{CuedCopy, CuedLine};
use found::{FoundNotice, NoticePart};
use lines::NoteLines;
use words::NoticeWords;

pub(super) use lines::floor;

/// What `copy` says of other copy or of its own use; `dateline` is where its dateline stands
/// in its text.
pub(super) fn read(copy: &WireCopy<'_>, dateline: Option<&Range<usize>>) -> Option<Notice> {
    let words = NoticeWords::built_in();
    let lines = NoteLines::of(copy.text, dateline);
    let cued = words.cues.copy(copy, &lines);
    let amended = find(&cued, words).map(|found| Notice {
        kind: found.words.kind,
        raw: found.raw(),
        targets: target::targets(copy, &cued, &found, &words.target),
        until: None,
    });
    let held = embargo::read(copy, &cued, &words.embargo);
    match (amended, held) {
        (Some(notice), Some(held)) if notice.kind != NoticeKind::Reminder => {
            Some(Notice { until: held.until, ..notice })
        }
        (notice, held) => held.or(notice),
    }
}

/// The words that count: those of the headline before those of the text, and in each place
/// the gravest kind first. A line that corrects outweighs a headline that renews.
fn find<'t>(copy: &CuedCopy<'t>, words: &'t NoticeWords) -> Option<FoundNotice<'t>> {
    let of_headline = words.kinds.iter().find_map(|words| {
        let mark = words.of_headline(copy.title)?;
        Some(FoundNotice { words, line: copy.title.text, mark, place: NoticePart::Headline })
    });
    let in_lines = || {
        words.kinds.iter().find_map(|words| {
            let found = |line: CuedLine<'t>| Some((line.text, words.of_line(line)?));
            let (line, mark) = copy.first.iter().copied().find_map(found)?;
            Some(FoundNotice { words, line, mark, place: NoticePart::Text })
        })
    };
    match of_headline {
        None => in_lines().or_else(|| in_phrases(copy, words)),
        Some(found) if is_grave(found.words.kind) => Some(found),
        Some(found) => in_lines().filter(|line| is_grave(line.words.kind)).or(Some(found)),
    }
}

/// Whether a notice of this kind says that earlier copy was wrong.
fn is_grave(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::Kill | NoticeKind::Withdrawal | NoticeKind::Correction)
}

fn in_phrases<'t>(copy: &CuedCopy<'t>, words: &'t NoticeWords) -> Option<FoundNotice<'t>> {
    words.kinds.iter().find_map(|words| {
        let of_title = words.phrase(copy.title).map(|mark| (copy.title.text, mark, NoticePart::Headline));
        let in_text = || copy.first.iter().find_map(|line| Some((line.text, words.phrase(*line)?, NoticePart::Text)));
        let at_foot = || {
            let mut ends = copy.first.iter().chain(&copy.last);
            ends.find_map(|line| Some((line.text, words.footer(*line)?, NoticePart::Text)))
        };
        let (line, mark, place) = of_title.or_else(in_text).or_else(at_foot)?;
        Some(FoundNotice { words, line, mark, place })
    })
}

#[cfg(test)]
mod tests;
