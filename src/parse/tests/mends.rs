//! What other readers' suites and the field taught us to read as well.

use super::samples::{check, html, links, person};
use super::*;
use crate::model::Markup;

/// RFC 4287 §4.1.3.3, and `mode` of Atom 0.3.
#[test]
fn texts_in_base64_are_read_and_files_are_not() {
    let feed = check("packed.xml", &["Port opens", "Port 2 closes", "Port three"], &[]);
    assert_eq!(feed.title, "R&D Wire");
    assert_eq!(html(&feed.entries[0]), "<p>One &amp; two</p>");
    assert_eq!(feed.entries[1].content, None);
    assert_eq!(feed.entries[2].content.as_ref().unwrap().markup, Markup::Plain("{\"not\": \"base64\"}".to_owned()));
}

/// B72: URLs from the channel's BASE.
#[test]
fn channel_definitions_are_read() {
    let feed = check("channel.cdf", &["One", "Two"], &[("link", 1)]);
    assert_eq!((feed.title.as_str(), feed.link.as_deref()), ("Channel", Some("https://c.example/home")));
    assert_eq!(feed.updated.unwrap().rfc3339(), "2026-11-21T08:00:00Z");
    assert_eq!(links(&feed), ["https://c.example/base/1.html", "-"]);
    let one = &feed.entries[0];
    assert_eq!(one.updated.unwrap().rfc3339(), "2026-11-21T07:00:00Z");
    assert_eq!(one.summary.as_ref().unwrap().markup, Markup::Html("Of one".to_owned()));
}

/// B74: a link's ampersand escaped once more in CDATA.
#[test]
fn vocabularies_of_podcasts_and_pictures_are_read() {
    let feed = check("vocabularies.xml", &["One", "Two"], &[]);
    assert_eq!(links(&feed), ["https://v.example/?a=1&b=2", "https://v.example/2"]);
    let [one, two] = &feed.entries[..] else { panic!() };
    let categories: Vec<_> = one.categories.iter().map(|c| (c.term.as_str(), c.scheme.as_deref())).collect();
    let (itunes, media) = (Some("http://www.itunes.com/"), Some("http://search.yahoo.com/mrss/category_schema"));
    assert_eq!(
        categories,
        [
            ("News", itunes),
            ("ports", itunes),
            ("ships", itunes),
            ("trade", itunes),
            ("Harbours", media),
            ("Quays", Some("https://v.example/s")),
            ("Trade", None),
            ("cranes", None),
        ]
    );
    assert_eq!(one.summary.as_ref().unwrap().markup.raw(), "Short.");
    assert_eq!(one.fullest().unwrap().markup.raw(), "Long: all that there is to say.");
    assert_eq!(one.enclosures[0].media_type.as_deref(), Some("audio/mpeg"));
    let page = |name: &str| person("", None, Some(name));
    let expected = [
        person("Li Na", None, None),
        person("Wang Wei", None, None),
        page("https://v.example/one"),
        page("https://v.example/two"),
    ];
    assert_eq!(one.authors, expected);
    assert_eq!(one.updated.unwrap().rfc3339(), "2026-11-21T07:00:00Z");
    // What is said of a picture is not the entry's text.
    assert_eq!((two.summary.as_ref().unwrap().markup.raw(), &two.content), ("Longer than what follows here.", &None));
}

/// B44, B47: a label that is wrong, and a text decoded once too often.
#[test]
fn utf8_that_says_it_is_latin1_is_utf8() {
    let text = "<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><item><title>Zürich — «été»</title></item></channel></rss>";
    let again: String = text.bytes().map(char::from).collect();
    let charset = |kind| About { content_type: Some(kind), ..about() };
    for (bytes, about) in [
        (text.as_bytes(), about()),
        (text.as_bytes(), charset("text/xml; charset=windows-1252")),
        (again.as_bytes(), charset("text/xml; charset=utf-8")),
    ] {
        let feed = document(bytes, &about, NOW).unwrap();
        assert_eq!(feed.entries[0].title, "Zürich — «été»");
        assert!(feed.warnings.iter().any(|w| w.text.contains("read as UTF-8")), "{:?}", feed.warnings);
    }
    for (label, title) in [("windows-1251", "Новости"), ("gbk", "新华社电讯"), ("shift_jis", "共同通信社")]
    {
        let text = format!(
            "<?xml version='1.0' encoding='{label}'?><rss><channel><item><title>{title}</title></item></channel></rss>"
        );
        let feed = read(text.as_bytes()).unwrap();
        assert_eq!((feed.entries[0].title.as_str(), feed.encoding, feed.warnings.len()), (title, "UTF-8", 1));
    }
    let latin: Vec<u8> = text.replace('—', "-").chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let feed = read(&latin).unwrap();
    assert_eq!((feed.entries[0].title.as_str(), feed.warnings.len()), ("Zürich - «été»", 0));
}
