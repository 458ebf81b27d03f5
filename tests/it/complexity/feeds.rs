//! What feeds, sitemaps and JSON Feeds are made of.

use super::{Row, check, document};

const ITEM: &str = "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' \
    xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' \
    xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:atom='http://www.w3.org/2005/Atom' \
    xmlns:thr='http://purl.org/syndication/thread/1.0'><channel><title>t</title><link>https://wire.example/</link>\
    <item><guid>1</guid><title>a</title>";
const ITEM_END: &str = "<description>d</description></item></channel></rss>";
const CHANNEL: &str = "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/' \
    xmlns:atom='http://www.w3.org/2005/Atom' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel>";
const CHANNEL_END: &str = "<title>t</title><item><guid>1</guid><title>a</title></item></channel></rss>";
const ENTRY: &str = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>\
    <id>urn:x:f</id><title>t</title><entry><id>urn:x:1</id><title>a</title>";
const ENTRY_END: &str = "<updated>2026-11-21T12:00:00Z</updated></entry></feed>";
const FEED: &str = "<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:x:f</id><title>t</title>";
const FEED_END: &str = "<entry><id>urn:x:1</id><title>a</title></entry></feed>";
const MAP: &str = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
    xmlns:news='http://www.google.com/schemas/sitemap-news/0.9' xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>";

/// Elements of an item of RSS, and of its modules.
const OF_ITEMS: &[Row] = &[
    ("category", ITEM, "<category>c{n}</category>", ITEM_END),
    ("category, the same", ITEM, "<category>c</category>", ITEM_END),
    ("category with a domain", ITEM, "<category domain='https://d.example/{n}'>c</category>", ITEM_END),
    ("dc:subject", ITEM, "<dc:subject>c{n}</dc:subject>", ITEM_END),
    ("media:category", ITEM, "<media:category label='l{n}'>c{n}</media:category>", ITEM_END),
    ("itunes:category", ITEM, "<itunes:category text='c{n}'/>", ITEM_END),
    ("media:keywords", ITEM, "<media:keywords>k{n},l{n}</media:keywords>", ITEM_END),
    ("author", ITEM, "<author>a{n}@a.example (Name {n})</author>", ITEM_END),
    ("dc:creator", ITEM, "<dc:creator>Name {n}</dc:creator>", ITEM_END),
    ("dc:creator, one with many", ITEM, "<dc:creator>((((<<<<", ITEM_END),
    ("dc:contributor", ITEM, "<dc:contributor>Name {n}</dc:contributor>", ITEM_END),
    ("itunes:author", ITEM, "<itunes:author>Name {n}</itunes:author>", ITEM_END),
    ("atom:author", ITEM, "<atom:author><atom:name>N{n}</atom:name></atom:author>", ITEM_END),
    ("author with a name inside", ITEM, "<author>x<name>N{n}</name></author>", ITEM_END),
    ("enclosure", ITEM, "<enclosure url='https://a.example/{n}.mp3' type='audio/mpeg' length='5'/>", ITEM_END),
    ("enclosure, relative", ITEM, "<enclosure url='/{n}.mp3'/>", ITEM_END),
    ("media:content", ITEM, "<media:content url='https://a.example/{n}.jpg'/>", ITEM_END),
    ("media:group", ITEM, "<media:group><media:content url='https://a.example/{n}.jpg'/></media:group>", ITEM_END),
    ("media:thumbnail", ITEM, "<media:thumbnail url='https://a.example/{n}.jpg'/>", ITEM_END),
    ("itunes:image", ITEM, "<itunes:image href='https://a.example/{n}.jpg'/>", ITEM_END),
    ("link", ITEM, "<link>https://a.example/{n}</link>", ITEM_END),
    ("link, relative", ITEM, "<link>a/{n}</link>", ITEM_END),
    ("link that is none", ITEM, "<link>javascript:{n}</link>", ITEM_END),
    ("atom:link", ITEM, "<atom:link rel='related' href='https://a.example/{n}'/>", ITEM_END),
    (
        "atom:link, carried and not",
        ITEM,
        "<atom:link rel='r{n}' href='/'/><atom:link rel='license' href='/{n}'/>",
        ITEM_END,
    ),
    ("comments", ITEM, "<comments>https://a.example/{n}</comments>", ITEM_END),
    ("guid", ITEM, "<guid>urn:x:{n}</guid>", ITEM_END),
    ("source", ITEM, "<source url='https://a.example/{n}'>s{n}</source>", ITEM_END),
    ("thr:in-reply-to", ITEM, "<thr:in-reply-to ref='urn:x:{n}'/>", ITEM_END),
    ("dc:rights", ITEM, "<dc:rights>r{n}</dc:rights>", ITEM_END),
    ("dc:language", ITEM, "<dc:language>de-{n}</dc:language>", ITEM_END),
    ("pubDate", ITEM, "<pubDate>Sat, 21 Nov 2026 12:00:{n}</pubDate>", ITEM_END),
    ("dc:date", ITEM, "<dc:date>2026-11-{n}</dc:date>", ITEM_END),
    ("title", ITEM, "<title>t{n}</title>", ITEM_END),
    ("title without words", ITEM, "<title>--</title>", ITEM_END),
    ("description", ITEM, "<description>t{n}</description>", ITEM_END),
    ("description of pictures", ITEM, "<description>&lt;img src=a></description>", ITEM_END),
    ("content:encoded", ITEM, "<content:encoded>t{n}</content:encoded>", ITEM_END),
    ("itunes:summary", ITEM, "<itunes:summary>t{n}</itunes:summary>", ITEM_END),
    ("media:description", ITEM, "<media:description>t{n}</media:description>", ITEM_END),
    ("unknown", ITEM, "<x{n}>y</x{n}>", ITEM_END),
    ("unknown, undeclared", ITEM, "<u:x{n}/>", ITEM_END),
    ("unknown, not closed", ITEM, "<x>", ITEM_END),
    ("category, not closed", ITEM, "<category>c{n}", ITEM_END),
];

