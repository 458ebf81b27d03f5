//! What a literal that stands in a text may be a hit of.

use crate::filter::language::term::Edge;

/// What a match of a literal may be a hit of.
pub(in crate::filter) struct LiteralUse {
    pub left: Edge,
    pub right: Edge,
    pub rest: Vec<String>,
    pub exact: Option<String>,
    pub of: Of,
}

/// A term, or an exception of a group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::filter) enum Of {
    Term(u32),
    Exception(u32),
}
