//! Feeds as documents and pages. Pure: the same input gives the same bytes on
//! every machine (product §3.10).
//!
//! What a document holds is chosen once, as [`item::Item`] and [`FeedHead`], and written by the
//! [`ItemWriter`] of its format. [`render`] makes a document of any format.

pub mod access;
pub mod archive;
mod atom;
mod channel;
pub mod cleaned;
pub mod cursor;
pub mod excerpt;
mod fit;
mod format;
mod head;
pub mod item;
mod json_feed;
pub mod links;
mod ninjs;
pub mod pages;
mod render;
pub mod rendered;
mod rss;
#[cfg(test)]
mod samples;
pub mod sanitize;

use std::collections::HashMap;

use uuid::Uuid;

use crate::clock::Timestamp;
use crate::model::web::address::Opened;
use crate::model::{PublicUrl, Republish, SourceId};

pub use channel::{Channel, ChannelPlace};
pub use fit::ItemWriter;
pub use format::OutputFormat;
pub use head::{FeedDocument, FeedHead};
pub use render::render;

/// How much of an entry a feed publishes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum ContentLevel {
    /// Headline and link.
    Title,
    /// About 300 characters.
    #[default]
    Summary,
    /// All text.
    Full,
}

/// What may be published of a source, and where it comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceTerms {
    /// What its terms allow.
    pub republish: Republish,
    /// The URL of its document, as it may be shown.
    pub url: PublicUrl,
    /// What its entries may link to inside the operator's network: what was opened for it.
    pub opened: Opened,
}

/// Terms by source. Of a source that is no longer configured, only what its entries need is
/// published: headline, link and excerpt.
pub type SourcesTerms = HashMap<SourceId, SourceTerms>;

/// When a feed that never held an entry was updated: never "now", which would differ between
/// nodes (checks O7, O22).
pub const NEVER_UPDATED: Timestamp = Timestamp::from_millis(1_767_225_600_000);

/// The namespace of ids that are minted for feeds and sources: RFC 9562 §5.5.
const NAMESPACE: Uuid = Uuid::from_u128(0x0b35_7d4e_93aa_5f6b_b1c5_7769_7265_6664);

fn mint(name: &str) -> String {
    Uuid::new_v5(&NAMESPACE, name.as_bytes()).urn().to_string()
}

/// The id of a source that states none.
fn source_id(source: &SourceId) -> String {
    mint(&format!("source/{source}"))
}
