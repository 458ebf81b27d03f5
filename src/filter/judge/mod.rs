//! What expressions say about an entry: verdicts over the places found, with reasons, for
//! all feeds' rules at once or for one query.

mod at_least;
mod eval;
mod explain;
mod note;
mod plan;
pub mod query;
pub mod ruleset;
pub mod terms;
