//! What is wrong with text that was decoded as it said: decoded once too
//! often, recoded as what it was not, characters that XML forbids.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::model::WarningKind;
use crate::text::html::{is_allowed, windows_1252};

use super::Notes;

/// `text` with all of that mended; clean text is returned as it came.
pub fn mended<'a>(text: Cow<'a, str>, notes: &mut Notes) -> Cow<'a, str> {
    // ASCII is the same in all of them.
    if text.is_ascii() {
        return without_forbidden(text, notes);
    }
    let text = match decoded_again(&text) {
        Some(again) => {
            notes.tell(WarningKind::Encoding, "UTF-8 was taken for windows-1252 by somebody; read as UTF-8");
            Cow::Owned(again)
        }
        None => text,
    };
    without_controls(without_forbidden(text, notes), notes)
}

/// The text that `text` was before its UTF-8 was read as windows-1252: the
/// label is wrong, or somebody recoded the document once too often.
///
/// Only when all that is not ASCII makes sense that way, and Latin letters or
/// three bytes in a row are among it: `LIBERTÉ»` would pass for one such
/// character, a page of French does not. Other text is told from it by its first
/// character beyond ASCII.
fn decoded_again(text: &str) -> Option<String> {
    let mut rest = text;
    let mut certain = false;
    loop {
        rest = &rest[Encoding::ascii_valid_up_to(rest.as_bytes())..];
        let Some(first) = rest.chars().next() else { break };
        let lead = byte(first)?;
        let length = match lead {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return None,
        };
        let mut bytes = [0; 4];
        let mut taken = 0;
        for (slot, c) in bytes[..length].iter_mut().zip(rest.chars()) {
            *slot = byte(c)?;
            taken += c.len_utf8();
        }
        std::str::from_utf8(&bytes[..length]).ok()?;
        certain |= length > 2 || matches!(lead, 0xc2 | 0xc3);
        rest = &rest[taken..];
    }
    if !certain {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| if c.is_ascii() { Some(c as u8) } else { byte(c) }).collect();
    String::from_utf8(bytes?).ok()
}

/// The byte of windows-1252, or of Latin-1 where that has none, that reads as `c`.
fn byte(c: char) -> Option<u8> {
    match u8::try_from(u32::from(c)) {
        Ok(latin1) => Some(latin1).filter(|&b| b >= 0x80),
        Err(_) => (0x80..=0x9f).find(|&b| windows_1252(char::from(b)) == c),
    }
}

/// `text` without what XML 1.0 §2.2 forbids (B48).
fn without_forbidden<'a>(text: Cow<'a, str>, notes: &mut Notes) -> Cow<'a, str> {
    let suspect = |b: u8| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) | (b == 0xef);
    let any = text.as_bytes().chunks(1024).any(|chunk| chunk.iter().fold(false, |seen, &b| seen | suspect(b)));
    if !any || text.chars().all(is_allowed) {
        return text;
    }
    let kept: String = text.chars().filter(|&c| is_allowed(c)).collect();
    let removed = text.chars().filter(|&c| !is_allowed(c)).count();
    notes.count(
        WarningKind::Encoding,
        "a character that XML forbids was removed",
        u32::try_from(removed).unwrap_or(u32::MAX),
    );
    Cow::Owned(kept)
}

/// `text` with the control characters U+0080 to U+009F as what windows-1252
/// means by their numbers: quotation marks and dashes that somebody recoded as
/// if they were Latin-1.
fn without_controls<'a>(text: Cow<'a, str>, notes: &mut Notes) -> Cow<'a, str> {
    let bytes = text.as_bytes();
    let is_control = |at: usize| bytes.get(at + 1).is_some_and(|&b| b < 0xa0);
    if !memchr::memchr_iter(0xc2, bytes).any(is_control) {
        return text;
    }
    let mut mended = 0;
    let meant = |c: char| {
        let meant = windows_1252(c);
        mended += u32::from(meant != c);
        meant
    };
    let text = text.chars().map(meant).collect();
    notes.count(WarningKind::Encoding, "a control character was read as windows-1252", mended);
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, warnings: usize) {
        let mut notes = Notes::default();
        assert_eq!(mended(Cow::Borrowed(text), &mut notes), expected, "{text:?}");
        assert_eq!(notes.finish(&[]).len(), warnings, "{text:?}");
    }

    /// B44: labels, and programs between us and the source, that are wrong.
    #[test]
    fn text_that_was_decoded_too_often_is_told_from_other_text() {
        check("Für «uns» — Zürich", "Für «uns» — Zürich", 0);
        check("FÃ¼r Â«unsÂ» â€” ZÃ¼rich", "Für «uns» — Zürich", 1);
        check("Ð\u{9f}Ñ€Ð°Ð²Ð´Ð° í…ŒìŠ¤íŠ¸", "Правда 테스트", 1);
        check("Ãœ \u{c3}\u{a0} la carte", "Ü à la carte", 1);
        for clean in ["plain", "LIBERTÉ»", "ÃO", "Â", "新华社", "FÃ¼r é", "Äpfel", "œuf"] {
            check(clean, clean, 0);
        }
    }

    /// B47: recoded as if it had been Latin-1.
    #[test]
    fn control_characters_mean_windows_1252() {
        check("don\u{92}t \u{85}", "don’t …", 1);
        check("\u{a0}\u{81}\u{e9}", "\u{a0}\u{81}\u{e9}", 0);
    }
}
