//! A position in a line, moved forward by what is read.

use crate::newswire::tables::SmallWords;

/// A text and how much of it was read.
#[derive(Clone, Copy)]
pub(super) struct LineCursor<'t> {
    pub text: &'t str,
    pub at: usize,
}

impl<'t> LineCursor<'t> {
    pub fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes one character if it is one of `these`.
    pub fn pass(&mut self, these: &[char]) -> bool {
        let Some(c) = self.peek().filter(|c| these.contains(c)) else { return false };
        self.at += c.len_utf8();
        true
    }

    pub fn spaces(&mut self) {
        while let Some(c) = self.peek().filter(|c| c.is_whitespace()) {
            self.at += c.len_utf8();
        }
    }

    /// A number of at most four digits of any script that writes them in tens, and how many
    /// digits it has.
    pub fn number(&mut self) -> Option<(i16, usize)> {
        let (mut value, mut digits, mut end) = (0, 0, self.at);
        for c in self.rest().chars() {
            let Some(digit) = digit(c) else { break };
            if digits == 4 {
                return None;
            }
            value = value * 10 + digit;
            digits += 1;
            end += c.len_utf8();
        }
        self.at = end;
        (digits > 0).then_some((value, digits))
    }

    /// Passes words such as "de" between parts of a date.
    pub fn fillers(&mut self, words: &SmallWords) {
        for _ in 0..2 {
            self.spaces();
            let word: String =
                self.rest().chars().take_while(|c| c.is_alphabetic() || *c == '\'' || *c == '’').take(8).collect();
            if word.is_empty() || !words.date_fillers.contains(&word.to_lowercase().replace('’', "'")) {
                return;
            }
            self.at += word.len();
            self.pass(&['.']);
        }
        self.spaces();
    }
}

/// The value of a digit: Latin, full-width, Arabic, Persian or Devanagari.
pub(super) fn digit(c: char) -> Option<i16> {
    let zero = match c {
        '0'..='9' => '0',
        '０'..='９' => '０',
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '०'..='९' => '०',
        _ => return None,
    };
    i16::try_from(u32::from(c) - u32::from(zero)).ok()
}
