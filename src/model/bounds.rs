//! Cuts the fields of entries and sources to their limits.
//!
//! Most fields are within bounds, and checking them costs a look at their length. A text
//! that is too long is cut; a field that would mean something else when cut (a URL, a media
//! type) is dropped; an id keeps what distinguishes it from others.

use xxhash_rust::xxh3::xxh3_128;

use crate::limits::{
    CATEGORIES, CONTENT, DATE, EMAIL, ENCLOSURES, ENTRIES, ID, KEPT, LANGUAGE, LATER_TEXT, LINK, LINKS, Limit, NAME,
    PEOPLE, REPLIES, RIGHTS, TITLE, TOKEN,
};

use super::keys::comparable;
use super::{Carrier, Category, Content, Enclosure, Entry, InReplyTo, Link, Markup, Origin, Person, Stored};

/// How much of an over-long id is kept for people to read.
const ID_BEGINNING: usize = 120;

/// The limits that an entry or a source exceeds.
#[derive(Clone, Debug, Default)]
pub struct Exceeded(Vec<&'static Limit>);

impl Exceeded {
    /// Each limit once, in the order in which they were found exceeded.
    pub fn limits(&self) -> &[&'static Limit] {
        &self.0
    }

    fn meet(&mut self, limit: &'static Limit) {
        if !self.0.contains(&limit) {
            self.0.push(limit);
        }
    }

    /// Cuts `text` if it is over `limit`.
    fn cut(&mut self, text: &mut String, limit: &'static Limit) {
        if shorten(text, limit.count()) {
            self.meet(limit);
        }
    }

    fn cut_some(&mut self, text: &mut Option<String>, limit: &'static Limit) {
        if let Some(text) = text {
            self.cut(text, limit);
        }
    }

    /// Drops `text` if it is over `limit`.
    fn drop(&mut self, text: &mut Option<String>, limit: &'static Limit) {
        if text.as_ref().is_some_and(|text| text.len() > limit.count()) {
            *text = None;
            self.meet(limit);
        }
    }

    fn id(&mut self, id: &mut Option<String>) {
        if let Some(short) = id.as_deref().and_then(short_id) {
            *id = Some(short);
            self.meet(&ID);
        }
    }

    fn length<T>(&mut self, list: &mut Vec<T>, limit: &'static Limit) {
        if list.len() > limit.count() {
            list.truncate(limit.count());
            self.meet(limit);
        }
    }

    fn people(&mut self, people: &mut Vec<Person>) {
        self.length(people, &PEOPLE);
        for Person { name, email, uri } in people {
            self.cut(name, &NAME);
            self.drop(email, &EMAIL);
            self.drop(uri, &LINK);
        }
    }
}

/// Cuts `text` to `most` bytes and marks the cut; returns whether it had to.
pub fn shorten(text: &mut String, most: usize) -> bool {
    if text.len() <= most {
        return false;
    }
    let mut end = most - '…'.len_utf8();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push('…');
    text.shrink_to_fit();
    true
}

/// The replacement for an id over its limit: its beginning, length and hash, so that two
/// ids that begin alike stay distinct. `None` for an id within the limit.
pub fn short_id(id: &str) -> Option<String> {
    if id.len() <= ID.count() {
        return None;
    }
    let id = comparable(id);
    let mut beginning = id.clone();
    shorten(&mut beginning, ID_BEGINNING);
    Some(format!("{beginning} ({} bytes, {:032x})", id.len(), xxh3_128(id.as_bytes())))
}

/// Bounds the id of `entry`, and the fields that its key is not made from.
pub fn fields(entry: &mut Entry) -> Exceeded {
    let mut over = Exceeded::default();
    let Entry {
        key: _,
        id,
        title: _,
        link,
        links,
        published: _,
        published_raw: _,
        updated: _,
        updated_raw: _,
        authors,
        contributors,
        categories,
        summary,
        content,
        language,
        enclosures,
        rights,
        origin,
        in_reply_to,
    } = entry;
    over.id(id);
    over.drop(link, &LINK);
    over.people(authors);
    over.people(contributors);
    over.length(links, &LINKS);
    links.retain(|link| {
        let sound = link.href.len() <= LINK.count() && link.rel.len() <= TOKEN.count();
        if !sound {
            over.meet(&LINK);
        }
        sound
    });
    for Link { rel: _, href: _, media_type, hreflang, title } in links {
        over.drop(media_type, &TOKEN);
        over.drop(hreflang, &LANGUAGE);
        over.cut_some(title, &NAME);
    }
    over.length(categories, &CATEGORIES);
    for Category { term, scheme, label } in categories {
        over.cut(term, &NAME);
        over.drop(scheme, &LINK);
        over.cut_some(label, &NAME);
    }
    over.length(enclosures, &ENCLOSURES);
    enclosures.retain(|file| file.url.len() <= LINK.count());
    for Enclosure { url: _, media_type, length_bytes: _ } in enclosures {
        over.drop(media_type, &TOKEN);
    }
    over.length(in_reply_to, &REPLIES);
    for InReplyTo { id, href, media_type } in in_reply_to {
        if let Some(short) = short_id(id) {
            *id = short;
            over.meet(&ID);
        }
        over.drop(href, &LINK);
        over.drop(media_type, &TOKEN);
    }
    over.drop(language, &LANGUAGE);
    over.cut_some(rights, &RIGHTS);
    for content in [summary, content].into_iter().flatten() {
        over.drop(&mut content.base, &LINK);
    }
    if let Some(Origin { id, title, url, link, updated: _, rights, authors }) = origin {
        over.id(id);
        over.cut_some(title, &TITLE);
        over.drop(url, &LINK);
        over.drop(link, &LINK);
        over.cut_some(rights, &RIGHTS);
        over.people(authors);
    }
    over
}

/// Bounds headline, texts and raw dates, from which keys are made.
pub fn texts(entry: &mut Entry) -> Exceeded {
    let mut over = Exceeded::default();
    over.cut(&mut entry.title, &TITLE);
    for content in [&mut entry.summary, &mut entry.content].into_iter().flatten() {
        over.cut(text_of(content), &CONTENT);
    }
    for raw in [&mut entry.published_raw, &mut entry.updated_raw] {
        over.cut_some(raw, &DATE);
    }
    over
}

/// Bounds the article of an entry.
pub fn article(article: &mut Content) {
    let mut over = Exceeded::default();
    over.drop(&mut article.base, &LINK);
    over.cut(text_of(article), &CONTENT);
}

/// Cuts the texts of a stored entry to the size allowed after many long ones.
pub fn lighten(stored: &mut Stored) {
    let Stored { entry, article, reading: _ } = stored;
    for content in [&mut entry.summary, &mut entry.content, article].into_iter().flatten() {
        shorten(text_of(content), LATER_TEXT.count());
    }
}

fn text_of(content: &mut Content) -> &mut String {
    let (Markup::Plain(text) | Markup::Html(text)) = &mut content.markup;
    text
}

/// Bounds a source's description of itself.
pub fn carrier(carrier: &mut Carrier) -> Exceeded {
    let mut over = Exceeded::default();
    let Carrier { feed_id, title, link, language, rights, authors, updated_at: _ } = carrier;
    over.id(feed_id);
    over.cut(title, &TITLE);
    over.drop(link, &LINK);
    over.drop(language, &LANGUAGE);
    over.cut_some(rights, &RIGHTS);
    over.people(authors);
    over
}

/// The room that is left for the entries of a document and of everything it leads to, by
/// number ([`ENTRIES`]) and by bytes ([`KEPT`]).
#[derive(Clone, Copy, Debug)]
pub struct EntryRoom {
    entries: usize,
    bytes: usize,
}

impl Default for EntryRoom {
    fn default() -> Self {
        EntryRoom { entries: ENTRIES.count(), bytes: KEPT.count() }
    }
}

impl EntryRoom {
    /// What is left beside these entries.
    pub fn beside(entries: &[Entry]) -> Self {
        let all = EntryRoom::default();
        let bytes = entries.iter().map(weight).sum();
        EntryRoom { entries: all.entries.saturating_sub(entries.len()), bytes: all.bytes.saturating_sub(bytes) }
    }

    /// Takes room for `entry`, if there is enough.
    pub fn takes(&mut self, entry: &Entry) -> bool {
        let bytes = weight(entry);
        let fits = self.entries > 0 && self.bytes >= bytes;
        if fits {
            (self.entries, self.bytes) = (self.entries - 1, self.bytes - bytes);
        }
        fits
    }

    /// Frees the room that `entry` took.
    pub fn give_back(&mut self, entry: &Entry) {
        self.entries += 1;
        self.bytes += weight(entry);
    }
}

/// The warning about `left_out` entries for which there was no room beside `kept` others.
pub fn no_room(left_out: usize, kept: usize) -> String {
    let (most, size) = (ENTRIES.shown(), KEPT.shown());
    format!("left out over the limit: {left_out} entries ({kept} kept; at most {most} of {size} are)")
}

/// How many bytes the fields of a stored entry hold.
pub fn stored_weight(stored: &Stored) -> usize {
    let read = stored.reading.as_ref().map_or(0, |reading| reading.newswire.places.len() * MENTION_BYTES);
    weight(&stored.entry) + stored.article.as_ref().map_or(0, content_weight) + read
}

/// What a mention of a place takes, with its reason.
const MENTION_BYTES: usize = 256;

fn content_weight(content: &Content) -> usize {
    content.markup.raw().len() + content.base.as_ref().map_or(0, String::len)
}

/// How many bytes the fields of `entry` hold.
pub fn weight(entry: &Entry) -> usize {
    let of = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let content = |c: &Option<Content>| c.as_ref().map_or(0, content_weight);
    let people = |people: &[Person]| people.iter().map(|p| p.name.len() + of(&p.email) + of(&p.uri)).sum::<usize>();
    let links = entry.links.iter().map(|l| l.rel.len() + l.href.len() + of(&l.title)).sum::<usize>();
    let categories = entry.categories.iter().map(|c| c.term.len() + of(&c.scheme) + of(&c.label)).sum::<usize>();
    let files = entry.enclosures.iter().map(|e| e.url.len() + of(&e.media_type)).sum::<usize>();
    let replies = entry.in_reply_to.iter().map(|r| r.id.len() + of(&r.href)).sum::<usize>();
    let origin = |o: &Origin| of(&o.id) + of(&o.title) + of(&o.url) + of(&o.link) + of(&o.rights) + people(&o.authors);
    of(&entry.id)
        + entry.title.len()
        + of(&entry.link)
        + of(&entry.published_raw)
        + of(&entry.updated_raw)
        + content(&entry.summary)
        + content(&entry.content)
        + people(&entry.authors)
        + people(&entry.contributors)
        + links
        + categories
        + files
        + replies
        + of(&entry.rights)
        + entry.origin.as_ref().map_or(0, origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EntryKey;

    /// B101: two ids that begin alike stay distinct, and one id stays the same.
    #[test]
    fn over_long_ids_stay_apart() {
        let long = |end: &str| format!("http://x.example/{}{end}", "i".repeat(ID.count()));
        let made = short_id(&long("1")).unwrap();
        assert!(made.len() <= 200, "{made}");
        assert_ne!(Some(&made), short_id(&long("2")).as_ref());
        assert_eq!(Some(&made), short_id(&long("1").replace("http:", "https:")).as_ref(), "B56");
        assert_eq!(short_id(&made), None);
        assert_eq!(short_id(&"i".repeat(ID.count())), None);
        assert!(!crate::model::is_iri(&made), "it is published under an id of ours");
    }

    /// B101.
    #[test]
    fn every_field_is_bounded() {
        let long = || Some("x".repeat(2 << 20));
        let text = || "x".repeat(2 << 20);
        let person = || Person { name: text(), email: long(), uri: long() };
        let content = || Some(Content { markup: Markup::Html(text()), base: long() });
        let link =
            Link { rel: "related".into(), href: "h".into(), media_type: long(), hreflang: long(), title: long() };
        let mut entry = Entry {
            id: long(),
            title: text(),
            link: long(),
            links: vec![link.clone(), Link { href: text(), ..link.clone() }, Link { rel: text(), ..link }],
            published_raw: long(),
            updated_raw: long(),
            authors: vec![person(); 100],
            contributors: vec![person(); 100],
            categories: vec![Category { term: text(), scheme: long(), label: long() }; 100],
            summary: content(),
            content: content(),
            language: long(),
            enclosures: vec![Enclosure { url: "u".into(), media_type: long(), length_bytes: None }; 100],
            rights: long(),
            origin: Some(Origin {
                id: long(),
                title: long(),
                url: long(),
                link: long(),
                updated: None,
                rights: long(),
                authors: vec![person()],
            }),
            in_reply_to: vec![InReplyTo { id: text(), href: long(), media_type: long() }; 100],
            ..Entry::new(EntryKey([0; 16]))
        };
        let (first, second) = (fields(&mut entry), texts(&mut entry));
        let lists = [entry.authors.len(), entry.contributors.len(), entry.categories.len(), entry.enclosures.len()];
        assert_eq!((lists, entry.links.len(), entry.in_reply_to.len()), ([32, 32, 64, 64], 1, 16));
        let rest = weight(&entry) - 2 * CONTENT.count();
        assert!(rest < 400 << 10, "{rest} bytes");
        assert!(first.limits().len() > 8 && second.limits().len() == 3, "{first:?} {second:?}");
        let whole = entry.clone();
        assert!(fields(&mut entry).limits().is_empty() && texts(&mut entry).limits().is_empty());
        assert_eq!(entry, whole);
    }
}
