//! Header fields, robots.txt, lists of feeds, filters, searches and what recognises entries.

use std::hint::black_box;

use wiredesk::clock::{Timestamp, Zone};
use wiredesk::fetch::{freshness, retry_after};
use wiredesk::filter::{FeedRule, Query, Ruleset, Selector};
use wiredesk::identity::{questions, read, recognise};
use wiredesk::model::{FeedId, Known, Readable, SourceId};
use wiredesk::net::{HeaderMap, HeaderValue};
use wiredesk::parse::{self, About, discover};
use wiredesk::publish::cursor;
use wiredesk::{identity, opml};

use super::{Row, SMALL, check, check_from};

const NOW: Timestamp = Timestamp::from_millis(1_795_392_000_000);

const FIELDS: &[Row] = &[
    ("directives", "", "d{n}=1, ", ""),
    ("directives, the same", "", "max-age=x,", ""),
    ("commas", "", ",", ""),
    ("quotes", "a=", "\"", ""),
    ("quoted commas", "a=\"", ",", "\""),
    ("escapes", "a=\"", "\\\"", ""),
    ("digits", "max-age=", "1", ""),
    ("blanks", "max-age", " ", "=1"),
    ("words of a date", "Mon, ", "1 ", ""),
];

/// The body holds the value of each field: of all of them a response has 64 KiB.
#[test]
fn header_fields_b104() {
    check(FIELDS, |bytes| {
        let value = HeaderValue::from_bytes(bytes).unwrap();
        let mut headers = HeaderMap::new();
        for name in ["cache-control", "expires", "date", "age", "retry-after"] {
            headers.insert(name, value.clone());
        }
        black_box((freshness::of(&headers, NOW), freshness::is_said(&headers)));
        black_box(retry_after::parse(value.to_str().unwrap(), NOW));
    });
}

const LISTS: &[Row] = &[
    ("outlines", "<opml><body>", "<outline text='t{n}' xmlUrl='https://a.example/{n}'/>", "</body></opml>"),
    ("outlines of one address", "<opml><body>", "<outline text='t{n}' xmlUrl='https://a.example/'/>", "</body></opml>"),
    ("folders", "<opml><body>", "<outline text='f{n}'>", "</body></opml>"),
    ("folders, closed", "<opml><body>", "<outline text='f{n}'></outline>", "</body></opml>"),
    ("categories", "<opml><body><outline xmlUrl='https://a.example/' category='", "/a{n}/b,", "'/></body></opml>"),
    ("attributes", "<opml><body><outline xmlUrl='https://a.example/' ", "a{n}='1' ", "/></body></opml>"),
    (
        "titles",
        "<opml><head>",
        "<title>t{n}</title>",
        "</head><body><outline xmlUrl='https://a.example/'/></body></opml>",
    ),
    ("addresses that are none", "<opml><body>", "<outline xmlUrl='javascript:{n}'/>", "</body></opml>"),
    ("end tags", "<opml><body>", "</outline>", "</body></opml>"),
    ("FOAF", "<rdf:RDF>", "<foaf:Agent><rss:channel rdf:about='https://a.example/{n}'/></foaf:Agent>", "</rdf:RDF>"),
];

#[test]
fn lists_of_feeds_b104() {
    check(LISTS, |bytes| _ = black_box(opml::read(std::str::from_utf8(bytes).unwrap())));
    check(&[("robots.txt", "", "Sitemap: https://a.example/{n}\n", "")], |bytes| {
        let base = url::Url::parse("https://a.example/").unwrap();
        black_box(discover::in_robots(std::str::from_utf8(bytes).unwrap(), &base));
    });
}

const EXPRESSIONS: &[Row] = &[
    ("OR", "mayor", " OR w{n}", ""),
    ("OR, the same", "mayor", " OR mayor", ""),
    ("AND", "mayor", " AND consul", ""),
    ("NOT", "", "NOT ", "mayor"),
    ("brackets", "", "(", "mayor"),
    ("brackets, closed", "mayor", ")", ""),
    ("NEAR", "mayor", " NEAR/3 consul", ""),
    ("ATLEAST", "", "ATLEAST/2 ", "mayor"),
    ("fields", "", "title:", "mayor"),
    ("words", "mayor", " consul", ""),
    ("one word", "m", "a", ""),
    ("one phrase", "\"mayor", " a{n}", "\""),
    ("spellings", "a", "|b{n}", ""),
    ("braces", "a", "{a,b}", ""),
    ("braces not closed", "a", "{", ""),
    ("commas in braces", "a{", "b{n},", "c}"),
    ("stars", "a", "*", ""),
    ("stars of words", "\"", "a* ", "\""),
    ("tildes", "", "~", "a"),
    ("quotes", "", "\"", ""),
    ("lists", "", "@a{n} OR ", "b"),
    ("SCORE", "SCORE/2(", "+1 w{n} BECAUSE \"b\" ", ")"),
    ("regular expressions", "title:/", "(a|b)*", "/"),
    ("regular expressions nested", "title:/", "(", "/"),
    ("regular expressions repeated", "title:/a", "{9}", "/"),
    ("ages", "", "age:<3h OR ", "a"),
    ("signs", "", "!", ""),
    ("Han", "", "市长", ""),
];

fn copy(body: &str) -> Readable {
    Readable::of(SourceId::new("wire").unwrap(), "The mayor and the consul", body)
}

