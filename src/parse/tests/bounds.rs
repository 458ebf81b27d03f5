//! Lists and fields within their limits (B100 to B102).

use super::*;
use crate::limits::{CATEGORIES, ENCLOSURES, HUBS, ID, LINKS, NAME, PEOPLE, REPLIES, RIGHTS};
use crate::model::Entry;

fn rss(items: &str) -> Parsed {
    read(&format!("<rss version='2.0'><channel><title>t</title>{items}</channel></rss>"))
}

fn atom(inside: &str) -> Parsed {
    read(&format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>{inside}</feed>"
    ))
}

fn read(text: &str) -> Parsed {
    let url = url::Url::parse("https://wire.example/feed").unwrap();
    let about = About {
        url: &url,
        content_type: None,
        language: None,
        timezone: Zone::UTC,
        work: crate::model::Work::default(),
    };
    document(text.as_bytes(), &about, Timestamp::from_millis(1_795_392_000_000)).unwrap()
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

fn limits(parsed: &Parsed) -> Vec<&str> {
    let limits = parsed.warnings.iter().filter(|warning| warning.kind == WarningKind::Limit);
    limits.map(|warning| warning.text.as_str()).collect()
}

/// B100: of every list the first are kept, one warning says how many were not, and what
/// comes twice counts once.
#[test]
fn lists_keep_their_first() {
    let twice = |one: fn(usize) -> String| many(2_000, |n| one(n % 500));
    type List = fn(&Entry) -> usize;
    let check = |parsed: Parsed, list: List, kept: usize, said: &str| {
        assert_eq!(list(&parsed.entries[0]), kept, "{said}");
        let said = format!("left out over the limit: {} {said} ({kept} kept), in ", 500 - kept);
        let [told] = limits(&parsed)[..] else { panic!("{:?}", limits(&parsed)) };
        assert!(told.starts_with(&said), "{told}");
    };
    let item = |inside: String| rss(&format!("<item><title>a</title>{inside}</item>"));
    let categories: List = |e| e.categories.len();
    let most = CATEGORIES.count();
    check(item(twice(|n| format!("<category>c{n}</category>"))), categories, most, CATEGORIES.name);
    let keywords = format!("<media:keywords>{}</media:keywords>", twice(|n| format!("k{n},")));
    check(item(keywords), categories, most, CATEGORIES.name);
    let labels = twice(|n| format!("<category term='c{n}' label='l'/>"));
    check(atom(&format!("<entry><title>a</title>{labels}</entry>")), categories, most, CATEGORIES.name);
    let tags = twice(|n| format!(",\"t{n}\""));
    let json = |inside: String| {
        read(&format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"items\":[{{\"id\":\"1\",{inside}}}]}}"
        ))
    };
    check(json(format!("\"tags\":[{}]", &tags[1..])), categories, most, CATEGORIES.name);
    let files: List = |e| e.enclosures.len();
    let most = ENCLOSURES.count();
    check(item(twice(|n| format!("<enclosure url='https://a.example/{n}'/>"))), files, most, ENCLOSURES.name);
    check(item(twice(|n| format!("<media:content url='https://a.example/{n}'/>"))), files, most, ENCLOSURES.name);
    let attached = twice(|n| format!(",{{\"url\":\"https://a.example/{n}\"}}"));
    check(json(format!("\"attachments\":[{}]", &attached[1..])), files, most, ENCLOSURES.name);
    let authors: List = |e| e.authors.len();
    let most = PEOPLE.count();
    check(item(twice(|n| format!("<dc:creator>Name {n}</dc:creator>"))), authors, most, PEOPLE.name);
    let named = twice(|n| format!("<author><name>Name {n}</name></author>"));
    check(atom(&format!("<entry><title>a</title>{named}</entry>")), authors, most, PEOPLE.name);
    let named = twice(|n| format!(",{{\"name\":\"Name {n}\"}}"));
    check(json(format!("\"authors\":[{}]", &named[1..])), authors, most, PEOPLE.name);
    let links: List = |e| e.links.len();
    let further = twice(|n| format!("<link rel='junk' href='https://a.example/{n}'/>"));
    check(atom(&format!("<entry><title>a</title>{further}</entry>")), links, LINKS.count(), LINKS.name);
    let replies = twice(|n| format!("<thr:in-reply-to ref='urn:x:{n}'/>"));
    let answered: List = |e| e.in_reply_to.len();
    check(atom(&format!("<entry><title>a</title>{replies}</entry>")), answered, REPLIES.count(), REPLIES.name);
}

