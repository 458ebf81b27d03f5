//! Every file of every folder, whole, cut and damaged.

use std::time::Duration;

use crate::clock::{Clock, SystemClock};

use super::*;

const FOLDERS: [&str; 6] = ["captures", "broken", "feedparser", "feedrs-fixtures", "feedvalidator", "gofeed"];

/// Larger files are not damaged again and again: what is asked is the same of small ones.
const SMALL_BYTES: std::ops::Range<usize> = 100..4_000;

const THREADS: u64 = 2;
const CUT_PER_THREAD: usize = 2_500;
const DAMAGED_PER_THREAD: usize = 25_000;

#[test]
fn nothing_in_the_corpus_makes_us_panic_or_hang() {
    let Some(folder) = corpus("") else { return };
    let clock = SystemClock::new();
    let mut slowest = (Duration::ZERO, String::new());
    let mut small = Vec::new();
    let mut count = 0;
    for path in FOLDERS.iter().flat_map(|name| files(&folder.join(name))) {
        let bytes = std::fs::read(&path).unwrap();
        let begun = clock.elapsed();
        let _ = read(&bytes);
        let took = clock.elapsed() - begun;
        count += 1;
        if took > slowest.0 {
            slowest = (took, path.file_name().unwrap().display().to_string());
        }
        if SMALL_BYTES.contains(&bytes.len()) {
            small.push(bytes);
        }
    }
    eprintln!("{count} files read, the slowest in {:?}: {}", slowest.0, slowest.1);
    let small = &small[..];
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                let mut dice = Dice(0x5eed + thread);
                let mut slowest = Duration::ZERO;
                for round in 0..DAMAGED_PER_THREAD {
                    let bytes = &small[dice.roll(small.len())];
                    let begun = clock.elapsed();
                    if round < CUT_PER_THREAD {
                        cut(bytes, &mut dice);
                    }
                    damage(bytes, &mut dice);
                    slowest = slowest.max(clock.elapsed() - begun);
                }
                eprintln!("{CUT_PER_THREAD} cut, {DAMAGED_PER_THREAD} damaged, the slowest in {slowest:?}");
            });
        }
    });
}
