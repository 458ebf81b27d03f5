//! An opening of about 300 characters.

use crate::model::{Content, Markup};
use crate::text::html;

/// About this many characters make an excerpt.
pub const LENGTH: usize = 300;

/// The opening of `content` as plain text on one line, cut at a sentence or a
/// word where one ends late enough, with an ellipsis.
pub fn excerpt(content: &Content) -> String {
    let text = match &content.markup {
        Markup::Plain(text) => text.clone(),
        Markup::Html(text) => html::plain(text),
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = text.char_indices().nth(LENGTH) else { return text };
    let cut = &text[..end];
    let late = |at: usize| at > end / 2;
    let sentence = cut.rfind(['.', '!', '?', '。', '！', '？']).filter(|at| late(*at));
    if let Some(at) = sentence {
        let stop = cut[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        // A stop inside a number or an abbreviation is followed by no space.
        if !cut.is_char_boundary(stop) || !cut[at..].starts_with('.') || text[stop..].starts_with(' ') {
            return format!("{} …", &cut[..stop]);
        }
    }
    let word = cut.rfind(' ').filter(|at| late(*at)).unwrap_or(end);
    format!("{}…", cut[..word].trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let content = Content { markup: Markup::Html(text.to_owned()), base: None };
        assert_eq!(excerpt(&content), expected);
    }

    #[test]
    fn short_text_stands_whole() {
        check("<p>One  two.</p>\n<p>Three</p>", "One two. Three");
    }

    #[test]
    fn long_text_ends_at_a_sentence_else_a_word_else_a_character() {
        let sentence = format!("{}. {}", "word ".repeat(39).trim_end(), "more ".repeat(60));
        check(&sentence, &format!("{}. …", "word ".repeat(39).trim_end()));
        let words = "word ".repeat(100);
        check(&words, &format!("{}…", "word ".repeat(60).trim_end()));
        check(&"市".repeat(400), &format!("{}…", "市".repeat(300)));
    }
}
