//! A source's document, as parsed.

use std::time::Duration;

use crate::clock::Timestamp;

use super::{Entry, Link, Person, PublicUrl};

/// The format a document turned out to be in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// RSS 0.90 or 1.0: RDF.
    Rss1,
    /// RSS 0.91 to 2.0.
    Rss2,
    /// Atom 0.3 or 1.0.
    Atom,
    /// JSON Feed 1.0 or 1.1.
    Json,
    /// A sitemap or an index of sitemaps (sitemaps.org 0.9).
    Sitemap,
    /// A page read by selectors.
    Page,
}

impl Format {
    /// Its name in machine formats (product §6).
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Rss1 => "rss1",
            Format::Rss2 => "rss2",
            Format::Atom => "atom",
            Format::Json => "json",
            Format::Sitemap => "sitemap",
            Format::Page => "page",
        }
    }
}

/// What kind of oddity was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WarningKind {
    /// Character encoding.
    Encoding,
    /// Markup that had to be repaired.
    Repair,
    /// A date that could not be read, or not be believed.
    Date,
    /// Identity: a repeated, reused or unstable id.
    Identity,
    /// A URL that cannot be used.
    Link,
    /// Something that was cut to a limit.
    Limit,
    /// A hint that cannot be followed.
    Hint,
    /// Entries that may have been missed between two polls.
    Gap,
    /// Selectors of a page that no longer fit it.
    Page,
}

impl WarningKind {
    /// Its name in machine formats (product §6).
    pub fn as_str(self) -> &'static str {
        match self {
            WarningKind::Encoding => "encoding",
            WarningKind::Repair => "repair",
            WarningKind::Date => "date",
            WarningKind::Identity => "identity",
            WarningKind::Link => "link",
            WarningKind::Limit => "limit",
            WarningKind::Hint => "hint",
            WarningKind::Gap => "gap",
            WarningKind::Page => "page",
        }
    }
}

/// An oddity that did not keep a document from being read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// What kind.
    pub kind: WarningKind,
    /// A sentence that says what was found.
    pub text: String,
    /// Position of the entry in the document, from 0, if it is about one.
    pub entry: Option<usize>,
}

/// A document's own wishes about polling (check P15).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hints {
    /// RSS `ttl`.
    pub ttl: Option<Duration>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`.
    pub update_period: Option<Duration>,
    /// RSS `skipHours`: a bit for each hour, GMT.
    pub skip_hours: u32,
    /// RSS `skipDays`: a bit for each day, Monday lowest, GMT.
    pub skip_days: u8,
}

/// A sitemap that an index names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Map {
    /// Its URL: absolute http or https.
    pub url: String,
    /// When it last changed, if the index says so.
    pub changed_at: Option<Timestamp>,
    /// The same, word for word.
    pub changed: Option<String>,
}

/// A document as parsed: the feed's description of itself, its entries, and what was odd.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parsed {
    /// Format.
    pub format: Format,
    /// Name of the character encoding that was used (WHATWG label).
    pub encoding: &'static str,
    /// Permanent id of the feed.
    pub id: Option<String>,
    /// Title of the feed, plain text; may be empty.
    pub title: String,
    /// Its page.
    pub link: Option<String>,
    /// Its own URL, as it states it (`rel="self"`).
    pub self_link: Option<String>,
    /// WebSub hubs.
    pub hubs: Vec<String>,
    /// RFC 5005 and JSON Feed paging links.
    pub paging: Vec<Link>,
    /// BCP 47 language.
    pub language: Option<String>,
    /// Rights statement.
    pub rights: Option<String>,
    /// Authors of the feed; they also count for entries without authors.
    pub authors: Vec<Person>,
    /// When the feed says it last changed.
    pub updated: Option<Timestamp>,
    /// Polling hints.
    pub hints: Hints,
    /// The entries, in document order.
    pub entries: Vec<Entry>,
    /// The sitemaps that an index names, in document order.
    pub maps: Vec<Map>,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// Whether the document ended before its root element did (check B39), or not all of it
    /// was kept (check B140): then entries missing from it must not be taken for gone, and
    /// its validators must not be kept.
    pub truncated: bool,
}

impl Parsed {
    /// Replaces the document's own URL, wherever it occurs in it, with `own`: the target of
    /// a redirect may hold a key as well (check B116). Ids that reveal it are left out of
    /// the source's description; those of entries stay.
    pub fn hide(&mut self, own: &PublicUrl) {
        let tells = |link: &String| own.is_told_by(link);
        let hide = |link: &mut String| {
            if tells(link) {
                *link = own.to_string();
            }
        };
        self.id = self.id.take().filter(|id| !tells(id));
        self.link.iter_mut().chain(&mut self.self_link).for_each(hide);
        for entry in &mut self.entries {
            entry.link.iter_mut().for_each(hide);
            entry.links.iter_mut().for_each(|link| hide(&mut link.href));
            if let Some(origin) = &mut entry.origin {
                origin.id = origin.id.take().filter(|id| !tells(id));
                origin.url.iter_mut().chain(&mut origin.link).for_each(hide);
            }
        }
    }
}
