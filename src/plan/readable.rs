//! An entry as filters and the search index read it.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::identity::Texts;
use crate::model::newswire::Newswire;
use crate::model::{Entry, Readable, Source};
use crate::text::fold;

/// What filters read of `entry`, whose age they tell at `now`, beside what was read of it as
/// wire copy.
pub fn readable(entry: &Entry, texts: &Texts, newswire: Arc<Newswire>, source: &Source, now: Timestamp) -> Readable {
    Readable {
        source: source.id.clone(),
        tags: source.tags.clone(),
        title: entry.title.clone(),
        lead: Readable::lead_of(&texts.body).to_owned(),
        body: body(texts),
        authors: authors(entry).map(str::to_owned).collect(),
        categories: categories(entry).map(str::to_owned).collect(),
        language: entry.language.clone().or_else(|| source.language.clone()),
        country: source.country,
        link: entry.link.clone(),
        newswire,
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

/// The words of an entry for the search index, in the order in which filters read its texts:
/// what is near in one is near in the other.
pub fn words(entry: &Entry, texts: &Texts) -> String {
    let mut words = String::new();
    let mut add = |text: &str| {
        words.push(' ');
        fold::index_words(text, &mut words);
    };
    add(&entry.title);
    add(&body(texts));
    authors(entry).for_each(&mut add);
    categories(entry).for_each(&mut add);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, EntryKey, Person, SourceId};

    fn texts(body: &str, teaser: &str) -> Texts {
        Texts { body: body.to_owned(), teaser: teaser.to_owned() }
    }

    #[test]
    fn all_who_wrote_it_and_all_terms_with_their_labels_are_read() {
        let person = |name: &str| Person { name: name.to_owned(), ..Person::default() };
        let category = |term: &str, label: Option<&str>| {
            let label = label.map(str::to_owned);
            Category { term: term.to_owned(), label, ..Category::default() }
        };
        let entry = Entry {
            authors: vec![person("Ana Pérez"), person("Li Wei")],
            contributors: vec![person("Jo")],
            categories: vec![
                category("gov", Some("Government")),
                category("port", Some("port")),
                category("sea", None),
            ],
            ..Entry::new(EntryKey([7; 16]))
        };
        assert_eq!(authors(&entry).collect::<Vec<_>>(), ["Ana Pérez", "Li Wei", "Jo"]);
        assert_eq!(categories(&entry).collect::<Vec<_>>(), ["gov", "Government", "port", "sea"]);
        let read = readable(
            &entry,
            &texts("", ""),
            Arc::default(),
            &Source::retired(SourceId::new("fao").unwrap()),
            Timestamp::EPOCH,
        );
        assert_eq!((read.authors.len(), read.categories.len()), (3, 4));
    }

    #[test]
    fn a_teaser_is_read_behind_the_text_where_it_says_something_else() {
        let check = |text: &str, teaser: &str, expected: &str| {
            assert_eq!(body(&texts(text, teaser)), expected, "{text} {teaser}");
        };
        check("The text.", "", "The text.");
        check("The text.", "  ", "The text.");
        check("The text.\n", "Another.", "The text.\nAnother.");
        check("The text.", " Another. ", "The text.\nAnother.");
        check("The text. More.", "The text.", "The text. More.");
        check("", "Another.", "\nAnother.");
        // Its first sixty characters tell: teasers end in dots.
        let opening = "é".repeat(60);
        check(&format!("{opening} and on."), &format!("{opening}…"), &format!("{opening} and on."));
        let shorter = "é".repeat(59);
        check(&format!("{shorter} and on."), &format!("{shorter}…"), &format!("{shorter} and on.\n{shorter}…"));
    }

    #[test]
    fn what_an_entry_does_not_tell_its_source_or_its_first_sight_does() {
        let source = Source {
            language: Some("de".to_owned()),
            tags: vec!["port".to_owned()],
            ..Source::retired(SourceId::new("fao").unwrap())
        };
        let now = Timestamp::from_millis(1_795_392_000_000);
        let check = |language: Option<&str>, published: Option<Timestamp>, expected: (&str, Timestamp)| {
            let language = language.map(str::to_owned);
            let entry = Entry { language, published, ..Entry::new(EntryKey([7; 16])) };
            let read = readable(&entry, &texts("The text.", ""), Arc::default(), &source, now);
            assert_eq!((read.language.as_deref().unwrap(), read.at), expected);
            assert_eq!((read.source.as_str(), read.tags.len(), read.now), ("fao", 1, now));
            assert_eq!((read.lead.as_str(), read.body.as_str()), ("The text.", "The text."));
        };
        check(None, None, ("de", now));
        check(Some("en"), Some(Timestamp::EPOCH), ("en", Timestamp::EPOCH));
    }
}
