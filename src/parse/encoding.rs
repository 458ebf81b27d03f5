//! Bytes to text: which character encoding, and what to do about wrong ones.
//!
//! A byte order mark goes before the `charset` of Content-Type, that before the
//! XML declaration, that before detection (B44). Text that is clean UTF-8 is
//! borrowed, never copied.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use crate::model::WarningKind;

use super::notes::{Notes, cut_at, excerpt};

mod mend;

/// How much of a document detection looks at.
const SAMPLE_BYTES: usize = 256 * 1024;

/// How many characters of several bytes make a text certain to be UTF-8.
const LEAST_LETTERS: usize = 4;

/// How many bad runs make a document that calls itself UTF-8 look like another encoding.
const MANY_BAD_RUNS: usize = 20;

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
enum Form {
    Bytes(&'static Encoding),
    Utf32 { big_endian: bool },
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Bytes(encoding) => encoding.name(),
            Form::Utf32 { big_endian: true } => "UTF-32BE",
            Form::Utf32 { big_endian: false } => "UTF-32LE",
        }
    }
}

/// Decodes `bytes`, whatever they are; says in `notes` what was odd.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, notes: &mut Notes) -> Decoded<'a> {
    let (form, skip) = choose(bytes, content_type, notes);
    let bytes = &bytes[skip..];
    let (text, encoding) = match form {
        Some(Form::Utf32 { big_endian }) => (Cow::Owned(utf32(bytes, big_endian, notes)), form.map_or("", Form::name)),
        Some(Form::Bytes(encoding)) if encoding == UTF_8 => utf8(bytes, notes),
        Some(Form::Bytes(encoding)) => match certain_utf8(bytes).filter(|_| encoding.is_ascii_compatible()) {
            Some(text) => {
                notes.tell(WarningKind::Encoding, format!("labelled {}; read as UTF-8, which it is", encoding.name()));
                (Cow::Borrowed(text), UTF_8.name())
            }
            None => (other(bytes, encoding, notes), encoding.name()),
        },
        None => match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), UTF_8.name()),
            Err(error) if error.error_len().is_none() => utf8(bytes, notes),
            Err(_) => {
                let encoding = detect(bytes);
                notes.tell(WarningKind::Encoding, format!("no encoding is declared; looks like {}", encoding.name()));
                (other(bytes, encoding, notes), encoding.name())
            }
        },
    };
    Decoded { text: mend::mended(text, notes), encoding }
}

/// The encoding by mark, shape or declaration, and the length of the mark.
fn choose(bytes: &[u8], content_type: Option<&str>, notes: &mut Notes) -> (Option<Form>, usize) {
    let header = content_type.and_then(charset);
    let declared = declaration(bytes);
    let labels = match declared.is_none().then(|| meta(bytes)).flatten() {
        None => [("Content-Type", header), ("the XML declaration", declared)],
        meta => [("Content-Type", header), ("the page's meta element", meta)],
    };
    if let Some((form, skip)) = mark(bytes).or_else(|| shape(bytes).map(|form| (form, 0))) {
        for (place, label) in labels {
            if let Some(label) = label.filter(|label| !agrees(label, form)) {
                let text = format!("{place} says {}, the bytes say {}", excerpt(label), form.name());
                notes.tell(WarningKind::Encoding, text);
            }
        }
        return (Some(form), skip);
    }
    let mut chosen: Option<&'static Encoding> = None;
    for (place, label) in labels {
        let Some(label) = label else { continue };
        match (known(label), chosen) {
            (None, _) => {
                notes.tell(WarningKind::Encoding, format!("{place} names an unknown encoding, {}", excerpt(label)));
            }
            (Some(encoding), _) if [UTF_16LE, UTF_16BE].contains(&encoding) => {
                notes.tell(WarningKind::Encoding, format!("{place} says {}, which the bytes are not", excerpt(label)));
            }
            (Some(encoding), None) => chosen = Some(encoding),
            (Some(encoding), Some(first)) if encoding != first => {
                let text = format!("Content-Type says {}, {place} {}", first.name(), encoding.name());
                notes.tell(WarningKind::Encoding, text);
            }
            _ => {}
        }
    }
    (chosen.map(Form::Bytes), 0)
}

fn mark(bytes: &[u8]) -> Option<(Form, usize)> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some((Form::Utf32 { big_endian: false }, 4)),
        [0, 0, 0xfe, 0xff, ..] => Some((Form::Utf32 { big_endian: true }, 4)),
        _ => Encoding::for_bom(bytes).map(|(encoding, length)| (Form::Bytes(encoding), length)),
    }
}

/// The wide forms by where their first NULs stand (XML 1.0 appendix F.1).
fn shape(bytes: &[u8]) -> Option<Form> {
    match bytes.first_chunk::<4>()? {
        [0, 0, 0, b] if *b != 0 => Some(Form::Utf32 { big_endian: true }),
        [b, 0, 0, 0] if *b != 0 => Some(Form::Utf32 { big_endian: false }),
        [0, a, 0, b] if *a != 0 && *b != 0 => Some(Form::Bytes(UTF_16BE)),
        [a, 0, b, 0] if *a != 0 && *b != 0 => Some(Form::Bytes(UTF_16LE)),
        _ => None,
    }
}

