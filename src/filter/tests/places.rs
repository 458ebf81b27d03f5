//! Places, and what wire copy says of itself, in filters.

use super::*;
use crate::model::newswire::{Cut, CutKind, Dateline, Notice, NoticeKind};
use crate::places::Country;

/// An entry in English of a source of this country.
fn at_home(country: &str, title: &str, body: &str) -> Readable {
    Readable { country: Country::new(country), language: Some("en".into()), ..copy(title, body) }
}

/// Whether `expression` holds, and what was found: field, offset and words.
fn check(expression: &str, copy: &Readable, expected: Option<&[&str]>) {
    let route = route(expression, copy);
    let hits: Vec<String> = route.hits.iter().map(|h| format!("{}:{}:{}", h.field.as_str(), h.start, h.text)).collect();
    let hits: Vec<&str> = hits.iter().map(String::as_str).collect();
    assert_eq!(route.admitted.then_some(&*hits), expected, "{expression}: {:#?}", route.because);
}

const RECEIVED: &str = "Mayor of Shenyang received guests from Osaka and the German consul general";

#[test]
fn lists_of_places_are_relative_to_home_b342() {
    let china = at_home("CN", RECEIVED, "");
    check("@places.city", &china, Some(&["title:9:Shenyang", "title:39:Osaka"]));
    check("@places.country", &china, Some(&["title:9:Shenyang", "title:39:Osaka", "title:53:German"]));
    check("@places.home", &china, Some(&["title:9:Shenyang"]));
    check("@places.abroad", &china, Some(&["title:39:Osaka", "title:53:German"]));
    let japan = at_home("JP", RECEIVED, "");
    check("@places.home", &japan, Some(&["title:39:Osaka"]));
    check("lead:@places.abroad", &japan, None);
    let nowhere = Readable { country: None, language: None, ..japan };
    check("@places.home OR @places.abroad", &nowhere, None);
    let of_a_feed = FeedRule { home: Country::new("CN"), ..rule("@places.home") };
    let rules = Ruleset::compile(&[of_a_feed], &[], &known_places()).unwrap();
    let said = rules.decide(&FeedId::new("feed").unwrap(), &placed(&nowhere)).unwrap();
    assert_eq!(said.hits[0].text, "Shenyang");
    // Han, with no spaces, and the wider name first.
    let copy =
        Readable { language: Some("zh".into()), ..at_home("CN", "沈阳市长会见日本大阪市代表团", "") };
    check("@places.home NEAR/5 @places.abroad", &copy, Some(&["title:0:沈阳市", "title:18:日本", "title:24:大阪市"]));
}

#[test]
fn places_stand_in_near_and_atleast_b342() {
    let china = at_home("CN", RECEIVED, "");
    check("guests NEAR/2 place:Osaka", &china, Some(&["title:27:guests", "title:39:Osaka"]));
    check("mayor NEAR/3 @places.abroad", &china, None);
    check("ATLEAST/3 hlead:@places.country", &china, Some(&["title:9:Shenyang", "title:39:Osaka", "title:53:German"]));
    check("ATLEAST/4 hlead:@places.country", &china, None);
    // A country is one term, whatever names it.
    let one = at_home("US", "Shenyang and Dalian and China and the Chinese", "");
    check("ATLEAST/2 @places.country", &one, None);
    check("ATLEAST/2 @places.city", &one, Some(&["title:0:Shenyang", "title:13:Dalian"]));
    check("ATLEAST/2 @places.abroad", &one, None);
    // One place is one word, however many lists it is in.
    check("ATLEAST/2 (@places.city OR @places.country OR Dalian)", &at_home("US", "In Dalian", ""), None);
}

#[test]
fn places_stand_where_they_were_read_b352() {
    let copy = placed(&at_home("CN", "Café ﬁnal in Osaka", "Née à Lyon, 在大阪.\nThen Osaka again."));
    let hits = ["title:16:Osaka", "lead:8:Lyon", "lead:17:大阪", "body:30:Osaka"];
    let rules = Ruleset::compile(&[rule("@places.abroad")], &[], &known_places()).unwrap();
    let said = |copy: &Readable| -> Vec<String> {
        let route = rules.decide(&FeedId::new("feed").unwrap(), copy).unwrap();
        route.hits.iter().map(|h| format!("{}:{}:{}", h.field.as_str(), h.start, h.text)).collect()
    };
    assert_eq!(said(&copy), hits);
    // What was read of another version of the text is nothing.
    let changed = Readable { body: "Nothing of that.".to_owned(), lead: String::new(), ..copy };
    assert_eq!(said(&changed), ["title:16:Osaka"]);
}

