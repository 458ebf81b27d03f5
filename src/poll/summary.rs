//! The result of a poll, as logs and the command line show it.

use std::time::Duration;

use crate::model::{NextPoll, SourceId};
use crate::store::{Claim, PollNote};

/// The result of a poll, for logs and summaries.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The source.
    pub source: SourceId,
    /// How it ended.
    pub note: PollNote,
    /// Whether it ended without a document or a 304.
    pub failed: bool,
    /// Whether the store had no room for it.
    pub no_room: bool,
    /// Entries not known before.
    pub new: usize,
    /// Entries that changed.
    pub revised: usize,
    /// How long after its due time it was started; `None` for a poll by hand.
    pub lag: Option<Duration>,
    /// Whether news may have been lost since the document before (R5).
    pub gap: bool,
    /// When the source is due again, and why.
    pub next: NextPoll,
    /// Warnings about the document.
    pub warnings: Vec<String>,
}

impl Summary {
    /// A poll that ended so, before the store has committed it.
    pub(super) fn of(claim: &Claim, note: PollNote, next: NextPoll) -> Self {
        Summary {
            source: claim.source.clone(),
            note,
            failed: false,
            no_room: false,
            new: 0,
            revised: 0,
            lag: None,
            gap: false,
            next,
            warnings: Vec::new(),
        }
    }
}

/// What a document brought, as the log and `status` show it.
pub(super) fn brought(listed: usize, new: usize, revised: usize, followed: usize) -> String {
    let entries = if listed == 1 { "entry" } else { "entries" };
    let mut text = format!("{listed} {entries}, {new} new, {revised} changed");
    if followed > 0 {
        text += &format!(", {followed} followed without a revision");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_brought_is_told_to_the_entry() {
        assert_eq!(brought(1, 1, 0, 0), "1 entry, 1 new, 0 changed");
        assert_eq!(brought(30, 0, 2, 4), "30 entries, 0 new, 2 changed, 4 followed without a revision");
        assert_eq!(brought(0, 0, 0, 0), "0 entries, 0 new, 0 changed");
    }
}