/// One element, or attribute, as long as can be.
const LONG: &[Row] = &[
    ("one media:keywords", ONE_KEYWORDS, "k{n},", "</media:keywords></item></channel></rss>"),
    ("one title", ONE_TITLE, "word{n} ", "</title></item></channel></rss>"),
    ("one title of references", ONE_TITLE, "&amp;#8217;", "</title></item></channel></rss>"),
    ("one title of tags", ONE_TITLE, "&lt;b>x&lt;/b>", "</title></item></channel></rss>"),
    ("one title of marks", ONE_TITLE, "&lt;![CDATA[", "</title></item></channel></rss>"),
    ("one guid", ONE_GUID, "i{n}", "</guid></item></channel></rss>"),
    ("one link", ONE_LINK, "/l{n}", "</link></item></channel></rss>"),
    ("one link of dots", ONE_LINK, "../a/", "</link></item></channel></rss>"),
    ("one link of escapes", ONE_LINK, "?&amp;amp;amp;amp;", "</link></item></channel></rss>"),
    ("one link of tags", ONE_LINK, "&lt;a ", "</link></item></channel></rss>"),
    ("one date", ONE_DATE, "1 ", "</pubDate></item></channel></rss>"),
    ("one date of days", ONE_DATE, "Mon, ", "</pubDate></item></channel></rss>"),
    ("one date of digits", ONE_DATE, "2", "</pubDate></item></channel></rss>"),
    ("one date of letters", ONE_DATE, "市", "</pubDate></item></channel></rss>"),
    ("one date of tags", ONE_DATE, "&lt;b datetime=2026>", "</pubDate></item></channel></rss>"),
    ("one date of elements", ONE_DATE, "<time datetime='2026'>1</time>", "</pubDate></item></channel></rss>"),
    ("one author", ONE_AUTHOR, "a@b (", "</author></item></channel></rss>"),
    ("one author of elements", ONE_AUTHOR, "<name>a{n}</name><email>b</email>", "</author></item></channel></rss>"),
    ("one attribute", "<rss version='", "2.0 ", "'><channel><title>t</title></channel></rss>"),
    ("attributes of the root", "<rss version='2.0' ", "a{n}='1' ", "><channel><title>t</title></channel></rss>"),
    (
        "namespaces of the root",
        "<rss version='2.0' ",
        "xmlns:a{n}='u:{n}' ",
        "><channel><title>t</title></channel></rss>",
    ),
    ("names of one element", "<rss><channel><title>t</title><item><title>a</title><", "a", "/></item></channel></rss>"),
    ("language", "<rss><channel><title>t</title><language>", "de-", "</language></channel></rss>"),
    ("base", "<rss xml:base='https://a.example/", "a{n}/", "'><channel><title>t</title><link>b</link></channel></rss>"),
];
const ONE_KEYWORDS: &str = "<rss xmlns:media='http://search.yahoo.com/mrss/'><channel><title>t</title><item><title>a</title><media:keywords scheme='https://s.example/'>";
const ONE_TITLE: &str = "<rss><channel><title>t</title><item><title>";
const ONE_GUID: &str = "<rss><channel><title>t</title><item><title>a</title><guid>https://a.example/";
const ONE_LINK: &str = "<rss><channel><title>t</title><item><title>a</title><link>";
const ONE_DATE: &str = "<rss><channel><title>t</title><item><title>a</title><pubDate>";
const ONE_AUTHOR: &str = "<rss><channel><title>t</title><item><title>a</title><author>";

