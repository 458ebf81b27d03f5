//! Bytes to [`Parsed`]: encoding, format, entries, identity, dates. Pure.

use std::borrow::Cow;

use crate::clock::{Timestamp, Zone};
use crate::model::{Parsed, Warning, WarningKind, Work};
use crate::text::tree::Overrun;

pub mod article;
pub mod discover;
pub mod page;

mod address;
mod base;
mod date;
mod encoding;
mod identity;
mod json;
mod notes;
mod order;
mod sniff;
mod text;
mod xml;

#[cfg(test)]
mod tests;

pub use order::newest_first;

use notes::Notes;
use xml::draft::Draft;

/// What is known of a document besides its bytes.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// The address that answered; base of relative links.
    pub url: &'a url::Url,
    /// The `Content-Type` field.
    pub content_type: Option<&'a str>,
    /// Language of entries when the document does not say.
    pub language: Option<&'a str>,
    /// For dates that carry no zone.
    pub timezone: Zone,
    /// Tells when nobody waits for it any longer.
    pub work: Work,
}

/// Why bytes are no document.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// Nothing to read (B40).
    #[error("empty: {0}")]
    Empty(String),
    /// Something else than a feed (B41, B42).
    #[error("not a feed: {0}")]
    NotAFeed(String),
    /// A feed beyond reading.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// Over a limit: depth, attributes.
    #[error("over the limit: {0}")]
    Limit(String),
}

impl From<Overrun> for Error {
    fn from(overrun: Overrun) -> Self {
        Error::Limit(overrun.to_string())
    }
}

/// The text of a document that is not read here: in the encoding of its mark,
/// of `content_type`, of its declaration, or the one that it looks like; free of
/// characters that XML forbids. Says what was odd.
pub fn text<'a>(bytes: &'a [u8], content_type: Option<&str>) -> (Cow<'a, str>, Vec<Warning>) {
    let mut notes = Notes::default();
    let decoded = encoding::decode(bytes, content_type, &mut notes);
    (decoded.text, notes.finish(&[]))
}

/// Reads a document as sent. Never panics, never recurses with the input.
///
/// # Errors
/// Only when no feed can be made out; a bad entry is a warning.
pub fn document(bytes: &[u8], about: &About<'_>, now: Timestamp) -> Result<Parsed, Error> {
    if bytes.trim_ascii().is_empty() {
        return Err(Error::Empty(format!("{} bytes, none of them anything but blanks", bytes.len())));
    }
    if let Some(kind) = sniff::binary(bytes) {
        return Err(Error::NotAFeed(kind.to_owned()));
    }
    let mut notes = Notes::default();
    let decoded = encoding::decode(bytes, about.content_type, &mut notes);
    let text = decoded.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return Err(Error::Empty(format!("{} bytes, none of them anything but blanks", bytes.len())));
    }
    if text.len() < decoded.text.len() && text.starts_with("<?xml") {
        notes.tell(WarningKind::Repair, "blanks stand before the XML declaration");
    }
    let mut draft = Draft::new(about, now, &mut notes, decoded.encoding);
    // A log line like "[warning] …" may stand before a feed too.
    let json = text.starts_with('{') || (text.starts_with('[') && !text.contains("<?xml"));
    if json {
        json::read(text, &mut draft)?;
    } else {
        xml::walk::read(text, &mut draft)?;
    }
    let mut parsed = draft.finish();
    parsed.warnings = notes.finish(&parsed.entries);
    Ok(parsed)
}
