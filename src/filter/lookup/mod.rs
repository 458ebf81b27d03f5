//! Where terms are in a text: all terms of all feeds in one pass, and which places
//! are near one another.

mod anywhere;
mod known;
pub mod near;
pub mod scan;
mod uses;
pub mod vocabulary;
mod words;
