//! Folding: the form in which texts are compared.
//!
//! NFKC, lower case (ß as ss, ς as σ), no diacritics on Latin and Greek (й
//! keeps its breve, ё is е), runs of white space and hyphens as one space,
//! straight apostrophes, simplified Han. Punctuation stays: a phrase does not
//! run across it.

use std::ops::Range;

use unicode_normalization::char::canonical_combining_class;

use super::letter::{Form, cluster, joins, simple};
use super::script;

/// A folded text that knows where each of its bytes was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folded {
    text: String,
    steps: Vec<Step>,
}

/// From `folded` on, up to the next step, bytes of the folded text stand for
/// those of the shown one from `shown` on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Step {
    folded: u32,
    shown: u32,
    link: Link,
}

/// How the bytes of a step correspond.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Link {
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

    /// Where `folded`, a range of bytes of the folded text, is in `shown`, the
    /// text it was made of: at character borders, marks included.
    pub fn shown(&self, folded: Range<usize>, shown: &str) -> Range<usize> {
        let at = self.steps.partition_point(|s| s.folded as usize <= folded.start).saturating_sub(1);
        let step = self.steps[at];
        let mut start = step.shown as usize;
        if step.link == Link::Each {
            start = floor(shown, start + (folded.start - step.folded as usize));
        }
        start..self.shown_end(folded.end, shown).max(start)
    }

    fn shown_end(&self, folded: usize, shown: &str) -> usize {
        let at = self.steps.partition_point(|s| (s.folded as usize) < folded).saturating_sub(1);
        let step = self.steps[at];
        let mut end = match step.link {
            Link::Each => step.shown as usize + (folded - step.folded as usize),
            Link::Whole => self.steps.get(at + 1).map_or(shown.len(), |next| next.shown as usize),
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
            Link::Each => (step.folded as usize + shown.saturating_sub(step.shown as usize)).min(next),
            Link::Whole if shown > step.shown as usize => next,
            Link::Whole => step.folded as usize,
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
    folded(text, Form::Folded)
}

/// `text` with case and diacritics kept and the rest folded: the form in
/// which terms marked `=` are compared.
pub fn keep(text: &str) -> String {
    folded(text, Form::AsWritten).text
}

/// What becomes of ASCII: lower case; white space, control characters and
/// hyphens are spaces.
const LOWER: [u8; 128] = ascii();

const fn ascii() -> [u8; 128] {
    let mut table = [b' '; 128];
    let mut b = b'!';
    while b < 127 {
        table[b as usize] = if b == b'-' { b' ' } else { b.to_ascii_lowercase() };
        b += 1;
    }
    table
}

fn folded(text: &str, form: Form) -> Folded {
    let mut writer = Writer { out: Vec::with_capacity(text.len() + 8), steps: Vec::new(), astray: true };
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
            Some(plain) if form == Form::Folded && at + first.len_utf8() == end => {
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
    let text = String::from_utf8(writer.out).expect("whole characters are written");
    if writer.steps.is_empty() {
        writer.steps.push(Step { folded: 0, shown: 0, link: Link::Each });
    }
    Folded { text, steps: writer.steps }
}

/// Where the ASCII from `at` on ends. With accents kept, the last letter goes
/// with a mark that may follow it.
fn ascii_run(text: &str, at: usize, form: Form) -> usize {
    let bytes = text.as_bytes();
    let end = bytes[at..].iter().position(|b| !b.is_ascii()).map_or(bytes.len(), |n| at + n);
    match form {
        Form::AsWritten if end > at && text[end..].chars().next().is_some_and(joins) => end - 1,
        _ => end,
    }
}

/// Where the character at `at` and all that joins it end.
fn cluster_end(text: &str, at: usize) -> usize {
    let mut chars = text[at..].char_indices();
    chars.next();
    chars.find(|(_, c)| !joins(*c)).map_or(text.len(), |(n, _)| at + n)
}

struct Writer {
    out: Vec<u8>,
    steps: Vec<Step>,
    /// Whether what is written next does not follow on from the last step.
    astray: bool,
}

impl Writer {
    fn ascii(&mut self, bytes: &[u8], shown: usize, form: Form) {
        for (n, &b) in bytes.iter().enumerate() {
            let lower = LOWER[usize::from(b)];
            if lower == b' ' && self.out.last() == Some(&b' ') {
                self.astray = true;
                continue;
            }
            if self.astray {
                self.step(shown + n, Link::Each);
                self.astray = false;
            }
            self.out.push(if form == Form::AsWritten && lower != b' ' { b } else { lower });
        }
    }

    fn other(&mut self, folded: &str, shown: Range<usize>) {
        let folded = match self.out.last() {
            Some(b' ') => folded.trim_start_matches(' '),
            _ => folded,
        };
        if folded.is_empty() {
            self.astray = true;
            return;
        }
        let same = folded.len() == shown.len() && folded.chars().nth(1).is_none();
        if self.astray || !same {
            self.step(shown.start, if same { Link::Each } else { Link::Whole });
        }
        self.out.extend_from_slice(folded.as_bytes());
        self.astray = !same;
    }

    fn step(&mut self, shown: usize, link: Link) {
        self.steps.push(Step { folded: offset(self.out.len()), shown: offset(shown), link });
    }
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("texts are bounded by the size limit of documents")
}

/// Appends to `out` the words by which the search index knows `text`: folded
/// as the filter language folds, separated by single spaces; runs of Han, kana,
/// Hangul or Thai as overlapping pairs of characters (a lone character alone).
pub fn index_words(text: &str, out: &mut String) {
    out.reserve(text.len());
    let mut words = Words { out, last: Last::Border };
    let mut scratch = String::new();
    let mut at = 0;
    while at < text.len() {
        let ascii = ascii_run(text, at, Form::Folded);
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
                cluster(&text[at..end], Form::Folded, &mut scratch);
                scratch.chars().for_each(|c| words.push(c));
            }
        }
        at = end;
    }
    words.settle();
}

struct Words<'o> {
    out: &'o mut String,
    last: Last,
}

/// What the character before was.
#[derive(Clone, Copy)]
enum Last {
    /// None, or no part of a word.
    Border,
    /// Part of a word with borders.
    Letter,
    /// The first of a run without borders, not written yet.
    Lone(char),
    /// A later one of such a run.
    Paired(char),
}

impl Words<'_> {
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

    /// Makes ready for a letter of a word with borders.
    fn letters(&mut self) {
        if !matches!(self.last, Last::Letter) {
            self.settle();
            self.space();
            self.last = Last::Letter;
        }
    }

    /// Ends the word or run.
    fn settle(&mut self) {
        if let Last::Lone(c) = self.last {
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

#[cfg(test)]
mod tests;
