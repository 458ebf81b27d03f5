//! Where we differ from another parser, and why.

/// Why a document's expectation is not met.
#[derive(Clone, Copy, Debug)]
pub enum Reason {
    /// The expectation is wrong, or another reading is as good: ours counts.
    Ours(&'static str),
    /// We fall short.
    Short(&'static str),
}

use Reason::{Ours, Short};

impl Reason {
    /// Whether ours counts.
    pub fn is_ours(self) -> bool {
        matches!(self, Ours(_))
    }
}

/// Documents of feedparser's suite.
pub const FEEDPARSER: &[(&str, Reason)] = &[];

/// Fixtures of feed-rs, against feedparser.
pub const FEEDRS: &[(&str, Reason)] = &[];

/// gofeed's suite.
pub const GOFEED: &[(&str, Reason)] = &[];
