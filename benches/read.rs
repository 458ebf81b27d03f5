//! How fast documents are read: bytes to entries, with and without sanitising,
//! whole and damaged, beside feed-rs; sitemaps and pages.
//!
//! `WIREDESK_FARM=FOLDER` adds all documents of a folder, read one after another.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use divan::Bencher;
use divan::counter::BytesCount;
use url::Url;
use wiredesk::clock::Timestamp;
use wiredesk::model::Parsed;
use wiredesk::parse::page::{self, propose::propose};
use wiredesk::parse::{About, article, document};
use wiredesk::publish::sanitize::Sanitizer;

fn main() {
    divan::main();
}

const TEXT: &str = "SHENYANG, Nov. 21 (Xinhua) -- The city opened a second line of its harbour railway on Friday, \
    which links the port with three inland depots and cuts the journey by an hour &amp; a half, officials said. ";

/// A document of about 130 KB: fifty entries in `format`.
fn sample(format: &str) -> Vec<u8> {
    let body: String = (0..10).map(|n| format!("&lt;p&gt;{n}. {TEXT}&lt;/p&gt;\n")).collect();
    let item = |n: usize| match format {
        "rss" => format!(
            "<item><title>Harbour railway opens, part {n}</title><link>https://wire.example/news/{n}?utm_source=rss</link>\
             <guid isPermaLink=\"false\">wire-{n}</guid><pubDate>Sat, 21 Nov 2026 10:{:02}:00 GMT</pubDate>\
             <dc:creator>News Desk</dc:creator><category>Transport</category><category domain=\"https://wire.example/t\">Ports</category>\
             <description>{body}</description></item>\n",
            n % 60
        ),
        "atom" => format!(
            "<entry><title>Harbour railway opens, part {n}</title><link href=\"https://wire.example/news/{n}\"/>\
             <id>tag:wire.example,2026:{n}</id><published>2026-11-21T10:{:02}:00Z</published><updated>2026-11-21T11:00:00Z</updated>\
             <author><name>News Desk</name></author><category term=\"Transport\"/><content type=\"html\">{body}</content></entry>\n",
            n % 60
        ),
        _ => format!(
            "<item rdf:about=\"https://wire.example/news/{n}\"><title>Harbour railway opens, part {n}</title>\
             <link>https://wire.example/news/{n}</link><dc:date>2026-11-21T10:{:02}:00Z</dc:date>\
             <dc:creator>News Desk</dc:creator><dc:subject>Transport</dc:subject><description>{body}</description></item>\n",
            n % 60
        ),
    };
    let items: String = (0..50).map(item).collect();
    let document = match format {
        "rss" => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>\
             <title>Wire</title><link>https://wire.example/</link>{items}</channel></rss>"
        ),
        "atom" => format!(
            "<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Wire</title>\
             <id>tag:wire.example,2026:feed</id><updated>2026-11-21T11:00:00Z</updated>{items}</feed>"
        ),
        _ => format!(
            "<?xml version=\"1.0\"?>\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns=\"http://purl.org/rss/1.0/\"><channel rdf:about=\"https://wire.example/\">\
             <title>Wire</title></channel>{items}</rdf:RDF>"
        ),
    };
    document.into_bytes()
}

const NOW: Timestamp = Timestamp::from_millis(1_795_262_400_000);

fn address() -> Url {
    Url::parse("https://wire.example/feed").expect("a fixed address is valid")
}

fn about(url: &Url) -> About<'_> {
    About {
        url,
        content_type: None,
        language: None,
        timezone: wiredesk::clock::Zone::UTC,
        work: wiredesk::model::Work::default(),
    }
}

fn read_one(bytes: &[u8], url: &Url) -> Parsed {
    document(divan::black_box(bytes), &about(url), NOW).expect("the sample is a feed")
}

/// HTML as it would be published, of every entry.
fn sanitise(parsed: &Parsed) -> usize {
    let sanitizer = Sanitizer::new();
    let texts = parsed.entries.iter().filter_map(|entry| entry.fullest());
    texts.map(|text| sanitizer.html(text).len()).sum()
}

#[divan::bench(args = ["rss", "atom", "rdf"])]
fn read(bencher: Bencher<'_, '_>, format: &str) {
    let (bytes, url) = (sample(format), address());
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        let parsed = read_one(&bytes, &url);
        assert_eq!(parsed.entries.len(), 50);
        parsed
    });
}

#[divan::bench(args = ["rss", "atom", "rdf"])]
fn read_and_sanitise(bencher: Bencher<'_, '_>, format: &str) {
    let (bytes, url) = (sample(format), address());
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| sanitise(&read_one(&bytes, &url)));
}

