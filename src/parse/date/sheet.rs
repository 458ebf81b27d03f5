//! The tokens of a text, and which of them have their meaning already.

use super::DateContext;
use super::figures::number;
use super::tokens::{Piece, Shape};
use super::words::{self, Months};

/// The tokens of a text and what they were taken for.
pub struct Sheet<'t> {
    /// The tokens.
    pub tokens: Vec<Piece<'t>>,
    /// Which of them have their meaning.
    pub taken: Vec<bool>,
    /// What is known besides.
    pub known: &'t DateContext<'t>,
}

/// Where the clock stands.
#[derive(Clone, Copy)]
pub struct ClockSpan {
    /// Its first token.
    pub from: usize,
    /// The first token behind it.
    pub until: usize,
}

/// A month by its name among the words.
pub struct MonthName {
    /// Its first token.
    pub from: usize,
    /// The first token behind it.
    pub until: usize,
    /// What it names.
    pub months: Months,
    /// Whether it may be a weekday as well.
    pub is_doubtful: bool,
}

impl Sheet<'_> {
    /// What the token at `at` is.
    pub fn shape(&self, at: usize) -> Option<Shape> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// Whether the token at `at` is `sign`.
    pub fn is(&self, at: usize, sign: char) -> bool {
        self.shape(at) == Some(Shape::Sign(sign))
    }

    /// The number at `at`, of one to `most` digits.
    pub fn number(&self, at: usize, most: usize) -> Option<u32> {
        let token = self.tokens.get(at).filter(|token| token.kind == Shape::Number && token.text.len() <= most)?;
        number(token.text.as_bytes())
    }

    /// The folded word at `at`.
    pub fn word(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at).filter(|token| token.kind == Shape::Word)?;
        Some(words::fold(token.text))
    }

    /// Marks the tokens of a range as used.
    pub fn take(&mut self, from: usize, until: usize) {
        self.taken[from..until].fill(true);
    }

    /// `at`, or the token behind it where a blank stands there.
    pub fn after_blank(&self, at: usize) -> usize {
        if self.shape(at) == Some(Shape::Blank) { at + 1 } else { at }
    }
}

/// The word at `from`, and it with the one or two behind it; with their ends.
pub fn phrases(tokens: &[Piece<'_>], from: usize) -> Vec<(String, usize)> {
    let mut phrase = words::fold(tokens[from].text);
    let mut found = vec![(phrase.clone(), from + 1)];
    let mut at = from + 1;
    while found.len() < words::MOST_WORDS {
        // "p. m." and "segunda-feira" are two words, too.
        let parted = tokens[at..]
            .iter()
            .take(2)
            .take_while(|token| token.kind == Shape::Blank || token.is('-') || token.is('.'));
        let next = at + parted.count();
        let Some(word) = tokens.get(next).filter(|token| next > at && token.kind == Shape::Word) else { break };
        phrase = format!("{phrase} {}", words::fold(word.text));
        at = next + 1;
        found.push((phrase.clone(), at));
    }
    found
}
