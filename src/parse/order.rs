//! The order of a document: by custom the newest entry stands first.

use crate::clock::Timestamp;
use crate::model::{Entry, Parsed};

/// Turns `parsed` round where its dates say that the oldest entry stands first:
/// they rise from top to bottom, but for one step in five at most. Entries
/// without a date, and steps between equal ones, tell nothing.
pub fn newest_first(parsed: &mut Parsed) {
    if !rise(parsed.entries.iter().filter_map(Entry::dated)) {
        return;
    }
    parsed.entries.reverse();
    let last = parsed.entries.len().saturating_sub(1);
    for at in parsed.warnings.iter_mut().filter_map(|warning| warning.entry.as_mut()) {
        *at = last.saturating_sub(*at);
    }
}

/// Whether the dates of entries, in the order of their document, say that the oldest
/// stands first.
pub(super) fn rise(dates: impl Iterator<Item = Timestamp>) -> bool {
    let (mut up, mut down) = (0_usize, 0_usize);
    let mut last = None;
    for at in dates {
        if let Some(last) = last {
            up += usize::from(at > last);
            down += usize::from(at < last);
        }
        last = Some(at);
    }
    up > 4 * down
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EntryKey;

    fn entries(days: &[i64]) -> Vec<Entry> {
        let dated = |day: &i64| Entry {
            published: (*day > 0).then(|| Timestamp::from_millis(day * 86_400_000)),
            ..Entry::new(EntryKey([0; 16]))
        };
        days.iter().map(dated).collect()
    }

    #[test]
    fn rising_dates_say_that_the_oldest_stands_first() {
        let check = |days: &[i64], expected: bool| {
            assert_eq!(rise(entries(days).iter().filter_map(Entry::dated)), expected, "{days:?}")
        };
        check(&[1, 2, 3, 4], true);
        check(&[1, 1, 2, 0, 2, 3], true);
        check(&[1, 2, 3, 4, 5, 3, 6, 7], true);
        check(&[4, 3, 2, 1], false);
        // Something old is pinned to the top.
        check(&[1, 9, 8, 7], false);
        check(&[3, 3, 3], false);
        check(&[5, 1, 4, 2, 9], false);
        check(&[0, 0], false);
        check(&[7], false);
        check(&[], false);
    }
}
