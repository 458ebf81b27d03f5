//! Reads wire copy as an editor does: wire, dateline, issuer, notices, and what of a text is
//! not its news (newswire-domain A and B).
//!
//! Raw words are always kept. An unknown form leaves a field empty; nothing is guessed.

#[allow(dead_code)]
mod built_in;
mod copy;
#[allow(dead_code)]
mod notation;
#[allow(dead_code)]
mod notice;
#[allow(dead_code)]
mod release;

pub use copy::WireCopy;
