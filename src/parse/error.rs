//! Why bytes are no document.

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
    /// A feed beyond reading.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// Over a limit: depth, attributes.
    #[error("over the limit: {0}")]
    Limit(String),
}

/// How the message about a page begins.
pub(super) const PAGE: &str = "an HTML page";

impl Error {
    /// Whether the document is a page, which selectors may read.
    pub fn is_page(&self) -> bool {
        matches!(self, Error::NotAFeed(what) if what.starts_with(PAGE))
    }
}

impl From<Overrun> for Error {
    fn from(overrun: Overrun) -> Self {
        Error::Limit(overrun.to_string())
    }
}
