use std::sync::LazyLock;

use crate::clock::Zone;
use url::Url;

use super::*;

mod bounds;
mod corpus;
mod kinds;
mod mends;
mod samples;

/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp::from_millis(1_795_262_400_000);

/// Reads `bytes` as if they had come from `https://wire.example/feeds/rss`.
fn read(bytes: &[u8]) -> Result<Parsed, Error> {
    document(bytes, &about(), NOW)
}

fn about() -> About<'static> {
    static URL: LazyLock<Url> = LazyLock::new(|| Url::parse("https://wire.example/feeds/rss").unwrap());
    About { url: &URL, content_type: None, language: None, timezone: Zone::UTC, work: crate::model::Work::default() }
}

/// A generator of numbers that is the same on every machine (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).unwrap()
    }
}

/// Truncates `bytes` and damages them, `times` each; all that matters is that
/// reading comes to an end. A panic fails the test.
fn batter(bytes: &[u8], times: usize, dice: &mut Dice) {
    for _ in 0..times {
        cut(bytes, dice);
        damage(bytes, dice);
    }
}

/// Reads the beginning of `bytes`.
fn cut(bytes: &[u8], dice: &mut Dice) {
    let _ = read(&bytes[..dice.roll(bytes.len() + 1)]);
}

/// Reads `bytes` with a few of them changed, taken out or put in.
fn damage(bytes: &[u8], dice: &mut Dice) {
    const SALT: [&[u8]; 14] = [
        b"<",
        b">",
        b"&",
        b"\"",
        b"'",
        b"</item>",
        b"<item>",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"\0",
        b"\xff",
        b"&#x0;",
        b"<entry>",
    ];
    let mut damaged = bytes.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(damaged.len() + 1);
        match dice.roll(3) {
            0 if at < damaged.len() => damaged[at] = u8::try_from(dice.roll(256)).unwrap(),
            1 => drop(damaged.drain(at..(at + dice.roll(40)).min(damaged.len()))),
            _ => drop(damaged.splice(at..at, SALT[dice.roll(SALT.len())].iter().copied())),
        }
    }
    let _ = read(&damaged);
}
