//! Strangers' words in quotation marks, as people read them.

use std::fmt::Write as _;

/// `text` in quotation marks. Letters and vowel signs of all scripts stay as they
/// are; what would break the line or turn its direction is escaped.
pub fn in_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
                _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c if c.is_control() => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B136: vowel signs of Thai, Hindi and Arabic stand in messages as they are.
    #[test]
    fn text_is_shown_as_text() {
        let check = |text: &str, expected: &str| assert_eq!(in_quotes(text), expected);
        check("ข่าวประชาสัมพันธ์", "\"ข่าวประชาสัมพันธ์\"");
        check("हिन्दी é", "\"हिन्दी é\"");
        check("a \"b\" \\c\n\u{7}", "\"a \\\"b\\\" \\\\c\\n\\u{7}\"");
        check("x\u{202e}y", "\"x\\u{202e}y\"");
    }
}
