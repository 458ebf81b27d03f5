//! Plain text out of HTML, and the references (`&amp;`, `&#8217;`) that HTML
//! and feeds are full of.
//!
//! Nothing here builds a tree, recurses, or looks at a byte more than a fixed number of
//! times.

use memchr::{memchr, memchr2, memmem};

mod entities;
mod references;
pub mod styles;

#[cfg(test)]
mod tests;

pub use references::{MendedAt, decode, has_reference, is_allowed, windows_1252, with_joined_halves};
use references::{Reference, reference};

/// The text of `html` as a reader would see it: tags gone, entities decoded
/// once, white space folded, block elements ending in `\n`, cells in a tab; `script`, `style`
/// and comments leave nothing. Linear in its input, never recursive.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    show(html, &mut out);
    let kept = out.trim_end_matches([' ', '\t']).len();
    out.truncate(kept);
    out
}

/// Whether a letter or a digit can be read in `html`: blanks, pictures and punctuation
/// alone say nothing. Stops at the first.
pub fn has_words(html: &str) -> bool {
    let mut found = AnyWord(false);
    show(html, &mut found);
    found.0
}

/// Whether `text` has a letter or a digit.
pub fn is_worded(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Receives the text of HTML, piece by piece.
trait Viewer {
    /// Takes characters; white space among them is not folded yet.
    fn text(&mut self, text: &str);
    /// Takes the second character of a reference that stands for two; it belongs to the one
    /// before.
    fn second(&mut self, second: char);
    /// A line ends.
    fn line(&mut self);
    /// A cell of a table ends.
    fn cell(&mut self);
    /// Whether it needs nothing further.
    fn has_enough(&self) -> bool;
}

/// Takes all of the text and writes it.
impl Viewer for String {
    fn text(&mut self, text: &str) {
        push_folded(text, self);
    }

    fn second(&mut self, second: char) {
        self.push(second);
    }

    fn line(&mut self) {
        let kept = self.trim_end_matches([' ', '\t']).len();
        self.truncate(kept);
        if !self.is_empty() && !self.ends_with('\n') {
            self.push('\n');
        }
    }

    fn cell(&mut self) {
        let kept = self.trim_end_matches(' ').len();
        self.truncate(kept);
        if !self.is_empty() && !self.ends_with(['\n', '\t']) {
            self.push('\t');
        }
    }

    fn has_enough(&self) -> bool {
        false
    }
}

/// Whether a word was read.
struct AnyWord(bool);

impl Viewer for AnyWord {
    fn text(&mut self, text: &str) {
        self.0 |= is_worded(text);
    }

    fn second(&mut self, _: char) {}

    fn line(&mut self) {}

    fn cell(&mut self) {}

    fn has_enough(&self) -> bool {
        self.0
    }
}

/// Passes the text of `html` to `viewer` until it needs nothing further.
fn show(html: &str, viewer: &mut impl Viewer) {
    let bytes = html.as_bytes();
    let mut at = 0;
    let mut last_comment_end = None;
    while let Some(found) = memchr2(b'<', b'&', &bytes[at..]) {
        viewer.text(&html[at..at + found]);
        at += found;
        at += if bytes[at] == b'&' {
            show_reference(&html[at..], viewer)
        } else if bytes[at..].starts_with(b"<!--") {
            // Looked for once, so that many open comments cost no more than one.
            let last = *last_comment_end.get_or_insert_with(|| memmem::rfind(bytes, b"-->"));
            comment_length(&bytes[at..], last.is_some_and(|end| end >= at + 2).then_some(b"-->"))
        } else {
            show_markup(&html[at..], viewer)
        };
        if viewer.has_enough() {
            return;
        }
    }
    viewer.text(&html[at..]);
}

/// The text of `html` on one line.
pub fn plain_line(html: &str) -> String {
    let text = plain(html);
    let line = text.trim();
    if line.contains(['\n', '\t']) { line.replace(['\n', '\t'], " ") } else { line.to_owned() }
}

/// The length of the comment at the start of `bytes`: up to its `end`, which may overlap
/// its beginning (`<!-->`), or else up to the next `>`.
fn comment_length(bytes: &[u8], end: Option<&[u8; 3]>) -> usize {
    let closed = end.and_then(|end| memmem::find(&bytes[2..], end)).map(|at| at + 5);
    closed.or_else(|| memchr(b'>', bytes).map(|at| at + 1)).unwrap_or(bytes.len())
}

/// Takes the markup at the start of `html`; returns its length.
fn show_markup(html: &str, viewer: &mut impl Viewer) -> usize {
    let bytes = html.as_bytes();
    match bytes.get(1) {
        Some(b'!') if html.starts_with("<![CDATA[") => "<![CDATA[".len(),
        Some(b'!' | b'?') => memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1),
        Some(b) if b.is_ascii_alphabetic() || (*b == b'/' && bytes.get(2).is_some_and(u8::is_ascii_alphabetic)) => {
            let length = tag_length(bytes).unwrap_or(bytes.len());
            length + after_tag(&html[..length], &html[length..], viewer)
        }
        _ => {
            viewer.text("<");
            1
        }
    }
}

