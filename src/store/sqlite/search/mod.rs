//! The search index.

pub mod find;
pub mod folded;
