//! End marks.

use std::ops::Range;

use super::super::tables::{Tables, narrow};
use super::lines::TextLine;
use super::words::BoilerplateWords;

/// An end mark of the tables that stands in a line of its own is no longer, in bytes.
const LONGEST: usize = 40;

/// Whether a line is an end mark and nothing else.
pub(super) fn is_mark(line: &TextLine<'_>, words: &BoilerplateWords, tables: &Tables) -> bool {
    let is_own = || tables.end_marks().iter().any(|mark| mark.trim() == line.head);
    line.is_short() && (line.at.len() <= LONGEST && words.end_lines.contains(&plain(line.head)) || is_own())
}

/// The end mark with which a line of the news ends.
pub(super) fn glued(line: &TextLine<'_>, words: &BoilerplateWords, tables: &Tables) -> Option<Range<usize>> {
    let own = tables.end_marks().iter().map(|mark| mark.trim());
    let all = own.chain(words.glued_ends.iter().map(String::as_str));
    let mark = all.filter(|mark| line.foot.ends_with(mark)).max_by_key(|mark| mark.len())?;
    let before = line.foot[..line.foot.len() - mark.len()].chars().next_back();
    // "WEEKEND" does not end with "END".
    let is_apart = !(before.is_some_and(char::is_alphanumeric) && mark.starts_with(char::is_alphanumeric));
    is_apart.then(|| line.at.end - mark.len()..line.at.end)
}

/// A line as end marks are compared: without space, in small letters, with one kind of dash.
fn plain(line: &str) -> String {
    let shown = line.chars().filter(|c| !c.is_whitespace()).map(narrow);
    let dashed = shown.map(|c| if "‐‑–—―－−*".contains(c) { '-' } else { c });
    let mut plain: String = dashed.flat_map(char::to_lowercase).collect();
    while plain.contains("--") {
        plain = plain.replace("--", "-");
    }
    plain
}
