//! Normalises the nesting of HTML before a parser sees it: a parser's work grows with the
//! square of the depth (check B71), and it copies formatting that is closed in the wrong
//! place into every following block.
//!
//! [`nested`] reads tags as the HTML standard does and rewrites them: known elements with
//! known attributes, at most [`MAX_DEPTH`] deep, each closed before its parent. Wherever a
//! parser would close an element implicitly, the end tag is written out, so that its stack
//! of open elements is never deeper than ours. Not a sanitiser: URLs pass unchanged.

mod element;
mod tag;

use memchr::{memchr, memmem};

use super::pieces;
use element::{Element, Set};
use tag::{NestTag, read};

/// Elements nested deeper than this lose their tags and keep their text.
const MAX_DEPTH: usize = crate::limits::HTML_DEPTH.count();

/// How many texts between cells are left there: to move each in front of the table, a
/// parser searches everything beside the table. Further ones get a cell.
const MOST_STRAYS: usize = 256;

/// Attributes that are kept, whatever their values.
#[rustfmt::skip]
const ATTRIBUTES: [&str; 22] = [
    "align", "alt", "char", "charoff", "cite", "colspan", "datetime", "dir", "headers", "height", "href", "hreflang",
    "lang", "rowspan", "scope", "size", "span", "src", "start", "summary", "title", "width",
];

const VOID: Set = Set::of(&["br", "col", "hr", "img", "wbr"]);

/// Elements whose start ends an open paragraph.
#[rustfmt::skip]
const END_PARAGRAPHS: Set = Set::of(&[
    "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "li", "nav", "ol", "p", "pre", "summary", "table", "ul",
]);

const PARAGRAPH: Set = Set::of(&["p"]);
const LINK: Set = Set::of(&["a"]);
const ITEM: Set = Set::of(&["li"]);
const TERMS: Set = Set::of(&["dd", "dt"]);
const HEADINGS: Set = Set::of(&["h1", "h2", "h3", "h4", "h5", "h6"]);
const RUBY_TEXT: Set = Set::of(&["rp", "rt", "rtc"]);
const TABLE: Set = Set::of(&["table"]);
const CELLS: Set = Set::of(&["caption", "td", "th"]);
const TABLE_PARTS: Set = Set::of(&["colgroup", "tbody", "thead", "tr"]);

/// From inside these, only parts of the table close anything outside.
const BARRIERS: Set = CELLS.and(TABLE);

/// Across these, a list item ends another one.
const TRANSPARENT: Set = Set::of(&["div", "p"]);

/// Elements at which a parser stops looking for the list item to end.
const SPECIAL: Set = END_PARAGRAPHS.and(BARRIERS).and(TABLE_PARTS);

/// Elements whose content is no markup: dropped with it, or shown as text.
const DROPPED: [&str; 5] = ["iframe", "noembed", "noframes", "script", "style"];
const TEXT_ALONE: [&str; 3] = ["textarea", "title", "xmp"];

/// `html` rewritten, with every element closed within its parent. Takes time in proportion
/// to its length; idempotent.
pub fn nested(html: &str) -> String {
    let mut writer = NestWriter::new(html.len());
    let last_comment_end = memmem::rfind(html.as_bytes(), b"-->");
    let mut rest = html;
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        writer.text(&rest[..at]);
        rest = &rest[at..];
        rest = match rest.as_bytes().get(1) {
            Some(b'!' | b'?') => {
                let has_end = last_comment_end.is_some_and(|end| end >= html.len() - rest.len());
                after_declaration(rest, has_end)
            }
            Some(b'/') if rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) => {
                let (tag, after) = read(&rest[2..], &[]);
                tag.map_or("", |tag| {
                    writer.end(&tag.name);
                    after
                })
            }
            Some(b'/') => after(rest, ">"),
            Some(b) if b.is_ascii_alphabetic() => {
                let (tag, after) = read(&rest[1..], &ATTRIBUTES);
                tag.map_or("", |tag| writer.start_or_skip(&tag, after))
            }
            _ => {
                writer.text("<");
                &rest[1..]
            }
        };
    }
    writer.text(rest);
    writer.close_from(0);
    pieces::parted(writer.out)
}

