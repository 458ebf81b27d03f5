//! Markup, references, bytes and HTML.

use std::hint::black_box;

use wiredesk::model::{Content, Markup};
use wiredesk::publish::sanitize::Sanitizer;
use wiredesk::text::html;

use super::{Row, SMALL, TIMES, check, document, growth};

const TITLE: &str = "<rss><channel><title>t</title><item><title>";
const TITLE_END: &str = "</title></item></channel></rss>";
const TEXT: &str = "<rss><channel><title>t</title><item><title>a</title><description>";
const TEXT_END: &str = "</description></item></channel></rss>";
const XHTML: &str =
    "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>a</title><content type='xhtml'><div>";
const XHTML_END: &str = "</div></content></entry></feed>";
const VALUE: &str = "<rss><channel><title>t</title><item><title>a</title><enclosure url='https://a.example/";
const VALUE_END: &str = "'/></item></channel></rss>";
const CHANNEL: &str = "<rss><channel><title>t</title>";
const CHANNEL_END: &str = "<item><title>a</title></item></channel></rss>";
const DECLARED: &str = "<!DOCTYPE rss [<!ENTITY a 'text'><!ENTITY b 'x'>]><rss><channel><title>t</title><item><title>a";

/// References, sections, comments and whatever else begins with `&` or `<`.
const MARKUP: &[Row] = &[
    ("known references", TITLE, "&amp;", TITLE_END),
    ("numbers", TITLE, "&#65;", TITLE_END),
    ("numbers of sixteen", TEXT, "&#x41;", TEXT_END),
    ("names", TEXT, "&eacute;", TEXT_END),
    ("unknown names", TEXT, "&nosuch{n};", TEXT_END),
    ("names without an end", TEXT, "&eacute", TEXT_END),
    ("beginnings of numbers", TEXT, "&#", TEXT_END),
    ("ampersands", TEXT, "&", TEXT_END),
    ("ampersands and letters", TEXT, "&a", TEXT_END),
    ("one long name", TEXT, "a", TEXT_END),
    ("one long number", "<rss><channel><title>t</title><item><title>&#", "1", ";</title></item></channel></rss>"),
    ("halves of characters", TEXT, "&#xD83D;&#xDE00;", TEXT_END),
    ("halves without their other", TEXT, "&#55357;", TEXT_END),
    ("references escaped again", TEXT, "&amp;amp;#8217;", TEXT_END),
    ("references in an attribute", VALUE, "&amp;a", VALUE_END),
    ("entities used", DECLARED, "&a;&b;", TITLE_END),
    ("entities and sections", DECLARED, "&a;<![CDATA[", TITLE_END),
    (
        "entities declared",
        "<!DOCTYPE rss [",
        "<!ENTITY e{n} 'x'>",
        "]><rss><channel><title>&e1;</title></channel></rss>",
    ),
    (
        "entities of entities",
        "<!DOCTYPE rss [<!ENTITY e 'x'>",
        "<!ENTITY e{n} '&e;&e;'>",
        "]><rss><channel><title>&e1;</title></channel></rss>",
    ),
    ("declarations not closed", "", "<!DOCTYPE rss [<!ENTITY a 'b'", CHANNEL_END),
    ("a DOCTYPE of quotes", "<!DOCTYPE rss [", "'", "]><rss><channel><title>t</title></channel></rss>"),
    ("a DOCTYPE of comments", "<!DOCTYPE rss [", "<!-- ' -->", "]><rss><channel><title>t</title></channel></rss>"),
    ("a DOCTYPE of brackets", "<!DOCTYPE rss [", "<", "]><rss><channel><title>t</title></channel></rss>"),
    ("sections", TEXT, "<![CDATA[a]]>", TEXT_END),
    ("sections not closed", TEXT, "<![CDATA[", TEXT_END),
    ("sections closed", TEXT, "]]>", TEXT_END),
    ("sections, not one closed", TEXT, "<![CDATA[a", ""),
    ("sections of sections", TITLE, "&lt;![CDATA[a]]&gt;", TITLE_END),
    ("comments", CHANNEL, "<!-- a -->", CHANNEL_END),
    ("comments not closed", CHANNEL, "<!-- a ", CHANNEL_END),
    ("comments of a few bytes", CHANNEL, "<!-->", CHANNEL_END),
    ("instructions", CHANNEL, "<?a b?>", CHANNEL_END),
    ("instructions not closed", CHANNEL, "<?a ", CHANNEL_END),
    ("declarations", CHANNEL, "<!a>", CHANNEL_END),
    ("declarations that end nowhere", CHANNEL, "<!", CHANNEL_END),
    ("tags not closed", CHANNEL, "<a ", CHANNEL_END),
    ("end tags not closed", CHANNEL, "</a", CHANNEL_END),
    ("end tags of nothing", CHANNEL, "</x{n}>", CHANNEL_END),
    ("less than", TEXT, "<", TEXT_END),
    ("less than and blanks", TEXT, "< ", TEXT_END),
    ("quotes not closed", CHANNEL, "<a b='", CHANNEL_END),
    ("text before the root", "", "a ", "<rss><channel><title>t</title></channel></rss>"),
    ("elements before the root", "", "<a></a>", "<rss><channel><title>t</title></channel></rss>"),
    ("text behind the root", "<rss><channel><title>t</title></channel></rss>", "<a>a", ""),
    ("blanks", CHANNEL, " \n", CHANNEL_END),
    ("elements in a text", TEXT, "<b>a</b>", TEXT_END),
    ("elements in a text, not closed", TEXT, "<br><p>", TEXT_END),
    ("attributes in a text", TEXT, "<b a='1' c='2'/>", TEXT_END),
    ("elements of XHTML", XHTML, "<p>a{n}</p>", XHTML_END),
    ("elements of XHTML without an end", XHTML, "<br>", XHTML_END),
    ("one element of XHTML", XHTML, "a", XHTML_END),
    ("elements that belong elsewhere", TITLE, "<category>a</category>", TITLE_END),
    ("persons in a text", TITLE, "<name>a</name>", TITLE_END),
];

