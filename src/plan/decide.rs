//! What the plan decides about an entry: by the filters of all feeds, by their backfill,
//! and by what its source asks for.
//!
//! Pure, by value. Whoever has an entry is told the same: a poll that reads it for the
//! first time or again, a rematch or a backtest that goes through what is stored, `explain`.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Timestamp, Zone, span};
use crate::identity::Texts;
use crate::model::newswire::{WireEdition, WireReading};
use crate::model::{Entry, FeedId, NOTHING_FOUND, Readable, Route, Source, Stored, digest};
use crate::newswire::UnreadCopy;
use crate::parse::article;

use super::Plan;
use super::planned::PlannedSource;
use super::readable::{body, readable};

/// Entries older than this when they are first seen want no article, where no
/// feed would take them at any age.
const OLD: Duration = Duration::from_secs(7 * 86_400);

/// When an entry was first seen. To feeds it is as old as it was then: a correction makes
/// nothing older, so that `now` is right for new entries alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FirstSeen(pub Timestamp);

/// That all entries of a document are older than what its feeds take at first sight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AllTooOld {
    /// What they take: the longest backfill of them.
    pub backfill: Duration,
    /// The date of the newest entry.
    pub newest: Timestamp,
}

/// What becomes of an entry that is looked at for the first time, or in a new version.
#[derive(Clone, Debug, Default)]
pub struct Considered {
    /// What was read of it as wire copy.
    pub reading: WireReading,
    /// What feeds decide: a route for each that has something to say of it.
    pub routes: Vec<Route>,
}

impl Plan {
    /// Reads an entry of `source` as wire copy, and has all feeds decide about it.
    pub fn consider(&self, entry: &Entry, texts: &Texts, source: &Source, seen: FirstSeen) -> Considered {
        self.considered(entry, texts, source, (seen, Some(entry.dated().unwrap_or(seen.0)))).0
    }

    /// The same of an entry of an archive, which was first seen when it was published: of one
    /// without a date nobody knows when that was. Besides, a route for each feed, those with
    /// nothing to say of it included.
    pub fn consider_archived(
        &self,
        entry: &Entry,
        texts: &Texts,
        source: &Source,
        seen: FirstSeen,
    ) -> (Considered, Vec<Route>) {
        let (considered, copy) = self.considered(entry, texts, source, (seen, entry.dated()));
        let mut all = considered.routes.clone();
        for feed in self.selectors.keys() {
            if all.iter().all(|route| route.feed != *feed) {
                all.push(self.silent(feed, &copy, source));
            }
        }
        (considered, all)
    }

    fn considered(
        &self,
        entry: &Entry,
        texts: &Texts,
        source: &Source,
        (seen, published): (FirstSeen, Option<Timestamp>),
    ) -> (Considered, Readable) {
        let mut copy = readable(entry, texts, Arc::default(), source, seen.0);
        let reading = self.read([&copy.title, &copy.body], entry, source, published);
        copy.newswire = Arc::clone(&reading.newswire);
        (Considered { reading, routes: self.routes(&copy, entry, seen) }, copy)
    }

    /// Why a feed that has nothing to say of an entry has not.
    fn silent(&self, feed: &FeedId, copy: &Readable, source: &Source) -> Route {
        let because = match (self.takes(feed, source), self.choosy.contains(feed)) {
            (false, _) => format!("its source {} is not among the feed's sources", source.id),
            // To ask the filter once more means to read the text once more.
            (true, false) => NOTHING_FOUND.to_owned(),
            (true, true) => match self.ruleset.decide(feed, copy) {
                Some(route) => return route,
                None => NOTHING_FOUND.to_owned(),
            },
        };
        Route { feed: feed.clone(), admitted: false, score: None, because: vec![because], parts: vec![], hits: vec![] }
    }

    /// What all feeds decide about a stored entry: a route for each that has something to say of
    /// it.
    pub fn decide(&self, stored: &Stored, texts: &Texts, source: &Source, seen: FirstSeen) -> Vec<Route> {
        self.routes(&self.readable(stored, texts, source, seen), stored, seen)
    }

    /// A stored entry as filters read it, its age told at first sight. What was read of it by
    /// other rules is read again.
    pub fn readable(&self, stored: &Stored, texts: &Texts, source: &Source, seen: FirstSeen) -> Readable {
        let mut copy = readable(stored, texts, Arc::default(), source, seen.0);
        copy.newswire = match &stored.reading {
            Some(reading) if reading.edition == self.wire_edition(source) => Arc::clone(&reading.newswire),
            _ => {
                let published = Some(stored.dated().unwrap_or(seen.0));
                self.read([&copy.title, &copy.body], stored, source, published).newswire
            }
        };
        copy
    }

