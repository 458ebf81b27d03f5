//! What is the name of a body.

use super::super::tables::Tables;
use super::words::IssuerWords;
use crate::text::script::is_unspaced;

/// A name is no longer, in bytes.
const LONGEST: usize = 200;
/// A name has no more words.
const MOST_WORDS: usize = 18;

/// The name that `shown` is, without what stands around it; `None` for a wire, an electronic
/// address, a reference to a publication, or a sentence.
pub(super) fn of<'t>(shown: &'t str, tables: &Tables, words: &IssuerWords) -> Option<&'t str> {
    let end = words.ends.iter().filter_map(|end| shown.find(end.as_str())).min();
    let mut name = trimmed(&shown[..end.unwrap_or(shown.len())]);
    if name.starts_with(|c| is_unspaced(c) && !is_hangul(c)) {
        // "来源：沈阳日报 作者：…": a name in Han or kana has no spaces.
        let others = name.split(['\u{3000}', ' ', '|', '｜']).next().unwrap_or(name);
        name = trimmed(others);
    }
    name = without_bracket(name);
    let last = name.rsplit(char::is_whitespace).next().unwrap_or("");
    if !words.is_ending(last) {
        name = name.trim_end_matches(['.', ',', ';', '。', '，']);
    }
    let is_name = name.chars().any(char::is_alphabetic)
        && name.chars().nth(1).is_some()
        && name.len() <= LONGEST
        && name.split_whitespace().count() <= MOST_WORDS
        && !name.contains(['@', '\n', '?', '!', '。', '！', '？', '…'])
        && !name.contains("://")
        && !is_host(name)
        && !has_year(name)
        && !words.is_unnamed(name);
    (is_name && tables.named(name).is_none()).then_some(name)
}

fn is_hangul(c: char) -> bool {
    ('\u{AC00}'..='\u{D7A3}').contains(&c)
}

fn trimmed(name: &str) -> &str {
    let name = name.trim_matches(|c: char| c.is_whitespace() || "*_:：=\u{3000}-–—|/\"“”【】<>＜＞〉〈".contains(c));
    match (name.starts_with(['(', '（', '[']), name.ends_with([')', '）', ']'])) {
        (false, true) if !name.contains(['(', '（', '[']) => name.trim_end_matches([')', '）', ']']),
        (true, true) => name.trim_matches(['(', ')', '（', '）', '[', ']']),
        _ => name,
    }
    .trim()
}

/// `name` without a bracket at its end: a security, or the short name.
fn without_bracket(name: &str) -> &str {
    if !name.ends_with([')', '）']) {
        return name;
    }
    name.rfind(['(', '（']).filter(|at| *at > 0).map_or(name, |at| name[..at].trim_end())
}

/// "www.example.org", "example.com": a host, not a name.
fn is_host(name: &str) -> bool {
    let is_word = !name.contains(char::is_whitespace) && name.is_ascii();
    is_word && name.contains('.') && name == name.to_lowercase()
}

/// Whether a year stands in a name: then it is where a figure or picture is from.
fn has_year(name: &str) -> bool {
    let digits = name.split(|c: char| !c.is_ascii_digit());
    digits.filter(|part| part.len() == 4).any(|part| part.starts_with("19") || part.starts_with("20"))
}

/// The part of a name by which a text calls it: in small letters, without article and the
/// abbreviation of its legal form.
pub(super) fn core(name: &str, words: &IssuerWords) -> String {
    let mut core = name;
    for article in ["The ", "the ", "THE "] {
        core = core.strip_prefix(article).unwrap_or(core);
    }
    while let Some((before, last)) = core.rsplit_once(char::is_whitespace) {
        if !words.is_ending(last) {
            break;
        }
        core = before.trim_end_matches([',', ' ']);
    }
    core.trim_end_matches(['®', '™', ',', ' ']).to_lowercase()
}
