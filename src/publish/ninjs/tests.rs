use serde_json::{Value, json};

use super::uri;
use crate::publish::samples::{TITLES, channel, published, rich, wired, written};
use crate::publish::{ContentLevel, OutputFormat};

const FORMAT: OutputFormat = OutputFormat::Ninjs;

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn everything_that_an_item_has_stands_in_its_member_o172() {
    let mut channel = channel(ContentLevel::Full);
    channel.reasons = true;
    let read = read(&written(FORMAT, &channel, &[rich(1, "One & <two>")]));
    let source = &read["associations"][0]["infoSources"][0]["uri"];
    let expected = json!({
        "uri": channel.permanent_id(),
        "standard": {
            "name": "ninjs", "version": "3.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
        },
        "type": "composite",
        "pubStatus": "usable",
        "versionCreated": "2026-11-23T00:01:01Z",
        "title": "City & \"abroad\"",
        "renditions": [
            { "name": "self", "href": "https://desk.example/wire/feeds/city.ninjs", "contentType": "application/json" },
            { "name": "web", "href": "https://desk.example/wire/feeds/city", "contentType": "text/html" },
        ],
        "associations": [{
            "name": "https://example.org/id/1/市",
            "uri": "https://example.org/id/1/%E5%B8%82",
            "type": "text",
            "representationType": "full",
            "pubStatus": "usable",
            "firstCreated": "2026-11-23T00:00:01Z",
            "versionCreated": "2026-11-23T00:01:01Z",
            "language": "en",
            "copyrightNotice": "© Globe <2026>",
            "edNote": "a pairing & \"more\" in the <headline>\nan envoy",
            "by": "A. Writer, B",
            "people": [
                { "name": "A. Writer", "rel": "author", "contactInfo": [{ "type": "email", "value": "a@b.example" }] },
                { "name": "B", "rel": "author", "uri": "https://b.example/" },
                { "name": "City of X", "rel": "contributor" },
            ],
            "headlines": [{ "role": "main", "contentType": "text/plain", "value": "One & <two>" }],
            "descriptions":
                [{ "role": "summary", "contentType": "text/html", "value": "<p>A <i>teaser</i> &amp; more</p>" }],
            "bodies": [{
                "role": "main", "contentType": "text/html", "value": "<p>Text of <b>1</b> ]]&gt; &amp;amp;</p>",
            }],
            "subjects": [
                { "name": "Ports & ships", "literal": "ports", "creator": "http://example.org/scheme" },
                { "name": "pairing", "literal": "pairing", "creator": "https://desk.example/wire/lists" },
            ],
            "infoSources": [{ "name": "Globe & Mail", "uri": source, "literal": "https://example.org/feed.xml" }],
            "renditions": [
                { "name": "web", "href": "https://example.org/1", "contentType": "text/html" },
                { "name": "via", "href": "https://example.org/feed.xml" },
                {
                    "name": "enclosure", "href": "https://example.org/a.mp3", "contentType": "audio/mpeg",
                    "sizeInBytes": 3,
                },
                { "name": "enclosure", "href": "https://example.org/b.bin" },
            ],
            "associations": [
                { "name": "urn:example:0", "rel": "in-reply-to", "uri": "urn:example:0" },
                {
                    "name": "https://creativecommons.org/licenses/by/4.0/", "rel": "license",
                    "uri": "https://creativecommons.org/licenses/by/4.0/",
                },
                {
                    "name": "https://example.org/1/zh", "rel": "related", "uri": "https://example.org/1/zh",
                    "language": "zh",
                },
            ],
        }],
    });
    assert_eq!(read, expected);
}

#[test]
fn all_titles_and_levels_can_be_written_o172() {
    for (level, body, description) in
        [(ContentLevel::Full, true, false), (ContentLevel::Summary, false, true), (ContentLevel::Title, false, false)]
    {
        let entries: Vec<_> = (1..).zip(TITLES).map(|(n, title)| published(n, title)).collect();
        let read = read(&written(FORMAT, &channel(level), &entries));
        for (item, title) in read["associations"].as_array().unwrap().iter().zip(TITLES) {
            let title = title.replace(['\u{0}', '\u{c}', '\u{fffe}'], "");
            assert_eq!(item["headlines"][0]["value"], title);
            assert_eq!((item["bodies"].is_array(), item["descriptions"].is_array()), (body, description), "{level:?}");
            assert_eq!(item["representationType"] == "full", body);
            assert!(item["edNote"].is_null());
        }
    }
}

#[test]
fn an_iri_is_named_by_its_uri_o172() {
    for (iri, expected) in [
        ("https://a.example/?q=%20&x=[1]#f", "https://a.example/?q=%20&x=[1]#f"),
        ("tag:市.example,2026:a|b", "tag:%E5%B8%82.example,2026:a%7Cb"),
    ] {
        assert_eq!(uri(iri), expected);
    }
}

/// O147: whence copy comes is `located`, its issuer an organisation, its wire who distributed it.
#[test]
fn what_was_read_of_wire_copy_is_published_o147() {
    let read = read(&written(FORMAT, &channel(ContentLevel::Full), &[wired(1, "One"), published(2, "Two")]));
    let item = &read["associations"][0];
    assert_eq!(item["located"], "Shenyang, CN");
    assert_eq!(item["organisations"], json!([{ "name": "City & Sons", "rel": "issuer" }]));
    assert_eq!(item["infoSources"][1], json!({ "name": "PR Newswire", "role": "distributor" }));
    let point = json!({
        "name": "Shenyang", "rel": "mentioned", "literal": "Shenyang, CN",
        "geoJSON": { "type": "Point", "coordinates": [123.4, 41.8] },
    });
    let places = item["places"].as_array().unwrap();
    assert_eq!((&places[0], places.len()), (&point, 10));
    let without = read["associations"][1].as_object().unwrap();
    assert!(["located", "organisations", "places"].iter().all(|name| !without.contains_key(*name)));
    assert_eq!(without["infoSources"].as_array().unwrap().len(), 1);
}
