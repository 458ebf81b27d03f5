//! Reads a tag as HTML's tokenisation does, and writes it so that it can be read in only
//! one way.

use memchr::memchr;

use super::super::pieces::is_costly;

/// A start or end tag.
pub struct NestTag<'a> {
    /// Its name in lower case.
    pub name: String,
    /// Attributes as written, references and all; each name once.
    attributes: Vec<(&'static str, &'a str)>,
}

impl NestTag<'_> {
    /// Appends the tag: values in quotes, without `<` and `>`.
    pub fn write(&self, name: &str, out: &mut String) {
        out.extend(["<", name]);
        for (key, value) in self.attributes.iter().filter(|(_, value)| !is_costly(value)) {
            out.extend([" ", key, "=\""]);
            for c in value.chars() {
                match c {
                    '"' => out.push_str("&quot;"),
                    '<' => out.push_str("&lt;"),
                    '>' => out.push_str("&gt;"),
                    c => out.push(c),
                }
            }
            out.push('"');
        }
        out.push('>');
    }
}

/// The tag whose name is at the start of `text`, and what follows its `>`; no tag if there
/// is none. Only attributes named in `kept` are kept.
pub fn read<'a>(text: &'a str, kept: &[&'static str]) -> (Option<NestTag<'a>>, &'a str) {
    let bytes = text.as_bytes();
    let end = bytes.iter().position(|b| is_blank(*b) || matches!(b, b'/' | b'>')).unwrap_or(bytes.len());
    let mut tag =
        NestTag { name: text[..end.min(16).min(floor(text, 16))].to_ascii_lowercase(), attributes: Vec::new() };
    let mut at = end;
    loop {
        at += bytes[at..].iter().position(|b| !is_blank(*b) && *b != b'/').unwrap_or(bytes.len() - at);
        match bytes.get(at) {
            None => return (None, ""),
            Some(b'>') => return (Some(tag), &text[at + 1..]),
            Some(_) => {}
        }
        // An `=` in the first place belongs to the name.
        let from = at;
        at += 1;
        at += bytes[at..]
            .iter()
            .position(|b| is_blank(*b) || matches!(b, b'/' | b'>' | b'='))
            .unwrap_or(bytes.len() - at);
        let name = &bytes[from..at];
        let (value, next) = value(text, at);
        at = next;
        let known = kept.iter().find(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        if let Some(known) = known.filter(|known| tag.attributes.iter().all(|(key, _)| key != *known)) {
            tag.attributes.push((known, value));
        }
    }
}

/// The value of the attribute whose name ends at `at`, and where it ends.
fn value(text: &str, at: usize) -> (&str, usize) {
    let bytes = text.as_bytes();
    let skip = |from: usize| from + bytes[from..].iter().take_while(|b| is_blank(**b)).count();
    let equals = skip(at);
    if bytes.get(equals) != Some(&b'=') {
        return ("", at);
    }
    let from = skip(equals + 1);
    match bytes.get(from) {
        Some(quote @ (b'"' | b'\'')) => {
            let length = memchr(*quote, &bytes[from + 1..]);
            let end = length.map_or(bytes.len(), |length| from + 1 + length);
            (&text[from + 1..end], (end + 1).min(bytes.len()))
        }
        _ => {
            let rest = &bytes[from..];
            let end = from + rest.iter().position(|b| is_blank(*b) || *b == b'>').unwrap_or(rest.len());
            (&text[from..end], end)
        }
    }
}

fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

/// The last character border in `text` up to `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
