//! The room of a document's entries.

use crate::model::bounds::EntryRoom;

/// How far the entries of a document have filled their room.
#[derive(Debug, Default)]
pub struct KeptEntries {
    /// What is left of it.
    pub room: EntryRoom,
    /// What becomes of those that there is no room for; `None` while there is.
    pub beyond: Option<Beyond>,
    /// How many had no room.
    pub left_out: usize,
    /// Entries at the beginning of the list that were let go of and are not removed yet.
    pub gone: usize,
}

/// What becomes of entries beyond the limits.
#[derive(Clone, Copy, Debug)]
pub enum Beyond {
    /// They are left out: the newest stand first.
    LeftOut,
    /// They take the room of the oldest, which stand first.
    Replaces,
}
