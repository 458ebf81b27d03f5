//! What is published of an entry: every choice about it, independent of the format.
//!
//! A format writes an [`Item`] in elements of its own and decides nothing: not which link leads
//! to the entry, who its author is (check O3), how much of its text may be published, or which
//! URL may be shown (check O12). What is absent is `None`, or empty.

mod person;
mod source;
mod text;
mod wire;

use std::borrow::Cow;

use crate::clock::Timestamp;
use crate::model::{Category, Enclosure, InReplyTo, Link, is_iri};

use super::cleaned::Cleaned;
use super::excerpt::headline;
use super::links::{VettedEntry, is_web};
use super::{Channel, ContentLevel};

pub use person::ItemPerson;
pub use source::ItemSource;
pub use text::{ItemSummary, ItemText};
pub use wire::{ItemPoint, ItemWire};

/// An entry as a feed publishes it. Links are absolute http or https and vetted.
#[derive(Clone, PartialEq, Debug)]
pub struct Item<'a> {
    /// Its permanent id, an absolute IRI (check O5).
    pub id: &'a str,
    /// Its headline, or a substitute; never empty.
    pub title: Cow<'a, str>,
    /// Its last material change (check O7).
    pub updated_at: Timestamp,
    /// When it was published, by its publisher's account (check O8).
    pub published_at: Option<Timestamp>,
    /// BCP 47 language.
    pub language: Option<&'a str>,
    /// Who wrote it: at least one, never the feed's own publisher (check O3).
    pub authors: Vec<ItemPerson<'a>>,
    /// Who else contributed.
    pub contributors: Vec<ItemPerson<'a>>,
    /// The categories of its publisher, then its wire, the places of its dateline and its issuer,
    /// then the lists that matched.
    pub categories: Vec<ItemCategory<'a>>,
    /// Its page: the publisher's, or the one served here.
    pub url: Cow<'a, str>,
    /// Further links: related pages, its licence, the replies to it.
    pub links: Vec<ItemLink<'a>>,
    /// The source's document from which it was taken.
    pub via: Option<&'a str>,
    /// Files that belong to it.
    pub enclosures: Vec<ItemEnclosure<'a>>,
    /// The item that it is a reply to (RFC 4685 §3).
    pub replies_to: Vec<ItemReply<'a>>,
    /// Rights statement.
    pub rights: Option<&'a str>,
    /// The source that it came from.
    pub source: ItemSource<'a>,
    /// What was read of it as wire copy.
    pub wire: ItemWire<'a>,
    /// As much of its text as may be published.
    pub text: ItemText,
    /// Why it is in the feed, where the feed shows that; no part of the text.
    pub because: &'a [String],
}

/// A category of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemCategory<'a> {
    /// The category's term.
    pub term: &'a str,
    /// The IRI of the scheme to which it belongs.
    pub scheme: Option<Cow<'a, str>>,
    /// How it is shown to people.
    pub label: Option<&'a str>,
}

/// A further link of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ItemLink<'a> {
    /// Relation (RFC 8288).
    pub rel: &'a str,
    /// Its URL.
    pub url: &'a str,
    /// Media type of its target.
    pub media_type: Option<&'a str>,
    /// Language of its target, BCP 47.
    pub language: Option<&'a str>,
}

/// A file that belongs to an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ItemEnclosure<'a> {
    /// Its URL.
    pub url: &'a str,
    /// Media type.
    pub media_type: Option<&'a str>,
    /// Length in bytes.
    pub length_bytes: Option<u64>,
}

/// The item to which another is a reply.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ItemReply<'a> {
    /// Its permanent id, an absolute IRI.
    pub id: &'a str,
    /// Its page.
    pub url: Option<&'a str>,
    /// Media type of that page.
    pub media_type: Option<&'a str>,
}

