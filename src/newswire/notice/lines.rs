//! The lines of a text in which a notice may stand.

use std::ops::Range;

/// First lines that are read.
const FIRST: usize = 10;
/// How far into the text a first line may begin, in bytes.
const FIRST_BYTES: usize = 1_500;
/// Last lines that are read.
const LAST: usize = 4;
/// How much of a line is read, in bytes.
pub(super) const LONGEST_LINE: usize = 700;

/// The first and last lines of a text.
pub(super) struct NoteLines<'t> {
    /// The first ones; among them what follows the dateline within its line.
    pub first: Vec<&'t str>,
    /// The last ones, which are none of the first.
    pub last: Vec<&'t str>,
}

impl<'t> NoteLines<'t> {
    /// Those of `text`, whose dateline stands at `dateline`.
    pub fn of(text: &'t str, dateline: Option<&Range<usize>>) -> NoteLines<'t> {
        let mut first = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            if at >= FIRST_BYTES || first.len() >= FIRST {
                break;
            }
            let start = at;
            at += line.len();
            if !line.trim().is_empty() {
                first.push(clipped(line.trim(), LONGEST_LINE));
                first.extend(after_dateline(line, start, dateline));
            }
        }
        let rest = text.get(at..).unwrap_or("");
        let last = rest.rsplit('\n').map(str::trim).filter(|line| !line.is_empty()).take(LAST);
        NoteLines { first, last: last.map(|line| clipped(line, LONGEST_LINE)).collect() }
    }
}

/// What follows the dateline of this line, or a double dash where a dateline would end.
fn after_dateline<'t>(line: &'t str, start: usize, dateline: Option<&Range<usize>>) -> Option<&'t str> {
    let end = match dateline {
        Some(dateline) if (start..start + line.len()).contains(&dateline.start) => dateline.end.checked_sub(start)?,
        Some(_) => return None,
        None => {
            let head = clipped(line, 200);
            head.find("-- ").map(|at| at + 3).or_else(|| head.find(") - ").map(|at| at + 4))?
        }
    };
    let rest = line.get(end..)?.trim_matches(|c: char| c.is_whitespace() || "-–—―－:：=.".contains(c));
    (!rest.is_empty()).then(|| clipped(rest, LONGEST_LINE))
}

/// `text`, up to the last whole character of its first `most` bytes.
pub(super) fn clipped(text: &str, most: usize) -> &str {
    match text.len() > most {
        true => &text[..floor(text, most)],
        false => text,
    }
}

/// The last border of characters in `text` up to byte `at`.
pub(in crate::newswire) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
