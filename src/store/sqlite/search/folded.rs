//! Words of entries that were stored of late, kept for the search index.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::Words;

/// The texts of some hundred entries. Others are read again.
const MOST_BYTES: usize = 4 << 20;

/// Words of what was committed, until the index takes them.
#[derive(Default)]
pub struct FoldedWords(Mutex<KeptWords>);

#[derive(Default)]
struct KeptWords {
    words: Vec<Words>,
    bytes: usize,
}

impl FoldedWords {
    fn kept(&self) -> MutexGuard<'_, KeptWords> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps words of entries that were committed, as far as there is room.
    pub fn keep(&self, words: Vec<Words>) {
        let mut kept = self.kept();
        for words in words {
            let bytes = words.words.len();
            if kept.bytes + bytes > MOST_BYTES {
                return;
            }
            kept.bytes += bytes;
            kept.words.push(words);
        }
    }

    /// Hands out up to `limit`, the oldest first.
    pub fn take(&self, limit: usize) -> Vec<Words> {
        let mut kept = self.kept();
        let some = limit.min(kept.words.len());
        let taken: Vec<Words> = kept.words.drain(..some).collect();
        kept.bytes -= taken.iter().map(|words| words.words.len()).sum::<usize>();
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EntryId;
    use crate::store::TextHash;

    #[test]
    fn words_are_handed_out_once_and_take_no_more_than_their_room_r82() {
        let words = |n: i64, size: usize| Words { entry: EntryId(n), version: TextHash(0), words: "w".repeat(size) };
        let folded = FoldedWords::default();
        let taken = |limit| folded.take(limit).iter().map(|words| words.entry.0).collect::<Vec<_>>();
        folded.keep((0..5).map(|n| words(n, MOST_BYTES / 4)).collect());
        assert_eq!((taken(3), taken(3), taken(3)), (vec![0, 1, 2], vec![3], vec![]));
        folded.keep(vec![words(7, MOST_BYTES)]);
        assert_eq!(taken(1), [7]);
    }
}
