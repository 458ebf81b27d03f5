//! The plain text of an entry, which filters, index and fingerprint share.

use crate::model::{Content, Entry, Markup};
use crate::text::html;

/// The plain text of an entry.
pub struct Texts {
    /// The text of the article, else of the content, else of the summary.
    pub body: String,
    /// The text of the content or summary beside it.
    pub teaser: String,
}

/// Reads the plain text of `entry`.
pub fn texts(entry: &Entry) -> Texts {
    let body = entry.fullest().map(plain).unwrap_or_default();
    let teaser = match (&entry.article, &entry.content, &entry.summary) {
        (Some(_), Some(own), _) | (Some(_), None, Some(own)) | (None, Some(_), Some(own)) => plain(own),
        _ => String::new(),
    };
    Texts { body, teaser }
}

/// The plain text of `content`, as shown.
pub fn plain(content: &Content) -> String {
    match &content.markup {
        Markup::Plain(text) => text.clone(),
        Markup::Html(text) => html::plain(text),
    }
}
