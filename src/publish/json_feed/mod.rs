//! JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>). Check O19. What the format has no
//! name for stands in the extension `_wiredesk` of the feed and of each item. This file knows
//! only the names of members: `item` and `head` choose what goes into them.

use crate::model::newswire::Dateline;
use crate::places::Country;
use crate::text::html;
use crate::text::json::JsonWriter;

use super::fit::ItemWriter;
use super::head::FeedHead;
use super::item::{Item, ItemEnclosure, ItemLink, ItemPerson, ItemPoint, ItemReply, ItemSource, ItemSummary, ItemWire};

/// The media type of a file whose own is not known: JSON Feed requires one.
const SOME_FILE: &str = "application/octet-stream";

/// The name of the extension: §Extensions.
const OWN: &str = "_wiredesk";

/// Writes a feed as JSON Feed.
pub struct JsonFeedWriter {
    items: JsonWriter,
}

impl JsonFeedWriter {
    /// Nothing is written yet.
    pub fn new() -> Self {
        JsonFeedWriter { items: JsonWriter::new() }
    }
}

impl ItemWriter for JsonFeedWriter {
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
        doc.text("version", "https://jsonfeed.org/version/1.1");
        doc.text("title", head.title);
        doc.text("home_page_url", &head.page_url);
        doc.text("feed_url", &head.url);
        doc.known("next_url", head.older_url());
        doc.open_member(OWN);
        doc.text("id", &head.id);
        doc.text("updated", &head.updated_at.rfc3339());
        doc.text("generator", concat!("wiredesk ", env!("CARGO_PKG_VERSION")));
        for (rel, url) in head.pages() {
            doc.text(rel, url);
        }
        doc.close();
        doc.open_list("items");
        doc.add(&self.items);
        doc.close_list();
        doc.close();
        doc.finish().into_bytes()
    }
}

fn item(doc: &mut JsonWriter, item: &Item<'_>) {
    doc.open();
    doc.text("id", item.id);
    doc.text("url", &item.url);
    doc.text("title", &item.title);
    text(doc, item);
    doc.known("date_published", item.published_at.map(|at| at.rfc3339()).as_deref());
    doc.text("date_modified", &item.updated_at.rfc3339());
    doc.each("authors", &item.authors, author);
    doc.texts("tags", item.categories.iter().map(|category| category.label.unwrap_or(category.term)));
    doc.known("language", item.language);
    doc.each("attachments", &item.enclosures, attachment);
    own(doc, item);
    doc.close();
}

/// One of the two forms of content is required, so an excerpt is content too.
fn text(doc: &mut JsonWriter, item: &Item<'_>) {
    let text = item.text.with_reasons(item.because);
    match (&text.content, &text.summary) {
        (Some(content), Some(ItemSummary::Html(teaser))) => {
            doc.text("content_html", content);
            // A summary is plain text.
            doc.text("summary", &html::plain_line(teaser));
        }
        (Some(content), Some(ItemSummary::Opening(opening))) => {
            doc.text("content_html", content);
            doc.text("summary", opening);
        }
        (Some(content), None) => doc.text("content_html", content),
        (None, Some(ItemSummary::Html(html))) => doc.text("content_html", html),
        (None, Some(ItemSummary::Opening(opening))) => doc.text("content_text", opening),
        (None, None) => doc.text("content_text", ""),
    }
}

fn author(doc: &mut JsonWriter, person: &ItemPerson<'_>) {
    let ItemPerson { name, url, email } = person;
    doc.text("name", name);
    let mailto = email.map(|email| format!("mailto:{email}"));
    doc.known("url", url.or(mailto.as_deref()));
}

fn attachment(doc: &mut JsonWriter, enclosure: &ItemEnclosure<'_>) {
    let ItemEnclosure { url, media_type, length_bytes } = *enclosure;
    doc.text("url", url);
    doc.text("mime_type", media_type.unwrap_or(SOME_FILE));
    if let Some(length) = length_bytes {
        doc.number("size_in_bytes", length);
    }
}

/// What JSON Feed has no name for.
fn own(doc: &mut JsonWriter, item: &Item<'_>) {
    doc.open_member(OWN);
    let ItemSource { id, title, updated_at, url, page_url, rights, authors } = &item.source;
    doc.open_member("source");
    doc.text("id", id);
    doc.text("title", title);
    doc.text("updated", &updated_at.rfc3339());
    doc.known("feed_url", *url);
    doc.known("home_page_url", *page_url);
    doc.known("rights", *rights);
    doc.each("authors", authors, author);
    doc.close();
    doc.known("via", item.via);
    doc.known("rights", item.rights);
    doc.each("contributors", &item.contributors, author);
    doc.each("categories", &item.categories, |doc, category| {
        doc.text("term", category.term);
        doc.known("scheme", category.scheme.as_deref());
        doc.known("label", category.label);
    });
    doc.each("links", &item.links, |doc, link| {
        let ItemLink { rel, url, media_type, language } = *link;
        doc.text("rel", rel);
        doc.text("url", url);
        doc.known("type", media_type);
        doc.known("hreflang", language);
    });
    doc.each("in_reply_to", &item.replies_to, |doc, reply| {
        let ItemReply { id, url, media_type } = *reply;
        doc.text("id", id);
        doc.known("url", url);
        doc.known("type", media_type);
    });
    wire(doc, &item.wire);
    doc.texts("because", item.because.iter().map(String::as_str));
    doc.close();
}

/// What was read of wire copy, by the names that the command line has for it.
fn wire(doc: &mut JsonWriter, wire: &ItemWire<'_>) {
    doc.known("wire", wire.wire);
    if let Some(Dateline { raw, places, date, wire: _, byline }) = wire.dateline {
        doc.open_member("dateline");
        doc.text("raw", raw);
        doc.each("places", places, |doc, place| {
            doc.known("city", place.city.as_deref());
            doc.known("region", place.region.as_deref());
            doc.known("country", place.country.as_ref().map(Country::code));
        });
        doc.known("date", date.map(|date| date.to_string()).as_deref());
        doc.known("byline", byline.as_deref());
        doc.close();
    }
    doc.known("issuer", wire.issuer);
    doc.each("places", &wire.points, |doc, point| {
        let ItemPoint { name, country, latitude, longitude } = *point;
        doc.text("name", name);
        doc.text("country", country);
        doc.decimals("point", &[latitude, longitude]);
    });
}

#[cfg(test)]
mod tests;
