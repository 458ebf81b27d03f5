//! Plain text out of HTML, and the references (`&amp;`, `&#8217;`) that HTML
//! and feeds are full of.
//!
//! Nothing here builds a tree, recurses or looks at a byte more than a fixed
//! number of times.

use memchr::{memchr, memchr2, memmem};

mod entities;

#[cfg(test)]
mod tests;

/// The text of `html` as a reader would see it: tags gone, entities decoded
/// once, white space folded, block elements ending in `\n`; `script`, `style`
/// and comments leave nothing. Linear in its input, never recursive.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let bytes = html.as_bytes();
    let mut at = 0;
    let mut last_comment_end = None;
    while let Some(found) = memchr2(b'<', b'&', &bytes[at..]) {
        push_folded(&html[at..at + found], &mut out);
        at += found;
        at += if bytes[at] == b'&' {
            push_reference(&html[at..], &mut out)
        } else if bytes[at..].starts_with(b"<!--") {
            // Looked for once, so that many open comments cost no more than one.
            let last = *last_comment_end.get_or_insert_with(|| memmem::rfind(bytes, b"-->"));
            comment_length(&bytes[at..], last.is_some_and(|end| end >= at + 2).then_some(b"-->"))
        } else {
            skip_markup(&html[at..], &mut out)
        };
    }
    push_folded(&html[at..], &mut out);
    let kept = out.trim_end_matches(' ').len();
    out.truncate(kept);
    out
}

/// The text of `html` on one line.
pub fn plain_line(html: &str) -> String {
    let text = plain(html);
    let line = text.trim();
    if line.contains('\n') { line.replace('\n', " ") } else { line.to_owned() }
}

/// How far the comment that `bytes` begin with reaches: to its `end`, which may
/// overlap its beginning (`<!-->`), or without one to the next `>`.
fn comment_length(bytes: &[u8], end: Option<&[u8; 3]>) -> usize {
    let closed = end.and_then(|end| memmem::find(&bytes[2..], end)).map(|at| at + 5);
    closed.or_else(|| memchr(b'>', bytes).map(|at| at + 1)).unwrap_or(bytes.len())
}

/// Takes the markup that `html` begins with, at its `<`; gives its length.
fn skip_markup(html: &str, out: &mut String) -> usize {
    let bytes = html.as_bytes();
    match bytes.get(1) {
        Some(b'!') if html.starts_with("<![CDATA[") => "<![CDATA[".len(),
        Some(b'!' | b'?') => memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1),
        Some(b) if b.is_ascii_alphabetic() || (*b == b'/' && bytes.get(2).is_some_and(u8::is_ascii_alphabetic)) => {
            let length = tag_length(bytes).unwrap_or(bytes.len());
            length + after_tag(&html[..length], &html[length..], out)
        }
        _ => {
            push_folded("<", out);
            1
        }
    }
}

/// Does what the tag asks for: a line break, a blank, or to drop what follows.
fn after_tag(tag: &str, rest: &str, out: &mut String) -> usize {
    let closing = tag.as_bytes()[1] == b'/';
    let name = &tag[if closing { 2 } else { 1 }..];
    let name = &name[..name.bytes().take_while(u8::is_ascii_alphanumeric).count()];
    match Kind::of(name) {
        Kind::Inline => 0,
        Kind::Cell => {
            push_folded(" ", out);
            0
        }
        Kind::Block => {
            let kept = out.trim_end_matches(' ').len();
            out.truncate(kept);
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            0
        }
        Kind::Silent if closing => 0,
        Kind::Silent => silent_length(rest.as_bytes(), name.as_bytes()),
    }
}

/// How far the content of `script` or `style` reaches: to its end tag.
fn silent_length(rest: &[u8], name: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = memchr(b'<', &rest[at..]) {
        at += found;
        let end = rest.get(at + 1) == Some(&b'/')
            && rest.get(at + 2..at + 2 + name.len()).is_some_and(|there| there.eq_ignore_ascii_case(name));
        if end {
            return at;
        }
        at += 1;
    }
    rest.len()
}

/// What an element means to the flow of text.
enum Kind {
    Inline,
    Block,
    Cell,
    Silent,
}

impl Kind {
    fn of(name: &str) -> Kind {
        let mut lower = [0_u8; 10];
        let Some(slot) = lower.get_mut(..name.len()) else { return Kind::Inline };
        slot.copy_from_slice(name.as_bytes());
        slot.make_ascii_lowercase();
        match &*slot {
            b"p" | b"div" | b"br" | b"li" | b"tr" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"hr" | b"ul"
            | b"ol" | b"dl" | b"dt" | b"dd" | b"pre" | b"nav" | b"main" | b"form" | b"table" | b"thead" | b"tbody"
            | b"tfoot" | b"aside" | b"figure" | b"header" | b"footer" | b"center" | b"section" | b"article"
            | b"address" | b"caption" | b"details" | b"summary" | b"fieldset" | b"option" => Kind::Block,
            b"td" | b"th" => Kind::Cell,
            b"script" | b"style" => Kind::Silent,
            _ if name.eq_ignore_ascii_case("blockquote") || name.eq_ignore_ascii_case("figcaption") => Kind::Block,
            _ => Kind::Inline,
        }
    }
}

