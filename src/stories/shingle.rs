//! Shingles: runs of words that two texts can share, and the sketch by which they are found.
//!
//! A. Broder, On the resemblance and containment of documents, 1997. The sketch samples by
//! hash and not by position or in bands, so that a teaser still meets its full text.

use super::words::{HashedWord, mixed, sequence};

/// Words of a shingle; characters in scripts without word borders.
const RUN: usize = 5;

/// Every shingle that begins in so many first words is part of the sketch: a teaser is the
/// beginning of a text.
const HEAD: usize = 60;

/// Of the others, one in so many, by its hash.
const SAMPLED: u64 = 16;

/// The shingles of a text: a set, in ascending order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shingles(Vec<u64>);

/// The shingles of `words` as they stand, one for each word but the last four.
pub(super) fn runs(words: &[HashedWord]) -> impl Iterator<Item = u64> + '_ {
    words.windows(RUN).map(|run| sequence(run.iter().map(|word| word.hash)))
}

/// How many words a shingle takes.
pub(super) fn words_of(shingles: usize) -> usize {
    shingles + RUN - 1
}

impl Shingles {
    /// The shingles of these words.
    pub fn of(words: &[HashedWord]) -> Shingles {
        let mut all: Vec<u64> = runs(words).collect();
        all.sort_unstable();
        all.dedup();
        Shingles(all)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this one is among them.
    pub fn contains(&self, shingle: u64) -> bool {
        self.0.binary_search(&shingle).is_ok()
    }

    /// How many of them are also in `other`.
    pub fn shared(&self, other: &Shingles) -> usize {
        let (mut a, mut b, mut shared) = (0, 0, 0);
        while let (Some(x), Some(y)) = (self.0.get(a), other.0.get(b)) {
            shared += usize::from(x == y);
            a += usize::from(x <= y);
            b += usize::from(y <= x);
        }
        shared
    }
}

/// The rows by which a text is found: all shingles of its beginning, and a sample of the
/// rest. Ascending, without repeats, about 73 for a release.
pub fn sketch(words: &[HashedWord]) -> Vec<u64> {
    let mut halves = 0;
    let mut rows: Vec<u64> = Vec::with_capacity(HEAD + words.len() / 8);
    for (word, shingle) in words.iter().zip(runs(words)) {
        if halves < 2 * HEAD || mixed(shingle).is_multiple_of(SAMPLED) {
            rows.push(shingle);
        }
        halves += if word.is_character { 1 } else { 2 };
    }
    rows.sort_unstable();
    rows.dedup();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::words::HashedWords;

    fn words(text: &str) -> Vec<HashedWord> {
        HashedWords::of(text).words
    }

    #[test]
    fn shared_shingles_are_counted_once() {
        let a = Shingles::of(&words("one two three four five six seven"));
        let b = Shingles::of(&words("two three four five six eight"));
        assert_eq!((a.len(), b.len(), a.shared(&b), b.shared(&a)), (3, 2, 1, 1));
        assert!(Shingles::of(&words("one two three four")).is_empty());
        assert_eq!(Shingles::of(&words("a a a a a a a a")).len(), 1);
    }

    #[test]
    fn a_sketch_holds_the_head_and_a_sixteenth_of_the_rest() {
        let long: String = (0..6060).map(|n| format!("w{n} ")).collect();
        let rows = sketch(&words(&long)).len();
        assert!((60 + 300..60 + 450).contains(&rows), "{rows}");
        let whole = Shingles::of(&words(&long));
        assert!(sketch(&words(&long)).into_iter().all(|row| whole.contains(row)));
        // A teaser meets its text whatever its hashes are.
        let teaser: String = (0..40).map(|n| format!("w{n} ")).collect();
        let met = sketch(&words(&teaser)).into_iter().filter(|row| sketch(&words(&long)).contains(row)).count();
        assert_eq!(met, 36);
        // A character is half a word.
        let han: String = (0..200).map(|n| char::from_u32(0x4e00 + n * 7).unwrap()).collect();
        assert!(sketch(&words(&han)).len() >= 120);
    }
}