    fn routes(&self, copy: &Readable, entry: &Entry, seen: FirstSeen) -> Vec<Route> {
        let mut routes = self.ruleset.route(copy);
        for route in &mut routes {
            self.keep_out_old(route, entry, seen);
        }
        routes
    }

    /// Reads a stored entry as wire copy.
    pub fn read_again(&self, stored: &Stored, texts: &Texts, source: &Source, seen: FirstSeen) -> WireReading {
        let published = Some(stored.dated().unwrap_or(seen.0));
        self.read([&stored.title, &body(texts)], stored, source, published)
    }

    fn read(&self, texts: [&str; 2], entry: &Entry, source: &Source, published: Option<Timestamp>) -> WireReading {
        self.wire.read(&UnreadCopy { entry, texts, source, zone: self.zone(source), published })
    }

    /// The zone of dates of a source that is configured.
    fn zone(&self, source: &Source) -> Option<&Zone> {
        self.sources.get(&source.id).map(|planned| &planned.configured.timezone)
    }

    /// By which rules entries of a source are read as wire copy.
    pub fn wire_edition(&self, source: &Source) -> WireEdition {
        self.wire.edition(source, self.zone(source))
    }

    /// By which rules the entries of all sources together are read as wire copy: another number
    /// where any of them has changed.
    pub fn wire_editions(&self) -> i64 {
        let of = |planned: &PlannedSource| {
            let source = &planned.configured.source;
            digest(&format!("{} {}", source.id, self.wire_edition(source).0))
        };
        self.sources.iter().map(of).fold(self.wire.rules(), i64::wrapping_add)
    }

    /// What `feed` alone decides about a stored entry, whatever there is to say; `None` where it
    /// takes nothing of this source.
    pub fn decide_for(
        &self,
        feed: &FeedId,
        stored: &Stored,
        texts: &Texts,
        source: &Source,
        seen: FirstSeen,
    ) -> Option<Route> {
        let mut route = self.ruleset.decide(feed, &self.readable(stored, texts, source, seen))?;
        self.keep_out_old(&mut route, stored, seen);
        Some(route)
    }

    /// An entry older than a feed's `backfill` when it was first seen stays out of
    /// it, whatever the filter says (product §3.4).
    fn keep_out_old(&self, route: &mut Route, entry: &Entry, FirstSeen(seen_at): FirstSeen) {
        let (Some(published), Some(backfill)) = (entry.dated(), self.backfill.get(&route.feed)) else { return };
        if route.admitted && is_older(published, *backfill, seen_at) {
            route.admitted = false;
            let backfill = span(*backfill);
            let because = format!("published {published}, more than its backfill of {backfill} before first sight");
            route.because.push(because);
        }
    }

    /// Whether the article of a new entry, or of a new text of one, is to be fetched at
    /// `now`: it lacks one, and some feed would take an entry as old.
    pub fn wants_article(&self, entry: &Entry, source: &Source, now: Timestamp) -> bool {
        let oldest = || self.longest_backfill(source).unwrap_or(OLD);
        lacks_article(entry, source) && entry.dated().is_none_or(|at| !is_older(at, oldest(), now))
    }

    /// Whether none of `entries` is young enough for the feeds of `source`, were they all
    /// seen first at `now`. Where one has no date, or no feed takes the source, nobody knows.
    pub fn all_too_old(&self, entries: &[Entry], source: &Source, now: Timestamp) -> Option<AllTooOld> {
        let backfill = self.longest_backfill(source)?;
        let dates: Option<Vec<Timestamp>> = entries.iter().map(Entry::dated).collect();
        let newest = dates?.into_iter().max().filter(|newest| is_older(*newest, backfill, now))?;
        Some(AllTooOld { backfill, newest })
    }

    /// The longest backfill of the feeds that take `source`.
    fn longest_backfill(&self, source: &Source) -> Option<Duration> {
        let takers = self.backfill.iter().filter(|(feed, _)| self.takes(feed, source));
        takers.map(|(_, backfill)| *backfill).max()
    }
}

/// Whether the source asks for articles, and all that `entry` brought is a teaser.
pub fn lacks_article(entry: &Entry, source: &Source) -> bool {
    source.full_text && article::is_wanted(entry)
}

