//! Reads wire copy as an editor does: wire, dateline, issuer, notices, and what of a text is
//! not its news (newswire-domain A and B).
//!
//! Raw words are always kept. An unknown form leaves a field empty; nothing is guessed.

mod copy;
mod read;
mod reader;
mod tables;

pub use copy::WireCopy;
pub use read::read;
pub use reader::{UnreadCopy, WireReader};
pub use tables::Tables;
