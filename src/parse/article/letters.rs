//! Letters and words of any script, as an article is weighed by.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// How many letters one of Han, kana and Hangul counts for.
const WIDE: usize = 3;
/// Longer words are compared by their first letters: endings differ with the case.
const STEM: usize = 6;
/// Words of so many letters tell of something.
const TELLING: usize = 5;

/// Whether a character is of a script whose characters are syllables or words.
pub fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..)
}

/// How many letters a character counts for.
pub fn letter_weight(c: char) -> usize {
    if is_wide(c) { WIDE } else { 1 }
}

/// Whether words of its script stand without blanks between them.
fn runs_on(c: char) -> bool {
    is_wide(c) || matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// How many letters `text` has; wide ones count for [`WIDE`] each.
pub fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(letter_weight).sum()
}

/// A word to compare, or a pair of characters of a script without blanks: as a number,
/// which is compared and never shown.
#[derive(Clone, Copy)]
pub struct Gram {
    /// What is the same for the same word.
    pub hash: u64,
    /// Whether it tells of something: every text of a language has its short words.
    pub is_telling: bool,
}

/// Words of three letters and more, by their beginnings; of scripts without blanks,
/// pairs of characters.
pub fn words(text: &str) -> Vec<Gram> {
    let mut grams = Vec::with_capacity(text.len() / 6);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if word.chars().any(runs_on) {
            let pairs = word.chars().zip(word.chars().skip(1));
            grams.extend(pairs.map(|(one, other)| Gram { hash: mixed(mixed(0, one), other), is_telling: true }));
        } else if word.chars().nth(2).is_some() {
            let hash = word.chars().flat_map(char::to_lowercase).take(STEM).fold(0, mixed);
            grams.push(Gram { hash, is_telling: word.chars().nth(TELLING - 1).is_some() });
        }
    }
    grams
}

/// What [`words`] finds, to be compared alone.
pub fn grams(text: &str) -> Vec<u64> {
    words(text).into_iter().map(|word| word.hash).collect()
}

/// A text whose letters and their marks are one character each (NFC), as most are written
/// and all are looked for.
pub fn composed(text: Cow<'_, str>) -> Cow<'_, str> {
    // Combining marks U+0300 to U+036F begin with these bytes; the others are those of kana.
    let is_marked = memchr::memchr2(0xcc, 0xcd, text.as_bytes()).is_some() || text.contains(['\u{3099}', '\u{309a}']);
    if is_marked { Cow::Owned(text.nfc().collect()) } else { text }
}

/// A hash with one more character.
pub fn mixed(hash: u64, c: char) -> u64 {
    (hash.rotate_left(5) ^ u64::from(c)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The letters and digits of a text, lower case.
pub fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