/// Whether what is dated `at` is older at `now` than a `backfill` takes.
fn is_older(at: Timestamp, backfill: Duration, now: Timestamp) -> bool {
    at.plus(backfill) < now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity;
    use crate::model::{Content, EntryKey, Markup, Source};
    use crate::plan::tests::{plan, source};

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
    const DAY: Duration = Duration::from_secs(86_400);

    fn entry(title: &str, published: Option<Timestamp>) -> Entry {
        Entry { title: title.to_owned(), published, ..Entry::new(EntryKey([7; 16])) }
    }

    /// What is decided about an entry of `from` that was first seen at `NOW`: `+` and `-`
    /// for admitted and not.
    fn decided(entry: &Entry, from: &Source) -> Vec<String> {
        let routes = plan().consider(entry, &identity::own_texts(entry), from, FirstSeen(NOW)).routes;
        let sign = |route: &Route| if route.admitted { '+' } else { '-' };
        routes.iter().map(|route| format!("{}{}", sign(route), route.feed)).collect()
    }

    #[test]
    fn what_is_older_than_a_feeds_backfill_stays_out_of_it() {
        let check = |ago: Option<Duration>, expected: &[&str]| {
            let entry = entry("The harbour", ago.map(|ago| NOW.minus(ago)));
            assert_eq!(decided(&entry, &source("hall")), expected, "{ago:?}");
        };
        check(None, &["+all", "+harbour", "+recent"]);
        check(Some(Duration::ZERO), &["+all", "+harbour", "+recent"]);
        check(Some(DAY), &["+all", "+harbour", "+recent"]);
        check(Some(DAY + Duration::from_millis(1)), &["+all", "-harbour", "+recent"]);
        check(Some(2 * DAY), &["+all", "-harbour", "+recent"]);
        check(Some(3 * DAY), &["+all", "-harbour", "-recent"]);
        check(Some(4 * DAY), &["-all", "-harbour", "-recent"]);
        // One that is dated ahead is not old.
        let ahead = entry("The harbour", Some(NOW.plus(9 * DAY)));
        assert_eq!(decided(&ahead, &source("hall")), ["+all", "+harbour", "+recent"]);
    }

    #[test]
    fn feeds_with_nothing_to_say_are_left_out() {
        let check = |title: &str, language: Option<&str>, from: &str, expected: &[&str]| {
            let entry = Entry { language: language.map(str::to_owned), ..entry(title, None) };
            assert_eq!(decided(&entry, &source(from)), expected, "{title} {language:?} {from}");
        };
        check("The market", None, "hall", &["+all"]);
        check("The market", None, "port", &["+all", "+docks"]);
        check("The market", Some("en-GB"), "port", &["+all", "+docks"]);
        check("The market", Some("de"), "port", &["+all"]);
        check("The harbour", Some("de"), "port", &["+all", "+harbour", "+recent"]);
    }

    #[test]
    fn a_source_tells_the_language_where_its_entry_does_not() {
        let from = Source { language: Some("de".to_owned()), ..source("port") };
        let own = Entry { language: Some("en".to_owned()), ..entry("The market", None) };
        assert_eq!(decided(&own, &from), ["+all", "+docks"]);
        assert_eq!(decided(&entry("The market", None), &from), ["+all"]);
    }

    #[test]
    fn the_text_is_read_and_its_age_is_told() {
        let content = Content { markup: Markup::Plain("By the harbour.".to_owned()), base: None };
        let entry = Entry { content: Some(content), ..entry("The market", Some(NOW.minus(4 * DAY))) };
        let routes = plan().consider(&entry, &identity::own_texts(&entry), &source("hall"), FirstSeen(NOW)).routes;
        let said: Vec<String> = routes.iter().map(|route| route.because.join("; ")).collect();
        assert_eq!(
            said[0],
            "every entry of its sources; published 2026-11-19T00:00:00Z, more than its backfill of 3d before first sight"
        );
        assert!(said[1].ends_with("more than its backfill of 1d before first sight"), "{said:?}");
        assert!(!said[2].contains("backfill"), "what the filter refuses is not too old as well: {said:?}");
    }

    /// It says why, too, where it has nothing to say among all.
    #[test]
    fn a_feed_that_is_asked_alone_decides_as_among_all() {
        let plan = plan();
        let feeds: Vec<FeedId> = ["all", "docks", "harbour", "recent"].map(|id| FeedId::new(id).unwrap()).into();
        let check = |title: &str, days: u32, from: &str| {
            let entry = entry(title, Some(NOW.minus(DAY * days)));
            let (texts, from) = (identity::own_texts(&entry), source(from));
            let entry = Stored::from(entry);
            let among = plan.decide(&entry, &texts, &from, FirstSeen(NOW));
            for feed in &feeds {
                let alone = plan.decide_for(feed, &entry, &texts, &from, FirstSeen(NOW));
                match among.iter().find(|route| route.feed == *feed) {
                    Some(route) => assert_eq!(alone.as_ref(), Some(route)),
                    None => assert!(alone.is_none_or(|route| !route.admitted && route.parts.is_empty())),
                }
            }
        };
        for days in [0, 2, 4, 8, 40] {
            check("The harbour", days, "hall");
            check("The harbour", days, "port");
            check("The market", days, "port");
        }
        let entry = entry("The harbour", None);
        let asked = |feed: &str| {
            let feed = FeedId::new(feed).unwrap();
            plan.decide_for(&feed, &entry.clone().into(), &identity::own_texts(&entry), &source("hall"), FirstSeen(NOW))
        };
        assert_eq!((asked("docks"), asked("nobodys")), (None, None));
    }

    /// B333: what is stored is used as long as the same rules would read it.
    #[test]
    fn what_other_rules_read_is_read_again_b333() {
        let (plan, entry) = (plan(), entry("The harbour", Some(NOW)));
        let texts = identity::own_texts(&entry);
        let of = |wire: &str| Source { wire: Some(wire.to_owned()), ..source("hall") };
        let considered = plan.consider(&entry, &texts, &of("PR Newswire"), FirstSeen(NOW));
        let stored = Stored { reading: Some(considered.reading.clone()), ..entry.into() };
        let read = |source: &Source| plan.readable(&stored, &texts, source, FirstSeen(NOW)).newswire;
        assert!(Arc::ptr_eq(&read(&of("PR Newswire")), &considered.reading.newswire));
        assert_eq!(read(&of("PR Newswire")).wire.as_deref(), Some("PR Newswire"));
        assert_eq!(read(&of("Business Wire")).wire.as_deref(), Some("Business Wire"));
        assert_ne!(plan.wire_edition(&of("Business Wire")), considered.reading.edition);
        let again = plan.read_again(&stored, &texts, &of("PR Newswire"), FirstSeen(NOW));
        assert_eq!(again, considered.reading);
    }

    /// A teaser of the harbour, `ago` before `NOW`.
    fn teaser(ago: Option<Duration>) -> Entry {
        let content = Content { markup: Markup::Plain("In short.".to_owned()), base: None };
        let link = Some("https://port.example/1".to_owned());
        Entry { summary: Some(content), link, ..entry("The harbour", ago.map(|ago| NOW.minus(ago))) }
    }

    #[test]
    fn an_article_is_wanted_as_long_as_a_feed_takes_an_entry_as_old() {
        let asks = |id: &str| Source { full_text: true, ..source(id) };
        let check = |entry: &Entry, from: &Source, expected: bool| {
            assert_eq!(plan().wants_article(entry, from, NOW), expected, "{:?} {}", entry.published, from.id);
        };
        let moment = Duration::from_millis(1);
        check(&teaser(None), &asks("hall"), true);
        check(&teaser(Some(30 * DAY)), &asks("hall"), true);
        check(&teaser(Some(30 * DAY + moment)), &asks("hall"), false);
        check(&teaser(None), &source("hall"), false);
        check(&Entry { link: None, ..teaser(None) }, &asks("hall"), false);
        let long = Content { markup: Markup::Plain("A sentence of some length. ".repeat(200)), base: None };
        check(&Entry { content: Some(long), ..teaser(None) }, &asks("hall"), false);
        assert!(lacks_article(&teaser(Some(99 * DAY)), &asks("hall")), "however old it is");
    }

    #[test]
    fn where_no_feed_takes_the_source_a_week_decides_about_its_articles() {
        let mut plan = plan();
        plan.selectors.clear();
        let from = Source { full_text: true, ..source("hall") };
        let wants = |ago: Duration| plan.wants_article(&teaser(Some(ago)), &from, NOW);
        assert_eq!([wants(7 * DAY), wants(7 * DAY + Duration::from_millis(1))], [true, false]);
    }

    #[test]
    fn all_are_too_old_where_the_newest_is_older_than_every_backfill() {
        let check = |days: &[Option<u32>], expected: Option<u32>| {
            let dated = |days: &Option<u32>| entry("", days.map(|days| NOW.minus(DAY * days)));
            let entries: Vec<Entry> = days.iter().map(dated).collect();
            let newest = expected.map(|days| AllTooOld { backfill: 30 * DAY, newest: NOW.minus(DAY * days) });
            assert_eq!(plan().all_too_old(&entries, &source("hall"), NOW), newest, "{days:?}");
        };
        check(&[], None);
        check(&[Some(31), Some(40)], Some(31));
        check(&[Some(40), Some(31), Some(99)], Some(31));
        check(&[Some(40), Some(30)], None);
        check(&[Some(40), Some(0)], None);
        check(&[Some(40), None], None);
        let mut plan = plan();
        plan.selectors.clear();
        assert_eq!(plan.all_too_old(&[entry("", Some(NOW.minus(99 * DAY)))], &source("hall"), NOW), None);
    }
}
