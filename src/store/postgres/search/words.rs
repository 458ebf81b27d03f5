//! Words of an entry as the text form of a `tsvector` (PostgreSQL's documentation, §8.11.1),
//! within its limits (§12.11): a word is told with its places as long as both fit, and what
//! had to be left out is said, so that a search finds rather too much than too little.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::model::EntryId;

/// The last place that is told: the server takes all later ones for the next.
const LAST_PLACE: usize = 16_382;

/// Places of a word that are told; the server drops those over 256 without a word.
const PLACES: usize = 255;

/// Of a longer word the beginning counts: the server refuses more than 2,046 bytes.
const LONGEST_WORD: usize = 2_046;

/// What a row may need of the server's 1 MB.
const LARGEST: usize = 900_000;

/// Beside its letters a word takes a place's length and up to a byte to align it, and each
/// place two bytes.
const A_WORD: usize = 4;
const A_PLACE: usize = 2;

/// Of a row whose words do not all have their places. No word holds control characters.
pub const LONG: &str = "\u{2}long";

/// Of a row that lacks words.
pub const ALL: &str = "\u{2}all";

/// Of a row whose text is set aside.
const ASIDE: &str = "\u{2}aside";

/// Sizes of blocks that a search looks through one after another, as the power of two that
/// they hold: an index over words has no order, and the newest are wanted first.
pub const BLOCKS: [(char, u32); 3] = [('a', 12), ('b', 15), ('c', 18)];

/// The word of the block of this size in which an entry lies.
pub fn block(entry: EntryId, (name, power): (char, u32)) -> String {
    format!("\u{1}{name}{}", entry.0 >> power)
}

/// Words of an entry, as the server reads them. `words` are separated by blanks, in their
/// order.
pub fn vector(words: &str, entry: EntryId) -> String {
    let mut places = BTreeMap::<&str, Vec<usize>>::new();
    let (mut size, mut is_long, mut is_partial) = (0, false, false);
    for (place, word) in (1..).zip(words.split_whitespace()) {
        let word = cut(word);
        if !places.contains_key(word) {
            if size + word.len() + A_WORD > LARGEST {
                is_partial = true;
                continue;
            }
            size += word.len() + A_WORD;
        }
        let of_word = places.entry(word).or_default();
        if place > LAST_PLACE || of_word.len() == PLACES || size + A_PLACE > LARGEST {
            is_long = true;
        } else {
            of_word.push(place);
            size += A_PLACE;
        }
    }
    let mut vector = String::with_capacity(words.len() * 2);
    for (word, places) in &places {
        vector.push_str(&quoted(word));
        for (n, place) in places.iter().enumerate() {
            let _ = write!(vector, "{}{place}", if n == 0 { ':' } else { ',' });
        }
        vector.push(' ');
    }
    let marks = [(is_long, LONG), (is_partial, ALL)].into_iter().filter(|(is_true, _)| *is_true);
    add_marks(&mut vector, marks.map(|(_, mark)| mark), entry);
    vector
}

/// The same of an entry whose words are left out.
pub fn without_words(entry: EntryId) -> String {
    let mut vector = String::new();
    add_marks(&mut vector, [ALL, ASIDE].into_iter(), entry);
    vector
}

fn add_marks<'a>(vector: &mut String, marks: impl Iterator<Item = &'a str>, entry: EntryId) {
    for mark in marks.map(str::to_owned).chain(BLOCKS.map(|size| block(entry, size))) {
        vector.push_str(&quoted(&mark));
        vector.push(' ');
    }
}

/// A word as far as the server takes it. Looked up by the same beginning, it is found.
pub fn cut(word: &str) -> &str {
    let border = (0..=LONGEST_WORD.min(word.len())).rev().find(|at| word.is_char_boundary(*at));
    &word[..border.unwrap_or_default()]
}

/// A word in quotes: nothing in it can be an operator (check B80).
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: &str = "'\u{1}a3' '\u{1}b0' '\u{1}c0' ";

    #[test]
    fn words_are_told_with_their_places() {
        let check = |words: &str, expected: &str| {
            assert_eq!(vector(words, EntryId(12_300)), format!("{expected}{BLOCK}"), "{words}");
        };
        check("", "");
        check("mayor of mayor", "'mayor':1,3 'of':2 ");
        check(
            "市长 長 o'hara \\ '",
            "''' ':5 '\\\\':4 'o''hara':3 '市长':1 '長':2 ".replace("''' ':5", "'''':5").as_str(),
        );
        let long = "é".repeat(2000);
        check(&long, &format!("'{}':1 ", "é".repeat(1023)));
    }

    #[test]
    fn blocks_are_named_by_their_size() {
        let named = |id: i64| BLOCKS.map(|size| block(EntryId(id), size));
        assert_eq!(named(0), ["\u{1}a0", "\u{1}b0", "\u{1}c0"]);
        assert_eq!(named(4_095), named(0));
        assert_eq!(named(262_144), ["\u{1}a64", "\u{1}b8", "\u{1}c1"]);
    }

    #[test]
    fn what_does_not_fit_is_left_out_and_said() {
        let vector = |words: &str| vector(words, EntryId(1));
        let marks = |vector: &str| (vector.contains(LONG), vector.contains(ALL));
        let often = vector(&"mayor ".repeat(255));
        assert_eq!((marks(&often), often.contains(",255 ")), ((false, false), true));
        let oftener = vector(&"mayor ".repeat(256));
        assert_eq!((marks(&oftener), oftener.contains(",256")), ((true, false), false));
        let many = |from: usize, to: usize| (from..to).map(|n| format!("w{n} ")).collect::<String>();
        assert_eq!(marks(&vector(&many(0, 16_382))), (false, false));
        let late = vector(&many(0, 16_383));
        assert_eq!((marks(&late), late.contains("'w16382' ")), ((true, false), true), "bare");
        let larger = vector(&many(100_000, 175_000));
        assert_eq!((marks(&larger), larger.contains("'w174999' ")), ((true, false), true));
        let largest = vector(&many(100_000, 200_000));
        assert_eq!((marks(&largest), largest.contains("'w199999' ")), ((true, true), false));
    }
}
