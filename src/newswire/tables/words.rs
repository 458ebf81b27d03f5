//! Small words of datelines, and how names are compared.

use std::collections::HashSet;

/// Lists of words by what they do.
#[derive(Default)]
pub(in crate::newswire) struct SmallWords {
    pub date_fillers: HashSet<String>,
    pub weekdays: HashSet<String>,
    pub times: HashSet<String>,
    pub prepositions: HashSet<String>,
    pub conjunctions: HashSet<String>,
    pub glued_conjunctions: Vec<String>,
    pub rivers: HashSet<String>,
    pub particles: HashSet<String>,
    pub byline_openings: Vec<String>,
    pub byline_endings: Vec<String>,
    pub own_desks: Vec<String>,
    pub chinese_openings: Vec<String>,
    pub chinese_endings: Vec<String>,
    pub place_endings: Vec<String>,
    pub openings: Vec<String>,
    pub source_labels: Vec<String>,
}

/// A full-width letter, digit or sign as the ordinary one.
pub(in crate::newswire) fn narrow(c: char) -> char {
    match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        0x3000 | 0xA0 => ' ',
        _ => c,
    }
}

/// `name` as it is compared: letters and digits alone, in lower case.
pub(in crate::newswire) fn key(name: &str) -> String {
    let letters = name.chars().map(narrow).filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// A mark as it is compared: as [`key`], with case where it has no more than four letters,
/// so that "(AP)" is the wire and "(ap)" is nothing.
pub(in crate::newswire) fn mark_key(mark: &str) -> String {
    let letters: String = mark.chars().map(narrow).filter(|c| c.is_alphanumeric()).collect();
    if letters.chars().count() > 4 { letters.chars().flat_map(char::to_lowercase).collect() } else { letters }
}

/// What `get` knows under the longest beginning of `text` of at most `most` words, and its
/// bytes. A stop that ends a word is passed over.
pub(in crate::newswire) fn longest_name<T>(
    text: &str,
    most: usize,
    get: impl Fn(&str) -> Option<T>,
) -> Option<(T, usize)> {
    let mut ends = Vec::with_capacity(most);
    let mut inside = false;
    for (at, c) in text.char_indices().take(40) {
        let is_letter = c.is_alphanumeric() || is_mark(c);
        if inside && !is_letter {
            ends.push(at);
            if ends.len() == most || c != ' ' {
                inside = false;
                break;
            }
        }
        if !is_letter && c != ' ' {
            break;
        }
        inside = is_letter;
    }
    if inside {
        ends.push(text.char_indices().take(40).last().map_or(0, |(at, c)| at + c.len_utf8()));
    }
    ends.iter().rev().find_map(|end| Some((get(&text[..*end])?, *end)))
}

/// Whether `c` stands on the letter before it.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::canonical_combining_class(c) != 0 || ('\u{900}'..='\u{97F}').contains(&c)
}
