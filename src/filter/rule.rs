//! Rules and term lists as configured.

use std::collections::BTreeSet;

use crate::model::{FeedId, SourceId};
use crate::places::Country;

use super::language::parser;

/// A named term list as configured.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TermList {
    /// Its name, without `@`.
    pub name: String,
    /// Terms as written.
    pub terms: Vec<String>,
    /// Longer words that swallow a hit.
    pub not_inside: Vec<String>,
}

/// Which sources a feed takes entries from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selector {
    /// `*`
    All,
    /// `tag:NAME`
    Tag(String),
    /// A source's id.
    Source(SourceId),
}

impl Selector {
    /// Whether it selects a source of this name and these labels.
    pub fn takes(&self, source: &SourceId, tags: &[String]) -> bool {
        match self {
            Selector::All => true,
            Selector::Tag(tag) => tags.contains(tag),
            Selector::Source(id) => id == source,
        }
    }
}

/// A feed's rule as configured.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedRule {
    /// The feed.
    pub feed: FeedId,
    /// Any of these selects a source.
    pub sources: Vec<Selector>,
    /// BCP 47 languages (compared by primary subtag); empty for all. An entry without a
    /// language passes: better one too many than news lost.
    pub languages: Vec<String>,
    /// The country in which entries are at home that tell none: product §3.5.
    pub home: Option<Country>,
    /// The expression; `None`: every entry of the sources.
    pub expression: Option<String>,
}

impl FeedRule {
    /// Whether the expression asks for places, so that it decides otherwise by another
    /// gazetteer.
    pub fn reads_places(&self) -> bool {
        self.expression.as_deref().and_then(|text| parser::parse(text).ok()).is_some_and(|expr| expr.reads_places())
    }

    /// The lists that the expression names; none if it cannot be read.
    pub fn lists_named(&self) -> BTreeSet<String> {
        self.expression.as_deref().map(lists_named).unwrap_or_default()
    }
}

/// The lists that an expression names; none if it cannot be read.
pub fn lists_named(expression: &str) -> BTreeSet<String> {
    let expr = parser::parse(expression).ok();
    let mut named = Vec::new();
    expr.iter().for_each(|expr| expr.lists(&mut named));
    named.into_iter().map(|(name, _)| name.to_owned()).collect()
}
