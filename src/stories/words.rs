//! Texts as words: folded, hashed, each with the way back to where it stands.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use crate::text::fold;
use crate::text::script;

/// The words of a text, or of a part of it: a character of Han, kana, Hangul or Thai is a
/// word of its own.
#[derive(Clone, Debug, Default)]
pub struct HashedWords {
    /// The folded text; paragraphs are apart by a line feed.
    pub folded: String,
    /// Its words, in order.
    pub words: Vec<HashedWord>,
}

/// A word of a folded text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HashedWord {
    /// Its hash, the same in every text.
    pub hash: u64,
    /// Where it stands in [`HashedWords::folded`], in bytes.
    pub start: u32,
    /// Where it ends there.
    pub end: u32,
    /// Whether it is one character of a script without word borders, and so half a word.
    pub is_character: bool,
}

impl HashedWords {
    /// The words of `text`.
    pub fn of(text: &str) -> HashedWords {
        let mut words = HashedWords::default();
        words.append(text, usize::MAX);
        words
    }

    /// Appends a paragraph, until there are `most` words.
    pub fn append(&mut self, paragraph: &str, most: usize) {
        let folded = fold::fold(paragraph);
        if !self.folded.is_empty() {
            self.folded.push('\n');
        }
        let from = self.folded.len();
        let text = folded.text();
        for word in folded.words().iter().take(most.saturating_sub(self.words.len())) {
            let (start, end) = (word.start as usize, word.end as usize);
            let first = text[start..end].chars().next();
            self.words.push(HashedWord {
                hash: xxh3_64(&text.as_bytes()[start..end]),
                start: offset(from + start),
                end: offset(from + end),
                is_character: first.is_some_and(script::is_unspaced),
            });
        }
        self.folded.push_str(text);
    }

    /// A word as folded.
    pub fn text(&self, word: HashedWord) -> &str {
        &self.folded[word.start as usize..word.end as usize]
    }

    /// The folded text from one word to another.
    pub fn passage(&self, words: Range<usize>) -> &str {
        match (self.words.get(words.start), self.words.get(words.end.saturating_sub(1))) {
            (Some(first), Some(last)) if first.start <= last.end => {
                &self.folded[first.start as usize..last.end as usize]
            }
            _ => "",
        }
    }

    /// A hash of all words in their order; 0 if there are none.
    pub fn hash(&self) -> u64 {
        sequence(self.words.iter().map(|word| word.hash))
    }
}

/// A hash of hashes in their order; 0 if there are none.
pub(super) fn sequence(hashes: impl Iterator<Item = u64>) -> u64 {
    hashes.fold(0, |all, hash| mixed(all.rotate_left(23) ^ hash))
}

/// Spreads the bits of a hash (the finaliser of splitmix64).
pub(super) fn mixed(hash: u64) -> u64 {
    let hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("texts are bounded by the size limit of documents")
}

/// A number in a folded text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundNumber {
    /// Its digits, without separators.
    pub digits: String,
    /// Where it stands, in bytes.
    pub at: Range<usize>,
}

/// The numbers in a folded text, with their separators dropped: `1,200`, `1.200` and `1'200`
/// of different languages are one number, and so are `6.9` and `6,9`.
pub fn found_numbers(folded: &str) -> Vec<FoundNumber> {
    let mut found: Vec<FoundNumber> = Vec::new();
    let mut chars = folded.char_indices().peekable();
    let mut open = false;
    while let Some((at, c)) = chars.next() {
        let Some(digit) = c.to_digit(10).and_then(|digit| char::from_digit(digit, 10)) else {
            open = false;
            continue;
        };
        match found.last_mut().filter(|_| open) {
            Some(number) => {
                number.digits.push(digit);
                number.at.end = at + 1;
            }
            None => found.push(FoundNumber { digits: digit.to_string(), at: at..at + 1 }),
        }
        open = true;
        let mut ahead = chars.clone();
        let separates = ahead.next().is_some_and(|(_, c)| matches!(c, ',' | '.' | '\'' | '\u{66b}' | '\u{66c}'));
        if separates && ahead.next().is_some_and(|(_, c)| c.is_ascii_digit()) {
            chars.next();
        }
    }
    found
}

/// The numbers of a text as [`found_numbers`] has them. Three and more in a row without a
/// word between them are a telephone number, or a table: they are left out.
pub fn numbers(folded: &str) -> Vec<String> {
    let found = found_numbers(folded);
    let is_next = |a: &FoundNumber, b: &FoundNumber| {
        folded.get(a.at.end..b.at.start).is_some_and(|gap| gap.len() <= 3 && !gap.chars().any(char::is_alphanumeric))
    };
    let rows = found.chunk_by(|a, b| is_next(a, b)).filter(|row| row.len() < 3);
    rows.flatten().map(|number| number.digits.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_meaning_have_one_hash() {
        let check = |a: &str, b: &str| assert_eq!(HashedWords::of(a).hash(), HashedWords::of(b).hash(), "{a} {b}");
        check("Sister-City Pact, signed", "sister city pact signed");
        check("瀋陽市長", "沈阳市长");
        check("ＡＢＣ　１２", "abc 12");
        assert_ne!(HashedWords::of("a b").hash(), HashedWords::of("b a").hash());
        assert_eq!(HashedWords::of("友城").words.len(), 2);
    }

    #[test]
    fn numbers_are_the_same_in_all_languages() {
        let check = |text: &str, expected: &[&str]| assert_eq!(numbers(text), expected, "{text}");
        check("1,200 of 6.9 mw in 2025.", &["1200", "69", "2025"]);
        check("1.200 und 6,9", &["1200", "69"]);
        check("４３０万台 q3", &["3"]);
        check("no", &[]);
        check("call (209) 737 7012 by may 3, 2025", &["3", "2025"]);
    }
}
