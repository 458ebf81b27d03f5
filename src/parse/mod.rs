//! Bytes to [`Parsed`]: encoding, format, entries, identity, dates. Pure.

use std::borrow::Cow;

use crate::clock::Timestamp;
use crate::model::{Parsed, Warning, WarningKind};

pub mod article;
pub mod discover;
pub mod page;

mod about;
mod address;
mod base;
mod date;
mod encoding;
mod error;
mod identity;
mod json;
mod notes;
mod order;
mod sniff;
mod text;
mod xml;

#[cfg(test)]
mod tests;

pub use about::About;
pub use error::{Error, page_named};
pub use order::newest_first;

use notes::Notes;
use xml::draft::Draft;

/// The text of a document that is not read here, free of characters that XML forbids, with
/// warnings of what was odd. Its encoding is that of its byte order mark, of `content_type`,
/// of its declaration, or the one that it looks like.
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
