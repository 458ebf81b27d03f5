//! Who wrote a copy, where its dateline says so.

use super::{gap, mark};
use crate::newswire::tables::Tables;

/// The longest byline, in bytes.
const LONGEST: usize = 120;

/// The name of a line that is a byline: "By Yoo Jee-ho", "(di Amalia Angotti)".
pub(super) fn of_line(tables: &Tables, line: &str) -> Option<String> {
    let line = line.trim();
    let inner = line.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(line);
    if inner.len() > LONGEST || inner.ends_with(['.', ':']) {
        return None;
    }
    let (opening, name) = inner.split_once(char::is_whitespace)?;
    let opens = tables.words.byline_openings.contains(&opening.trim_end_matches('.').to_lowercase());
    (opens && is_names(name)).then(|| name.trim().to_owned())
}

/// The byline at the end of what stands before a dateline: "... photos) By Yoo Jee-ho".
pub(super) fn at_end(tables: &Tables, text: &str) -> Option<String> {
    let mut from = text.len().saturating_sub(LONGEST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let text = &text[from..];
    let at = text.rfind("By ").or_else(|| text.rfind("by "))?;
    of_line(tables, &text[at..])
}

/// One to eight words that begin with capitals, or signs between names.
fn is_names(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |word: &str| word.chars().find(|c| c.is_alphabetic()).is_none_or(|c| !c.is_lowercase());
    let joins = |word: &str| word.chars().count() <= 3;
    (1..=8).contains(&words.len())
        && words.first().is_some_and(|word| capital(word))
        && words.iter().all(|w| capital(w) || joins(w))
}

/// `РИА Новости, Анна Петрова.`: two or three names before a stop.
pub(super) fn after_agency(line: &str, at: usize) -> Option<(String, usize)> {
    let stop = line[at..].char_indices().take(50).find(|(_, c)| *c == '.')?.0;
    let name = &line[at..at + stop];
    let words = name.split_whitespace().count();
    let capitals = name.split_whitespace().all(|word| word.chars().next().is_some_and(char::is_uppercase));
    ((2..=3).contains(&words) && capitals).then(|| (name.trim().to_owned(), at + stop))
}

/// `（记者徐扬、白涌泉）` after 电: its names if it names reporters, and where it ends.
pub(super) fn in_brackets(tables: &Tables, line: &str, at: usize) -> Option<(Option<String>, usize)> {
    let open = at + line[at..].len() - line[at..].trim_start().len();
    if !line[open..].starts_with(['(', '（']) {
        return None;
    }
    let (inner, end) = mark::enclosed(line, open)?;
    let text = line[inner].trim();
    let bare = without_office(tables, text);
    // `央视网消息（新闻联播）` names a programme; `(时文枝 韩帅南)` reporters without a word for it.
    let names = bare.len() < text.len() || is_spaced_names(text);
    Some((names.then(|| bare.to_owned()).filter(|name| !name.is_empty()), end))
}

fn is_spaced_names(text: &str) -> bool {
    let words: Vec<usize> = text.split([' ', '　', '、']).map(|word| word.chars().count()).collect();
    !words.is_empty() && words.iter().all(|letters| (2..=3).contains(letters))
}

/// A text without the word for reporters before or after it.
fn without_office<'t>(tables: &Tables, text: &'t str) -> &'t str {
    let before = tables.words.byline_openings.iter().find_map(|word| text.strip_prefix(word.as_str()));
    let text = before.unwrap_or(text).trim_start_matches([' ', '　', ':', '：']);
    let after = tables.words.byline_endings.iter().find_map(|word| text.strip_suffix(word.as_str()));
    after.unwrap_or(text).trim()
}

/// What follows the brackets of a dateline: `정성조 특파원 =`, `(記者 張芹)`.
pub(super) fn after_bracket(tables: &Tables, line: &str, at: usize) -> Option<(String, usize)> {
    if let Some((name, end)) = in_brackets(tables, line, at) {
        return name.map(|name| (name, end));
    }
    let sign = line[at..].char_indices().take(60).find(|(_, c)| gap::is_dash(*c) || "=＝.。".contains(*c))?.0;
    let text = line[at..at + sign].trim();
    let office = |word: &str| tables.words.byline_endings.iter().any(|ending| word.ends_with(ending.as_str()));
    let words = text.split_whitespace();
    if !words.clone().last().is_some_and(office) {
        return None;
    }
    let names: Vec<&str> =
        words.filter(|word| !tables.words.byline_endings.iter().any(|ending| ending == word)).collect();
    let name = names.join(" ");
    let name = without_office(tables, &name).to_owned();
    (!name.is_empty()).then(|| (name, at + line[at..at + sign].trim_end().len()))
}
