//! What is invalid in an expression, term or rule, and where.

use crate::model::FeedId;

/// How many problems of one expression are reported. Finding line and column of each takes
/// a pass from the beginning, and anybody may send queries.
pub(in crate::filter) const MOST_PROBLEMS: usize = crate::limits::FILTER_PROBLEMS.count();

/// A mistake in an expression or term, with its place.
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

impl SyntaxError {
    /// An error at byte `offset` of `text`.
    pub(in crate::filter) fn at(text: &str, offset: usize, message: String, hint: Option<String>) -> Self {
        let before = &text[..offset.min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        SyntaxError {
            offset,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message,
            hint,
        }
    }
}

/// What is wrong with a rule or list.
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

/// The name among `known` that `written` most likely misspells.
pub(in crate::filter) fn likely<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let written = written.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&written, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count() / 4)
        .min()
        .map(|(_, name)| name)
}
