//! Bytes to text: which character encoding, and what to do about wrong ones.
//!
//! A byte order mark goes before the `charset` of Content-Type, that before the
//! XML declaration, that before detection; but a label that the bytes do not
//! bear out, or that fits any bytes, yields to what they fit (B44). Text that
//! is clean UTF-8 is borrowed, never copied.

use std::borrow::Cow;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use crate::model::WarningKind;

use super::notes::{Notes, excerpt};

mod fit;
mod halves;
mod mend;
#[cfg(test)]
mod tests;

/// How many characters of several bytes make a text certain to be UTF-8.
const LEAST_LETTERS: usize = 4;

/// A document's text and the name of the encoding it was in.
#[derive(Debug)]
pub struct Decoded<'a> {
    /// The text, free of characters that XML 1.0 forbids.
    pub text: Cow<'a, str>,
    /// WHATWG label, or `UTF-32LE` or `UTF-32BE`, which WHATWG does not know.
    pub encoding: &'static str,
}

/// How wide the units of a document are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CodeUnits {
    Bytes(&'static Encoding),
    Utf32 { big_endian: bool },
}

impl CodeUnits {
    fn name(self) -> &'static str {
        match self {
            CodeUnits::Bytes(encoding) => encoding.name(),
            CodeUnits::Utf32 { big_endian: true } => "UTF-32BE",
            CodeUnits::Utf32 { big_endian: false } => "UTF-32LE",
        }
    }
}

/// The encodings that a document names, and where; the first counts.
type EncodingLabels<'a> = [(&'static str, Option<&'a str>); 2];

/// Decodes `bytes`, whatever they are; says in `notes` what was odd.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, notes: &mut Notes) -> Decoded<'a> {
    let header = content_type.and_then(charset);
    let declared = declaration(bytes);
    let labels = match declared.is_none().then(|| meta(bytes)).flatten() {
        None => [("Content-Type", header), ("the XML declaration", declared)],
        meta => [("Content-Type", header), ("the page's meta element", meta)],
    };
    let marked = mark(bytes).or_else(|| shape(bytes).map(|form| (form, 0)));
    let (text, encoding) = match marked {
        Some((form, skip)) => {
            contradicted(&labels, form, notes);
            let bytes = &bytes[skip..];
            match form {
                CodeUnits::Utf32 { big_endian } => (Cow::Owned(utf32(bytes, big_endian, notes)), form.name()),
                CodeUnits::Bytes(encoding) if encoding == UTF_8 => (utf8(bytes, notes), UTF_8.name()),
                CodeUnits::Bytes(encoding) => (other(bytes, encoding, notes), encoding.name()),
            }
        }
        None => by_label(bytes, &labels, notes),
    };
    Decoded { text: mend::mended(text, notes), encoding }
}

/// Warns of labels that a mark, or the places of NUL bytes, contradict.
fn contradicted(labels: &EncodingLabels<'_>, form: CodeUnits, notes: &mut Notes) {
    for (place, label) in labels {
        if let Some(label) = label.filter(|label| !agrees(label, form)) {
            let text = format!("{place} says {}, the bytes say {}", excerpt(label), form.name());
            notes.tell(WarningKind::Encoding, text);
        }
    }
}

/// Decodes bytes whose width says nothing.
fn by_label<'a>(bytes: &'a [u8], labels: &EncodingLabels<'_>, notes: &mut Notes) -> (Cow<'a, str>, &'static str) {
    let named = usable(labels, notes);
    let first = named[0];
    let certain = first.is_none_or(Encoding::is_ascii_compatible)
        && (first.is_none() || named.contains(&Some(UTF_8)) || is_certain(bytes));
    let whole = certain && fit::escapes(bytes).is_none();
    if let Some(text) = whole.then(|| halves::text(bytes, notes)).flatten() {
        if let Some(first) = first.filter(|&first| first != UTF_8 && !text.is_ascii()) {
            notes.tell(WarningKind::Encoding, format!("labelled {}; read as UTF-8, which it is", first.name()));
        }
        let name = first.filter(|&first| first != UTF_8 && text.is_ascii()).unwrap_or(UTF_8).name();
        return (text, name);
    }
    let encoding = match first {
        None if is_cut_utf8(bytes) => UTF_8,
        None => {
            let found = fit::escapes(bytes).unwrap_or_else(|| fit::detect(bytes));
            notes.tell(WarningKind::Encoding, format!("no encoding is declared; looks like {}", found.name()));
            found
        }
        Some(first) => {
            let found = fit::fitting(bytes, first, named[1]);
            if found != first {
                let text = format!("labelled {}; read as {}, which it looks like", first.name(), found.name());
                notes.tell(WarningKind::Encoding, text);
            }
            found
        }
    };
    let text = if encoding == UTF_8 { utf8(bytes, notes) } else { other(bytes, encoding, notes) };
    (text, encoding.name())
}