/// HTML as RSS brings it: escaped, mended while it is read.
const HTML: &[Row] = &[
    ("paragraphs", "", "<p>a{n}</p>", ""),
    ("tags", "", "<b>", ""),
    ("tags closed", "", "</b>", ""),
    ("comments", "", "<!-- a -->", ""),
    ("comments not closed", "", "<!--", ""),
    ("sections", "", "<![CDATA[a]]>", ""),
    ("sections not closed", "", "<![CDATA[", ""),
    ("scripts", "", "<script>a</script>", ""),
    ("scripts not closed", "", "<script>", ""),
    ("styles not closed", "", "<style>a", ""),
    ("heads", "", "<head><title>a</title></head>", ""),
    ("heads not closed", "", "<head>", ""),
    ("titles", "", "<title>a</title>", ""),
    ("titles not closed", "", "<title>", ""),
    ("bases", "<head>", "<base href='https://a.example/'>", "</head>"),
    ("bases without an address", "<head>", "<base ", "</head>"),
    ("drawings", "", "<svg><title>a</title></svg>", ""),
    ("pictures", "", "<img src=a>", ""),
    ("tables", "", "<table><tr><td>a", ""),
    ("cells", "<table><tr>", "<td>a</td>", "</tr></table>"),
    ("lines", "", "a\n\n", ""),
    ("blank lines", "", "\n", ""),
    ("blanks", "", " ", ""),
    ("blanks of all kinds", "", "\u{a0}\u{2003}\t", ""),
    ("references", "", "&amp;lt;b&amp;gt;", ""),
    ("references, hidden", "", "&amp;#8217;", ""),
    ("references to tags", "", "&lt;p>a&lt;/p>", ""),
    ("code", "<code>", "&amp;nbsp;", "</code>"),
    ("halves", "", "&#55357;", ""),
    ("words", "", "word{n} ", ""),
    ("one word", "", "a", ""),
    ("signs", "", "-", ""),
    ("Han", "", "市长", ""),
    ("marks upon a letter", "a", "\u{301}", ""),
];

/// Bytes in charsets that nobody names.
const BYTES: &[(&str, &[u8])] = &[
    ("Latin-1", b"caf\xe9 "),
    ("Latin-1, one word", b"\xe9"),
    ("GBK", b"\xca\xd0\xb3\xa4"),
    ("Shift_JIS", b"\x8e\x73\x92\xb7"),
    ("UTF-8", "市长 ".as_bytes()),
    ("UTF-8 cut", b"\xe5\xb8 "),
    ("UTF-8 and Latin-1", b"\xc3\xa9 \xe9 "),
    ("UTF-8 read as Windows-1252", "Ã©â€™".as_bytes()),
    ("UTF-8 of halves", b"\xed\xa0\xbd\xed\xb8\x80"),
    ("a half", b"\xed\xa0\xbd"),
    ("NUL", b"\0a"),
    ("control characters", b"\x01\x1f"),
    ("forbidden by XML", "\u{fffe}".as_bytes()),
    ("marks of order", "\u{feff}".as_bytes()),
    ("escapes of ISO-2022", b"\x1b$B;T\x1b(B"),
    ("declarations", b"<?xml encoding='x'?>"),
    ("charsets", b"<meta charset=x>"),
];

#[test]
fn markup_and_references_b104() {
    check(MARKUP, document);
}

/// `<` and `&` of HTML stand escaped in a document; it is gone through when it is read,
/// when it is searched, and when it is shown.
#[test]
fn html_as_it_is_read_b104() {
    check(HTML, |bytes| {
        let text = String::from_utf8_lossy(bytes).replace('&', "&amp;").replace('<', "&lt;");
        document(format!("{TEXT}{text}{TEXT_END}").as_bytes());
    });
    check(HTML, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        black_box((html::plain(&text), html::has_words(&text), html::plain_line(&text)));
    });
}

#[test]
fn html_as_it_is_published_b104() {
    let html = |bytes: &[u8]| {
        let markup = Markup::Html(String::from_utf8_lossy(bytes).into_owned());
        black_box(Sanitizer::new().html(&Content { markup, base: Some("https://a.example/".to_owned()) }));
    };
    check(HTML, html);
}

#[test]
fn bytes_of_any_charset_b104() {
    let filled = |bytes: &[u8], size: usize| {
        [b"<rss><channel><title>t</title><item><title>", &bytes.repeat(size / bytes.len())[..], TITLE_END.as_bytes()]
            .concat()
    };
    let grown = BYTES
        .iter()
        .map(|(name, bytes)| (name, growth(&filled(bytes, SMALL), &filled(bytes, SMALL * TIMES), document)));
    let wrong: Vec<_> = grown.filter(|(_, times)| *times > super::MOST).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    let wide = |bytes: &[u8]| document(&bytes.iter().flat_map(|b| [0, *b]).collect::<Vec<u8>>());
    check(&[("UTF-16", CHANNEL, "<item><title>a</title></item>", CHANNEL_END)], wide);
}
