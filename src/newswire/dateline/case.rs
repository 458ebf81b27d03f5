//! How names of datelines are written: in capitals, and without spaces.

use crate::newswire::tables::SmallWords;
use crate::text::script::is_unspaced;

/// Whether a text is written without spaces between words.
pub(super) fn is_glued(text: &str) -> bool {
    text.chars().next().is_some_and(is_unspaced)
}

/// A name in title case: as printed if it has small letters. "FRANKFURT AM MAIN" becomes
/// "Frankfurt am Main", "O'FALLON" "O'Fallon".
pub(super) fn title(words: &SmallWords, name: &str) -> String {
    if name.chars().any(char::is_lowercase) || !name.chars().any(char::is_uppercase) {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    for (n, word) in name.split(' ').enumerate() {
        if n > 0 {
            out.push(' ');
        }
        let small: String = word.chars().flat_map(char::to_lowercase).collect();
        // "St. Louis" keeps its capital, "Santiago de Compostela" its small letters.
        if n > 0 && words.particles.contains(&small) {
            out.push_str(&small);
        } else {
            capitalise(words, word, &mut out);
        }
    }
    out
}

/// Each part between hyphens, stops and apostrophes begins with a capital.
fn capitalise(words: &SmallWords, word: &str, out: &mut String) {
    let mut begins = true;
    let mut part = 0;
    let parts: Vec<&str> = word.split(['-', '\'', '’', '.', '/']).collect();
    for c in word.chars() {
        if "-'’./".contains(c) {
            part += 1;
            let next = parts.get(part).copied().unwrap_or_default();
            let small: String = next.chars().flat_map(char::to_lowercase).collect();
            // "Stratford-upon-Avon", and "St. John's" has no capital after its apostrophe.
            let is_inner = c == '-' && words.particles.contains(&small) && part + 1 < parts.len();
            let is_possessive = next.chars().count() == 1 && "'’".contains(c);
            begins = !is_inner && !is_possessive;
            out.push(c);
        } else if begins {
            out.push(c);
            begins = false;
        } else {
            out.extend(c.to_lowercase());
        }
    }
}
