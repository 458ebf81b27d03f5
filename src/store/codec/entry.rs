//! Entries: JSON with short names under zstd.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::model::bounds;
use crate::model::{Category, Content, Enclosure, Entry, EntryKey, InReplyTo, Link, Markup, Origin};
use crate::store::{Error, Result};

use super::{StoredPerson, broken, people, persons};

const RAW: u8 = 0;
const ZSTD: u8 = 1;
/// The fastest of zstd's own levels: at 4 KB an entry, higher ones cost half as
/// much again and save a twentieth.
const LEVEL: i32 = 1;
/// No entry is larger: parsing cuts far below. Guards against a damaged store.
const MAX_DECODED: usize = 64 << 20;

/// Writes entries; holds the compressor, which is dear to make: for the first of them.
pub struct Encoder {
    zstd: Option<Option<zstd::bulk::Compressor<'static>>>,
}

impl Encoder {
    /// A fresh encoder.
    pub fn new() -> Self {
        Encoder { zstd: None }
    }

    /// The stored form of `entry`.
    ///
    /// # Errors
    /// [`Error::Database`] when it cannot be written as JSON.
    pub fn entry(&mut self, entry: &Entry) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(&StoredEntry::of(entry)).map_err(broken)?;
        // Uncompressed is the correct fallback: the codec byte says so.
        let zstd = self.zstd.get_or_insert_with(|| zstd::bulk::Compressor::new(LEVEL).ok()).as_mut();
        let packed = zstd.and_then(|zstd| zstd.compress(&json).ok()).filter(|p| p.len() < json.len());
        let (codec, bytes) = packed.as_ref().map_or((RAW, &json), |packed| (ZSTD, packed));
        let mut out = Vec::with_capacity(bytes.len() + 1);
        out.push(codec);
        out.extend_from_slice(bytes);
        Ok(out)
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Encoder::new()
    }
}

/// Reads entries back.
pub struct Decoder {
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

impl Decoder {
    /// A fresh decoder.
    pub fn new() -> Self {
        Decoder { zstd: zstd::bulk::Decompressor::new().ok() }
    }

    /// The entry that [`Encoder::entry`] wrote, under `key`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the bytes are none of its making.
    pub fn entry(&mut self, stored: &[u8], key: EntryKey) -> Result<Entry> {
        let bad = |why: String| Error::Corrupt(format!("text of entry {key}: {why}"));
        let (codec, bytes) = stored.split_first().ok_or_else(|| bad("empty".to_owned()))?;
        let json: Cow<'_, [u8]> = match (*codec, self.zstd.as_mut()) {
            (RAW, _) => Cow::Borrowed(bytes),
            (ZSTD, Some(zstd)) => {
                let size = zstd::bulk::Decompressor::upper_bound(bytes).unwrap_or(MAX_DECODED).min(MAX_DECODED);
                Cow::Owned(zstd.decompress(bytes, size).map_err(|e| bad(e.to_string()))?)
            }
            (other, _) => return Err(bad(format!("unknown codec {other}"))),
        };
        let stored: StoredEntry<'_> = serde_json::from_slice(&json).map_err(|e| bad(e.to_string()))?;
        // Of a release that knew no limits, or of a hand in the store.
        let mut entry = stored.into_entry(key);
        bounds::fields(&mut entry);
        bounds::texts(&mut entry);
        Ok(entry)
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Decoder::new()
    }
}

/// Earlier versions stored the id alone.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredReply {
    Id(String),
    Full { r: String, h: Option<String>, t: Option<String> },
}

fn stored_reply(reply: &InReplyTo) -> StoredReply {
    let (r, h, t) = (reply.id.clone(), reply.href.clone(), reply.media_type.clone());
    if h.is_none() && t.is_none() { StoredReply::Id(r) } else { StoredReply::Full { r, h, t } }
}

