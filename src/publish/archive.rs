//! How a feed is cut into archived documents (RFC 5005 §4), so that a reader that was away finds
//! everything, and nothing twice, while news arrive.
//!
//! An archived document begins behind a place of the feed's order and ends with a *mark*: an
//! entry whose permanent id says so, about every third of a page. What arrives at the head moves
//! no mark, and whatever is withdrawn or comes late changes the one document in whose range it
//! lies. So all documents but the newest have the same ranges for every reader, for ever.
//!
//! Each document lies at an address that names its content, so that it never changes there. Links
//! name the place at which it begins and the rules of the feed, and lead to the present address:
//! where an entry was killed or revised, its document is at another address than before, and with
//! other rules all links are others, so that readers walk the archive anew.

use xxhash_rust::xxh3::xxh3_64;

use crate::model::{FeedPosition, Published};

/// So many marks lie in a page of a feed, on average: the subscription document nearly always
/// holds one, behind which the archive that it leads to begins.
const MARKS_A_PAGE: usize = 3;

/// Whether an archived document of a feed with pages of `size` entries ends with the entry that
/// has this id.
fn is_mark(published_id: &str, size: usize) -> bool {
    let between = (size / MARKS_A_PAGE).max(1) as u64;
    xxh3_64(published_id.as_bytes()).is_multiple_of(between)
}

/// How many of `entries`, newest first, an archived document holds: up to the first mark, and no
/// more than a page.
pub fn length(entries: &[Published], size: usize) -> usize {
    let upto = entries.iter().position(|p| is_mark(&p.published_id, size)).map_or(entries.len(), |at| at + 1);
    upto.min(size)
}

/// Behind which place the newest archived document begins, for a reader that has the `shown`
/// entries of the subscription document: behind the oldest mark in it, so that the address stays
/// while news arrive.
pub fn newest(shown: &[Published], size: usize) -> Option<FeedPosition> {
    let mark = shown.iter().rev().find(|p| is_mark(&p.published_id, size));
    mark.or(shown.last()).map(|p| p.place)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::publish::samples::published;

    const SIZE: usize = 12;

    /// The archived documents that a reader finds who begins with the subscription document:
    /// behind which place each begins, and the numbers of its entries.
    fn walk(feed: &[Published]) -> Vec<(FeedPosition, Vec<i64>)> {
        let behind = |place: FeedPosition| feed.iter().position(|p| p.place < place).unwrap_or(feed.len());
        let mut at = newest(&feed[..SIZE], SIZE);
        let mut found = Vec::new();
        while let Some(place) = at {
            let rest = &feed[behind(place)..];
            let entries = &rest[..length(rest, SIZE)];
            found.push((place, entries.iter().map(|p| p.place.entry.0).collect()));
            at = entries.last().filter(|_| rest.len() > entries.len()).map(|p| p.place);
        }
        found
    }

    fn feed(numbers: impl DoubleEndedIterator<Item = i64>) -> Vec<Published> {
        numbers.rev().map(|n| published(n, "One")).collect()
    }

    #[test]
    fn a_reader_finds_each_entry_once_and_the_documents_stay_o175() {
        let before = walk(&feed(0..500));
        for arrived in 0..60 {
            let all = feed(0..500 + arrived);
            let found = walk(&all);
            let archived: Vec<i64> = found.iter().flat_map(|(_, entries)| entries).copied().collect();
            assert!(archived.windows(2).all(|two| two[0] == two[1] + 1), "none twice, none skipped: {archived:?}");
            assert_eq!(archived.last(), Some(&0));
            assert!(archived[0] >= all[SIZE - 1].place.entry.0 - 1, "it joins the subscription document");
            // From the first mark on all documents are those of before.
            let known: BTreeSet<_> = before.iter().skip(2).collect();
            assert!(known.is_subset(&found.iter().collect()), "{arrived}");
            assert!(found.iter().all(|(_, entries)| (1..=SIZE).contains(&entries.len())));
        }
    }

    #[test]
    fn what_is_withdrawn_changes_the_document_in_whose_range_it_was_o175() {
        let before = walk(&feed(0..500));
        let without: Vec<Published> = feed(0..500).into_iter().filter(|p| p.place.entry.0 != 250).collect();
        let after: BTreeSet<_> = walk(&without).into_iter().collect();
        let changed = before.iter().filter(|document| !after.contains(document)).count();
        assert!((1..=3).contains(&changed), "{changed}");
    }

    #[test]
    fn a_page_without_a_mark_ends_at_its_size_o175() {
        let all = feed(0..500);
        let unmarked: Vec<Published> = all.into_iter().filter(|p| !is_mark(&p.published_id, SIZE)).collect();
        assert_eq!(length(&unmarked, SIZE), SIZE);
        assert_eq!(newest(&unmarked[..SIZE], SIZE), Some(unmarked[SIZE - 1].place));
        assert_eq!((length(&[], SIZE), newest(&[], SIZE)), (0, None));
    }
}
