//! An entry as its source sent it, and as it is read.

use std::sync::Arc;

use crate::clock::Timestamp;

use super::newswire::Newswire;
use super::{EntryKey, SourceId};
use crate::places::Country;
use crate::text::script;

/// Text with the kind of markup it is written in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Markup {
    /// Characters to be shown as they stand.
    Plain(String),
    /// HTML as sent: neither sanitised nor resolved. Only `publish` may output it.
    Html(String),
}

impl Markup {
    /// The characters, markup included.
    pub fn raw(&self) -> &str {
        match self {
            Markup::Plain(text) | Markup::Html(text) => text,
        }
    }

    /// About the first `bytes` bytes, for callers that need no more: a text may be a
    /// thousand times as long. No character and no tag is cut in two.
    pub fn opening(&self, bytes: usize) -> &str {
        let text = self.raw();
        if text.len() <= bytes {
            return text;
        }
        let mut end = bytes;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        match self {
            Markup::Plain(_) => &text[..end],
            Markup::Html(_) => &text[..text[..end].rfind('<').unwrap_or(end)],
        }
    }
}

/// A summary or content, with what is needed to interpret it later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    /// The text.
    pub markup: Markup,
    /// The base of its relative links (`xml:base`, else the entry's link, else the
    /// document's URL).
    pub base: Option<String>,
}

/// A person or body: RFC 4287 §3.2.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Person {
    /// The name; empty only if just an e-mail address or a page was given.
    pub name: String,
    /// An e-mail address.
    pub email: Option<String>,
    /// A page.
    pub uri: Option<String>,
}

/// A category: RFC 4287 §4.2.2, RSS `category` with `domain` as its scheme.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Category {
    /// The category itself.
    pub term: String,
    /// The vocabulary it is from.
    pub scheme: Option<String>,
    /// How it is shown to people.
    pub label: Option<String>,
}

/// A link other than the entry's own page; `href` is absolute http or https.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Link {
    /// Relation: RFC 8288, such as `related`, `via`, `replies`.
    pub rel: String,
    /// Address.
    pub href: String,
    /// Media type.
    pub media_type: Option<String>,
    /// Language of its target.
    pub hreflang: Option<String>,
    /// How it is shown to people.
    pub title: Option<String>,
}

impl Link {
    /// Whether it is published with its entry: further pages, the licence (RFC 4946),
    /// replies (RFC 4685).
    pub fn is_carried(&self) -> bool {
        matches!(self.rel.as_str(), "related" | "license" | "replies")
    }
}

/// An entry that this one answers or amends: `thr:in-reply-to` (RFC 4685 §3).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InReplyTo {
    /// Its permanent id.
    pub id: String,
    /// Its page: absolute http or https.
    pub href: Option<String>,
    /// Media type of the page.
    pub media_type: Option<String>,
}

/// A file that belongs to the entry; `url` is absolute http or https.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Enclosure {
    /// Address.
    pub url: String,
    /// Media type.
    pub media_type: Option<String>,
    /// Length in bytes.
    pub length_bytes: Option<u64>,
}

/// The feed from which an entry says it was taken: `atom:source` (RFC 4287 §4.2.11), or RSS
/// `source`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// Its permanent id.
    pub id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its document (`rel="self"`).
    pub url: Option<String>,
    /// Its page (`rel="alternate"`).
    pub link: Option<String>,
    /// Its last change.
    pub updated: Option<Timestamp>,
    /// Its rights statement.
    pub rights: Option<String>,
    /// Its authors.
    pub authors: Vec<Person>,
}

/// One item of a source, as listed in a document. A field that was absent is `None`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What identifies it within its source.
    pub key: EntryKey,
    /// guid, `atom:id` or JSON id, trimmed, else as sent.
    pub id: Option<String>,
    /// The headline: plain text, decoded once, with white space folded. May be empty.
    pub title: String,
    /// Its page: absolute http or https.
    pub link: Option<String>,
    /// Other links.
    pub links: Vec<Link>,
    /// When the publisher says it was published, if the date passed the checks of product
    /// §3.3.
    pub published: Option<Timestamp>,
    /// The same, word for word.
    pub published_raw: Option<String>,
    /// When the publisher says it was last changed.
    pub updated: Option<Timestamp>,
    /// The same, word for word.
    pub updated_raw: Option<String>,
    /// Who wrote it.
    pub authors: Vec<Person>,
    /// `dc:contributor` and Atom contributors: the issuer on release wires.
    pub contributors: Vec<Person>,
    /// What it is filed under.
    pub categories: Vec<Category>,
    /// Teaser: RSS `description`, Atom or JSON `summary`.
    pub summary: Option<Content>,
    /// Text: `content:encoded`, Atom or JSON content.
    pub content: Option<Content>,
    /// BCP 47 language: the entry's own, or its document's.
    pub language: Option<String>,
    /// Files.
    pub enclosures: Vec<Enclosure>,
    /// Rights statement.
    pub rights: Option<String>,
    /// The feed it was taken from, if it says so.
    pub origin: Option<Origin>,
    /// What it answers or amends.
    pub in_reply_to: Vec<InReplyTo>,
}

