//! Which wire carried a copy: its dateline, else its source line, its link or its source.

use super::copy::WireCopy;
use super::dateline::FoundDateline;
use super::tables::{Tables, WireNumber};

/// How much of the end of a text may hold the distributor's lines.
const TAIL_BYTES: usize = 4_096;

/// A line longer than this is text, not a source line.
const LINE_BYTES: usize = 300;

/// How many lines of the head are looked at.
const HEAD_LINES: usize = 5;

/// The usual name of the wire that carried a copy.
pub(super) fn read(copy: &WireCopy<'_>, tables: &Tables, dateline: Option<&FoundDateline>) -> Option<String> {
    if let Some(wire) = dateline.and_then(|found| found.dateline.wire.clone()) {
        return Some(wire);
    }
    let wire = source_line(copy.text, tables).or_else(|| tables.hosted(host(copy.link?)?));
    let from_source = || copy.source_wire.map(|name| tables.named(name).map_or(name, |wire| tables.name(wire)));
    wire.map(|wire| tables.name(wire)).or_else(from_source).map(str::to_owned)
}

/// A line that names the source, first those of the end.
fn source_line(text: &str, tables: &Tables) -> Option<WireNumber> {
    let mut from = text.len().saturating_sub(TAIL_BYTES);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let tail = text[from..].lines().rev();
    let head = text.lines().take(HEAD_LINES);
    tail.chain(head).filter(|line| line.len() <= LINE_BYTES).find_map(|line| credited(line.trim(), tables))
}

/// The wire that a source line credits: "Source: Xinhua", "SOURCE X via GlobeNewswire",
/// "View source version on businesswire.com: ...".
fn credited(line: &str, tables: &Tables) -> Option<WireNumber> {
    let line = line.trim_matches(|c: char| "()（）[]【】*_ \u{3000}".contains(c));
    let rest = tables.words.source_labels.iter().find_map(|label| after_label(line, label))?;
    let rest = rest.trim_matches(|c: char| ":：= \u{3000}.-–—".contains(c));
    if let Some(wire) = tables.named(rest) {
        return Some(wire);
    }
    let via = rest.rsplit_once(" via ").and_then(|(_, name)| tables.named(name));
    via.or_else(|| rest.split_whitespace().take(12).find_map(|word| tables.hosted(host(word)?)))
}

/// What follows a label at the beginning of a line; the label ends at a colon or space.
fn after_label<'l>(line: &'l str, label: &str) -> Option<&'l str> {
    let mut rest = line.char_indices();
    for expected in label.chars() {
        let (_, c) = rest.next()?;
        if !c.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    let rest = &line[rest.offset()..];
    rest.starts_with([':', '：', ' ', '\u{3000}', '=']).then_some(rest)
}

/// The host of a URL, or of a word that may be one, in lower case as hosts are written.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.rsplit('@').next()?;
    (host.contains('.') && host.len() <= 253).then(|| host.trim_end_matches(['.', ',']))
}