/// `search` and filters: a hostile expression, over an ordinary entry.
#[test]
fn expressions_b104() {
    check(EXPRESSIONS, |bytes| {
        let expression = std::str::from_utf8(bytes).unwrap();
        let copy = copy(&"The mayor met the consul general in Shenyang. ".repeat(20));
        if let Ok(query) = Query::new(expression, &[], &places()) {
            black_box((query.index_query(), query.matches(&copy)));
        }
        let feed = FeedId::new("feed").unwrap();
        let rule = FeedRule {
            feed: feed.clone(),
            sources: vec![Selector::All],
            languages: Vec::new(),
            home: None,
            expression: Some(expression.to_owned()),
        };
        if let Ok(rules) = Ruleset::compile(&[rule], &[], &places()) {
            black_box((rules.route(&copy), rules.decide(&feed, &copy)));
        }
    });
}

const ENTRIES: &[Row] = &[
    ("hits", "", "mayor ", ""),
    ("hits of both", "", "mayor consul ", ""),
    ("hits apart", "", "mayor a b c d e f g h i j consul ", ""),
    ("beginnings of hits", "", "mayo", ""),
    ("words", "", "word{n} ", ""),
    ("letters", "", "a", ""),
    ("signs", "", "-", ""),
    ("Han", "", "市", ""),
    ("Han that is met", "", "市长", ""),
    ("accents", "", "a\u{301}", ""),
    ("lines", "", "mayor\n", ""),
    ("digits", "", "1", ""),
    ("addresses", "", "https://a.example/ ", ""),
];

/// Filters, `search` and `explain`: ordinary expressions, over a hostile entry.
#[test]
fn entries_under_filters_b104() {
    // Six expressions go over each.
    check_from(SMALL / 4, ENTRIES, |bytes| {
        let copy = copy(std::str::from_utf8(bytes).unwrap());
        let feed = FeedId::new("feed").unwrap();
        for expression in [
            "mayor NEAR/5 consul",
            "mayor ONEAR/9 consul AND NOT (市长 NEAR/3 市)",
            "ATLEAST/3 mayor AND NOT \"a b c\"",
            "title:/ma.*or/ OR body:/(a|b)*c/ OR body:/[0-9]+-/",
            "may* OR ~or OR word1{2,3}* OR \"mayor* consul\"",
            "SCORE/3(+2 mayor BECAUSE \"m\" +2 consul BECAUSE \"c\" -1 市 BECAUSE \"s\")",
        ] {
            let query = Query::new(expression, &[], &places()).unwrap();
            black_box(query.matches(&copy));
            let rule = FeedRule {
                feed: feed.clone(),
                sources: vec![Selector::All],
                languages: Vec::new(),
                home: None,
                expression: Some(expression.to_owned()),
            };
            let rules = Ruleset::compile(&[rule], &[], &places()).unwrap();
            black_box((rules.route(&copy), rules.decide(&feed, &copy)));
        }
    });
}

const CURSORS: &[Row] =
    &[("digits", "", "1", "-1"), ("signs", "", "-", ""), ("letters", "1-", "a", ""), ("Han", "", "市", "")];

/// `before=` of a page's address.
#[test]
fn cursors_b104() {
    check(CURSORS, |bytes| _ = black_box(cursor::read(std::str::from_utf8(bytes).unwrap())));
}

const DOCUMENTS: &[Row] = &[
    (
        "entries",
        "<rss><channel>",
        "<item><guid>{n}</guid><title>a{n}</title><link>/{n}.html</link></item>",
        "</channel></rss>",
    ),
    (
        "one id",
        "<rss><channel>",
        "<item><guid>1</guid><title>a{n}</title><link>/{n}.html</link></item>",
        "</channel></rss>",
    ),
    (
        "one title",
        "<rss><channel>",
        "<item><guid>{n}</guid><title>a</title><link>/{n}.html</link></item>",
        "</channel></rss>",
    ),
    (
        "one link",
        "<rss><channel>",
        "<item><guid>{n}</guid><title>a{n}</title><link>/1.html</link></item>",
        "</channel></rss>",
    ),
    (
        "one of all",
        "<rss><channel>",
        "<item><guid>1</guid><title>a</title><link>/1.html</link></item>",
        "</channel></rss>",
    ),
    ("titles alone", "<rss><channel>", "<item><title>a{n}</title></item>", "</channel></rss>"),
    ("texts alone", "<rss><channel>", "<item><description>a</description></item>", "</channel></rss>"),
    (
        "queries",
        "<rss><channel>",
        "<item><title>a{n}</title><link>/?a={n}&amp;b=1&amp;c=2</link></item>",
        "</channel></rss>",
    ),
];

/// What recognises entries: a document after itself, and after another of its kind.
#[test]
fn recognition_b104() {
    check(DOCUMENTS, |bytes| {
        let url = url::Url::parse("https://wire.example/feed").unwrap();
        let about = About {
            url: &url,
            content_type: None,
            language: None,
            timezone: Zone::UTC,
            work: wiredesk::model::Work::default(),
        };
        let mut parsed = parse::document(bytes, &about, NOW).unwrap();
        identity::drop_repeated(&mut parsed.entries, parsed.format);
        let readings: Vec<_> = parsed.entries.iter().map(|entry| read(entry, &[])).collect();
        black_box(questions(&parsed.entries, &readings));
        for shift in [0, 1] {
            let entries = parsed.entries.iter().skip(shift).zip(&readings);
            let known: Vec<Known> = (0..)
                .zip(entries)
                .map(|(n, (entry, reading))| Known {
                    entry: wiredesk::model::EntryId(n),
                    key: entry.key,
                    print: reading.print,
                    first_seen_at: NOW,
                    revisions: 1,
                })
                .collect();
            black_box(recognise(&mut parsed.entries.clone(), &readings, &known, 0));
        }
    });
}

/// The built-in places.
fn places() -> std::sync::Arc<wiredesk::places::Gazetteer> {
    std::sync::Arc::new(wiredesk::places::Gazetteer::built_in())
}
