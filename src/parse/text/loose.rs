//! Texts whose markup nobody names.

use crate::model::Markup;
use crate::text::html;

use super::section::without_marks;

/// Tags by which HTML is known.
const KNOWN: [&str; 30] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "del",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "hr",
    "i",
    "img",
    "li",
    "mark",
    "nobr",
    "p",
    "q",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
];

/// Those that a line ends at.
const BLOCKS: [&str; 17] = [
    "address",
    "article",
    "blockquote",
    "br",
    "center",
    "div",
    "figure",
    "h1",
    "h2",
    "h3",
    "hr",
    "li",
    "ol",
    "p",
    "section",
    "table",
    "ul",
];

/// Those in which line breaks mean something else, or that part a text themselves.
const KEEPING_LINES: [&str; 11] = ["pre", "textarea", "script", "style", "svg", "td", "tr", "dl", "dt", "dd", "body"];

/// `text` with white space folded, on one line.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A title that may be HTML or not, as in RSS. Tags that HTML knows
/// are taken for tags; references that are still there were escaped twice (B74).
pub fn loose_title(text: &str) -> String {
    let text = without_marks(text);
    if has_tag(text) {
        return html::plain_line(text);
    }
    if !html::has_reference(text) {
        return folded(text);
    }
    let mut decoded = String::with_capacity(text.len());
    html::decode(text, &mut decoded);
    folded(&decoded)
}

/// Whether a tag of HTML stands in `text`.
pub fn has_tag(text: &str) -> bool {
    tags(text).any(|tag| tag.is_one_of(&KNOWN))
}

/// Whether lines end in `text` where a tag says so, or not at all.
pub fn has_lines_of_its_own(text: &str) -> bool {
    tags(text).any(|tag| tag.is_one_of(&BLOCKS) || tag.is_one_of(&KEEPING_LINES))
}

/// What tags of HTML stand in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    /// Whether the text begins with one.
    pub at_start: bool,
    /// End tags.
    pub ends: usize,
    /// Tags that a line ends at.
    pub blocks: usize,
    /// Links and pictures with a URL.
    pub addresses: usize,
}

/// Counts the tags of HTML in `text`.
pub fn marks(text: &str) -> Marks {
    let mut marks = Marks::default();
    let start = text.len() - text.trim_ascii_start().len();
    for tag in tags(text) {
        let block = tag.is_one_of(&BLOCKS);
        let known = block || tag.is_one_of(&KNOWN);
        marks.at_start |= known && tag.at == start;
        marks.ends += usize::from(known && tag.is_end);
        marks.blocks += usize::from(block);
        marks.addresses += usize::from(!tag.is_end && tag.has_address);
    }
    marks
}

/// A tag, or what looks like one.
struct Mark<'a> {
    at: usize,
    name: &'a str,
    is_end: bool,
    has_address: bool,
}

impl Mark<'_> {
    fn is_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(self.name))
    }
}

fn tags(text: &str) -> impl Iterator<Item = Mark<'_>> {
    memchr::memchr_iter(b'<', text.as_bytes()).filter_map(move |at| {
        let rest = &text[at + 1..];
        let is_end = rest.starts_with('/');
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let length = rest.bytes().take(10).take_while(u8::is_ascii_alphanumeric).count();
        let closed = rest.as_bytes().get(length).is_some_and(|b| matches!(b, b'>' | b'/' | b' ' | b'\n'));
        let inside = rest.as_bytes().get(length + 1..).unwrap_or_default();
        let has_address = inside.starts_with(b"href=") || inside.starts_with(b"src=");
        closed.then(|| Mark { at, name: &rest[..length], is_end, has_address })
    })
}

/// Text of a kind that nobody names, as the markup it looks like.
pub fn loose_markup(text: String) -> Markup {
    if has_tag(&text) || html::has_reference(&text) { Markup::Html(text) } else { Markup::Plain(text) }
}