/// The encodings that labels name, the first of them first; warns of those that
/// nobody knows, that cannot be, and that disagree.
fn usable(labels: &EncodingLabels<'_>, notes: &mut Notes) -> [Option<&'static Encoding>; 2] {
    let mut named = [None; 2];
    for (place, label) in labels {
        let Some(label) = label else { continue };
        match known(label) {
            None => {
                notes.tell(WarningKind::Encoding, format!("{place} names an unknown encoding, {}", excerpt(label)));
            }
            Some(encoding) if [UTF_16LE, UTF_16BE].contains(&encoding) => {
                notes.tell(WarningKind::Encoding, format!("{place} says {}, which the bytes are not", excerpt(label)));
            }
            Some(encoding) => match named[0] {
                None => named[0] = Some(encoding),
                Some(first) if first != encoding => {
                    let text = format!("Content-Type says {}, {place} {}", first.name(), encoding.name());
                    notes.tell(WarningKind::Encoding, text);
                    named[1] = Some(encoding);
                }
                Some(_) => {}
            },
        }
    }
    named
}

fn mark(bytes: &[u8]) -> Option<(CodeUnits, usize)> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some((CodeUnits::Utf32 { big_endian: false }, 4)),
        [0, 0, 0xfe, 0xff, ..] => Some((CodeUnits::Utf32 { big_endian: true }, 4)),
        _ => Encoding::for_bom(bytes).map(|(encoding, length)| (CodeUnits::Bytes(encoding), length)),
    }
}

/// The wide forms by where their first NULs stand (XML 1.0 appendix F.1).
fn shape(bytes: &[u8]) -> Option<CodeUnits> {
    match bytes.first_chunk::<4>()? {
        [0, 0, 0, b] if *b != 0 => Some(CodeUnits::Utf32 { big_endian: true }),
        [b, 0, 0, 0] if *b != 0 => Some(CodeUnits::Utf32 { big_endian: false }),
        [0, a, 0, b] if *a != 0 && *b != 0 => Some(CodeUnits::Bytes(UTF_16BE)),
        [a, 0, b, 0] if *a != 0 && *b != 0 => Some(CodeUnits::Bytes(UTF_16LE)),
        _ => None,
    }
}

fn agrees(label: &str, form: CodeUnits) -> bool {
    let label = label.to_ascii_lowercase();
    match form {
        CodeUnits::Utf32 { .. } => label.starts_with("utf-32") || label.starts_with("utf32") || label.contains("ucs-4"),
        CodeUnits::Bytes(encoding) if encoding == UTF_8 => known(&label) == Some(UTF_8),
        CodeUnits::Bytes(_) => label.starts_with("utf-16") || label.starts_with("utf16") || label.contains("ucs-2"),
    }
}

/// Names of code pages that WHATWG leaves out, and those it has for them.
const PAGES: [(&str, &str); 8] = [
    ("cp936", "gbk"),
    ("ms936", "gbk"),
    ("cp932", "shift_jis"),
    ("cp949", "euc-kr"),
    ("ms949", "euc-kr"),
    ("cp950", "big5"),
    ("win-1251", "windows-1251"),
    ("cp65001", "utf-8"),
];

fn known(label: &str) -> Option<&'static Encoding> {
    let lower = label.trim().to_ascii_lowercase();
    let label = PAGES.iter().find(|(page, _)| *page == lower).map_or(lower.as_str(), |(_, name)| name);
    Encoding::for_label(label.as_bytes()).filter(|&e| e != REPLACEMENT && e != X_USER_DEFINED)
}

