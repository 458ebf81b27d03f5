//! Why bytes are no document.

use crate::text::quote::in_quotes;
use crate::text::tree::Overrun;

/// Why bytes are no document.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// Nothing to read (B40).
    #[error("empty: {0}")]
    Empty(String),
    /// Something else than a feed (B41, B42).
    #[error("not a feed: {0}")]
    NotAFeed(String),
    /// A page, which selectors may read.
    #[error("not a feed: {}", page_named(.title.as_deref()))]
    Page {
        /// Its title, as far as it is shown.
        title: Option<String>,
    },
    /// A feed beyond reading.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// Over a limit: depth, attributes.
    #[error("over the limit: {0}")]
    Limit(String),
}

/// A page in words, by its title.
pub fn page_named(title: Option<&str>) -> String {
    title.map_or("an HTML page".to_owned(), |title| format!("an HTML page titled {}", in_quotes(title)))
}

impl Error {
    /// Whether the document is a page, which selectors may read.
    pub fn is_page(&self) -> bool {
        matches!(self, Error::Page { .. })
    }
}

impl From<Overrun> for Error {
    fn from(overrun: Overrun) -> Self {
        Error::Limit(overrun.to_string())
    }
}