/// B100: junk before it keeps nothing out that matters.
#[test]
fn what_is_most_useful_is_not_pushed_out() {
    let junk = many(1_000, |n| format!("<link rel='junk' href='https://a.example/{n}'/>"));
    let useful = "<link rel='license' href='https://a.example/license'/><link href='https://a.example/page'/>";
    let parsed = atom(&format!("<entry><title>a</title>{junk}{useful}</entry>"));
    let entry = &parsed.entries[0];
    assert_eq!(entry.link.as_deref(), Some("https://a.example/page"));
    assert_eq!(entry.links.len(), LINKS.count());
    assert!(entry.links.iter().any(|link| link.rel == "license"));
    assert_eq!(
        limits(&parsed),
        [format!("left out over the limit: {} {} (32 kept), in \"a\"", 1_001 - 32, LINKS.name)]
    );
    let pictures = many(1_000, |n| format!("<media:content url='https://a.example/{n}.jpg'/>"));
    let sound = "<enclosure url='https://a.example/sound.mp3' type='audio/mpeg'/>";
    let parsed = rss(&format!("<item><title>a</title>{pictures}{sound}</item>"));
    let files = &parsed.entries[0].enclosures;
    assert_eq!(files.len(), ENCLOSURES.count());
    assert!(files.iter().any(|file| file.url == "https://a.example/sound.mp3"));
    let hubs = many(1_000, |n| format!("<link rel='hub' href='https://hub.example/{n}'/>"));
    let first = many(1_000, |n| format!("<link rel='first' href='https://a.example/{n}'/>"));
    let own = "<link rel='self' href='https://a.example/self'/><link rel='next' href='https://a.example/next'/>";
    let parsed = atom(&format!("{junk}{hubs}{first}{own}<entry><title>a</title></entry>"));
    assert_eq!((parsed.hubs.len(), parsed.hubs[0].as_str()), (HUBS.count(), "https://hub.example/0"));
    assert_eq!(parsed.self_link.as_deref(), Some("https://a.example/self"));
    assert_eq!(parsed.paging.iter().map(|link| link.rel.as_str()).collect::<Vec<_>>(), ["first", "next"]);
    assert_eq!(limits(&parsed), [format!("left out over the limit: 992 {} (8 kept)", HUBS.name)]);
}

/// B101: entries whose ids are too long and begin alike stay two, and their ids the same.
#[test]
fn over_long_ids_and_links_merge_nothing() {
    let long = "i".repeat(ID.count());
    let items = many(2, |n| format!("<item><guid>{long}{n}</guid><title>Title</title></item>"));
    let (parsed, again) = (rss(&items), rss(&items));
    let [one, other] = &parsed.entries[..] else { panic!("{}", parsed.entries.len()) };
    assert!(one.key != other.key && one.id != other.id);
    assert_eq!(parsed.entries, again.entries);
    let said = "over the limit of 4 KiB: id, kept as its beginning and its hash, in 2 entries, the first \"Title\"";
    assert_eq!(limits(&parsed), [said]);
    // Of a link that is too long the same is kept where nothing else tells entries apart.
    let items = many(2, |n| format!("<item><link>https://a.example/{long}{n}</link><title>Title</title></item>"));
    let parsed = rss(&items);
    assert!(parsed.entries[0].key != parsed.entries[1].key);
    assert!(parsed.entries.iter().all(|entry| entry.link.is_none()));
    let said = "dropped a link, longer than 4 KiB, in 2 entries, the first \"Title\": \"https://a.example/iii";
    assert!(limits(&parsed)[0].starts_with(said), "{:?}", limits(&parsed));
    let within = &long[..ID.count()];
    let parsed = rss(&format!("<item><guid isPermaLink='false'>{within}</guid><title>Title</title></item>"));
    assert_eq!(parsed.entries[0].id.as_deref(), Some(within));
}

/// B101, B102: what a document's description and its attributes hand down is bounded
/// before it is copied to entries.
#[test]
fn what_is_handed_down_is_bounded() {
    let long = "x".repeat(2 << 20);
    let entries = many(1_000, |n| format!("<entry><id>urn:x:{n}</id><title>a</title><link href='{n}'/></entry>"));
    let head = format!("<rights>{long}</rights><id>{long}</id><author><name>{long}</name></author>");
    let parsed = read(&format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='{long}' xml:base='https://a.example/{long}/'>{head}{entries}</feed>"
    ));
    assert_eq!(parsed.entries.len(), 1_000);
    let total: usize = parsed.entries.iter().map(crate::model::bounds::weight).sum();
    assert!(total < 200_000, "{total}");
    assert_eq!(parsed.rights.map(|rights| rights.len()), Some(RIGHTS.count()));
    assert!(parsed.authors[0].name.len() <= NAME.count() && parsed.id.unwrap().len() < 200);
    assert_eq!(parsed.language, None);
    let keywords =
        format!("<media:keywords scheme='https://a.example/{long}'>{}</media:keywords>", "a,".repeat(1 << 20));
    let parsed = rss(&format!("<item><title>a</title>{keywords}</item>"));
    assert_eq!(parsed.entries[0].categories.len(), 1);
}

/// B102: a document is kept as far as its budget reaches, and says so.
#[test]
fn a_document_is_kept_within_its_budget() {
    let base = format!("https://a.example/{}/", "b".repeat(4_000));
    let files = many(64, |n| format!("<link rel='enclosure' href='{n}'/>"));
    let entries = many(400, |n| format!("<entry><id>urn:x:{n}</id><title>a</title>{files}</entry>"));
    let parsed = read(&format!("<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{base}'>{entries}</feed>"));
    let total: usize = parsed.entries.iter().map(crate::model::bounds::weight).sum();
    assert!(total <= 64 << 20 && parsed.entries.len() > 200 && parsed.entries.len() < 300, "{total}");
    let left = 400 - parsed.entries.len();
    let said = limits(&parsed);
    assert!(said.iter().any(|text| text.starts_with(&format!("left out over the limit: {left} entries"))), "{said:?}");
}