#[divan::bench(args = ["rss", "atom", "rdf"])]
fn feed_rs(bencher: Bencher<'_, '_>, format: &str) {
    let bytes = sample(format);
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        feed_rs::parser::parse(divan::black_box(&bytes[..])).expect("the sample is a feed").entries.len()
    });
}

/// The same with a bare ampersand and an unclosed element in each entry: what is
/// mended costs no more than the mending.
#[divan::bench(args = ["rss", "atom", "rdf"])]
fn read_damaged(bencher: Bencher<'_, '_>, format: &str) {
    let text = String::from_utf8(sample(format)).expect("the sample is UTF-8");
    let bytes = text.replace("Harbour railway opens", "AT&T opens").replace("News Desk</", "News Desk<").into_bytes();
    let url = address();
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| read_one(&bytes, &url));
}

/// The documents of a farm, where one is named.
fn farm() -> Vec<Vec<u8>> {
    let Some(folder) = std::env::var_os("WIREDESK_FARM") else {
        eprintln!("SKIPPED the farm: WIREDESK_FARM names no folder");
        return Vec::new();
    };
    let files = std::fs::read_dir(folder).expect("the farm is a folder").flatten();
    let files = files.filter(|file| file.path().extension().is_none_or(|e| e != "gz"));
    files.filter_map(|file| std::fs::read(file.path()).ok()).collect()
}

#[divan::bench(args = ["read", "read and sanitise", "feed-rs"], sample_count = 10)]
fn farm_documents(bencher: Bencher<'_, '_>, how: &str) {
    let (documents, url) = (farm(), address());
    let bytes: usize = documents.iter().map(Vec::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        let one = |bytes: &Vec<u8>| match how {
            "feed-rs" => feed_rs::parser::parse(&bytes[..]).map_or(0, |feed| feed.entries.len()),
            "read" => document(bytes, &about(&url), NOW).map_or(0, |parsed| parsed.entries.len()),
            _ => document(bytes, &about(&url), NOW).map_or(0, |parsed| sanitise(&parsed)),
        };
        documents.iter().map(one).sum::<usize>()
    });
}

/// A news sitemap as large as the protocol allows.
fn sitemap() -> Vec<u8> {
    let url = |n: usize| {
        format!(
            "<url><loc>https://wire.example/2026/11/harbour-railway-opens-{n}</loc><lastmod>2026-11-21T10:00:00Z</lastmod>\
             <news:news><news:publication><news:name>Wire</news:name><news:language>en</news:language></news:publication>\
             <news:publication_date>2026-11-21T10:00:00Z</news:publication_date>\
             <news:title>Harbour railway opens, part {n}</news:title></news:news></url>"
        )
    };
    let urls: String = (0..50_000).map(url).collect();
    format!(
        "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">{urls}</urlset>"
    )
    .into_bytes()
}

#[divan::bench(sample_count = 10)]
fn sitemap_of_50_000(bencher: Bencher<'_, '_>) {
    let (bytes, url) = (sitemap(), address());
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        let parsed = read_one(&bytes, &url);
        assert_eq!(parsed.entries.len(), 50_000);
        parsed
    });
}

fn page_sample(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/pages").join(name);
    std::fs::read(path).expect("the sample is there")
}

#[divan::bench]
fn page_by_selectors(bencher: Bencher<'_, '_>) {
    let (bytes, url) = (page_sample("newsroom-en.html"), address());
    let found = propose(&bytes, &about(&url), NOW).expect("a list");
    let count = BytesCount::new(bytes.len());
    bencher.counter(count).bench_local(|| page::read(divan::black_box(&bytes), &about(&url), &found.selectors, NOW));
}

#[divan::bench]
fn page_proposal(bencher: Bencher<'_, '_>) {
    let (bytes, url) = (page_sample("newsroom-en.html"), address());
    bencher.bench_local(|| propose(divan::black_box(&bytes), &about(&url), NOW).is_ok());
}

#[divan::bench]
fn article_on_a_page(bencher: Bencher<'_, '_>) {
    let (bytes, url) = (page_sample("article-main-en.html"), address());
    let mut entry = wiredesk::model::Entry::new(wiredesk::model::EntryKey([0; 16]));
    entry.title = "Mayor Lindqvist receives ambassador of Japan".to_owned();
    bencher.bench_local(|| article::read(divan::black_box(&bytes), &about(&url), &entry).is_ok());
}

#[divan::bench]
fn plain_text(bencher: Bencher<'_, '_>) {
    let html: String = (0..500).map(|n| format!("<p>{n}. {TEXT}</p>\n")).collect();
    bencher.counter(BytesCount::new(html.len())).bench_local(|| wiredesk::text::html::plain(divan::black_box(&html)));
}
