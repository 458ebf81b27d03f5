//! The language as it is written: from text to an expression and back, with its mistakes
//! and doubtful parts.

pub mod ast;
mod contrary;
pub mod doubt;
pub mod error;
mod lexer;
mod misplaced;
pub mod parser;
mod print;
pub mod term;
pub mod vain;
pub mod when;