#[test]
fn a_place_and_a_country_are_asked_for_by_name_b343() {
    let china = at_home("CN", "", "The delegation from 大阪 met the mayor of Shenyang.");
    check("place:Osaka", &china, Some(&["lead:20:大阪"]));
    check("place:\u{6c88}\u{9633}", &china, Some(&["lead:44:Shenyang"]));
    check("place:Tokyo", &china, None);
    check("country:JP", &china, Some(&["lead:20:大阪"]));
    check("country:Japan AND country:(cn OR fr)", &china, Some(&["lead:20:大阪", "lead:44:Shenyang"]));
    check("country:DE", &china, None);
    let refused = |expression: &str, expected: &str| {
        let errors = Ruleset::compile(&[rule(expression)], &[], &known_places()).err().unwrap_or_default();
        let [RuleError::Expression { error, .. }] = &errors[..] else { panic!("{expression}: {errors:?}") };
        assert_eq!(error.to_string(), expected);
    };
    refused(
        "place:Qwertyville",
        "no place is called \"Qwertyville\"; add it to the file of [places], or look for the word: any:…",
    );
    refused(
        "country:ZZ",
        "no country is called \"ZZ\"; write its two letters (ISO 3166-1), as country:CN, or its name",
    );
    refused("place:@head", "a list cannot stand under place:; name the places: (a OR b)");
    refused(
        "@places.cities",
        "there is no list \"places.cities\"; there are @places.city, @places.country, @places.home, @places.abroad",
    );
}

#[test]
fn what_wire_copy_says_of_itself_is_searched_b344() {
    let raw = "SHENYANG, China, Nov. 21, 2024 (GLOBE NEWSWIRE)";
    let body = format!("{raw} -- The mayor met guests.");
    let newswire = Newswire {
        wire: Some("GlobeNewswire".into()),
        issuer: Some("Publicity Department of Shenyang".into()),
        dateline: Some(Dateline { raw: raw.into(), ..Dateline::default() }),
        notice: Some(Notice {
            kind: NoticeKind::Correction,
            raw: "CORRECTION".into(),
            targets: Vec::new(),
            until: None,
        }),
        cuts: vec![Cut { at: 0..raw.len(), kind: CutKind::Dateline }],
        ..Newswire::default()
    };
    let wired = Readable { newswire: newswire.into(), ..at_home("US", "Guests", &body) };
    check("wire:globenewswire", &wired, Some(&["wire:0:GlobeNewswire"]));
    check("wire:globe*", &wired, Some(&["wire:0:GlobeNewswire"]));
    check("issuer:\"publicity department\"", &wired, Some(&["issuer:0:Publicity Department"]));
    check("issuer:/Department$/", &wired, None);
    check(
        "dateline:shenyang AND dateline:(china NEAR/3 nov)",
        &wired,
        Some(&["dateline:0:SHENYANG", "dateline:10:China", "dateline:17:Nov"]),
    );
    check("notice:correction AND NOT notice:(kill OR withdrawal)", &wired, Some(&[]));
    check("wire:businesswire OR notice:kill", &wired, None);
    check("wire:globenewswire OR dateline:china", &copy("GlobeNewswire", "China"), None);
    check("notice:*", &copy("Correction", ""), None);
    check("notice:*", &wired, Some(&[]));
}

#[test]
fn the_place_is_told_and_why_it_was_taken_b345() {
    let china = at_home("CN", "Guests from Osaka", "");
    let route_of = |expression: &str, copy: &Readable| route(expression, copy);
    let told = route_of("@places.abroad", &china);
    assert_eq!(told.because, ["\"Osaka\" (list places.abroad: Osaka, JP) in the headline"]);
    assert_eq!(&*told.hits[0].term, "Osaka, JP: a name of places alone; the most populous place of this name");
    let missed = route_of("guests AND @places.abroad", &at_home("CN", "Guests in Qwertyville", ""));
    assert_eq!(
        missed.because,
        ["@places.abroad: \"Qwertyville\" stands where a place is expected, and is none that is known"]
    );
}

/// Candidates of the index are as many as match, and more.
#[test]
fn search_finds_what_filters_do_by_these_fields_b346() {
    let query = |text: &str| Query::new(text, &[], &known_places()).unwrap();
    for text in ["place:Osaka", "@places.city", "country:CN", "wire:globenewswire", "notice:kill"] {
        assert_eq!(query(text).index_query(), IndexQuery::Everything, "{text}");
    }
    for text in ["issuer:city", "dateline:shenyang"] {
        assert!(matches!(query(text).index_query(), IndexQuery::Phrase(_)), "{text}");
    }
    let japan = placed(&at_home("JP", RECEIVED, ""));
    assert_eq!(query("guests NEAR/3 place:Osaka").matches(&japan).unwrap().len(), 2);
    assert_eq!(query("@places.home").matches(&japan).unwrap()[0].text, "Osaka");
    assert_eq!(query("place:Berlin").matches(&japan), None);
}
