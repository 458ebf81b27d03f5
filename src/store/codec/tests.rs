//! Stored forms stay as they are, byte for byte: stores in use hold them.

use std::time::Duration;

use super::*;
use crate::clock::Timestamp;
use crate::model::newswire::{
    CopyPart, Cut, CutKind, Dateline, DatelineDate, DatelinePlace, MentionedPlace, Newswire, Notice, NoticeKind,
    NoticeTarget, NoticeUntil, Ticker, WireEdition, WireReading,
};
use crate::model::{
    Address, Backlog, Carrier, Category, Content, Doubt, Enclosure, Entry, EntryKey, FreshBy, Freshness, InReplyTo,
    Link, MapRead, Markup, NextPoll, Origin, Over, Person, Standing, Stored, Trust, Unkept, Validators,
};
use crate::places::Country;

const AT: Timestamp = Timestamp::from_millis(1_795_392_000_123);

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn person(name: &str, email: Option<&str>, uri: Option<&str>) -> Person {
    Person { name: name.to_owned(), email: email.map(str::to_owned), uri: uri.map(str::to_owned) }
}

/// Every field is set.
fn whole() -> Stored {
    let article = Content { markup: Markup::Html("<p>article</p>".to_owned()), base: None };
    Stored { entry: sent(), article: Some(article), reading: None }
}

/// Every field is set, by its name: one that is added has to be set here too.
fn sent() -> Entry {
    let origin = Origin {
        id: some("urn:x:feed"),
        title: some("Wire"),
        url: some("https://wire.example/feed"),
        link: some("https://wire.example/"),
        updated: Some(AT),
        rights: some("(c) Wire"),
        authors: vec![person("W", None, None)],
    };
    Entry {
        key: EntryKey::of("id", &["1"]),
        id: some("urn:x:1"),
        title: "友好城市 & \"quotes\" \u{1F30D}".to_owned(),
        link: some("https://example.org/1"),
        links: vec![Link {
            rel: "related".to_owned(),
            href: "https://example.org/2".to_owned(),
            media_type: some("text/html"),
            hreflang: some("zh"),
            title: some("Two"),
        }],
        published: Some(AT),
        published_raw: some("Thu, 26 Nov 2026"),
        updated: Some(Timestamp::from_millis(-5)),
        updated_raw: some("yesterday"),
        authors: vec![person("A", Some("a@example.org"), None), person("", None, Some("https://a.example/"))],
        contributors: vec![person("Issuer", None, None)],
        categories: vec![Category { term: "c".to_owned(), scheme: some("s"), label: some("L") }],
        summary: Some(Content { markup: Markup::Plain("teaser".to_owned()), base: None }),
        content: Some(Content { markup: Markup::Html("<p>text</p>".to_owned()), base: some("https://example.org/") }),
        language: some("zh"),
        enclosures: vec![Enclosure {
            url: "https://example.org/a.mp3".to_owned(),
            media_type: some("audio/mpeg"),
            length_bytes: Some(9),
        }],
        rights: some("(c)"),
        origin: Some(origin),
        in_reply_to: vec![
            InReplyTo { id: "urn:x:0".to_owned(), ..InReplyTo::default() },
            InReplyTo { id: "urn:x:2".to_owned(), href: some("https://x.example/"), media_type: some("text/html") },
        ],
    }
}

/// Of each list one that says nothing.
fn bare() -> Entry {
    Entry {
        links: vec![Link::default()],
        authors: vec![Person::default()],
        categories: vec![Category::default()],
        content: Some(Content { markup: Markup::Plain(String::new()), base: None }),
        enclosures: vec![Enclosure::default()],
        origin: Some(Origin::default()),
        in_reply_to: vec![InReplyTo { href: some("h"), ..InReplyTo::default() }],
        ..Entry::new(EntryKey::of("id", &["2"]))
    }
}

fn carrier() -> Carrier {
    Carrier {
        feed_id: some("urn:x:feed"),
        title: "The wire".to_owned(),
        link: some("https://wire.example/"),
        language: some("en"),
        rights: some("(c)"),
        authors: vec![person("W", None, Some("https://wire.example/w"))],
        updated_at: Some(AT),
    }
}

fn standing() -> Standing {
    Standing {
        freshness: Some(Freshness {
            lifetime: Duration::from_secs(600),
            age: Duration::from_secs(3),
            by: FreshBy::Expires,
        }),
        hold: Some(NextPoll { at: AT, because: "asked".to_owned() }),
        refusals: 3,
        gone_at: Some(AT),
        stopped_at: Some(AT),
        wait: Some(Duration::from_millis(8)),
        trust: Trust {
            gap: Some(Duration::from_millis(7)),
            new_at: Some(AT),
            vain: 1,
            hidden: 2,
            doubt: Doubt::Perhaps,
            proofs: 3,
            spent_until: Some(AT),
            unsent_until: Some(AT),
        },
        whole_at: Some(AT),
        breakdowns: 2,
        offline_at: Some(AT),
        unstored: 4,
        address: Address {
            current: some("https://a.example/"),
            candidate: None,
            seen: 1,
            failures: 2,
            configured_asked_at: Some(AT),
        },
        maps: vec![
            MapRead {
                url: "https://a.example/1.xml".to_owned(),
                changed: some("2026-11-21"),
                validators: Validators { etag: Some(b"\"\xe9\"".to_vec()), last_modified: None },
            },
            MapRead { url: String::new(), changed: None, validators: Validators::default() },
        ],
        fickle: vec!["tid".to_owned()],
        over: Some(Over { since: AT, budget: "3 new entries a day".to_owned(), waiting: 2, first: true }),
        behind_since: Some(AT),
        backlog: Backlog {
            asked_at: Some(AT),
            from: some("https://a.example/back/3"),
            failing_since: None,
            cut: vec!["https://a.example/back/4".to_owned()],
            pages: 7,
        },
        unkept: Some(Unkept { since: AT, budget: "4 MiB of text a day".to_owned(), versions: 5 }),
    }
}

