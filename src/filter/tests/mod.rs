//! Expressions by value: texts in many scripts, verdicts, places, reasons.

use super::*;
use crate::clock::Timestamp;
use std::sync::{Arc, LazyLock};

use crate::model::newswire::Newswire;
use crate::model::{FeedId, Field, Readable, Route, Source, SourceId};
use crate::newswire::WireReader;
use crate::places::Gazetteer;

mod conditions;
mod doubts;
mod language;
mod municipal;
mod page;
mod places;
mod properties;
mod reasons;
mod routes;
mod search;
mod syntax;
mod table;

/// An entry of a headline and a body whose first line is the lead.
fn copy(title: &str, body: &str) -> Readable {
    Readable {
        source: SourceId::new("shenyang-fao").unwrap(),
        tags: vec!["wire".into(), "china".into()],
        title: title.into(),
        lead: body.lines().next().unwrap_or_default().into(),
        body: body.into(),
        authors: vec!["Ana Pérez".into(), "王芳".into()],
        categories: vec!["Government News".into(), "Städtepartnerschaften".into()],
        language: Some("zh-Hant".into()),
        country: None,
        link: Some("https://example.org/news/sister-city-pact?id=7".into()),
        newswire: Default::default(),
        // 2026-11-21, looked at two days later.
        at: Timestamp::from_millis(1_795_219_200_000),
        now: Timestamp::from_millis(1_795_392_000_000),
    }
}

/// A copy as it is read as wire copy.
fn wired(copy: &Readable) -> Readable {
    static READER: LazyLock<WireReader> = LazyLock::new(WireReader::built_in);
    let source = Source { country: copy.country, ..Source::retired(copy.source.clone()) };
    let newswire = READER.of_text([&copy.title, &copy.body], copy.language.as_deref(), Some(&source));
    Readable { newswire, ..copy.clone() }
}

/// A copy with its places: whatever else is read of wire copy is for a test to write.
fn placed(copy: &Readable) -> Readable {
    let places = wired(copy).newswire.places.clone();
    Readable { newswire: Newswire { places, ..Newswire::clone(&copy.newswire) }.into(), ..copy.clone() }
}

/// The built-in places.
fn known_places() -> Arc<Gazetteer> {
    Arc::new(Gazetteer::built_in())
}

fn list(name: &str, terms: &[&str], not_inside: &[&str]) -> TermList {
    let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect();
    TermList { name: name.into(), terms: owned(terms), not_inside: owned(not_inside) }
}

fn lists() -> Vec<TermList> {
    vec![
        list("pairing", &["sister cit{y,ies}", "友好城市|友城", "~partnerstadt", "побратим*", "=C40"], &["友城路"]),
        list(
            "head",
            &["mayor{,s}", "市长", "시장이|시장은|시장과", "мэр{,а,у,ом}"],
            &["市长江", "市长乐", "市长汀", "市长兴"],
        ),
        list("envoy", &["consul{,s} general", "总领事", "총영사"], &[]),
        list("office", &["外办", "外事办公室"], &["境外办", "中央外办"]),
        list("sport", &["football", "golf|高尔夫", "world cup", "stadium"], &[]),
    ]
}

fn rule(expression: &str) -> FeedRule {
    FeedRule {
        feed: FeedId::new("feed").unwrap(),
        sources: vec![Selector::All],
        languages: Vec::new(),
        home: None,
        expression: Some(expression.to_owned()),
    }
}

fn route(expression: &str, copy: &Readable) -> Route {
    let rules = Ruleset::compile(&[rule(expression)], &lists(), &known_places())
        .unwrap_or_else(|e| panic!("{expression}: {e:?}"));
    let asks = expression.contains("places.") || expression.contains("place:") || expression.contains("country:");
    let copy = &if asks { placed(copy) } else { copy.clone() };
    let route = rules.decide(&FeedId::new("feed").unwrap(), copy).expect("a decision");
    let told = rules.route(copy);
    match told.first() {
        Some(told) => assert_eq!(*told, route, "{expression}"),
        None => assert_eq!(route.because, [crate::model::NOTHING_FOUND], "{expression}"),
    }
    route
}
