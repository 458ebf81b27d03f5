//! What was read of an entry, as it is stored with it.

use std::sync::Arc;

use super::Newswire;

/// What was read of an entry, and by which rules.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct WireReading {
    /// What was read. Shared: a story's copies, its routes and its page hold the same.
    pub newswire: Arc<Newswire>,
    /// The rules.
    pub edition: WireEdition,
}

/// The rules that wire copy was read by: the reading itself, its tables, the gazetteer, and what
/// its source says of its copy. What was read by others is read again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct WireEdition(pub i64);
