//! What bytes are that are no feed (B40, B41, B42).

use crate::text::html;
use crate::text::quote::in_quotes;

use super::Error;
use super::notes::{cut_at, excerpt};
use super::text::loose::folded;

/// Files by their first bytes.
const MAGIC: [(&[u8], &str); 16] = [
    (b"\x1f\x8b", "gzip data that was not unpacked"),
    (b"\x28\xb5\x2f\xfd", "zstd data that was not unpacked"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"ID3", "an MP3 file"),
    (b"OggS", "an Ogg file"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM film"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"Rar!", "a RAR archive"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"BZh", "bzip2 data"),
    (b"wOF", "a font"),
];

/// The kind of file `bytes` begin as, if it is one that is no text.
pub fn binary(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.trim_ascii_start();
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some("an MP4 film");
    }
    if start.starts_with(b"RIFF") {
        return Some(if start.get(8..12) == Some(b"WEBP") { "a WebP image" } else { "a RIFF file" });
    }
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic) || start.starts_with(magic)).map(|(_, name)| *name)
}

/// Whether a document beginning with `local` (lower case) is a page.
pub fn is_html_root(local: &str) -> bool {
    matches!(local, "html" | "head" | "body" | "title" | "script")
}

/// The error for a text without a feed; `root` is its first element.
pub fn not_a_feed(text: &str, root: Option<&str>) -> Error {
    let Some(root) = root else {
        return Error::NotAFeed(format!("plain text: {}", in_quotes(excerpt(text.trim()))));
    };
    let head = cut_at(text, 64 * 1024);
    let lower = head.to_ascii_lowercase();
    let page = is_html_root(&root.to_ascii_lowercase()) || lower.contains("<!doctype html") || lower.contains("<html");
    if !page {
        return Error::NotAFeed(format!("an XML document with the root element {}", in_quotes(excerpt(root))));
    }
    Error::Page { title: title(head, &lower).map(|title| excerpt(&title).to_owned()) }
}

fn title(head: &str, lower: &str) -> Option<String> {
    let from = lower.find("<title")?;
    let from = from + lower[from..].find('>')? + 1;
    let to = lower[from..].find("</title").map_or(lower.len(), |length| from + length);
    let title = folded(&html::plain(&head[from..to]));
    Some(title).filter(|title| !title.is_empty())
}
