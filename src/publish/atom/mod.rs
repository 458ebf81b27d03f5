//! Atom 1.0: RFC 4287, with the checks O1 to O13 and O20 to O22. This file knows only the names
//! of elements: `item` and `head` choose what goes into them.

use crate::text::xml::write::{XmlSpelling, XmlWriter};

use super::fit::ItemWriter;
use super::format::OutputFormat;
use super::head::FeedHead;
use super::item::{Item, ItemCategory, ItemEnclosure, ItemLink, ItemPerson, ItemReply, ItemSource, ItemSummary};

const SPELLING: XmlSpelling = XmlSpelling { encoding: "utf-8", apostrophe: "&apos;" };

/// Writes a feed as Atom.
pub struct AtomWriter {
    entries: XmlWriter,
}

impl AtomWriter {
    /// Nothing is written yet.
    pub fn new() -> Self {
        AtomWriter { entries: XmlWriter::part(SPELLING) }
    }
}

impl ItemWriter for AtomWriter {
    fn item(&mut self, item: &Item<'_>) {
        entry(&mut self.entries, item);
    }

    fn size_bytes(&self) -> usize {
        self.entries.size_bytes()
    }

    fn cut(&mut self, size_bytes: usize) {
        self.entries.cut(size_bytes);
    }

    fn finish(self, head: &FeedHead<'_>) -> Vec<u8> {
        let mut doc = XmlWriter::document(SPELLING);
        doc.stylesheet(&head.stylesheet);
        doc.open(
            "feed",
            &[
                ("xmlns", "http://www.w3.org/2005/Atom"),
                ("xmlns:fh", "http://purl.org/syndication/history/1.0"),
                ("xmlns:thr", "http://purl.org/syndication/thread/1.0"),
                ("xmlns:georss", "http://www.georss.org/georss"),
            ],
        );
        self::head(&mut doc, head);
        doc.add(&self.entries);
        doc.close("feed");
        doc.finish().into_bytes()
    }
}

fn head(doc: &mut XmlWriter, head: &FeedHead<'_>) {
    doc.text("id", &[], &head.id);
    doc.text("title", &[], head.title);
    doc.text("updated", &[], &head.updated_at.rfc3339());
    doc.empty("link", &[("rel", "self"), ("type", OutputFormat::Atom.media_type()), ("href", &head.url)]);
    doc.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &head.page_url)]);
    for (rel, url) in head.pages() {
        doc.empty("link", &[("rel", rel), ("href", url)]);
    }
    if head.is_archive() {
        doc.empty("fh:archive", &[]);
    }
    doc.text("generator", &[("version", env!("CARGO_PKG_VERSION"))], "wiredesk");
}

fn entry(doc: &mut XmlWriter, item: &Item<'_>) {
    doc.open("entry", &known(&[("xml:lang", item.language)]));
    doc.text("id", &[], item.id);
    doc.text("title", &[], &item.title);
    doc.text("updated", &[], &item.updated_at.rfc3339());
    if let Some(at) = item.published_at {
        doc.text("published", &[], &at.rfc3339());
    }
    item.authors.iter().for_each(|author| person(doc, "author", author));
    item.contributors.iter().for_each(|contributor| person(doc, "contributor", contributor));
    item.categories.iter().for_each(|c| category(doc, c));
    doc.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &item.url)]);
    item.links.iter().for_each(|l| link(doc, l));
    if let Some(via) = item.via {
        doc.empty("link", &[("rel", "via"), ("href", via)]);
    }
    item.enclosures.iter().for_each(|e| enclosure(doc, e));
    item.replies_to.iter().for_each(|reply| in_reply_to(doc, reply));
    if let Some(rights) = item.rights {
        doc.text("rights", &[], rights);
    }
    item.wire.points.iter().for_each(|p| doc.text("georss:point", &[], &p.simple()));
    source(doc, &item.source);
    let text = item.text.with_reasons(item.because);
    match &text.summary {
        None => {}
        Some(ItemSummary::Opening(text)) => doc.text("summary", &[], text),
        Some(ItemSummary::Html(html)) => doc.text("summary", &[("type", "html")], html),
    }
    if let Some(html) = &text.content {
        doc.text("content", &[("type", "html")], html);
    }
    doc.close("entry");
}

fn person(doc: &mut XmlWriter, element: &str, person: &ItemPerson<'_>) {
    let ItemPerson { name, url, email } = person;
    doc.open(element, &[]);
    doc.text("name", &[], name);
    if let Some(url) = url {
        doc.text("uri", &[], url);
    }
    if let Some(email) = email {
        doc.text("email", &[], email);
    }
    doc.close(element);
}

fn category(doc: &mut XmlWriter, category: &ItemCategory<'_>) {
    let ItemCategory { term, scheme, label } = category;
    doc.empty("category", &known(&[("term", Some(term)), ("scheme", scheme.as_deref()), ("label", *label)]));
}

fn link(doc: &mut XmlWriter, link: &ItemLink<'_>) {
    let ItemLink { rel, url, media_type, language } = *link;
    let attributes = [("rel", Some(rel)), ("href", Some(url)), ("type", media_type), ("hreflang", language)];
    doc.empty("link", &known(&attributes));
}

fn enclosure(doc: &mut XmlWriter, enclosure: &ItemEnclosure<'_>) {
    let ItemEnclosure { url, media_type, length_bytes } = *enclosure;
    let length = length_bytes.map(|bytes| bytes.to_string());
    let attributes =
        [("rel", Some("enclosure")), ("href", Some(url)), ("type", media_type), ("length", length.as_deref())];
    doc.empty("link", &known(&attributes));
}

/// RFC 4685 §3.
fn in_reply_to(doc: &mut XmlWriter, reply: &ItemReply<'_>) {
    let ItemReply { id, url, media_type } = *reply;
    doc.empty("thr:in-reply-to", &known(&[("ref", Some(id)), ("href", url), ("type", media_type)]));
}

fn source(doc: &mut XmlWriter, source: &ItemSource<'_>) {
    let ItemSource { id, title, updated_at, url, page_url, rights, authors } = source;
    doc.open("source", &[]);
    doc.text("id", &[], id);
    doc.text("title", &[], title);
    doc.text("updated", &[], &updated_at.rfc3339());
    if let Some(url) = url {
        doc.empty("link", &[("rel", "self"), ("href", url)]);
    }
    if let Some(page) = page_url {
        doc.empty("link", &[("rel", "alternate"), ("href", page)]);
    }
    if let Some(rights) = rights {
        doc.text("rights", &[], rights);
    }
    authors.iter().for_each(|author| person(doc, "author", author));
    doc.close("source");
}

/// The attributes that have a value.
fn known<'a>(attributes: &[(&'a str, Option<&'a str>)]) -> Vec<(&'a str, &'a str)> {
    attributes.iter().filter_map(|(name, value)| Some((*name, (*value)?))).collect()
}

#[cfg(test)]
mod tests;
