//! The search index in the server's terms: words as a `tsvector`, look-ups as a `tsquery`.
//! Both are made here, so no configuration of the server changes a word.

mod blocks;
pub mod find;
pub mod lookup;
pub mod queue;
#[cfg(test)]
mod tests;
pub mod words;
