//! A source: one thing that is polled.

use super::SourceId;

/// What is found at a source's address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// RSS, Atom or JSON Feed.
    #[default]
    Feed,
}

impl Kind {
    /// The configuration's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Feed => "feed",
        }
    }
}

/// How much of a source's copy its terms allow to be published again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Republish {
    /// Headline and link alone.
    Link,
    /// About 300 characters of text.
    #[default]
    Excerpt,
    /// All of it.
    Full,
}

impl Republish {
    /// The configuration's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Republish::Link => "link",
            Republish::Excerpt => "excerpt",
            Republish::Full => "full",
        }
    }
}

/// What every room may need to know of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its permanent name.
    pub id: SourceId,
    /// Where it is polled, as configured; may hold credentials, so never log it whole.
    pub url: url::Url,
    /// What is found there.
    pub kind: Kind,
    /// BCP 47 language of entries when the document does not say.
    pub language: Option<String>,
    /// The wire it carries when the text does not say.
    pub wire: Option<String>,
    /// The operator's labels.
    pub tags: Vec<String>,
    /// What may be published again.
    pub republish: Republish,
}
