//! Source lines: "SOURCE X", "来源：X".

use super::super::notice::floor;
use super::super::tables::Tables;
use super::carrier::CarrierKind;
use super::name;
use super::words::IssuerWords;

/// Last and first lines that may name the source.
const LAST: usize = 30;
const FIRST: usize = 6;
/// How much of the text from each end is looked at, in bytes.
const REACH: usize = 6_000;
/// A line that names a source is no longer, in bytes.
const LINE_BYTES: usize = 260;

/// The issuer that a source line names: the last line that does, else the first.
pub(super) fn read<'t>(text: &'t str, carrier: CarrierKind, tables: &Tables, words: &IssuerWords) -> Option<&'t str> {
    let head = &text[..floor(text, REACH)];
    let tail = &text[floor(text, text.len().saturating_sub(REACH))..];
    let last: Vec<&str> = shown(tail.rsplit('\n')).take(LAST).collect();
    let first: Vec<&str> = shown(head.split('\n')).take(FIRST).collect();
    // The line below a label that stands alone is the one before it in `last`.
    let below = |n: usize| n.checked_sub(1).and_then(|n| last.get(n)).copied();
    let of_last = last.iter().enumerate().find_map(|(n, line)| of_line(line, below(n), carrier, tables, words));
    of_last
        .or_else(|| {
            let lines = first.iter().enumerate();
            lines
                .map(|(n, line)| (line, first.get(n + 1).copied()))
                .find_map(|(line, below)| of_line(line, below, carrier, tables, words))
        })
        .or_else(|| glued(last.first()?, tables, words).filter(|_| carrier != CarrierKind::Agency))
}

fn shown<'t>(lines: impl Iterator<Item = &'t str>) -> impl Iterator<Item = &'t str> {
    let bare = |line: &'t str| line.trim().trim_start_matches(|c: char| "(（[【*_<".contains(c) || c.is_whitespace());
    lines.map(bare).filter(|line| !line.is_empty())
}

fn of_line<'t>(
    line: &'t str,
    below: Option<&'t str>,
    carrier: CarrierKind,
    tables: &Tables,
    words: &IssuerWords,
) -> Option<&'t str> {
    if line.len() > LINE_BYTES {
        return None;
    }
    let label = words
        .certain
        .find(line)
        .or_else(|| (carrier != CarrierKind::Agency).then(|| words.labels.find(line)).flatten())?;
    let rest = line[label.end()..].trim();
    match rest.is_empty() {
        true => name::of(below?, tables, words),
        false => name::of(rest, tables, words),
    }
}

/// "... in spring. SOURCE Contoso, Inc.": the source at the end of the last line.
fn glued<'t>(line: &'t str, tables: &Tables, words: &IssuerWords) -> Option<&'t str> {
    let from = floor(line, line.len().saturating_sub(LINE_BYTES));
    let foot = &line[from..];
    let at = foot.rfind("SOURCE ")?;
    let ends = foot[..at].trim_end().ends_with(['.', '!', '?', '"', '”', ')']);
    if !ends {
        return None;
    }
    name::of(&foot[at + "SOURCE ".len()..], tables, words)
}
