//! Rows as domain types.

pub mod source_row;
