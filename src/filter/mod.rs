//! The filter language: who is in a feed, and why.
//!
//! Pure. Terms of all feeds go into one automaton over the folded text; hits
//! become positions per term and field; expressions run over these.

use crate::model::{Copy, FeedId, Route, SourceId};

/// A named term list as configured.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct List {
    /// Its name, without `@`.
    pub name: String,
    /// Terms as written.
    pub terms: Vec<String>,
    /// Longer words that swallow a hit.
    pub not_inside: Vec<String>,
}

/// Which sources feed a feed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selector {
    /// `*`
    All,
    /// `tag:NAME`
    Tag(String),
    /// A source's id.
    Source(SourceId),
}

/// A feed's rule as configured.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// The feed.
    pub feed: FeedId,
    /// Any of these selects a source.
    pub sources: Vec<Selector>,
    /// BCP 47 languages (primary subtag match); empty: all.
    pub languages: Vec<String>,
    /// The expression; `None`: every entry of the sources.
    pub expression: Option<String>,
}

/// A place in an expression or term that cannot stand.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}{}", hint.as_ref().map(|h| format!("; {h}")).unwrap_or_default())]
pub struct SyntaxError {
    /// Byte offset in the expression or term.
    pub offset: usize,
    /// Line in it, from 1.
    pub line: usize,
    /// Column in it, in characters, from 1.
    pub column: usize,
    /// What is wrong, naming the text.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// What of a rule or list cannot stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RuleError {
    /// A feed's expression.
    Expression {
        /// The feed.
        feed: FeedId,
        /// The place in the expression.
        error: SyntaxError,
    },
    /// A term or exception of a list.
    Term {
        /// The list.
        list: String,
        /// Its position in `terms`, or in `not_inside` where `exception` says so.
        index: usize,
        /// Whether it is one of `not_inside`.
        exception: bool,
        /// The place in the term.
        error: SyntaxError,
    },
    /// A list without terms.
    EmptyList {
        /// The list.
        list: String,
    },
}

/// All feeds' rules, ready to run.
pub struct Ruleset {}

impl Ruleset {
    /// Compiles rules and lists.
    ///
    /// # Errors
    /// Every problem of every rule and list, not the first alone.
    pub fn compile(rules: &[Rule], lists: &[List]) -> Result<Ruleset, Vec<RuleError>> {
        let _ = (rules, lists);
        todo!()
    }

    /// Decides about one entry: a route for each feed whose sources carry it,
    /// admitted or not. Feeds whose sources do not carry it give none.
    pub fn route(&self, copy: &Copy) -> Vec<Route> {
        let _ = copy;
        todo!()
    }
}

/// A query of the index that finds at least what an expression matches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IndexQuery {
    /// Nothing to look up: every entry is a candidate.
    Everything,
    /// A word of [`crate::text::fold::index_words`]'s making.
    Word(String),
    /// Words that begin so.
    Prefix(String),
    /// All of them.
    And(Vec<IndexQuery>),
    /// Any of them.
    Or(Vec<IndexQuery>),
}

/// One expression on its own, for search.
pub struct Query {}

impl Query {
    /// Reads a query; `lists` answer its `@names`.
    ///
    /// # Errors
    /// The first place that cannot stand.
    pub fn new(expression: &str, lists: &[List]) -> Result<Query, SyntaxError> {
        let _ = (expression, lists);
        todo!()
    }

    /// The candidates to fetch from the index; exactness comes from [`Query::matches`].
    pub fn index_query(&self) -> IndexQuery {
        todo!()
    }

    /// Whether `copy` matches, with the terms found.
    pub fn matches(&self, copy: &Copy) -> Option<Vec<crate::model::Hit>> {
        let _ = copy;
        todo!()
    }
}
