//! Sources without a feed: listing pages and sitemaps, polled.

use std::time::Duration;

use wiredesk::model::EntryId;

use crate::newsroom::{Newsroom, at};
use crate::origin::Origin;
use crate::reply::Reply;

const HOUR: Duration = Duration::from_secs(3600);

fn page_source(url: &str) -> String {
    format!(
        "[[source]]\nid = \"fao\"\nurl = \"{url}\"\nkind = \"page\"\nschedule = \"every 1h\"\ntimezone = \"Asia/Shanghai\"\n\
         [source.page]\nentries = \"ul.news > li\"\ndate = \"span\"\ndate_format = \"%Y-%m-%d\"\n\n"
    )
}

fn list(rows: &[(u32, &str)]) -> String {
    let rows: String = rows
        .iter()
        .map(|(n, title)| format!("<li><a href=\"t{n}.html\">{title}</a><span>2026-11-2{}</span></li>", n % 3))
        .collect();
    format!("<html><head><title>News</title></head><body><ul class=\"news\">{rows}</ul></body></html>")
}

async fn titles(room: &Newsroom) -> Vec<String> {
    let all = room.store.history(None, 100).await.unwrap();
    all.into_iter().rev().map(|kept| kept.entry.entry.title).collect()
}

#[tokio::test]
async fn a_page_is_polled_as_a_feed_is_and_never_becomes_an_empty_one() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/list/", Reply::ok(list(&[(2, "Two"), (1, "One")])).header("content-type", "text/html"));
    let room = Newsroom::open(&page_source(&at(&origin, "fao.example", "/list/"))).await;
    let first = room.by_hand("fao").await.unwrap();
    assert_eq!((first.failed, first.new), (false, 2), "{first:?}");
    room.clock.advance(HOUR);
    // A headline is edited and one is added: one revision, one new entry.
    origin.set("/list/", Reply::ok(list(&[(3, "Three"), (2, "Two, corrected"), (1, "One")])));
    let second = room.by_hand("fao").await.unwrap();
    assert_eq!((second.new, second.revised), (1, 1), "{second:?}");
    assert_eq!(titles(&room).await, ["One", "Two, corrected", "Three"]);
    let asked = origin.requests_for("/list/");
    assert!(asked[0].header("accept").unwrap().starts_with("text/html"), "{asked:?}");
    // The page is rebuilt: a failing source with the reason; what is known stays.
    room.clock.advance(HOUR);
    origin.set("/list/", Reply::ok("<html><title>New look</title><div class=card><a href=t4>Four</a></div></html>"));
    let third = room.by_hand("fao").await.unwrap();
    assert!(third.failed && third.note.kind == "unreadable", "{third:?}");
    assert!(third.note.text.contains("\"ul.news > li\" finds no entries on a page titled \"New look\""), "{third:?}");
    assert_eq!(titles(&room).await.len(), 3);
    assert_eq!(room.word("fao").await, "failing");
}

const NEWS_MAP: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
    <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\" \
            xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\
    <url><loc>https://wire.example/a?x=1&amp;y=2</loc><lastmod>2026-11-22T10:00:00Z</lastmod><news:news><news:publication>\
    <news:name>The Wire</news:name><news:language>en</news:language></news:publication>\
    <news:publication_date>2026-11-22T09:00:00+08:00</news:publication_date><news:title>Mayor &amp; envoy meet</news:title>\
    <news:keywords>cities, diplomacy</news:keywords></news:news><image:image><image:loc>https://wire.example/a.jpg</image:loc>\
    </image:image></url>\
    <url><loc>https://wire.example/2026/port-strike-ends-77.html</loc><lastmod>2026-11-21</lastmod></url></urlset>";

fn map_source(url: &str) -> String {
    format!("[[source]]\nid = \"map\"\nurl = \"{url}\"\nkind = \"sitemap\"\nschedule = \"every 1h\"\n\n")
}

