//! One poll: gather, decide, commit.
//!
//! [`Poller::poll`] takes a claim from the store through request, document, entries, filters
//! and schedule to one transaction. Whatever fails on the way fails alone: entries, validators
//! and feeds keep their last good state.

mod archive;
pub mod articles;
mod ask;
mod attempt;
mod claimed;
mod contain;
mod document;
pub mod drive;
mod end;
mod gather;
pub mod lull;
mod manners;
mod maps;
pub mod outcome;
mod poller;
mod read;
mod readers;
mod run;
mod summary;
pub mod unstored;

pub use document::open::unread;
pub use poller::Poller;
pub use summary::Summary;
