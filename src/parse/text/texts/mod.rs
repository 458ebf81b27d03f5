//! What stands in a text and was never meant to be read: marks of CDATA that
//! were escaped with the rest, the head of a page, one escaping too many. And
//! what a blank line means where nobody wrote paragraphs.

use std::borrow::Cow;

use memchr::{memchr, memmem};
use url::Url;

use crate::model::{Content, Markup};
use crate::text::html;
use crate::text::html::tag_length;

use super::loose::{has_lines_of_its_own, has_tag, marks};
use super::section::{SECTION, SECTION_END, without_marks};

/// Whether a word can be read in `content`.
pub fn is_worded(content: &Content) -> bool {
    match &content.markup {
        Markup::Plain(text) => html::is_worded(text),
        Markup::Html(text) => html::has_words(text),
    }
}

/// Whether there is something to look at or listen to in `content`.
pub fn has_picture(content: &Content) -> bool {
    const PICTURES: [&str; 9] = ["img", "picture", "video", "audio", "iframe", "svg", "object", "embed", "math"];
    let Markup::Html(text) = &content.markup else { return false };
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes).any(|at| PICTURES.iter().any(|name| is_tag(&bytes[at + 1..], name)))
}

/// `picture` with `text` below it.
pub fn below(picture: &Content, text: &Content) -> Content {
    let below = match &text.markup {
        Markup::Html(html) => html.clone(),
        Markup::Plain(plain) => escaped(plain),
    };
    let markup = Markup::Html(format!("{}\n<div>{below}</div>", picture.markup.raw()));
    Content { markup, base: picture.base.clone().or_else(|| text.base.clone()) }
}

/// `content` with all of that mended; the base that a page in it names is its own.
pub fn mended(mut content: Content) -> Content {
    content.markup = match content.markup {
        Markup::Plain(text) => of_plain(text),
        Markup::Html(text) => {
            let (text, base) = of_html(text);
            if let Some(base) = base {
                content.base = Some(base);
            }
            Markup::Html(text)
        }
    };
    content
}

fn of_plain(text: String) -> Markup {
    let inside = without_marks(&text);
    if inside.starts_with('<') && inside.ends_with('>') {
        let marks = marks(inside);
        // Its type is wrong, whoever says so: nobody reads tags around a text.
        if marks.at_start && marks.ends > 0 && marks.blocks > 0 {
            return Markup::Html(of_html(inside.to_owned()).0);
        }
    }
    match paragraphs(inside) {
        Some(html) => Markup::Html(html),
        None if inside.len() == text.len() => Markup::Plain(text),
        None => Markup::Plain(inside.to_owned()),
    }
}

/// Mends one thing; `None` where it is as it should be.
type Mend = fn(&str, &mut Option<String>) -> Option<String>;

/// Whether a step may have anything to do.
type Need = fn(&Signs) -> bool;

fn of_html(text: String) -> (String, Option<String>) {
    const STEPS: [(Mend, Need); 5] = [
        (unmarked, |signs| signs.marks),
        (unescaped, |signs| signs.escaping),
        (joined, |signs| signs.halves),
        (headless, |signs| signs.head),
        (parted, |_| true),
    ];
    let mut now = Cow::Borrowed(text.as_str());
    let mut signs = Signs::of(&now);
    let mut base = None;
    for (step, need) in STEPS {
        if need(&signs)
            && let Some(next) = step(&now, &mut base)
        {
            signs = Signs::of(&next);
            now = Cow::Owned(next);
        }
    }
    match now {
        Cow::Owned(mended) => (mended, base),
        Cow::Borrowed(_) => (text, base),
    }
}

/// What a look at every `<` and `&` tells of a text: most need no mending, and
/// are gone through once.
#[derive(Default)]
struct Signs {
    /// Marks of a CDATA section.
    marks: bool,
    /// References to what references are made of.
    escaping: bool,
    /// Numbers that may be halves of characters.
    halves: bool,
    /// A page's head, or a title.
    head: bool,
}