#[tokio::test]
async fn a_news_sitemap_is_read_with_its_extension() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    let packed = gzip(NEWS_MAP.as_bytes());
    origin.set("/news.xml.gz", Reply::ok(packed).header("content-type", "application/x-gzip"));
    let room = Newsroom::open(&map_source(&at(&origin, "wire.example", "/news.xml.gz"))).await;
    let poll = room.by_hand("map").await.unwrap();
    assert_eq!((poll.failed, poll.new), (false, 2), "{poll:?}");
    assert!(poll.warnings.iter().any(|w| w.contains("made from the words of its address")), "{poll:?}");
    let ids: Vec<EntryId> = room.store.history(None, 10).await.unwrap().iter().map(|kept| kept.id).collect();
    let all = room.store.published(&ids).await.unwrap();
    let news = &all.iter().find(|p| p.entry.title == "Mayor & envoy meet").expect("its title").entry;
    assert_eq!(news.link.as_deref(), Some("https://wire.example/a?x=1&y=2"));
    assert_eq!(news.published.unwrap().rfc3339(), "2026-11-22T01:00:00Z");
    assert_eq!(news.updated.unwrap().rfc3339(), "2026-11-22T10:00:00Z");
    assert_eq!(news.language.as_deref(), Some("en"));
    assert_eq!(news.categories.iter().map(|c| c.term.as_str()).collect::<Vec<_>>(), ["cities", "diplomacy"]);
    assert_eq!(news.enclosures[0].url, "https://wire.example/a.jpg");
    assert!(all.iter().any(|p| p.entry.title == "Port strike ends"), "{all:?}");
    assert_eq!(all[0].carrier.title, "The Wire");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn index(rows: &[(&str, Option<&str>)]) -> String {
    let row = |(url, changed): &(&str, Option<&str>)| {
        let changed = changed.map(|at| format!("<lastmod>{at}</lastmod>")).unwrap_or_default();
        format!("<sitemap><loc>{url}</loc>{changed}</sitemap>")
    };
    let rows: String = rows.iter().map(row).collect();
    format!("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{rows}</sitemapindex>")
}

fn urlset(numbers: &[u32]) -> String {
    let row = |n: &u32| format!("<url><loc>https://wire.example/news/story-of-{n}</loc></url>");
    let rows: String = numbers.iter().map(row).collect();
    format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{rows}</urlset>")
}

#[tokio::test]
async fn of_an_index_only_what_changed_is_asked_for() {
    let origin = Origin::start().await;
    let url = |path: &str| at(&origin, "wire.example", path);
    origin.set("/robots.txt", Reply::ok("User-agent: *\nDisallow: /private.xml\n"));
    let (a, b, old) = (url("/a.xml"), url("/b.xml"), url("/old.xml"));
    let rows = |b_changed: &str| {
        index(&[(&old, Some("2020-01-01")), (&a, Some("2026-11-22T08:00:00Z")), (&b, Some(b_changed))])
    };
    origin.set("/index.xml", Reply::ok(rows("2026-11-22T09:00:00Z")));
    origin.set("/a.xml", Reply::ok(urlset(&[1, 2])).header("etag", "\"a1\""));
    origin.set("/b.xml", Reply::ok(urlset(&[3])).header("etag", "\"b1\""));
    let room = Newsroom::open(&map_source(&url("/index.xml"))).await;
    let first = room.by_hand("map").await.unwrap();
    assert_eq!((first.failed, first.new), (false, 3), "{first:?}");
    assert!(origin.requests_for("/old.xml").is_empty());
    // One of them changed: it alone is asked for, conditionally; no gap is made out of the other's absence.
    room.clock.advance(HOUR);
    origin.set("/index.xml", Reply::ok(rows("2026-11-22T10:00:00Z")));
    origin.set("/b.xml", Reply::ok(urlset(&[4])));
    let second = room.by_hand("map").await.unwrap();
    assert_eq!((second.failed, second.new, second.gap), (false, 1, false), "{second:?}");
    assert_eq!((origin.requests_for("/a.xml").len(), origin.requests_for("/b.xml").len()), (1, 2));
    assert_eq!(origin.requests_for("/b.xml")[1].header("if-none-match").as_deref(), Some("\"b1\""));
    // Nothing changed but the index's own bytes.
    room.clock.advance(HOUR);
    origin.set("/index.xml", Reply::ok(rows("2026-11-22T10:00:00Z") + "\n"));
    let third = room.by_hand("map").await.unwrap();
    assert_eq!((third.failed, third.new), (false, 0), "{third:?}");
    assert_eq!((origin.requests_for("/a.xml").len(), origin.requests_for("/b.xml").len()), (1, 2));
    // One cannot be had now: told, and asked for again though the index is as it was.
    room.clock.advance(HOUR);
    let c = url("/c.xml");
    let more = index(&[
        (&a, Some("2026-11-22T08:00:00Z")),
        (&b, Some("2026-11-22T11:00:00Z")),
        (&c, Some("2026-11-22T11:00:00Z")),
    ]);
    origin.set("/index.xml", Reply::ok(&more));
    origin.set("/b.xml", Reply::ok(urlset(&[4, 5])));
    origin.set("/c.xml", Reply::status(500));
    let fourth = room.by_hand("map").await.unwrap();
    assert_eq!((fourth.failed, fourth.new), (false, 1), "{fourth:?}");
    assert!(fourth.warnings.iter().any(|w| w.contains("/c.xml: http status 500")), "{fourth:?}");
    room.clock.advance(HOUR);
    origin.set("/c.xml", Reply::ok(urlset(&[6])));
    let fifth = room.by_hand("map").await.unwrap();
    assert_eq!((fifth.failed, fifth.new), (false, 1), "{fifth:?}");
    // Where none can be had the poll has failed.
    room.clock.advance(HOUR);
    origin.set("/index.xml", Reply::ok(index(&[(&url("/private.xml"), None)])));
    let sixth = room.by_hand("map").await.unwrap();
    assert!(sixth.failed && sixth.note.text.contains("robots.txt does not allow /private.xml"), "{sixth:?}");
}