/// Items one after another.
const ITEMS: &[Row] = &[
    ("items", CHANNEL, "<item><guid>{n}</guid><title>a{n}</title><link>/{n}</link></item>", CHANNEL_END),
    ("items of one id", CHANNEL, "<item><guid>1</guid><title>a{n}</title><link>/{n}</link></item>", CHANNEL_END),
    ("items of one link", CHANNEL, "<item><title>a{n}</title><link>https://a.example/</link></item>", CHANNEL_END),
    ("items, all the same", CHANNEL, "<item><title>a</title></item>", CHANNEL_END),
    ("items that are not closed", CHANNEL, "<item><title>a{n}</title>", CHANNEL_END),
    ("items within items", CHANNEL, "<item><x><item><title>a{n}</title></item></x></item>", CHANNEL_END),
    ("items without anything", CHANNEL, "<item/><item></item>", CHANNEL_END),
    ("items with dates", CHANNEL, "<item><title>a{n}</title><pubDate>3/{n}/2026</pubDate></item>", CHANNEL_END),
    (
        "items with languages",
        CHANNEL,
        "<item xml:lang='de'><title>a{n}</title><dc:date>1.2.2026</dc:date></item>",
        CHANNEL_END,
    ),
    ("items with namespaces", CHANNEL, "<item xmlns:a='u:{n}'><a:b/><title>a{n}</title></item>", CHANNEL_END),
    ("items with bases", CHANNEL, "<item xml:base='/{n}/'><title>a{n}</title><link>b</link></item>", CHANNEL_END),
];

