use crate::clock::Timestamp;
use crate::model::{EntryId, FeedPosition};
use crate::publish::cursor::PageAt;
use crate::publish::samples::{TITLES, channel, page, published, rich, wired, written};
use crate::publish::{ContentLevel, OutputFormat};

const FORMAT: OutputFormat = OutputFormat::Rss;

#[test]
fn everything_that_an_item_has_stands_in_its_element_o18() {
    let text = written(FORMAT, &channel(ContentLevel::Full), &[rich(1, "One & <two>")]);
    let (head, item) = text.split_once("<item>").unwrap();
    for part in [
        "<rss version=\"2.0\" ",
        "<title>City &amp; &quot;abroad&quot;</title><link>https://desk.example/wire/feeds/city</link>",
        "<lastBuildDate>Mon, 23 Nov 2026 00:01:01 GMT</lastBuildDate>",
        "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"https://desk.example/wire/feeds/city.rss\"/>",
    ] {
        assert!(head.contains(part), "{part} in {head}");
    }
    for part in [
        "<title>One &amp; &lt;two&gt;</title><link>https://example.org/1</link>",
        "<guid isPermaLink=\"false\">https://example.org/id/1/市</guid><pubDate>Mon, 23 Nov 2026 00:00:01 GMT</pubDate>",
        "<atom:updated>2026-11-23T00:01:01Z</atom:updated>",
        "<dc:creator>A. Writer</dc:creator><dc:creator>B</dc:creator><dc:contributor>City of X</dc:contributor>",
        "<category domain=\"http://example.org/scheme\">ports</category>",
        "<category domain=\"https://desk.example/wire/lists\">pairing</category>",
        "<atom:link rel=\"license\" href=\"https://creativecommons.org/licenses/by/4.0/\"/>",
        "<atom:link rel=\"related\" href=\"https://example.org/1/zh\" hreflang=\"zh\"/>",
        "<atom:link rel=\"via\" href=\"https://example.org/feed.xml\"/>",
        "<enclosure url=\"https://example.org/a.mp3\" length=\"3\" type=\"audio/mpeg\"/>",
        "<enclosure url=\"https://example.org/b.bin\" length=\"0\" type=\"application/octet-stream\"/>",
        "<thr:in-reply-to ref=\"urn:example:0\" href=\"https://example.org/0\" type=\"text/html\"/>",
        "<dc:language>en</dc:language><dc:rights>© Globe &lt;2026&gt;</dc:rights>",
        "<source url=\"https://example.org/feed.xml\">Globe &amp; Mail</source>",
        "<description>&lt;p&gt;A &lt;i&gt;teaser&lt;/i&gt; &amp;amp; more&lt;/p&gt;</description>",
        "<content:encoded>&lt;p&gt;Text of &lt;b&gt;1&lt;/b&gt; ]]&amp;gt; &amp;amp;amp;&lt;/p&gt;</content:encoded>",
    ] {
        assert!(item.contains(part), "{part} in {item}");
    }
    assert!(!text.contains("CDATA") && !text.contains("alert") && !text.contains("<details"));
}

#[test]
fn a_feed_parses_back_to_the_same_entries_o18_o21() {
    let entries: Vec<_> = (1..).zip(TITLES).map(|(n, title)| rich(n, title)).collect();
    let text = written(FORMAT, &channel(ContentLevel::Full), &entries);
    let read = feed_rs::parser::parse(text.as_bytes()).unwrap();
    assert_eq!(read.entries.len(), entries.len());
    for (got, expected) in read.entries.iter().zip(&entries) {
        let title = expected.entry.title.replace(['\u{0}', '\u{c}', '\u{fffe}'], "");
        assert_eq!(got.title.as_ref().unwrap().content, title);
        assert_eq!(got.id, expected.published_id);
        assert_eq!(got.published.unwrap().timestamp_millis(), expected.place.at.millis());
        assert_eq!(got.updated.unwrap().timestamp_millis(), expected.updated_at.millis());
        assert_eq!(got.links[0].href, expected.entry.link.clone().unwrap());
    }
}

/// Plain text is no markup: a reader that takes a description for HTML shows every letter.
#[test]
fn an_excerpt_is_escaped_as_html_is_o18() {
    let mut p = published(1, "One");
    let content = crate::model::Content { markup: crate::model::Markup::Plain("a < b & c".into()), base: None };
    p.entry.content = Some(content);
    let text = written(FORMAT, &channel(ContentLevel::Summary), &[p.clone()]);
    assert!(text.contains("<description>a &amp;lt; b &amp;amp; c</description>"), "{text}");
    let text = written(FORMAT, &channel(ContentLevel::Title), &[p]);
    let item = &text[text.find("<item>").unwrap()..];
    assert!(!item.contains("description") && !item.contains("content:"), "{text}");
}

#[test]
fn reasons_stand_folded_below_the_text_o171() {
    let mut channel = channel(ContentLevel::Full);
    channel.reasons = true;
    let note = "&lt;details&gt;&lt;summary&gt;Why it is in this feed&lt;/summary&gt;&lt;ul&gt;&lt;li&gt;a pairing \
                &amp;amp; &amp;quot;more&amp;quot; in the &amp;lt;headline&amp;gt;&lt;/li&gt;&lt;li&gt;an \
                envoy&lt;/li&gt;&lt;/ul&gt;&lt;/details&gt;";
    for (level, element) in [
        (ContentLevel::Full, "content:encoded"),
        (ContentLevel::Summary, "description"),
        (ContentLevel::Title, "description"),
    ] {
        channel.content = level;
        let text = written(FORMAT, &channel, &[published(1, "One")]);
        assert!(text.contains(&format!("{note}</{element}>")), "{text}");
    }
}

#[test]
fn pages_name_the_first_and_the_next_o16_o18() {
    let at = PageAt::Before(FeedPosition { at: Timestamp::from_millis(9), entry: EntryId(9) });
    let text = page(FORMAT, &channel(ContentLevel::Full), &[published(1, "One")], at);
    for part in [
        "<atom:link rel=\"first\" href=\"https://desk.example/wire/feeds/city.rss\"/>",
        "<atom:link rel=\"next\" href=\"https://desk.example/wire/feeds/city.rss?before=1795392001000-1\"/>",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

/// O147: wire, dateline and issuer are categories, each of its domain, and places points.
#[test]
fn what_was_read_of_wire_copy_is_published_o147() {
    let text = written(FORMAT, &channel(ContentLevel::Full), &[wired(1, "One")]);
    for part in [
        "<category domain=\"https://desk.example/wire/wires\">PR Newswire</category>",
        "<category domain=\"https://desk.example/wire/datelines\">Shenyang</category>",
        "<category domain=\"https://desk.example/wire/issuers\">City &amp; Sons</category>",
        "<georss:point>41.8 123.4</georss:point><georss:point>38.9 -121.6</georss:point>",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(text.matches("<georss:point>").count(), 10);
}
