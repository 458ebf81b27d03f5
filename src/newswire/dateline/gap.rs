//! What stands between the parts of a dateline.

use super::mark;
use super::reading::DatelineDesk;

/// Separators from a position on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DatelineGap {
    pub end: usize,
    /// A dash, or a sign that does a dash's work: `=`, `|`.
    pub has_dash: bool,
    pub has_stop: bool,
    pub has_comma: bool,
    pub has_colon: bool,
    /// Where the last slash ends.
    pub slash: Option<usize>,
}

impl DatelineGap {
    /// Whether more than spaces stand here.
    pub fn is_marked(&self) -> bool {
        self.has_dash || self.has_stop || self.has_comma || self.has_colon || self.slash.is_some()
    }
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | '−' | '_' | '‐' | '‑' | '－')
}

/// The separators at `at`.
pub(super) fn read(desk: &DatelineDesk<'_>, line: &str, at: usize) -> DatelineGap {
    let mut gap = DatelineGap { end: at, ..DatelineGap::default() };
    for c in line[at..].chars() {
        match c {
            c if c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' => {}
            c if is_dash(c) => gap.has_dash = true,
            '=' | '＝' | '|' | '~' | '•' => gap.has_dash = true,
            '.' | '。' | '．' => gap.has_stop = true,
            ',' | '،' | '，' | '、' | ';' => gap.has_comma = true,
            ':' | '：' => gap.has_colon = true,
            '/' if mark::in_brackets(desk.tables, line, gap.end).is_none() => gap.slash = Some(gap.end + 1),
            _ => break,
        }
        gap.end += c.len_utf8();
    }
    gap
}
