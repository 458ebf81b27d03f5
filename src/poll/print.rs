//! Fingerprints: what tells an entry and its versions apart (product §3.2).

use xxhash_rust::xxh3::Xxh3;

use crate::model::{CanonicalUrl, Content, Entry, Markup, digest};
use crate::store::Fingerprint;
use crate::text::html;

/// An entry with the plain text that filters, index and fingerprint share.
pub struct Reading {
    /// The text of the content, else of the summary.
    pub body: String,
    /// The summary's text where there is content beside it.
    pub teaser: String,
    /// Its hashes.
    pub print: Fingerprint,
}

/// Reads the plain text of `entry` and hashes it.
pub fn read(entry: &Entry) -> Reading {
    let body = entry.fullest().map(plain).unwrap_or_default();
    let teaser = match (&entry.content, &entry.summary) {
        (Some(_), Some(summary)) => plain(summary),
        _ => String::new(),
    };
    let link = entry.link.as_deref().and_then(CanonicalUrl::of);
    let path = link.as_ref().map(CanonicalUrl::path);
    let print = Fingerprint {
        link: link.as_ref().map(|link| digest(link.as_str())),
        path: path.map(digest),
        title: letters_alone([entry.title.as_str()].into_iter()),
        material: material(entry, &body, &teaser, path),
        form: form(entry, link.as_ref()),
    };
    Reading { body, teaser, print }
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

/// A hash of letters and digits, whatever their case and what stands between.
fn letters_alone<'a>(parts: impl Iterator<Item = &'a str>) -> i64 {
    let mut hash = Xxh3::new();
    let mut kept = Vec::with_capacity(256);
    for part in parts {
        for c in part.chars() {
            if c.is_ascii() {
                if c.is_ascii_alphanumeric() {
                    kept.push(c.to_ascii_lowercase() as u8);
                }
            } else if c.is_alphanumeric() {
                let mut lower = [0; 4];
                c.to_lowercase().for_each(|c| kept.extend_from_slice(c.encode_utf8(&mut lower).as_bytes()));
            }
            if kept.len() > 240 {
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
