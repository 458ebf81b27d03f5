//! Which entries of a document are known by what its source listed last, so that a store
//! need not look for them.

use std::collections::HashMap;

use crate::model::{Asked, EDITION, EntryKey, Fingerprint, Known};

/// The entries that a source's last document listed, by what tells them apart. Most of what
/// a document lists was in the one before: of that nothing is looked up.
#[derive(Debug)]
pub struct KnownWindow {
    by_key: HashMap<EntryKey, Fingerprint>,
    /// How many have this page and this headline.
    alike: HashMap<(Option<i64>, i64), usize>,
}

impl KnownWindow {
    /// The window of which this is known.
    pub fn of(known: &[Known]) -> Self {
        let by_key: HashMap<EntryKey, Fingerprint> = known.iter().map(|k| (k.key, k.print)).collect();
        let mut alike: HashMap<_, usize> = HashMap::new();
        by_key.values().for_each(|p| *alike.entry((p.page, p.title)).or_default() += 1);
        KnownWindow { by_key, alike }
    }

    /// Whether the window answers the question: it has an entry of the likeliest key, and
    /// that is the one. Where ids are numbered or shared, the key is another entry's: so page
    /// and headline have to be the same, and the text too where several are alike in these.
    /// What was stored by earlier rules cannot be compared, and counts by its key.
    pub fn answers(&self, asked: &Asked) -> bool {
        let Some(print) = asked.keys.first().and_then(|key| self.by_key.get(key)) else { return false };
        let page_and_title = (asked.page, asked.title);
        let is_alone = || self.alike.get(&page_and_title) == Some(&1);
        let is_it = (print.page, print.title) == page_and_title && (is_alone() || print.material == asked.material);
        print.edition != EDITION || is_it
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::model::EntryId;

    const PAGE: Option<i64> = Some(70);
    const TITLE: i64 = 71;
    const TEXT: i64 = 72;

    fn key(name: &str) -> EntryKey {
        EntryKey::of("id", &[name])
    }

    fn known(name: &str, edition: u8, page: Option<i64>, title: i64, material: i64) -> Known {
        let print = Fingerprint { edition, page, title, material, ..Fingerprint::default() };
        Known { entry: EntryId(1), key: key(name), print, first_seen_at: Timestamp::EPOCH, revisions: 0 }
    }

    fn asked(keys: &[&str]) -> Asked {
        let keys = keys.iter().map(|name| key(name)).collect();
        Asked { keys, link: None, page: PAGE, title: TITLE, material: TEXT }
    }

    fn check(window: &[Known], asked: &Asked, expected: bool) {
        assert_eq!(KnownWindow::of(window).answers(asked), expected, "{window:?} {asked:?}");
    }

    #[test]
    fn an_entry_of_the_window_is_known_by_key_page_and_headline() {
        let one = |page, title, material| [known("a", EDITION, page, title, material)];
        check(&one(PAGE, TITLE, TEXT), &asked(&["a"]), true);
        check(&one(PAGE, TITLE, TEXT), &asked(&["a", "b"]), true);
        // Its text was revised.
        check(&one(PAGE, TITLE, 1), &asked(&["a"]), true);
        check(&one(PAGE, 1, TEXT), &asked(&["a"]), false);
        check(&one(Some(1), TITLE, TEXT), &asked(&["a"]), false);
        check(&one(None, TITLE, TEXT), &asked(&["a"]), false);
    }

    #[test]
    fn only_the_likeliest_key_is_answered_by_the_window() {
        let window = [known("a", EDITION, PAGE, TITLE, TEXT)];
        check(&window, &asked(&["b"]), false);
        check(&window, &asked(&["b", "a"]), false);
        check(&window, &asked(&[]), false);
        check(&[], &asked(&["a"]), false);
    }

    #[test]
    fn entries_of_one_page_and_headline_are_told_apart_by_their_text() {
        let window = |material| [known("a", EDITION, PAGE, TITLE, material), known("b", EDITION, PAGE, TITLE, 1)];
        check(&window(TEXT), &asked(&["a"]), true);
        check(&window(TEXT), &asked(&["b"]), false);
        check(&window(2), &asked(&["a"]), false);
        // An entry that stands in the window twice is alone.
        let twice = [known("a", EDITION, PAGE, TITLE, 1), known("a", EDITION, PAGE, TITLE, 1)];
        check(&twice, &asked(&["a"]), true);
    }

    #[test]
    fn what_earlier_rules_stored_is_known_by_its_key() {
        check(&[known("a", EDITION - 1, None, 1, 1)], &asked(&["a"]), true);
        check(&[known("a", EDITION - 1, None, 1, 1)], &asked(&["b"]), false);
    }
}
