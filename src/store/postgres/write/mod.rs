//! What is written.

pub mod tail;
