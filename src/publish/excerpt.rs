//! An opening of about 300 characters.

use std::borrow::Cow;

use crate::model::{Content, Markup, Stored};
use crate::text::html;

use super::ContentLevel;

/// An excerpt has about this many characters.
pub const LENGTH: usize = 300;

/// A title made from a text has about this many characters.
const HEADLINE_LENGTH: usize = 90;

/// An excerpt is first sought in this many bytes of HTML: texts may be a thousand times as long
/// as what is shown of them.
const OPENING_BYTES: usize = 16 * 1024;

/// The title of an entry that has neither a title nor a text that may be used for one.
const UNTITLED: &str = "(untitled)";

/// The beginning of `content` as plain text on one line, cut after a sentence or a word that
/// ends late enough, with an ellipsis.
pub fn excerpt(content: &Content) -> String {
    cut(on_one_line(content), LENGTH)
}

/// The title of `entry`. Without a title, the first words of its text if `level` permits, so
/// that entries can be told apart.
pub fn headline(entry: &Stored, level: ContentLevel) -> Cow<'_, str> {
    if !entry.title.is_empty() {
        return Cow::Borrowed(&entry.title);
    }
    if level == ContentLevel::Title {
        return Cow::Borrowed(UNTITLED);
    }
    let texts = [&entry.summary, &entry.content, &entry.article].into_iter().flatten().map(on_one_line);
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    match texts.iter().find(|text| html::is_worded(text)).or(texts.first()) {
        Some(text) => Cow::Owned(cut(text.clone(), HEADLINE_LENGTH)),
        None => Cow::Borrowed(UNTITLED),
    }
}

/// As much of the text as an excerpt may need, with white space folded.
fn on_one_line(content: &Content) -> String {
    match &content.markup {
        Markup::Plain(text) => folded(text),
        Markup::Html(text) => {
            let opening = content.markup.opening(OPENING_BYTES);
            if opening.len() < text.len() {
                let line = folded(&html::plain(opening));
                if line.chars().nth(LENGTH).is_some() {
                    return line;
                }
            }
            folded(&html::plain(text))
        }
    }
}

/// The words of `text`, up to a few characters more than an excerpt has.
fn folded(text: &str) -> String {
    let (mut line, mut room) = (String::new(), LENGTH + 2);
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
            room -= 1;
        }
        for c in word.chars().take(room) {
            line.push(c);
            room -= 1;
        }
        if room <= 1 {
            break;
        }
    }
    line
}

/// `text`, cut at about `length` characters.
fn cut(text: String, length: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(length) else { return text };
    let cut = &text[..end];
    let late = |at: usize| at > end / 2;
    let sentence = cut.rfind(['.', '!', '?', '。', '！', '？']).filter(|at| late(*at));
    if let Some(at) = sentence {
        let stop = cut[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        // A stop inside a number or an abbreviation is not followed by a space.
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

    /// R9: of a text of a megabyte no more is held than is shown of it, and an opening
    /// that is all markup is passed.
    #[test]
    fn a_long_text_costs_its_opening_r9() {
        let words = "The delegation met the mayor. ".repeat(40_000);
        let opening = excerpt(&Content { markup: Markup::Html(format!("<p>{words}</p>")), base: None });
        assert!(opening.starts_with("The delegation met") && opening.ends_with(" …"), "{opening}");
        assert!(opening.capacity() < 1024, "{}", opening.capacity());
        let markup = format!("<style>{}</style><p>Late, but {words}", "a{}".repeat(10_000));
        assert!(excerpt(&Content { markup: Markup::Html(markup), base: None }).starts_with("Late, but The"));
        let one = excerpt(&Content { markup: Markup::Plain("x".repeat(1 << 20)), base: None });
        assert_eq!(one.chars().count(), LENGTH + 1);
        assert!(one.capacity() < 1024);
    }

    #[test]
    fn the_first_words_stand_for_a_title() {
        let mut entry = Stored::from(crate::model::Entry::new(crate::model::EntryKey([0; 16])));
        assert_eq!(headline(&entry, ContentLevel::Summary), "(untitled)");
        let content = |text: &str| Some(Content { markup: Markup::Html(text.to_owned()), base: None });
        entry.content = content("<p>The mayor received the consul. She had come by ship.</p>");
        assert_eq!(headline(&entry, ContentLevel::Summary), "The mayor received the consul. She had come by ship.");
        entry.summary = content(&format!("<p>{}</p>", "word ".repeat(100)));
        assert_eq!(headline(&entry, ContentLevel::Summary), format!("{}…", "word ".repeat(18).trim_end()));
        entry.summary = content("<img src='https://a.example/x.png'>");
        assert_eq!(headline(&entry, ContentLevel::Summary), "The mayor received the consul. She had come by ship.");
        entry.content = content("🎉🎉");
        assert_eq!(headline(&entry, ContentLevel::Summary), "🎉🎉");
        entry.title = "Port".to_owned();
        assert_eq!(headline(&entry, ContentLevel::Summary), "Port");
    }

    #[test]
    fn no_text_stands_for_a_title_where_none_may_be_published() {
        let mut entry = Stored::from(crate::model::Entry::new(crate::model::EntryKey([0; 16])));
        let content = |text: &str| Some(Content { markup: Markup::Plain(text.to_owned()), base: None });
        (entry.summary, entry.content, entry.article) = (content("One."), content("Two."), content("Three."));
        assert_eq!(headline(&entry, ContentLevel::Title), "(untitled)");
        assert_eq!(headline(&entry, ContentLevel::Full), "One.");
        entry.title = "Port".to_owned();
        assert_eq!(headline(&entry, ContentLevel::Title), "Port");
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
