//! The text that a page states for machines: `articleBody` of JSON-LD (schema.org).

use dom_query::Document;
use memchr::memmem;

use super::letters::letters;
use crate::text::html;

const KEY: &[u8] = b"\"articleBody\"";
/// Scripts, and bodies of each, that are looked at.
const MOST: usize = crate::limits::STATED_BODIES.count();

/// The longest `articleBody` of a page, as HTML: paragraphs of text.
pub fn body(page: &Document) -> Option<String> {
    let scripts = page.select("script[type=\"application/ld+json\"]");
    let bodies = scripts.nodes().iter().take(MOST).flat_map(|script| {
        let json = script.text();
        let starts: Vec<usize> = memmem::find_iter(json.as_bytes(), KEY).take(MOST).collect();
        starts.into_iter().filter_map(move |start| string(&json[start + KEY.len()..])).collect::<Vec<_>>()
    });
    bodies.map(|body| paragraphs(&body)).max_by_key(|body| letters(body)).filter(|body| !body.is_empty())
}

/// The string that is the value of a key which was just read.
fn string(json: &str) -> Option<String> {
    let value = json.trim_start().strip_prefix(':')?.trim_start();
    let inner = value.strip_prefix('"')?;
    let mut is_escaped = false;
    let end = inner.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })?;
    // Generators leave line breaks and tabs as they are, which JSON forbids.
    let mended: String = value[..end + 2].chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    serde_json::from_str(&mended).ok()
}

/// A text, or the HTML that some put there, as paragraphs.
fn paragraphs(body: &str) -> String {
    let is_html = body.contains("</") || body.contains("&lt;/");
    let plain = if is_html { html::plain(&html::plain(body)) } else { body.to_owned() };
    let lines = plain.lines().map(|line| if is_html { line.trim().to_owned() } else { html::plain_line(line) });
    let mut out = String::new();
    for line in lines.filter(|line| html::is_worded(line)) {
        out.push_str("<p>");
        out.push_str(&line.replace('&', "&amp;").replace('<', "&lt;"));
        out.push_str("</p>\n");
    }
    out
}
