//! How alike two copies are: figures, without a decision.

use super::read::StoryReading;
use super::shingle::{runs, words_of};
use super::title::HeadlineReading;
use crate::model::Permille;

/// The longest passage that is kept as evidence, in characters.
const PASSAGE: usize = 160;

/// Share of two headlines that stays where the rest is exchanged: they are one form filled in
/// twice.
const SAME_FORM: usize = 700;

/// What two copies have in common, and what tells them apart.
#[derive(Clone, Debug)]
pub(super) struct Likeness {
    /// Shingles of the shorter text that stand in the other.
    pub share: Permille,
    pub shared: usize,
    /// Shingles of the shorter text.
    pub shorter: usize,
    /// Share of the headlines' words.
    pub headline: Permille,
    pub same_headline: bool,
    /// Words that were exchanged in one form of headline.
    pub exchanged: Option<(String, String)>,
    /// Numbers that only one of the texts has, if both have some.
    pub numbers: Option<(String, String)>,
}

impl Likeness {
    pub fn of(a: &StoryReading, b: &StoryReading) -> Likeness {
        let shared = a.shingles.shared(&b.shingles);
        let shorter = a.shingles.len().min(b.shingles.len());
        let share = u16::try_from(1000 * shared / shorter.max(1)).unwrap_or(1000);
        let same_headline = a.title.key == b.title.key && a.title.key != 0;
        Likeness {
            share: Permille(share),
            shared,
            shorter,
            headline: Permille(a.title.overlap(&b.title)),
            same_headline,
            exchanged: if same_headline { None } else { exchanged(a, b) },
            numbers: numbers_apart(a, b),
        }
    }
}

/// The numbers of each text that the other lacks.
fn numbers_apart(a: &StoryReading, b: &StoryReading) -> Option<(String, String)> {
    let alone = |a: &StoryReading, b: &StoryReading| -> Vec<String> {
        a.numbers.iter().filter(|number| b.numbers.binary_search(number).is_err()).cloned().collect()
    };
    let (ours, theirs) = (alone(a, b), alone(b, a));
    let said = |numbers: Vec<String>| numbers.into_iter().take(3).collect::<Vec<_>>().join(", ");
    if ours.is_empty() || theirs.is_empty() { None } else { Some((said(ours), said(theirs))) }
}

/// The words that two headlines of one form do not share: at one place in both, and unknown
/// to the other copy, be it a number, a city, a quarter or a name.
fn exchanged(a: &StoryReading, b: &StoryReading) -> Option<(String, String)> {
    let gaps = gaps(&a.title, &b.title)?;
    for (ours, theirs) in gaps {
        let unknown = |title: &HeadlineReading, at: std::ops::Range<usize>, other: &StoryReading| -> Vec<String> {
            let words = &title.words.words[at];
            let is_unknown = |hash: u64| {
                let is = |words: &[super::words::HashedWord]| words.iter().any(|word| word.hash == hash);
                !is(&other.title.words.words) && !is(&other.news.words.words)
            };
            words.iter().filter(|word| is_unknown(word.hash)).map(|word| title.words.text(*word).to_owned()).collect()
        };
        let dated = |title: &HeadlineReading, at: std::ops::Range<usize>| -> Vec<String> {
            let words = title.words.words[at].iter().map(|word| title.words.text(*word));
            words.filter(|word| title.numbers.iter().any(|number| number == word)).map(str::to_owned).collect()
        };
        let (mut one, mut two) = (dated(&a.title, ours.clone()), dated(&b.title, theirs.clone()));
        if one.is_empty() || two.is_empty() {
            (one, two) = (unknown(&a.title, ours, b), unknown(&b.title, theirs, a));
        }
        if !one.is_empty() && !two.is_empty() {
            return Some((one.join(" "), two.join(" ")));
        }
    }
    None
}

type Gap = (std::ops::Range<usize>, std::ops::Range<usize>);

/// Where two headlines of one form differ: pairs of ranges of words, both of them with words.
fn gaps(a: &HeadlineReading, b: &HeadlineReading) -> Option<Vec<Gap>> {
    let hashes = |title: &HeadlineReading| title.words.words.iter().map(|word| word.hash).collect::<Vec<_>>();
    let (a, b) = (hashes(a), hashes(b));
    let kept = super::differ::common(&a, &b);
    if 2000 * kept.len() < SAME_FORM * (a.len() + b.len()) {
        return None;
    }
    let (mut found, mut from) = (Vec::new(), (0, 0));
    for (x, y) in kept.into_iter().chain([(a.len(), b.len())]) {
        if x > from.0 && y > from.1 {
            found.push((from.0..x, from.1..y));
        }
        from = (x + 1, y + 1);
    }
    Some(found)
}

/// The longest passage of `a` that stands in `b` too: folded, cut to a line.
pub(super) fn passage(a: &StoryReading, b: &StoryReading) -> String {
    let (mut best, mut run) = (0..0, 0..0);
    for (at, shingle) in runs(&a.news.words.words).enumerate() {
        run = if b.shingles.contains(shingle) { run.start..at + 1 } else { at + 1..at + 1 };
        if run.len() > best.len() {
            best = run.clone();
        }
    }
    if best.is_empty() {
        return String::new();
    }
    let words = best.start..best.start + words_of(best.len());
    let text = a.news.words.passage(words).replace('\n', " ");
    crate::text::columns::cut(&text, PASSAGE)
}
