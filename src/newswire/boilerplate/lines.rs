//! The lines of a text.

use std::ops::Range;

/// How much of a line is looked at from each end, in bytes.
const LOOKED_AT: usize = 300;
/// A line of contacts is no longer, in bytes.
const CONTACT_BYTES: usize = 120;

/// A line without the space around it.
#[derive(Clone, Debug)]
pub(super) struct TextLine<'t> {
    /// Where it stands in the text.
    pub at: Range<usize>,
    /// Its beginning.
    pub head: &'t str,
    /// Its end, and where that begins in the text.
    pub foot: &'t str,
}

impl<'t> TextLine<'t> {
    /// The line of `text` at `at`.
    pub fn within(text: &'t str, at: Range<usize>) -> TextLine<'t> {
        let line = text.get(at.clone()).unwrap_or("");
        let shown = line.trim_start();
        let start = at.start + line.len() - shown.len();
        let shown = shown.trim_end();
        let border = |mut at: usize| {
            while !shown.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        TextLine {
            at: start..start + shown.len(),
            head: &shown[..border(shown.len().min(LOOKED_AT))],
            foot: &shown[border(shown.len().saturating_sub(LOOKED_AT))..],
        }
    }

    /// Whether all of it is in its head.
    pub fn is_short(&self) -> bool {
        self.head.len() == self.at.len()
    }

    /// Where its foot begins in the text.
    pub fn foot_at(&self) -> usize {
        self.at.end - self.foot.len()
    }
}

/// The lines that are not blank.
pub(super) fn of(text: &str) -> impl Iterator<Item = TextLine<'_>> {
    let mut at = 0;
    let all = text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        TextLine::within(text, start..at)
    });
    all.filter(|line| !line.at.is_empty())
}

/// Whether a line has the form of an electronic address or a URL that stands by itself.
pub(super) fn is_contact(line: &TextLine<'_>) -> bool {
    if line.at.len() > CONTACT_BYTES || line.head.ends_with(['.', '!', '?', '。']) {
        return false;
    }
    let has_mail = line.head.split_once('@').is_some_and(|(before, after)| {
        let is_name = |c: char| c.is_ascii_alphanumeric();
        before.ends_with(is_name) && after.starts_with(is_name) && after.contains('.')
    });
    let is_alone = !line.head.contains(char::is_whitespace);
    has_mail || is_alone && ["http://", "https://", "www."].iter().any(|start| line.head.starts_with(start))
}
