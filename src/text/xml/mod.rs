//! XML as feeds write it, as a flat run of tokens borrowed from the text.
//!
//! A conforming XML processor must stop at the first error (XML 1.0 §1.2). That would lose
//! news (B38, B39), so this reader goes on: a bare `<` is text, a value without its closing
//! quote ends at the next `>`, and a cut-off end is reported. It builds no tree, expands no
//! entity by itself, opens nothing (B15, B16), and looks at no byte more than a fixed
//! number of times.

use memchr::{memchr, memchr2, memmem};

use super::html::tag_length;

pub mod doctype;
pub mod write;

/// What begins a CDATA section.
const SECTION: &[u8] = b"<![CDATA[";

/// A piece of the document.
#[derive(Clone, Copy, Debug)]
pub enum Token<'a> {
    /// `<name …>` or `<name …/>`.
    Start(Tag<'a>),
    /// `</name>`.
    End(&'a str),
    /// Characters with their references not yet decoded.
    Text(&'a str),
    /// The inside of a CDATA section.
    CData(&'a str),
}

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub struct Tag<'a> {
    /// The name as written, prefix included.
    pub name: &'a str,
    /// What follows the name.
    rest: &'a str,
    /// Whether it is an empty-element tag (`/>`).
    pub empty: bool,
}

impl<'a> Tag<'a> {
    /// The attributes: names as written, values with their references.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { rest: self.rest }
    }
}

/// The tokens of a text.
#[derive(Debug)]
pub struct Tokens<'a> {
    rest: &'a str,
    doctype_seen: bool,
    no_comment_end: bool,
    no_instruction_end: bool,
    section_end: SectionEnd,
}

/// Where the next `]]>` is, in bytes from the end of the text; it is searched for once
/// rather than for each section.
#[derive(Clone, Copy, Debug)]
enum SectionEnd {
    Unknown,
    At(usize),
    Missing,
}

impl<'a> Tokens<'a> {
    /// Begins at the start of `text`.
    pub fn new(text: &'a str) -> Self {
        Tokens {
            rest: text,
            doctype_seen: false,
            no_comment_end: false,
            no_instruction_end: false,
            section_end: SectionEnd::Unknown,
        }
    }

    /// The rest that has not been read.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// Drops what is left: a tag that was cut off.
    fn drop_rest(&mut self) {
        self.rest = "";
    }

    fn start(&mut self) -> Option<Token<'a>> {
        let Some(length) = tag_length(self.rest.as_bytes()) else {
            self.drop_rest();
            return None;
        };
        let whole = self.take(length);
        let inner = whole.strip_suffix('>').unwrap_or(whole);
        let (inner, empty) = match inner.strip_suffix('/') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        let inner = &inner[1..];
        let name_length = inner.bytes().position(|b| b.is_ascii_whitespace() || b == b'/').unwrap_or(inner.len());
        let (name, rest) = inner.split_at(name_length);
        Some(Token::Start(Tag { name, rest, empty }))
    }

    fn end(&mut self) -> Option<Token<'a>> {
        let Some(found) = memchr2(b'>', b'<', &self.rest.as_bytes()[2..]) else {
            self.drop_rest();
            return None;
        };
        let closed = self.rest.as_bytes()[found + 2] == b'>';
        let whole = self.take(found + 2 + usize::from(closed));
        let inner = &whole[2..];
        Some(Token::End(inner.strip_suffix('>').unwrap_or(inner).trim_ascii()))
    }

    /// Reads a comment, a CDATA section or a declaration; only a section is a token.
    fn declaration(&mut self) -> Option<Token<'a>> {
        let bytes = self.rest.as_bytes();
        if bytes.starts_with(SECTION) {
            let whole = self.section_end().filter(|&end| memmem::find(&bytes[SECTION.len()..end], SECTION).is_none());
            // If the end is missing, only the opening mark is skipped, so that the entries
            // after it remain entries.
            let taken = self.take(whole.map_or(SECTION.len(), |end| end + 3));
            return whole.map(|end| Token::CData(&taken[SECTION.len()..end]));
        }
        if bytes.starts_with(b"<!--") && !self.no_comment_end {
            match memmem::find(&bytes[4..], b"-->") {
                Some(end) => {
                    self.take(end + 7);
                    return None;
                }
                None => self.no_comment_end = true,
            }
        }
        let doctype = bytes.len() > 9 && bytes[..9].eq_ignore_ascii_case(b"<!DOCTYPE") && !self.doctype_seen;
        if doctype {
            self.doctype_seen = true;
            if let Some(length) = doctype::length(bytes) {
                self.take(length);
                return None;
            }
        }
        self.skip_to_close();
        None
    }

    /// Where the section that begins here ends.
    fn section_end(&mut self) -> Option<usize> {
        let length = self.rest.len();
        match self.section_end {
            SectionEnd::Missing => return None,
            SectionEnd::At(from_end) if from_end < length => return Some(length - from_end),
            SectionEnd::At(_) | SectionEnd::Unknown => {}
        }
        let found = memmem::find(self.rest.as_bytes(), b"]]>");
        self.section_end = found.map_or(SectionEnd::Missing, |end| SectionEnd::At(length - end));
        found
    }

    fn instruction(&mut self) {
        if !self.no_instruction_end {
            if let Some(end) = memmem::find(self.rest.as_bytes(), b"?>") {
                self.take(end + 2);
                return;
            }
            self.no_instruction_end = true;
        }
        self.skip_to_close();
    }

    fn skip_to_close(&mut self) {
        match memchr(b'>', self.rest.as_bytes()) {
            Some(end) => self.rest = &self.rest[end + 1..],
            None => self.drop_rest(),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            let bytes = self.rest.as_bytes();
            if bytes[0] != b'<' {
                let length = memchr(b'<', bytes).unwrap_or(bytes.len());
                return Some(Token::Text(self.take(length)));
            }
            let token = match bytes.get(1) {
                Some(b'/') => self.end(),
                Some(b'!') => self.declaration(),
                Some(b'?') => {
                    self.instruction();
                    None
                }
                Some(&b) if b.is_ascii_alphabetic() || b == b'_' || b == b':' || b >= 0x80 => self.start(),
                _ => Some(Token::Text(self.take(1))),
            };
            if token.is_some() {
                return token;
            }
        }
        None
    }
}

