//! Atom 1.0: RFC 4287, with the checks O1 to O13 and O20 to O22.

use crate::clock::Timestamp;
use crate::limits::DOCUMENT;
use crate::model::address::Opened;
use crate::model::{Content, Enclosure, Entry, Person, Published, is_iri};

use super::cleaned::Cleaned;
use super::excerpt::{excerpt, headline};
use super::links::{is_web, vetted};
use super::xml::Document;
use super::{Channel, ContentLevel, SourceTerms, Terms, cursor, source_id};

/// The media type (check O20).
pub const MEDIA_TYPE: &str = "application/atom+xml; charset=utf-8";

/// A feed that never held an entry was updated then: never "now", which would
/// differ from node to node (checks O7, O22).
pub const NEVER_UPDATED: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// A page of a feed (RFC 5005 §3).
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// Its entries, newest first.
    pub entries: &'a [Published],
    /// What sources allow.
    pub terms: &'a Terms,
    /// The cursor it was asked by; `None` for the subscription document.
    pub cursor: Option<&'a str>,
    /// Whether older entries follow.
    pub more: bool,
}

/// Renders a page of `channel`, of texts that `cleaned` keeps or makes, within its
/// limit: what is more follows on the next page.
pub fn render(channel: &Channel, page: &Page<'_>, cleaned: &Cleaned) -> Vec<u8> {
    render_within(channel, page, cleaned, DOCUMENT.count())
}

fn render_within(channel: &Channel, page: &Page<'_>, cleaned: &Cleaned, most: usize) -> Vec<u8> {
    let (entries, shown) = entries(channel, page, cleaned, most);
    let page = Page { entries: &page.entries[..shown], more: page.more || shown < page.entries.len(), ..page.clone() };
    let mut doc = Document::new();
    doc.open(
        "feed",
        &[("xmlns", "http://www.w3.org/2005/Atom"), ("xmlns:thr", "http://purl.org/syndication/thread/1.0")],
    );
    head(&mut doc, channel, &page);
    doc.add(entries);
    doc.close("feed");
    doc.finish()
}

/// About so many bytes an entry takes that is published as an excerpt.
const EXCERPT_ENTRY: usize = 2048;

/// The entries of a page in `most` bytes, and how many they are: nearly always all of
/// them. Where they do not fit, the longest texts are published as excerpts, so that no
/// source pushes others off the page; what still does not fit is left to the next page.
fn entries(channel: &Channel, page: &Page<'_>, cleaned: &Cleaned, most: usize) -> (Document, usize) {
    let write = |doc: &mut Document, p: &Published, level| {
        entry(doc, channel, p, page.terms.get(&p.source), level, cleaned);
    };
    let mut doc = Document::part();
    let mut sizes = Vec::with_capacity(page.entries.len());
    let mut total = 0;
    for published in page.entries {
        let before = doc.len();
        write(&mut doc, published, ContentLevel::Full);
        sizes.push(doc.len() - before);
        total += doc.len() - before;
        if total > most {
            doc.cut(before);
        }
    }
    if total <= most {
        return (doc, page.entries.len());
    }
    let longest = longest_whole(&sizes, total, most);
    doc.cut(0);
    for (at, (published, size)) in page.entries.iter().zip(sizes).enumerate() {
        let before = doc.len();
        let level = if size > longest { ContentLevel::Summary } else { ContentLevel::Full };
        write(&mut doc, published, level);
        // A page without an entry would lead nowhere.
        if doc.len() > most && at > 0 {
            doc.cut(before);
            return (doc, at);
        }
    }
    (doc, page.entries.len())
}

/// The size up to which entries are published whole, so that all fit into `most` bytes.
fn longest_whole(sizes: &[usize], mut total: usize, most: usize) -> usize {
    let mut by_size = sizes.to_vec();
    by_size.sort_unstable();
    let mut longest = usize::MAX;
    for size in by_size.into_iter().rev() {
        if total <= most {
            break;
        }
        total -= size.saturating_sub(EXCERPT_ENTRY);
        longest = size - 1;
    }
    longest
}

fn head(doc: &mut Document, channel: &Channel, page: &Page<'_>) {
    let updated = page.entries.iter().map(|p| p.updated_at).max().unwrap_or(NEVER_UPDATED);
    doc.text("id", &[], &channel.permanent_id());
    doc.text("title", &[], &channel.title);
    doc.text("updated", &[], &updated.rfc3339());
    let first = channel.atom_address();
    let own = page.cursor.map_or_else(|| first.clone(), |cursor| format!("{first}?before={cursor}"));
    doc.empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &own)]);
    doc.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &channel.page_address())]);
    if page.cursor.is_some() {
        doc.empty("link", &[("rel", "first"), ("href", &first)]);
    }
    if let Some(last) = page.entries.last().filter(|_| page.more) {
        let next = format!("{first}?before={}", cursor::write(last.place));
        doc.empty("link", &[("rel", "next"), ("href", &next)]);
    }
    let version = env!("CARGO_PKG_VERSION");
    doc.text("generator", &[("version", version)], "wiredesk");
}

