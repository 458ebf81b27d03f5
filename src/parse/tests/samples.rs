//! Small samples of our own, each with a comment that says what is odd.

use super::*;
use crate::model::{Entry, Format, Link, Markup, Person};

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/corpus/parse/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn parsed(name: &str) -> Parsed {
    read(&sample(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Titles of the entries, and how many warnings of each kind there are.
pub(super) fn check(name: &str, titles: &[&str], warnings: &[(&str, usize)]) -> Parsed {
    let parsed = parsed(name);
    let made: Vec<&str> = parsed.entries.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(made, titles, "{name}");
    let mut kinds = std::collections::BTreeMap::new();
    parsed.warnings.iter().for_each(|warning| *kinds.entry(warning.kind.as_str()).or_insert(0) += 1);
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), warnings, "{name}: {:?}", parsed.warnings);
    parsed
}

pub(super) fn links(parsed: &Parsed) -> Vec<&str> {
    parsed.entries.iter().map(|entry| entry.link.as_deref().unwrap_or("-")).collect()
}

pub(super) fn person(name: &str, email: Option<&str>, uri: Option<&str>) -> Person {
    Person { name: name.to_owned(), email: email.map(str::to_owned), uri: uri.map(str::to_owned) }
}

pub(super) fn html(entry: &Entry) -> &str {
    match &entry.fullest().unwrap().markup {
        Markup::Html(text) => text,
        Markup::Plain(text) => panic!("plain: {text}"),
    }
}

#[test]
fn rss_fills_every_field() {
    let feed = check("rss-full.xml", &["Port of Shenyang opens"], &[]);
    assert_eq!((feed.format, feed.title.as_str(), feed.encoding), (Format::Rss2, "Harbour Wire & Co", "UTF-8"));
    assert_eq!(feed.link.as_deref(), Some("https://harbour.example/"));
    assert_eq!(feed.self_link.as_deref(), Some("https://harbour.example/rss"));
    assert_eq!(feed.hubs, ["https://hub.example/"]);
    assert_eq!(feed.authors, [person("News Desk", Some("desk@harbour.example"), None)]);
    assert_eq!(feed.hints.ttl.unwrap().as_secs(), 900);
    assert_eq!(feed.hints.update_period.unwrap().as_secs(), 900);
    assert_eq!((feed.hints.skip_hours, feed.hints.skip_days), (1 | 1 << 23, 1 << 6));
    let entry = &feed.entries[0];
    assert_eq!(entry.id.as_deref(), Some("hw-1"));
    assert_eq!(entry.link.as_deref(), Some("https://harbour.example/1"));
    assert_eq!(entry.published.unwrap().rfc3339(), "2026-11-21T10:00:00Z");
    assert_eq!(entry.published_raw.as_deref(), Some("Sat, 21 Nov 2026 10:00:00 GMT"));
    assert_eq!(entry.updated.unwrap().rfc3339(), "2026-11-21T10:30:00Z");
    assert_eq!(entry.authors, [person("Li Na", None, None)]);
    assert_eq!(entry.contributors, [person("Harbour Holdings plc", None, None)]);
    assert_eq!(entry.categories.len(), 2);
    assert_eq!(entry.categories[0].scheme.as_deref(), Some("https://harbour.example/t"));
    assert_eq!(entry.summary.as_ref().unwrap().markup, Markup::Html("<p>Short.</p>".to_owned()));
    assert_eq!(html(entry), "<p>Long & full.</p>");
    assert_eq!(entry.content.as_ref().unwrap().base.as_deref(), Some("https://harbour.example/1"));
    assert_eq!(entry.language.as_deref(), Some("en-GB"));
    let files: Vec<_> = entry.enclosures.iter().map(|file| (file.url.as_str(), file.length_bytes)).collect();
    assert_eq!(files, [("https://harbour.example/1.mp3", Some(1234)), ("https://harbour.example/1.jpg", None)]);
    let origin = entry.origin.as_ref().unwrap();
    assert_eq!(
        (origin.title.as_deref(), origin.url.as_deref()),
        (Some("Other Wire"), Some("https://other.example/rss"))
    );
    assert_eq!(entry.in_reply_to.iter().map(|reply| reply.id.as_str()).collect::<Vec<_>>(), ["hw-0"]);
    assert_eq!(entry.links[0].rel, "replies");
    assert_eq!(entry.rights.as_deref(), Some("Free to print"));
}

#[test]
fn atom_keeps_the_meaning_of_its_texts() {
    let feed = check("atom-texts.xml", &["Use of <b> in R&D", "Big news"], &[]);
    assert_eq!((feed.title.as_str(), feed.link.as_deref()), ("A & B", Some("https://a.example/x/")));
    let next = Link { rel: "next".to_owned(), href: "https://a.example/x/?page=2".to_owned(), ..Link::default() };
    assert_eq!(feed.paging, [next]);
    assert_eq!(feed.authors, [person("Desk", Some("desk@a.example"), Some("https://a.example/desk"))]);
    assert_eq!(links(&feed), ["https://a.example/x/1", "https://a.example/x/2"]);
    let [first, second] = &feed.entries[..] else { panic!() };
    assert_eq!(first.summary.as_ref().unwrap().markup, Markup::Plain("plain 1 < 2".to_owned()));
    assert_eq!(html(first), "<p>One<br>two &amp; <a href=\"y?a=1&amp;b=2\">three</a></p>");
    assert_eq!(first.content.as_ref().unwrap().base.as_deref(), Some("https://a.example/x/deep/"));
    assert_eq!(first.published.unwrap().rfc3339(), "2026-11-21T00:00:00Z");
    assert_eq!((first.links[0].href.as_str(), first.links[0].hreflang.as_deref()), ("https://b.example/1", Some("fr")));
    assert_eq!(first.enclosures[0].length_bytes, Some(9));
    assert_eq!((first.language.as_deref(), second.language.as_deref()), (Some("de"), Some("en")));
    assert_eq!(html(second), "<p>H &amp; tml</p>");
    assert_eq!(second.contributors, [person("C Corp", None, None)]);
    let origin = second.origin.as_ref().unwrap();
    assert_eq!((origin.id.as_deref(), origin.url.as_deref()), (Some("urn:b"), Some("https://b.example/feed")));
    assert_eq!(origin.authors, [person("B", None, None)]);
    // RFC 4287 §4.2.1.
    assert_eq!(second.authors, origin.authors);
}

#[test]
fn older_formats_are_read() {
    let feed = check("rdf.xml", &["First"], &[]);
    assert_eq!((feed.format, feed.title.as_str()), (Format::Rss1, "R"));
    assert_eq!(feed.entries[0].id.as_deref(), Some("https://r.example/1"));
    assert_eq!(feed.entries[0].published.unwrap().rfc3339(), "2026-11-21T09:00:00Z");
    let feed = check("atom03.xml", &["A b"], &[]);
    assert_eq!(feed.entries[0].published.unwrap().rfc3339(), "2004-01-01T10:00:00Z");
    assert_eq!(feed.entries[0].updated.unwrap().rfc3339(), "2004-01-02T10:00:00Z");
    assert_eq!(html(&feed.entries[0]), "<p>x</p>");
    let bare = String::from_utf8(sample("atom03.xml")).unwrap().replace(" xmlns=\"http://purl.org/atom/ns#\"", "");
    assert_eq!(read(bare.as_bytes()).unwrap().entries, feed.entries);
}

/// B37, B38.
#[test]
fn a_broken_entry_costs_no_other() {
    let feed = check("broken-entry.xml", &["R&D &nosuch; é", "5 < 6", "Third", "Fourth"], &[("repair", 4)]);
    assert_eq!(feed.title, "AT&T\u{a0}…".replace('\u{a0}', " "));
    assert_eq!(links(&feed), ["https://x.example/1", "https://x.example/2?a=1&b=2", "-", "-"]);
    assert_eq!(html(&feed.entries[2]), "<p>one<br>two<b>three</b></p>");
}

/// B39.
#[test]
fn a_cut_document_keeps_what_it_has() {
    let feed = check("cut.xml", &["One", "Two", "Three"], &[("repair", 1)]);
    assert!(feed.truncated);
    assert_eq!(feed.entries[2].summary, None);
    let whole = sample("rss-full.xml");
    assert!(!read(&whole).unwrap().truncated);
    let without_known = b"<rss><channel><item><guid>1</guid><title>a</title></item><item><title>b</title>";
    assert_eq!(read(without_known).unwrap().entries.len(), 1);
}

/// B15, B16.
#[test]
fn entities_are_never_expanded() {
    check("bomb.xml", &["&b;&f;"], &[("repair", 1)]);
}

/// B70, B72.
#[test]
fn links_are_absolute_or_dropped() {
    let feed = check("links.xml", &["One", "Two", "Three", "Four"], &[("link", 3)]);
    assert_eq!(links(&feed), ["https://x.example/1", "-", "https://y.example/3", "https://x.example/4"]);
    let about: Vec<_> = feed.warnings.iter().map(|warning| warning.entry).collect();
    assert_eq!(about, [None, Some(1), Some(1)]);
    assert_eq!((feed.link, feed.entries[1].enclosures.len()), (None, 0));
}

/// B43, B51.
#[test]
fn what_stands_around_a_document_is_passed_over() {
    let feed = check("around.xml", &["One"], &[("repair", 4)]);
    assert_eq!(feed.entries[0].authors, [person("Li Na", None, None)]);
    assert_eq!(html(&feed.entries[0]), "<p>x</p>");
}

/// B43: a bracket alone does not make it JSON.
#[test]
fn a_log_line_before_a_feed_is_passed_over() {
    let text =
        b"[warning] cache is stale\n<?xml version='1.0'?><rss><channel><item><title>One</title></item></channel></rss>";
    let feed = read(text).unwrap();
    assert_eq!((feed.entries[0].title.as_str(), feed.warnings.len()), ("One", 1));
}

/// B48, B74.
#[test]
fn titles_are_one_line_of_plain_text() {
    check("titles.xml", &["AT&T ’s", "Bold & plain", "a b c", "1 < 2 > 0", "xyz"], &[("encoding", 1)]);
}

/// B58, B59, B60.
#[test]
fn dates_are_believed_within_reason() {
    let feed = check("dates.xml", &["a", "b", "c", "d", "e"], &[("date", 3)]);
    let made: Vec<_> = feed.entries.iter().map(|e| e.published.map(Timestamp::rfc3339)).collect();
    let expected = [Some("2026-11-20T09:00:00Z"), Some("2026-11-21T12:00:00Z"), None, None, None];
    assert_eq!(made, expected.map(|at| at.map(str::to_owned)));
    assert_eq!(feed.entries[3].published_raw.as_deref(), Some("30 Feb 2026 10:00:00 GMT"));
}

/// B22.
#[test]
fn json_loses_a_field_or_an_entry_but_no_document() {
    let feed = check("feed.json", &["Seven", ""], &[("link", 1), ("repair", 1)]);
    assert_eq!((feed.format, feed.title.as_str()), (Format::Json, "J & Co"));
    assert_eq!(feed.hubs, ["https://hub.example/"]);
    assert_eq!(feed.paging[0].href, "https://j.example/2.json");
    let [seven, eight] = &feed.entries[..] else { panic!() };
    assert_eq!((seven.id.as_deref(), seven.link.as_deref()), (Some("7"), Some("https://j.example/7")));
    assert_eq!((seven.categories.len(), seven.enclosures[0].length_bytes), (2, Some(12)));
    assert_eq!(eight.content.as_ref().unwrap().markup, Markup::Plain("1 < 2".to_owned()));
    let text = sample("feed.json");
    let border = memchr::memmem::find(&text, b"not an entry").unwrap();
    let cut = read(&text[..border]).unwrap();
    assert!(cut.truncated);
    assert_eq!(cut.entries.len(), 1);
}

/// B40, B41, B42.
#[test]
fn what_is_no_feed_is_named() {
    let check = |bytes: &[u8], expected: &str| {
        let error = read(bytes).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error:?} is not {expected:?}");
    };
    check(b"", "empty: 0 bytes");
    check(b" \r\n\t", "empty: 4 bytes");
    check("\u{feff}  ".as_bytes(), "empty: ");
    check(&sample("page.html"), "not a feed: an HTML page titled \"Before you continue & read\"");
    check(b"{\"error\": \"rate limit\"}", "not a feed: a JSON document with the keys \"error\"");
    check(b"[1, 2]", "not a feed: a JSON array");
    check(b"\x89PNG\r\n\x1a\n", "not a feed: a PNG image");
    check(b"%PDF-1.7", "not a feed: a PDF document");
    check(b"\x1f\x8b\x08\x00", "not a feed: gzip data");
    check(b"<opml version='2.0'><body/></opml>", "not a feed: an XML document with the root element \"opml\"");
    check(b"Service unavailable", "not a feed: plain text: \"Service unavailable\"");
}

