//! What is written.

pub mod line;
pub mod tail;
