use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::model::{EntryId, FeedPosition};
use crate::publish::cursor::PageAt;
use crate::publish::samples::{TITLES, channel, page, published, rich, wired, written};
use crate::publish::{ContentLevel, OutputFormat};

const FORMAT: OutputFormat = OutputFormat::Json;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn everything_that_an_item_has_stands_in_its_member_o19() {
    let text = written(FORMAT, &channel(ContentLevel::Full), &[rich(1, "One & <two>")]);
    let own = json!({
        "source": {
            "id": read(&text)["items"][0]["_wiredesk"]["source"]["id"],
            "title": "Globe & Mail",
            "updated": "2026-11-23T00:00:01Z",
            "feed_url": "https://example.org/feed.xml",
            "home_page_url": "https://example.org/",
        },
        "via": "https://example.org/feed.xml",
        "rights": "© Globe <2026>",
        "contributors": [{ "name": "City of X" }],
        "categories": [
            { "term": "ports", "scheme": "http://example.org/scheme", "label": "Ports & ships" },
            { "term": "pairing", "scheme": "https://desk.example/wire/lists" },
        ],
        "links": [
            { "rel": "license", "url": "https://creativecommons.org/licenses/by/4.0/" },
            { "rel": "related", "url": "https://example.org/1/zh", "hreflang": "zh" },
        ],
        "in_reply_to": [{ "id": "urn:example:0", "url": "https://example.org/0", "type": "text/html" }],
    });
    let expected = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "City & \"abroad\"",
        "home_page_url": "https://desk.example/wire/feeds/city",
        "feed_url": "https://desk.example/wire/feeds/city.json",
        "_wiredesk": {
            "id": channel(ContentLevel::Full).permanent_id(),
            "updated": "2026-11-23T00:01:01Z",
            "generator": concat!("wiredesk ", env!("CARGO_PKG_VERSION")),
        },
        "items": [{
            "id": "https://example.org/id/1/市",
            "url": "https://example.org/1",
            "title": "One & <two>",
            "content_html": "<p>Text of <b>1</b> ]]&gt; &amp;amp;</p>",
            "summary": "A teaser & more",
            "date_published": "2026-11-23T00:00:01Z",
            "date_modified": "2026-11-23T00:01:01Z",
            "authors": [{ "name": "A. Writer", "url": "mailto:a@b.example" }, { "name": "B", "url": "https://b.example/" }],
            "tags": ["Ports & ships", "pairing"],
            "language": "en",
            "attachments": [
                { "url": "https://example.org/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 3 },
                { "url": "https://example.org/b.bin", "mime_type": "application/octet-stream" },
            ],
            "_wiredesk": own,
        }],
    });
    assert_eq!(read(&text), expected);
}

#[test]
fn a_feed_parses_back_to_the_same_entries_o19_o21() {
    let entries: Vec<_> = (1..).zip(TITLES).map(|(n, title)| rich(n, title)).collect();
    let text = written(FORMAT, &channel(ContentLevel::Full), &entries);
    let read = feed_rs::parser::parse(text.as_bytes()).unwrap();
    assert_eq!(read.entries.len(), entries.len());
    for (got, expected) in read.entries.iter().zip(&entries) {
        let title = expected.entry.title.replace(['\u{0}', '\u{c}', '\u{fffe}'], "");
        assert_eq!((&got.id, &got.title.as_ref().unwrap().content), (&expected.published_id, &title));
        assert_eq!(got.published.unwrap().timestamp_millis(), expected.place.at.millis());
        assert_eq!(got.updated.unwrap().timestamp_millis(), expected.updated_at.millis());
    }
}

#[test]
fn an_item_always_has_one_content_o19() {
    let check = |level, reasons, expected: (Option<&str>, Option<&str>)| {
        let mut channel = channel(level);
        channel.reasons = reasons;
        let item = read(&written(FORMAT, &channel, &[published(1, "One")]))["items"][0].clone();
        assert_eq!((item["content_html"].as_str(), item["content_text"].as_str()), expected, "{level:?} {reasons}");
        assert_eq!(item["_wiredesk"]["because"].is_array(), reasons);
    };
    check(ContentLevel::Full, false, (Some("<p>Text of <b>1</b> ]]&gt; &amp;amp;</p>"), None));
    check(ContentLevel::Summary, false, (None, Some("Text of 1 ]]> &amp;")));
    check(ContentLevel::Title, false, (None, Some("")));
    let note = "<details><summary>Why it is in this feed</summary><ul><li>a pairing &amp; &quot;more&quot; in the \
                &lt;headline&gt;</li><li>an envoy</li></ul></details>";
    check(ContentLevel::Title, true, (Some(note), None));
    check(ContentLevel::Summary, true, (Some(&format!("<p>Text of 1 ]]&gt; &amp;amp;</p>{note}")), None));
}

#[test]
fn pages_name_the_next_o16_o19() {
    let at = PageAt::Before(FeedPosition { at: Timestamp::from_millis(9), entry: EntryId(9) });
    let read = read(&page(FORMAT, &channel(ContentLevel::Full), &[published(1, "One")], at));
    let next = "https://desk.example/wire/feeds/city.json?before=1795392001000-1";
    assert_eq!((&read["next_url"], &read["_wiredesk"]["next"]), (&json!(next), &json!(next)));
    assert_eq!(read["_wiredesk"]["first"], "https://desk.example/wire/feeds/city.json");
    assert_eq!(read["feed_url"], "https://desk.example/wire/feeds/city.json?before=9-9");
}

/// O147: what was read of wire copy has the names that the command line has for it.
#[test]
fn what_was_read_of_wire_copy_is_published_o147() {
    let text = written(FORMAT, &channel(ContentLevel::Full), &[wired(1, "One"), published(2, "Two")]);
    let read = read(&text);
    let own = &read["items"][0]["_wiredesk"];
    let dateline = json!({
        "raw": "SHENYANG, China, Nov. 21",
        "places": [{ "city": "Shenyang", "country": "CN" }],
        "date": "2024-11-21",
    });
    assert_eq!((&own["wire"], &own["issuer"]), (&json!("PR Newswire"), &json!("City & Sons")));
    assert_eq!(own["dateline"], dateline);
    let places = own["places"].as_array().unwrap();
    assert_eq!(places[0], json!({ "name": "Shenyang", "country": "CN", "point": [41.8, 123.4] }));
    assert_eq!(places.len(), 10);
    let tags = json!(["PR Newswire", "Shenyang", "City & Sons", "pairing"]);
    assert_eq!(read["items"][0]["tags"], tags);
    let without = read["items"][1]["_wiredesk"].as_object().unwrap();
    assert!(["wire", "dateline", "issuer", "places"].iter().all(|name| !without.contains_key(*name)));
}
