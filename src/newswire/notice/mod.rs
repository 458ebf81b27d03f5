//! Notices: copy that corrects, renews, repeats, kills or withdraws other copy, reminds of
//! something, or may not be used before a time (newswire-domain B, product 3.8).
//!
//! A notice is told by its words alone, in the headline, in the first lines of the text or,
//! for a correction of a text by itself, in its last lines. The words stand in
//! `data/newswire/notices.toml`. What follows from a notice is not decided here.

mod clock_times;
mod days;
mod embargo;
mod lines;
mod spelled;
mod target;
mod until;
mod words;

use std::ops::Range;

use super::copy::WireCopy;
use crate::model::newswire::{Notice, NoticeKind};
use lines::NoteLines;
use words::{KindWords, NoticeMark, NoticeWords};

/// Words of a notice that are kept.
const MOST_RAW: usize = 200;

/// What `copy` says of other copy or of its own use; `dateline` is where its dateline stands
/// in its text.
pub(super) fn read(copy: &WireCopy<'_>, dateline: Option<&Range<usize>>) -> Option<Notice> {
    let words = NoticeWords::built_in();
    let lines = NoteLines::of(copy.text, dateline);
    let amended = find(copy, &lines, words).map(|found| Notice {
        kind: found.words.kind,
        raw: found.raw(),
        targets: target::targets(copy, &lines, &found, &words.target),
        until: None,
    });
    let held = has_cue(copy, &lines, words).then(|| embargo::read(copy, &lines, &words.embargo)).flatten();
    match (amended, held) {
        (Some(notice), Some(held)) if notice.kind != NoticeKind::Reminder => {
            Some(Notice { until: held.until, ..notice })
        }
        (notice, held) => held.or(notice),
    }
}

/// Words of a notice, and where they were found.
struct FoundNotice<'t> {
    words: &'t KindWords,
    /// The headline, or the line of the text.
    line: &'t str,
    mark: NoticeMark,
    place: NoticePart,
}

/// Where the words of a notice stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NoticePart {
    Headline,
    Text,
}

impl FoundNotice<'_> {
    /// The words, with all of the bracket that they open.
    fn raw(&self) -> String {
        let words = self.line.get(self.mark.at.clone()).unwrap_or("");
        let open = words.chars().next().and_then(closing);
        let end = match open {
            Some(close) if !words.ends_with(close) => {
                self.line[self.mark.at.start..].find(close).map(|at| self.mark.at.start + at + close.len_utf8())
            }
            _ => None,
        };
        let end = end.unwrap_or(self.mark.at.end);
        lines::clipped(self.line.get(self.mark.at.start..end).unwrap_or(words), MOST_RAW).trim().to_owned()
    }
}

/// The bracket that closes `open`.
fn closing(open: char) -> Option<char> {
    let pairs =
        [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('【', '】'), ('〔', '〕'), ('<', '>'), ('＜', '＞')];
    pairs.into_iter().chain([('/', '/')]).find(|(from, _)| *from == open).map(|(_, to)| to)
}

/// The words that count: those of the headline before those of the text, and in each place
/// the gravest kind first. A line that corrects outweighs a headline that renews.
fn find<'t>(copy: &WireCopy<'t>, lines: &NoteLines<'t>, words: &'t NoticeWords) -> Option<FoundNotice<'t>> {
    let title = lines::clipped(copy.title, lines::LONGEST_LINE);
    let of_headline = words.kinds.iter().find_map(|words| {
        let mark = words.of_headline(title)?;
        Some(FoundNotice { words, line: title, mark, place: NoticePart::Headline })
    });
    let in_lines = || {
        words.kinds.iter().find_map(|words| {
            let found = |line: &'t str| Some((line, words.of_line(line)?));
            let (line, mark) = lines.first.iter().copied().find_map(found)?;
            Some(FoundNotice { words, line, mark, place: NoticePart::Text })
        })
    };
    match of_headline {
        None => {
            let phrases = || has_cue(copy, lines, words).then(|| in_phrases(title, lines, words)).flatten();
            in_lines().or_else(phrases)
        }
        Some(found) if is_grave(found.words.kind) => Some(found),
        Some(found) => in_lines().filter(|line| is_grave(line.words.kind)).or(Some(found)),
    }
}

/// Whether the copy may hold a phrase of a notice, or an embargo.
fn has_cue(copy: &WireCopy<'_>, lines: &NoteLines<'_>, words: &NoticeWords) -> bool {
    words.may_stand_in(lines::clipped(copy.title, lines::LONGEST_LINE))
        || lines.first.iter().chain(&lines.last).any(|line| words.may_stand_in(line))
}

/// Whether a notice of this kind says that earlier copy was wrong.
fn is_grave(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::Kill | NoticeKind::Withdrawal | NoticeKind::Correction)
}

fn in_phrases<'t>(title: &'t str, lines: &NoteLines<'t>, words: &'t NoticeWords) -> Option<FoundNotice<'t>> {
    words.kinds.iter().find_map(|words| {
        let of_title = words.phrase(title).map(|mark| (title, mark, NoticePart::Headline));
        let in_text = || lines.first.iter().find_map(|line| Some((*line, words.phrase(line)?, NoticePart::Text)));
        let at_foot = || {
            let ends = lines.first.iter().chain(&lines.last);
            ends.copied().find_map(|line| Some((line, words.footer(line)?, NoticePart::Text)))
        };
        let (line, mark, place) = of_title.or_else(in_text).or_else(at_foot)?;
        Some(FoundNotice { words, line, mark, place })
    })
}

#[cfg(test)]
mod tests;