impl Entry {
    /// An entry with nothing but its key.
    pub fn new(key: EntryKey) -> Self {
        Entry {
            key,
            id: None,
            title: String::new(),
            link: None,
            links: Vec::new(),
            published: None,
            published_raw: None,
            updated: None,
            updated_raw: None,
            authors: Vec::new(),
            contributors: Vec::new(),
            categories: Vec::new(),
            summary: None,
            content: None,
            language: None,
            enclosures: Vec::new(),
            rights: None,
            origin: None,
            in_reply_to: Vec::new(),
        }
    }

    /// Its size: the bytes of all fields that a publisher may write at any length.
    pub fn size_bytes(&self) -> u64 {
        let texts = [&self.summary, &self.content].into_iter().flatten();
        let texts: usize = texts.map(|content| content.markup.raw().len()).sum();
        let ids = [&self.id, &self.link, &self.rights].into_iter().flatten().map(String::len).sum::<usize>();
        let lists = 64 * (self.links.len() + self.authors.len() + self.categories.len() + self.enclosures.len());
        (self.title.len() + texts + ids + lists) as u64
    }

    /// The publisher's date of publication, else of the last change.
    pub fn dated(&self) -> Option<Timestamp> {
        self.published.or(self.updated)
    }

    /// The day of publication, where its date tells no time of day.
    pub fn day_alone(&self) -> Option<String> {
        super::day::day_alone(self.published_raw.as_deref()?, self.published?)
    }

    /// The fullest text that its source sent: the content, else the summary.
    pub fn fullest(&self) -> Option<&Content> {
        self.content.as_ref().or(self.summary.as_ref())
    }
}

/// An opening has at least this many characters, as people count them, else it takes in the
/// next paragraph too: a dateline or sub-headline alone is no opening.
const SHORTEST_LEAD: usize = 120;
/// No opening is longer.
const LONGEST_LEAD: usize = 1200;

/// An entry as filters and the search index read it: plain text, as shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Readable {
    /// The source that carried it.
    pub source: SourceId,
    /// That source's labels.
    pub tags: Vec<String>,
    /// Headline.
    pub title: String,
    /// The opening: the first paragraph of sufficient length, else the summary.
    pub lead: String,
    /// All text after the headline, the lead included; paragraphs end in `\n`.
    pub body: String,
    /// Names of the authors.
    pub authors: Vec<String>,
    /// Terms and labels of the categories.
    pub categories: Vec<String>,
    /// BCP 47 language.
    pub language: Option<String>,
    /// The country of the source.
    pub country: Option<Country>,
    /// Its page.
    pub link: Option<String>,
    /// What was read of it as wire copy.
    pub newswire: Arc<Newswire>,
    /// When it was published, else first seen.
    pub at: Timestamp,
    /// When its age is taken: when it was first seen, for feeds; now, for search.
    pub now: Timestamp,
}

impl Readable {
    /// The opening of a text: as many of its first paragraphs as make one.
    pub fn lead_of(text: &str) -> &str {
        let mut counted = 0;
        for (at, c) in text.char_indices() {
            if counted >= LONGEST_LEAD && script::is_counted(c)
                || counted >= SHORTEST_LEAD && text[..at].ends_with('\n')
            {
                return text[..at].trim_end();
            }
            counted += usize::from(script::is_counted(c));
        }
        text.trim_end()
    }

    /// A copy of a headline and a text alone.
    pub fn of(source: SourceId, title: &str, text: &str) -> Readable {
        Readable {
            source,
            tags: Vec::new(),
            title: title.to_owned(),
            lead: Readable::lead_of(text).to_owned(),
            body: text.to_owned(),
            authors: Vec::new(),
            categories: Vec::new(),
            language: None,
            country: None,
            link: None,
            newswire: Arc::default(),
            at: Timestamp::EPOCH,
            now: Timestamp::EPOCH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_is_the_first_paragraph_of_some_length_b353() {
        let long = "The mayor received the consul general. ".repeat(5);
        assert_eq!(Readable::lead_of(&format!("{long}\nSecond.")), long.trim_end());
        assert_eq!(
            Readable::lead_of(&format!("Sub-headline\n{long}\nThird.")),
            format!("Sub-headline\n{long}").trim_end()
        );
        assert_eq!(Readable::lead_of(""), "");
        // Characters count, not bytes: a line of forty is no opening in any script.
        for c in ["a", "я", "市", "é", "e\u{301}"] {
            let [short, enough] = [40, 120].map(|count| c.repeat(count));
            assert_eq!(Readable::lead_of(&format!("{short}\n{enough}\nThird.")), format!("{short}\n{enough}"), "{c}");
            assert_eq!(Readable::lead_of(&format!("{enough}\nSecond.")), enough, "{c}");
            assert_eq!(Readable::lead_of(&c.repeat(2_000)), c.repeat(1_200), "{c}");
        }
    }
}
