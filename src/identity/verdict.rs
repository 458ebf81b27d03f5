//! What recognition says about an entry of a document.

use crate::model::{Change, EntryId};

/// How an entry of a document relates to the stored ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not known before.
    New,
    /// Known, and changed.
    Revised(EntryId, Change),
    /// Known; something changed that is published but makes no revision: a file, a further
    /// link, a corrected date.
    Followed(EntryId),
    /// Known under another key or link, with the same content.
    Rekeyed(EntryId),
    /// Unchanged.
    Same(EntryId),
}

impl Verdict {
    /// The entry that it is known as.
    pub fn known(self) -> Option<EntryId> {
        match self {
            Verdict::New => None,
            Verdict::Revised(id, _) | Verdict::Followed(id) | Verdict::Rekeyed(id) | Verdict::Same(id) => Some(id),
        }
    }
}
