//! Numbers, `true`, and words that stand without quotation marks.

use super::Mender;

impl Mender<'_, '_> {
    /// Takes what stands where a value should, up to its end.
    pub(super) fn scalar(&mut self) {
        if self.is_in_array() {
            self.separate();
        }
        let ends = |b: &u8| matches!(b, b',' | b'}' | b']' | b'\n' | b'\r');
        let length = self.rest().iter().position(ends).unwrap_or(self.rest().len());
        let line = &self.rest()[..length];
        let comment = [&b" //"[..], b" /*"].iter().filter_map(|mark| memchr::memmem::find(line, mark)).min();
        let length = comment.unwrap_or(length);
        // A word without quotation marks may hold wide characters; the ends are ASCII.
        let word = self.text[self.at..self.at + length].trim_ascii();
        self.at += length;
        let known = match word {
            "true" | "True" | "TRUE" => Some("true"),
            "false" | "False" | "FALSE" => Some("false"),
            "null" | "None" | "NULL" | "nil" | "undefined" | "NaN" | "Infinity" | "-Infinity" => Some("null"),
            _ if is_number(word) => Some(word),
            _ => None,
        };
        match known {
            Some(known) => {
                if known != word {
                    self.slip("JSON: a word that JSON does not know");
                }
                self.out.push_str(known);
            }
            None => {
                self.slip("JSON: a text without quotation marks");
                self.out.push('"');
                for c in word.chars() {
                    self.push_char(c);
                }
                self.out.push('"');
            }
        }
        self.end_value();
    }

    /// Takes the name of a member that stands without quotation marks.
    pub(super) fn bare_key(&mut self) {
        let length = self.rest().iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
        let name = &self.text[self.at..self.at + length];
        self.separate();
        self.slip("JSON: a text without quotation marks");
        self.out.push('"');
        self.out.push_str(name);
        self.out.push('"');
        self.at += length;
        self.begin_key(name);
    }
}

/// Whether `word` is a number to JSON (RFC 8259 §6), and not too large for one.
fn is_number(word: &str) -> bool {
    word.len() < 64
        && serde_json::from_str::<serde_json::Number>(word).is_ok_and(|n| n.as_f64().is_some_and(f64::is_finite))
}