fn read_reply(stored: StoredReply) -> InReplyTo {
    match stored {
        StoredReply::Id(id) => InReplyTo { id, ..InReplyTo::default() },
        StoredReply::Full { r, h, t } => InReplyTo { id: r, href: h, media_type: t },
    }
}

type Text<'a> = Option<Cow<'a, str>>;

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredEntry<'a> {
    #[serde(rename = "i", skip_serializing_if = "Option::is_none", borrow)]
    id: Text<'a>,
    #[serde(rename = "t", borrow)]
    title: Cow<'a, str>,
    #[serde(rename = "l", skip_serializing_if = "Option::is_none", borrow)]
    link: Text<'a>,
    #[serde(rename = "ls", skip_serializing_if = "Vec::is_empty")]
    links: Vec<StoredLink>,
    #[serde(rename = "p", skip_serializing_if = "Option::is_none")]
    published: Option<i64>,
    #[serde(rename = "pr", skip_serializing_if = "Option::is_none", borrow)]
    published_raw: Text<'a>,
    #[serde(rename = "u", skip_serializing_if = "Option::is_none")]
    updated: Option<i64>,
    #[serde(rename = "ur", skip_serializing_if = "Option::is_none", borrow)]
    updated_raw: Text<'a>,
    #[serde(rename = "a", skip_serializing_if = "Vec::is_empty")]
    authors: Vec<StoredPerson>,
    #[serde(rename = "co", skip_serializing_if = "Vec::is_empty")]
    contributors: Vec<StoredPerson>,
    #[serde(rename = "ca", skip_serializing_if = "Vec::is_empty")]
    categories: Vec<StoredCategory>,
    #[serde(rename = "s", skip_serializing_if = "Option::is_none", borrow)]
    summary: Option<StoredContent<'a>>,
    #[serde(rename = "c", skip_serializing_if = "Option::is_none", borrow)]
    content: Option<StoredContent<'a>>,
    #[serde(rename = "ar", skip_serializing_if = "Option::is_none", borrow)]
    article: Option<StoredContent<'a>>,
    #[serde(rename = "la", skip_serializing_if = "Option::is_none", borrow)]
    language: Text<'a>,
    #[serde(rename = "e", skip_serializing_if = "Vec::is_empty")]
    enclosures: Vec<StoredEnclosure>,
    #[serde(rename = "r", skip_serializing_if = "Option::is_none", borrow)]
    rights: Text<'a>,
    #[serde(rename = "o", skip_serializing_if = "Option::is_none")]
    origin: Option<StoredOrigin>,
    #[serde(rename = "ir", skip_serializing_if = "Vec::is_empty")]
    in_reply_to: Vec<StoredReply>,
}

#[derive(Serialize, Deserialize)]
struct StoredContent<'a> {
    #[serde(rename = "h", skip_serializing_if = "Option::is_none", borrow)]
    html: Text<'a>,
    #[serde(rename = "p", skip_serializing_if = "Option::is_none", borrow)]
    plain: Text<'a>,
    #[serde(rename = "b", skip_serializing_if = "Option::is_none", borrow)]
    base: Text<'a>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredCategory {
    #[serde(rename = "t")]
    term: String,
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    scheme: Option<String>,
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredLink {
    #[serde(rename = "r")]
    rel: String,
    #[serde(rename = "h")]
    href: String,
    #[serde(rename = "m", skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    hreflang: Option<String>,
    #[serde(rename = "t", skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredEnclosure {
    #[serde(rename = "u")]
    url: String,
    #[serde(rename = "m", skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    length_bytes: Option<u64>,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct StoredOrigin {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<StoredPerson>,
}

fn borrowed(text: &Option<String>) -> Text<'_> {
    text.as_deref().map(Cow::Borrowed)
}

fn owned(text: Text<'_>) -> Option<String> {
    text.map(Cow::into_owned)
}

