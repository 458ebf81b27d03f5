//! Quotes other people's words in messages for people.
//!
//! `{:?}` is for programmers: it shows the vowel signs of Thai, Hindi or Arabic as numbers.
//! Messages quote only with [`in_quotes`], which a tidy test enforces (check B136).

use super::acting::{EscapeForm, marked};

/// `text` in quotation marks, on one line. Letters, vowel signs and emoji of all scripts
/// stay as they are; characters that act instead of being read are shown as numbers.
pub fn in_quotes(text: &str) -> String {
    let mut inner = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => inner.extend(['\\', c]),
            '\n' => inner.push_str("\\n"),
            '\r' => inner.push_str("\\r"),
            '\t' => inner.push_str("\\t"),
            c => inner.push(c),
        }
    }
    format!("\"{}\"", marked(&inner, EscapeForm::Line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_text_b136() {
        let check = |text: &str, expected: &str| assert_eq!(in_quotes(text), expected);
        for text in [
            "ข่าวประชาสัมพันธ์",
            "हिन्दी é",
            "e\u{301} à́",
            "الأخبارُ العربيّة",
            "می\u{200c}خواهم",
            "Ελλάδα 友好城市 🏳\u{fe0f}\u{200d}🌈👩\u{200d}👧 ❤\u{fe0f}",
        ] {
            check(text, &format!("\"{text}\""));
        }
        check("a \"b\" \\c\n\u{7}\r\t", "\"a \\\"b\\\" \\\\c\\n\\u{7}\\r\\t\"");
        check("x\u{202e}y\u{9b}31m\u{2028}\u{200b}", "\"x\\u{202e}y\\u{9b}31m\\u{2028}\\u{200b}\"");
    }
}
