//! Which of the entries that share rows of a sketch are compared.

use std::cmp::Reverse;

use crate::clock::Timestamp;
use crate::model::{EntryId, StoryKeys};

/// How many entries of one row are looked at, the newest first: what more of them share is no
/// news.
pub const MOST_OF_ROW: usize = 500;

/// An entry that shares rows of a sketch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SharesRows {
    /// It.
    pub entry: EntryId,
    /// When it was published.
    pub at: Timestamp,
    /// How many rows it shares.
    pub rows: usize,
}

/// Those that are compared with the entry of `keys`, the likest first.
pub fn likest(mut shares: Vec<SharesRows>, keys: &StoryKeys) -> Vec<EntryId> {
    let reach = keys.reach;
    let apart = |at: Timestamp| at.since(keys.at).max(keys.at.since(at));
    shares.retain(|shares| shares.rows >= reach.least_rows && apart(shares.at) <= reach.copies);
    shares.sort_unstable_by_key(|shares| (Reverse(shares.rows), shares.entry));
    shares.into_iter().take(reach.most).map(|shares| shares.entry).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::StoryReach;

    #[test]
    fn the_likest_of_the_window_are_compared() {
        let at = |days: i64| Timestamp::from_millis(days * 86_400_000);
        let reach = StoryReach {
            copies: Duration::from_secs(7 * 86_400),
            least_rows: 2,
            most: 2,
            by_key: 1,
            recurs_after: Duration::ZERO,
        };
        let keys = StoryKeys {
            at: at(10),
            title: 0,
            runs: 9,
            held: Vec::new(),
            sought: Vec::new(),
            sketch: Vec::new(),
            reach,
        };
        let shares = |entry, day, rows| SharesRows { entry: EntryId(entry), at: at(day), rows };
        let check = |all: &[SharesRows], expected: &[i64]| {
            let found: Vec<i64> = likest(all.to_vec(), &keys).into_iter().map(|id| id.0).collect();
            assert_eq!(found, expected, "{all:?}");
        };
        check(&[], &[]);
        check(&[shares(1, 10, 1), shares(2, 2, 9), shares(3, 18, 9)], &[]);
        check(&[shares(1, 3, 2), shares(2, 17, 3), shares(3, 10, 2)], &[2, 1]);
    }
}
