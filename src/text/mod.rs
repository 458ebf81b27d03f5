//! Text as filters, search and publishing need it: folding with offsets back
//! into the text as shown, word borders by script, plain text out of HTML.
//!
//! Pure; knows nothing of feeds or entries.

pub mod acting;
pub mod fold;
mod han;
pub mod html;
mod letter;
pub mod nest;
pub mod pieces;
pub mod quote;
pub mod script;
pub mod tree;
pub mod xml;