fn content(c: &Content) -> StoredContent<'_> {
    let text = Some(Cow::Borrowed(c.markup.raw()));
    let (html, plain) = match c.markup {
        Markup::Html(_) => (text, None),
        Markup::Plain(_) => (None, text),
    };
    StoredContent { html, plain, base: borrowed(&c.base) }
}

fn read_content(c: StoredContent<'_>) -> Content {
    let markup = match (c.html, c.plain) {
        (Some(html), _) => Markup::Html(html.into_owned()),
        (None, plain) => Markup::Plain(plain.unwrap_or_default().into_owned()),
    };
    Content { markup, base: owned(c.base) }
}

impl<'a> StoredEntry<'a> {
    fn of(e: &'a Entry) -> Self {
        StoredEntry {
            id: borrowed(&e.id),
            title: Cow::Borrowed(&e.title),
            link: borrowed(&e.link),
            links: e.links.iter().map(stored_link).collect(),
            published: e.published.map(Timestamp::millis),
            published_raw: borrowed(&e.published_raw),
            updated: e.updated.map(Timestamp::millis),
            updated_raw: borrowed(&e.updated_raw),
            authors: people(&e.authors),
            contributors: people(&e.contributors),
            categories: e.categories.iter().map(stored_category).collect(),
            summary: e.summary.as_ref().map(content),
            content: e.content.as_ref().map(content),
            article: e.article.as_ref().map(content),
            language: borrowed(&e.language),
            enclosures: e.enclosures.iter().map(stored_enclosure).collect(),
            rights: borrowed(&e.rights),
            origin: e.origin.as_ref().map(stored_origin),
            in_reply_to: e.in_reply_to.iter().map(stored_reply).collect(),
        }
    }

    fn into_entry(self, key: EntryKey) -> Entry {
        Entry {
            key,
            id: owned(self.id),
            title: self.title.into_owned(),
            link: owned(self.link),
            links: self.links.into_iter().map(read_link).collect(),
            published: self.published.map(Timestamp::from_millis),
            published_raw: owned(self.published_raw),
            updated: self.updated.map(Timestamp::from_millis),
            updated_raw: owned(self.updated_raw),
            authors: persons(self.authors),
            contributors: persons(self.contributors),
            categories: self.categories.into_iter().map(read_category).collect(),
            summary: self.summary.map(read_content),
            content: self.content.map(read_content),
            article: self.article.map(read_content),
            language: owned(self.language),
            enclosures: self.enclosures.into_iter().map(read_enclosure).collect(),
            rights: owned(self.rights),
            origin: self.origin.map(read_origin),
            in_reply_to: self.in_reply_to.into_iter().map(read_reply).collect(),
        }
    }
}

fn stored_link(l: &Link) -> StoredLink {
    let l = l.clone();
    StoredLink { rel: l.rel, href: l.href, media_type: l.media_type, hreflang: l.hreflang, title: l.title }
}

fn read_link(l: StoredLink) -> Link {
    Link { rel: l.rel, href: l.href, media_type: l.media_type, hreflang: l.hreflang, title: l.title }
}

fn stored_category(c: &Category) -> StoredCategory {
    StoredCategory { term: c.term.clone(), scheme: c.scheme.clone(), label: c.label.clone() }
}

fn read_category(c: StoredCategory) -> Category {
    Category { term: c.term, scheme: c.scheme, label: c.label }
}

fn stored_enclosure(e: &Enclosure) -> StoredEnclosure {
    StoredEnclosure { url: e.url.clone(), media_type: e.media_type.clone(), length_bytes: e.length_bytes }
}

fn read_enclosure(e: StoredEnclosure) -> Enclosure {
    Enclosure { url: e.url, media_type: e.media_type, length_bytes: e.length_bytes }
}

fn stored_origin(o: &Origin) -> StoredOrigin {
    StoredOrigin {
        id: o.id.clone(),
        title: o.title.clone(),
        url: o.url.clone(),
        link: o.link.clone(),
        updated: o.updated.map(Timestamp::millis),
        rights: o.rights.clone(),
        authors: people(&o.authors),
    }
}