impl Signs {
    fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut signs = Signs { marks: bytes.trim_ascii_end().ends_with(SECTION_END.as_bytes()), ..Signs::default() };
        for at in memchr::memchr2_iter(b'<', b'&', bytes) {
            let rest = &bytes[at + 1..];
            match (bytes[at], rest.first()) {
                (b'<', Some(b'!')) => signs.marks |= bytes[at..].starts_with(SECTION.as_bytes()),
                (b'<', Some(b'h' | b'H' | b't' | b'T')) => signs.head |= HEADS.iter().any(|name| is_tag(rest, name)),
                (b'&', Some(b'a')) => signs.escaping |= rest.starts_with(b"amp;"),
                (b'&', Some(b'l')) => signs.escaping |= rest.starts_with(b"lt;"),
                (b'&', Some(b'#')) => {
                    signs.escaping |= rest.starts_with(b"#60;") || rest.starts_with(b"#x3c;");
                    // First halves are 55296 to 56319, D800 to DBFF.
                    signs.halves |= rest.get(1).is_some_and(|b| matches!(b, b'0' | b'5' | b'x' | b'X'));
                }
                _ => {}
            }
        }
        signs
    }
}

/// Without marks of CDATA: in HTML they hide what follows up to the next `>`.
fn unmarked(text: &str, _: &mut Option<String>) -> Option<String> {
    let mut rest = without_marks(text);
    let mut out = String::new();
    while let Some(at) = memmem::find(rest.as_bytes(), SECTION.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + SECTION.len()..];
        match memmem::find(rest.as_bytes(), SECTION_END.as_bytes()) {
            Some(end) => {
                out.push_str(&rest[..end]);
                rest = &rest[end + SECTION_END.len()..];
            }
            None => break,
        }
    }
    (rest.len() < text.len()).then(|| out + rest)
}

/// With one escaping undone where there was one too many: there is no tag, but
/// several as text; or there are references to references that nobody types.
fn unescaped(text: &str, _: &mut Option<String>) -> Option<String> {
    if has_tag(text) {
        return single_references(text);
    }
    let mut decoded = String::with_capacity(text.len());
    html::decode(text, &mut decoded);
    let marks = marks(&decoded);
    if marks.ends > 0 && (marks.at_start || marks.addresses > 0) || marks.blocks > 1 {
        return Some(decoded);
    }
    single_references(text)
}

/// `&amp;#8217;`, `&amp;nbsp;` and the like as what they refer to; what stands
/// for markup, and text about code, are let be.
fn single_references(text: &str) -> Option<String> {
    const AMPERSAND: &str = "&amp;";
    let mut out = String::new();
    let mut taken = 0;
    for at in memmem::find_iter(text.as_bytes(), AMPERSAND.as_bytes()) {
        let rest = &text[at + AMPERSAND.len()..];
        let length = rest.bytes().take(32).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        let closed = rest.as_bytes().get(length) == Some(&b';');
        let name = &rest[..length];
        if !closed || stands_for_markup(name) || !html::has_reference(&format!("&{name};")) {
            continue;
        }
        // Looked for once, and seldom.
        if taken == 0 && is_about_code(text) {
            return None;
        }
        out.push_str(&text[taken..at]);
        out.push('&');
        taken = at + AMPERSAND.len();
    }
    (taken > 0).then(|| out + &text[taken..])
}

/// Whether a reference's `name` stands for `<`, `>` or no name at all.
fn stands_for_markup(name: &str) -> bool {
    let hex = name.strip_prefix("#x").or_else(|| name.strip_prefix("#X"));
    matches!(name, "" | "lt" | "gt" | "LT" | "GT" | "#60" | "#62")
        || hex.is_some_and(|digits| matches!(digits.trim_start_matches('0'), "3c" | "3C" | "3e" | "3E"))
}

fn is_about_code(text: &str) -> bool {
    ["<code", "<pre", "<kbd", "<samp", "<tt"].iter().any(|tag| memmem::find(text.as_bytes(), tag.as_bytes()).is_some())
}

/// With halves of characters joined, which HTML does not know.
fn joined(text: &str, _: &mut Option<String>) -> Option<String> {
    match html::with_joined_halves(text) {
        Cow::Owned(joined) => Some(joined),
        Cow::Borrowed(_) => None,
    }
}

/// Elements of a page that show nothing.
const HEADS: [&str; 2] = ["head", "title"];

