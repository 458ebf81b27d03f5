//! Fingerprints: they distinguish entries, and the versions of an entry (product §3.2).

use xxhash_rust::xxh3::Xxh3;

use crate::model::keys::comparable;
use crate::model::{
    CanonicalUrl, Category, EDITION, Enclosure, Entry, Fingerprint, InReplyTo, Link, LooseUrl, Origin, Person, digest,
};

use super::readable::{Texts, own_texts};

/// An entry's plain text and its hashes.
pub struct EntryReading {
    /// Its text.
    pub texts: Texts,
    /// Its hashes.
    pub print: Fingerprint,
}

/// Reads the plain text of `entry` and hashes it; the parameters in `fickle` are ignored in
/// its URLs.
pub fn read(entry: &Entry, fickle: &[String]) -> EntryReading {
    let texts = own_texts(entry);
    let link = entry.link.as_deref().and_then(CanonicalUrl::of);
    let (id, page) = addresses(entry, fickle);
    let print = Fingerprint {
        edition: EDITION,
        id,
        link: link.as_ref().map(|link| digest(link.as_str())),
        page,
        path: link.as_ref().map(|link| digest(link.path())),
        title: letters_alone([entry.title.as_str()].into_iter()),
        material: material(&texts),
        labels: labels_in_any_order(entry),
        form: form(entry),
        rest: rest(entry),
        said_at: entry.published,
    };
    EntryReading { texts, print }
}

/// [`Fingerprint::id`] and [`Fingerprint::page`] of `entry`. Without an id, only the anchor
/// of its link distinguishes it from other entries of the page.
pub fn addresses(entry: &Entry, fickle: &[String]) -> (Option<i64>, Option<i64>) {
    let id = entry.id.as_deref().map(|id| digest(&loose_id(id, fickle)));
    let form = if entry.id.is_some() { LooseUrl::of } else { LooseUrl::with_anchor };
    let page = entry.link.as_deref().and_then(|link| form(link, fickle));
    (id, page.map(|page| digest(page.as_str())))
}

/// The last few ids that an entry had before, if its id is made of its page and a count of
/// edits.
pub fn earlier_ids(entry: &Entry, fickle: &[String]) -> Vec<i64> {
    let counted = || {
        let (id, link) = (entry.id.as_deref()?, entry.link.as_deref()?);
        let (page, count) = id.split_once('#')?;
        let count: u64 = count.parse().ok()?;
        let page = LooseUrl::of(page, fickle).filter(|page| LooseUrl::of(link, fickle).as_ref() == Some(page))?;
        let earlier = count.saturating_sub(MISSED)..count;
        Some(earlier.map(|count| digest(&format!("{}#{count}", page.as_str()))).collect())
    };
    counted().unwrap_or_default()
}

/// How many edits between two polls are allowed for.
const MISSED: u64 = 8;

/// An id, tolerant of how publishing software spells it: if it is a URL, in the loose form
/// of links, with its fragment.
fn loose_id(id: &str, fickle: &[String]) -> String {
    let Some(page) = LooseUrl::of(id, fickle) else { return comparable(id) };
    let fragment = id.split_once('#').map_or("", |(_, fragment)| fragment);
    format!("{}#{fragment}", page.as_str())
}

/// [`Fingerprint::material`] and [`Fingerprint::form`] of edition 0, for entries
/// that were stored by an earlier version.
pub fn first_edition(entry: &Entry, texts: &Texts) -> (i64, i64) {
    let link = entry.link.as_deref().and_then(CanonicalUrl::of);
    let path = link.as_ref().map_or("", CanonicalUrl::path);
    let parts = [entry.title.as_str(), &texts.body, &texts.teaser, path];
    let material = letters_alone(parts.into_iter().chain(labels(entry)));
    let mut form = PartHash::default();
    form.texts(entry);
    form.part(link.as_ref().map_or("", CanonicalUrl::as_str));
    form.labels(entry);
    (material, form.hash())
}

/// Whether this is the hash of a title without letters.
pub fn is_untitled(title: i64) -> bool {
    title == letters_alone([""].into_iter())
}

fn material(texts: &Texts) -> i64 {
    let parts = [texts.body.as_str(), texts.teaser.as_str()];
    let has_letters = parts.iter().any(|part| part.chars().any(char::is_alphanumeric));
    if has_letters { letters_alone(parts.into_iter()) } else { 0 }
}

/// Nobody reads the order of authors and categories.
fn labels_in_any_order(entry: &Entry) -> i64 {
    let mut all: Vec<&str> = labels(entry).collect();
    all.sort_unstable();
    letters_alone(all.into_iter())
}