/// Writes an entry with as much of its text as the feed, its source's terms and `most` allow.
fn entry(
    doc: &mut Document,
    channel: &Channel,
    p: &Published,
    terms: Option<&SourceTerms>,
    most: ContentLevel,
    cleaned: &Cleaned,
) {
    let p = &*vetted(p, terms);
    let e = &p.entry;
    let language = e.language.as_deref().or(p.carrier.language.as_deref()).filter(|l| is_language(l));
    match language {
        Some(language) => doc.open("entry", &[("xml:lang", language)]),
        None => doc.open("entry", &[]),
    }
    doc.text("id", &[], &p.published_id);
    let level = channel.level(terms).min(most);
    doc.text("title", &[], &headline(e, level));
    doc.text("updated", &[], &p.updated_at.rfc3339());
    if let Some(at) = e.published {
        doc.text("published", &[], &at.rfc3339());
    }
    authors(doc, p);
    for person in e.contributors.iter().filter(|person| !person.name.is_empty()) {
        self::person(doc, "contributor", person);
    }
    categories(doc, channel, p);
    links(doc, channel, p, terms);
    for reply in e.in_reply_to.iter().filter(|reply| is_iri(&reply.id)) {
        let mut attributes = vec![("ref", reply.id.as_str())];
        attributes.extend(reply.href.as_deref().filter(|href| is_web(href)).map(|href| ("href", href)));
        attributes.extend(reply.media_type.as_deref().filter(|t| is_media_type(t)).map(|t| ("type", t)));
        doc.empty("thr:in-reply-to", &attributes);
    }
    if let Some(rights) = e.rights.as_ref().filter(|rights| !rights.is_empty()) {
        doc.text("rights", &[], rights);
    }
    source(doc, p, terms);
    text(doc, level, e, (cleaned, terms.map_or(&Opened::default(), |terms| &terms.opened)));
    doc.close("entry");
}

/// The entry's own authors, else its source's, else the source itself: the
/// channel's author is never put in front of foreign copy (check O3).
fn authors(doc: &mut Document, p: &Published) {
    let named = |list: &[Person]| list.iter().any(|person| !person.name.is_empty());
    let fallback = [Person { name: title(p), ..Person::default() }];
    let all = match () {
        () if named(&p.entry.authors) => &p.entry.authors[..],
        () if named(&p.carrier.authors) => &p.carrier.authors[..],
        () => &fallback[..],
    };
    for author in all.iter().filter(|person| !person.name.is_empty()) {
        person(doc, "author", author);
    }
}

fn title(p: &Published) -> String {
    if p.carrier.title.is_empty() { p.source.to_string() } else { p.carrier.title.clone() }
}

fn person(doc: &mut Document, element: &str, person: &Person) {
    doc.open(element, &[]);
    doc.text("name", &[], &person.name);
    if let Some(uri) = person.uri.as_ref().filter(|uri| is_iri(uri)) {
        doc.text("uri", &[], uri);
    }
    let is_address = |m: &&String| m.find('@').is_some_and(|at| at > 0 && at + 1 < m.len() && !m.contains(' '));
    if let Some(email) = person.email.as_ref().filter(is_address) {
        doc.text("email", &[], email);
    }
    doc.close(element);
}

fn categories(doc: &mut Document, channel: &Channel, p: &Published) {
    for c in p.entry.categories.iter().filter(|c| !c.term.trim().is_empty()) {
        let mut attributes = vec![("term", c.term.as_str())];
        attributes.extend(c.scheme.as_deref().filter(|scheme| is_iri(scheme)).map(|scheme| ("scheme", scheme)));
        attributes.extend(c.label.as_deref().filter(|label| !label.is_empty()).map(|label| ("label", label)));
        doc.empty("category", &attributes);
    }
    let scheme = channel.address("lists");
    for list in &p.lists {
        doc.empty("category", &[("term", list), ("scheme", &scheme)]);
    }
}

