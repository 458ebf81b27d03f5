//! What a feed's document says about the feed itself, independent of the format.

use crate::clock::Timestamp;
use crate::model::Published;

use super::cursor::PageAt;
use super::format::OutputFormat;
use super::{Channel, NEVER_UPDATED, SourcesTerms, archive};

/// A page of a feed to be rendered (RFC 5005 §3).
#[derive(Clone, Copy, Debug)]
pub struct FeedDocument<'a> {
    /// Its entries, newest first.
    pub entries: &'a [Published],
    /// What the terms of sources allow.
    pub terms: &'a SourcesTerms,
    /// Which page it is.
    pub page: PageAt,
    /// Whether older entries follow.
    pub more: bool,
    /// How many entries a page of the feed holds, by which its archive is cut.
    pub size: usize,
}

impl FeedDocument<'_> {
    /// The document of only the first `shown` entries: the others go to the next page.
    pub(super) fn first(self, shown: usize) -> Self {
        FeedDocument { entries: &self.entries[..shown], more: self.more || shown < self.entries.len(), ..self }
    }
}

/// What a document says about its feed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedHead<'a> {
    /// The feed's permanent id, an absolute IRI (check O5).
    pub id: String,
    /// Its title.
    pub title: &'a str,
    /// The last change of anything in the document (check O7).
    pub updated_at: Timestamp,
    /// The document's own URL.
    pub url: String,
    /// Where the stylesheet for browsers lies, seen from the document.
    pub stylesheet: String,
    /// The feed's page.
    pub page_url: String,
    /// The document to subscribe to, if this is an older page (check O16).
    pub first_url: Option<String>,
    /// The next older page, if there is one (check O16).
    pub next_url: Option<String>,
    /// The archived document with the entries before those of the document (check O16).
    pub prev_archive_url: Option<String>,
    /// The document to subscribe to, if this is an archived one.
    pub current_url: Option<String>,
}

impl<'a> FeedHead<'a> {
    /// The other pages that the document leads to, by their relations (RFC 8288).
    pub fn pages(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let paged = [("first", &self.first_url), ("next", &self.next_url)];
        let all = paged.into_iter().chain([("prev-archive", &self.prev_archive_url), ("current", &self.current_url)]);
        all.filter_map(|(rel, url)| Some((rel, url.as_deref()?)))
    }

    /// Where the entries before those of the document are.
    pub fn older_url(&self) -> Option<&str> {
        self.next_url.as_deref().or(self.prev_archive_url.as_deref())
    }

    /// Whether the document is an archived one: the same for ever.
    pub fn is_archive(&self) -> bool {
        self.current_url.is_some()
    }

    /// The head of a page of `channel` in a format.
    pub fn of(channel: &'a Channel, format: OutputFormat, document: &FeedDocument<'_>) -> Self {
        let newest = || channel.address_of(format, PageAt::Newest);
        let last = document.entries.last().filter(|_| document.more).map(|last| last.place);
        let archive = match document.page {
            PageAt::Newest if channel.has_archive() => {
                last.and_then(|_| archive::newest(document.entries, document.size))
            }
            PageAt::Newest | PageAt::Before(_) => None,
            PageAt::Archived(_) => last,
        };
        let is_archive = matches!(document.page, PageAt::Archived(_));
        FeedHead {
            id: channel.permanent_id(),
            title: &channel.title,
            updated_at: document.entries.iter().map(|p| p.updated_at).max().unwrap_or(NEVER_UPDATED),
            url: channel.address_of(format, document.page),
            stylesheet: channel.stylesheet(format, document.page),
            page_url: channel.page_address(),
            first_url: matches!(document.page, PageAt::Before(_)).then(newest),
            next_url: last.filter(|_| !is_archive).map(|place| channel.address_of(format, PageAt::Before(place))),
            prev_archive_url: archive.map(|place| channel.address_of(format, PageAt::Archived(place))),
            current_url: is_archive.then(newest),
        }
    }
}
