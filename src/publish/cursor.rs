//! Cursors: positions in a feed's order, as text in URLs.

use crate::clock::Timestamp;
use crate::model::{EntryId, FeedPosition};
use crate::text::quote::in_quotes;

/// A page of a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageAt {
    /// The page to subscribe to.
    Newest,
    /// The page that begins before a position.
    Before(FeedPosition),
    /// The archived document that begins before a position (RFC 5005 §4).
    Archived(FeedPosition),
}

impl PageAt {
    /// The place before which it begins; `None` for that of the newest entries.
    pub fn before(self) -> Option<FeedPosition> {
        match self {
            PageAt::Newest => None,
            PageAt::Before(place) | PageAt::Archived(place) => Some(place),
        }
    }
}

/// A text that is not a cursor.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{} is not a cursor; take it from a link of the feed", in_quotes(.0))]
pub struct InvalidCursor(pub String);

/// The text of a position: milliseconds and entry number.
pub fn write(place: FeedPosition) -> String {
    format!("{}-{}", place.at.millis(), place.entry)
}

/// Reads [`write()`]'s form.
///
/// # Errors
/// [`InvalidCursor`] names the text.
pub fn read(text: &str) -> Result<FeedPosition, InvalidCursor> {
    let invalid = || InvalidCursor(text.chars().take(64).collect());
    let (at, entry) = text.rsplit_once('-').ok_or_else(invalid)?;
    let (at, entry) = (at.parse().map_err(|_| invalid())?, entry.parse().map_err(|_| invalid())?);
    Ok(FeedPosition { at: Timestamp::from_millis(at), entry: EntryId(entry) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_and_nonsense_does_not() {
        for (at, entry) in [(0, 0), (1_795_392_000_000, 42), (i64::MAX, i64::MAX), (-5, 1)] {
            let place = FeedPosition { at: Timestamp::from_millis(at), entry: EntryId(entry) };
            assert_eq!(read(&write(place)), Ok(place));
        }
        for bad in ["", "-", "a-1", "1-", "1", "1-2-x", "99999999999999999999-1"] {
            assert_eq!(read(bad), Err(InvalidCursor(bad.to_owned())));
        }
    }
}