/// Short entries are not compressed: behind the codec's byte stands their JSON.
fn json(stored: &Stored) -> String {
    let stored = Encoder::new().stored(stored).unwrap();
    let plain = if stored[0] == 0 { stored[1..].to_vec() } else { zstd::decode_all(&stored[1..]).unwrap() };
    String::from_utf8(plain).unwrap()
}

#[test]
fn stored_forms_stay_as_they_are() {
    let least = Standing {
        freshness: Some(Freshness { lifetime: Duration::ZERO, age: Duration::ZERO, by: FreshBy::MaxAge }),
        trust: Trust { doubt: Doubt::Plain, ..Trust::default() },
        address: Address { failures: 1, ..Address::default() },
        backlog: Backlog { pages: 1, ..Backlog::default() },
        ..Standing::default()
    };
    let written = [
        json(&whole()),
        json(&bare().into()),
        write_carrier(&carrier()).unwrap(),
        write_standing(&standing()).unwrap(),
        write_standing(&least).unwrap(),
    ];
    let expected: Vec<&str> = include_str!("golden.jsonl").lines().collect();
    assert_eq!(written.each_ref().map(String::as_str)[..], expected[..]);
    for standing in [standing(), least] {
        assert_eq!(read_standing(&write_standing(&standing).unwrap()).unwrap(), standing);
    }
    assert_eq!(read_carrier(expected[2]).unwrap(), carrier());
    for stored in [whole(), bare().into()] {
        assert_eq!(Decoder::new().stored(&Encoder::new().stored(&stored).unwrap(), stored.key).unwrap(), stored);
    }
    assert_eq!(Encoder::new().new_entry(&bare()).unwrap(), Encoder::new().stored(&bare().into()).unwrap());
}

/// Every field is set, and each kind of what has several.
fn newswire() -> Newswire {
    let country = Country::new("CN");
    let place = DatelinePlace {
        city: some("Shenyang"),
        region: some("Liaoning"),
        country,
        resolved: country,
        because: some("the only place of this name"),
    };
    Newswire {
        wire: some("GlobeNewswire"),
        release_number: some("2985401"),
        dateline: Some(Dateline {
            raw: "SHENYANG, Nov. 21".to_owned(),
            places: vec![place, DatelinePlace::default()],
            date: Some(DatelineDate { year: None, month: Some(11), day: 21 }),
            wire: some("GlobeNewswire"),
            byline: some("By A"),
        }),
        issuer: some("Publicity Department"),
        notice: Some(Notice {
            kind: NoticeKind::Embargo,
            raw: "EMBARGOED".to_owned(),
            targets: vec![
                NoticeTarget::Number("1".to_owned()),
                NoticeTarget::Link("https://a.example/1".to_owned()),
                NoticeTarget::Slug("one".to_owned()),
                NoticeTarget::Headline("One".to_owned()),
            ],
            until: Some(NoticeUntil::At(AT)),
        }),
        tickers: vec![Ticker { exchange: "NYSE".to_owned(), symbol: "ABC".to_owned() }],
        places: [CopyPart::Title, CopyPart::Body]
            .map(|part| MentionedPlace {
                name: "SHENYANG".to_owned(),
                city: some("Shenyang"),
                region: some("Liaoning"),
                country: Country::new("CN").unwrap(),
                part,
                offset: 3,
                because: "a name of places alone".to_owned(),
                at: Some((41.8, 123.4)),
            })
            .to_vec(),
        is_photo_only: true,
        cuts: vec![Cut { at: 0..9, kind: CutKind::Dateline }, Cut { at: 9..12, kind: CutKind::Tail }],
    }
}

fn row(version: i64, bytes: &[u8]) -> Option<ReadingRow<'_>> {
    Some(ReadingRow { version, edition: -3, bytes })
}

#[test]
fn what_was_read_stays_as_it_is_b330() {
    let form = serde_json::to_string(&newswire::StoredNewswire::of(&newswire())).unwrap();
    assert_eq!(form, include_str!("newswire.json").trim_end());
    let body = Encoder::new().new_entry(&bare()).unwrap();
    let bytes = Encoder::new().newswire(&newswire()).unwrap();
    let version = xxhash_rust::xxh3::xxh3_64(&body).cast_signed();
    let read = |row: Option<ReadingRow<'_>>| Decoder::new().with_reading(&body, bare().key, row).unwrap().reading;
    let expected = |newswire: Newswire| Some(WireReading { newswire: newswire.into(), edition: WireEdition(-3) });
    assert_eq!(read(row(version, &bytes)), expected(newswire()));
    let unreadable = NoticeUntil::Unreadable("soon".to_owned());
    let mut soon = newswire();
    soon.notice = soon.notice.map(|notice| Notice { until: Some(unreadable), ..notice });
    assert_eq!(read(row(version, &Encoder::new().newswire(&soon).unwrap())), expected(soon));
    // Of a copy that says nothing nothing is kept; of another text, or damaged, it is none.
    assert_eq!(Encoder::new().newswire(&Newswire::default()).unwrap(), [0_u8; 0]);
    assert_eq!(read(row(version, &[])), expected(Newswire::default()));
    assert_eq!((read(row(version + 1, &bytes)), read(row(version, &bytes[..9])), read(None)), (None, None, None));
}