/// The `charset` parameter of a Content-Type field.
fn charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1);
    let found =
        parameters.filter_map(|p| p.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let label = found?.1.trim().trim_matches(['"', '\'']);
    Some(label).filter(|label| !label.is_empty())
}

/// The `encoding` of an XML declaration in bytes that are ASCII at heart.
fn declaration(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(1024)];
    let from = memchr::memmem::find(head, b"<?xml")?;
    let to = from + memchr::memchr(b'>', &head[from..])?;
    let inside = std::str::from_utf8(&head[from..to]).ok()?;
    let value = inside[inside.find("encoding")? + "encoding".len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value[1..].split(quote).next()?.trim();
    Some(label).filter(|label| !label.is_empty())
}

/// The encoding that a page names in a `meta` element near its beginning
/// (WHATWG HTML §13.2.3.2; pages put it later than the 1,024 bytes that it asks for).
fn meta(bytes: &[u8]) -> Option<&str> {
    let head = &bytes[..bytes.len().min(8 * 1024)];
    let html = [&b"<html"[..], b"<HTML", b"<!DOCTYPE html", b"<!doctype html", b"<head", b"<HEAD", b"<meta", b"<META"];
    let is_page = html.iter().any(|tag| memchr::memmem::find(&head[..head.len().min(1024)], tag).is_some());
    let tags = memchr::memchr_iter(b'<', head).filter(|_| is_page);
    tags.filter(|at| head[at + 1..].get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"))).find_map(|at| {
        let end = at + memchr::memchr(b'>', &head[at..])?;
        let tag = std::str::from_utf8(&head[at..end]).ok()?;
        let from = tag.to_ascii_lowercase().find("charset")? + "charset".len();
        let value = tag[from..].trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let label = value.split(['"', '\'', ';', '/', ' ', '>']).next()?.trim();
        Some(label).filter(|label| !label.is_empty())
    })
}

/// Whether UTF-8, which `bytes` are, is all that they can well be, whatever the
/// label: a text of another encoding with some letters in it is not UTF-8 by chance.
fn is_certain(bytes: &[u8]) -> bool {
    bytes.iter().filter(|&&b| b >= 0xc0).take(LEAST_LETTERS).count() == LEAST_LETTERS
}

/// Whether `bytes` are UTF-8 but for half a character at their end.
fn is_cut_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// UTF-8 with its bad runs read as windows-1252, the likeliest thing to have
/// been pasted in (B47).
fn utf8<'a>(bytes: &'a [u8], notes: &mut Notes) -> Cow<'a, str> {
    let Cow::Owned(whole) = halves::joined(bytes, notes) else { return with_strays(bytes, notes) };
    Cow::Owned(with_strays(&whole, notes).into_owned())
}

fn with_strays<'a>(bytes: &'a [u8], notes: &mut Notes) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 64);
    // Half a character at the end: the document was cut, nothing else is wrong.
    let end = if is_cut_utf8(bytes) { Encoding::utf8_valid_up_to(bytes) } else { bytes.len() };
    let mut bad = 0;
    for chunk in bytes[..end].utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            bad += 1;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    notes.count(WarningKind::Encoding, "bytes that are not UTF-8 were read as windows-1252", bad);
    Cow::Owned(text)
}

fn other<'a>(bytes: &'a [u8], encoding: &'static Encoding, notes: &mut Notes) -> Cow<'a, str> {
    let (text, bad) = encoding.decode_without_bom_handling(bytes);
    if bad {
        notes.tell(WarningKind::Encoding, format!("some bytes are not {}", encoding.name()));
    }
    text
}

fn utf32(bytes: &[u8], big_endian: bool, notes: &mut Notes) -> String {
    let mut text = String::with_capacity(bytes.len() / 4);
    let mut bad = 0;
    for unit in bytes.chunks(4) {
        let value = match (<[u8; 4]>::try_from(unit), big_endian) {
            (Ok(unit), true) => u32::from_be_bytes(unit),
            (Ok(unit), false) => u32::from_le_bytes(unit),
            (Err(_), _) => break,
        };
        bad += u32::from(char::from_u32(value).is_none());
        text.push(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    notes.count(WarningKind::Encoding, "a number that is no character", bad);
    text
}
