//! The document type declaration and the entities that its internal subset declares (XML
//! 1.0 §2.8, §4.2). Nothing outside the document is opened.

use memchr::{memchr, memmem};

/// The length of a document type declaration, its internal subset included.
pub fn length(bytes: &[u8]) -> Option<usize> {
    let (mut subset, mut at) = (false, 0);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => at += 1 + memchr(quote, &bytes[at + 1..])?,
            b'<' if bytes[at..].starts_with(b"<!--") => at += 6 + memmem::find(&bytes[at + 4..], b"-->")?,
            b'[' => subset = true,
            b']' => subset = false,
            b'>' if !subset => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The general entities that `doctype` declares with a value: names and values as written,
/// at most `most`. Parameter entities and external ones are not among them.
pub fn entities(doctype: &str, most: usize) -> Vec<(&str, &str)> {
    const DECLARATION: &str = "<!ENTITY";
    let mut found: Vec<(&str, &str)> = Vec::new();
    let mut rest = doctype;
    while let Some(at) = memchr(b'<', rest.as_bytes()).filter(|_| found.len() < most) {
        rest = &rest[at..];
        if rest.starts_with("<!--") {
            let Some(end) = memmem::find(rest.as_bytes(), b"-->") else { break };
            rest = &rest[end..];
            continue;
        }
        let Some(inside) = rest.strip_prefix(DECLARATION) else {
            rest = &rest[1..];
            continue;
        };
        rest = inside;
        let named = inside.trim_ascii_start();
        let length = named.bytes().take_while(|&b| is_name_byte(b)).count();
        let (name, value) = named.split_at(length);
        let value = value.trim_ascii_start();
        let Some(quote) = value.bytes().next().filter(|b| matches!(b, b'"' | b'\'') && length > 0) else { continue };
        let Some(end) = memchr(quote, &value.as_bytes()[1..]) else { break };
        // The first declaration of a name counts (XML 1.0 §4.2).
        if !found.iter().any(|(known, _)| *known == name) {
            found.push((name, &value[1..=end]));
        }
        rest = &value[end + 2..];
    }
    found
}

/// Whether a byte may be in the name of an entity.
pub fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':') || b >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_with_a_value_are_found() {
        let doctype = "<!DOCTYPE rss [ <!ENTITY a \"x > y\"> <!-- <!ENTITY no 'no'> --> <!ENTITY % p 'q'>\
                       <!ENTITY f SYSTEM \"file:///etc/passwd\"> <!ENTITY\n b '&a;'> <!ENTITY a 'again'> ]>";
        assert_eq!(length(doctype.as_bytes()), Some(doctype.len()));
        assert_eq!(entities(doctype, 9), [("a", "x > y"), ("b", "&a;")]);
        assert_eq!(entities(doctype, 1), [("a", "x > y")]);
        assert_eq!(entities("<!DOCTYPE r [<!ENTITY a 'b", 9), []);
    }
}
