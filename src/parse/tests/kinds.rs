//! Kinds of slips of the field, each with inputs of several sources' making.

use super::*;
use crate::model::{Entry, Markup};

/// The only entry of an RSS item.
fn item(inside: &str) -> Entry {
    let feed = feed(&format!("<item>{inside}</item>"));
    let [entry] = <[Entry; 1]>::try_from(feed.entries).unwrap();
    entry
}

fn feed(items: &str) -> Parsed {
    let text = format!(
        "<rss xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/'
              xmlns:media='http://search.yahoo.com/mrss/' xmlns:foaf='http://xmlns.com/foaf/0.1/'>
           <channel><title>Desk</title><link>https://wire.example/</link>{items}</channel></rss>"
    );
    read(text.as_bytes()).unwrap()
}

fn atom(inside: &str) -> Parsed {
    let text = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Planet</title><link href='https://wire.example/'/>
           <author><name>Robot</name></author><entry><id>urn:1</id><title>One</title>{inside}</entry></feed>"
    );
    read(text.as_bytes()).unwrap()
}

fn json(items: &str) -> Parsed {
    let text =
        format!("{{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"Desk\", \"items\": [{items}]}}");
    read(text.as_bytes()).unwrap()
}

fn titles(feed: &Parsed) -> Vec<&str> {
    feed.entries.iter().map(|entry| entry.title.as_str()).collect()
}

fn warns(feed: &Parsed, words: &str) -> bool {
    feed.warnings.iter().any(|warning| warning.text.contains(words))
}