/// Elements of a feed's description.
const OF_FEEDS: &[Row] = &[
    ("title of a feed", CHANNEL, "<title>t{n}</title>", CHANNEL_END),
    ("link of a feed", CHANNEL, "<link>https://a.example/{n}</link>", CHANNEL_END),
    ("hub", CHANNEL, "<atom:link rel='hub' href='https://hub.example/{n}'/>", CHANNEL_END),
    ("self", CHANNEL, "<atom:link rel='self' href='https://a.example/{n}'/>", CHANNEL_END),
    ("next", CHANNEL, "<atom:link rel='next' href='https://a.example/{n}'/>", CHANNEL_END),
    ("managingEditor", CHANNEL, "<managingEditor>N{n}</managingEditor>", CHANNEL_END),
    ("dc:creator of a feed", CHANNEL, "<dc:creator>N{n}</dc:creator>", CHANNEL_END),
    ("copyright", CHANNEL, "<copyright>c{n}</copyright>", CHANNEL_END),
    ("category of a feed", CHANNEL, "<category>c{n}</category>", CHANNEL_END),
    ("skipHours", CHANNEL, "<skipHours><hour>{n}</hour></skipHours>", CHANNEL_END),
    ("skipDays", CHANNEL, "<skipDays><day>Monday</day></skipDays>", CHANNEL_END),
    ("ttl", CHANNEL, "<ttl>x{n}</ttl>", CHANNEL_END),
    ("sy:updatePeriod", CHANNEL, "<sy:updatePeriod>never{n}</sy:updatePeriod>", CHANNEL_END),
    ("image", CHANNEL, "<image><url>https://a.example/{n}</url><title>i</title></image>", CHANNEL_END),
    ("link, Atom", FEED, "<link href='https://a.example/{n}'/>", FEED_END),
    ("author, Atom", FEED, "<author><name>N{n}</name><uri>/{n}</uri></author>", FEED_END),
    ("subtitle", FEED, "<subtitle>s{n}</subtitle>", FEED_END),
    ("entries", FEED, "<entry><id>urn:x:{n}</id><title>a</title><content>c</content></entry>", FEED_END),
    ("entry: category", ENTRY, "<category term='c{n}' scheme='https://s.example/{n}' label='l'/>", ENTRY_END),
    ("entry: author", ENTRY, "<author><name>N{n}</name><email>a{n}@a.example</email></author>", ENTRY_END),
    ("entry: contributor", ENTRY, "<contributor><uri>https://a.example/{n}</uri></contributor>", ENTRY_END),
    ("entry: link", ENTRY, "<link rel='r{n}' href='https://a.example/{n}' title='l' hreflang='de'/>", ENTRY_END),
    ("entry: alternate", ENTRY, "<link href='https://a.example/{n}'/>", ENTRY_END),
    ("entry: enclosure", ENTRY, "<link rel='enclosure' href='https://a.example/{n}'/>", ENTRY_END),
    ("entry: content elsewhere", ENTRY, "<content src='https://a.example/{n}' type='audio/mpeg'/>", ENTRY_END),
    (
        "entry: xhtml",
        ENTRY,
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>c{n}</p></div></content>",
        ENTRY_END,
    ),
    ("entry: base64", ENTRY, "<content type='a/b'>aGFsbG8g</content>", ENTRY_END),
    ("entry: source", ENTRY, "<source><id>urn:x:{n}</id><author><name>N{n}</name></author></source>", ENTRY_END),
    ("entry: authors of a source", ENTRY, "<source><author><name>N{n}</name></author>", ENTRY_END),
    ("entry: thr:in-reply-to", ENTRY, "<thr:in-reply-to ref='urn:x:{n}' href='/{n}'/>", ENTRY_END),
    (
        "RDF: items",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel><title>t</title></channel>",
        "<item rdf:about='https://a.example/{n}'><title>a{n}</title></item>",
        "</rdf:RDF>",
    ),
    (
        "RDF: list",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel><title>t</title><items><rdf:Seq>",
        "<rdf:li resource='https://a.example/{n}'/>",
        "</rdf:Seq></items></channel></rdf:RDF>",
    ),
    (
        "CDF: items",
        "<CHANNEL HREF='https://a.example/'>",
        "<ITEM HREF='https://a.example/{n}' LASTMOD='2026'><TITLE>a{n}</TITLE></ITEM>",
        "</CHANNEL>",
    ),
    ("sitemap: url", MAP, "<url><loc>https://a.example/a-b-{n}</loc><lastmod>2026-01-01</lastmod></url>", "</urlset>"),
    (
        "sitemap: news",
        MAP,
        "<url><loc>https://a.example/{n}</loc><news:news><news:title>a{n}</news:title><news:keywords>k{n}, l</news:keywords></news:news></url>",
        "</urlset>",
    ),
    (
        "sitemap: image",
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'><url><loc>https://a.example/1</loc>",
        "<image:image><image:loc>https://a.example/{n}</image:loc></image:image>",
        "</url></urlset>",
    ),
    (
        "sitemap: loc",
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url>",
        "<loc>https://a.example/{n}</loc>",
        "</url></urlset>",
    ),
    (
        "sitemap: index",
        "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>",
        "<sitemap><loc>https://a.example/{n}</loc><lastmod>2026-01-01</lastmod></sitemap>",
        "</sitemapindex>",
    ),
];