/// What follows a comment, a declaration, or the start of a CDATA section, whose content is
/// taken for HTML. A comment without an end stops at its first `>`: what follows is more
/// likely news than comment.
fn after_declaration(html: &str, has_comment_end: bool) -> &str {
    if let Some(content) = html.strip_prefix("<![CDATA[") {
        return content;
    }
    match html.strip_prefix("<!--") {
        Some(comment) if comment.starts_with('>') || comment.starts_with("->") => after(comment, ">"),
        Some(comment) if has_comment_end => after(comment, "-->"),
        _ => after(html, ">"),
    }
}

/// What follows the first `end`; empty if there is none.
fn after<'a>(html: &'a str, end: &str) -> &'a str {
    memmem::find(html.as_bytes(), end.as_bytes()).map_or("", |at| &html[at + end.len()..])
}

struct NestWriter {
    out: String,
    /// Elements written and not yet closed.
    open: Vec<Element>,
    /// Start tags left out because of their depth, whose end tags are still to come.
    dropped: usize,
    /// Elements for which no end tag follows, as far as is known.
    endless: Vec<&'static str>,
    /// Texts between the cells of tables so far.
    strays: usize,
    /// Where the start tag of a `pre` ends; a parser skips a line break there.
    pre_at: usize,
}

impl NestWriter {
    fn new(length: usize) -> Self {
        NestWriter {
            out: String::with_capacity(length + length / 8),
            open: Vec::new(),
            dropped: 0,
            endless: Vec::new(),
            strays: 0,
            pre_at: 0,
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_between_cells() && !text.trim().is_empty() {
            self.strays += 1;
            if self.strays > MOST_STRAYS {
                self.make_cell();
            }
        }
        let begins_pre = self.pre_at > 0 && self.out.len() == self.pre_at;
        let text = match () {
            () if begins_pre => text.trim_start_matches(['\r', '\n']),
            // A parser moves words in front of the table, but ignores blanks.
            () if self.is_between_cells() => text.trim_start(),
            () => text,
        };
        for (at, part) in text.split('<').enumerate() {
            self.out.push_str(if at == 0 { "" } else { "&lt;" });
            self.out.push_str(part);
        }
    }

    /// Opens a cell for a text that is in none.
    fn make_cell(&mut self) {
        let cell = Element::named("td").expect("cells are kept");
        if self.make_room(cell) && self.open.len() < MAX_DEPTH {
            self.out.push_str("<td>");
            self.open.push(cell);
        }
    }

    fn start_or_skip<'a>(&mut self, tag: &NestTag<'_>, after: &'a str) -> &'a str {
        let name = &*tag.name;
        if let Some(known) = DROPPED.iter().chain(&TEXT_ALONE).find(|known| **known == name) {
            return self.skip_raw(known, after);
        }
        if let Some(element) = Element::named(name) {
            self.start(element, tag);
        }
        after
    }

    /// Takes the content of an element that holds no markup; returns what follows. If its
    /// end tag is missing, the start tag was a slip and news may follow; nothing of scripts
    /// and styles is shown.
    fn skip_raw<'a>(&mut self, name: &'static str, after: &'a str) -> &'a str {
        let found = if self.endless.contains(&name) { None } else { raw(name, after) };
        match found {
            Some((text, after)) => {
                if TEXT_ALONE.contains(&name) {
                    self.text(text);
                }
                after
            }
            None if matches!(name, "script" | "style") => "",
            None => {
                if !self.endless.contains(&name) {
                    self.endless.push(name);
                }
                after
            }
        }
    }

    fn start(&mut self, element: Element, tag: &NestTag<'_>) {
        if !self.make_room(element) {
            return;
        }
        let is_void = element.is_in(VOID);
        if self.open.len() >= MAX_DEPTH {
            self.dropped += usize::from(!is_void);
            return;
        }
        tag.write(element.name(), &mut self.out);
        if !is_void {
            self.open.push(element);
        }
        if element.name() == "pre" {
            self.pre_at = self.out.len();
        }
    }

    /// Closes what a parser would close at the start of `element`. Returns false if a
    /// parser would ignore the tag.
    fn make_room(&mut self, element: Element) -> bool {
        match element.name() {
            "td" | "th" => return self.make_room_in_table(element, Set::of(&["tr", "tbody", "thead", "table"])),
            "tr" => return self.make_room_in_table(element, Set::of(&["tbody", "thead", "table"])),
            "col" => return self.make_room_in_table(element, Set::of(&["colgroup", "table"])),
            "caption" | "colgroup" | "tbody" | "thead" => return self.make_room_in_table(element, TABLE),
            "table" if self.is_between_cells() => self.close_within(TABLE, Set::NONE),
            // A parser would move it in front of the table.
            _ if self.is_between_cells() => return false,
            "li" => self.close_item(ITEM),
            "dd" | "dt" => self.close_item(TERMS),
            "a" => self.close_within(LINK, CELLS),
            _ => {}
        }
        if element.is_in(END_PARAGRAPHS) {
            self.close_within(PARAGRAPH, BARRIERS);
        }
        for alike in [RUBY_TEXT, HEADINGS] {
            if element.is_in(alike) && self.open.last().is_some_and(|top| top.is_in(alike)) {
                self.close_from(self.open.len() - 1);
            }
        }
        true
    }

    /// As [`NestWriter::make_room`] for a part of a table; writes the bodies and
    /// rows that a parser would add.
    fn make_room_in_table(&mut self, element: Element, parents: Set) -> bool {
        let Some(parent) = self.open.iter().rposition(|open| open.is_in(parents)) else { return false };
        self.close_from(parent + 1);
        let implied: &[&str] = match (element.name(), self.open[parent].name()) {
            ("col", "table") => &["colgroup"],
            ("tr", "table") => &["tbody"],
            ("td" | "th", "table") => &["tbody", "tr"],
            ("td" | "th", "tbody" | "thead") => &["tr"],
            _ => &[],
        };
        if self.open.len() + implied.len() >= MAX_DEPTH {
            return false;
        }
        for element in implied.iter().filter_map(|name| Element::named(name)) {
            self.out.extend(["<", element.name(), ">"]);
            self.open.push(element);
        }
        true
    }

    fn end(&mut self, name: &str) {
        if self.dropped > 0 {
            self.dropped -= 1;
            return;
        }
        let Some(element) = Element::named(name) else { return };
        match name {
            "table" => self.close_within(TABLE, Set::NONE),
            "caption" | "colgroup" | "tbody" | "td" | "th" | "thead" | "tr" => {
                self.close_within(element.alone(), TABLE);
            }
            "li" => self.close_within(ITEM, BARRIERS.and(Set::of(&["ol", "ul"]))),
            _ if element.is_in(HEADINGS) => self.close_within(HEADINGS, BARRIERS),
            _ => self.close_within(element.alone(), BARRIERS),
        }
    }

    /// Closes the innermost of `these`, unless one of `barriers` lies within it.
    fn close_within(&mut self, these: Set, barriers: Set) {
        let either = these.and(barriers);
        let found = self.open.iter().rposition(|open| open.is_in(either));
        if let Some(at) = found.filter(|at| self.open[*at].is_in(these)) {
            self.close_from(at);
        }
    }

    /// Closes a list item before the next one of its list.
    fn close_item(&mut self, these: Set) {
        let stops = |open: &Element| open.is_in(these) || open.is_in(SPECIAL) && !open.is_in(TRANSPARENT);
        if let Some(at) = self.open.iter().rposition(stops).filter(|at| self.open[*at].is_in(these)) {
            self.close_from(at);
        }
    }

    /// Whether the innermost open element is part of a table but no cell.
    fn is_between_cells(&self) -> bool {
        let within = self.open.iter().rfind(|open| open.is_in(BARRIERS.and(TABLE_PARTS)));
        within.is_some_and(|open| !open.is_in(CELLS))
    }

    fn close_from(&mut self, at: usize) {
        for element in self.open.drain(at..).rev() {
            self.out.extend(["</", element.name(), ">"]);
        }
    }
}

/// The content of an element that holds no markup, and what follows its end tag.
fn raw<'a>(name: &str, html: &'a str) -> Option<(&'a str, &'a str)> {
    let ends = |tag: &[u8]| {
        tag.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            && tag.get(name.len()).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
    };
    let bytes = html.as_bytes();
    let end = memmem::find_iter(bytes, b"</").find(|at| ends(&bytes[at + 2..]))?;
    Some((&html[..end], after(&html[end..], ">")))
}

/// Also asked by the tests of the sanitiser.
#[cfg(test)]
pub mod tests;
