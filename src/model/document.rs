//! A source's document, read.

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
    /// The word of the machine formats (product §6).
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

/// What kind of thing was odd.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WarningKind {
    /// Character encoding.
    Encoding,
    /// Markup that had to be mended.
    Repair,
    /// A date that could not be read or believed.
    Date,
    /// Identity: a repeated, reused or unstable id.
    Identity,
    /// An address that cannot be used.
    Link,
    /// Something was cut to a limit.
    Limit,
    /// A hint that cannot be followed.
    Hint,
    /// Entries may have been missed between two polls.
    Gap,
    /// Selectors of a page that no longer fit it.
    Page,
}

impl WarningKind {
    /// The word of the machine formats (product §6).
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

/// Something odd that did not keep a document from being read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// What kind.
    pub kind: WarningKind,
    /// A sentence that names what was found.
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
    /// RSS `skipHours`: a bit an hour, GMT.
    pub skip_hours: u32,
    /// RSS `skipDays`: a bit a day, Monday lowest, GMT.
    pub skip_days: u8,
}

/// A sitemap that an index names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Map {
    /// Its address: absolute http or https.
    pub url: String,
    /// When it last changed, if the index says so.
    pub changed_at: Option<Timestamp>,
    /// The same, word for word.
    pub changed: Option<String>,
}

/// A document as read: the feed's own description, its entries, what was odd.
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
    /// Where it says it lives (`rel="self"`).
    pub self_link: Option<String>,
    /// WebSub hubs.
    pub hubs: Vec<String>,
    /// RFC 5005 and JSON Feed paging links.
    pub paging: Vec<Link>,
    /// BCP 47 language.
    pub language: Option<String>,
    /// Rights statement.
    pub rights: Option<String>,
    /// Authors of the feed; stand for entries without their own.
    pub authors: Vec<Person>,
    /// When the feed says it changed.
    pub updated: Option<Timestamp>,
    /// Polling hints.
    pub hints: Hints,
    /// The entries, in document order.
    pub entries: Vec<Entry>,
    /// The sitemaps that an index names, in document order.
    pub maps: Vec<Map>,
    /// What was odd.
    pub warnings: Vec<Warning>,
    /// The document ended before its root element did (check B39), or not all of it was
    /// kept (check B140): what is missing from it must not be taken for gone, nor its
    /// validators be kept.
    pub truncated: bool,
}

impl Parsed {
    /// Shows its own address, wherever the document names it, as `own` does: where
    /// a redirect leads may hold a key as well (check B116). Ids that tell it are
    /// left out of the description of the source; those of entries stay.
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
