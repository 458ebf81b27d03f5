//! IPTC ninjs 3.1 (<https://iptc.org/standards/ninjs/>). The feed is a news object of the type
//! `composite`, its items are the associations. This file knows only the names of members:
//! `item` and `head` choose what goes into them.
//!
//! - `versionCreated` is the last material change, `firstCreated` the publisher's date.
//! - Reasons stand in `edNote`: the newsroom reads them, its readers do not.
//! - Pages of the feed, the item's page and its files are `renditions`, by name.
//! - Whence wire copy comes stands in `located`, its issuer in `organisations`, the service that
//!   carried it among `infoSources`, and what it names in `places`.
//! - What an item is a reply to, and its related pages, are associations of it.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::model::newswire::DatelinePlace;
use crate::text::json::JsonWriter;

use super::fit::ItemWriter;
use super::format::OutputFormat;
use super::head::FeedHead;
use super::item::{Item, ItemCategory, ItemPerson, ItemPoint, ItemSummary, ItemWire};

/// What a document says of the standard that it keeps to.
const SCHEMA: &str = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json";

/// Writes a feed as ninjs.
pub struct NinjsWriter {
    items: JsonWriter,
}

impl NinjsWriter {
    /// Nothing is written yet.
    pub fn new() -> Self {
        NinjsWriter { items: JsonWriter::new() }
    }
}

impl ItemWriter for NinjsWriter {
    fn item(&mut self, item: &Item<'_>) {
        self::item(&mut self.items, item);
    }

    fn size_bytes(&self) -> usize {
        self.items.size_bytes()
    }

    fn cut(&mut self, size_bytes: usize) {
        self.items.cut(size_bytes);
    }

    fn finish(self, head: &FeedHead<'_>) -> Vec<u8> {
        let mut doc = JsonWriter::new();
        doc.open();
        doc.text("uri", &head.id);
        doc.open_member("standard");
        doc.text("name", "ninjs");
        doc.text("version", "3.1");
        doc.text("schema", SCHEMA);
        doc.close();
        doc.text("type", "composite");
        doc.text("pubStatus", "usable");
        doc.text("versionCreated", &head.updated_at.rfc3339());
        doc.text("title", head.title);
        let own = [("self", &*head.url, OutputFormat::Ninjs.media_type()), ("web", &head.page_url, "text/html")];
        let pages = head.pages().map(|(rel, url)| (rel, url, OutputFormat::Ninjs.media_type()));
        doc.each("renditions", own.into_iter().chain(pages), |doc, (name, url, media_type)| {
            doc.text("name", name);
            doc.text("href", &uri(url));
            doc.text("contentType", media_type);
        });
        doc.open_list("associations");
        doc.add(&self.items);
        doc.close_list();
        doc.close();
        doc.finish().into_bytes()
    }
}

fn item(doc: &mut JsonWriter, item: &Item<'_>) {
    doc.open();
    doc.text("name", item.id);
    doc.text("uri", &uri(item.id));
    doc.text("type", "text");
    doc.text("representationType", if item.text.content.is_some() { "full" } else { "partial" });
    doc.text("pubStatus", "usable");
    doc.known("firstCreated", item.published_at.map(|at| at.rfc3339()).as_deref());
    doc.text("versionCreated", &item.updated_at.rfc3339());
    doc.known("language", item.language);
    doc.known("copyrightNotice", item.rights.or(item.source.rights));
    if !item.because.is_empty() {
        doc.text("edNote", &item.because.join("\n"));
    }
    people(doc, item);
    words(doc, item);
    doc.each("subjects", &item.categories, subject);
    carriers(doc, item);
    wire(doc, &item.wire);
    links(doc, item);
    doc.close();
}

/// Who carried it: the source that it was taken from, and the wire that it names.
fn carriers(doc: &mut JsonWriter, item: &Item<'_>) {
    let source = (item.source.title, None, Some(uri(&item.source.id)), item.source.url);
    let wire = item.wire.wire.map(|wire| (wire, Some("distributor"), None, None));
    doc.each("infoSources", [source].into_iter().chain(wire), |doc, (name, role, id, url)| {
        doc.text("name", name);
        doc.known("role", role);
        doc.known("uri", id.as_deref());
        doc.known("literal", url);
    });
}

