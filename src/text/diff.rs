//! What changed between two texts, word by word.
//!
//! A word is a run of letters and digits. Each character of a script without word borders
//! (Han, kana, Hangul, Thai) is a word of its own, and so is each other character; blanks in a
//! row are one. Blanks are compared as if they were all the same.
//!
//! The shortest script of Myers (*An O(ND) Difference Algorithm and Its Variations*, 1986),
//! within a bound of work: beyond it the texts count as different from their first difference
//! to their last.

use std::ops::Range;

use unicode_normalization::char::canonical_combining_class;

use super::script::{has_border, is_word};

/// Comparisons that one difference may take, so that texts of a megabyte take no longer than
/// those of a page.
const MOST_WORK: usize = 4 << 20;

/// Words gone and come that are looked for at most: what is remembered grows with the square.
const MOST_EDITS: usize = 600;

/// A part of two texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiffPiece<'t> {
    /// In both, as the newer text has it.
    Same(&'t str),
    /// In the older text alone.
    Gone(&'t str),
    /// In the newer text alone.
    Come(&'t str),
}

/// A place at which the texts differ: words of the older one, and those that stand there now.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
}

/// The parts of `old` and `new` in reading order; at one place what is gone comes before what
/// has come. Everything but what is gone, put together, is `new`.
pub fn difference<'t>(old: &'t str, new: &'t str) -> Vec<DiffPiece<'t>> {
    let (olds, news) = (words(old), words(new));
    let hunks = joined(hunks(&olds, &news), &news);
    let (mut pieces, mut at) = (Vec::new(), 0);
    for Hunk { old: gone, new: come } in hunks {
        let parts = [
            DiffPiece::Same(between(new, &news, at..come.start)),
            DiffPiece::Gone(between(old, &olds, gone)),
            DiffPiece::Come(between(new, &news, come.clone())),
        ];
        pieces.extend(parts.into_iter().filter(|part| !part.text().is_empty()));
        at = come.end;
    }
    let rest = between(new, &news, at..news.len());
    pieces.extend((!rest.is_empty()).then_some(DiffPiece::Same(rest)));
    pieces
}

impl<'t> DiffPiece<'t> {
    /// Its words.
    pub fn text(self) -> &'t str {
        match self {
            DiffPiece::Same(text) | DiffPiece::Gone(text) | DiffPiece::Come(text) => text,
        }
    }
}

