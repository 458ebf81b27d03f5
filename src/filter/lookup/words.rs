//! Looks up spellings that begin where a word begins, at a cost that does not depend on how
//! many there are.
//!
//! The first word of each spelling is found by a hash: of the whole word, or of its
//! beginning if any ending may follow (`*`). Phrases are found by their first word and the
//! bytes after it, because many begin with a common word.

use super::known::{HashedStarts, eight, first, mixed, spread};
use super::uses::LiteralUse;
use crate::filter::language::term::Edge;
use crate::text::fold::Word;
use crate::text::script;

/// Beginnings are found by their first bytes, up to this many.
const LONGEST: usize = 8;

/// A phrase is found by this many bytes after its first word, as many of these as it has.
const AHEAD: [usize; 4] = [8, 4, 2, 1];

/// Spellings that begin where a word begins.
pub(super) struct SpellingsByWord {
    texts: Vec<String>,
    /// For each text, what a match of it may be a hit of.
    uses: Vec<Vec<LiteralUse>>,
    /// By whole words, and by phrases.
    wholes: HashedStarts,
    beginnings: HashedStarts,
    /// How long beginnings are.
    lengths: Vec<usize>,
    /// Which of [`AHEAD`] there are.
    ahead: Vec<usize>,
}

/// The hash of a whole word, whose first bytes are `start`.
fn whole(word: &[u8], start: u64) -> u64 {
    match word.len() {
        0..=LONGEST => mixed(first(start, word.len().max(1))),
        length => {
            let end = eight(&word[length - LONGEST..]);
            // Long words may be alike at both ends.
            mixed(start ^ spread(end ^ length as u64))
        }
    }
}

/// The hash of a word with which a phrase begins.
fn begun(whole: u64) -> u64 {
    whole.rotate_left(32)
}

/// The hash of a phrase: of its first word, and the first `count` bytes after it.
fn phrase(whole: u64, after: u64, count: usize) -> u64 {
    mixed(whole ^ first(after, count))
}

impl SpellingsByWord {
    /// Prepares `texts`, each with what a match of it may be a hit of.
    pub fn new(texts: Vec<String>, uses: Vec<Vec<LiteralUse>>) -> SpellingsByWord {
        let opens = uses.iter().flatten().filter(|wanted| is_open(wanted)).count();
        let mut words = SpellingsByWord {
            wholes: HashedStarts::with_room(2 * texts.len()),
            beginnings: HashedStarts::with_room(opens),
            lengths: Vec::new(),
            ahead: Vec::new(),
            texts: Vec::new(),
            uses: Vec::new(),
        };
        for (number, (text, uses)) in (0_u32..).zip(texts.iter().zip(&uses)) {
            words.add(number, text.as_bytes(), uses, text.find(|c| !script::has_border(c)).unwrap_or(text.len()));
        }
        words.lengths.sort_unstable();
        words.wholes.settle(&texts);
        words.beginnings.settle(&texts);
        SpellingsByWord { texts, uses, ..words }
    }

    /// Adds a text; its first word ends at `end`.
    fn add(&mut self, number: u32, text: &[u8], uses: &[LiteralUse], end: usize) {
        let (word, after) = text.split_at(end);
        let start = eight(word);
        let open = |wanted: &LiteralUse| after.is_empty() && is_open(wanted);
        if uses.iter().any(open) {
            let length = word.len().clamp(1, LONGEST);
            note(&mut self.lengths, length);
            self.beginnings.know(spread(first(start, length)), number);
        }
        let hash = whole(word, start);
        if let Some(count) = AHEAD.into_iter().find(|count| *count <= after.len()) {
            note(&mut self.ahead, count);
            self.wholes.mark(begun(hash));
            self.wholes.know(phrase(hash, eight(after), count), number);
        } else if !uses.iter().all(open) {
            self.wholes.know(hash, number);
        }
    }

    /// Calls `meet` for every text that begins where one of `words` begins, with its
    /// beginning and end.
    pub fn find<'w>(&'w self, text: &str, words: &[Word], mut meet: impl FnMut(&'w [LiteralUse], usize, usize)) {
        if self.texts.is_empty() {
            return;
        }
        let text = text.as_bytes();
        for word in words {
            let (from, to) = (word.start as usize, word.end as usize);
            let start = eight(&text[from..]);
            for length in self.lengths.iter().take_while(|length| **length <= to - from) {
                let hash = spread(first(start, *length));
                if self.beginnings.may_know(hash) {
                    self.tell(&self.beginnings, hash, (text, from), &mut meet);
                }
            }
            let hash = whole(&text[from..to], start);
            if self.wholes.may_know(hash) {
                self.tell(&self.wholes, hash, (text, from), &mut meet);
            }
            if self.wholes.may_know(begun(hash)) {
                let after = eight(&text[to..]);
                for count in &self.ahead {
                    let hash = phrase(hash, after, *count);
                    if self.wholes.may_know(hash) {
                        self.tell(&self.wholes, hash, (text, from), &mut meet);
                    }
                }
            }
        }
    }

    fn tell<'w>(
        &'w self,
        known: &HashedStarts,
        hash: u64,
        (text, start): (&[u8], usize),
        meet: &mut impl FnMut(&'w [LiteralUse], usize, usize),
    ) {
        known.find(hash, &self.texts, &text[start..], |number, wanted| {
            meet(&self.uses[number], start, start + wanted.len());
        });
    }
}

/// Whether the word with which it ends may go on.
fn is_open(wanted: &LiteralUse) -> bool {
    wanted.right == Edge::Open || !wanted.rest.is_empty()
}

fn note(lengths: &mut Vec<usize>, length: usize) {
    if !lengths.contains(&length) {
        lengths.push(length);
    }
}