fn read_origin(o: StoredOrigin) -> Origin {
    Origin {
        id: o.id,
        title: o.title,
        url: o.url,
        link: o.link,
        updated: o.updated.map(Timestamp::from_millis),
        rights: o.rights,
        authors: persons(o.authors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Person;

    fn full() -> Entry {
        let mut e = Entry::new(EntryKey::of("id", &["a"]));
        e.id = Some("urn:x:1".into());
        e.title = "友好城市 & \"quotes\" \u{1F30D}".into();
        e.link = Some("https://example.org/1".into());
        e.links = vec![Link { rel: "related".into(), href: "https://example.org/2".into(), ..Link::default() }];
        e.published = Some(Timestamp::from_millis(5));
        e.published_raw = Some("Thu, 1 Jan 1970".into());
        e.authors = vec![Person { name: "A".into(), email: Some("a@example.org".into()), uri: None }];
        e.contributors = vec![Person { name: "Issuer".into(), ..Person::default() }];
        e.categories = vec![Category { term: "c".into(), scheme: Some("s".into()), label: None }];
        e.summary = Some(Content { markup: Markup::Plain("teaser".into()), base: None });
        let html = "<p>text</p>".repeat(50);
        e.content = Some(Content { markup: Markup::Html(html), base: Some("https://example.org/".into()) });
        e.language = Some("zh".into());
        e.enclosures =
            vec![Enclosure { url: "https://example.org/a.mp3".into(), media_type: None, length_bytes: Some(9) }];
        e.rights = Some("(c)".into());
        e.origin = Some(Origin { title: Some("Wire".into()), ..Origin::default() });
        let bare = InReplyTo { id: "urn:x:0".into(), ..InReplyTo::default() };
        let full =
            InReplyTo { href: Some("https://x.example/".into()), media_type: Some("text/html".into()), ..bare.clone() };
        e.in_reply_to = vec![bare, full];
        e
    }

    #[test]
    fn an_entry_comes_back_as_it_went() {
        let mut encoder = Encoder::new();
        for entry in [full(), Entry::new(EntryKey::of("id", &["b"]))] {
            let stored = encoder.entry(&entry).unwrap();
            assert_eq!(Decoder::new().entry(&stored, entry.key).unwrap(), entry);
        }
    }

    #[test]
    fn long_text_is_compressed() {
        let entry = full();
        assert!(Encoder::new().entry(&entry).unwrap().len() < entry.content.unwrap().markup.raw().len());
    }

    /// B101: what an earlier release kept whole costs no more than its limits.
    #[test]
    fn what_was_stored_over_the_limits_is_read_within_them() {
        let long = || Some("x".repeat(8 << 20));
        let entry = Entry { id: long(), rights: long(), language: long(), ..full() };
        let stored = Encoder::new().entry(&entry).unwrap();
        let read = Decoder::new().entry(&stored, entry.key).unwrap();
        assert!(bounds::weight(&read) < 8 << 10, "{}", bounds::weight(&read));
        assert_eq!((read.title, read.key), (entry.title, entry.key));
        let mut carrier = crate::model::Carrier { rights: long(), ..Default::default() };
        let read = super::super::read_carrier(&super::super::write_carrier(&carrier).unwrap()).unwrap();
        bounds::carrier(&mut carrier);
        assert_eq!(read, carrier);
    }

    #[test]
    fn damaged_bytes_are_named_not_trusted() {
        let entry = full();
        let mut stored = Encoder::new().entry(&entry).unwrap();
        let half = stored.len() / 2;
        stored.truncate(half);
        for bytes in [&stored[..], b"", b"\x07abc", b"\x00{"] {
            assert!(matches!(Decoder::new().entry(bytes, entry.key), Err(Error::Corrupt(_))));
        }
    }
}
