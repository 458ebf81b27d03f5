//! Folding: the form in which texts are compared.
//!
//! NFKC, lower case (ß as ss, ς as σ), no diacritics on Latin and Greek (й
//! keeps its breve, ё is е), runs of white space and hyphens as one space,
//! straight apostrophes, simplified Han. Punctuation stays: a phrase does not
//! run across it.

mod index;
mod writer;

use std::ops::Range;

use unicode_normalization::char::canonical_combining_class;

use super::letter::{LetterForm, cluster, joins, simple};
use writer::FoldWriter;

pub use index::index_words;

/// A folded text that knows where each of its bytes was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folded {
    text: String,
    steps: Vec<FoldStep>,
    words: Vec<Word>,
}

/// A word of a folded text; in scripts without word borders, a character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word {
    /// Where it begins, in bytes.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// From `folded` on, up to the next step, bytes of the folded text stand for
/// those of the shown one from `shown` on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct FoldStep {
    folded: u32,
    shown: u32,
    link: ByteMap,
}

/// How the bytes of a step correspond.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ByteMap {
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

    /// Where `folded`, a range of bytes of the folded text, is in `shown`, the
    /// text it was made of: at character borders, marks included.
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

    /// The place in the folded text of byte `shown` of the text it was made of.
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

/// `text` as it is compared, with the way back.
pub fn fold(text: &str) -> Folded {
    folded(text, LetterForm::Folded)
}

/// `text` with case and diacritics kept and the rest folded: the form in
/// which terms marked `=` are compared.
pub fn keep(text: &str) -> String {
    folded(text, LetterForm::AsWritten).text
}

fn folded(text: &str, form: LetterForm) -> Folded {
    let mut writer = FoldWriter::new(text.len());
    let mut scratch = String::new();
    let mut at = 0;
    while at < text.len() {
        let ascii = ascii_run(text, at, form);
        if ascii > at {
            writer.ascii(&text.as_bytes()[at..ascii], at, form);
            at = ascii;
            continue;
        }
        let end = cluster_end(text, at);
        let first = text[at..].chars().next().expect("a cluster holds a character");
        match simple(first) {
            Some(plain) if form == LetterForm::Folded && at + first.len_utf8() == end => {
                writer.other(plain.encode_utf8(&mut [0; 4]), at..end);
            }
            _ => {
                scratch.clear();
                cluster(&text[at..end], form, &mut scratch);
                writer.other(&scratch, at..end);
            }
        }
        at = end;
    }
    writer.finish()
}

/// Where the ASCII from `at` on ends. With accents kept, the last letter goes
/// with a mark that may follow it.
fn ascii_run(text: &str, at: usize, form: LetterForm) -> usize {
    let bytes = text.as_bytes();
    let end = bytes[at..].iter().position(|b| !b.is_ascii()).map_or(bytes.len(), |n| at + n);
    match form {
        LetterForm::AsWritten if end > at && text[end..].chars().next().is_some_and(joins) => end - 1,
        _ => end,
    }
}

/// Where the character at `at` and all that joins it end.
fn cluster_end(text: &str, at: usize) -> usize {
    let mut chars = text[at..].char_indices();
    chars.next();
    chars.find(|(_, c)| !joins(*c)).map_or(text.len(), |(n, _)| at + n)
}

#[cfg(test)]
mod tests;
