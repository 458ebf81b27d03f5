use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::model::web::address::Opened;
use crate::model::{
    Carrier, Category, Content, Enclosure, Entry, EntryId, EntryKey, FeedId, FeedPosition, InReplyTo, Link, Markup,
    Origin, Person, PublicUrl, Published, Republish, SourceId,
};
use crate::publish::cleaned::Cleaned;
use crate::publish::cursor::{self, PageAt};
use crate::publish::render::render_within;
use crate::publish::samples::wired;
use crate::publish::{
    Channel, ContentLevel, FeedDocument, NEVER_UPDATED, OutputFormat, SourceTerms, SourcesTerms, render,
};

const FORMAT: OutputFormat = OutputFormat::Atom;

fn channel(content: ContentLevel) -> Channel {
    let url = "https://desk.example/wire/".parse().unwrap();
    Channel { content, ..Channel::new(FeedId::new("city").unwrap(), "City & \"abroad\"", url) }
}

fn published(number: i64, title: &str) -> Published {
    let at = Timestamp::from_millis(1_795_392_000_000 + number * 1000);
    let mut entry = Entry::new(EntryKey::of("id", &[title]));
    entry.title = title.to_owned();
    entry.link = Some(format!("https://example.org/{number}"));
    entry.published = Some(at);
    entry.language = Some("en".into());
    let html = format!("<p>Text of <b>{number}</b></p><script>alert(1)</script>");
    entry.content = Some(Content { markup: Markup::Html(html), base: None });
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
        updated_at: at,
        revisions: 1,
        entry: entry.into(),
        lists: vec!["pairing".into()],
        because: vec![],
    }
}

fn terms(republish: Republish) -> SourcesTerms {
    let url = PublicUrl::read("https://example.org/feed.xml");
    let terms = SourceTerms { republish, url, opened: Opened::default() };
    HashMap::from([(SourceId::new("globe").unwrap(), terms)])
}

fn written(content: ContentLevel, republish: Republish, entries: &[Published]) -> String {
    let document = FeedDocument { entries, terms: &terms(republish), page: PageAt::Newest, more: false, size: 50 };
    String::from_utf8(render(FORMAT, &channel(content), &document, &Cleaned::new())).unwrap()
}

fn full(entries: &[Published]) -> String {
    written(ContentLevel::Full, Republish::Full, entries)
}

#[test]
fn a_feed_parses_back_to_the_same_entries_o21() {
    let titles = ["A & B < C > \"D\" ]]> 'E'", "友好城市 🌍", "<b>not bold</b>", "&amp; said twice &lt;"];
    let entries: Vec<Published> = (1..).zip(titles).map(|(n, title)| published(n, title)).collect();
    let text = full(&entries);
    let read = feed_rs::parser::parse(text.as_bytes()).unwrap();
    assert_eq!(read.entries.len(), entries.len());
    for (got, expected) in read.entries.iter().zip(&entries) {
        assert_eq!(got.id, expected.published_id);
        assert_eq!(got.title.as_ref().unwrap().content, expected.entry.title);
        assert_eq!(got.published.unwrap().timestamp_millis(), expected.place.at.millis());
        assert_eq!(got.links[0].href, expected.entry.link.clone().unwrap());
    }
}

#[test]
fn the_head_has_each_element_once_and_its_id_outlives_a_move_o1_o5() {
    let text = full(&[published(1, "One")]);
    let head = &text[..text.find("<entry").unwrap()];
    for (what, count) in [("<id>", 1), ("<title>", 1), ("<updated>", 1), ("rel=\"self\"", 1), ("rel=\"alternate\"", 1)]
    {
        assert_eq!(head.matches(what).count(), count, "{what} in {head}");
    }
    assert!(head.contains("href=\"https://desk.example/wire/feeds/city.atom\""), "{head}");
    let mut moved = channel(ContentLevel::Full);
    moved.public_url = "http://127.0.0.1:9/".parse().unwrap();
    assert_eq!(moved.permanent_id(), channel(ContentLevel::Full).permanent_id());
}

#[test]
fn every_entry_has_an_author_of_its_own_or_its_source_o3() {
    let mut own = published(1, "One");
    own.entry.authors = vec![Person { name: "A. Writer".into(), email: Some("not an address".into()), uri: None }];
    assert!(full(&[own]).contains("<author><name>A. Writer</name></author>"));
    assert!(full(&[published(1, "One")]).contains("<author><name>Globe &amp; Mail</name></author>"));
}

#[test]
fn a_source_element_that_came_with_the_copy_is_kept_o4() {
    let mut p = published(1, "One");
    assert!(full(std::slice::from_ref(&p)).contains("<title>Globe &amp; Mail</title>"));
    p.entry.origin = Some(Origin { id: Some("urn:o".into()), title: Some("Elsewhere".into()), ..Origin::default() });
    let text = full(&[p]);
    let source = &text[text.find("<source>").unwrap()..text.find("</source>").unwrap()];
    assert!(source.contains("<id>urn:o</id>") && source.contains("<title>Elsewhere</title>"), "{source}");
}

