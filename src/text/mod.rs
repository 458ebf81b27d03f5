//! Text as filters, search and publishing need it: folding with offsets back into the
//! original, word borders by script, plain text from HTML.
//!
//! Pure; knows nothing of feeds or entries.

pub mod acting;
pub mod columns;
pub mod diff;
pub mod fold;
mod han;
pub mod html;
pub mod json;
mod letter;
pub mod nest;
pub mod pieces;
pub mod quote;
pub mod script;
pub mod stop_words;
pub mod tree;
pub mod xml;
