//! Folding: the form in which texts are compared.
//!
//! NFKC, lower case (ß as ss, ς as σ), no diacritics on Latin and Greek (й
//! keeps its breve, ё is е), no vowel marks on Arabic and Hebrew, runs of white space and
//! hyphens as one space, straight apostrophes, simplified Han. Marks of trade are spaces,
//! superscript and circled numbers words of their own. Punctuation stays: a phrase does not
//! run across it.
//!
//! What this returns is in the search index: when it changes, a migration of both stores has
//! all texts wait for the index again.

mod folded;
mod index;
mod writer;

use super::letter::{LetterForm, cluster, joins, simple};
use writer::FoldWriter;

pub use folded::{Folded, Word};
pub use index::index_words;

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

/// Where the run of ASCII from `at` on ends. If accents are kept, the last letter is left
/// for the mark that follows it, if one does.
fn ascii_run(text: &str, at: usize, form: LetterForm) -> usize {
    let bytes = text.as_bytes();
    let end = bytes[at..].iter().position(|b| !b.is_ascii()).map_or(bytes.len(), |n| at + n);
    match form {
        LetterForm::AsWritten if end > at && text[end..].chars().next().is_some_and(joins) => end - 1,
        _ => end,
    }
}

/// Where the character at `at` ends, with everything that joins it.
fn cluster_end(text: &str, at: usize) -> usize {
    let mut chars = text[at..].char_indices();
    chars.next();
    chars.find(|(_, c)| !joins(*c)).map_or(text.len(), |(n, _)| at + n)
}

#[cfg(test)]
mod tests;