#[test]
fn published_is_the_publishers_date_or_absent_o8() {
    let mut p = published(1, "One");
    p.entry.published = None;
    assert!(!full(&[p]).contains("<published>"));
}

#[test]
fn forbidden_characters_and_bad_addresses_do_not_leave_o11_o12_o13_b70() {
    let mut p = published(1, "a\u{0}b\u{c}c\u{fffe}d");
    p.entry.link = Some("javascript:alert(1)".into());
    p.entry.categories =
        vec![Category::default(), Category { term: "c".into(), scheme: Some("not a scheme".into()), label: None }];
    p.entry.links = vec![Link { rel: "related".into(), href: "data:text/html,x".into(), ..Link::default() }];
    p.entry.authors = vec![Person { name: "<script>".into(), email: None, uri: Some("javascript:x".into()) }];
    let text = full(&[p]);
    assert!(text.contains("<title>abcd</title>"), "{text}");
    assert!(!text.contains("javascript:") && !text.contains("data:") && !text.contains("<script"), "{text}");
    assert!(!text.contains("term=\"\""), "{text}");
    assert!(text.contains("href=\"https://desk.example/wire/entries/1\""), "{text}");
}

#[test]
fn a_sources_terms_bound_what_a_feed_publishes() {
    let one = [published(1, "One")];
    let check = |content, republish, expected: (bool, bool)| {
        let text = written(content, republish, &one);
        assert_eq!((text.contains("<summary"), text.contains("<content")), expected, "{content:?} {republish:?}");
    };
    check(ContentLevel::Full, Republish::Full, (false, true));
    check(ContentLevel::Full, Republish::Excerpt, (true, false));
    check(ContentLevel::Full, Republish::Link, (false, false));
    check(ContentLevel::Summary, Republish::Full, (true, false));
    check(ContentLevel::Title, Republish::Full, (false, false));
}

/// Of an entry without title, too: no words of its text stand for one.
#[test]
fn a_link_alone_tells_nothing_of_the_text() {
    let mut p = published(1, "");
    p.entry.article = Some(Content { markup: Markup::Plain("Text of the article".into()), base: None });
    for (content, republish) in [(ContentLevel::Full, Republish::Link), (ContentLevel::Title, Republish::Full)] {
        let text = written(content, republish, std::slice::from_ref(&p));
        assert!(text.contains("<title>(untitled)</title>") && !text.contains("Text of"), "{text}");
    }
    assert!(written(ContentLevel::Summary, Republish::Full, &[p]).contains("<title>Text of 1</title>"));
}

#[test]
fn published_html_is_sanitised_and_escaped_once_o10_b67() {
    let text = full(&[published(1, "One")]);
    assert!(text.contains("&lt;p&gt;Text of &lt;b&gt;1&lt;/b&gt;&lt;/p&gt;"), "{text}");
    assert!(!text.contains("alert"), "{text}");
}

#[test]
fn pages_name_the_first_and_the_next_o16() {
    let entries = [published(2, "Two"), published(1, "One")];
    let terms = terms(Republish::Full);
    let page = PageAt::Before(FeedPosition { at: Timestamp::from_millis(9), entry: EntryId(9) });
    let document = FeedDocument { entries: &entries, terms: &terms, page, more: true, size: 50 };
    let text = String::from_utf8(render(FORMAT, &channel(ContentLevel::Full), &document, &Cleaned::new())).unwrap();
    let next = cursor::write(entries[1].place);
    assert!(text.contains(&format!("rel=\"next\" href=\"https://desk.example/wire/feeds/city.atom?before={next}\"")));
    assert!(text.contains("rel=\"first\"") && text.contains("city.atom?before=9-9"));
}

#[test]
fn the_same_entries_give_the_same_bytes_and_an_empty_feed_is_never_updated_now_o22_o7() {
    let entries = [published(1, "One")];
    assert_eq!(full(&entries), full(&entries));
    assert!(full(&[]).contains(&NEVER_UPDATED.rfc3339()));
}

