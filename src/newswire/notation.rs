//! The notation of the tables of words, as regular expressions.
//!
//! Words in capitals count only in capitals, others in both cases. `{a,b}` is a or b, and may
//! hold braces itself; `{#}` is a number, `{nth}` an ordinal, `{*}` anything within the
//! sentence. A space is any white space; dashes, quotation marks, brackets and colons count in
//! all their forms. The tables: `data/newswire/`.

use regex::{Regex, RegexBuilder};

/// Opening brackets, as a class.
pub(super) const OPEN: &str = r"[\[(（【［〔<＜《「/]";
/// Closing ones.
pub(super) const CLOSE: &str = r"[\])）】］〕>＞》」/]";

/// How large an expression, and the memory of its search, may grow, in bytes.
const LARGEST: usize = 16 << 20;

/// The expression of a word or phrase of a table.
pub(super) fn expression(phrase: &str) -> String {
    let mut out = String::new();
    append(phrase, &mut out);
    let has_small = without_braces(phrase).chars().any(char::is_lowercase);
    let has_capital = phrase.chars().any(char::is_uppercase);
    match has_capital && !has_small {
        true => format!("(?:{out})"),
        false => format!("(?i:{out})"),
    }
}

/// The expression of several.
pub(super) fn any_of<'p>(phrases: impl IntoIterator<Item = &'p str>) -> String {
    let all: Vec<String> = phrases.into_iter().map(expression).collect();
    format!("(?:{})", all.join("|"))
}

/// The expression of several, each a word by itself where it begins and ends with letters of
/// ASCII: borders of other letters would cost most of the speed.
pub(super) fn words<'p>(phrases: impl IntoIterator<Item = &'p str>) -> String {
    const BORDER: &str = r"(?-u:\b)";
    let bordered = |phrase: &str| {
        let first = phrase.chars().find(|c| *c != '{');
        let before = if first.is_some_and(|c| c.is_ascii_alphanumeric()) { BORDER } else { "" };
        let after = if phrase.ends_with(|c: char| c.is_ascii_alphanumeric()) { BORDER } else { "" };
        format!("{before}{}{after}", expression(phrase))
    };
    let all: Vec<String> = phrases.into_iter().map(bordered).collect();
    format!("(?:{})", all.join("|"))
}

/// Letters of which a text that has the phrase has some: one list of alternatives, the longest
/// that the phrase gives. `None` where it can do without any.
pub(super) fn needed(phrase: &str) -> Option<Vec<&str>> {
    let (mut best, mut rest): (Option<Vec<&str>>, &str) = (None, phrase);
    while !rest.is_empty() {
        let (found, end) = match rest.strip_prefix('{') {
            Some(inner) => {
                let end = closing(inner);
                (needed_of_braces(&inner[..end]), (end + 2).min(rest.len()))
            }
            None => {
                let end = rest.find(|c| c == '{' || has_forms(c)).unwrap_or(rest.len());
                ((end > 0).then(|| vec![&rest[..end]]), end.max(rest.chars().next().map_or(1, char::len_utf8)))
            }
        };
        let shortest = |letters: &Vec<&str>| letters.iter().map(|one| one.len()).min();
        if found.as_ref().and_then(shortest) > best.as_ref().and_then(shortest) {
            best = found;
        }
        rest = &rest[end..];
    }
    best
}

fn needed_of_braces(inner: &str) -> Option<Vec<&str>> {
    match inner {
        "#" | "nth" | "*" => None,
        _ => {
            let each: Option<Vec<Vec<&str>>> = alternatives(inner).into_iter().map(needed).collect();
            each.map(|all| all.concat())
        }
    }
}

/// A regular expression that the program's own tables make up.
pub(super) fn regex(expression: &str) -> Regex {
    let built = RegexBuilder::new(expression).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
    built.expect("the built-in tables are right: a test reads them")
}

