//! What the tests of all formats write: one item that has everything, and what it came from.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::model::newswire::{CopyPart, Dateline, DatelineDate, DatelinePlace, MentionedPlace, Newswire, WireReading};
use crate::model::web::address::Opened;
use crate::model::{
    Carrier, Category, Content, Enclosure, Entry, EntryId, EntryKey, FeedId, FeedPosition, InReplyTo, Link, Markup,
    Person, PublicUrl, Published, Republish, SourceId,
};
use crate::places::Country;

use super::cleaned::Cleaned;
use super::cursor::PageAt;
use super::{Channel, ContentLevel, FeedDocument, OutputFormat, SourceTerms, SourcesTerms, render};

/// A feed that publishes as much as `content`.
pub fn channel(content: ContentLevel) -> Channel {
    let url = "https://desk.example/wire/".parse().unwrap();
    Channel { content, ..Channel::new(FeedId::new("city").unwrap(), "City & \"abroad\"", url) }
}

fn html(text: &str) -> Option<Content> {
    Some(Content { markup: Markup::Html(text.into()), base: None })
}

/// An entry with a title, a text and a link.
pub fn published(number: i64, title: &str) -> Published {
    let at = Timestamp::from_millis(1_795_392_000_000 + number * 1000);
    let mut entry = Entry::new(EntryKey::of("id", &[title]));
    entry.title = title.to_owned();
    entry.link = Some(format!("https://example.org/{number}"));
    entry.published = Some(at);
    entry.language = Some("en".into());
    entry.content = html(&format!("<p>Text of <b>{number}</b> ]]> &amp;amp;</p><script>alert(1)</script>"));
    Published {
        place: FeedPosition { at, entry: EntryId(number) },
        published_id: format!("urn:example:{number}"),
        source: SourceId::new("globe").unwrap(),
        carrier: Carrier {
            title: "Globe & Mail".into(),
            link: Some("https://example.org/".into()),
            ..Carrier::default()
        },
        first_seen_at: at,
        updated_at: Timestamp::from_millis(at.millis() + 60_000),
        revisions: 1,
        entry: entry.into(),
        lists: vec!["pairing".into()],
        because: vec!["a pairing & \"more\" in the <headline>".into(), "an envoy".into()],
    }
}

/// The same with everything that an entry can have.
pub fn rich(number: i64, title: &str) -> Published {
    let mut p = published(number, title);
    let file = |url: &str, media_type: Option<&str>, length_bytes| Enclosure {
        url: url.into(),
        media_type: media_type.map(Into::into),
        length_bytes,
    };
    let link = |rel: &str, href: &str| Link { rel: rel.into(), href: href.into(), ..Link::default() };
    p.published_id = format!("https://example.org/id/{number}/市");
    p.entry.summary = html("<p>A <i>teaser</i> &amp; more</p>");
    p.entry.authors = vec![
        Person { name: "A. Writer".into(), email: Some("a@b.example".into()), uri: None },
        Person { name: "B".into(), email: None, uri: Some("https://b.example/".into()) },
    ];
    p.entry.contributors = vec![Person { name: "City of X".into(), email: None, uri: None }];
    p.entry.categories = vec![Category {
        term: "ports".into(),
        scheme: Some("http://example.org/scheme".into()),
        label: Some("Ports & ships".into()),
    }];
    p.entry.enclosures = vec![
        file("https://example.org/a.mp3", Some("audio/mpeg"), Some(3)),
        file("https://example.org/b.bin", None, None),
    ];
    p.entry.in_reply_to = vec![InReplyTo {
        id: "urn:example:0".into(),
        href: Some("https://example.org/0".into()),
        media_type: Some("text/html".into()),
    }];
    p.entry.links = vec![
        link("license", "https://creativecommons.org/licenses/by/4.0/"),
        Link { hreflang: Some("zh".into()), ..link("related", "https://example.org/1/zh") },
    ];
    p.entry.rights = Some("© Globe <2026>".into());
    p
}

/// The same as wire copy, with more places than are published.
pub fn wired(number: i64, title: &str) -> Published {
    let place = |name: &str, at: Option<(f64, f64)>| MentionedPlace {
        name: name.into(),
        city: Some(name.into()),
        region: None,
        country: Country::new("CN").unwrap(),
        part: CopyPart::Body,
        offset: 0,
        because: "a name of places alone".into(),
        at,
    };
    let from = DatelinePlace { city: Some("Shenyang".into()), country: Country::new("CN"), ..DatelinePlace::default() };
    let mut places = vec![place("Dalian", Some((38.9, -121.6))), place("Nowhere", None)];
    places.extend([place("Shenyang", Some((41.8, 123.4))), place("Dalian", Some((38.9, -121.6)))]);
    places.extend((0..20).map(|n| place("Other", Some((f64::from(n), 0.5)))));
    let dateline = Dateline {
        raw: "SHENYANG, China, Nov. 21".into(),
        places: vec![from],
        date: Some(DatelineDate { year: Some(2024), month: Some(11), day: 21 }),
        ..Dateline::default()
    };
    let read = Newswire {
        wire: Some("PR Newswire".into()),
        issuer: Some("City & Sons".into()),
        dateline: Some(dateline),
        places,
        ..Newswire::default()
    };
    let mut p = published(number, title);
    p.entry.reading = Some(WireReading { newswire: read.into(), ..WireReading::default() });
    p
}

/// The terms of the entries' source.
pub fn terms(republish: Republish) -> SourcesTerms {
    let url = PublicUrl::read("https://example.org/feed.xml");
    let terms = SourceTerms { republish, url, opened: Opened::default() };
    HashMap::from([(SourceId::new("globe").unwrap(), terms)])
}

/// The subscription document of `channel` in a format.
pub fn written(format: OutputFormat, channel: &Channel, entries: &[Published]) -> String {
    page(format, channel, entries, PageAt::Newest)
}

/// A page that others follow, in a format.
pub fn page(format: OutputFormat, channel: &Channel, entries: &[Published], page: PageAt) -> String {
    let more = page != PageAt::Newest;
    let document = FeedDocument { entries, terms: &terms(Republish::Full), page, more, size: 50 };
    String::from_utf8(render(format, channel, &document, &Cleaned::new())).unwrap()
}

/// Titles that are hard to write.
pub const TITLES: [&str; 5] = [
    "A & B < C > \"D\" ]]> 'E'",
    "友好城市 🌍",
    "back\\slash & tab\there",
    "&amp; said twice &lt;",
    "a\u{0}b\u{c}c\u{fffe}d",
];
