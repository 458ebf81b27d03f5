//! What expressions say of an entry: verdicts over the places that were found, the
//! reasons given with them, for all feeds' rules at once or for one query.

mod eval;
mod explain;
mod note;
mod plan;
pub mod query;
pub mod ruleset;
pub mod terms;