/// An index that does not say when its sitemaps changed is asked for whole each time.
#[tokio::test]
async fn an_index_without_dates_hides_nothing() {
    let origin = Origin::start().await;
    let url = |path: &str| at(&origin, "wire.example", path);
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/index.xml", Reply::ok(index(&[(&url("/a.xml"), None)])).header("etag", "\"i\""));
    origin.set("/a.xml", Reply::ok(urlset(&[1])).header("etag", "\"a1\""));
    let room = Newsroom::open(&map_source(&url("/index.xml"))).await;
    assert_eq!(room.by_hand("map").await.unwrap().new, 1);
    room.clock.advance(HOUR);
    origin.set("/a.xml", Reply::ok(urlset(&[2, 1])));
    assert_eq!(room.by_hand("map").await.unwrap().new, 1);
    assert_eq!(origin.requests_for("/index.xml")[1].header("if-none-match"), None);
    assert_eq!(origin.requests_for("/a.xml")[1].header("if-none-match").as_deref(), Some("\"a1\""));
}

#[tokio::test]
async fn a_sitemap_under_kind_feed_is_refused_with_the_remedy() {
    let origin = Origin::start().await;
    origin.set("/news.xml", Reply::ok(NEWS_MAP));
    let room =
        Newsroom::open(&crate::newsroom::source("map", &at(&origin, "wire.example", "/news.xml"), "every 1h")).await;
    let poll = room.by_hand("map").await.unwrap();
    assert!(poll.failed && poll.note.text.contains("kind = \"sitemap\""), "{poll:?}");
    assert!(origin.requests_for("/robots.txt").is_empty());
}

/// The protocol allows 50,000 addresses: more than other documents have on the wire.
#[tokio::test]
async fn a_sitemap_may_be_as_long_as_a_document_may_be() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    let long = urlset(&[1]).replace("</loc>", &format!("</loc><!-- {} -->", "x".repeat(12 * 1024 * 1024)));
    origin.set("/map.xml", Reply::ok(long));
    let url = at(&origin, "wire.example", "/map.xml");
    let room = Newsroom::open(&(map_source(&url) + &crate::newsroom::source("feed", &(url + "?"), "every 1h"))).await;
    let map = room.by_hand("map").await.unwrap();
    assert_eq!((map.failed, map.new), (false, 1), "{map:?}");
    let feed = room.by_hand("feed").await.unwrap();
    assert!(feed.failed && feed.note.text.contains("10 MiB are read"), "{feed:?}");
}

