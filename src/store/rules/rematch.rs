//! Which stored decisions stand when rules are put in force.

use crate::model::FeedId;
use crate::store::{DecidedBy, Editions, Labels};

/// How all that is stored was decided, whatever the feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DecidedSoFar {
    /// Nothing ever was: all comes by what is in force.
    Nothing,
    /// By the labels that sources have.
    ByTheseLabels,
    /// By other labels, which say nothing about which feeds they concern.
    ByOtherLabels,
}

/// Whether stored decisions of a feed stand that were made by the edition `before`, now
/// that it has the edition `now`.
pub fn stands(so_far: DecidedSoFar, before: Option<&str>, now: &str) -> bool {
    match so_far {
        DecidedSoFar::Nothing => true,
        DecidedSoFar::ByTheseLabels => before == Some(now),
        DecidedSoFar::ByOtherLabels => false,
    }
}

/// Whether `now` are other labels than a source's entries were decided by; of one that
/// brought entries, and whose labels nobody noted, that has to be believed.
pub fn relabels(before: Option<&Labels>, now: &Labels, entries: u64) -> bool {
    before != Some(now) && (before.is_some() || entries > 0)
}

/// Whether a rematch decides about a feed as the rules in force do, which made `before`.
pub fn decides_as_in_force(before: &Editions, by: &DecidedBy, feed: &FeedId) -> bool {
    let labelled = before.labels.iter().all(|(source, was)| by.labels.get(source.as_str()) == Some(was));
    labelled && before.feeds.get(feed) == by.feeds.get(feed.as_str()) && before.feeds.contains_key(feed)
}

/// What a rematch of `program` that decides about the feeds of `by` would decide by now
/// that `now` is put in force, after `before`.
pub fn decided_by_now(program: &str, by: &DecidedBy, before: &Editions, now: &Editions) -> DecidedBy {
    let of_ours = |feed: &FeedId| by.feeds.contains_key(feed.as_str());
    let feeds = now.feeds.iter().filter(|(feed, _)| of_ours(feed));
    let labels = before.labels.iter().chain(&now.labels);
    DecidedBy {
        program: program.to_owned(),
        feeds: feeds.map(|(feed, edition)| (feed.to_string(), edition.clone())).collect(),
        labels: labels.map(|(source, labels)| (source.to_string(), labels.clone())).collect(),
        announced: by.announced,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::SourceId;

    fn labels(language: &str) -> Labels {
        Labels { tags: Vec::new(), language: Some(language.to_owned()) }
    }

    fn editions(feeds: &[(&str, &str)], sources: &[(&str, &str)]) -> Editions {
        Editions {
            feeds: feeds.iter().map(|(id, edition)| (FeedId::new(id).unwrap(), (*edition).to_owned())).collect(),
            labels: sources.iter().map(|(id, language)| (SourceId::new(id).unwrap(), labels(language))).collect(),
        }
    }

    fn by(feeds: &[(&str, &str)], sources: &[(&str, &str)]) -> DecidedBy {
        let pairs = |all: &[(&str, &str)]| -> BTreeMap<String, String> {
            all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        DecidedBy {
            program: "1".to_owned(),
            feeds: pairs(feeds),
            labels: pairs(sources).into_iter().map(|(source, language)| (source, labels(&language))).collect(),
            announced: true,
        }
    }

    #[test]
    fn decisions_stand_where_the_same_edition_made_them_by_the_same_labels() {
        use DecidedSoFar::{ByOtherLabels, ByTheseLabels, Nothing};
        for (so_far, before, expected) in [
            (Nothing, None, true),
            (Nothing, Some("y"), true),
            (ByTheseLabels, Some("x"), true),
            (ByTheseLabels, Some("y"), false),
            (ByTheseLabels, None, false),
            (ByOtherLabels, Some("x"), false),
        ] {
            assert_eq!(stands(so_far, before, "x"), expected, "{so_far:?} {before:?}");
        }
    }

    #[test]
    fn labels_that_nobody_noted_are_others_once_entries_came() {
        for (before, entries, expected) in
            [(None, 0, false), (None, 1, true), (Some(labels("fi")), 0, true), (Some(labels("en")), 1, false)]
        {
            assert_eq!(relabels(before.as_ref(), &labels("en"), entries), expected, "{before:?} {entries}");
        }
    }

    #[test]
    fn a_rematch_decides_as_in_force_by_the_same_edition_and_labels() {
        let city = FeedId::new("city").unwrap();
        let before = editions(&[("city", "x")], &[("a", "en")]);
        for (feeds, sources, expected) in [
            ([("city", "x")], vec![("a", "en")], true),
            ([("city", "x")], vec![("a", "en"), ("b", "fi")], true),
            ([("city", "y")], vec![("a", "en")], false),
            ([("city", "x")], vec![("a", "fi")], false),
            ([("city", "x")], vec![], false),
        ] {
            assert_eq!(decides_as_in_force(&before, &by(&feeds, &sources), &city), expected, "{feeds:?} {sources:?}");
        }
        let mixed = editions(&[], &[("a", "en")]);
        assert!(!decides_as_in_force(&mixed, &by(&[("city", "x")], &[("a", "en")]), &city));
        assert!(!decides_as_in_force(&mixed, &by(&[], &[("a", "en")]), &city), "of a feed that is not its own");
    }

    /// R20.
    #[test]
    fn a_rematch_goes_on_under_rules_that_decide_about_its_feeds_as_it_does() {
        let was = by(&[("city", "x")], &[("a", "en"), ("gone", "fi")]);
        let before = editions(&[], &[("a", "en"), ("gone", "fi")]);
        let check = |feeds: &[(&str, &str)], sources: &[(&str, &str)], expected: bool| {
            let now = decided_by_now("1", &was, &before, &editions(feeds, sources));
            assert_eq!(was.goes_on_by(&now), expected, "{feeds:?} {sources:?}");
        };
        check(&[("city", "x")], &[("a", "en")], true);
        check(&[("city", "x"), ("port", "z")], &[("a", "en"), ("new", "sv")], true);
        check(&[("city", "y")], &[("a", "en")], false);
        check(&[("port", "z")], &[("a", "en")], false);
        check(&[("city", "x")], &[("a", "sv")], false);
        assert!(!was.goes_on_by(&decided_by_now("2", &was, &before, &editions(&[("city", "x")], &[]))));
    }
}
