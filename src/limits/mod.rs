//! Limits on what others send: publishers, readers of our pages, files of any origin.
//!
//! Nobody may cost more than the size of what they send. So every list, field, depth and
//! piece of work has a [`Limit`], and all of them stand in one table, [`ALL`]. Code takes
//! its bounds from here, `docs/limits.md` shows the same rows, and a test compares the
//! two. What is over a limit is cut with a warning or refused by name.
//!
//! What an operator decides (intervals, sizes of feeds, retention) is configuration. Where
//! a setting changes a limit, the limit names it, and its value here is the default.

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