/// A page whose entries are all older than what its feeds take back is told as long as
/// that is so: its feeds stay empty.
#[tokio::test]
async fn a_page_of_old_dates_alone_says_so_b163() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    let old = list(&[(2, "Two"), (1, "One")]).replace("2026-11", "2024-11");
    origin.set("/list/", Reply::ok(old.clone()).header("content-type", "text/html"));
    let room = Newsroom::open(&page_source(&at(&origin, "fao.example", "/list/"))).await;
    room.reword("backfill = \"36500d\"", "backfill = \"30d\"");
    let room = room.restart().await;
    let told = "page: all entries of this page are dated before the backfill of its feeds (30d), the newest 2024-11-2";
    let is_told = async || room.state("fao").await.warnings.iter().any(|warning| warning.starts_with(told));
    assert_eq!(room.by_hand("fao").await.unwrap().new, 2);
    assert!(is_told().await, "{:?}", room.state("fao").await.warnings);
    assert!(room.published().await.is_empty());
    // Still at the next poll, which brings an old one more; no longer once one is new.
    let older = list(&[(0, "Nought")]).replace("2026-11", "2024-11");
    origin.set(
        "/list/",
        Reply::ok(old.replace("<ul class=\"news\">", &older[older.find("<ul").unwrap()..older.find("</ul").unwrap()])),
    );
    room.clock.advance(HOUR);
    room.by_hand("fao").await.unwrap();
    assert!(is_told().await, "{:?}", room.state("fao").await.warnings);
    origin.set("/list/", Reply::ok(list(&[(4, "Four")]).replace("</ul>", &old[old.find("<li").unwrap()..])));
    room.clock.advance(HOUR);
    room.by_hand("fao").await.unwrap();
    assert!(!is_told().await, "{:?}", room.state("fao").await.warnings);
    assert_eq!(room.published().await, ["Four"]);
}

/// B182: entries that have an id and no link get one by the source's template; added to a
/// source that is read already, it makes nothing new of them.
#[tokio::test]
async fn entries_with_an_id_alone_get_a_link_b182() {
    let origin = Origin::start().await;
    let feed = |more: &str| {
        format!(
            "<rss version=\"2.0\"><channel><title>News</title><item><guid isPermaLink=\"false\">2026/118</guid><title>One</title>\
             </item><item><guid>2</guid><title>Two</title><link>https://a.example/2</link></item>{more}</channel></rss>"
        )
    };
    origin.set("/feed", Reply::ok(feed("")));
    let url = at(&origin, "a.example", "/feed");
    let source = |more: &str| format!("[[source]]\nid = \"s\"\nurl = \"{url}\"\nschedule = \"every 1h\"\n{more}\n");
    let links = async |room: &Newsroom| {
        let ids: Vec<EntryId> = room.store.history(None, 10).await.unwrap().iter().map(|kept| kept.id).collect();
        let all = room.store.published(&ids).await.unwrap();
        let mut links: Vec<(String, Option<String>)> =
            all.into_iter().map(|p| (p.entry.entry.title, p.entry.entry.link)).collect();
        links.sort();
        links
    };
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s.db");
    let names = || crate::newsroom::Names { broken: None };
    let room = Newsroom::at(&store, &source(""), names()).await;
    assert_eq!(room.by_hand("s").await.unwrap().new, 2);
    assert_eq!(links(&room).await[0], ("One".to_owned(), None));
    drop(room);
    let template = "link_template = \"https://city.example/news/{id}\"\n";
    let room = Newsroom::at(&store, &source(template), names()).await;
    room.clock.advance(HOUR);
    origin.set("/feed", Reply::ok(feed("<item><guid>3</guid><title>Three</title></item>")));
    let second = room.by_hand("s").await.unwrap();
    assert_eq!((second.failed, second.new), (false, 1), "{second:?}");
    let expected = [
        ("One", "https://city.example/news/2026%2F118"),
        ("Three", "https://city.example/news/3"),
        ("Two", "https://a.example/2"),
    ];
    let expected: Vec<(String, Option<String>)> =
        expected.iter().map(|(title, link)| ((*title).to_owned(), Some((*link).to_owned()))).collect();
    assert_eq!(links(&room).await, expected);
}