/// Whence it comes, on whose behalf, and what places it names.
fn wire(doc: &mut JsonWriter, wire: &ItemWire<'_>) {
    let places = wire.dateline.map(|dateline| dateline.places.as_slice()).unwrap_or_default();
    let located: Vec<String> = places.iter().map(DatelinePlace::told).filter(|told| !told.is_empty()).collect();
    doc.known("located", (!located.is_empty()).then(|| located.join("; ")).as_deref());
    doc.each("organisations", wire.issuer, |doc, issuer| {
        doc.text("name", issuer);
        doc.text("rel", "issuer");
    });
    doc.each("places", &wire.points, |doc, point| {
        let ItemPoint { name, country, latitude, longitude } = *point;
        doc.text("name", name);
        doc.text("rel", "mentioned");
        doc.text("literal", &format!("{name}, {country}"));
        doc.open_member("geoJSON");
        doc.text("type", "Point");
        doc.decimals("coordinates", &[longitude, latitude]);
        doc.close();
    });
}

fn people(doc: &mut JsonWriter, item: &Item<'_>) {
    let names: Vec<&str> = item.authors.iter().map(|person| person.name).collect();
    doc.text("by", &names.join(", "));
    let authors = item.authors.iter().map(|person| ("author", person));
    let contributors = item.contributors.iter().map(|person| ("contributor", person));
    doc.each("people", authors.chain(contributors), |doc, (rel, person)| self::person(doc, rel, person));
}

fn words(doc: &mut JsonWriter, item: &Item<'_>) {
    doc.each("headlines", [&item.title], |doc, title| worded(doc, "main", "text/plain", title));
    doc.each("descriptions", &item.text.summary, |doc, summary| match summary {
        ItemSummary::Opening(text) => worded(doc, "summary", "text/plain", text),
        ItemSummary::Html(html) => worded(doc, "summary", "text/html", html),
    });
    doc.each("bodies", &item.text.content, |doc, html| worded(doc, "main", "text/html", html));
}

/// The item's page and files, and the items to which it is tied.
fn links(doc: &mut JsonWriter, item: &Item<'_>) {
    let files = item.enclosures.iter().map(|file| ("enclosure", file.url, file.media_type, file.length_bytes));
    let via = item.via.map(|via| ("via", via, None, None));
    let all = [("web", &*item.url, Some("text/html"), None)].into_iter().chain(via).chain(files);
    doc.each("renditions", all, |doc, (name, url, media_type, length_bytes)| {
        doc.text("name", name);
        doc.text("href", &uri(url));
        doc.known("contentType", media_type);
        if let Some(length) = length_bytes {
            doc.number("sizeInBytes", length);
        }
    });
    let replies = item.replies_to.iter().map(|reply| ("in-reply-to", reply.id, None));
    let links = item.links.iter().map(|link| (link.rel, link.url, link.language));
    doc.each("associations", replies.chain(links), |doc, (rel, id, language)| {
        doc.text("name", id);
        doc.text("rel", rel);
        doc.text("uri", &uri(id));
        doc.known("language", language);
    });
}

fn person(doc: &mut JsonWriter, rel: &str, person: &ItemPerson<'_>) {
    let ItemPerson { name, url, email } = person;
    doc.text("name", name);
    doc.text("rel", rel);
    doc.known("uri", url.map(uri).as_deref());
    doc.each("contactInfo", email, |doc, email| {
        doc.text("type", "email");
        doc.text("value", email);
    });
}

fn worded(doc: &mut JsonWriter, role: &str, media_type: &str, text: &str) {
    doc.text("role", role);
    doc.text("contentType", media_type);
    doc.text("value", text);
}

fn subject(doc: &mut JsonWriter, category: &ItemCategory<'_>) {
    let ItemCategory { term, scheme, label } = category;
    doc.text("name", label.unwrap_or(term));
    doc.text("literal", term);
    doc.known("creator", scheme.as_deref());
}

/// Everything but what a URI may hold (RFC 3986 §2), percent signs included.
const NO_URI: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// An IRI as the URI that stands for it (RFC 3987 §3.1): ninjs names things by URIs alone.
fn uri(iri: &str) -> Cow<'_, str> {
    utf8_percent_encode(iri, NO_URI).into()
}

#[cfg(test)]
mod tests;