fn agrees(label: &str, form: Form) -> bool {
    let label = label.to_ascii_lowercase();
    match form {
        Form::Utf32 { .. } => label.starts_with("utf-32") || label.starts_with("utf32") || label.contains("ucs-4"),
        Form::Bytes(encoding) if encoding == UTF_8 => known(&label) == Some(UTF_8),
        Form::Bytes(_) => label.starts_with("utf-16") || label.starts_with("utf16") || label.contains("ucs-2"),
    }
}

fn known(label: &str) -> Option<&'static Encoding> {
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

/// `bytes` as UTF-8 if they cannot well be anything else, whatever the label:
/// a text of another encoding with some letters in it is not UTF-8 by chance.
fn certain_utf8(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let letters = bytes.iter().filter(|&&b| b >= 0xc0).take(LEAST_LETTERS).count();
    (letters == LEAST_LETTERS).then_some(text)
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(SAMPLE_BYTES)], bytes.len() <= SAMPLE_BYTES);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-8 with its bad runs read as windows-1252, the likeliest thing to have
/// been pasted in (B47); with many of them, all of it in what it looks like.
fn utf8<'a>(bytes: &'a [u8], notes: &mut Notes) -> (Cow<'a, str>, &'static str) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), UTF_8.name());
    }
    let mut text = String::with_capacity(bytes.len() + 64);
    let (mut bad, mut good) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        good += chunk.valid().len() - chunk.valid().bytes().filter(u8::is_ascii).count();
        if !chunk.invalid().is_empty() {
            bad += 1;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    if bad >= MANY_BAD_RUNS && bad > good {
        let encoding = detect(bytes);
        notes.tell(WarningKind::Encoding, format!("declared UTF-8, looks like {}", encoding.name()));
        return (other(bytes, encoding, notes), encoding.name());
    }
    let end = bytes.utf8_chunks().last().map_or(0, |chunk| chunk.invalid().len());
    let cut = std::str::from_utf8(&bytes[bytes.len() - end..]).is_err_and(|e| end > 0 && e.error_len().is_none());
    if cut && bad == 1 {
        // Half a character at the end: the document was cut, nothing else is wrong.
        let whole = bytes.len() - end;
        text.truncate(cut_at(&text, whole).len());
        return (Cow::Owned(text), UTF_8.name());
    }
    notes.count(
        WarningKind::Encoding,
        "bytes that are not UTF-8 were read as windows-1252",
        u32::try_from(bad).unwrap_or(u32::MAX),
    );
    (Cow::Owned(text), UTF_8.name())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, expected: (&str, &str, usize)) {
        let mut notes = Notes::default();
        let decoded = decode(bytes, content_type, &mut notes);
        assert_eq!((decoded.text.as_ref(), decoded.encoding, notes.finish().len()), expected, "{bytes:?}");
    }

    #[test]
    fn the_mark_wins_then_the_header_then_the_declaration() {
        check("\u{feff}<a>é".as_bytes(), Some("text/xml; charset=koi8-r"), ("<a>é", "UTF-8", 1));
        check(b"<a>\xe9", Some("text/xml; charset=\"iso-8859-1\""), ("<a>é", "windows-1252", 0));
        check(
            b"<?xml encoding='koi8-r'?>\xc1",
            Some("a/b; charset=windows-1251"),
            ("<?xml encoding='koi8-r'?>Б", "windows-1251", 1),
        );
        check(
            b"<?xml version='1.0' encoding='windows-1251'?>\xc1",
            None,
            ("<?xml version='1.0' encoding='windows-1251'?>Б", "windows-1251", 0),
        );
    }

    /// B18, B45: every width, with and without a mark.
    #[test]
    fn wide_forms_are_told_by_their_nuls() {
        let wide = |order: fn(u16) -> [u8; 2]| "<a>é".encode_utf16().flat_map(order).collect::<Vec<u8>>();
        check(&wide(u16::to_be_bytes), None, ("<a>é", "UTF-16BE", 0));
        check(&wide(u16::to_le_bytes), None, ("<a>é", "UTF-16LE", 0));
        let wider = |order: fn(u32) -> [u8; 4]| "<a>é".chars().flat_map(|c| order(c as u32)).collect::<Vec<u8>>();
        check(&wider(u32::to_be_bytes), None, ("<a>é", "UTF-32BE", 0));
        check(&wider(u32::to_le_bytes), None, ("<a>é", "UTF-32LE", 0));
    }

    /// B46: labels that cannot be right.
    #[test]
    fn wrong_labels_are_passed_over() {
        check(b"<?xml encoding='utf-16'?>", None, ("<?xml encoding='utf-16'?>", "UTF-8", 1));
        check("<a>é".as_bytes(), Some("text/xml; charset=nonsense"), ("<a>é", "UTF-8", 1));
    }

    /// B47, B48.
    #[test]
    fn bad_bytes_cost_nothing_else() {
        check(b"<?xml encoding='utf-8'?>\xc3\xa9 \x93x\x94", None, ("<?xml encoding='utf-8'?>é “x”", "UTF-8", 1));
        check(b"<?xml encoding='utf-8'?>\xc3\xa9 \xe4\xb8", None, ("<?xml encoding='utf-8'?>é ", "UTF-8", 0));
        check(b"a\0b\x0cc\xef\xbf\xbe", None, ("abc", "UTF-8", 1));
    }

    #[test]
    fn clean_text_is_borrowed() {
        let decoded = decode("<a>é\u{feed}</a>".as_bytes(), None, &mut Notes::default());
        assert!(matches!(decoded.text, Cow::Borrowed(_)));
    }
}
