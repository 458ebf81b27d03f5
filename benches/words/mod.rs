//! Words and texts drawn by a fixed sequence, and how figures are printed.

use std::time::Duration;

/// Numbers drawn by a fixed sequence.
pub struct Draw(pub u64);

impl Draw {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }

    /// A rank below `end`, drawn so that the n-th is met 1/n as often as the first.
    pub fn zipf(&mut self, end: usize) -> usize {
        let share = self.next() as f64 / f64::from(1_u32 << 31);
        ((end as f64).powf(share) - 1.0) as usize
    }
}

/// How many words are drawn from.
pub const WORDS: usize = 60_000;
/// How many Han characters are drawn from.
pub const SIGNS: usize = 3_500;

/// The word of a rank.
pub fn word(rank: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ka", "lo", "mi", "ne", "ru", "sta", "ven", "tor", "pel", "dan", "gri", "shu", "bo", "fen", "qua", "zi"];
    let (mut rank, mut word) = (rank + 16, String::new());
    while rank > 0 {
        word.push_str(SYLLABLES[rank % 16]);
        rank /= 16;
    }
    word
}

/// The Han character of a rank.
pub fn sign(rank: usize) -> char {
    // Spread over the block, so that neighbours in rank are none in code.
    char::from_u32(0x4E00 + (rank as u32 * 6143) % 20_900).expect("a Han character")
}

/// The median, the ninety-ninth hundredth and the longest, in milliseconds.
pub fn spread(mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    format!("p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms", at(0.5), at(0.99), at(1.0))
}
