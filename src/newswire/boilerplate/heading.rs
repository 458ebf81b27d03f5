//! Headings of what is not news: "About X", "Media contact".

use super::lines::TextLine;
use super::words::BoilerplateWords;
use crate::model::newswire::CutKind;
use crate::text::script::is_unspaced;

/// A heading has no more words; Han, kana and Hangul count half a word each.
const MOST_WORDS: usize = 14;
/// What a heading names is no longer, in bytes.
const LONGEST_NAME: usize = 120;

/// The heading of a part.
pub(super) struct SectionHeading<'t> {
    pub kind: CutKind,
    /// Whom it is about.
    pub name: Option<&'t str>,
}

/// The heading that a line is, or begins with.
pub(super) fn of_line<'t>(line: &TextLine<'t>, words: &BoilerplateWords) -> Option<SectionHeading<'t>> {
    let Some((kind, end)) = words.heading(line) else { return about_after(line, words) };
    let rest = &line.head[end..];
    match kind {
        CutKind::About => {
            let name = name(rest.trim(), words).or_else(|| rest.trim().is_empty().then_some(""))?;
            // "About" alone is nothing; "Company profile" is.
            let is_whole =
                line.head[..end].trim().chars().count() > 3 && !line.head[..end].ends_with(char::is_whitespace);
            (!name.is_empty() || is_whole && line.is_short())
                .then_some(SectionHeading { kind, name: Some(name).filter(|name| !name.is_empty()) })
        }
        _ => {
            let is_label = rest.trim_start().starts_with([':', '：']) || line.head[..end].ends_with([':', '：']);
            let is_whole = line.is_short() && width(line.head) <= 2 * MOST_WORDS && !ends_sentence(line.head, words);
            (is_label || is_whole).then_some(SectionHeading { kind, name: None })
        }
    }
}

/// The name that an "About" is followed by; `None` for a sentence.
fn name<'t>(rest: &'t str, words: &BoilerplateWords) -> Option<&'t str> {
    let name = match rest.split_once([':', '：']) {
        // "About X: it is a firm."
        Some((name, after)) if !after.starts_with("//") && !name.is_empty() => name,
        _ if ends_sentence(rest, words) => return None,
        _ => rest,
    };
    let name = name.trim().trim_end_matches(['】', ']', '》']).trim();
    let bare = ["The ", "the ", "THE "].iter().find_map(|article| name.strip_prefix(article)).unwrap_or(name);
    let first = bare.split_whitespace().next()?;
    let has_digit = first.chars().any(|c| c.is_ascii_digit()) && first.chars().any(char::is_alphabetic);
    let is_name = has_digit
        || bare.starts_with(|c: char| c.is_uppercase() || is_unspaced(c) || "\"“«„$(".contains(c) || is_caseless(c));
    let is_notice = name.contains(['的', '《', '?', '？', '!', '！']);
    (is_name && !is_notice && name.len() <= LONGEST_NAME && width(name) <= 2 * MOST_WORDS).then_some(name)
}

/// A letter of a script without capitals that is written with spaces: Arabic.
fn is_caseless(c: char) -> bool {
    c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase()
}

/// "Xについて": the name stands before the words.
fn about_after<'t>(line: &TextLine<'t>, words: &BoilerplateWords) -> Option<SectionHeading<'t>> {
    if !line.is_short() || line.at.len() > LONGEST_NAME {
        return None;
    }
    let shown = line.head.trim_end_matches([':', '：', '】', '＞', '>', ']']);
    let name = words.after_names.iter().find_map(|after| shown.strip_suffix(after.as_str()))?;
    let name = name.trim_matches(|c: char| c.is_whitespace() || "■◆●▼【＜<[・".contains(c));
    (!name.is_empty() && !name.contains(['、', '。', ',']))
        .then_some(SectionHeading { kind: CutKind::About, name: Some(name) })
}

/// Whether a line ends as a sentence does; "Inc." ends none.
fn ends_sentence(line: &str, words: &BoilerplateWords) -> bool {
    let line = line.trim_end();
    if line.ends_with(['。', '！', '？', '!', '?', ';', '…', ',', '、']) {
        return true;
    }
    let last = line.rsplit(char::is_whitespace).next().unwrap_or("");
    line.ends_with('.') && !words.is_abbreviation(last)
}

/// Words counted twice, characters of scripts without spaces once.
fn width(text: &str) -> usize {
    text.split_whitespace().map(|word| word.chars().filter(|c| is_unspaced(*c)).count().max(2)).sum()
}
