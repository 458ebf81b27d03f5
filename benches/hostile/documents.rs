//! Hostile documents whose cost lies in what is made of them: fields by the ten
//! thousand, HTML that is slow to take apart, pages, articles, `robots.txt`, other
//! people's hosts, growth for ever.

use std::fmt::Write as _;

use crate::cases::{gzip, item, rss};
use crate::origin::Origin;
use crate::reply::Reply;

/// How many of a repeated element a document brings.
const MANY: usize = 80_000;

/// A hostile source: what it serves, and the lines of its configuration besides `url`.
pub struct Hostile {
    pub name: &'static str,
    pub lines: &'static str,
    pub serve: fn(&Origin),
}

fn repeated(element: &str) -> String {
    let elements: String = (0..MANY).map(|n| element.replace('#', &n.to_string())).collect();
    rss(&item(1, &elements))
}

fn with_text(html: &str) -> String {
    rss(&item(1, &format!("<description><![CDATA[{html}]]></description>")))
}

fn page(of: &str) -> String {
    format!("<!DOCTYPE html><html><head><title>List</title></head><body><ul>{of}</ul></body></html>")
}

fn feed(origin: &Origin, document: String) {
    origin.set("/feed", Reply::ok(document));
}

fn packed(origin: &Origin, document: &str) {
    origin.set("/feed", Reply::ok(gzip(document.as_bytes())).header("Content-Encoding", "gzip"));
}

fn attributes() -> String {
    let attributes = (0..200_000).fold(String::new(), |mut all, n| {
        let _ = write!(all, " a{n}=1");
        all
    });
    format!("<p{attributes}>text</p>")
}

fn references() -> String {
    format!("<p>{}</p>", "&#".repeat(500_000))
}

fn unclosed() -> String {
    format!("{}{}", "<b><i><a href=x><font>".repeat(20_000), "<p>".repeat(20_000))
}

const PAGE: &str = "kind = \"page\"\n[source.page]\nentries = \"li\"\nlink = \"a\"\ntitle = \"a\"\n";
const FULL: &str = "full_text = true\n";

fn list(origin: &Origin, html: &str) {
    origin.set(
        "/feed",
        Reply::ok(page(&format!("<li><a href=/1>One headline</a></li>{html}"))).header("Content-Type", "text/html"),
    );
}

/// A feed of one teaser whose article is `html`.
fn article(origin: &Origin, html: String) {
    let link = origin.url("/article");
    feed(origin, rss(&item(1, "").replace("https://x.example/1", link.as_str())));
    origin.set("/article", Reply::ok(page(&html)).header("Content-Type", "text/html"));
}

/// Every hostile document.
pub fn documents() -> Vec<Hostile> {
    let one = |name, lines, serve| Hostile { name, lines, serve };
    vec![
        one("fields: keywords", "", |o| packed(o, &repeated("<media:keywords>k#</media:keywords>"))),
        one("fields: categories", "", |o| packed(o, &repeated("<category>c#</category>"))),
        one("fields: authors", "", |o| packed(o, &repeated("<author>a#@x.example (A #)</author>"))),
        one("fields: enclosures", "", |o| {
            packed(o, &repeated("<enclosure url=\"https://x.example/#\" type=\"a/b\"/>"))
        }),
        one("fields: links", "", |o| packed(o, &repeated("<atom:link rel=\"hub\" href=\"https://h.example/#\"/>"))),
        one("fields: rights of 18 MB", "", |o| {
            packed(o, &rss(&format!("<copyright>{}</copyright>{}", "r".repeat(18 << 20), item(1, ""))));
        }),
        one("fields: ids of 800 KB", "", |o| {
            let ids: String = (0..10)
                .map(|n| format!("<item><guid>{n}{}</guid><title>T {n}</title></item>", "i".repeat(800_000)))
                .collect();
            packed(o, &rss(&ids));
        }),
        one("fields: JSON tags", "", |o| {
            let tags = (0..MANY).map(|n| format!("\"t{n}\"")).collect::<Vec<_>>().join(",");
            let json = format!(
                "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"items\":[{{\"id\":\"1\",\"content_text\":\"x\",\"tags\":[{tags}]}}]}}"
            );
            o.set("/feed", Reply::ok(json).header("Content-Type", "application/feed+json"));
        }),
        one("HTML: attributes", "", |o| feed(o, with_text(&attributes()))),
        one("HTML: references", "", |o| feed(o, with_text(&references()))),
        one("HTML: unclosed", "", |o| feed(o, with_text(&unclosed()))),
        one("page: attributes", PAGE, |o| list(o, &attributes())),
        one("page: references", PAGE, |o| list(o, &references())),
        one("page: unclosed", PAGE, |o| list(o, &unclosed())),
        one("article: attributes", FULL, |o| article(o, attributes())),
        one("article: references", FULL, |o| article(o, references())),
        one("article: paragraphs", FULL, |o| {
            article(o, "<div><p>Some words, and more of them.</p></div>".repeat(100_000))
        }),
        one("robots: wildcards", "", |o| {
            o.set("/robots.txt", Reply::ok(format!("User-agent: *\n{}", "Disallow: /*a*b*c*d*e\n".repeat(22_000))));
            feed(o, rss(&item(1, "")));
        }),
        one("growth: new ids", "", |o| {
            let mut polls = 0;
            o.script("/feed", move |_| {
                polls += 1;
                Reply::ok(rss(&(0..20_000).map(|n| item(polls * 20_000 + n, "")).collect::<String>()))
            });
        }),
        one("growth: revisions", "", |o| {
            let mut polls = 0;
            o.script("/feed", move |_| {
                polls += 1;
                let text = format!("<description>version {polls} {}</description>", "w ".repeat(400_000));
                Reply::ok(rss(&item(1, &text)))
            });
        }),
        one("growth: large texts", "", |o| {
            let mut polls = 0;
            o.script("/feed", move |_| {
                polls += 1;
                let text = format!("<description>{}</description>", "w ".repeat(500_000));
                Reply::ok(gzip(rss(&(0..8).map(|n| item(polls * 8 + n, &text)).collect::<String>()).as_bytes()))
                    .header("Content-Encoding", "gzip")
            });
        }),
        one("stall: an article that never comes", FULL, |o| {
            let link = o.url("/article");
            feed(o, rss(&item(1, "").replace("https://x.example/1", link.as_str())));
            o.set("/article", Reply::silence());
        }),
    ]
}
