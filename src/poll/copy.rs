//! An entry as filters and the search index read it.

use crate::clock::Timestamp;
use crate::model::{Copy, Entry, Source};

use super::print::Texts;

/// What filters read of `entry`.
pub fn copy(entry: &Entry, texts: &Texts, source: &Source, now: Timestamp) -> Copy {
    let mut categories = Vec::with_capacity(entry.categories.len());
    for c in &entry.categories {
        categories.push(c.term.clone());
        categories.extend(c.label.clone().filter(|label| *label != c.term));
    }
    Copy {
        source: source.id.clone(),
        tags: source.tags.clone(),
        title: entry.title.clone(),
        lead: Copy::lead_of(&texts.body).to_owned(),
        body: body(texts),
        authors: entry.authors.iter().chain(&entry.contributors).map(|p| p.name.clone()).collect(),
        categories,
        language: entry.language.clone().or_else(|| source.language.clone()),
        link: entry.link.clone(),
        at: entry.dated().unwrap_or(now),
        now,
    }
}

/// The text, and the teaser behind it where it says something else.
fn body(texts: &Texts) -> String {
    let teaser = texts.teaser.trim();
    let opening: String = teaser.chars().take(60).collect();
    if teaser.is_empty() || texts.body.contains(opening.as_str()) {
        return texts.body.clone();
    }
    format!("{}\n{teaser}", texts.body.trim_end())
}
