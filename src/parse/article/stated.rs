//! What a page states for machines (JSON-LD, schema.org): the text of its article, and
//! whether it is free.

use dom_query::Document;
use memchr::memmem;

use super::endings::goes_on;
use super::letters::letters;
use crate::text::html;

const BODY: &[u8] = b"\"articleBody\"";
const FREE: &[u8] = b"\"isAccessibleForFree\"";
const SELECTOR: &[u8] = b"\"cssSelector\"";
/// Scripts, and statements of each kind in each, that are looked at.
const MOST: usize = crate::limits::STATED_BODIES.count();

/// Buttons of a page that are looked at.
const MOST_BUTTONS: usize = 64;

/// What a page states about its article.
#[derive(Default)]
pub struct Stated {
    /// The longest `articleBody`, as HTML: paragraphs of text.
    pub body: Option<String>,
    /// Whether it is not free for everybody.
    pub is_paid: bool,
    /// Whether a button says that the text goes on.
    pub goes_on: bool,
    /// Classes and ids of the parts for subscribers (`cssSelector`), lower case.
    pub paid_parts: Vec<String>,
}

/// Reads what a page states.
pub fn stated(page: &Document) -> Stated {
    let scripts = page.select("script[type=\"application/ld+json\"]");
    let scripts: Vec<_> = scripts.nodes().iter().take(MOST).map(|script| script.text()).collect();
    let values = |key: &'static [u8]| scripts.iter().flat_map(move |json| behind(json, key).take(MOST));
    let bodies = values(BODY).filter_map(string).map(|body| paragraphs(&body));
    let buttons = page.select("button");
    let selectors = values(SELECTOR).filter_map(string);
    Stated {
        body: bodies.max_by_key(|body| letters(body)).filter(|body| !body.is_empty()),
        goes_on: buttons.nodes().iter().take(MOST_BUTTONS).any(|button| goes_on(&button.text())),
        // The first is the page's own, later ones are of its parts.
        is_paid: values(FREE).next().is_some_and(is_false),
        paid_parts: selectors.flat_map(|selector| names(&selector)).take(MOST).collect(),
    }
}

/// What follows each place of a key.
fn behind<'a>(json: &'a str, key: &'static [u8]) -> impl Iterator<Item = &'a str> {
    memmem::find_iter(json.as_bytes(), key).map(move |start| &json[start + key.len()..])
}

/// Whether the value of a key which was just read is `false`, in quotes or not.
fn is_false(json: &str) -> bool {
    let value = json.trim_start().strip_prefix(':').unwrap_or_default().trim_start().trim_start_matches('"');
    value.get(..5).is_some_and(|value| value.eq_ignore_ascii_case("false"))
}

/// The class or id of the element that each of some selectors means: the last of each.
fn names(selectors: &str) -> Vec<String> {
    let last =
        selectors.split(',').filter_map(|selector| selector.split(['>', ' ', '+', '~']).rfind(|part| !part.is_empty()));
    let names = last.filter_map(|part| part.rsplit_once(['.', '#'])).map(|(_, name)| name.to_ascii_lowercase());
    names.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c))).collect()
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