/// The schema of RFC 4287, where it is to be had.
#[test]
fn a_feed_is_valid_by_relax_ng_o21() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/schemas/atom-rfc4287.rng");
    let xmllint = std::process::Command::new("xmllint").arg("--version").output().is_ok();
    if !std::path::Path::new(schema).exists() || !xmllint {
        eprintln!("SKIPPED: no schema at ../shared/corpus/schemas, or no xmllint");
        return;
    }
    let mut rich = published(1, "One");
    rich.entry.authors = vec![Person { name: "A".into(), email: Some("a@b.example".into()), uri: None }];
    rich.entry.enclosures = vec![Enclosure {
        url: "https://example.org/a.mp3".into(),
        media_type: Some("audio/mpeg".into()),
        length_bytes: Some(3),
    }];
    rich.entry.in_reply_to = vec![InReplyTo {
        id: "urn:example:0".into(),
        href: Some("https://example.org/0".into()),
        media_type: Some("text/html".into()),
    }];
    let link = |rel: &str, href: &str| Link { rel: rel.into(), href: href.into(), ..Link::default() };
    rich.entry.links = vec![
        link("license", "https://creativecommons.org/licenses/by/4.0/"),
        Link { media_type: Some("application/atom+xml".into()), ..link("replies", "https://example.org/1/replies") },
        link("edit", "https://example.org/edit/1"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feed.atom");
    let text = full(&[rich, published(2, "Two")]);
    for carried in [
        "<thr:in-reply-to ref=\"urn:example:0\" href=\"https://example.org/0\" type=\"text/html\"/>",
        "<link rel=\"license\" href=\"https://creativecommons.org/licenses/by/4.0/\"/>",
        "<link rel=\"replies\" href=\"https://example.org/1/replies\" type=\"application/atom+xml\"/>",
    ] {
        assert!(text.contains(carried), "{carried} in {text}");
    }
    assert!(!text.contains("/edit/"), "{text}");
    std::fs::write(&file, text).unwrap();
    let done =
        std::process::Command::new("xmllint").args(["--noout", "--relaxng", schema]).arg(&file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// B103: nothing is lost where a page is too heavy: long texts become excerpts, and what
/// still does not fit stands on the next page.
#[test]
fn a_heavy_page_keeps_within_its_limit_b103() {
    let heavy = |number: i64, words: usize| {
        let mut p = published(number, &format!("Entry {number}"));
        let html = format!("<p>{}</p>", format!("word{number} ").repeat(words));
        p.entry.content = Some(Content { markup: Markup::Html(html), base: None });
        p
    };
    let page = |entries: &[Published], most: usize| {
        let terms = terms(Republish::Full);
        let document = FeedDocument { entries, terms: &terms, page: PageAt::Newest, more: false, size: 50 };
        let made = render_within(FORMAT, &channel(ContentLevel::Full), &document, &Cleaned::new(), most);
        let made = String::from_utf8(made).unwrap();
        let count = |what: &str| made.matches(what).count();
        (made.len(), count("<entry"), count("<content"), count("rel=\"next\""), made)
    };
    let entries: Vec<Published> = (0..20).map(|n| heavy(n, if n % 5 == 0 { 20_000 } else { 100 })).collect();
    let (size, all, whole, next, _) = page(&entries, 1 << 20);
    assert!(size > 400 << 10);
    assert_eq!((all, whole, next), (20, 20, 0), "all of it fits");
    let (size, all, whole, next, made) = page(&entries, 100 << 10);
    assert!(size < 102 << 10, "{size}");
    assert_eq!((all, whole, next), (20, 16, 0), "the long ones are excerpts");
    assert!(made.contains("https://example.org/5") && made.contains("word5 word5"));
    let (size, all, _, next, made) = page(&entries, 10 << 10);
    assert!(size < 12 << 10 && all > 1 && all < 20 && next == 1, "{size} {all} {next}");
    let last = &entries[all - 1];
    assert!(made.contains(&format!("before={}\"", cursor::write(last.place))), "the next page begins behind the last");
    let (_, rest, ..) = page(&entries[all..], 10 << 10);
    assert!(rest > 0);
    // One alone that does not fit stands all the same.
    let (_, all, _, next, _) = page(&entries[..2], 100);
    assert_eq!((all, next), (1, 1));
}

/// O151: points on the map stand in WGS 84, the dateline's place first, each once and ten at
/// most; wire, dateline and issuer are categories, each under its scheme.
#[test]
fn what_was_read_of_wire_copy_is_published_o151() {
    let entry = wired(1, "One");
    let text = full(std::slice::from_ref(&entry));
    let points: Vec<&str> = text.split("<georss:point>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!((&points[..3], points.len()), (&["41.8 123.4", "38.9 -121.6", "0 0.5"][..], 10));
    assert!(text.contains("xmlns:georss=\"http://www.georss.org/georss\""), "{text}");
    let parsed = feed_rs::parser::parse(text.as_bytes()).unwrap();
    let categories: Vec<(String, String)> = parsed.entries[0]
        .categories
        .iter()
        .map(|category| (category.term.clone(), category.scheme.clone().unwrap_or_default()))
        .collect();
    let at = |path: &str| format!("https://desk.example/wire/{path}");
    let expected = [
        ("PR Newswire".to_owned(), at("wires")),
        ("Shenyang".to_owned(), at("datelines")),
        ("City & Sons".to_owned(), at("issuers")),
        ("pairing".to_owned(), at("lists")),
    ];
    assert_eq!(categories, expected);
    assert!(!full(&[published(1, "One")]).contains("georss:point"));
}
