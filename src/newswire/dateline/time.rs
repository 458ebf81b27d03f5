//! Times in datelines, which are passed over: "@ 8:00 AM Central", "11:09", "0900 GMT".

use super::cursor::digit;
use crate::newswire::tables::Tables;

/// The bytes of the time with which `text` begins, zero if there is none.
pub(super) fn bytes(tables: &Tables, text: &str) -> usize {
    let mut end = 0;
    for (n, (at, word)) in words(text).take(6).enumerate() {
        let first = n == 0;
        let bare = word.trim_end_matches([',', '.', ')', ':']).trim_start_matches('(');
        let is_clock = bare.starts_with(|c| digit(c).is_some())
            && bare.chars().filter(|c| digit(*c).is_some()).count() <= 6
            && bare.contains([':', 'h', 'H', 'p', 'a', '.']);
        let is_hour = bare.len() <= 4 && !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit());
        let names_zone = |word: &str| tables.words.times.contains(&word.to_lowercase());
        let next = words(&text[at + word.len()..]).next().map(|(_, next)| next.trim_end_matches([',', '.', ')', ':']));
        let fits = word == "@"
            || is_clock && !bare.ends_with(|c: char| c.is_alphabetic() && !"hHmM".contains(c))
            || is_hour && next.is_some_and(names_zone)
            || !first && (names_zone(bare) || is_zone(bare));
        if !fits {
            break;
        }
        end = at + word.trim_end_matches([',', ':']).len();
    }
    end
}

/// Words of a text with where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive(char::is_whitespace).filter_map(move |word| {
        let start = at;
        at += word.len();
        let word = word.trim_end();
        (!word.is_empty()).then_some((start, word))
    })
}

/// `Europe/Berlin`.
fn is_zone(word: &str) -> bool {
    word.split_once('/').is_some_and(|(area, city)| {
        [area, city].iter().all(|part| part.len() > 2 && part.starts_with(|c: char| c.is_ascii_uppercase()))
    })
}
