//! Decisions with their reasons, as data (product §3.11).

mod nearly;

use std::sync::Arc;

use crate::clock::Timestamp;

use super::FeedId;

/// When a source is polled next, and why then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NextPoll {
    /// When it is polled.
    pub at: Timestamp,
    /// Why then: a sentence without a full stop.
    pub because: String,
}

/// A part of an entry that filters can refer to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// Headline.
    Title,
    /// Opening paragraph.
    Lead,
    /// All text after the headline.
    Body,
    /// Authors.
    Author,
    /// Categories.
    Category,
    /// The entry's page.
    Url,
    /// The wire that carried it.
    Wire,
    /// Who issued it.
    Issuer,
    /// Its dateline.
    Dateline,
}

impl Field {
    /// All of them.
    pub const ALL: [Field; 9] = [
        Field::Title,
        Field::Lead,
        Field::Body,
        Field::Author,
        Field::Category,
        Field::Url,
        Field::Wire,
        Field::Issuer,
        Field::Dateline,
    ];
}

impl Field {
    /// Its name in the filter language.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Lead => "lead",
            Field::Body => "body",
            Field::Author => "author",
            Field::Category => "category",
            Field::Url => "url",
            Field::Wire => "wire",
            Field::Issuer => "issuer",
            Field::Dateline => "dateline",
        }
    }
}

/// A term that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The list it stands in, if any.
    pub list: Option<Arc<str>>,
    /// The term as written in the configuration.
    pub term: Arc<str>,
    /// Where it was found.
    pub field: Field,
    /// Byte offset in that field's text as shown.
    pub start: u32,
    /// Byte offset of its end.
    pub end: u32,
    /// The words found, as shown.
    pub text: String,
}

/// One part of a filter expression with its verdict: a node of the tree that
/// `explain` prints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExprPart {
    /// Depth in the tree, 0 for the whole expression; parts are in reading order.
    pub depth: u16,
    /// The part, printed.
    pub text: Arc<str>,
    /// Whether it held.
    pub held: bool,
    /// What decided it: points and BECAUSE of a part of a score, or a near miss.
    pub note: Option<Arc<str>>,
    /// Indices into [`Route::hits`] of the terms found for it.
    pub hits: Vec<u16>,
}

/// Whether an entry is in a feed, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// The feed.
    pub feed: FeedId,
    /// Whether the entry is in it.
    pub admitted: bool,
    /// The points of the expression's `SCORE`, if it has one.
    pub score: Option<i32>,
    /// The reasons, a sentence each.
    pub because: Vec<String>,
    /// The expression's tree.
    pub parts: Vec<ExprPart>,
    /// The terms found.
    pub hits: Vec<Hit>,
}

impl ExprPart {
    /// The points that it asks for, if it is a SCORE.
    pub fn threshold(&self) -> Option<i32> {
        let (_, asked) = self.note.as_deref()?.strip_suffix(" points")?.split_once(" of ")?;
        asked.parse().ok()
    }

    /// Whether it counts against an entry when it holds: a NOT, or a part of a score with
    /// negative points.
    fn is_against(&self) -> bool {
        self.text.starts_with("NOT ") || self.note.as_deref().is_some_and(|note| note.starts_with('-'))
    }
}

impl Route {
    /// The lists that matched, in order of name, each once: those of the parts that held,
    /// except parts that counted against the entry.
    pub fn lists(&self) -> Vec<String> {
        let mut lists: Vec<&str> = Vec::new();
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            if !part.held || part.is_against() {
                while parts.next_if(|below| below.depth > part.depth).is_some() {}
                continue;
            }
            lists.extend(part.hits.iter().filter_map(|n| self.hits.get(usize::from(*n))?.list.as_deref()));
        }
        lists.sort_unstable();
        lists.dedup();
        lists.into_iter().map(str::to_owned).collect()
    }
}

/// The reason of the commonest decision, for which no row is stored.
pub const NOTHING_FOUND: &str = "no term of the filter was found";
