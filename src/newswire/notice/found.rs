//! Words of a notice, and where they were found.

use super::lines::clipped;
use super::words::{KindWords, NoticeMark};

/// Words of a notice that are kept, in bytes.
const MOST_RAW: usize = 200;

/// Words of a notice, and where they were found.
pub(super) struct FoundNotice<'t> {
    pub words: &'t KindWords,
    /// The headline, or the line of the text.
    pub line: &'t str,
    pub mark: NoticeMark,
    pub place: NoticePart,
}

/// Where the words of a notice stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NoticePart {
    Headline,
    Text,
}

impl FoundNotice<'_> {
    /// The words, with all of the bracket that they open.
    pub fn raw(&self) -> String {
        let words = self.line.get(self.mark.at.clone()).unwrap_or("");
        let open = words.chars().next().and_then(closing);
        let end = match open {
            Some(close) if !words.ends_with(close) => {
                self.line[self.mark.at.start..].find(close).map(|at| self.mark.at.start + at + close.len_utf8())
            }
            _ => None,
        };
        let end = end.unwrap_or(self.mark.at.end);
        clipped(self.line.get(self.mark.at.start..end).unwrap_or(words), MOST_RAW).trim().to_owned()
    }
}

/// The bracket that closes `open`.
fn closing(open: char) -> Option<char> {
    let pairs =
        [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('【', '】'), ('〔', '〕'), ('<', '>'), ('＜', '＞')];
    pairs.into_iter().chain([('/', '/')]).find(|(from, _)| *from == open).map(|(_, to)| to)
}
