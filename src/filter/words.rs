//! Looking up what begins where a word begins, at a cost that does not depend
//! on how much is looked for.
//!
//! Of each spelling, its first word is known by a hash: as a whole, or as a
//! beginning where the spelling goes on with any ending (`*`); phrases by their
//! first word and the bytes after it, for many of them begin with a common word.
//! A word of a text is hashed letter by letter, so that its beginnings are hashed
//! on the way. A small table of bits tells nearly always that nothing is known
//! by a hash; where it does not, the spellings are compared.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::term::Edge;
use super::vocabulary::Use;
use crate::text::fold::Word;
use crate::text::script;

/// Beginnings are known by their first bytes, up to so many.
const LONGEST: usize = 63;

/// A phrase is known by so many bytes after its first word: the most that it has.
const AHEAD: [usize; 4] = [8, 4, 2, 1];

/// Bits of the table for each thing known: one in so many words is compared in vain.
const SPARSE: usize = 32;

/// Spellings that begin where a word begins.
pub(super) struct Words {
    texts: Vec<String>,
    /// By text: what a match of it may be a hit of.
    uses: Vec<Vec<Use>>,
    known: HashMap<u64, Vec<u32>, BuildHasherDefault<AsIs>>,
    /// A bit for each hash that is known, at the place that its upper bits name.
    bits: Vec<u64>,
    shift: u32,
    /// Which lengths of beginnings there are.
    lengths: u64,
    /// Which of [`AHEAD`] there are.
    ahead: [bool; AHEAD.len()],
}

/// The hash of nothing.
const START: u64 = 0x2545_F491_4F6C_DD1D;

/// Tells whole words from beginnings.
const WHOLE: u64 = 0xD6E8_FEB8_6659_FD93;

fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn whole(hash: u64) -> u64 {
    (hash ^ WHOLE).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The hash of a word with which a phrase begins.
fn begun(whole: u64) -> u64 {
    whole.rotate_left(32)
}

/// The hash of a phrase: of its first word, and the first `count` bytes after it.
fn phrase(whole: u64, after: u64, count: usize) -> u64 {
    let known = after & (u64::MAX >> (64 - 8 * count));
    let mixed = (whole ^ known).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ mixed >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The first eight bytes of `text`, zeros where it is shorter.
fn eight(text: &[u8]) -> u64 {
    if let Some(bytes) = text.first_chunk() {
        return u64::from_le_bytes(*bytes);
    }
    text.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte))
}

impl Words {
    /// Makes `texts` ready, each with what a match of it may be a hit of.
    pub fn new(texts: Vec<String>, uses: Vec<Vec<Use>>) -> Words {
        let slots = (texts.len() * 2 * SPARSE).next_power_of_two().max(64);
        let mut words = Words {
            known: HashMap::default(),
            bits: vec![0; slots / 64],
            shift: 64 - slots.trailing_zeros(),
            lengths: 0,
            ahead: [false; AHEAD.len()],
            texts: Vec::new(),
            uses: Vec::new(),
        };
        for (number, (text, uses)) in (0_u32..).zip(texts.iter().zip(&uses)) {
            let first = &text[..text.find(|c| !script::has_border(c)).unwrap_or(text.len())];
            let open =
                |wanted: &Use| first.len() == text.len() && (wanted.right == Edge::Open || !wanted.rest.is_empty());
            if uses.iter().any(open) {
                let beginning = &first.as_bytes()[..first.len().min(LONGEST)];
                words.lengths |= 1 << beginning.len();
                words.know(beginning.iter().fold(START, |hash, b| step(hash, *b)), number);
            }
            let hash = whole(first.bytes().fold(START, step));
            let after = &text.as_bytes()[first.len()..];
            if let Some(n) = AHEAD.iter().position(|count| *count <= after.len()) {
                words.ahead[n] = true;
                words.mark(begun(hash));
                words.know(phrase(hash, eight(after), AHEAD[n]), number);
            } else if !uses.iter().all(open) {
                words.know(hash, number);
            }
        }
        Words { texts, uses, ..words }
    }

    fn know(&mut self, hash: u64, number: u32) {
        self.mark(hash);
        self.known.entry(hash).or_default().push(number);
    }

    fn mark(&mut self, hash: u64) {
        let bit = hash >> self.shift;
        self.bits[(bit / 64) as usize] |= 1 << (bit % 64);
    }

    fn may_know(&self, hash: u64) -> bool {
        let bit = hash >> self.shift;
        self.bits[(bit / 64) as usize] & 1 << (bit % 64) != 0
    }

    /// Tells `meet` of the texts that begin where one of `words` begins, each
    /// with where it begins and ends.
    pub fn find<'w>(&'w self, text: &str, words: &[Word], mut meet: impl FnMut(&'w [Use], usize, usize)) {
        if self.texts.is_empty() {
            return;
        }
        for word in words {
            let start = word.start as usize;
            let mut hash = START;
            for (n, byte) in text.as_bytes()[start..word.end as usize].iter().enumerate() {
                hash = step(hash, *byte);
                if n < LONGEST && self.lengths >> (n + 1) & 1 != 0 && self.may_know(hash) {
                    self.compare(hash, text, start, &mut meet);
                }
            }
            let hash = whole(hash);
            if self.may_know(hash) {
                self.compare(hash, text, start, &mut meet);
            }
            if self.may_know(begun(hash)) {
                let after = eight(&text.as_bytes()[word.end as usize..]);
                for (_, count) in self.ahead.iter().zip(AHEAD).filter(|(is, _)| **is) {
                    let hash = phrase(hash, after, count);
                    if self.may_know(hash) {
                        self.compare(hash, text, start, &mut meet);
                    }
                }
            }
        }
    }

    #[cold]
    fn compare<'w>(&'w self, hash: u64, text: &str, start: usize, meet: &mut impl FnMut(&'w [Use], usize, usize)) {
        for number in self.known.get(&hash).into_iter().flatten() {
            let number = *number as usize;
            let wanted = &self.texts[number];
            if text.as_bytes()[start..].starts_with(wanted.as_bytes()) {
                meet(&self.uses[number], start, start + wanted.len());
            }
        }
    }
}

/// What is hashed already.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.0 = step(self.0, *b));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
