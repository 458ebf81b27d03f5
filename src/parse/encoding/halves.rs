//! Characters that were written as two halves: CESU-8 (Unicode technical report
//! 26), as old databases and Java write what lies beyond U+FFFF.

use std::borrow::Cow;

use crate::model::WarningKind;

use super::Notes;

/// Half a character, and where UTF-8 would have to be told from it.
const HALF_BYTES: usize = 3;

/// `bytes` with such characters as UTF-8 has them, and without halves that
/// stand alone (B48); bytes without either are returned as they came.
pub fn joined<'a>(bytes: &'a [u8], notes: &mut Notes) -> Cow<'a, [u8]> {
    if !memchr::memchr_iter(0xed, bytes).any(|at| half(&bytes[at..]).is_some()) {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let (mut rest, mut pairs, mut alone) = (bytes, 0, 0);
    while let Some(at) = memchr::memchr(0xed, rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let Some(first) = half(rest) else {
            out.push(0xed);
            rest = &rest[1..];
            continue;
        };
        rest = &rest[HALF_BYTES..];
        let whole = half(rest).and_then(|second| char::decode_utf16([first, second]).next()?.ok());
        match whole {
            Some(whole) => {
                out.extend_from_slice(whole.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[HALF_BYTES..];
                pairs += 1;
            }
            None => alone += 1,
        }
    }
    out.extend_from_slice(rest);
    notes.count(WarningKind::Encoding, "a character written as two halves (CESU-8) was joined", pairs);
    notes.count(WarningKind::Encoding, "half a character was removed", alone);
    Cow::Owned(out)
}

/// The half that `bytes` begin with.
fn half(bytes: &[u8]) -> Option<u16> {
    match bytes {
        [0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, ..] => Some(0xd000 | (u16::from(b & 0x3f) << 6) | u16::from(c & 0x3f)),
        _ => None,
    }
}

/// `bytes` as UTF-8, halves joined; `None` when they are something else.
pub fn text<'a>(bytes: &'a [u8], notes: &mut Notes) -> Option<Cow<'a, str>> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Cow::Borrowed(text));
    }
    // Counted only if it comes to something.
    let mut own = Notes::default();
    match joined(bytes, &mut own) {
        Cow::Owned(whole) => {
            let text = String::from_utf8(whole).ok()?;
            notes.add(own);
            Some(Cow::Owned(text))
        }
        Cow::Borrowed(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B48.
    #[test]
    fn halves_are_joined_and_lone_ones_go() {
        let check = |bytes: &[u8], expected: Option<&str>, warnings: usize| {
            let mut notes = Notes::default();
            assert_eq!(text(bytes, &mut notes).as_deref(), expected, "{bytes:x?}");
            assert_eq!(notes.finish(&[]).len(), warnings, "{bytes:x?}");
        };
        check(b"a\xed\xa1\x82\xed\xbe\xb7b", Some("a𠮷b"), 1);
        check(b"\xed\xa0\xbd\xed\xba\x80\xed\xa0\xbd\xed\xba\x81", Some("🚀🚁"), 1);
        check(b"\xed\xa0\xbd\xed\xa0\xbd\xed\xba\x80", Some("🚀"), 2);
        check(b"x\xed\xba\x80\xed\xa0\xbdy", Some("xy"), 1);
        check("한글 \u{d7ff}".as_bytes(), Some("한글 \u{d7ff}"), 0);
        check(b"x\xed\xa0\xbd\xff", None, 0);
        check(b"\xed", None, 0);
    }
}
