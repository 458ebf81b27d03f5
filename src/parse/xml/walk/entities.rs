//! Entities that a document declares for itself, where they stand in its texts.
//!
//! Only those whose value is text and refers to no other entity: then what comes
//! of one is no longer than its value, and a budget bounds what comes of all (B15).

use std::borrow::Cow;
use std::collections::HashMap;

use memchr::{memchr2, memmem};

use crate::limits::{ENTITIES, ENTITY_BYTES};
use crate::model::WarningKind;
use crate::parse::notes::{Notes, cut_at};
use crate::text::html;
use crate::text::xml::doctype;

/// How far from its beginning a document may declare them.
const HEAD_BYTES: usize = crate::limits::ENTITY_HEAD.count();
/// How many are kept, how long one may be, and how much longer the document may get.
const MOST: usize = ENTITIES.count();
const VALUE_BYTES: usize = crate::limits::ENTITY_VALUE.count();
const BUDGET_BYTES: usize = ENTITY_BYTES.count();
/// The longest name.
const NAME_BYTES: usize = 64;

/// `text` with its own entities in their places; as it came, if it has none.
pub fn expanded<'a>(text: &'a str, notes: &mut Notes) -> Cow<'a, str> {
    let Some((from, values)) = declared(text) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 1024);
    out.push_str(&text[..from]);
    let mut rest = &text[from..];
    let mut budget = BUDGET_BYTES;
    let mut no_end = false;
    while let Some(at) = memchr2(b'&', b'<', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = if rest.starts_with("<![CDATA[") && !no_end {
            // What stands there refers to nothing.
            let end = memmem::find(rest.as_bytes(), b"]]>");
            no_end = end.is_none();
            end.unwrap_or(1)
        } else {
            let value = name(rest).and_then(|name| Some((name.len() + 2, values.get(name)?)));
            match value {
                Some((length, value)) if value.len() <= budget => {
                    budget -= value.len();
                    out.push_str(value);
                    rest = &rest[length..];
                    continue;
                }
                Some(_) => {
                    notes.count(WarningKind::Limit, "an entity of the document was not put in its place", 1);
                    1
                }
                None => 1,
            }
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Where the declaration of the document's type ends, and the values of its
/// entities as they may stand anywhere in the document.
fn declared(text: &str) -> Option<(usize, HashMap<&str, String>)> {
    let head = cut_at(text, HEAD_BYTES);
    // It stands before the first element, or it is what the document is about.
    let element = |rest: &[u8]| rest.get(1).is_some_and(u8::is_ascii_alphabetic);
    let from = memchr::memchr_iter(b'<', head.as_bytes())
        .map(|at| (at, &head.as_bytes()[at..]))
        .find(|(_, rest)| element(rest) || rest.starts_with(b"<!DOCTYPE"))
        .filter(|(_, rest)| !element(rest))?
        .0;
    let to = from + doctype::length(&head.as_bytes()[from..])?;
    let entities = doctype::entities(&head[from..to], MOST);
    let values: HashMap<&str, String> =
        entities.into_iter().filter_map(|(name, value)| Some((name, usable(name, value)?))).collect();
    (!values.is_empty()).then_some((to, values))
}

/// The value of an entity, escaped, if it is text alone.
fn usable(name: &str, value: &str) -> Option<String> {
    let of_xml = matches!(name, "amp" | "lt" | "gt" | "quot" | "apos");
    if of_xml || value.len() > VALUE_BYTES || name.len() > NAME_BYTES {
        return None;
    }
    let mut text = String::new();
    if html::decode(value, &mut text).ampersands > 0 {
        return None;
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    Some(escaped)
}

/// The name of the entity that `text` refers to at its beginning.
fn name(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('&')?;
    let length = inside.bytes().take(NAME_BYTES + 1).take_while(|&b| doctype::is_name_byte(b)).count();
    (inside.as_bytes().get(length) == Some(&b';')).then(|| &inside[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(expanded(text, &mut Notes::default()), expected, "{text}");
    }

    #[test]
    fn entities_are_put_in_their_places() {
        let head = "<!DOCTYPE rss [<!ENTITY site \"https://h.example/\"><!ENTITY who 'Quill &#38; Tiller'>\
                    <!ENTITY two '&site;&site;'><!ENTITY f SYSTEM 'file:///etc/passwd'><!ENTITY amp 'x'>]>";
        let of = |rest: &str, expected: &str| check(&format!("{head}{rest}"), &format!("{head}{expected}"));
        of("<a b='&site;1'>&site;n/1</a>", "<a b='https://h.example/1'>https://h.example/n/1</a>");
        of("&who; &amp; &eacute; &nosuch; & &site", "Quill &amp; Tiller &amp; &eacute; &nosuch; & &site");
        of("&two;&f;&p;", "&two;&f;&p;");
        of("<![CDATA[&site;]]>&site;", "<![CDATA[&site;]]>https://h.example/");
        check(
            "<rss><![CDATA[<!DOCTYPE x [<!ENTITY a 'b'>]>]]>&a;</rss>",
            "<rss><![CDATA[<!DOCTYPE x [<!ENTITY a 'b'>]>]]>&a;</rss>",
        );
    }

    /// B15: what comes of them is bounded, and so is the time.
    #[test]
    fn many_and_long_entities_are_bounded() {
        let value = "x".repeat(VALUE_BYTES);
        let text = format!("<!DOCTYPE r [<!ENTITY a '{value}'>]><r>{}</r>", "&a;".repeat(1_000_000));
        let mut notes = Notes::default();
        let out = expanded(&text, &mut notes);
        assert!(out.len() <= text.len() + BUDGET_BYTES);
        assert_eq!(notes.finish(&[]).len(), 1);
        for unit in ["&a", "<![CDATA[", "&", "<", "&a;<![CDATA["] {
            let _ = expanded(&format!("<!DOCTYPE r [<!ENTITY a 'b'>]>{}", unit.repeat(200_000)), &mut Notes::default());
        }
        let _ = expanded(&"<!DOCTYPE r [<!ENTITY a 'b'>".repeat(10_000), &mut Notes::default());
    }
}