/// B22: what is wrong with one string, or one entry, costs no other.
#[test]
fn json_goes_on_behind_a_slip() {
    let four = |second: &str| {
        format!(r#"{{"id": "4", "title": "A"}}, {second}, {{"id": "2", "title": "C"}}, {{"id": "1", "title": "D"}}"#)
    };
    let check = |second: &str, title: &str, warning: &str| {
        let feed = json(&four(second));
        assert_eq!(titles(&feed), ["A", title, "C", "D"], "{second}");
        assert!(warns(&feed, warning) && !feed.truncated, "{second}: {:?}", feed.warnings);
    };
    check(r#"{"id": "3", "title": "Fireworks \ud83d"}"#, "Fireworks", "half a character");
    check(r#"{"id": "3", "title": "Fireworks \ude80 at the port"}"#, "Fireworks at the port", "half a character");
    check("{\"id\": \"3\", \"title\": \"Fireworks\nat the port\"}", "Fireworks at the port", "control character");
    check(r#"{"id": "3", "title": "Mayor\'s visit"}"#, "Mayor's visit", "escape");
    check(r#"{"id": "3", "title": "The "Norland" sails"}"#, "The \"Norland\" sails", "not escaped");
    check(r#"{"id": "3", "title": "B", "tags": ["a", "b",],}"#, "B", "a comma too many");
    check(r#"{"id": "3", "title": "B" "tags": ["a" "b"]}"#, "B", "a comma is missing");
    check(r#"{"id": "3", "title": "B", "n": 1e999, "m": NaN, "k": 007}"#, "B", "JSON");
    check(r#"{"id": "3", "title": "B", "tags": ["a", "b"}"#, "B", "a bracket is missing");
    check(r#"{"id": "3", "title": "B"}}"#, "B", "a bracket too many");
    check(r#"{"id": "3", "title": "B", "x": ) @ }"#, "B", "without quotation marks");
    check(r#"{"id": "3", "title": "B", "x": {} @ }"#, "B", "makes no sense");
    check("{\"id\": \"3\", \"title\": \"B,\n \"url\": \"https://wire.example/3\"}", "B", "without a quotation mark");
    // Nothing by which it could be known again.
    for lost in [r#"{"x" ) @ }"#, r#"{"id": "3", "title": "B", "x" ) @ }"#, r#"{"id": "3", "title": "B "#] {
        let feed = json(&four(lost));
        let made: Vec<_> = feed.entries.iter().map(|e| (e.id.as_deref().unwrap(), e.title.as_str())).collect();
        assert_eq!(made, [("4", "A"), ("2", "C"), ("1", "D")], "{lost}");
    }
    // RFC 8259 §7: nothing to mend, nothing to warn of.
    let feed = json(&four(r#"{"id": "3", "title": "\ud83d\ude80 \"B\" \/ \u00e9"}"#));
    assert_eq!((titles(&feed)[1], feed.warnings.len()), ("🚀 \"B\" / é", 0));
}

/// B39, B22.
#[test]
fn json_that_is_cut_keeps_what_was_whole() {
    let whole = r#"{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "3", "title": "A"}, {"id": "2", "title": "B", "content_text": "long"}, {"id": "1"#;
    for (cut, expected) in
        [(whole.len(), vec!["A", "B"]), (whole.len() - 14, vec!["A", "B"]), (whole.len() - 60, vec!["A"])]
    {
        let feed = read(&whole.as_bytes()[..cut]).unwrap();
        assert_eq!((titles(&feed), feed.truncated), (expected, true), "{}", &whole[..cut]);
        assert!(warns(&feed, "the JSON breaks off"), "{:?}", feed.warnings);
    }
}

/// B48: halves of a character, in every way they are written.
#[test]
fn a_character_in_two_halves_is_one() {
    for title in ["&#55362;&#57271;", "&#xD842;&#xDFB7;", "&amp;#55362;&amp;#57271;", "<![CDATA[&#55362;&#57271;]]>"] {
        let entry = item(&format!("<title>Mayor {title}</title><description>{title} comes</description>"));
        assert_eq!(entry.title, "Mayor 𠮷", "{title}");
        let text = entry.summary.unwrap().markup.raw().to_owned();
        assert_eq!(text, "𠮷 comes", "{title}");
    }
    let bytes = b"<?xml version='1.0' encoding='utf-8'?><rss><channel><item><title>Mayor \xed\xa1\x82\xed\xbe\xb7 \xe6\x9d\xa5</title></item></channel></rss>";
    assert_eq!(read(bytes).unwrap().entries[0].title, "Mayor 𠮷 来");
    let feed =
        json(r#"{"id": "1", "title": "\ud842\udfb7", "content_html": "<p>&#55362;&#57271; \u0093so\u0094</p>"}"#);
    assert_eq!(feed.entries[0].title, "𠮷");
    assert_eq!(feed.entries[0].fullest().unwrap().markup.raw(), "<p>𠮷 “so”</p>");
}

fn shown(entry: &Entry) -> String {
    match &entry.fullest().unwrap().markup {
        Markup::Html(text) => crate::text::html::plain_line(text),
        Markup::Plain(text) => text.clone(),
    }
}

/// An element without words does not hide one with some, whatever they are called.
#[test]
fn texts_are_chosen_by_what_can_be_read() {
    let content = |silent: &str| {
        format!(
            "<description>The mayor received the consul.</description><content:encoded><![CDATA[{silent}]]></content:encoded>"
        )
    };
    for silent in [
        "<p>&nbsp;</p>",
        "<p></p><br/>",
        "<!-- nothing -->",
        "<script>track()</script>",
        "&#8203;\u{feff}",
        "<p>…</p>",
        "<p>&#160;<b>-</b></p>",
    ] {
        let entry = item(&content(silent));
        assert_eq!(
            (shown(&entry).as_str(), entry.content.is_none()),
            ("The mayor received the consul.", true),
            "{silent}"
        );
        assert!(entry.summary.is_some(), "{silent}");
    }
    // A picture stays, and the text stands below it.
    for picture in [
        "<p><img src='https://wire.example/1.jpg'></p>",
        "<figure><IMG SRC='/1.jpg'/></figure>",
        "<iframe src='https://v.example/1'></iframe>",
    ] {
        let entry = item(&content(picture));
        assert_eq!(shown(&entry), "The mayor received the consul.", "{picture}");
        assert!(entry.content.unwrap().markup.raw().contains(picture), "{picture}");
    }
    let entry = item("<description>&amp;nbsp;</description><dc:description>The mayor received her.</dc:description>");
    assert_eq!(shown(&entry), "The mayor received her.");
    let entry = item("<description><![CDATA[<img src='/1.jpg'>]]></description><description>They met.</description>");
    assert_eq!(shown(&entry), "They met.");
    let feed = json(r#"{"id": "1", "content_html": "<p>&nbsp;</p>", "content_text": "They met.", "summary": ""}"#);
    assert_eq!(shown(&feed.entries[0]), "They met.");
    let entry = item(
        "<title>&amp;nbsp;</title><media:title>Port opens</media:title><link>N/A</link><guid>https://wire.example/9</guid>",
    );
    assert_eq!((entry.title.as_str(), entry.link.as_deref()), ("Port opens", Some("https://wire.example/9")));
    // What can be read stays what it is.
    let entry = item("<description>Short.</description><content:encoded>Long and full.</content:encoded>");
    assert_eq!((shown(&entry).as_str(), entry.summary.unwrap().markup.raw()), ("Long and full.", "Short."));
}

/// B59: a date that cannot be believed does not hide one that can.
#[test]
fn dates_are_chosen_by_what_can_be_read() {
    let check = |dates: &str, expected: Option<&str>| {
        assert_eq!(item(dates).published.map(Timestamp::rfc3339).as_deref(), expected, "{dates}");
    };
    let good = "<dc:date>2026-11-05T08:00:00Z</dc:date>";
    let at = Some("2026-11-05T08:00:00Z");
    for bad in [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0000-00-00 00:00:00",
        "soon",
        "30 Feb 2026 10:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +0000",
    ] {
        check(&format!("<pubDate>{bad}</pubDate>{good}"), at);
        check(&format!("{good}<pubDate>{bad}</pubDate>"), at);
        check(&format!("<pubDate>{bad}</pubDate><pubDate>Thu, 05 Nov 2026 08:00:00 GMT</pubDate>"), at);
        check(&format!("<pubDate>{bad}</pubDate>"), None);
    }
    // One to come is believed less than one that was.
    check(&format!("<pubDate>Thu, 05 Nov 2099 08:00:00 GMT</pubDate>{good}"), at);
    check(
        "<pubDate>Fri, 06 Nov 2026 08:00:00 GMT</pubDate><dc:date>2026-11-05T08:00:00Z</dc:date>",
        Some("2026-11-06T08:00:00Z"),
    );
    let feed = atom("<updated>never</updated><updated>2026-11-05T08:00:00Z</updated><published/>");
    assert_eq!(feed.entries[0].updated.map(Timestamp::rfc3339).as_deref(), at);
    assert!(warns(&feed, "a date cannot be read: \"never\""));
}

/// HTML §4.5.14: markup in a date says it for machines.
#[test]
fn markup_in_a_date_says_the_date() {
    let check = |date: &str| {
        let at = item(&format!("<pubDate>{date}</pubDate>")).published.map(Timestamp::rfc3339);
        assert_eq!(at.as_deref(), Some("2026-11-05T23:30:00Z"), "{date}");
    };
    check("&lt;time datetime=\"2026-11-06T08:30:00+09:00\"&gt;Fri, 11/06/2026 - 08:30&lt;/time&gt;");
    check("<time datetime='2026-11-06T08:30:00+09:00'>today</time>");
    check("<![CDATA[<span property=\"dc:date\" content=\"2026-11-06T08:30:00+09:00\">6. 11.</span>]]>");
    check("<![CDATA[<abbr title='2026-11-06T08:30:00+09:00'>Friday</abbr>]]>");
    check("<![CDATA[<p>Thu, 05 Nov 2026 23:30:00 GMT</p>]]>");
    check("&lt;![CDATA[Thu, 05 Nov 2026 23:30:00 GMT]]&gt;");
}

/// B74: marks of CDATA that were escaped are no text, in any field.
#[test]
fn escaped_marks_are_no_text() {
    let entry = item(
        "<title>&lt;![CDATA[&lt;b&gt;Dues&lt;/b&gt; for 2027]]&gt;</title><link>&lt;![CDATA[https://wire.example/2]]&gt;</link>
         <category>&lt;![CDATA[Harbour &amp;amp; quays]]&gt;</category><author>&lt;![CDATA[desk@wire.example (Desk)]]&gt;</author>
         <description>&lt;![CDATA[&lt;p&gt;They voted.&lt;/p&gt;]]&gt;</description>",
    );
    assert_eq!((entry.title.as_str(), entry.link.as_deref()), ("Dues for 2027", Some("https://wire.example/2")));
    assert_eq!(entry.categories[0].term, "Harbour & quays");
    assert_eq!((entry.authors[0].name.as_str(), shown(&entry).as_str()), ("Desk", "They voted."));
    let feed = atom("<summary type='text'>&lt;![CDATA[They voted.]]&gt;</summary>");
    assert_eq!(shown(&feed.entries[0]), "They voted.");
    let feed = json(r#"{"id": "1", "title": "<![CDATA[Dues]]>", "url": "<![CDATA[https://wire.example/3]]>"}"#);
    assert_eq!((titles(&feed)[0], feed.entries[0].link.as_deref()), ("Dues", Some("https://wire.example/3")));
    // Written twice, as they stand.
    assert_eq!(item("<title><![CDATA[<![CDATA[Dues]]>]]></title>").title, "Dues");
    assert_eq!(item("<title>How ]]&gt; and &lt;![CDATA[ work</title>").title, "How ]]> and <![CDATA[ work");
}

/// What stands inside an author is the author's.
#[test]
fn children_of_an_author_are_the_authors() {
    let check = |author: &str, name: &str, uri: Option<&str>| {
        let entry =
            item(&format!("<title>One</title>{author}<link>https://wire.example/1</link><description>x</description>"));
        assert_eq!((entry.title.as_str(), entry.link.as_deref()), ("One", Some("https://wire.example/1")), "{author}");
        assert_eq!((entry.authors[0].name.as_str(), entry.authors[0].uri.as_deref()), (name, uri), "{author}");
    };
    let page = Some("https://wire.example/people/ada");
    check(
        "<author>\n<name>Ada Quill</name><email>ada@wire.example</email><link>https://wire.example/people/ada</link></author>",
        "Ada Quill",
        page,
    );
    check(
        "<author><link>https://wire.example/people/ada</link><title>Editor</title><name>Ada Quill</name></author>",
        "Ada Quill",
        page,
    );
    check("<dc:creator><foaf:Person><foaf:name>Ada Quill</foaf:name></foaf:Person></dc:creator>", "Ada Quill", None);
    check("<author>Ada Quill<uri>/people/ada</uri></author>", "Ada Quill", page);
    check("<author><a href='https://wire.example/people/ada'>Ada Quill</a></author>", "Ada Quill", None);
    check("<author>&lt;a href='/people/ada'&gt;Ada &amp;amp; Quill&lt;/a&gt;</author>", "Ada & Quill", None);
    // The end tag is missing: what follows is the entry's.
    check("<author>Ada Quill", "Ada Quill", None);
    check("<author><name>Ada Quill</name>", "Ada Quill", None);
    let entry = item(
        "<source url='https://o.example/rss'><title>Two</title><link>https://wire.example/2</link></source><title>One</title><link>https://wire.example/1</link>",
    );
    assert_eq!((entry.title.as_str(), entry.origin.unwrap().title.as_deref()), ("One", Some("Two")));
    assert_eq!(entry.link.as_deref(), Some("https://wire.example/1"));
}

/// RFC 4287 §4.1.3.2, §4.2.1.
#[test]
fn atom_keeps_addresses_and_authors_in_other_places_too() {
    let link = |inside: &str| atom(inside).entries[0].link.clone();
    let pdf = "<content type='application/pdf' src='https://gazette.example/44.pdf'/>";
    assert_eq!(link(pdf).as_deref(), Some("https://gazette.example/44.pdf"));
    assert_eq!(atom(pdf).entries[0].enclosures[0].media_type.as_deref(), Some("application/pdf"));
    assert_eq!(
        link("<content src='/44.html' xml:base='https://gazette.example/x/'/>").as_deref(),
        Some("https://gazette.example/44.html")
    );
    let page = "<link href='https://wire.example/44'/>";
    for both in [format!("{pdf}{page}"), format!("{page}{pdf}")] {
        assert_eq!(link(&both).as_deref(), Some("https://wire.example/44"), "{both}");
    }
    assert_eq!(link("<content src='javascript:x()'/>"), None);
    let authors = |inside: &str| atom(inside).entries[0].authors.iter().map(|a| a.name.clone()).collect::<Vec<_>>();
    let source = "<source><id>urn:s</id><author><name>Ada</name></author><author><name>Bo</name></author></source>";
    assert_eq!(authors(source), ["Ada", "Bo"]);
    assert_eq!(authors(&format!("{source}<author><name>Cy</name></author>")), ["Cy"]);
    assert_eq!(authors("<source><id>urn:s</id></source>"), Vec::<String>::new());
    let feed = json(r#"{"id": "1", "title": "A", "external_url": "https://paper.example/9"}"#);
    assert_eq!(feed.entries[0].link.as_deref(), Some("https://paper.example/9"));
}

/// B15: an entity with a text of its own is that text; what multiplies is not.
#[test]
fn entities_of_the_document_stand_for_their_text() {
    let text = "<!DOCTYPE rss [<!-- it's ours --><!ENTITY site 'https://h.example/'><!ENTITY who \"Quill &#38; Tiller\"><!ENTITY lol2 '&site;&site;'>]>
        <rss><channel><title>&who;</title><item><guid>&site;n/1</guid><link>&site;n/1</link><title>&who; open &lol2;</title>
        <enclosure url='&site;1.mp3'/><description>&lt;p&gt;By &who;&lt;/p&gt;</description></item></channel></rss>";
    let feed = read(text.as_bytes()).unwrap();
    let entry = &feed.entries[0];
    assert_eq!((feed.title.as_str(), entry.title.as_str()), ("Quill & Tiller", "Quill & Tiller open &lol2;"));
    assert_eq!(
        (entry.id.as_deref(), entry.link.as_deref()),
        (Some("https://h.example/n/1"), Some("https://h.example/n/1"))
    );
    assert_eq!(
        (entry.enclosures[0].url.as_str(), shown(entry).as_str()),
        ("https://h.example/1.mp3", "By Quill & Tiller")
    );
}

/// B72, O12, and order: small things.
#[test]
fn small_things_are_read_as_they_are_meant() {
    let tagged = "<rss><channel><language>zh_CN</language><item><title>a</title></item><item xml:lang='en_GB'><title>b</title></item><item><title>c</title><language>N/A</language></item></channel></rss>";
    let feed = read(tagged.as_bytes()).unwrap();
    let languages: Vec<_> = feed.entries.iter().map(|entry| entry.language.as_deref()).collect();
    assert_eq!(
        (feed.language.as_deref(), languages),
        (Some("zh-CN"), vec![Some("zh-CN"), Some("en-GB"), Some("zh-CN")])
    );
    let elsewhere = feed_at("https://city.example/", "n/1");
    assert_eq!(elsewhere.as_deref(), Some("https://city.example/n/1"));
    assert_eq!(feed_at("https://wire.example/news/", "n/1").as_deref(), Some("https://wire.example/feeds/n/1"));
    assert_eq!(feed_at("N/A", "/n/1").as_deref(), Some("https://wire.example/n/1"));
    assert_eq!(feed_at("https://city.example/", "unbekannt"), None);
    let entry = item("<title>One</title><description>First\nline.\n\nSecond &amp;amp; last.</description>");
    assert_eq!(entry.summary.unwrap().markup.raw(), "<p>First\nline.</p>\n<p>Second &amp; last.</p>");
    let mut rising = feed_of_days(&["02", "03", "04", "zz"]);
    newest_first(&mut rising);
    assert_eq!(titles(&rising), ["zz", "04", "03", "02"]);
    assert_eq!(rising.warnings[0].entry, Some(0));
    let mut falling = feed_of_days(&["04", "03", "zz", "02"]);
    newest_first(&mut falling);
    assert_eq!(titles(&falling), ["04", "03", "zz", "02"]);
}

fn feed_of_days(days: &[&str]) -> Parsed {
    let items = days
        .iter()
        .map(|day| format!("<item><title>{day}</title><pubDate>{day} Nov 2026 08:00:00 GMT</pubDate></item>"));
    feed(&items.collect::<String>())
}

/// Where `link` leads in a document that was read from `https://wire.example/feeds/rss`.
fn feed_at(page: &str, link: &str) -> Option<String> {
    let text =
        format!("<rss><channel><link>{page}</link><item><title>a</title><link>{link}</link></item></channel></rss>");
    read(text.as_bytes()).unwrap().entries.remove(0).link
}

#[test]
fn what_messages_quote_is_shown_as_text_b136() {
    for word in ["ข่าวประชาสัมพันธ์", "الأخبارُ العربيّة", "🏳\u{fe0f}\u{200d}🌈 ❤\u{fe0f}"]
    {
        let told = feed(&format!("<ttl>{word}</ttl><item><title>One</title></item>"));
        assert!(warns(&told, &format!("ttl cannot be followed: \"{word}\"")), "{:?}", told.warnings);
        let refused = read(format!("{{\"{word}\": 1, \"x\": 2}}").as_bytes()).unwrap_err().to_string();
        assert!(refused.contains(&format!("with the keys \"{word}\", \"x\"")), "{refused}");
    }
    let told = feed("<ttl>a\u{202e}b</ttl><item><title>One</title></item>");
    assert!(warns(&told, "\"a\\u{202e}b\""), "{:?}", told.warnings);
}
