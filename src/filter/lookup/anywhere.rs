//! Looking up what may begin anywhere: spellings of scripts without word
//! borders, those with an open left side (`~`), and those that begin with a
//! sign.
//!
//! They are known by their first bytes, which are looked up at each character
//! of a text; an automaton for all would be larger than the processor's nearest
//! memory, and each of its steps waits for the one before.

use super::known::{HashedStarts, eight, first, spread};
use super::uses::LiteralUse;

/// A spelling is known by so many of its first bytes, the most that it has: six
/// are two characters of Han.
const LENGTHS: [usize; 5] = [8, 6, 4, 3, 1];

/// Spellings that may begin anywhere.
pub(super) struct Anywhere {
    texts: Vec<String>,
    /// By text: what a match of it may be a hit of.
    uses: Vec<Vec<LiteralUse>>,
    known: HashedStarts,
    /// Which of [`LENGTHS`] there are.
    lengths: Vec<usize>,
}

impl Anywhere {
    /// Makes `texts`, none of them empty, ready; each with what a match of it
    /// may be a hit of.
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

    /// Tells `meet` of all places of the texts in `text`, each with where it
    /// begins and ends.
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
