//! What a phrase does not run across, though folding leaves a blank of it: the ends of
//! paragraphs, list items and cells, and dashes.

use std::ops::Range;

/// From so many characters on, a line may have been broken for its length alone.
const FULL_LINE: usize = 50;

/// Whether the end of a paragraph, item or cell lies within `range` of `shown`, a text of
/// several lines.
pub(super) fn has_line_end(shown: &str, range: Range<usize>) -> bool {
    shown[range.clone()].char_indices().any(|(at, c)| match c {
        '\n' => !is_wrapped(&shown[..range.start + at], &shown[range.start + at..]),
        '\t' | '\u{2028}' | '\u{2029}' => true,
        _ => false,
    })
}

/// Whether a dash lies within `phrase`; a hyphen is none.
pub(super) fn has_dash(phrase: &str) -> bool {
    phrase.char_indices().any(|(at, c)| match c {
        '\u{2014}' | '\u{2015}' | '\u{2E3A}' | '\u{2E3B}' => true,
        '-' | '\u{2010}'..='\u{2013}' | '\u{2212}' => {
            let (before, after) = (&phrase[..at], &phrase[at + c.len_utf8()..]);
            let is_apart = before.ends_with(char::is_whitespace) && after.starts_with(char::is_whitespace);
            is_apart || c == '-' && after.starts_with('-')
        }
        _ => false,
    })
}

/// Whether plain text goes on in the next line as in the middle of a sentence: its lines are
/// broken, its paragraphs are not.
fn is_wrapped(before: &str, after: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim_end();
    let is_open = line.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '-'));
    let goes_on = after.strip_prefix('\n').is_some_and(|next| next.starts_with(char::is_lowercase));
    is_open && goes_on && line.chars().count() >= FULL_LINE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_end_at_borders_b348() {
        let check = |shown: &str, expected: bool| {
            assert_eq!(has_line_end(shown, 0..shown.len()) || has_dash(shown), expected, "{shown:?}");
        };
        for apart in
            ["sister\ncity", "sister\tcity", "sister \u{2014} city", "sister\u{2014}city", "sister \u{2013} city"]
        {
            check(apart, true);
        }
        for apart in ["sister - city", "sister--city", "sister -- city", "\u{57ce}\u{5e02}\n\u{5916}\u{529e}"] {
            check(apart, true);
        }
        for one in ["sister city", "sister-city", "sister\u{2013}city", "sister- city", "sister\u{A0} city"] {
            check(one, false);
        }
        let wrapped = "The delegation of nine was led by the mayor of the sister\ncity, who";
        check(wrapped, false);
        check(&wrapped.replace("\nc", "\nC"), true);
        check(&wrapped.replace("sister", "sister."), true);
    }
}
