//! Plain text out of HTML, and the references (`&amp;`, `&#8217;`) that HTML
//! and feeds are full of.
//!
//! Nothing here builds a tree, recurses or looks at a byte more than a fixed
//! number of times.

use std::ops::ControlFlow;

use memchr::{memchr, memchr2, memmem};

mod entities;
mod references;

#[cfg(test)]
mod tests;

pub use references::{Mended, decode, has_reference, is_allowed, windows_1252, with_joined_halves};
use references::{Reference, reference};

/// The text of `html` as a reader would see it: tags gone, entities decoded
/// once, white space folded, block elements ending in `\n`; `script`, `style`
/// and comments leave nothing. Linear in its input, never recursive.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    shown(html, |piece| {
        match piece {
            Piece::Text(text) => push_folded(text, &mut out),
            Piece::Second(second) => out.push(second),
            Piece::Cell => push_folded(" ", &mut out),
            Piece::Line => {
                let kept = out.trim_end_matches(' ').len();
                out.truncate(kept);
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
            }
        }
        ControlFlow::Continue(())
    });
    let kept = out.trim_end_matches(' ').len();
    out.truncate(kept);
    out
}

/// Whether a letter or a digit can be read in `html`: blanks, pictures and
/// punctuation alone tell nothing. Ends at the first.
pub fn has_words(html: &str) -> bool {
    let mut found = false;
    shown(html, |piece| {
        found = matches!(piece, Piece::Text(text) if is_worded(text));
        if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found
}

/// Whether a letter or a digit stands in `text`.
pub fn is_worded(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// A piece of what is shown of HTML.
enum Piece<'a> {
    /// Characters; white space among them is not folded yet.
    Text(&'a str),
    /// The second character that a name stands for; it belongs to the one before.
    Second(char),
    /// A line ends.
    Line,
    /// A cell of a table ends.
    Cell,
}

/// Hands what is shown of `html` to `take`, until that has seen enough.
fn shown(html: &str, mut take: impl FnMut(Piece<'_>) -> ControlFlow<()>) {
    let bytes = html.as_bytes();
    let mut at = 0;
    let mut last_comment_end = None;
    while let Some(found) = memchr2(b'<', b'&', &bytes[at..]) {
        if take(Piece::Text(&html[at..at + found])).is_break() {
            return;
        }
        at += found;
        let (flow, length) = if bytes[at] == b'&' {
            take_reference(&html[at..], &mut take)
        } else if bytes[at..].starts_with(b"<!--") {
            // Looked for once, so that many open comments cost no more than one.
            let last = *last_comment_end.get_or_insert_with(|| memmem::rfind(bytes, b"-->"));
            let end = last.is_some_and(|end| end >= at + 2).then_some(b"-->");
            (ControlFlow::Continue(()), comment_length(&bytes[at..], end))
        } else {
            take_markup(&html[at..], &mut take)
        };
        if flow.is_break() {
            return;
        }
        at += length;
    }
    let _ = take(Piece::Text(&html[at..]));
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
fn take_markup(html: &str, take: &mut impl FnMut(Piece<'_>) -> ControlFlow<()>) -> (ControlFlow<()>, usize) {
    let bytes = html.as_bytes();
    let nothing = ControlFlow::Continue(());
    match bytes.get(1) {
        Some(b'!') if html.starts_with("<![CDATA[") => (nothing, "<![CDATA[".len()),
        Some(b'!' | b'?') => (nothing, memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1)),
        Some(b) if b.is_ascii_alphabetic() || (*b == b'/' && bytes.get(2).is_some_and(u8::is_ascii_alphabetic)) => {
            let length = tag_length(bytes).unwrap_or(bytes.len());
            let (flow, further) = after_tag(&html[..length], &html[length..], take);
            (flow, length + further)
        }
        _ => (take(Piece::Text("<")), 1),
    }
}

/// Does what the tag asks for: a line break, a blank, or to drop what follows.
fn after_tag(tag: &str, rest: &str, take: &mut impl FnMut(Piece<'_>) -> ControlFlow<()>) -> (ControlFlow<()>, usize) {
    let closing = tag.as_bytes()[1] == b'/';
    let name = &tag[if closing { 2 } else { 1 }..];
    let name = &name[..name.bytes().take_while(u8::is_ascii_alphanumeric).count()];
    let nothing = ControlFlow::Continue(());
    match Kind::of(name) {
        Kind::Inline => (nothing, 0),
        Kind::Cell => (take(Piece::Cell), 0),
        Kind::Block => (take(Piece::Line), 0),
        Kind::Silent if closing => (nothing, 0),
        Kind::Silent => (nothing, silent_length(rest.as_bytes(), name.as_bytes())),
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

fn take_reference(text: &str, take: &mut impl FnMut(Piece<'_>) -> ControlFlow<()>) -> (ControlFlow<()>, usize) {
    match reference(text) {
        Reference::Text(known, length) => (take(Piece::Text(known)), length),
        Reference::Char(known, second, length) => {
            let mut flow = take(Piece::Text(known.encode_utf8(&mut [0; 4])));
            if let Some(second) = second.filter(|_| flow.is_continue()) {
                flow = take(Piece::Second(second));
            }
            (flow, length)
        }
        Reference::Forbidden(length) => (ControlFlow::Continue(()), length),
        Reference::Undefined | Reference::Bare => (take(Piece::Text("&")), 1),
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
