//! Letters and words of any script, as an article is weighed by.

/// How many letters one of Han, kana and Hangul counts for.
const WIDE: usize = 3;
/// Longer words are compared by their first letters: endings differ with the case.
const STEM: usize = 6;

/// Whether a character is of a script whose characters are syllables or words.
pub fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..)
}

/// Whether words of its script stand without blanks between them.
fn runs_on(c: char) -> bool {
    is_wide(c) || matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// How many letters `text` has; wide ones count for [`WIDE`] each.
pub fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if is_wide(c) { WIDE } else { 1 }).sum()
}

/// Words of three letters and more, by their beginnings; of scripts without blanks,
/// pairs of characters. As numbers: words are compared, never shown.
pub fn grams(text: &str) -> Vec<u64> {
    let mut grams = Vec::with_capacity(text.len() / 6);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if word.chars().any(runs_on) {
            let behind = word.chars().skip(1);
            grams.extend(word.chars().zip(behind).map(|(one, other)| mixed(mixed(0, one), other)));
        } else if word.chars().nth(2).is_some() {
            grams.push(word.chars().flat_map(char::to_lowercase).take(STEM).fold(0, mixed));
        }
    }
    grams
}

/// A hash with one more character.
pub fn mixed(hash: u64, c: char) -> u64 {
    (hash.rotate_left(5) ^ u64::from(c)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The letters and digits of a text, lower case.
pub fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
