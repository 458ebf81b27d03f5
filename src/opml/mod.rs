//! Lists of feeds: OPML 1 and 2, and FOAF and iGoogle lists, which some tools
//! still write; in OPML also pages that FreshRSS reads by XPath. Pure.
//!
//! A list may come from anybody (check B81): reading it takes time in proportion to its
//! length, expands no entity, does not recurse, keeps to limits and says so, and takes only
//! http and https URLs. Whether a URL may be polled is not decided here.

mod gather;
mod read;
mod scraped;
mod tag;
mod write;
mod xpath;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use url::Url;

use crate::model::Warning;

pub use read::read;
pub use scraped::{PageLines, Scraped};
pub use write::{Outline, write};

/// Feeds that are taken from one list; the rest is not read.
pub const MOST_FEEDS: usize = crate::limits::LIST_FEEDS.count();

/// Outlines, persons and groups that are looked at at most.
pub const MOST_OUTLINES: usize = crate::limits::LIST_OUTLINES.count();

/// How deep folders are nested; anything deeper is taken to lie here.
pub const MAX_DEPTH: usize = crate::limits::LIST_DEPTH.count();

/// A list as read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct List {
    /// Its title; may be empty.
    pub title: String,
    /// Its feeds, in the order of the document. A URL is there once for each way in which
    /// it is read.
    pub feeds: Vec<Listed>,
    /// Further lists that it includes or points to.
    pub lists: Vec<Listed>,
    /// Pages for which it names no feed.
    pub pages: Vec<Listed>,
    /// What was odd, or left out.
    pub warnings: Vec<Warning>,
    /// The root element, where its end tag is missing: the list may have been cut off.
    pub unended: Option<String>,
}

/// Something that a list names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its URL: http or https, without fragment.
    pub url: Url,
    /// Its title on one line; may be empty.
    pub title: String,
    /// The page that goes with a feed.
    pub page: Option<Url>,
    /// Where it is filed, each as a path from the outermost folder inwards: categories
    /// first, then the folders that it lies in.
    pub folders: Vec<Vec<Arc<str>>>,
    /// What it says of the copy that it carries.
    pub carriage: Carriage,
    /// How it is read, if it is no feed.
    pub by: Option<Box<Scraped>>,
}

/// What a list of ours says of the copy that a source carries, in attributes of our own.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Carriage {
    /// The wire of copy that names none.
    pub wire: Option<String>,
    /// The code of the country where the source is at home.
    pub country: Option<String>,
}

/// Why a text is no list.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// Nothing to read.
    #[error("empty: there is nothing but blanks")]
    Empty,
    /// It holds nothing of OPML, FOAF or iGoogle.
    #[error("not a list of feeds: {0}")]
    NotAList(String),
}
