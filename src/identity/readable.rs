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
pub fn texts(Stored { entry, article }: &Stored) -> Texts {
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
