//! What stories cost: reading an entry with a body of 4 KB, and placing one in a window of
//! 140,000 entries.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use wiredesk::clock::Timestamp;
use wiredesk::model::EntryId;
use wiredesk::model::newswire::Newswire;
use wiredesk::stories::read::{StoryCopy, read};
use wiredesk::stories::recurring::RecurringText;
use wiredesk::stories::settings::StorySettings;
use wiredesk::stories::window::StoryWindow;

fn main() {
    divan::main();
}

/// Entries of a week at 20,000 a day.
const WINDOW: u64 = 140_000;

/// A release of about `words` words, drawn from a vocabulary of 20,000 by `seed`.
fn release(seed: u64, words: usize) -> (String, String) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Half of all words are among a few hundred, as in any language.
        let of = if state >> 63 == 0 { 300 } else { 20_000 };
        format!("word{}", (state >> 20) % of)
    };
    let title = (0..9).map(|_| word()).collect::<Vec<_>>().join(" ");
    let lines = (0..words / 40).map(|_| (0..40).map(|_| word()).collect::<Vec<_>>().join(" ") + ".");
    (title, lines.collect::<Vec<_>>().join("\n"))
}

fn copy<'a>(n: u64, title: &'a str, text: &'a str, wire: &'a Newswire) -> StoryCopy<'a> {
    let at = Timestamp::from_millis(1_764_547_200_000 + i64::try_from(n).unwrap() * 4_320);
    StoryCopy {
        entry: EntryId(i64::try_from(n).unwrap()),
        source: "bench",
        source_wire: None,
        link: None,
        title,
        text,
        language: Some("en"),
        at,
        wire,
    }
}

#[divan::bench]
fn reading(bencher: Bencher<'_, '_>) {
    let (settings, recurring, wire) = (StorySettings::default(), RecurringText::default(), Newswire::default());
    let releases: Vec<(String, String)> = (0..100).map(|seed| release(seed, 480)).collect();
    bencher.counter(ItemsCount::new(releases.len())).bench(|| {
        for (n, (title, text)) in (0..).zip(&releases) {
            black_box(read(&copy(n, title, text, &wire), &recurring, &settings));
        }
    });
}

/// Places 500 entries in a full window: every third a copy of one that is there. Texts of 1 KB,
/// so that the window fits into memory.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn placing(bencher: Bencher<'_, '_>) {
    let wire = Newswire::default();
    let mut window = StoryWindow::new(StorySettings::default());
    for n in 0..WINDOW {
        let (title, text) = release(n, 120);
        window.place(&copy(n, &title, &text, &wire));
    }
    let mut next = WINDOW;
    bencher.counter(ItemsCount::new(500_u32)).bench_local(|| {
        for n in next..next + 500 {
            let (title, text) = release(if n % 3 == 0 { n - 70_000 } else { n }, 120);
            black_box(window.place(&copy(n, &title, &text, &wire)));
        }
        next += 500;
    });
}