/// Appends `text` with runs of white space, no-break spaces included, as one
/// blank, and with none where a line begins.
fn push_folded(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        let wide = match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => 1,
            0xc2 if bytes.get(at + 1) == Some(&0xa0) => 2,
            _ => {
                at += 1;
                continue;
            }
        };
        // A lone blank between words, by far the usual case, is copied along.
        if bytes[at] == b' ' && at > from && bytes.get(at + 1).is_some_and(|&b| b > b' ' && b != 0xc2) {
            at += 2;
            continue;
        }
        out.push_str(&text[from..at]);
        if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
        at += wide;
        from = at;
    }
    out.push_str(&text[from..]);
}

fn push_reference(text: &str, out: &mut String) -> usize {
    match reference(text) {
        Reference::Text(known, length) => {
            push_folded(known, out);
            length
        }
        Reference::Char(known, second, length) => {
            push_folded(known.encode_utf8(&mut [0; 4]), out);
            out.extend(second);
            length
        }
        Reference::Forbidden(length) => length,
        Reference::Undefined | Reference::Bare => {
            push_folded("&", out);
            1
        }
    }
}

/// How far the tag at the start of `bytes` reaches, its `>` included; `None`
/// when it is cut off.
///
/// A `>` in a quoted value does not end it. Where markup begins before the tag
/// has ended a quote is missing: then it ends at its first `>`, else before
/// that markup. So no byte is looked at more than twice.
pub fn tag_length(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    let mut first = None;
    let mut at = 1;
    while at < bytes.len() {
        let b = bytes[at];
        match (quote, b) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if bytes[at - 1] == b'=' || bytes[at - 1].is_ascii_whitespace() => quote = Some(b),
            (Some(open), _) if open == b => quote = None,
            (Some(_), b'>') => first = first.or(Some(at + 1)),
            (_, b'<') if bytes.get(at + 1).is_some_and(|&n| n.is_ascii_alphabetic() || n == b'/' || n == b'!') => {
                return Some(first.unwrap_or(at));
            }
            _ => {}
        }
        at += 1;
    }
    first
}

/// What stood where a text had to be mended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mended {
    /// Ampersands that begin no reference, and references nobody defined; kept as they stand.
    pub ampersands: u32,
    /// References to characters that XML 1.0 §2.2 forbids; removed.
    pub forbidden: u32,
}

/// Appends `text` to `out` with its references decoded, once. Names are those
/// of HTML, the five of XML among them; what is no reference stays.
pub fn decode(text: &str, out: &mut String) -> Mended {
    let mut mended = Mended::default();
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

/// What stands at an ampersand; lengths include it and the semicolon.
enum Reference {
    Text(&'static str, usize),
    /// A few names stand for two characters.
    Char(char, Option<char>, usize),
    Forbidden(usize),
    Undefined,
    Bare,
}

/// The longest name of an HTML entity, `CounterClockwiseContourIntegral`.
const LONGEST_NAME: usize = 31;

fn reference(text: &str) -> Reference {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        return numeric(bytes);
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
        // HTML forgives the missing semicolon; `&lt=2` in an address it does not touch.
        Some(b'=') => Reference::Bare,
        _ if name == "nbsp" => Reference::Text(known, length + 1),
        _ => Reference::Bare,
    }
}

fn numeric(bytes: &[u8]) -> Reference {
    let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
    let from = if hex { 3 } else { 2 };
    let radix = if hex { 16 } else { 10 };
    let mut value = 0_u32;
    let mut at = from;
    while let Some(digit) = bytes.get(at).and_then(|&b| char::from(b).to_digit(radix)) {
        value = value.saturating_mul(radix).saturating_add(digit);
        at += 1;
    }
    if at == from {
        return Reference::Bare;
    }
    let length = at + usize::from(bytes.get(at) == Some(&b';'));
    match char::from_u32(value).map(windows_1252).filter(|&c| is_allowed(c)) {
        Some(c) => Reference::Char(c, None, length),
        None => Reference::Forbidden(length),
    }
}

/// What is meant by a character of which only the number came through: the
/// numbers 80 to 9F are those of windows-1252 (WHATWG HTML §13.2.5.80).
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