/// The words of `text`, which leave nothing out.
pub fn words(text: &str) -> Vec<&str> {
    let (mut words, mut start, mut before) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| !goes_on(before, c)) {
            words.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// Whether `c` continues the word whose last character is `before`.
fn goes_on(before: char, c: char) -> bool {
    // A mark belongs to its letter, whatever that is.
    !c.is_ascii() && canonical_combining_class(c) != 0
        || before.is_whitespace() && c.is_whitespace()
        || has_border(before) && has_border(c)
}

fn is_same(old: &str, new: &str) -> bool {
    old == new || is_blank(old) && is_blank(new)
}

fn is_blank(word: &str) -> bool {
    word.starts_with(char::is_whitespace)
}

/// The text of some words, which follow one another in it.
fn between<'t>(text: &'t str, words: &[&'t str], range: Range<usize>) -> &'t str {
    let Some(words) = words.get(range).filter(|words| !words.is_empty()) else { return "" };
    let begin = words[0].as_ptr() as usize - text.as_ptr() as usize;
    &text[begin..begin + words.iter().map(|word| word.len()).sum::<usize>()]
}

/// Where the texts differ.
fn hunks(old: &[&str], new: &[&str]) -> Vec<Hunk> {
    let pairs = old.iter().zip(new);
    let first = pairs.take_while(|(old, new)| is_same(old, new)).count();
    let pairs = old[first..].iter().rev().zip(new[first..].iter().rev());
    let last = pairs.take_while(|(old, new)| is_same(old, new)).count();
    let (olds, news) = (&old[first..old.len() - last], &new[first..new.len() - last]);
    if olds.is_empty() && news.is_empty() {
        return Vec::new();
    }
    let moved = |hunk: Hunk| Hunk {
        old: hunk.old.start + first..hunk.old.end + first,
        new: hunk.new.start + first..hunk.new.end + first,
    };
    let whole = || vec![Hunk { old: 0..olds.len(), new: 0..news.len() }];
    shortest(olds, news).unwrap_or_else(whole).into_iter().map(moved).collect()
}

/// The fewest words gone and come that make `new` of `old`; `None` if they are too many.
///
/// A diagonal is where as many more words of the new text were read than of the old one. Each
/// step holds how far each diagonal was followed with that many edits.
fn shortest(old: &[&str], new: &[&str]) -> Option<Vec<Hunk>> {
    let most = MOST_EDITS.min(MOST_WORK / (old.len() + new.len())).min(old.len() + new.len());
    let mut steps: Vec<Vec<usize>> = Vec::new();
    for edits in 0..=most {
        let mut reached = vec![0; edits + 1];
        for nth in 0..=edits {
            let begin = steps.last().map_or(0, |before| entered(before, edits, nth).0);
            let mut at = begin;
            while let (Some(old), Some(new)) = (old.get(at), place(at, edits, nth).and_then(|at| new.get(at)))
                && is_same(old, new)
            {
                at += 1;
            }
            reached[nth] = at;
            if at >= old.len() && place(at, edits, nth).is_some_and(|at| at >= new.len()) {
                steps.push(reached);
                return Some(traced(&steps, nth));
            }
        }
        steps.push(reached);
    }
    None
}

/// The place in the new text on the `nth` diagonal of a step: of all its edits `nth` are words
/// gone, and the others words come.
fn place(old_at: usize, edits: usize, nth: usize) -> Option<usize> {
    (old_at + edits - nth).checked_sub(nth)
}

/// Where the old text stands when a step enters its `nth` diagonal, and whether by a word gone.
fn entered(before: &[usize], edits: usize, nth: usize) -> (usize, bool) {
    let come = (nth < edits).then(|| before[nth]);
    let gone = nth.checked_sub(1).map(|nth| before[nth] + 1);
    match (come, gone) {
        (Some(come), Some(gone)) if gone > come => (gone, true),
        (Some(come), _) => (come, false),
        (None, gone) => (gone.unwrap_or(0), true),
    }
}

/// The way back from the end on the `nth` diagonal of the last step.
fn traced(steps: &[Vec<usize>], mut nth: usize) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for edits in (1..steps.len()).rev() {
        let (old_at, is_gone) = entered(&steps[edits - 1], edits, nth);
        let new_at = place(old_at, edits, nth).unwrap_or(0);
        let edit = if is_gone {
            Hunk { old: old_at - 1..old_at, new: new_at..new_at }
        } else {
            Hunk { old: old_at..old_at, new: new_at - 1..new_at }
        };
        match hunks.last_mut() {
            Some(after) if after.old.start == edit.old.end && after.new.start == edit.new.end => {
                (after.old.start, after.new.start) = (edit.old.start, edit.new.start);
            }
            _ => hunks.push(edit),
        }
        nth -= usize::from(is_gone);
    }
    hunks.reverse();
    hunks
}

/// Hunks with nothing but blanks between them are one, so that a rewritten sentence reads as
/// two sentences and not as a mosaic of words.
fn joined(hunks: Vec<Hunk>, new: &[&str]) -> Vec<Hunk> {
    let mut all: Vec<Hunk> = Vec::new();
    for hunk in hunks {
        match all.last_mut() {
            Some(before) if !new[before.new.end..hunk.new.start].iter().any(|word| word.chars().any(is_word)) => {
                (before.old.end, before.new.end) = (hunk.old.end, hunk.new.end);
            }
            _ => all.push(hunk),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::DiffPiece::{Come, Gone, Same};
    use super::*;

    fn check(old: &str, new: &str, expected: &[DiffPiece<'_>]) {
        assert_eq!(difference(old, new), expected, "{old:?} {new:?}");
    }

    #[test]
    fn words_are_runs_characters_and_blanks() {
        assert_eq!(
            words("Port of  Łódź, 1.5 市长a"),
            ["Port", " ", "of", "  ", "Łódź", ",", " ", "1", ".", "5", " ", "市", "长", "a"]
        );
        assert_eq!(words("cafe\u{301} x"), ["cafe\u{301}", " ", "x"]);
        assert!(words("").is_empty());
    }

    #[test]
    fn what_is_gone_and_what_has_come_is_told_by_words_o164() {
        check("", "", &[]);
        check("a b", "a b", &[Same("a b")]);
        check("", "new", &[Come("new")]);
        check("old", "", &[Gone("old")]);
        check(
            "The mayor met 12 envoys.",
            "The mayor met 21 envoys.",
            &[Same("The mayor met "), Gone("12"), Come("21"), Same(" envoys.")],
        );
        check("one two three", "one three", &[Same("one "), Gone("two "), Same("three")]);
        check("a b c d", "b c d e", &[Gone("a "), Same("b c d"), Come(" e")]);
        // A rewritten run is one hunk, whatever blanks lie in it.
        check("A red car came", "A big bus came", &[Same("A "), Gone("red car"), Come("big bus"), Same(" came")]);
        check("市长会见代表团", "副市长会见了代表团", &[Come("副"), Same("市长会见"), Come("了"), Same("代表团")]);
        // Blanks are all the same.
        check("a\n b", "a b", &[Same("a b")]);
    }

    fn put_together(pieces: &[DiffPiece<'_>], wanted: impl Fn(&DiffPiece<'_>) -> bool) -> String {
        pieces.iter().filter(|piece| wanted(piece)).map(|piece| piece.text()).collect()
    }

    #[test]
    fn nothing_is_lost_whatever_the_texts_are_o164() {
        // A generator of short texts over few words, which meet often.
        let text = |seed: u64| -> String {
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state
            };
            (0..next() % 12).map(|_| ["a", "b ", "市", ", ", "c"][(next() % 5) as usize]).collect()
        };
        for seed in 0..4_000 {
            let (old, new) = (text(seed), text(seed + 77));
            let pieces = difference(&old, &new);
            assert_eq!(put_together(&pieces, |piece| !matches!(piece, Gone(_))), new, "{old:?}");
            assert_eq!(put_together(&pieces, |piece| !matches!(piece, Come(_))), old, "{new:?}");
        }
    }

    #[test]
    fn texts_that_share_little_cost_little_o164() {
        let old: String = (0..200_000).map(|n| format!("x{n} ")).collect();
        let new: String = (0..200_000).map(|n| format!("y{n} ")).collect();
        let changed = format!("first {old}last");
        let other = format!("first {new}last");
        let pieces = difference(&changed, &other);
        assert_eq!(pieces.len(), 4, "beyond the bound all between is one change");
        // Of a long text with one word changed, that word is found all the same.
        let other = old.replace("x77777 ", "z ");
        let pieces = difference(&old, &other);
        assert_eq!(pieces[1..3], [Gone("x77777"), Come("z")]);
    }
}
