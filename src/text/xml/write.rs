//! Writes XML that any reader accepts, with only the characters of XML 1.0 (O11).

/// The spelling of a kind of document where XML leaves a choice. Validators depend on the
/// bytes: changing a spelling makes every reader fetch everything once more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct XmlSpelling {
    /// The encoding's name in the declaration; always that of UTF-8.
    pub encoding: &'static str,
    /// `'` as written in texts and attributes.
    pub apostrophe: &'static str,
}

/// A document, or a part of one, written to memory, which cannot fail.
#[derive(Clone, Debug)]
pub struct XmlWriter {
    out: String,
    spelling: XmlSpelling,
}

/// Where characters stand: white space in an attribute would become blanks
/// (XML 1.0 §3.3.3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum XmlContext {
    Text,
    Attribute,
}

impl XmlWriter {
    /// A document with its XML declaration.
    pub fn document(spelling: XmlSpelling) -> Self {
        let mut document = XmlWriter { out: String::with_capacity(64 * 1024), spelling };
        document.put(&["<?xml version=\"1.0\" encoding=\"", spelling.encoding, "\"?>\n"]);
        document
    }

    /// Names the stylesheet by which a browser shows the document
    /// (Associating Style Sheets with XML documents 1.0). Readers pass it over.
    pub fn stylesheet(&mut self, href: &str) {
        self.put(&["<?xml-stylesheet type=\"text/css\" href=\"", href, "\"?>\n"]);
    }

    /// A part of a document.
    pub fn part(spelling: XmlSpelling) -> Self {
        XmlWriter { out: String::with_capacity(8 * 1024), spelling }
    }

    /// How many bytes were written.
    pub fn size_bytes(&self) -> usize {
        self.out.len()
    }

    /// Removes everything after the first `size_bytes`, which must have been an earlier
    /// size.
    pub fn cut(&mut self, size_bytes: usize) {
        self.out.truncate(size_bytes);
    }

    /// Puts a part at the end.
    pub fn add(&mut self, part: &XmlWriter) {
        self.out.push_str(&part.out);
    }

    /// Ends a line.
    pub fn line_break(&mut self) {
        self.out.push('\n');
    }

    /// The document, ending in a line break.
    pub fn finish(mut self) -> String {
        self.line_break();
        self.out
    }

    /// Opens an element.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push('>');
    }

    /// Closes an element.
    pub fn close(&mut self, name: &str) {
        self.put(&["</", name, ">"]);
    }

    /// An element without content.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.out.push_str("/>");
    }

    /// An element with text.
    pub fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.escaped(text, XmlContext::Text);
        self.close(name);
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.put(&["<", name]);
        for (key, value) in attributes {
            self.put(&[" ", key, "=\""]);
            self.escaped(value, XmlContext::Attribute);
            self.out.push('"');
        }
    }

    fn put(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.out.push_str(piece));
    }

    /// Writes `text` with references for what is markup, and without the characters that
    /// XML 1.0 §2.2 forbids.
    fn escaped(&mut self, text: &str, context: XmlContext) {
        let bytes = text.as_bytes();
        let mut done = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let (written, length) = match byte {
                b'&' => ("&amp;", 1),
                b'<' => ("&lt;", 1),
                b'>' => ("&gt;", 1),
                b'"' => ("&quot;", 1),
                b'\'' => (self.spelling.apostrophe, 1),
                b'\r' => ("&#13;", 1),
                b'\n' | b'\t' if context == XmlContext::Text => continue,
                b'\n' => ("&#10;", 1),
                b'\t' => ("&#9;", 1),
                0..=0x1f => ("", 1),
                // U+FFFE and U+FFFF.
                0xef if matches!(bytes[at..], [_, 0xbf, 0xbe | 0xbf, ..]) => ("", 3),
                _ => continue,
            };
            self.put(&[&text[done..at], written]);
            done = at + length;
        }
        self.out.push_str(&text[done..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPELLING: XmlSpelling = XmlSpelling { encoding: "utf-8", apostrophe: "&apos;" };

    fn check(text: &str, attribute: &str, content: &str) {
        let mut writer = XmlWriter::part(SPELLING);
        writer.text("a", &[("b", text)], text);
        assert_eq!(writer.finish(), format!("<a b=\"{attribute}\">{content}</a>\n"), "{text:?}");
    }

    #[test]
    fn only_what_xml_allows_leaves_o11() {
        check(
            "a & <b> \"c\" 'd' ]]>",
            "a &amp; &lt;b&gt; &quot;c&quot; &apos;d&apos; ]]&gt;",
            "a &amp; &lt;b&gt; &quot;c&quot; &apos;d&apos; ]]&gt;",
        );
        check("a\tb\nc\r\nd", "a&#9;b&#10;c&#13;&#10;d", "a\tb\nc&#13;\nd");
        check("a\u{0}b\u{8}\u{b}\u{c}\u{1f}c\u{fffe}\u{ffff}d\u{fffd}", "abcd\u{fffd}", "abcd\u{fffd}");
        check("\u{ffff}市 🌍\u{85}\u{7f}\u{ff01}\u{fffe}", "市 🌍\u{85}\u{7f}\u{ff01}", "市 🌍\u{85}\u{7f}\u{ff01}");
        check("", "", "");
    }

    /// Every character comes back from an independent reader, in both places.
    #[test]
    fn what_is_written_is_read_back_o11() {
        let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        let all: String = ('\0'..='\u{2fff}').chain('\u{fff0}'..='\u{1000f}').collect();
        let mut writer = XmlWriter::part(SPELLING);
        writer.text("a", &[("b", &all)], &all);
        let written = writer.finish();
        let expected: String = all.chars().filter(allowed).collect();
        let inside = |from: &str, to: &str| {
            let start = written.find(from).unwrap() + from.len();
            quick_xml::escape::unescape(&written[start..start + written[start..].find(to).unwrap()])
                .unwrap()
                .into_owned()
        };
        assert!(inside("<a b=\"", "\"") == expected && inside("\">", "</a>") == expected);
    }

    #[test]
    fn a_part_is_taken_back_and_added() {
        let mut part = XmlWriter::part(XmlSpelling { apostrophe: "'", ..SPELLING });
        part.empty("b", &[("c", "it's")]);
        let size = part.size_bytes();
        part.text("d", &[], "e");
        part.cut(size);
        let mut document = XmlWriter::document(SPELLING);
        document.open("a", &[]);
        document.add(&part);
        document.close("a");
        assert_eq!(document.finish(), "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a><b c=\"it's\"/></a>\n");
    }
}
