//! Writing XML that any reader takes: only XML 1.0 characters leave (O11).

use std::borrow::Cow;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// A document being written to memory, which cannot fail.
pub struct Document(Writer<Vec<u8>>);

impl Document {
    /// A document with its XML declaration.
    pub fn new() -> Self {
        let mut document = Document(Writer::new(Vec::with_capacity(64 * 1024)));
        document.event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        document.event(Event::Text(BytesText::new("\n")));
        document
    }

    /// A part of a document.
    pub fn part() -> Self {
        Document(Writer::new(Vec::with_capacity(8 * 1024)))
    }

    /// How many bytes were written.
    pub fn len(&self) -> usize {
        self.0.get_ref().len()
    }

    /// Takes back all but the first `length` bytes.
    pub fn cut(&mut self, length: usize) {
        self.0.get_mut().truncate(length);
    }

    /// Puts a part at the end.
    pub fn add(&mut self, part: Document) {
        self.0.get_mut().extend_from_slice(part.0.get_ref());
    }

    /// The bytes, ending in a line break.
    pub fn finish(self) -> Vec<u8> {
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        bytes
    }

    /// Opens an element.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = start(name, attributes);
        self.event(Event::Start(start));
    }

    /// Closes an element.
    pub fn close(&mut self, name: &str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// An element without content.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let start = start(name, attributes);
        self.event(Event::Empty(start));
    }

    /// An element with text.
    pub fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.event(Event::Text(BytesText::new(&clean(text))));
        self.close(name);
    }

    fn event(&mut self, event: Event<'_>) {
        self.0.write_event(event).expect("writing to memory does not fail");
    }
}

fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        start.push_attribute((*key, &*clean(value)));
    }
    start
}

/// `text` without the characters that XML 1.0 §2.2 forbids.
pub fn clean(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) { Cow::Owned(text.replace(forbidden, "")) } else { Cow::Borrowed(text) }
}
