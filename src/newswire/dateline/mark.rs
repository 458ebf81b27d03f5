//! Marks of wires in a line: in brackets, in slashes, or free.

use std::ops::Range;

use crate::newswire::tables::{Tables, WireNumber};

/// A mark where it stands in a line.
#[derive(Clone, Debug)]
pub(super) struct WireMark {
    pub wire: WireNumber,
    /// With its brackets.
    pub at: Range<usize>,
    /// What else stands in the brackets: a service, a date, a reporter.
    pub rest: Range<usize>,
    pub is_free: bool,
}

/// The longest text in brackets or slashes that is looked at, in bytes.
const LONGEST: usize = 200;

/// The closing counterpart of a bracket.
pub(super) fn closer(open: char) -> Option<char> {
    Some(match open {
        '(' => ')',
        '（' => '）',
        '[' => ']',
        '［' => '］',
        '【' => '】',
        '〔' => '〕',
        '/' => '/',
        _ => return None,
    })
}

/// What stands in the brackets that open at `at`, and where they end.
pub(super) fn enclosed(line: &str, at: usize) -> Option<(Range<usize>, usize)> {
    let open = line[at..].chars().next()?;
    let close = closer(open)?;
    let from = at + open.len_utf8();
    let mut depth = 1;
    for (n, c) in line[from..].char_indices() {
        if n > LONGEST {
            return None;
        }
        if c == close {
            depth -= 1;
        } else if c == open {
            depth += 1;
        }
        if depth == 0 {
            return Some((from..from + n, from + n + c.len_utf8()));
        }
    }
    None
}

/// The mark in brackets or slashes, or free, that begins at `at`.
pub(super) fn at(tables: &Tables, line: &str, at: usize) -> Option<WireMark> {
    in_brackets(tables, line, at).or_else(|| free(tables, line, at))
}

/// The mark in brackets or slashes that opens at `at`.
pub(super) fn in_brackets(tables: &Tables, line: &str, at: usize) -> Option<WireMark> {
    let (inner, end) = enclosed(line, at)?;
    let (wire, rest) = known(tables, &line[inner.clone()])?;
    let rest = inner.start + rest.start..inner.start + rest.end;
    Some(WireMark { wire, at: at..end, rest, is_free: false })
}

/// The mark that stands free at `at`.
pub(super) fn free(tables: &Tables, line: &str, at: usize) -> Option<WireMark> {
    let (wire, bytes) = tables.free_mark(&line[at..])?;
    Some(WireMark { wire, at: at..at + bytes, rest: at + bytes..at + bytes, is_free: true })
}

/// The wire that a text in brackets credits, and what follows its name: "dpa/tmn",
/// "PRNewswire-Asia", "Newsfile Corp. - August 5, 2023", "Корр. БЕЛТА Иван Петров".
pub(super) fn known(tables: &Tables, text: &str) -> Option<(WireNumber, Range<usize>)> {
    if let Some(wire) = tables.marked(text) {
        return Some((wire, text.len()..text.len()));
    }
    let signs = ['/', '=', '＝', ',', ';', '|', '–', '—', '-', '·'];
    let mut from = 0;
    for piece in text.split(signs).take(4) {
        if let Some(wire) = tables.marked(piece) {
            let end = (from + piece.len()).min(text.len());
            return Some((wire, end..text.len()));
        }
        from += piece.len() + text[from + piece.len()..].chars().next().map_or(0, char::len_utf8);
    }
    by_words(tables, text)
}

/// A name that the text begins with, after "Корр.".
fn by_words(tables: &Tables, text: &str) -> Option<(WireNumber, Range<usize>)> {
    let start = text.len() - text.trim_start().len();
    let first = text[start..].split_whitespace().next()?;
    let is_reporter = tables.words.byline_openings.contains(&first.trim_end_matches('.').to_lowercase());
    let from = if is_reporter { start + first.len() } else { start };
    let ends =
        text[from..].char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| from + at).chain([text.len()]);
    for end in ends.filter(|end| *end > from).take(4) {
        let name = &text[from..end];
        // Short marks have homonyms: "(AA meeting)", "(AP Photo)".
        let is_short = name.chars().filter(|c| c.is_alphanumeric()).count() <= 4 && name.contains(char::is_uppercase);
        if is_short && !is_reporter {
            continue;
        }
        if let Some(wire) = tables.marked(name) {
            return Some((wire, end..text.len()));
        }
    }
    None
}
