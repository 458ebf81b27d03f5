//! Looks up spellings that may begin anywhere: those of scripts without word borders, those
//! open to the left (`~`), and those that begin with a sign.
//!
//! They are found by their first bytes, which are looked up at each character of a text. An
//! automaton for all of them would not fit the processor's nearest cache, and each of its
//! steps would wait for the one before.

use super::known::{HashedStarts, eight, first, spread};
use super::uses::LiteralUse;

/// A spelling is found by its first bytes, as many of these as it has: six are two
/// characters of Han.
const LENGTHS: [usize; 5] = [8, 6, 4, 3, 1];

/// Spellings that may begin anywhere.
pub(super) struct Anywhere {
    texts: Vec<String>,
    /// For each text, what a match of it may be a hit of.
    uses: Vec<Vec<LiteralUse>>,
    known: HashedStarts,
    /// Which of [`LENGTHS`] there are.
    lengths: Vec<usize>,
}

impl Anywhere {
    /// Prepares `texts`, none of which is empty, each with what a match of it may be a hit
    /// of.
    pub fn new(texts: Vec<String>, uses: Vec<Vec<LiteralUse>>) -> Anywhere {
        let (mut known, mut lengths) = (HashedStarts::with_room(texts.len()), Vec::new());
        for (number, text) in (0_u32..).zip(&texts) {
            let fits = LENGTHS.into_iter().find(|length| *length <= text.len());
            let length = fits.expect("a spelling has at least one byte");
            known.know(spread(first(eight(text.as_bytes()), length)), number);
            if !lengths.contains(&length) {
                lengths.push(length);
            }
        }
        known.settle(&texts);
        Anywhere { texts, uses, known, lengths }
    }

    /// Calls `meet` for every place of the texts in `text`, with its beginning and end.
    pub fn find<'w>(&'w self, text: &str, mut meet: impl FnMut(&'w [LiteralUse], usize, usize)) {
        let text = text.as_bytes();
        for length in &self.lengths {
            let whole = text.len().saturating_sub(7);
            for (start, window) in text.windows(8).enumerate() {
                let eight = u64::from_le_bytes(window.try_into().expect("a window of eight"));
                self.look(eight, *length, start, text, &mut meet);
            }
            for start in whole..text.len() {
                self.look(eight(&text[start..]), *length, start, text, &mut meet);
            }
        }
    }

    fn look<'w>(
        &'w self,
        eight: u64,
        length: usize,
        start: usize,
        text: &[u8],
        meet: &mut impl FnMut(&'w [LiteralUse], usize, usize),
    ) {
        let hash = spread(first(eight, length));
        if !self.known.may_know(hash) {
            return;
        }
        self.known.find(hash, &self.texts, &text[start..], |number, wanted| {
            meet(&self.uses[number], start, start + wanted.len());
        });
    }
}
