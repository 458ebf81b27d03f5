//! Rows as domain types, and the pages that are read of them.

pub mod documents;
pub mod entries;
pub mod history;
pub mod known;
pub mod labels;
pub mod pages;
pub mod published;
pub mod row;
pub mod source_row;
pub mod status;
pub mod stories;
pub mod tree;

#[cfg(test)]
mod tests;