/// Without the head of a page, which shows nothing.
fn headless(text: &str, base: &mut Option<String>) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut taken = 0;
    // Titles of drawings are shown, when somebody points at them.
    let mut no_end = if memmem::find(bytes, b"<svg").is_some() { vec!["title"] } else { Vec::new() };
    let mut tags = memchr::memchr_iter(b'<', bytes);
    while let Some(at) = tags.find(|&at| at >= taken) {
        let rest = &text[at + 1..];
        let Some(name) = HEADS.into_iter().find(|name| is_tag(rest.as_bytes(), name)) else { continue };
        if no_end.contains(&name) {
            continue;
        }
        let Some(end) = end_of(&bytes[at..], name) else {
            no_end.push(name);
            continue;
        };
        if name == "head" {
            *base = base_in(&text[at..at + end]).or(base.take());
        }
        out.push_str(&text[taken..at]);
        taken = at + end;
    }
    (taken > 0).then(|| out + &text[taken..])
}

/// Whether `rest`, behind a `<`, is the tag of `name`.
fn is_tag(rest: &[u8], name: &str) -> bool {
    rest.get(..name.len()).is_some_and(|there| there.eq_ignore_ascii_case(name.as_bytes()))
        && rest.get(name.len()).is_none_or(|b| matches!(b, b'>' | b' ' | b'\n' | b'\r' | b'\t' | b'/'))
}

/// How far the element `name`, which `bytes` begin with, reaches: to its end tag;
/// a head without one, to the body.
fn end_of(bytes: &[u8], name: &str) -> Option<usize> {
    memchr::memchr_iter(b'<', bytes).skip(1).find_map(|at| {
        let rest = &bytes[at + 1..];
        if name == "head" && is_tag(rest, "body") {
            return Some(at);
        }
        let end = rest.strip_prefix(b"/").is_some_and(|rest| is_tag(rest, name));
        end.then(|| at + memchr(b'>', &bytes[at..]).map_or(bytes.len() - at, |end| end + 1))
    })
}

/// The URL in the `base` of a page's head.
fn base_in(head: &str) -> Option<String> {
    let at = memchr::memchr_iter(b'<', head.as_bytes()).find(|&at| is_tag(&head.as_bytes()[at + 1..], "base"))?;
    let tag = &head[at..at + tag_length(&head.as_bytes()[at..])?];
    let from = tag.to_ascii_lowercase().find("href=")? + "href=".len();
    let value = tag[from..].trim_start_matches(['"', '\'']);
    let href = &value[..value.find(['"', '\'', ' ', '>'])?];
    Url::parse(href).ok().filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from)
}

/// With paragraphs where blank lines part a text in which no tag does.
fn parted(text: &str, _: &mut Option<String>) -> Option<String> {
    if has_lines_of_its_own(text) || !has_blank_line(text) {
        return None;
    }
    part(text, |paragraph, out| out.push_str(paragraph))
}

/// Plain text as HTML, if blank lines part it.
fn paragraphs(text: &str) -> Option<String> {
    has_blank_line(text).then_some(())?;
    part(text, |paragraph, out| out.push_str(&escaped(paragraph)))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn has_blank_line(text: &str) -> bool {
    let text = text.trim();
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| &text[at + 1..]);
    // The next line ends before anything but blanks stands in it.
    let mut lines = ends.map(|rest| rest.chars().find(|c| *c == '\n' || !c.is_whitespace()));
    text.is_empty() || lines.any(|first| first == Some('\n'))
}

/// The paragraphs of `text`, each as `write` has it.
fn part(text: &str, write: impl Fn(&str, &mut String)) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 32);
    let (mut from, mut at, mut several) = (0, 0, false);
    let text = text.trim();
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            let paragraph = text[from..at].trim();
            if !paragraph.is_empty() {
                out.push_str("<p>");
                write(paragraph, &mut out);
                out.push_str("</p>\n");
                several = true;
            }
            from = at + line.len();
        }
        at += line.len();
    }
    out.push_str("<p>");
    write(text[from..].trim(), &mut out);
    out.push_str("</p>");
    several.then_some(out)
}

#[cfg(test)]
mod tests;
