//! The JSON form of stored entries: short names, absent fields left out.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{StoredPerson, people, persons};
use crate::clock::Timestamp;
use crate::model::{Category, Content, Enclosure, Entry, EntryKey, InReplyTo, Link, Markup, Origin, Stored};

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
pub(super) struct StoredEntry<'a> {
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
    pub(super) fn of(e: &'a Entry, article: Option<&'a Content>) -> Self {
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
            article: article.map(content),
            language: borrowed(&e.language),
            enclosures: e.enclosures.iter().map(stored_enclosure).collect(),
            rights: borrowed(&e.rights),
            origin: e.origin.as_ref().map(stored_origin),
            in_reply_to: e.in_reply_to.iter().map(stored_reply).collect(),
        }
    }

    pub(super) fn into_stored(self, key: EntryKey) -> Stored {
        let article = self.article.map(read_content);
        let entry = Entry {
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
            language: owned(self.language),
            enclosures: self.enclosures.into_iter().map(read_enclosure).collect(),
            rights: owned(self.rights),
            origin: self.origin.map(read_origin),
            in_reply_to: self.in_reply_to.into_iter().map(read_reply).collect(),
        };
        Stored { entry, article, reading: None }
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
