//! Keys of an entry, each of which may identify it within its source (product §3.1).

use super::{CanonicalUrl, Entry, EntryKey};

/// The form in which ids are compared: http and https are the same (B56), everything else
/// counts to the letter (B57); a fragment may be all that distinguishes two ids.
pub fn comparable(id: &str) -> String {
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

/// The key by id and link, for ids that several entries of a document share.
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

/// The key by title and raw date, and by the text if there is no title (RSS 0.92 has items
/// with only a description): all that is left without id and link.
pub fn text_key(entry: &Entry) -> EntryKey {
    by_words(entry, entry.published_raw.as_deref().unwrap_or(""))
}

/// [`text_key`] without the date, for documents that date their items anew each time.
pub fn undated_key(entry: &Entry) -> EntryKey {
    by_words(entry, "")
}

fn by_words(entry: &Entry, date: &str) -> EntryKey {
    let text = entry.fullest().filter(|_| entry.title.is_empty()).map_or("", |content| content.markup.raw());
    EntryKey::of("text", &[&entry.title, date, text])
}

/// The key of an entry whose id belongs to another one: by id, link and title, and by the
/// text if there is no title.
pub fn own_key(entry: &Entry) -> EntryKey {
    let id = entry.id.as_deref().unwrap_or_default();
    let text = entry.fullest().filter(|_| entry.title.is_empty()).map_or("", |content| content.markup.raw());
    EntryKey::of("id+text", &[id, entry.link.as_deref().unwrap_or_default(), &entry.title, text])
}

/// The key of an entry that shares id, link and title with another: its date and text
/// distinguish the two.
pub fn whole_key(entry: &Entry) -> EntryKey {
    let text = entry.fullest().map_or("", |content| content.markup.raw());
    let date = entry.published_raw.as_deref().unwrap_or_default();
    let [id, link] = [&entry.id, &entry.link].map(|part| part.as_deref().unwrap_or_default());
    EntryKey::of("id+all", &[id, link, &entry.title, date, text])
}

/// A replacement for `key`, which belongs to another entry.
pub fn spare_key(key: EntryKey, n: usize) -> EntryKey {
    EntryKey::of("spare", &[&key.hex(), &n.to_string()])
}

/// Keys under which `entry` may be known from other documents of its source, likeliest
/// first, its own key among them: an id shared in one document may be unique in the next,
/// and a source may start or stop giving ids.
pub fn alternative_keys(entry: &Entry) -> Vec<EntryKey> {
    let mut keys = vec![entry.key];
    let others = [id_and_link_key(entry), id_key(entry), link_key(entry), link_and_title_key(entry)];
    for key in others.into_iter().flatten().chain([own_key(entry), whole_key(entry)]) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}
