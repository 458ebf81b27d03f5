//! RSS 2.0 (<https://www.rssboard.org/rss-specification>), with the modules that carry what it
//! has no element for: `content:encoded`, Dublin Core, Atom's links and dates, GeoRSS, and
//! threading (RFC 4685). Check O18. This file knows only the names of elements: `item` and `head` choose
//! what goes into them.

use crate::text::xml::write::{XmlSpelling, XmlWriter};

use super::fit::ItemWriter;
use super::format::OutputFormat;
use super::head::FeedHead;
use super::item::{Item, ItemCategory, ItemEnclosure, ItemLink, ItemPerson, ItemReply, ItemSummary};

const SPELLING: XmlSpelling = XmlSpelling { encoding: "utf-8", apostrophe: "&apos;" };

/// The modules, by their usual prefixes.
const MODULES: [(&str, &str); 7] = [
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:fh", "http://purl.org/syndication/history/1.0"),
    ("xmlns:georss", "http://www.georss.org/georss"),
    ("xmlns:thr", "http://purl.org/syndication/thread/1.0"),
];

/// The media type of a file whose own is not known: RSS requires one.
const SOME_FILE: &str = "application/octet-stream";

/// Writes a feed as RSS.
pub struct RssWriter {
    items: XmlWriter,
}

impl RssWriter {
    /// Nothing is written yet.
    pub fn new() -> Self {
        RssWriter { items: XmlWriter::part(SPELLING) }
    }
}

impl ItemWriter for RssWriter {
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
        let mut doc = XmlWriter::document(SPELLING);
        doc.stylesheet(&head.stylesheet);
        doc.open("rss", &MODULES);
        doc.open("channel", &[]);
        self::head(&mut doc, head);
        doc.add(&self.items);
        doc.close("channel");
        doc.close("rss");
        doc.finish().into_bytes()
    }
}

fn head(doc: &mut XmlWriter, head: &FeedHead<'_>) {
    doc.text("title", &[], head.title);
    doc.text("link", &[], &head.page_url);
    // RSS requires a description; the title is all that the operator wrote.
    doc.text("description", &[], head.title);
    doc.text("lastBuildDate", &[], &head.updated_at.http_date());
    doc.text("generator", &[], concat!("wiredesk ", env!("CARGO_PKG_VERSION")));
    doc.text("docs", &[], "https://www.rssboard.org/rss-specification");
    doc.empty("atom:link", &[("rel", "self"), ("type", OutputFormat::Rss.media_type()), ("href", &head.url)]);
    for (rel, url) in head.pages() {
        doc.empty("atom:link", &[("rel", rel), ("href", url)]);
    }
    if head.is_archive() {
        doc.empty("fh:archive", &[]);
    }
}

fn item(doc: &mut XmlWriter, item: &Item<'_>) {
    doc.open("item", &[]);
    doc.text("title", &[], &item.title);
    doc.text("link", &[], &item.url);
    doc.text("guid", &[("isPermaLink", "false")], item.id);
    if let Some(at) = item.published_at {
        doc.text("pubDate", &[], &at.http_date());
    }
    // RSS has no date of the last change.
    doc.text("atom:updated", &[], &item.updated_at.rfc3339());
    // `author` is an email address; a name has its place in Dublin Core.
    item.authors.iter().for_each(|ItemPerson { name, .. }| doc.text("dc:creator", &[], name));
    item.contributors.iter().for_each(|ItemPerson { name, .. }| doc.text("dc:contributor", &[], name));
    item.categories.iter().for_each(|c| category(doc, c));
    self::links(doc, item);
    if let Some(language) = item.language {
        doc.text("dc:language", &[], language);
    }
    if let Some(rights) = item.rights {
        doc.text("dc:rights", &[], rights);
    }
    item.wire.points.iter().for_each(|p| doc.text("georss:point", &[], &p.simple()));
    if let Some(url) = item.source.url {
        doc.text("source", &[("url", url)], item.source.title);
    }
    self::text(doc, item);
    doc.close("item");
}

fn links(doc: &mut XmlWriter, item: &Item<'_>) {
    item.links.iter().for_each(|l| link(doc, l));
    if let Some(via) = item.via {
        doc.empty("atom:link", &[("rel", "via"), ("href", via)]);
    }
    // The specification is silent on several; readers take all of them, or the first.
    item.enclosures.iter().for_each(|e| enclosure(doc, e));
    item.replies_to.iter().for_each(|reply| in_reply_to(doc, reply));
}

fn text(doc: &mut XmlWriter, item: &Item<'_>) {
    let text = item.text.with_reasons(item.because);
    match &text.summary {
        None => {}
        // Readers take a description for HTML, so plain text is escaped as such first.
        Some(ItemSummary::Opening(opening)) => doc.text("description", &[], &maud::html! { (opening) }.into_string()),
        Some(ItemSummary::Html(html)) => doc.text("description", &[], html),
    }
    if let Some(html) = &text.content {
        doc.text("content:encoded", &[], html);
    }
}

fn category(doc: &mut XmlWriter, category: &ItemCategory<'_>) {
    let ItemCategory { term, scheme, label: _ } = category;
    let domain: Vec<_> = scheme.as_deref().map(|scheme| ("domain", scheme)).into_iter().collect();
    doc.text("category", &domain, term);
}

fn link(doc: &mut XmlWriter, link: &ItemLink<'_>) {
    let ItemLink { rel, url, media_type, language } = *link;
    let attributes = [("rel", Some(rel)), ("href", Some(url)), ("type", media_type), ("hreflang", language)];
    doc.empty("atom:link", &known(&attributes));
}

fn enclosure(doc: &mut XmlWriter, enclosure: &ItemEnclosure<'_>) {
    let ItemEnclosure { url, media_type, length_bytes } = *enclosure;
    // All three are required; 0 is the usual word for a length that is not known.
    let length = length_bytes.unwrap_or(0).to_string();
    doc.empty("enclosure", &[("url", url), ("length", &length), ("type", media_type.unwrap_or(SOME_FILE))]);
}

/// RFC 4685 §3.
fn in_reply_to(doc: &mut XmlWriter, reply: &ItemReply<'_>) {
    let ItemReply { id, url, media_type } = *reply;
    doc.empty("thr:in-reply-to", &known(&[("ref", Some(id)), ("href", url), ("type", media_type)]));
}

/// The attributes that have a value.
fn known<'a>(attributes: &[(&'a str, Option<&'a str>)]) -> Vec<(&'a str, &'a str)> {
    attributes.iter().filter_map(|(name, value)| Some((*name, (*value)?))).collect()
}

#[cfg(test)]
mod tests;
