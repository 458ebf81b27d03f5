//! What all feeds decide about an entry, by its text and its age.

use std::time::Duration;

use crate::clock::{Timestamp, span};
use crate::identity::Texts;
use crate::model::{Entry, Route};

use super::readable::copy;
use super::{Plan, Polled};

/// What all feeds decide about an entry, as of its first sight: a correction
/// makes nothing older.
pub fn routes(entry: &Entry, texts: &Texts, polled: &Polled, plan: &Plan, first_seen_at: Timestamp) -> Vec<Route> {
    let copy = copy(entry, texts, &polled.source, first_seen_at);
    let mut routes = plan.ruleset.route(&copy);
    for route in &mut routes {
        let backfill = plan.backfill.get(&route.feed).copied();
        keep_out_old(route, entry.dated(), first_seen_at, backfill);
    }
    routes
}

/// An entry older than a feed's `backfill` when it was first seen stays out of
/// it, whatever the filter says (product §3.4).
pub fn keep_out_old(
    route: &mut Route,
    published: Option<Timestamp>,
    first_seen_at: Timestamp,
    backfill: Option<Duration>,
) {
    let (Some(published), Some(backfill)) = (published, backfill) else { return };
    if route.admitted && published.plus(backfill) < first_seen_at {
        route.admitted = false;
        let because = format!("published {published}, more than its backfill of {} before first sight", span(backfill));
        route.because.push(because);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;
    use crate::identity;
    use crate::model::{Content, EntryKey, Markup, Source, SourceId};

    const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);
    const DAY: Duration = Duration::from_secs(86_400);

    const CONFIG: &str = r#"
[[source]]
id = "port"
url = "https://port.example/"
tags = ["docks"]

[[source]]
id = "hall"
url = "https://hall.example/"

[[feed]]
id = "all"
backfill = "3d"

[[feed]]
id = "docks"
sources = ["tag:docks"]
languages = ["en"]
backfill = "7d"

[[feed]]
id = "harbour"
backfill = "1d"
match = "harbour"

[[feed]]
id = "recent"
backfill = "30d"
match = "harbour AND age:<2d"
"#;

    fn plan() -> Plan {
        Plan::of(&Config::check(Path::new("w.toml"), CONFIG.to_owned()).unwrap_or_else(|e| panic!("{e}")))
    }

    fn source(id: &str) -> Source {
        let id = SourceId::new(id).unwrap();
        let tags = if id.as_str() == "port" { vec!["docks".to_owned()] } else { Vec::new() };
        Source { tags, ..Source::retired(id) }
    }

    fn entry(title: &str, published: Option<Timestamp>) -> Entry {
        Entry { title: title.to_owned(), published, ..Entry::new(EntryKey([7; 16])) }
    }

    /// What is decided about an entry of `from` that was first seen at `NOW`: `+` and `-`
    /// for admitted and not.
    fn decided(entry: &Entry, from: &Source) -> Vec<String> {
        let plan = plan();
        let polled = plan.sources.values().next().unwrap();
        let polled = Polled { source: from.clone(), ..(**polled).clone() };
        let routes = routes(entry, &identity::texts(entry), &polled, &plan, NOW);
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
        let plan = plan();
        let polled = &plan.sources[&SourceId::new("hall").unwrap()];
        let routes = routes(&entry, &identity::texts(&entry), polled, &plan, NOW);
        let said: Vec<String> = routes.iter().map(|route| route.because.join("; ")).collect();
        assert_eq!(
            said[0],
            "every entry of its sources; published 2026-11-19T00:00:00Z, more than its backfill of 3d before first sight"
        );
        assert!(said[1].ends_with("more than its backfill of 1d before first sight"), "{said:?}");
        assert!(!said[2].contains("backfill"), "what the filter refuses is not too old as well: {said:?}");
    }
}
