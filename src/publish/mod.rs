//! Feeds as documents: Atom, pages, their validators. Pure.

use crate::model::FeedId;

/// A feed as its readers see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// Its permanent name.
    pub id: FeedId,
    /// Its title.
    pub title: String,
    /// Base of all public addresses (check O29), ending in `/`.
    pub public_url: url::Url,
    /// How much of an entry it publishes; a source's `republish` bounds it.
    pub content: ContentLevel,
    /// The filter, as written.
    pub expression: Option<String>,
}

/// How much of an entry a feed publishes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ContentLevel {
    /// Headline and link.
    Title,
    /// About 300 characters.
    #[default]
    Summary,
    /// All text.
    Full,
}