/// B140: the newest are kept, whatever the order of the document, and it counts as one that
/// was cut; what is said of entries names those that stay.
#[test]
fn the_newest_of_too_many_entries_are_kept_b140() {
    let base = format!("https://a.example/{}/", "b".repeat(4_000));
    let files = many(64, |n| format!("<link rel='enclosure' href='{n}'/>"));
    let entry = |n: usize| {
        let updated = format!("<updated>2026-10-{:02}T{:02}:00:00Z</updated>", 1 + n / 24, n % 24);
        let odd = if n == 390 { "<rights>odd &amp; &bogus</rights><published>never</published>" } else { "" };
        format!("<entry><id>urn:x:{n}</id><title>a</title>{updated}{odd}{files}</entry>")
    };
    let feed =
        |entries: String| format!("<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{base}'>{entries}</feed>");
    for (order, entries) in [("newest first", many(400, |n| entry(399 - n))), ("oldest first", many(400, entry))] {
        let mut parsed = read(&feed(entries));
        newest_first(&mut parsed);
        let kept = parsed.entries.len();
        assert!(parsed.truncated && kept > 200 && kept < 300, "{order}: {kept}");
        let ids: Vec<String> = parsed.entries.iter().filter_map(|entry| entry.id.clone()).collect();
        let newest: Vec<String> = (0..kept).map(|n| format!("urn:x:{}", 399 - n)).collect();
        assert!(ids == newest, "{order}: from {} to {}", ids[0], ids[kept - 1]);
        let said = limits(&parsed);
        let left = format!("left out over the limit: {} entries ({kept} kept", 400 - kept);
        assert!(said.iter().any(|text| text.starts_with(&left)), "{order}: {said:?}");
        let odd = parsed.warnings.iter().find(|warning| warning.kind == WarningKind::Date).unwrap();
        assert_eq!(odd.entry, Some(9), "{order}: {odd:?}");
    }
    let whole = read(&feed(many(50, entry)));
    assert!(!whole.truncated && whole.entries.len() == 50);
}

/// B140: of an index with too many sitemaps those that changed last are kept.
#[test]
fn the_latest_of_too_many_sitemaps_are_kept_b140() {
    let most = crate::limits::MAPS.count();
    let day = |n: usize| if n < 20 { "2019-01-01" } else { "2026-11-22" };
    let map = |n| format!("<sitemap><loc>https://a.example/{n}</loc><lastmod>{}</lastmod></sitemap>", day(n));
    let index = |count| {
        let maps = many(count, map);
        read(&format!("<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{maps}</sitemapindex>"))
    };
    let parsed = index(most + 10);
    assert_eq!((parsed.maps.len(), parsed.truncated), (most, true));
    assert_eq!(parsed.maps[10].url, "https://a.example/20", "in the order of the index");
    assert_eq!(parsed.maps[most - 1].url, format!("https://a.example/{}", most + 9));
    assert!(limits(&parsed)[0].contains("10 sitemaps of an index"), "{:?}", limits(&parsed));
    assert!(!index(3).truncated);
}

/// What an operator reads names the field and the limit (B21).
#[test]
fn b21_a_cut_headline_and_a_cut_text_are_told_by_name() {
    let (headline, text) = ("h".repeat(3000), "t ".repeat(800_000));
    let parsed = rss(&format!("<item><guid>1</guid><title>{headline}</title><description>{text}</description></item>"));
    let said: Vec<&str> = parsed.warnings.iter().map(|warning| warning.text.as_str()).collect();
    let name = format!(", in \"{}\"", "h".repeat(80));
    assert_eq!(said, ["the title was cut at 1 KiB", "the text was cut at 1 MiB"].map(|said| format!("{said}{name}")));
}

/// B160: what 500 entries have is one line with their number and the first one's name.
#[test]
fn limits_that_many_entries_meet_are_told_once_b160() {
    let (headline, categories) = ("h".repeat(3000), many(70, |n| format!("<category>c{n}</category>")));
    let items = many(500, |n| format!("<item><guid>{n}</guid><title>{n} {headline}</title>{categories}</item>"));
    let parsed = rss(&items);
    let name = format!("\"0 {}\"", "h".repeat(78));
    let expected = [
        format!("left out over the limit: 3000 categories of an entry (64 kept), in 500 entries, the first {name}"),
        format!("the title was cut at 1 KiB, in 500 entries, the first {name}"),
    ];
    assert_eq!(limits(&parsed), expected);
    // An entry without a title is named by its link.
    let parsed = rss(&format!("<item><link>https://a.example/1</link>{categories}</item>"));
    assert!(limits(&parsed)[0].ends_with(", in \"https://a.example/1\""), "{:?}", limits(&parsed));
}
