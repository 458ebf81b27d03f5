//! Writes JSON (RFC 8259) to memory, without the characters that no document of ours holds.

/// A document, or a part of one. Members stand in the order in which they are written, so that
/// the same input gives the same bytes.
#[derive(Clone, Debug, Default)]
pub struct JsonWriter {
    out: String,
}

impl JsonWriter {
    /// Nothing is written yet.
    pub fn new() -> Self {
        JsonWriter { out: String::with_capacity(8 * 1024) }
    }

    /// How many bytes were written.
    pub fn size_bytes(&self) -> usize {
        self.out.len()
    }

    /// Removes everything after the first `size_bytes`, which must have been an earlier size.
    pub fn cut(&mut self, size_bytes: usize) {
        self.out.truncate(size_bytes);
    }

    /// Puts a part, written as values of a list, at the end.
    pub fn add(&mut self, part: &JsonWriter) {
        if !part.out.is_empty() {
            self.separate();
            self.out.push_str(&part.out);
        }
    }

    /// The document, ending in a line break.
    pub fn finish(mut self) -> String {
        self.out.push('\n');
        self.out
    }

    /// Begins an object: the document, or a value of a list.
    pub fn open(&mut self) {
        self.separate();
        self.out.push('{');
    }

    /// Begins an object that is a member.
    pub fn open_member(&mut self, name: &str) {
        self.name(name);
        self.out.push('{');
    }

    /// Ends an object.
    pub fn close(&mut self) {
        self.out.push('}');
    }

    /// Begins a list that is a member.
    pub fn open_list(&mut self, name: &str) {
        self.name(name);
        self.out.push('[');
    }

    /// Ends a list.
    pub fn close_list(&mut self) {
        self.out.push(']');
    }

    /// A member with a text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.quoted(text);
    }

    /// A member with a text, if there is one.
    pub fn known(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// A member with a whole number.
    pub fn number(&mut self, name: &str, number: u64) {
        self.name(name);
        self.out.push_str(&number.to_string());
    }

    /// A member with numbers, each with as many digits as it has.
    pub fn decimals(&mut self, name: &str, numbers: &[f64]) {
        self.open_list(name);
        for number in numbers {
            self.separate();
            self.out.push_str(&number.to_string());
        }
        self.close_list();
    }

    /// A member with a list of texts, unless it is empty.
    pub fn texts<'t>(&mut self, name: &str, texts: impl Iterator<Item = &'t str>) {
        let mut texts = texts.peekable();
        if texts.peek().is_some() {
            self.open_list(name);
            for text in texts {
                self.separate();
                self.quoted(text);
            }
            self.close_list();
        }
    }

    /// A member with a list of what `write` writes of each, unless it is empty.
    pub fn each<T>(&mut self, name: &str, all: impl IntoIterator<Item = T>, write: impl Fn(&mut Self, T)) {
        let mut all = all.into_iter().peekable();
        if all.peek().is_some() {
            self.open_list(name);
            for one in all {
                self.open();
                write(self, one);
                self.close();
            }
            self.close_list();
        }
    }

    fn name(&mut self, name: &str) {
        self.separate();
        self.quoted(name);
        self.out.push(':');
    }

    /// A comma, behind a value.
    fn separate(&mut self) {
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(',');
        }
    }

    /// Writes a string. Like XML it gets no control characters and no U+FFFE and U+FFFF: many
    /// who read JSON refuse them, and all formats hold the same text.
    fn quoted(&mut self, text: &str) {
        self.out.push('"');
        let bytes = text.as_bytes();
        let mut done = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let (written, length) = match byte {
                b'"' => ("\\\"", 1),
                b'\\' => ("\\\\", 1),
                b'\n' => ("\\n", 1),
                b'\r' => ("\\r", 1),
                b'\t' => ("\\t", 1),
                0..=0x1f => ("", 1),
                0xef if matches!(bytes[at..], [_, 0xbf, 0xbe | 0xbf, ..]) => ("", 3),
                _ => continue,
            };
            self.out.push_str(&text[done..at]);
            self.out.push_str(written);
            done = at + length;
        }
        self.out.push_str(&text[done..]);
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_o170() {
        let mut part = JsonWriter::new();
        let mut sizes = Vec::new();
        for text in ["a \"b\" \\ c\n\td\r", "\u{0}\u{b}e\u{fffe}\u{ffff}f\u{1f}", "友好 🌍 </script>", ""] {
            sizes.push(part.size_bytes());
            part.open();
            part.text("t", text);
            part.known("none", None);
            part.texts("none", [].into_iter());
            part.texts("all", ["x", text].into_iter());
            part.close();
        }
        part.cut(sizes[3]);
        let mut document = JsonWriter::new();
        document.open();
        document.number("n", 3);
        document.open_list("items");
        document.add(&part);
        document.add(&JsonWriter::new());
        document.close_list();
        document.open_member("o");
        document.close();
        document.each("none", [0; 0], |_, _| {});
        document.each("two", [1, 2], |writer, n| writer.number("n", n));
        document.close();
        let written = document.finish();
        let read: serde_json::Value = serde_json::from_str(&written).unwrap();
        let clean = ["a \"b\" \\ c\n\td\r", "ef", "友好 🌍 </script>"];
        let items: Vec<_> = clean.iter().map(|t| serde_json::json!({ "t": t, "all": ["x", t] })).collect();
        assert_eq!(read, serde_json::json!({ "n": 3, "items": items, "o": {}, "two": [{ "n": 1 }, { "n": 2 }] }));
        assert!(written.ends_with("}\n"));
    }
}
