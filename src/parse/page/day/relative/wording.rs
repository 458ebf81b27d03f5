//! Words of a text, and phrases among them.

use crate::text::script::is_unspaced;

use super::phrases::LABELS;

/// Whether `text` has letters of a script without blanks between words.
pub fn is_wide(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_unspaced)
}

/// The words of `text`.
pub fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && !"'’-".contains(c)).filter(|word| !word.is_empty()).collect()
}

/// Whether `word`, in lower case, stands before dates: "published", "обновлено".
pub fn is_label(word: &str) -> bool {
    LABELS.split(' ').any(|label| label == word)
}

/// Whether `phrase`, of one word or several, stands among `words`.
pub fn has(words: &[&str], phrase: &str) -> bool {
    if !phrase.contains(' ') {
        return words.contains(&phrase);
    }
    let parts = || phrase.split_whitespace();
    (0..words.len()).any(|from| {
        let mut run = words[from..].iter();
        parts().all(|part| run.next() == Some(&part))
    })
}
