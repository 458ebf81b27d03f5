//! Beginnings of spellings, known by their hashes.
//!
//! For most hashes a small table of bits shows that nothing is known by them; for the
//! others the spellings have to be compared.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

/// Bits of the table per known hash: one unknown hash in so many is compared in vain.
const SPARSE: usize = 32;

/// A few hashes should cost nothing at all.
const LEAST: usize = 1 << 13;

const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Up to this many spellings that begin alike are compared one by one.
const FEW: usize = 8;

/// Numbers of spellings by the hashes of their beginnings.
pub(super) struct HashedStarts {
    numbers: HashMap<u64, Vec<u32>, BuildHasherDefault<Mixed>>,
    /// For hashes that many spellings share: by the whole of each spelling.
    crowds: HashMap<u64, Crowd, BuildHasherDefault<Mixed>>,
    /// A bit for each hash, at the position given by its upper bits.
    bits: Vec<u64>,
    shift: u32,
}

impl HashedStarts {
    /// Room for about `count` hashes.
    pub fn with_room(count: usize) -> HashedStarts {
        let slots = (count * SPARSE).next_power_of_two().max(LEAST);
        let (numbers, crowds) = (HashMap::default(), HashMap::default());
        HashedStarts { numbers, crowds, bits: vec![0; slots / 64], shift: 64 - slots.trailing_zeros() }
    }

    /// Adds spelling `number` under `hash`.
    pub fn know(&mut self, hash: u64, number: u32) {
        self.mark(hash);
        self.numbers.entry(hash).or_default().push(number);
    }

    /// Makes [`HashedStarts::may_know`] return true for `hash`.
    pub fn mark(&mut self, hash: u64) {
        let bit = hash >> self.shift;
        self.bits[(bit / 64) as usize] |= 1 << (bit % 64);
    }

    /// Whether `hash` may be known: true for every known hash, and rarely for another.
    pub fn may_know(&self, hash: u64) -> bool {
        let bit = hash >> self.shift;
        self.bits[(bit / 64) as usize] & 1 << (bit % 64) != 0
    }

    /// Indexes spellings by their whole text where many share a hash; `texts` are the
    /// spellings by number.
    pub fn settle(&mut self, texts: &[String]) {
        for (hash, numbers) in self.numbers.iter().filter(|(_, numbers)| numbers.len() > FEW) {
            self.crowds.insert(*hash, Crowd::of(numbers, texts));
        }
    }

    /// Calls `meet` for the spellings under `hash` with which `text` begins.
    #[cold]
    pub fn find(&self, hash: u64, texts: &[String], text: &[u8], mut meet: impl FnMut(usize, &str)) {
        let mut compare = |numbers: &[u32]| {
            for number in numbers {
                let wanted = &texts[*number as usize];
                if text.starts_with(wanted.as_bytes()) {
                    meet(*number as usize, wanted);
                }
            }
        };
        match self.crowds.get(&hash) {
            None => compare(self.numbers.get(&hash).map_or(&[], Vec::as_slice)),
            Some(crowd) => {
                for beginning in crowd.lengths.iter().map_while(|length| text.get(..*length)) {
                    compare(crowd.numbers.get(&xxh3_64(beginning)).map_or(&[], Vec::as_slice));
                }
            }
        }
    }
}

/// Many spellings that begin alike, by the hash of the whole of each.
struct Crowd {
    numbers: HashMap<u64, Vec<u32>, BuildHasherDefault<Mixed>>,
    /// How long they are, in bytes, the shortest first.
    lengths: Vec<usize>,
}

impl Crowd {
    fn of(numbers: &[u32], texts: &[String]) -> Crowd {
        let mut crowd = Crowd { numbers: HashMap::default(), lengths: Vec::new() };
        for number in numbers {
            let text = texts[*number as usize].as_bytes();
            crowd.numbers.entry(xxh3_64(text)).or_default().push(*number);
            crowd.lengths.push(text.len());
        }
        crowd.lengths.sort_unstable();
        crowd.lengths.dedup();
        crowd
    }
}

/// The first eight bytes of `text` as a number, zeros where it is shorter.
pub(super) fn eight(text: &[u8]) -> u64 {
    if let Some(bytes) = text.first_chunk() {
        return u64::from_le_bytes(*bytes);
    }
    text.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte))
}

/// The first `count` bytes of what [`eight`] returned: one to eight.
pub(super) fn first(eight: u64, count: usize) -> u64 {
    eight & (u64::MAX >> (64 - 8 * count))
}

/// A number spread over all bits, the upper ones most of all.
pub(super) fn spread(number: u64) -> u64 {
    number.wrapping_mul(SPREAD)
}

/// The same for numbers that differ in their upper bits alone, too.
pub(super) fn mixed(number: u64) -> u64 {
    let hash = spread(number);
    spread(hash ^ hash >> 32)
}

/// The keys are hashes already, but a map uses their lower bits as well.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.0 = spread(self.0 ^ u64::from(*b)));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
