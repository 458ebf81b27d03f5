//! How alike two copies are: figures, without a decision.

use std::collections::HashSet;
use std::ops::Range;

use super::read::StoryReading;
use super::shingle::{runs, words_of};
use super::title::{HeadlineReading, date_word};
use super::words::{HashedWord, HashedWords, sequence};
use crate::model::Permille;

/// The longest passage that is kept as evidence, in characters.
const PASSAGE: usize = 160;

/// Share of two headlines that stays where the rest is exchanged: they are one form filled in
/// twice.
const SAME_FORM: usize = 700;

/// Texts that share less are not read for numbers.
const READ_CLOSELY: u16 = 500;

/// Letters of a word in which another spelling is seen.
const RESPELLED: usize = 6;

/// Letters in which another spelling differs.
const SLIPS: usize = 2;

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
    /// Numbers that were exchanged in one text.
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
            numbers: if share >= READ_CLOSELY { numbers_exchanged(a, b) } else { None },
        }
    }
}

/// Numbers that were exchanged: each stands in one text only, behind or before the same two
/// words. What one of two texts says more is no exchange.
fn numbers_exchanged(a: &StoryReading, b: &StoryReading) -> Option<(String, String)> {
    let (ours, theirs) = (lone_numbers(a, b), lone_numbers(b, a));
    ours.iter().find_map(|(one, around)| {
        let same = theirs.iter().find(|(_, other)| around.iter().any(|beside| other.contains(beside)))?;
        Some((one.clone(), same.0.clone()))
    })
}

/// The numbers of a text that the other lacks, each with what stands before and behind it.
fn lone_numbers(a: &StoryReading, b: &StoryReading) -> Vec<(String, [u64; 2])> {
    let words = &a.news.words.words;
    let known: HashSet<u64> = b.news.words.words.iter().map(|word| word.hash).collect();
    let is_number = |word: &HashedWord| a.news.words.text(*word).starts_with(|c: char| c.is_ascii_digit());
    let lone = (2..words.len().saturating_sub(2))
        .filter(|at| is_number(&words[*at]) && !known.contains(&words[*at].hash) && !is_telephone(&a.news.words, *at));
    let beside = |at: usize| {
        let before = sequence([words[at - 2].hash, words[at - 1].hash].into_iter());
        [before, !sequence([words[at + 1].hash, words[at + 2].hash].into_iter())]
    };
    lone.map(|at| (a.news.words.text(words[at]).to_owned(), beside(at))).collect()
}

/// Whether the number is one of three in a row: a telephone number, or a table. The groups
/// of one long number are no row.
fn is_telephone(text: &HashedWords, at: usize) -> bool {
    let is_row = |three: &[HashedWord]| {
        let is_number = |word: &HashedWord| text.text(*word).starts_with(|c: char| c.is_ascii_digit());
        let is_apart = |pair: &[HashedWord]| {
            !matches!(text.folded.get(pair[0].end as usize..pair[1].start as usize), Some("," | "." | "'"))
        };
        three.iter().all(is_number) && three.windows(2).all(is_apart)
    };
    text.words[at.saturating_sub(2)..(at + 3).min(text.words.len())].windows(3).any(is_row)
}

/// What two headlines of one form do not share, at one place in both: numbers, dates and
/// quarters that differ, or words that the other copy never uses, such as a city or a firm.
/// Another spelling of a word is not another word.
fn exchanged(a: &StoryReading, b: &StoryReading) -> Option<(String, String)> {
    for (ours, theirs) in gaps(&a.title, &b.title)? {
        let dated = (dates(&a.title, ours.clone()), dates(&b.title, theirs.clone()));
        let words = (unknown(&a.title, ours, b), unknown(&b.title, theirs, a));
        let is_apart = |(one, two): &(Vec<String>, Vec<String>)| !one.is_empty() && !two.is_empty() && one != two;
        let (one, two) = [dated, words].into_iter().find(is_apart).unwrap_or_default();
        if !one.is_empty() && !is_respelled(&one, &two) {
            return Some((one.join(" "), two.join(" ")));
        }
    }
    None
}

/// The numbers and words of dates in part of a headline, in their long forms.
fn dates(title: &HeadlineReading, part: Range<usize>) -> Vec<String> {
    let words = title.words.words[part].iter().map(|word| title.words.text(*word));
    let long = |word: &str| match date_word(word) {
        Some(long) => Some(long.to_owned()),
        None => {
            let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
            (!digits.is_empty()).then_some(digits)
        }
    };
    words.filter_map(long).collect()
}

/// The words in part of a headline that the other copy does not use.
fn unknown(title: &HeadlineReading, part: Range<usize>, other: &StoryReading) -> Vec<String> {
    let is_in = |words: &HashedWords, hash: u64| words.words.iter().any(|word| word.hash == hash);
    let is_unknown = |word: &&HashedWord| {
        let text = title.words.text(**word);
        let is_figure = date_word(text).is_some() || text.starts_with(|c: char| c.is_ascii_digit());
        !is_figure && !is_in(&other.title.words, word.hash) && !is_in(&other.news.words, word.hash)
    };
    title.words.words[part].iter().filter(is_unknown).map(|word| title.words.text(*word).to_owned()).collect()
}

/// Whether the words are the same but for a letter or two of long ones.
fn is_respelled(ours: &[String], theirs: &[String]) -> bool {
    let is_long = |word: &str| word.chars().count() >= RESPELLED && word.chars().all(char::is_alphabetic);
    let is_same =
        |(a, b): (&String, &String)| a == b || is_long(a) && is_long(b) && strsim::osa_distance(a, b) <= SLIPS;
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(is_same)
}

type HeadlineGap = (Range<usize>, Range<usize>);

/// Where two headlines of one form differ: pairs of ranges of words, both of them with words.
fn gaps(a: &HeadlineReading, b: &HeadlineReading) -> Option<Vec<HeadlineGap>> {
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
