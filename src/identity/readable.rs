//! The plain text of an entry, which filters, index and fingerprint share.

use crate::model::{Content, Entry, Markup, Stored};
use crate::text::html;

/// The plain text of an entry.
pub struct Texts {
    /// The text of the article, else of the content, else of the summary.
    pub body: String,
    /// The text of the content or summary beside it.
    pub teaser: String,
}

/// Reads the plain text of an entry, with its article.
pub fn texts(Stored { entry, article, .. }: &Stored) -> Texts {
    match article {
        Some(article) => Texts { body: plain(article), teaser: entry.fullest().map(plain).unwrap_or_default() },
        None => own_texts(entry),
    }
}

/// Reads the plain text that a source sent.
pub fn own_texts(entry: &Entry) -> Texts {
    let teaser = entry.summary.as_ref().filter(|_| entry.content.is_some());
    let [body, teaser] = [entry.fullest(), teaser].map(|own| own.map(plain).unwrap_or_default());
    Texts { body, teaser }
}

/// The plain text of `content`, as shown.
pub fn plain(content: &Content) -> String {
    match &content.markup {
        Markup::Plain(text) => text.clone(),
        Markup::Html(text) => html::plain(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EntryKey;

    fn html(text: &str) -> Option<Content> {
        Some(Content { markup: Markup::Html(text.to_owned()), base: None })
    }

    #[test]
    fn the_fullest_text_is_the_body_and_another_one_stands_beside_it() {
        let (summary, content, article) = ("<p>In short</p>", "<p>At <b>length</b></p>", "<p>In full</p>");
        let some = |is_there: bool, text| html(text).filter(|_| is_there);
        for (has_summary, has_content, has_article, body, teaser) in [
            (false, false, false, "", ""),
            (true, false, false, "In short", ""),
            (false, true, false, "At length", ""),
            (true, true, false, "At length", "In short"),
            (true, false, true, "In full", "In short"),
            (true, true, true, "In full", "At length"),
            (false, false, true, "In full", ""),
        ] {
            let mut entry = Entry::new(EntryKey::of("id", &["1"]));
            (entry.summary, entry.content) = (some(has_summary, summary), some(has_content, content));
            let stored = Stored { entry, article: some(has_article, article), reading: None };
            let Texts { body: shown, teaser: beside } = texts(&stored);
            assert_eq!((shown.trim(), beside.trim()), (body, teaser), "{stored:?}");
        }
    }
}
