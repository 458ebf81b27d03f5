//! What makes an entry the same entry at the next poll (product §3.1).

use std::collections::HashMap;

use crate::model::{CanonicalUrl, Entry, EntryKey, WarningKind};

use super::notes::{Notes, excerpt};

/// The form in which ids are compared: http and https are one (B56), all else
/// counts to the letter (B57); a fragment may be all that tells two ids apart.
fn comparable(id: &str) -> String {
    let id = id.trim();
    match id.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => format!("https://{rest}"),
        _ => id.to_owned(),
    }
}

/// The form in which links are compared.
fn canonical_link(entry: &Entry) -> Option<String> {
    let link = entry.link.as_deref()?;
    Some(CanonicalUrl::of(link).map_or_else(|| link.to_owned(), |url| url.as_str().to_owned()))
}

/// The key by id alone.
pub fn id_key(entry: &Entry) -> Option<EntryKey> {
    entry.id.as_deref().map(|id| EntryKey::of("id", &[&comparable(id)]))
}

/// The key by id and link, for ids that a document gives to several entries.
pub fn id_and_link_key(entry: &Entry) -> Option<EntryKey> {
    let id = comparable(entry.id.as_deref()?);
    Some(EntryKey::of("id+link", &[&id, &canonical_link(entry)?]))
}

/// The key by link alone.
pub fn link_key(entry: &Entry) -> Option<EntryKey> {
    canonical_link(entry).map(|link| EntryKey::of("link", &[&link]))
}

/// The key by link and title, for links that several entries without id share.
pub fn link_and_title_key(entry: &Entry) -> Option<EntryKey> {
    canonical_link(entry).map(|link| EntryKey::of("link+title", &[&link, &entry.title]))
}

/// The key by title and date as written, and by the text where there is no
/// title (RSS 0.92 has items of a description alone): all that is left without
/// id and link.
pub fn text_key(entry: &Entry) -> EntryKey {
    let text = entry.fullest().filter(|_| entry.title.is_empty()).map_or("", |content| content.markup.raw());
    EntryKey::of("text", &[&entry.title, entry.published_raw.as_deref().unwrap_or(""), text])
}

/// Keys under which `entry` may be known from other documents of its source,
/// likeliest first, its own key among them: an id shared in one document may
/// stand alone in the next, and a source may begin or cease to give ids.
pub fn alternative_keys(entry: &Entry) -> Vec<EntryKey> {
    let mut keys = vec![entry.key];
    let others = [id_and_link_key(entry), id_key(entry), link_key(entry), link_and_title_key(entry)];
    for key in others.into_iter().flatten() {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Gives every entry of one document its key. Titles must be whole still.
pub fn assign(entries: &mut [Entry], notes: &mut Notes) {
    let mut by_id: HashMap<EntryKey, Shared> = HashMap::new();
    let mut by_link: HashMap<EntryKey, Shared> = HashMap::new();
    for entry in entries.iter() {
        match (id_key(entry), link_key(entry)) {
            (Some(id), link) => by_id.entry(id).or_default().meet(link),
            (None, Some(link)) => by_link.entry(link).or_default().meet(link_and_title_key(entry)),
            (None, None) => {}
        }
    }
    for (position, entry) in entries.iter_mut().enumerate() {
        entry.key = match (id_key(entry), link_key(entry)) {
            (Some(id), _) if by_id.get(&id).is_some_and(|shared| shared.differs) => {
                let named = entry.id.as_deref().unwrap_or_default();
                let text = format!("the id {:?} stands for several links", excerpt(named));
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
struct Shared {
    first: Option<Option<EntryKey>>,
    differs: bool,
}

impl Shared {
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

    fn entry(id: &str, link: &str, title: &str) -> Entry {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Entry { id: given(id), link: given(link), title: title.to_owned(), ..Entry::new(EntryKey([0; 16])) }
    }

    fn keys(entries: &mut [Entry]) -> (Vec<EntryKey>, usize) {
        let mut notes = Notes::default();
        assign(entries, &mut notes);
        (entries.iter().map(|e| e.key).collect(), notes.finish().len())
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
