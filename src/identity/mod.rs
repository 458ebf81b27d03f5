//! Which entries of a document are known, and what changed (product §3.1, §3.2).
//!
//! Recognition looks at the whole document at once, strongest ties first, so that no entry
//! is matched with a known one that belongs to an entry further down. Free of I/O: document
//! and known entries in, verdicts out. Nothing here asks a store, or decides about feeds.

pub mod fickle;
pub mod fingerprint;
pub mod readable;
pub mod recognise;

mod bare;
mod compare;
mod listed;
mod matching;
mod passes;
mod rekey;
mod repeated;
mod verdict;
mod weight;

pub use fingerprint::{EntryReading, addresses, read};
pub use readable::{Texts, own_texts, plain, texts};
pub use recognise::{Recognised, questions, recognise};
pub use repeated::drop_repeated;
pub use verdict::Verdict;

#[cfg(test)]
mod tests;
