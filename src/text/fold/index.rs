//! The words by which the search index knows a text.

use super::super::letter::{LetterForm, cluster, simple};
use super::super::script;
use super::{ascii_run, cluster_end};

/// Appends to `out` the words by which the search index knows `text`: folded as in the
/// filter language and separated by single spaces; runs of Han, kana, Hangul or Thai become
/// overlapping pairs of characters, and the last character a word of its own, so that every
/// character begins one.
pub fn index_words(text: &str, out: &mut String) {
    out.reserve(text.len());
    let mut words = WordsOut { out, last: Last::Border };
    let mut scratch = String::new();
    let mut at = 0;
    while at < text.len() {
        let ascii = ascii_run(text, at, LetterForm::Folded);
        if ascii > at {
            words.ascii(&text[at..ascii]);
            at = ascii;
            continue;
        }
        let end = cluster_end(text, at);
        let first = text[at..].chars().next().expect("a cluster holds a character");
        match simple(first) {
            Some(plain) if at + first.len_utf8() == end => words.push(plain),
            _ => {
                scratch.clear();
                cluster(&text[at..end], LetterForm::Folded, &mut scratch);
                scratch.chars().for_each(|c| words.push(c));
            }
        }
        at = end;
    }
    words.settle();
}

struct WordsOut<'o> {
    out: &'o mut String,
    last: Last,
}

/// What the character before was.
#[derive(Clone, Copy)]
enum Last {
    /// There was none, or it is not part of a word.
    Border,
    /// Part of a word with borders.
    Letter,
    /// The first of a run without word borders, not yet written.
    Lone(char),
    /// A later one of such a run.
    Paired(char),
}

impl WordsOut<'_> {
    fn ascii(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if !bytes[at].is_ascii_alphanumeric() {
                self.settle();
                at += 1;
                continue;
            }
            let end = bytes[at..].iter().position(|b| !b.is_ascii_alphanumeric()).map_or(bytes.len(), |n| at + n);
            self.letters();
            let from = self.out.len();
            self.out.push_str(&text[at..end]);
            self.out[from..].make_ascii_lowercase();
            at = end;
        }
    }

    fn push(&mut self, c: char) {
        if script::is_unspaced(c) {
            match self.last {
                Last::Lone(before) | Last::Paired(before) => {
                    self.space();
                    self.out.extend([before, c]);
                    self.last = Last::Paired(c);
                }
                Last::Border | Last::Letter => self.last = Last::Lone(c),
            }
        } else if script::is_word(c) {
            self.letters();
            self.out.push(c);
        } else {
            self.settle();
        }
    }

    /// Prepares for a letter of a word with borders.
    fn letters(&mut self) {
        if !matches!(self.last, Last::Letter) {
            self.settle();
            self.space();
            self.last = Last::Letter;
        }
    }

    /// Ends the word or run.
    fn settle(&mut self) {
        if let Last::Lone(c) | Last::Paired(c) = self.last {
            self.space();
            self.out.push(c);
        }
        self.last = Last::Border;
    }

    fn space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
    }
}
