//! A source: one thing that is polled.

use crate::places::Country;

use super::SourceId;

/// What is found at a source's URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// RSS, Atom or JSON Feed.
    #[default]
    Feed,
    /// A sitemap, or an index of sitemaps, with Google's news extension.
    Sitemap,
    /// A page that lists its entries in HTML.
    Page,
}

impl Kind {
    /// Its name in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Feed => "feed",
            Kind::Sitemap => "sitemap",
            Kind::Page => "page",
        }
    }

    /// Whether robots.txt applies to it: it does not apply to documents published for
    /// subscribers (check P35).
    pub fn heeds_robots(self) -> bool {
        self != Kind::Feed
    }
}

/// How much of a source's copy may be republished under its terms.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Republish {
    /// Only headline and link.
    Link,
    /// About 300 characters of text.
    #[default]
    Excerpt,
    /// All of it.
    Full,
}

impl Republish {
    /// Its name in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Republish::Link => "link",
            Republish::Excerpt => "excerpt",
            Republish::Full => "full",
        }
    }
}

impl Source {
    /// A source that is no longer configured: its entries are kept, and only its name is
    /// known.
    pub fn retired(id: SourceId) -> Source {
        let url = url::Url::parse("https://retired.invalid/").expect("a fixed address is valid");
        let (kind, republish) = (Kind::Feed, Republish::default());
        let title = None;
        Source {
            id,
            url,
            kind,
            title,
            language: None,
            country: None,
            wire: None,
            tags: Vec::new(),
            republish,
            full_text: false,
        }
    }
}

/// What every room may need to know about a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its permanent name.
    pub id: SourceId,
    /// The URL to poll, as configured; may hold credentials, so never log it whole.
    pub url: url::Url,
    /// What is found there.
    pub kind: Kind,
    /// How people see it; `None`: by its document's own title.
    pub title: Option<String>,
    /// BCP 47 language of its entries, if the document does not say.
    pub language: Option<String>,
    /// Where it is at home.
    pub country: Option<Country>,
    /// The wire that it carries, if the text does not say.
    pub wire: Option<String>,
    /// The operator's labels.
    pub tags: Vec<String>,
    /// What may be republished.
    pub republish: Republish,
    /// Whether the linked page is fetched when an entry is a teaser.
    pub full_text: bool,
}
