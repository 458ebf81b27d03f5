//! Work in proportion to its input (check B104): for every kind of thing that a publisher,
//! a reader or an operator can send, sixteen times as much of it takes at most 2.5⁴ times
//! as long, as twice as much takes at most 2.5 times. A quadratic reader takes 256 times.
//!
//! Time is the processor's for this thread, the best of several runs, so that a busy
//! machine changes nothing.

use std::hint::black_box;

use wiredesk::clock::Zone;
use wiredesk::parse::{self, About};

mod articles;
mod feeds;
mod pages;
mod questions;
mod texts;

/// How much of a thing is compared with how much.
const SMALL: usize = 24 << 10;
const TIMES: usize = 16;

/// 2.5 to the fourth, as sixteen is two to the fourth.
const MOST: f64 = 39.0;

/// What takes less is lost among a processor's habits, in nanoseconds.
const NOISE: u64 = 300_000;

/// What is repeated, and where it stands: before it, the thing, behind it. `{n}` in it
/// is its number.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Processor time of this thread, in nanoseconds.
fn spent() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // The only clock that other threads and programs do not disturb has no safe reader.
    #[allow(unsafe_code)]
    let done = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(done, 0);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The least time that `work` on `input` takes in some runs; one is enough below `enough`.
fn least(input: &[u8], work: fn(&[u8]), runs: usize, enough: u64) -> u64 {
    let mut least = u64::MAX;
    for _ in 0..runs {
        let before = spent();
        work(black_box(input));
        least = least.min(spent() - before);
        if least <= enough {
            break;
        }
    }
    least
}

/// `(before, thing, behind)` with so many bytes of the thing.
fn filled((_, before, thing, behind): Row, bytes: usize) -> Vec<u8> {
    let mut text = String::from(before);
    let end = before.len() + bytes;
    for n in 0.. {
        if text.len() >= end {
            break;
        }
        if thing.contains("{n}") { text.push_str(&thing.replace("{n}", &n.to_string())) } else { text.push_str(thing) }
    }
    text.push_str(behind);
    text.into_bytes()
}

/// How much longer `work` takes for sixteen times as much.
fn growth(small: &[u8], large: &[u8], work: fn(&[u8])) -> f64 {
    let base = least(small, work, 5, 0).max(NOISE);
    let enough = (base as f64 * MOST) as u64;
    least(large, work, 4, enough) as f64 / base as f64
}

/// Fails with every row that grows too fast.
fn check(rows: &[Row], work: fn(&[u8])) {
    check_from(SMALL, rows, work);
}

/// The same, compared from `small` bytes on.
fn check_from(small: usize, rows: &[Row], work: fn(&[u8])) {
    let grown = rows.iter().map(|row| (row.0, growth(&filled(*row, small), &filled(*row, small * TIMES), work)));
    let wrong: Vec<String> =
        grown.filter(|(_, times)| *times > MOST).map(|(name, times)| format!("{name}: {times:.0} times")).collect();
    assert!(wrong.is_empty(), "16 times as much takes more than {MOST} times as long\n{}", wrong.join("\n"));
}

/// Reads a document of any format.
fn document(bytes: &[u8]) {
    let url = url::Url::parse("https://wire.example/feed").unwrap();
    let about = About {
        url: &url,
        content_type: None,
        language: None,
        timezone: Zone::UTC,
        work: wiredesk::model::Work::default(),
    };
    let _ = black_box(parse::document(bytes, &about, wiredesk::clock::Timestamp::from_millis(1_795_392_000_000)));
}

/// The test sees what it is there to see.
#[test]
fn a_quadratic_reader_is_found_and_a_linear_one_is_not_b104() {
    let quadratic = |bytes: &[u8]| {
        let mut known: Vec<&[u8]> = Vec::new();
        for word in bytes.split(|b| *b == b' ') {
            if !known.contains(&word) {
                known.push(word);
            }
        }
        black_box(known.len());
    };
    let linear = |bytes: &[u8]| {
        let known: std::collections::HashSet<&[u8]> = bytes.split(|b| *b == b' ').collect();
        black_box(known.len());
    };
    let row = ("words", "", "w{n} ", "");
    let (small, large) = (filled(row, SMALL), filled(row, SMALL * TIMES));
    assert!(growth(&small, &large, quadratic) > MOST);
    assert!(growth(&small, &large, linear) <= MOST);
}
