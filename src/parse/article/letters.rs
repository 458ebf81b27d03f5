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

/// Words of three letters and more, by their beginnings; of scripts without
/// blanks, pairs of characters.
pub fn grams(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(|word| {
        if word.chars().any(runs_on) {
            let chars: Vec<char> = word.chars().collect();
            chars.windows(2).map(|pair| pair.iter().collect()).collect::<Vec<String>>()
        } else if word.chars().nth(2).is_some() {
            vec![word.to_lowercase().chars().take(STEM).collect()]
        } else {
            Vec::new()
        }
    })
}
