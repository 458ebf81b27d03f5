//! The language as it is written: from text to an expression and back, and what
//! cannot stand in it or asks for something in vain.

pub mod ast;
pub mod doubt;
pub mod error;
mod lexer;
mod misplaced;
pub mod parser;
mod print;
pub mod term;
pub mod when;
