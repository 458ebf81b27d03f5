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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_a_new_entry_are_known_as_one() {
        let id = EntryId(7);
        for (verdict, expected) in [
            (Verdict::New, None),
            (Verdict::Revised(id, Change::Material), Some(id)),
            (Verdict::Followed(id), Some(id)),
            (Verdict::Rekeyed(id), Some(id)),
            (Verdict::Same(id), Some(id)),
        ] {
            assert_eq!(verdict.known(), expected, "{verdict:?}");
        }
    }
}