/// B17, B19, B22: refused before anything grows.
#[test]
fn limits_hold() {
    let limit = |text: String| match read(text.as_bytes()) {
        Err(Error::Limit(_)) => {}
        other => panic!("{other:?}"),
    };
    limit(format!("<rss><channel><item>{}", "<media:group>".repeat(1000)));
    limit(format!("<rss><channel><item {}/></channel></rss>", "a='1' ".repeat(800_000)));
    limit(format!("<rss {}>", (0..10_000).map(|n| format!("xmlns:n{n}='u' ")).collect::<String>()));
    limit(format!("{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": {}", "[".repeat(100_000)));
}

/// B21: shown cut, known whole.
#[test]
fn long_texts_are_cut_and_marked() {
    let title =
        |end: &str| format!("<rss><channel><item><title>{}{end}</title></item></channel></rss>", "ä".repeat(100_000));
    let [a, b] = [title("a"), title("b")].map(|text| read(text.as_bytes()).unwrap());
    assert!(a.entries[0].title.len() <= 1024 && a.entries[0].title.ends_with('…'));
    assert_ne!(a.entries[0].key, b.entries[0].key);
    let text =
        format!("<rss><channel><item><description>{}</description></item></channel></rss>", "ä".repeat(2_500_000));
    let long = read(text.as_bytes()).unwrap();
    assert_eq!(long.warnings.len(), 1);
    assert!(html(&long.entries[0]).len() <= 1024 * 1024);
}

/// B20, and quadratic traps: linear time or this test would not end.
#[test]
fn large_and_hostile_documents_take_linear_time() {
    let many =
        format!("<rss><channel>{}</channel></rss>", "<item><guid>1</guid><title>t</title></item>".repeat(100_000));
    assert_eq!(read(many.as_bytes()).unwrap().entries.len(), 100_000);
    for unit in [
        "<![CDATA[",
        "<!--",
        "<a '>",
        "<x y=\"> \" ",
        "&",
        "</a>",
        "<",
        "<?",
        "<!DOCTYPE [",
        "<item>",
        "<p>",
        "]]>",
        "<author><link>",
        "<source><title>",
        "&#55362;",
        "<author><name>",
    ] {
        let _ = read(format!("<rss><channel><item><description>{}", unit.repeat(200_000)).as_bytes());
        let _ = read(format!("<rss><channel><item>{}", unit.repeat(200_000)).as_bytes());
        let _ = read(unit.repeat(200_000).as_bytes());
    }
}

/// B18, B45: the same entry in every encoding.
#[test]
fn encodings_make_no_difference() {
    let text = |label: &str, title: &str| {
        format!(
            "<?xml version='1.0' encoding='{label}'?><rss><channel><item><title>{title}</title></item></channel></rss>"
        )
    };
    for (label, title) in [
        ("windows-1251", "Новости"),
        ("gbk", "新华社电"),
        ("shift_jis", "共同通信"),
        ("euc-kr", "연합뉴스"),
        ("big5", "中央社"),
        ("iso-8859-1", "Zürich"),
    ] {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let whole = text(label, title);
        let (bytes, ..) = encoding.encode(&whole);
        let feed = read(&bytes).unwrap();
        assert_eq!((feed.entries[0].title.as_str(), feed.encoding), (title, encoding.name()));
    }
    let wide: Vec<u8> = text("utf-16", "新华社").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read(&wide).unwrap().entries[0].title, "新华社");
}

/// The same for what other rooms read.
#[test]
fn text_is_decoded_for_other_rooms() {
    let check = |bytes: &[u8], content_type: Option<&str>, expected: (&str, usize)| {
        let (decoded, warnings) = text(bytes, content_type);
        assert_eq!((decoded.as_ref(), warnings.len()), expected);
    };
    check("\u{feff}<opml>é\u{1}".as_bytes(), None, ("<opml>é", 1));
    check(b"<?xml encoding='koi8-r'?>\xc1", None, ("<?xml encoding='koi8-r'?>а", 0));
    check(b"<opml>\xe9", Some("text/xml; charset=iso-8859-1"), ("<opml>é", 0));
}

/// R29: the same bytes give the same document; damage never panics.
#[test]
fn samples_cut_and_damaged_never_panic() {
    let mut dice = Dice(0xfeed);
    for file in std::fs::read_dir(format!("{}/tests/corpus/parse", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert_eq!(read(&bytes), read(&bytes));
        batter(&bytes, 60, &mut dice);
    }
}
