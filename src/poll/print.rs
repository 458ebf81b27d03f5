//! Fingerprints: what tells an entry and its versions apart (product §3.2).

use xxhash_rust::xxh3::Xxh3;

use crate::model::{CanonicalUrl, Content, Entry, Markup, digest};
use crate::store::Fingerprint;
use crate::text::html;

/// The plain text of an entry, which filters, index and fingerprint share.
pub struct Texts {
    /// The text of the article, else of the content, else of the summary.
    pub body: String,
    /// The text of what else there is beside it: content or summary.
    pub teaser: String,
}

/// An entry's plain text with its hashes.
pub struct Reading {
    /// Its text.
    pub texts: Texts,
    /// Its hashes.
    pub print: Fingerprint,
}

/// Reads the plain text of `entry`.
pub fn texts(entry: &Entry) -> Texts {
    let body = entry.fullest().map(plain).unwrap_or_default();
    let teaser = match (&entry.article, &entry.content, &entry.summary) {
        (Some(_), Some(own), _) | (Some(_), None, Some(own)) | (None, Some(_), Some(own)) => plain(own),
        _ => String::new(),
    };
    Texts { body, teaser }
}

/// Reads the plain text of `entry` and hashes it.
pub fn read(entry: &Entry) -> Reading {
    let texts = texts(entry);
    let link = entry.link.as_deref().and_then(CanonicalUrl::of);
    let path = link.as_ref().map(CanonicalUrl::path);
    let print = Fingerprint {
        link: link.as_ref().map(|link| digest(link.as_str())),
        path: path.map(digest),
        title: letters_alone([entry.title.as_str()].into_iter()),
        material: material(entry, &texts.body, &texts.teaser, path),
        form: form(entry, link.as_ref()),
    };
    Reading { texts, print }
}

/// The plain text of `content`, as shown.
pub fn plain(content: &Content) -> String {
    match &content.markup {
        Markup::Plain(text) => text.clone(),
        Markup::Html(text) => html::plain(text),
    }
}

/// What a reader would notice changing. A new host, or https for http, is no
/// change of the news (check B56): of the link, only the path counts.
fn material(entry: &Entry, body: &str, teaser: &str, path: Option<&str>) -> i64 {
    let people = entry.authors.iter().map(|p| p.name.as_str());
    let categories = entry.categories.iter().map(|c| c.term.as_str());
    let texts = [entry.title.as_str(), body, teaser, path.unwrap_or_default()];
    letters_alone(texts.into_iter().chain(people).chain(categories))
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

/// A hash of letters and digits, whatever their case and what stands between.
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

/// Everything of the same to the byte, and the link but for scheme and tracking.
fn form(entry: &Entry, link: Option<&CanonicalUrl>) -> i64 {
    let mut hash = Xxh3::new();
    let mut part = |text: &str| {
        hash.update(text.as_bytes());
        hash.update(&[0]);
    };
    part(&entry.title);
    part(entry.summary.as_ref().map_or("", |c| c.markup.raw()));
    part(entry.content.as_ref().map_or("", |c| c.markup.raw()));
    part(link.map_or("", CanonicalUrl::as_str));
    entry.authors.iter().for_each(|p| part(&p.name));
    entry.categories.iter().for_each(|c| part(&c.term));
    i64::from_ne_bytes(hash.digest().to_ne_bytes())
}
