//! Limits on what others send: publishers, readers of our pages, files of any origin.
//!
//! The cost of what somebody sends may not outgrow its size. So every list, field, depth
//! and piece of work has a [`Limit`], and all of them stand in one table, [`ALL`]. Code
//! takes its bounds from here, `docs/limits.md` shows the same rows, and a test compares
//! the two. Whatever exceeds a limit is cut with a warning, or refused with the limit's
//! name.
//!
//! Choices of the operator (intervals, sizes of feeds, retention) are configuration. If a
//! setting changes a limit, the limit names it, and the value here is the default.

mod configuration;
mod document;
mod entry;
mod filter;
mod limit;
mod list;
mod page;
mod publishing;
mod reading;
mod response;

pub use configuration::*;
pub use document::*;
pub use entry::*;
pub use filter::*;
pub use limit::{Chapter, Limit, Setting, Unit};
pub use list::*;
pub use page::*;
pub use publishing::*;
pub use reading::*;
pub use response::*;

const _: () = assert!(HEAVY_POLLS.most < BODIES_LARGE.most, "heavy sites leave a room to the rest (B150)");

const _: () = assert!(STREAMS.most < CONNECTIONS.most, "streams leave connections to everybody else (B75)");

/// The whole table, in the order of `docs/limits.md`.
pub const ALL: &[&Chapter] = &[
    &response::RESPONSE_CHAPTER,
    &response::ROBOTS_CHAPTER,
    &document::DOCUMENT_CHAPTER,
    &entry::ENTRY_CHAPTER,
    &entry::SOURCE_CHAPTER,
    &page::PAGE_CHAPTER,
    &page::PROPOSAL_CHAPTER,
    &reading::READING_CHAPTER,
    &publishing::PUBLISHED_CHAPTER,
    &publishing::READER_CHAPTER,
    &filter::FILTER_CHAPTER,
    &configuration::CONFIGURATION_CHAPTER,
    &list::LIST_CHAPTER,
];