/// Acts on a tag: a line break, a blank, or dropping what follows.
fn after_tag(tag: &str, rest: &str, viewer: &mut impl Viewer) -> usize {
    let closing = tag.as_bytes()[1] == b'/';
    let name = &tag[if closing { 2 } else { 1 }..];
    let name = &name[..name.bytes().take_while(u8::is_ascii_alphanumeric).count()];
    match FlowKind::of(name) {
        FlowKind::Inline => {}
        FlowKind::Cell => viewer.cell(),
        FlowKind::Block => viewer.line(),
        FlowKind::Silent if closing => {}
        FlowKind::Silent => return silent_length(rest.as_bytes(), name.as_bytes()),
    }
    0
}

/// The length of the content of `script` or `style`, up to its end tag.
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

/// Whether an element of this name, lower case, is a heading (HTML §4.3.6).
pub fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// How an element affects the flow of text.
enum FlowKind {
    Inline,
    Block,
    Cell,
    Silent,
}

impl FlowKind {
    fn of(name: &str) -> FlowKind {
        let mut lower = [0_u8; 10];
        let Some(slot) = lower.get_mut(..name.len()) else { return FlowKind::Inline };
        slot.copy_from_slice(name.as_bytes());
        slot.make_ascii_lowercase();
        match &*slot {
            b"p" | b"div" | b"br" | b"li" | b"tr" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"hr" | b"ul"
            | b"ol" | b"dl" | b"dt" | b"dd" | b"pre" | b"nav" | b"main" | b"form" | b"table" | b"thead" | b"tbody"
            | b"tfoot" | b"aside" | b"figure" | b"header" | b"footer" | b"center" | b"section" | b"article"
            | b"address" | b"caption" | b"details" | b"summary" | b"fieldset" | b"option" => FlowKind::Block,
            b"td" | b"th" => FlowKind::Cell,
            b"script" | b"style" => FlowKind::Silent,
            _ if name.eq_ignore_ascii_case("blockquote") || name.eq_ignore_ascii_case("figcaption") => FlowKind::Block,
            _ => FlowKind::Inline,
        }
    }
}

/// Appends `text` with runs of white space, no-break spaces included, as one
/// blank, and with none where a line begins.
fn push_folded(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let (mut from, mut at) = (0, 0);
    // Most bytes are letters, and skipped with one comparison each.
    while let Some(found) = bytes[at..].iter().position(|&b| b <= b' ' || b == 0xc2) {
        at += found;
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
        if !out.is_empty() && !out.ends_with([' ', '\t', '\n']) {
            out.push(' ');
        }
        at += wide;
        from = at;
    }
    out.push_str(&text[from..]);
}

fn show_reference(text: &str, viewer: &mut impl Viewer) -> usize {
    match reference(text) {
        Reference::Text(known, length) => {
            viewer.text(known);
            length
        }
        Reference::Char(known, second, length) => {
            viewer.text(known.encode_utf8(&mut [0; 4]));
            if let Some(second) = second {
                viewer.second(second);
            }
            length
        }
        Reference::Forbidden(length) => length,
        Reference::Undefined | Reference::Bare => {
            viewer.text("&");
            1
        }
    }
}

/// The length of the tag at the start of `bytes`, its `>` included; `None` if it is cut
/// off.
///
/// A `>` in a quoted value does not end the tag. If other markup begins before the tag has
/// ended, a quote is missing: then the tag ends at its first `>`, else before that markup.
/// So no byte is looked at more than twice.
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
