//! The search index.

pub mod find;
