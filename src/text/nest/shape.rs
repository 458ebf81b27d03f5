//! How deep HTML is nested, told before a parser meets it.
//!
//! A page that is read by selectors must keep all its tags, so it cannot be
//! written anew as [`nested`](super::nested) does. One that no honest page is
//! like is refused instead: a parser's work grows with the square of its depth
//! (check B71).

use memchr::{memchr, memmem};

use super::super::html::tag_length;

/// Elements that another one of their name ends, or that are no containers.
const ENDED_BY_LIKE: [&str; 12] = ["p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "rt"];
const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements whose content is no markup.
const RAW: [&str; 7] = ["script", "style", "textarea", "title", "iframe", "noembed", "xmp"];
/// Formatting: a parser opens it anew in every block until it is closed.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// How far up an end tag is looked for.
const REACH: usize = 64;

/// Whether `html` is nested, or leaves formatting open, more than `most` times.
pub fn exceeds(html: &str, most: usize) -> bool {
    let bytes = html.as_bytes();
    let mut open: Vec<&str> = Vec::with_capacity(64);
    let (mut at, mut left_open) = (0, 0);
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        at += found;
        let rest = &bytes[at..];
        if rest.starts_with(b"<!--") {
            at += memmem::find(rest, b"-->").map_or(rest.len(), |end| end + 3);
            continue;
        }
        let closing = rest.get(1) == Some(&b'/');
        let from = at + 1 + usize::from(closing);
        let length = bytes[from..].iter().take(24).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
        if length == 0 {
            at += 1;
            continue;
        }
        let name = &html[from..from + length];
        at += tag_length(rest).unwrap_or(rest.len());
        let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
        if closing && is(&FORMATTING) {
            // Blocks opened within formatting stay open, and may reopen it.
            let reach = open.len().saturating_sub(REACH);
            if let Some(from) = open[reach..].iter().rposition(|known| known.eq_ignore_ascii_case(name)) {
                open.remove(reach + from);
            }
        } else if closing {
            let reach = open.len().saturating_sub(REACH);
            if let Some(from) = open[reach..].iter().rposition(|known| known.eq_ignore_ascii_case(name)) {
                let inner = &open[reach + from + 1..];
                left_open +=
                    inner.iter().filter(|inner| FORMATTING.iter().any(|f| f.eq_ignore_ascii_case(inner))).count();
                // What is no block ends nothing beyond the blocks within it.
                if is_block(name) || !inner.iter().any(|inner| is_block(inner)) {
                    open.truncate(reach + from);
                }
            }
        } else if is(&RAW) {
            at += raw_length(&bytes[at..], name.as_bytes());
        } else if !is(&VOID) {
            let ends_like = is(&ENDED_BY_LIKE) && open.last().is_some_and(|top| top.eq_ignore_ascii_case(name));
            if !ends_like {
                open.push(name);
            }
        }
        if open.len() > most || left_open > most {
            return true;
        }
    }
    false
}

/// Whether an element ends others that are open within it (WHATWG HTML
/// §13.2.4.2, "special").
fn is_block(name: &str) -> bool {
    const ORDINARY: [&str; 24] = [
        "abbr", "acronym", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "label", "map", "mark", "output",
        "q", "rp", "rt", "rtc", "ruby", "samp", "span", "sub", "sup", "time",
    ];
    !name.contains('-') && !ORDINARY.iter().chain(&FORMATTING).any(|known| known.eq_ignore_ascii_case(name))
}

/// How far the content of an element without markup reaches.
fn raw_length(rest: &[u8], name: &[u8]) -> usize {
    let ends = |at: &usize| rest.get(at + 2..at + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name));
    memmem::find_iter(rest, b"</").find(ends).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_told_from_length() {
        let check = |html: &str, expected: bool| assert_eq!(exceeds(html, 100), expected, "{}", &html[..30]);
        check(&"<div><p>one<p>two<br></div>".repeat(500), false);
        check(&"<li>one<li>two".repeat(500), false);
        check(&"<!-- <div> --><script>'<div>'</script><a href='>'>x</a>".repeat(500), false);
        check(&"<div>".repeat(500), true);
        check(&"<li><dd>".repeat(500), true);
        check(&"<div><b>left open</div>".repeat(500), true);
        check(&"<x-y>".repeat(500), true);
        check(&"<a href=x><div></a>".repeat(500), true);
        check(&"<span><div></span>".repeat(500), true);
        check(&"<div><span><b>x</b></span></div>".repeat(500), false);
    }
}