/// The attributes of a tag: quoted, unquoted or bare, as they come.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let separates = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '"' | '\'' | '=');
        let rest = self.rest.trim_start_matches(separates);
        if rest.is_empty() {
            return None;
        }
        let name_length = rest.bytes().position(|b| b.is_ascii_whitespace() || b == b'=').unwrap_or(rest.len());
        let (name, rest) = rest.split_at(name_length);
        let Some(value) = rest.trim_ascii_start().strip_prefix('=') else {
            self.rest = rest;
            return Some((name, ""));
        };
        let value = value.trim_ascii_start();
        let (value, rest) = match value.as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => match memchr(quote, &value.as_bytes()[1..]) {
                Some(end) => (&value[1..=end], &value[end + 2..]),
                None => (&value[1..], ""),
            },
            _ => value.split_at(value.bytes().position(|b| b.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        self.rest = rest;
        Some((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        for token in Tokens::new(text) {
            match token {
                Token::Start(tag) => {
                    out.push_str(&format!("[{}", tag.name));
                    tag.attributes().for_each(|(name, value)| out.push_str(&format!(" {name}={value}")));
                    out.push_str(if tag.empty { "/]" } else { "]" });
                }
                Token::End(name) => out.push_str(&format!("[/{name}]")),
                Token::Text(text) => out.push_str(text),
                Token::CData(text) => out.push_str(&format!("{{{text}}}")),
            }
        }
        out
    }

    #[test]
    fn tokens_of_good_and_bad_markup() {
        let check = |text: &str, expected: &str| assert_eq!(shown(text), expected, "{text}");
        check("<?xml version='1.0'?><a b='1' c=\"2\">t<b/></a >", "[a b=1 c=2]t[b/][/a]");
        check("<!DOCTYPE r [<!ENTITY a \"]>\"> <!ELEMENT x (y)>]><r/>", "[r/]");
        check("<a><!-- <b> -- > --><![CDATA[<i> ]] ]]>x</a>", "[a]{<i> ]] }x[/a]");
        check("5 < 6 <> <3", "5 < 6 <> <3");
        check("<a b=c d>x</a", "[a b=c d=]x");
        check("<a b='x><c/>", "[a b=x][c/]");
        check("<a href='x'href2=\"y\"/>", "[a href=x href2=y/]");
        check("<!DOCTYPE r [<!-- don't ]> --><!ENTITY a 'b'>]><r/>", "[r/]");
        check("<![CDATA[abc<a/>", "abc[a/]");
        check("<![CDATA[abc<a/><![CDATA[d]]><![CDATA[e]]>", "abc[a/]{d}{e}");
        check("<!-- abc > <a/>", " [a/]");
        check("<a><", "[a]<");
        check("<a b='", "");
    }
}
