//! What stands in a field, whatever its document is written in: texts, links and
//! language tags, mended where publishers write them wrong.

pub mod language;
pub mod links;
pub mod loose;
pub mod section;
pub mod texts;
