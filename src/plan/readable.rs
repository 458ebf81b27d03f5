//! An entry as filters and the search index read it.

use crate::clock::Timestamp;
use crate::identity::Texts;
use crate::model::{Copy, Entry, Source};

/// What filters read of `entry`, whose age they tell at `now`.
pub fn readable(entry: &Entry, texts: &Texts, source: &Source, now: Timestamp) -> Copy {
    Copy {
        source: source.id.clone(),
        tags: source.tags.clone(),
        title: entry.title.clone(),
        lead: Copy::lead_of(&texts.body).to_owned(),
        body: body(texts),
        authors: authors(entry).map(str::to_owned).collect(),
        categories: categories(entry).map(str::to_owned).collect(),
        language: entry.language.clone().or_else(|| source.language.clone()),
        link: entry.link.clone(),
        at: entry.dated().unwrap_or(now),
        now,
    }
}

/// Names of those who wrote it.
pub fn authors(entry: &Entry) -> impl Iterator<Item = &str> {
    entry.authors.iter().chain(&entry.contributors).map(|person| person.name.as_str())
}

/// Terms of its categories, each followed by its label where that is another.
pub fn categories(entry: &Entry) -> impl Iterator<Item = &str> {
    entry.categories.iter().flat_map(|c| {
        let label = c.label.as_deref().filter(|label| *label != c.term);
        std::iter::once(c.term.as_str()).chain(label)
    })
}

/// The text, and the teaser behind it where it says something else.
pub fn body(texts: &Texts) -> String {
    let teaser = texts.teaser.trim();
    let opening: String = teaser.chars().take(60).collect();
    if teaser.is_empty() || texts.body.contains(opening.as_str()) {
        return texts.body.clone();
    }
    format!("{}\n{teaser}", texts.body.trim_end())
}
