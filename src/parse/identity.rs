//! What makes an entry the same entry at the next poll (product §3.1).

use std::collections::HashMap;

use crate::model::keys::{id_and_link_key, id_key, link_and_title_key, link_key, text_key};
use crate::model::{Entry, EntryKey, WarningKind};
use crate::text::quote::in_quotes;

use super::notes::{Notes, excerpt};

/// Assigns a key to every entry of one document. Titles must be whole still.
pub fn assign(entries: &mut [Entry], notes: &mut Notes) {
    let mut by_id: HashMap<EntryKey, SharedId> = HashMap::new();
    let mut by_link: HashMap<EntryKey, SharedId> = HashMap::new();
    // A link is taken apart for its key, and that once.
    let keys: Vec<_> = entries.iter().map(|entry| (id_key(entry), link_key(entry))).collect();
    for (entry, keys) in entries.iter().zip(&keys) {
        match *keys {
            (Some(id), link) => by_id.entry(id).or_default().meet(link),
            (None, Some(link)) => by_link.entry(link).or_default().meet(Some(EntryKey::of("title", &[&entry.title]))),
            (None, None) => {}
        }
    }
    for (position, (entry, keys)) in entries.iter_mut().zip(keys).enumerate() {
        entry.key = match keys {
            (Some(id), _) if by_id.get(&id).is_some_and(|shared| shared.differs) => {
                let named = entry.id.as_deref().unwrap_or_default();
                let text = format!("the id {} stands for several links", in_quotes(excerpt(named)));
                notes.tell_of(WarningKind::Identity, text, position);
                id_and_link_key(entry).unwrap_or(id)
            }
            (Some(id), _) => id,
            (None, Some(link)) if by_link.get(&link).is_some_and(|shared| shared.differs) => {
                notes.count(WarningKind::Identity, "entries without id share a link; told apart by title", 1);
                link_and_title_key(entry).unwrap_or(link)
            }
            (None, Some(link)) => link,
            (None, None) => text_key(entry),
        };
    }
}

/// What the entries of one id (or link) have met so far.
#[derive(Default)]
struct SharedId {
    first: Option<Option<EntryKey>>,
    differs: bool,
}

impl SharedId {
    fn meet(&mut self, other: Option<EntryKey>) {
        match self.first {
            None => self.first = Some(other),
            Some(first) => self.differs |= first != other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::keys::alternative_keys;

    fn entry(id: &str, link: &str, title: &str) -> Entry {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Entry { id: given(id), link: given(link), title: title.to_owned(), ..Entry::new(EntryKey([0; 16])) }
    }

    fn keys(entries: &mut [Entry]) -> (Vec<EntryKey>, usize) {
        let mut notes = Notes::default();
        assign(entries, &mut notes);
        (entries.iter().map(|e| e.key).collect(), notes.finish(&[]).len())
    }

    /// B52, B56, B57.
    #[test]
    fn what_may_change_without_making_a_new_entry() {
        let check = |a: Entry, b: Entry, same: bool| {
            let text = format!("{a:?}\n{b:?}");
            assert_eq!(keys(&mut [a]).0 == keys(&mut [b]).0, same, "{text}");
        };
        check(entry("a", "https://x.example/1", "Old"), entry("a", "https://x.example/2", "New"), true);
        check(entry("http://x.example/1", "", ""), entry("https://x.example/1", "", ""), true);
        check(entry("Abc", "", ""), entry("abc", "", ""), false);
        check(entry("", "http://x.example/1?utm_source=rss", "Old"), entry("", "https://x.example/1", "New"), true);
        check(entry("", "", "Old"), entry("", "", "New"), false);
    }

    /// B53.
    #[test]
    fn one_id_for_two_links_keeps_both() {
        let mut two = [entry("a", "https://x.example/1", ""), entry("a", "https://x.example/2", "")];
        let (made, warnings) = keys(&mut two);
        assert_ne!(made[0], made[1]);
        assert_eq!(warnings, 2);
        // Alone in the next document, it is found again by the alternatives.
        let mut alone = [entry("a", "https://x.example/2", "")];
        keys(&mut alone);
        assert!(alternative_keys(&alone[0]).contains(&made[1]));
        assert!(alternative_keys(&two[1]).contains(&alone[0].key));
    }

    #[test]
    fn one_link_for_two_titles_keeps_both() {
        let (made, warnings) = keys(&mut [entry("", "https://x.example/", "A"), entry("", "https://x.example/", "B")]);
        assert_ne!(made[0], made[1]);
        assert_eq!(warnings, 1);
        let (made, _) = keys(&mut [entry("", "https://x.example/", "A"), entry("", "https://x.example/", "A")]);
        assert_eq!(made[0], made[1]);
    }
}
