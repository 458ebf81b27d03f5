//! How fast documents are read: bytes to entries, without sanitising.

use divan::Bencher;
use divan::counter::BytesCount;
use url::Url;
use wiredesk::clock::Timestamp;
use wiredesk::parse::{About, document};

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

#[divan::bench(args = ["rss", "atom", "rdf"])]
fn read(bencher: Bencher<'_, '_>, format: &str) {
    let bytes = sample(format);
    let url = Url::parse("https://wire.example/feed").expect("a fixed address is valid");
    let about = About { url: &url, content_type: None, language: None, timezone: chrono_tz::Tz::UTC };
    let now = Timestamp::from_millis(1_795_262_400_000);
    bencher.counter(BytesCount::new(bytes.len())).bench_local(|| {
        let parsed = document(divan::black_box(&bytes), &about, now).expect("the sample is a feed");
        assert_eq!(parsed.entries.len(), 50);
        parsed
    });
}

#[divan::bench]
fn plain_text(bencher: Bencher<'_, '_>) {
    let html: String = (0..500).map(|n| format!("<p>{n}. {TEXT}</p>\n")).collect();
    bencher.counter(BytesCount::new(html.len())).bench_local(|| wiredesk::text::html::plain(divan::black_box(&html)));
}
