//! Which stored decisions stand when rules are put in force.

use std::collections::BTreeMap;

use crate::model::FeedId;
use crate::store::{DecidedBy, Editions, Gained, Labels, RulesId, WantedRematch};

/// The program that decides: one that decides otherwise goes on with nothing.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

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
fn stands(so_far: DecidedSoFar, before: Option<&str>, now: &str) -> bool {
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

/// Whose decisions a commit writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decider {
    /// The rules in force.
    InForce,
    /// Others: feeds decide again.
    Others,
}

impl Decider {
    /// Who the rules `by` are, where these are `in_force`, or none are.
    pub fn of(in_force: Option<&RulesId>, by: &RulesId) -> Decider {
        if in_force == Some(by) { Decider::InForce } else { Decider::Others }
    }
}

/// What putting rules in force does to feeds.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct PutInForce {
    /// Feeds of which it is no longer known what decided.
    pub unknown: Vec<FeedId>,
    /// Feeds whose stored decisions count as made by these editions from now on.
    pub standing: Vec<(FeedId, String)>,
    /// Feeds that are to be decided about anew.
    pub outdated: Vec<FeedId>,
}

/// What becomes of feeds when `now` is put in force after `before`.
pub fn put_in_force(so_far: DecidedSoFar, before: &Editions, now: &Editions) -> PutInForce {
    let made_by = |feed: &FeedId| before.feeds.get(feed).map(String::as_str);
    let stands = |feed: &FeedId, edition: &str| stands(so_far, made_by(feed), edition);
    let is_unknown = |feed: &&FeedId| !now.feeds.get(*feed).is_some_and(|edition| stands(feed, edition));
    let mut put =
        PutInForce { unknown: before.feeds.keys().filter(is_unknown).cloned().collect(), ..Default::default() };
    for (feed, edition) in &now.feeds {
        match stands(feed, edition) {
            true if made_by(feed) == Some(edition) => {}
            true => put.standing.push((feed.clone(), edition.clone())),
            false => put.outdated.push(feed.clone()),
        }
    }
    put
}

/// The feeds of `now` about which something else has decided, where `made_by` has decided so
/// far.
pub fn outdated(made_by: &BTreeMap<FeedId, String>, now: &Editions) -> Vec<FeedId> {
    let stands = |(feed, edition): &(&FeedId, &String)| made_by.get(*feed) == Some(*edition);
    now.feeds.iter().filter(|one| !stands(one)).map(|(feed, _)| feed.clone()).collect()
}

/// Whether a rematch of these feeds ends when `now` is put in force after `before`: no
/// `outdated` feed needs it, or it would go on by other rules than it began by, and what it
/// has decided so far would stay, mixed with what comes now. `by` is what it began by, where
/// that can be read.
pub fn is_over(
    feeds: &[String],
    by: Option<&DecidedBy>,
    outdated: &[FeedId],
    (before, now): (&Editions, &Editions),
) -> bool {
    let is_needed = feeds.iter().any(|feed| outdated.iter().any(|other| other.as_str() == feed));
    let goes_on = |by: &DecidedBy| by.goes_on_by(&decided_by_now(PROGRAM, by, before, now));
    !is_needed || !by.is_some_and(goes_on)
}

/// What a rematch decides by that begins after `before` is known.
pub fn decided_by(wanted: &WantedRematch, before: &Editions) -> DecidedBy {
    let mut labels = BTreeMap::clone(&before.labels);
    labels.extend(wanted.labels.iter().map(|(source, labels)| (source.clone(), labels.clone())));
    DecidedBy {
        program: PROGRAM.to_owned(),
        feeds: wanted.feeds.iter().map(|(feed, edition)| (feed.to_string(), edition.clone())).collect(),
        labels: labels.into_iter().map(|(source, labels)| (source.to_string(), labels)).collect(),
        announced: wanted.gained == Gained::AsNew,
    }
}

/// What a rematch of `program` that decides about the feeds of `by` would decide by now
/// that `now` is put in force, after `before`.
fn decided_by_now(program: &str, by: &DecidedBy, before: &Editions, now: &Editions) -> DecidedBy {
    let of_ours = |feed: &FeedId| by.feeds.contains_key(feed.as_str());
    let feeds = now.feeds.iter().filter(|(feed, _)| of_ours(feed));
    let labels = before.labels.iter().chain(now.labels.iter());
    DecidedBy {
        program: program.to_owned(),
        feeds: feeds.map(|(feed, edition)| (feed.to_string(), edition.clone())).collect(),
        labels: labels.map(|(source, labels)| (source.to_string(), labels.clone())).collect(),
        announced: by.announced,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::SourceId;

    fn labels(language: &str) -> Labels {
        Labels { language: Some(language.to_owned()), ..Labels::default() }
    }

    fn editions(feeds: &[(&str, &str)], sources: &[(&str, &str)]) -> Editions {
        Editions {
            feeds: feeds.iter().map(|(id, edition)| (FeedId::new(id).unwrap(), (*edition).to_owned())).collect(),
            labels: Arc::new(
                sources.iter().map(|(id, language)| (SourceId::new(id).unwrap(), labels(language))).collect(),
            ),
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
    fn feeds_are_outdated_or_stand_by_what_decided_before() {
        let before = editions(&[("gone", "x"), ("other", "x"), ("same", "x")], &[]);
        let now = editions(&[("new", "y"), ("other", "y"), ("same", "x")], &[]);
        let ids = |names: &[&str]| names.iter().map(|name| FeedId::new(name).unwrap()).collect::<Vec<_>>();
        let check = |so_far, unknown: &[&str], standing: &[&str], outdated: &[&str]| {
            let put = put_in_force(so_far, &before, &now);
            let stand: Vec<FeedId> = put.standing.iter().map(|(feed, _)| feed.clone()).collect();
            assert_eq!((put.unknown, stand, put.outdated), (ids(unknown), ids(standing), ids(outdated)), "{so_far:?}");
        };
        check(DecidedSoFar::Nothing, &["gone"], &["new", "other"], &[]);
        check(DecidedSoFar::ByTheseLabels, &["gone", "other"], &[], &["new", "other"]);
        check(DecidedSoFar::ByOtherLabels, &["gone", "other", "same"], &[], &["new", "other", "same"]);
    }

    #[test]
    fn a_rematch_is_over_where_nobody_needs_it_or_it_would_decide_otherwise() {
        let (before, now) = (editions(&[], &[]), editions(&[("city", "x")], &[]));
        let mut was = by(&[("city", "x")], &[]);
        was.program = PROGRAM.to_owned();
        let city = || vec![FeedId::new("city").unwrap()];
        let check = |feed: &str, by: Option<&DecidedBy>, outdated: Vec<FeedId>, expected: bool| {
            let feeds = [feed.to_owned()];
            assert_eq!(is_over(&feeds, by, &outdated, (&before, &now)), expected, "{feed} {outdated:?}");
        };
        check("city", Some(&was), city(), false);
        check("city", Some(&was), Vec::new(), true);
        check("port", Some(&was), city(), true);
        check("city", None, city(), true);
        check("city", Some(&by(&[("city", "y")], &[])), city(), true);
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