fn links(doc: &mut Document, channel: &Channel, p: &Published, terms: Option<&SourceTerms>) {
    let e = &p.entry;
    let here = channel.address(&format!("entries/{}", p.place.entry));
    let alternate = e.link.as_deref().filter(|link| is_web(link)).unwrap_or(&here);
    doc.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", alternate)]);
    for link in e.links.iter().filter(|link| link.is_carried() && is_web(&link.href)) {
        let mut attributes = vec![("rel", link.rel.as_str()), ("href", link.href.as_str())];
        attributes.extend(link.media_type.as_deref().filter(|t| is_media_type(t)).map(|t| ("type", t)));
        attributes.extend(link.hreflang.as_deref().filter(|l| is_language(l)).map(|l| ("hreflang", l)));
        doc.empty("link", &attributes);
    }
    if let Some(own) = terms.and_then(|terms| terms.url.link()).filter(|own| is_web(own)) {
        doc.empty("link", &[("rel", "via"), ("href", own)]);
    }
    for enclosure in e.enclosures.iter().filter(|enclosure| is_web(&enclosure.url)) {
        self::enclosure(doc, enclosure);
    }
}

fn enclosure(doc: &mut Document, e: &Enclosure) {
    let length = e.length_bytes.map(|n| n.to_string());
    let mut attributes = vec![("rel", "enclosure"), ("href", e.url.as_str())];
    attributes.extend(e.media_type.as_deref().filter(|t| is_media_type(t)).map(|t| ("type", t)));
    attributes.extend(length.as_deref().map(|n| ("length", n)));
    doc.empty("link", &attributes);
}

/// The source's description of itself; one that the copy already carried is
/// kept (check O4).
fn source(doc: &mut Document, p: &Published, terms: Option<&SourceTerms>) {
    let carrier = &p.carrier;
    let origin = p.entry.origin.as_ref();
    let first = |a: Option<&String>, b: Option<&String>| a.or(b).cloned();
    doc.open("source", &[]);
    let own_id = match origin {
        Some(origin) => origin.id.as_ref().or(origin.url.as_ref()),
        None => carrier.feed_id.as_ref(),
    };
    doc.text("id", &[], &own_id.filter(|id| is_iri(id)).cloned().unwrap_or_else(|| source_id(&p.source)));
    let title = origin.and_then(|o| o.title.clone()).filter(|t| !t.is_empty()).unwrap_or_else(|| title(p));
    doc.text("title", &[], &title);
    let updated = origin.and_then(|o| o.updated).or(p.carrier.updated_at).unwrap_or(p.first_seen_at);
    // The origin's own date; ours would move with every later entry of the source.
    doc.text("updated", &[], &updated.min(p.updated_at.max(p.first_seen_at)).rfc3339());
    let own = match origin {
        Some(origin) => origin.url.clone(),
        None => terms.and_then(|terms| terms.url.link()).map(str::to_owned),
    };
    if let Some(own) = own.filter(|own| is_web(own)) {
        doc.empty("link", &[("rel", "self"), ("href", &own)]);
    }
    let page = match origin {
        Some(origin) => origin.link.clone(),
        None => carrier.link.clone(),
    };
    if let Some(page) = page.filter(|page| is_web(page)) {
        doc.empty("link", &[("rel", "alternate"), ("href", &page)]);
    }
    if let Some(rights) = first(origin.and_then(|o| o.rights.as_ref()), carrier.rights.as_ref()) {
        doc.text("rights", &[], &rights);
    }
    let authors = origin.map_or(&carrier.authors, |origin| &origin.authors);
    for author in authors.iter().filter(|author| !author.name.is_empty()) {
        person(doc, "author", author);
    }
    doc.close("source");
}

fn text(doc: &mut Document, level: ContentLevel, e: &Entry, (cleaned, opened): (&Cleaned, &Opened)) {
    let some = |content: &&Content| !content.markup.raw().trim().is_empty();
    match level {
        ContentLevel::Title => {}
        ContentLevel::Summary => {
            if let Some(opening) = e.fullest().filter(some).map(excerpt).filter(|text| !text.is_empty()) {
                doc.text("summary", &[], &opening);
            }
        }
        ContentLevel::Full => {
            let longer = e.article.as_ref().or(e.content.as_ref());
            if let (Some(summary), Some(_)) = (e.summary.as_ref().filter(some), longer) {
                doc.text("summary", &[("type", "html")], &cleaned.html_of(summary, opened));
            }
            if let Some(content) = e.fullest().filter(some) {
                doc.text("content", &[("type", "html")], &cleaned.html_of(content, opened));
            }
        }
    }
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().is_some_and(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    first && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn is_media_type(text: &str) -> bool {
    let token = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    text.split_once('/').is_some_and(|(kind, rest)| token(kind) && token(rest.split(';').next().unwrap_or(rest).trim()))
}

#[cfg(test)]
mod tests;
