//! Which blocks of entries a search looks through, the newest first.
//!
//! An index over words has no order. Each entry has words that name the blocks it lies in,
//! and a search asks for one block at a time: small ones first, for most searches end there,
//! and larger ones the further back it gets.

use std::ops::RangeInclusive;

use super::words::BLOCKS;

/// Blocks of the largest size that are looked through together at most, where nothing was
/// found.
const TOGETHER: i64 = 8;

/// A way back through all numbers from one on.
pub struct WayBack {
    /// The highest number that was not looked at.
    next: i64,
    oldest: i64,
    size: usize,
    together: i64,
}

/// Blocks of a size that lie next to each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockRun {
    /// Their size, as in [`BLOCKS`].
    pub size: (char, u32),
    /// Their numbers.
    pub blocks: RangeInclusive<i64>,
}

impl WayBack {
    /// From the entry before `before` to `oldest`.
    pub fn new(before: i64, oldest: i64) -> WayBack {
        WayBack { next: before.saturating_sub(1), oldest, size: 0, together: 1 }
    }

    /// What to look through next; `None` at the end.
    pub fn step(&mut self) -> Option<BlockRun> {
        if self.next < self.oldest || self.next < 0 {
            return None;
        }
        let size @ (_, power) = BLOCKS[self.size];
        let last = self.next >> power;
        let first = (last - self.together + 1).max(self.oldest.max(0) >> power);
        self.next = (first << power) - 1;
        match BLOCKS.get(self.size + 1) {
            // A whole number of larger ones is left.
            Some((_, larger)) if first.trailing_zeros() >= larger - power => self.size += 1,
            Some(_) => {}
            None => self.together = (self.together * 2).min(TOGETHER),
        }
        Some(BlockRun { size, blocks: first..=last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers that each step looks at, as far as they are below `before`.
    fn steps(before: i64, oldest: i64) -> Vec<(char, i64, i64)> {
        let mut way = WayBack::new(before, oldest);
        let of = |run: BlockRun| {
            let (name, power) = run.size;
            (name, run.blocks.start() << power, ((run.blocks.end() + 1) << power) - 1)
        };
        std::iter::from_fn(|| way.step().map(of)).collect()
    }

    #[test]
    fn blocks_grow_on_the_way_back_and_leave_nothing_out() {
        for before in [1, 2, 4_096, 4_097, 32_768, 40_000, 262_144, 262_145, 10_000_001] {
            for oldest in [0, 1, 5_000, 300_000] {
                let steps = steps(before, oldest);
                let mut next = before - 1;
                for (_, first, last) in &steps {
                    assert!(*first <= next && next <= *last, "{before} {oldest}: {next} in {first} to {last}");
                    next = first - 1;
                }
                assert!(next < oldest, "{before} {oldest}");
                assert_eq!(steps.is_empty(), before - 1 < oldest, "{before} {oldest}");
                assert!(steps.iter().map(|(name, ..)| name).is_sorted(), "{steps:?}");
            }
        }
    }

    #[test]
    fn the_newest_entries_of_millions_are_a_small_block_and_the_rest_few_large_ones() {
        let steps = steps(10_000_001, 1);
        assert_eq!(steps[0], ('a', 9_998_336, 10_002_431));
        assert!(steps.len() < 24, "{}", steps.len());
        assert_eq!(super::super::words::block(crate::model::EntryId(10_000_000), BLOCKS[0]), "\u{1}a2441");
    }

    #[test]
    fn a_way_to_nowhere_ends() {
        assert_eq!(steps(i64::MIN, 1), []);
        assert_eq!(steps(0, 0), []);
        assert_eq!(steps(5, 5), []);
    }
}