impl<'a> Item<'a> {
    /// What `channel` publishes of an entry: as much of its text as the channel, the terms of
    /// its source and `most` allow, as HTML that `cleaned` keeps or makes.
    pub fn of(vetted: &'a VettedEntry<'a>, channel: &Channel, most: ContentLevel, cleaned: &Cleaned) -> Self {
        let (p, terms) = (&**vetted, vetted.terms);
        let e = &p.entry;
        let level = channel.level(terms).min(most);
        let wire = ItemWire::of(e);
        Item {
            id: &p.published_id,
            title: headline(e, level),
            updated_at: p.updated_at,
            published_at: e.published,
            language: e.language.as_deref().or(p.carrier.language.as_deref()).filter(|tag| is_language(tag)),
            authors: person::authors(p),
            contributors: person::named(&e.contributors),
            categories: categories(&e.categories, wire.categories(channel), &p.lists, channel),
            url: match e.link.as_deref().filter(|link| is_web(link)) {
                Some(link) => Cow::Borrowed(link),
                None => Cow::Owned(channel.address(&format!("entries/{}", p.place.entry))),
            },
            links: links(&e.links),
            via: terms.and_then(|terms| terms.url.link()).filter(|own| is_web(own)),
            enclosures: enclosures(&e.enclosures),
            replies_to: replies(&e.in_reply_to),
            rights: e.rights.as_deref().filter(|rights| !rights.is_empty()),
            source: ItemSource::of(p, terms),
            wire,
            text: ItemText::of(e, level, terms, cleaned),
            because: if channel.reasons { &p.because } else { &[] },
        }
    }
}

fn categories<'a>(
    own: &'a [Category],
    read: Vec<ItemCategory<'a>>,
    lists: &'a [String],
    channel: &Channel,
) -> Vec<ItemCategory<'a>> {
    let own = own.iter().filter(|category| !category.term.trim().is_empty()).map(|category| ItemCategory {
        term: &category.term,
        scheme: category.scheme.as_deref().filter(|scheme| is_iri(scheme)).map(Cow::Borrowed),
        label: category.label.as_deref().filter(|label| !label.is_empty()),
    });
    let listed =
        |list: &'a String| ItemCategory { term: list, scheme: Some(Cow::Owned(channel.address("lists"))), label: None };
    own.chain(read).chain(lists.iter().map(listed)).collect()
}

fn links(all: &[Link]) -> Vec<ItemLink<'_>> {
    let carried = all.iter().filter(|link| link.is_carried() && is_web(&link.href));
    let items = carried.map(|Link { rel, href, media_type, hreflang, title: _ }| ItemLink {
        rel,
        url: href,
        media_type: known_type(media_type.as_ref()),
        language: hreflang.as_deref().filter(|tag| is_language(tag)),
    });
    items.collect()
}

fn enclosures(all: &[Enclosure]) -> Vec<ItemEnclosure<'_>> {
    let carried = all.iter().filter(|enclosure| is_web(&enclosure.url));
    let items = carried.map(|Enclosure { url, media_type, length_bytes }| ItemEnclosure {
        url,
        media_type: known_type(media_type.as_ref()),
        length_bytes: *length_bytes,
    });
    items.collect()
}

fn replies(all: &[InReplyTo]) -> Vec<ItemReply<'_>> {
    let known = all.iter().filter(|reply| is_iri(&reply.id));
    let items = known.map(|InReplyTo { id, href, media_type }| ItemReply {
        id,
        url: href.as_deref().filter(|href| is_web(href)),
        media_type: known_type(media_type.as_ref()),
    });
    items.collect()
}

fn known_type(media_type: Option<&String>) -> Option<&str> {
    media_type.map(String::as_str).filter(|text| is_media_type(text))
}

/// Whether `tag` has the form of RFC 5646 §2.1: parts of up to eight letters and digits,
/// the first of letters.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().is_some_and(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    first && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether `text` begins with a type and a subtype (RFC 6838 §4.2).
fn is_media_type(text: &str) -> bool {
    let token = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    text.split_once('/').is_some_and(|(kind, rest)| token(kind) && token(rest.split(';').next().unwrap_or(rest).trim()))
}

#[cfg(test)]
mod tests;
