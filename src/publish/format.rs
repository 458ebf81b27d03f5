//! The formats in which feeds are published, and where their documents lie.

use crate::model::FeedId;

use super::cursor::{self, PageAt};

/// A format in which feeds are published.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum OutputFormat {
    /// Atom 1.0: RFC 4287. This is what lists of feeds name, and what readers get that ask for
    /// no other.
    #[default]
    Atom,
    /// RSS 2.0.
    Rss,
    /// JSON Feed 1.1.
    Json,
    /// IPTC ninjs 3.1, for newsroom systems.
    Ninjs,
}

impl OutputFormat {
    /// All of them, in the order in which pages offer them.
    pub const ALL: [OutputFormat; 4] = [OutputFormat::Atom, OutputFormat::Rss, OutputFormat::Json, OutputFormat::Ninjs];

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            OutputFormat::Atom => "Atom",
            OutputFormat::Rss => "RSS",
            OutputFormat::Json => "JSON Feed",
            OutputFormat::Ninjs => "ninjs",
        }
    }

    /// The extension of its documents, after the dot.
    pub fn extension(self) -> &'static str {
        match self {
            OutputFormat::Atom => "atom",
            OutputFormat::Rss => "rss",
            OutputFormat::Json => "json",
            OutputFormat::Ninjs => "ninjs",
        }
    }

    /// The media type, as links state it.
    pub fn media_type(self) -> &'static str {
        match self {
            OutputFormat::Atom => "application/atom+xml",
            OutputFormat::Rss => "application/rss+xml",
            OutputFormat::Json => "application/feed+json",
            OutputFormat::Ninjs => "application/json",
        }
    }

    /// The media type with its encoding, as `Content-Type` states it (check O20).
    pub fn content_type(self) -> &'static str {
        match self {
            OutputFormat::Atom => "application/atom+xml; charset=utf-8",
            OutputFormat::Rss => "application/rss+xml; charset=utf-8",
            // JSON is always UTF-8, and its types have no such parameter (RFC 8259 §11).
            OutputFormat::Json | OutputFormat::Ninjs => self.media_type(),
        }
    }

    /// The path of a feed's document, with its query, below the public URL.
    pub fn path(self, feed: &FeedId, page: PageAt) -> String {
        let newest = format!("feeds/{feed}.{}", self.extension());
        match page {
            PageAt::Newest => newest,
            PageAt::Before(place) | PageAt::Archived(place) => format!("{newest}?before={}", cursor::write(place)),
        }
    }

    /// The feed's name and the format, from the last part of a document's path; `None` if it
    /// does not end in the extension of a format.
    pub fn of_name(name: &str) -> Option<(&str, OutputFormat)> {
        let (feed, extension) = name.rsplit_once('.')?;
        let format = OutputFormat::ALL.into_iter().find(|format| format.extension() == extension)?;
        Some((feed, format))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_documents_name_tells_its_feed_and_format() {
        for format in OutputFormat::ALL {
            let path = format.path(&FeedId::new("city").unwrap(), PageAt::Newest);
            assert_eq!(path.strip_prefix("feeds/").and_then(OutputFormat::of_name), Some(("city", format)));
            assert!(format.content_type().starts_with(format.media_type()));
        }
        assert_eq!(OutputFormat::of_name("a.b.atom"), Some(("a.b", OutputFormat::Atom)));
        for other in ["city", "city.", "city.ATOM", "city.html", "atom", ""] {
            assert_eq!(OutputFormat::of_name(other), None, "{other}");
        }
    }
}
