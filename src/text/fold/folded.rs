//! A folded text, and the way back to the text it was made of.

use std::ops::Range;

use unicode_normalization::char::canonical_combining_class;

/// A folded text that knows where each of its bytes was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folded {
    pub(super) text: String,
    pub(super) steps: Vec<FoldStep>,
    pub(super) words: Vec<Word>,
}

/// A word of a folded text; a character in scripts without word borders.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word {
    /// Where it begins, in bytes.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// From byte `folded` of the folded text up to the next step, its bytes correspond to those
/// of the shown text from byte `shown` on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct FoldStep {
    pub folded: u32,
    pub shown: u32,
    pub link: ByteMap,
}

/// How the bytes of a step correspond.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ByteMap {
    /// One to one.
    Each,
    /// Only as a whole.
    Whole,
}

impl Folded {
    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words of the folded text, in order.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The range in `shown`, the original text, for the byte range `folded` of the folded
    /// one; it ends at character borders and includes combining marks.
    pub fn shown(&self, folded: Range<usize>, shown: &str) -> Range<usize> {
        let at = self.steps.partition_point(|s| s.folded as usize <= folded.start).saturating_sub(1);
        let step = self.steps[at];
        let mut start = step.shown as usize;
        if step.link == ByteMap::Each {
            start = floor(shown, start + (folded.start - step.folded as usize));
        }
        start..self.shown_end(folded.end, shown).max(start)
    }

    fn shown_end(&self, folded: usize, shown: &str) -> usize {
        let at = self.steps.partition_point(|s| (s.folded as usize) < folded).saturating_sub(1);
        let step = self.steps[at];
        let mut end = match step.link {
            ByteMap::Each => step.shown as usize + (folded - step.folded as usize),
            ByteMap::Whole => self.steps.get(at + 1).map_or(shown.len(), |next| next.shown as usize),
        };
        end = end.min(shown.len());
        while !shown.is_char_boundary(end) {
            end += 1;
        }
        let marks = shown[end..].chars().take_while(|c| canonical_combining_class(*c) != 0);
        end + marks.map(char::len_utf8).sum::<usize>()
    }

    /// The position in the folded text for byte `shown` of the original one.
    pub fn place_of(&self, shown: usize) -> usize {
        let at = self.steps.partition_point(|s| s.shown as usize <= shown).saturating_sub(1);
        let step = self.steps[at];
        let next = self.steps.get(at + 1).map_or(self.text.len(), |next| next.folded as usize);
        match step.link {
            ByteMap::Each => (step.folded as usize + shown.saturating_sub(step.shown as usize)).min(next),
            ByteMap::Whole if shown > step.shown as usize => next,
            ByteMap::Whole => step.folded as usize,
        }
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