/// What of a phrase is written out: `{nth}` has small letters of its own.
fn without_braces(phrase: &str) -> String {
    phrase.replace("{nth}", "").replace("{nth ,}", "")
}

fn append(phrase: &str, out: &mut String) {
    let mut rest = phrase;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '{' => {
                let end = closing(rest);
                braces(&rest[..end], out);
                rest = rest.get(end + 1..).unwrap_or("");
            }
            _ => character(c, out),
        }
    }
}

/// Where the brace that is open at the start of `rest` closes.
fn closing(rest: &str) -> usize {
    let mut depth = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

fn braces(inner: &str, out: &mut String) {
    match inner {
        "#" => out.push_str(r"[0-9０-９]{1,6}"),
        "nth" => out.push_str(r"(?i:[0-9]{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth)"),
        "*" => out.push_str(r"[^\n.。!?！？]*?"),
        _ => {
            out.push_str("(?:");
            for (n, part) in alternatives(inner).into_iter().enumerate() {
                out.push_str(if n > 0 { "|" } else { "" });
                append(part, out);
            }
            out.push(')');
        }
    }
}

/// The parts of `a,{b,c} d`, parted by the commas outside of braces.
fn alternatives(inner: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[from..]);
    // The empty one last: the longer reading is tried first.
    parts.sort_by_key(|part| part.is_empty());
    parts
}

/// Whether a sign of a phrase stands for several.
fn has_forms(c: char) -> bool {
    class(c).is_some()
}

fn character(c: char, out: &mut String) {
    match class(c) {
        Some(class) => out.push_str(class),
        None => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
    }
}

/// All forms of a sign.
fn class(c: char) -> Option<&'static str> {
    Some(match c {
        ' ' => r"\s+",
        '-' => r"[-‐‑–—―－−]",
        '\'' => "['’ʼ]",
        '"' => "[\"“”„«»]",
        ':' => "[:：]",
        '：' => "[:：]",
        '(' | '（' => "[(（]",
        ')' | '）' => "[)）]",
        '[' | '［' => r"[\[［【〔]",
        ']' | '］' => r"[\]］】〕]",
        '/' => "[/／]",
        '<' => "[<＜〈]",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notation_says_what_it_seems_to() {
        let check = |phrase: &str, text: &str, expected: bool| {
            let regex = regex(&format!("^{}$", words([phrase])));
            assert_eq!(regex.is_match(text), expected, "{phrase:?} {text:?}");
        };
        check("KILL", "KILL", true);
        check("KILL", "Kill", false);
        check("Kill", "KILL", true);
        check("UPDATE {#}-", "UPDATE 2–", true);
        check("{nth} Ld-Writethru", "1st LD-Writethru", true);
        check("{nth} LD", "2nd Ld", false);
        check("{nth} LD", "2nd LD", true);
        check("Please {kill,disregard}", "please disregard", true);
        check("{strict ,}embargo", "embargo", true);
        check("for {release,{broad,tele}cast}", "for telecast", true);
        check("BC-{*}-KILL", "BC-EU--Vote-KILL", true);
        check("更正：", "更正:", true);
        check("（訂正", "(訂正", true);
        check("in a {*}story", "in a long. story", false);
    }

    #[test]
    fn letters_that_a_phrase_needs_are_the_longest_of_it() {
        let check =
            |phrase: &str, expected: &[&str]| assert_eq!(needed(phrase).unwrap_or_default(), expected, "{phrase}");
        check("KILL", &["KILL"]);
        check("please kill {the,our} {*}{story,dispatch}", &["please"]);
        check("{story,dispatch} {*}{should,must} be", &["story", "dispatch"]);
        check("{strict ,}embargo", &["embargo"]);
        check("BC-{*}-KILL", &["KILL"]);
        check("{nth} LD", &["LD"]);
        check("{#}{*}", &[]);
        check("更正：", &["更正"]);
        check("{A,{B,CD}{#}}", &["A", "B", "CD"]);
        check("{a,b", &["a", "b"]);
    }
}
