//! What recognition says of each entry of a document.

use crate::model::{Change, EntryId};

/// What an entry of a document is to what is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not known before.
    New,
    /// Known, and changed.
    Revised(EntryId, Change),
    /// Known; something changed that makes no revision but is published: a file,
    /// a further link, a date that was put right.
    Followed(EntryId),
    /// Known by another key or link, its content the same.
    Rekeyed(EntryId),
    /// As it was.
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
