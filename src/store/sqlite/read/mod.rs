//! Rows as domain types, and the pages that are read of them.

pub mod entries;
pub mod published;
pub mod row;
pub mod source_row;
pub mod status;
pub mod stories;