fn labels(entry: &Entry) -> impl Iterator<Item = &str> {
    let people = entry.authors.iter().map(|p| p.name.as_str());
    people.chain(entry.categories.iter().map(|c| c.term.as_str()))
}

/// Lower-case letters and digits of ASCII stand for themselves and their
/// upper-case forms; 0 stands for what does not count.
const LETTERS: [u8; 128] = {
    let (mut table, mut b) = ([0; 128], 0_u8);
    while b < 128 {
        if b.is_ascii_alphanumeric() {
            table[b as usize] = b.to_ascii_lowercase();
        }
        b += 1;
    }
    table
};

/// A hash of letters and digits, regardless of their case and of anything between them.
fn letters_alone<'a>(parts: impl Iterator<Item = &'a str>) -> i64 {
    let mut hash = Xxh3::new();
    let mut kept = Vec::with_capacity(1024);
    for part in parts {
        for run in part.as_bytes().chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
            if run[0].is_ascii() {
                kept.extend(run.iter().map(|b| LETTERS[usize::from(*b)]).filter(|b| *b != 0));
            } else if let Ok(text) = std::str::from_utf8(run) {
                // A run without ASCII is made of whole characters.
                let letters = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
                letters.for_each(|c| kept.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()));
            }
            if kept.len() > 960 {
                hash.update(&kept);
                kept.clear();
            }
        }
        kept.push(0);
    }
    hash.update(&kept);
    i64::from_ne_bytes(hash.digest().to_ne_bytes())
}

/// A hash over parts, each ended by a zero byte.
#[derive(Default)]
struct PartHash(Xxh3);

impl PartHash {
    fn part(&mut self, text: &str) {
        self.0.update(text.as_bytes());
        self.0.update(&[0]);
    }

    fn maybe(&mut self, text: Option<&str>) {
        // Absent is not the same as empty.
        self.part(text.unwrap_or("\u{1}"));
    }

    fn texts(&mut self, entry: &Entry) {
        self.part(&entry.title);
        self.part(entry.summary.as_ref().map_or("", |c| c.markup.raw()));
        self.part(entry.content.as_ref().map_or("", |c| c.markup.raw()));
    }

    fn labels(&mut self, entry: &Entry) {
        entry.authors.iter().for_each(|p| self.part(&p.name));
        entry.categories.iter().for_each(|c| self.part(&c.term));
    }

    fn people(&mut self, people: &[Person]) {
        for Person { name, email, uri } in people {
            self.part(name);
            self.maybe(email.as_deref());
            self.maybe(uri.as_deref());
        }
        self.part("");
    }

    fn hash(self) -> i64 {
        i64::from_ne_bytes(self.0.digest().to_ne_bytes())
    }
}

/// Title, text, authors and categories to the byte.
fn form(entry: &Entry) -> i64 {
    let mut form = PartHash::default();
    form.texts(entry);
    form.labels(entry);
    form.hash()
}

/// Everything else that is published, except dates. Every field is named, so that a new one
/// cannot be forgotten.
fn rest(entry: &Entry) -> i64 {
    let Entry {
        key: _,
        // Hashed as `id`, and published as it was first seen.
        id: _,
        title: _,
        link,
        links,
        // These dates may be those of the document's making; `compare` decides.
        published: _,
        published_raw: _,
        updated: _,
        updated_raw: _,
        authors,
        contributors,
        categories,
        summary: _,
        content: _,
        language,
        enclosures,
        rights,
        origin,
        in_reply_to,
    } = entry;
    let mut rest = PartHash::default();
    rest.maybe(link.as_deref());
    for Link { rel, href, media_type, hreflang, title } in links {
        rest.part(rel);
        rest.part(href);
        [media_type, hreflang, title].into_iter().for_each(|part| rest.maybe(part.as_deref()));
    }
    rest.people(authors);
    rest.people(contributors);
    for Category { term: _, scheme, label } in categories {
        [scheme, label].into_iter().for_each(|part| rest.maybe(part.as_deref()));
    }
    rest.maybe(language.as_deref());
    for Enclosure { url, media_type, length_bytes } in enclosures {
        rest.part(url);
        rest.maybe(media_type.as_deref());
        rest.part(&length_bytes.map_or_else(String::new, |length| length.to_string()));
    }
    rest.maybe(rights.as_deref());
    if let Some(Origin { id, title, url, link, updated: _, rights, authors }) = origin {
        [id, title, url, link, rights].into_iter().for_each(|part| rest.maybe(part.as_deref()));
        rest.people(authors);
    }
    for InReplyTo { id, href, media_type } in in_reply_to {
        rest.part(id);
        [href, media_type].into_iter().for_each(|part| rest.maybe(part.as_deref()));
    }
    rest.hash()
}