const JSON: &str = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",";
const JSON_ITEM: &str =
    "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"items\":[{\"id\":\"1\",\"title\":\"a\",";

const OF_JSON: &[Row] = &[
    (
        "items",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"items\":[{\"id\":0}",
        ",{\"id\":\"{n}\",\"content_text\":\"c\"}",
        "]}",
    ),
    (
        "items that are none",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"items\":[1",
        ",{n}",
        "]}",
    ),
    ("tags", JSON_ITEM, "\"tags\":[\"t{n}\"],", "\"url\":\"https://a.example/\"}]}"),
    ("members", JSON_ITEM, "\"_{n}\":{n},", "\"url\":\"https://a.example/\"}]}"),
    ("members, the same", JSON_ITEM, "\"title\":\"{n}\",", "\"url\":\"https://a.example/\"}]}"),
    ("outer members", JSON, "\"_{n}\":{n},", "\"items\":[{\"id\":\"1\"}]}"),
    (
        "hubs",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"hubs\":[{}",
        ",{\"url\":\"https://hub.example/{n}\"}",
        "],\"items\":[]}",
    ),
    (
        "one list of tags",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"tags\":[\"t\"",
        ",\"t{n}\"",
        "]}]}",
    ),
    (
        "authors",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"authors\":[{}",
        ",{\"name\":\"N{n}\",\"url\":\"/{n}\"}",
        "]}]}",
    ),
    (
        "attachments",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"attachments\":[{}",
        ",{\"url\":\"https://a.example/{n}\"}",
        "]}]}",
    ),
    (
        "escapes",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"content_text\":\"",
        "\\u0041\\n",
        "\"}]}",
    ),
    (
        "halves of characters",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"content_text\":\"",
        "\\ud800",
        "\"}]}",
    ),
    (
        "bare line breaks",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"content_text\":\"",
        "a\n",
        "\"}]}",
    ),
    (
        "bare quotes",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"content_text\":\"",
        "a \"b\" c ",
        "\"}]}",
    ),
    (
        "bare backslashes",
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"content_text\":\"",
        "\\x",
        "\"}]}",
    ),
    ("commas missing", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[", "{\"id\":\"{n}\"} ", "]}"),
    ("commas too many", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[", "{\"id\":\"{n}\"},,", "]}"),
    ("items not closed", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[", "{\"id\":\"{n}\",", "]}"),
    ("brackets", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":", "[", ""),
    ("braces", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"a\":", "{\"a\":", ""),
    ("closing brackets", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\"}", "]}", ""),
    ("comments", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[", "/* a */ // b\n", "{\"id\":\"1\"}]}"),
    ("digits", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":", "1", "}]}"),
    ("texts", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[\"a\"", ",\"a{n}\"", "]}"),
    ("quotes alone", "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[", "\"", "]}"),
    ("unquoted", "{version:'https://jsonfeed.org/version/1.1',items:[", "{id:'{n}'},", "]}"),
];

#[test]
fn elements_of_items_b104() {
    check(OF_ITEMS, document);
}

#[test]
fn items_and_long_elements_b104() {
    check(ITEMS, document);
    check(LONG, document);
}

#[test]
fn elements_of_feeds_and_sitemaps_b104() {
    check(OF_FEEDS, document);
}

#[test]
fn members_of_json_b104() {
    check(OF_JSON, document);
}
