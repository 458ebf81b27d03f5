//! References: `&amp;`, `&eacute;`, `&#8217;`.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::entities;

/// What had to be repaired in a text, counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MendedAt {
    /// Ampersands that begin no reference, and undefined references; kept as they are.
    pub ampersands: u32,
    /// References to characters that XML 1.0 §2.2 forbids; removed.
    pub forbidden: u32,
}

/// Appends `text` to `out` with its references decoded, once. Names are those
/// of HTML, the five of XML among them; what is no reference stays.
pub fn decode(text: &str, out: &mut String) -> MendedAt {
    let mut mended = MendedAt::default();
    let mut rest = text;
    while let Some(found) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..found]);
        rest = &rest[found..];
        let length = match reference(rest) {
            Reference::Text(known, length) => {
                out.push_str(known);
                length
            }
            Reference::Char(known, second, length) => {
                out.push(known);
                out.extend(second);
                length
            }
            Reference::Forbidden(length) => {
                mended.forbidden += 1;
                length
            }
            Reference::Undefined | Reference::Bare => {
                mended.ampersands += 1;
                out.push('&');
                1
            }
        };
        rest = &rest[length..];
    }
    out.push_str(rest);
    mended
}

/// Whether `text` holds a reference that [`decode`] would replace.
pub fn has_reference(text: &str) -> bool {
    let starts = text.match_indices('&');
    starts.into_iter().any(|(at, _)| !matches!(reference(&text[at..]), Reference::Undefined | Reference::Bare))
}

/// Whether XML 1.0 §2.2 allows `c` in a document; U+007F to U+009F are let be.
pub fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// What an ampersand begins; lengths include it and the semicolon.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reference {
    /// One of the commonest names.
    Text(&'static str, usize),
    /// A few names stand for two characters.
    Char(char, Option<char>, usize),
    /// A number that is no character.
    Forbidden(usize),
    /// An undefined name.
    Undefined,
    /// An ampersand and no more.
    Bare,
}

/// The longest name of an HTML entity, `CounterClockwiseContourIntegral`.
const LONGEST_NAME: usize = 31;

/// The reference at the start of a text that begins with an ampersand.
pub fn reference(text: &str) -> Reference {
    let bytes = text.as_bytes();
    // Nine of ten references are these.
    match bytes {
        [_, b'l', b't', b';', ..] => return Reference::Text("<", 4),
        [_, b'g', b't', b';', ..] => return Reference::Text(">", 4),
        [_, b'a', b'm', b'p', b';', ..] => return Reference::Text("&", 5),
        [_, b'#', ..] => return numeric(bytes),
        _ => {}
    }
    let length = bytes[1..].iter().take(LONGEST_NAME + 1).take_while(|b| b.is_ascii_alphanumeric()).count();
    let name = &text[1..=length];
    let closed = bytes.get(length + 1) == Some(&b';');
    let known = match name {
        "" => return Reference::Bare,
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "nbsp" => "\u{a0}",
        "apos" if closed => "'",
        _ if closed => {
            return match entities::named(name) {
                Some((known, second)) => Reference::Char(known, second, length + 2),
                None => Reference::Undefined,
            };
        }
        _ => return Reference::Bare,
    };
    match bytes.get(length + 1) {
        Some(b';') => Reference::Text(known, length + 2),
        // HTML accepts a missing semicolon, but leaves `&lt=2` in a URL alone.
        Some(b'=') => Reference::Bare,
        _ if name == "nbsp" => Reference::Text(known, length + 1),
        _ => Reference::Bare,
    }
}

fn numeric(bytes: &[u8]) -> Reference {
    let Some((value, length)) = number(bytes) else { return Reference::Bare };
    if let Some(whole) = pair(value, &bytes[length..]) {
        return Reference::Char(whole.0, None, length + whole.1);
    }
    match char::from_u32(value).map(windows_1252).filter(|&c| is_allowed(c)) {
        Some(c) => Reference::Char(c, None, length),
        None => Reference::Forbidden(length),
    }
}

/// The number in the reference at the start of `bytes`, and the reference's length.
fn number(bytes: &[u8]) -> Option<(u32, usize)> {
    if !bytes.starts_with(b"&#") {
        return None;
    }
    let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
    let from = if hex { 3 } else { 2 };
    let radix = if hex { 16 } else { 10 };
    let mut value = 0_u32;
    let mut at = from;
    while let Some(digit) = bytes.get(at).and_then(|&b| char::from(b).to_digit(radix)) {
        value = value.saturating_mul(radix).saturating_add(digit);
        at += 1;
    }
    (at > from).then(|| (value, at + usize::from(bytes.get(at) == Some(&b';'))))
}

/// The character whose first UTF-16 half is `first` and whose second half is a reference at
/// the start of `rest`, with the length of that reference.
fn pair(first: u32, rest: &[u8]) -> Option<(char, usize)> {
    let first = u16::try_from(first).ok().filter(|half| (0xd800..0xdc00).contains(half))?;
    let (second, length) = number(rest)?;
    let second = u16::try_from(second).ok()?;
    let whole = char::decode_utf16([first, second]).next()?.ok()?;
    Some((whole, length))
}

/// `html` with every two references to the UTF-16 halves of a character joined to one; HTML
/// has no such halves and would show two replacement characters.
pub fn with_joined_halves(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let mut out = String::new();
    let mut taken = 0;
    for at in memmem::find_iter(bytes, b"&#") {
        let Some((value, length)) = number(&bytes[at..]).filter(|_| at >= taken) else { continue };
        if let Some((whole, second)) = pair(value, &bytes[at + length..]) {
            out.push_str(&html[taken..at]);
            out.push(whole);
            taken = at + length + second;
        }
    }
    if taken == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[taken..]);
    Cow::Owned(out)
}

/// The character that a number stands for: 80 to 9F mean those of windows-1252 (WHATWG HTML
/// §13.2.5.80).
pub fn windows_1252(c: char) -> char {
    match u32::from(c) {
        number @ 0x80..=0x9f => char::from_u32(WINDOWS_1252[(number - 0x80) as usize].into()).unwrap_or(c),
        _ => c,
    }
}

/// What the bytes 80 to 9F mean in windows-1252.
const WINDOWS_1252: [u16; 32] = [
    0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d,
    0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d,
    0x17e, 0x178,
];
