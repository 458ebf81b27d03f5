//! What a page, or a robots.txt, tells of the sources behind it.

use scraper::ElementRef;
use url::Url;

use crate::text::{html, tree};

use super::notes::Notes;
use super::page::{every, text_of};
use super::{About, links};

/// Candidates of one page.
const MOST: usize = crate::limits::DISCOVERED.count();

/// How a candidate was found, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum By {
    /// `link rel="alternate"` with a feed's media type: RSS and Atom autodiscovery.
    LinkElement,
    /// A link on the page whose address or text says that it is a feed.
    Anchor,
    /// An address at which many programs keep their feed.
    WellKnown,
    /// `Sitemap:` in robots.txt.
    Robots,
}

impl By {
    /// As it stands in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            By::LinkElement => "named by the page's link element",
            By::Anchor => "linked on the page",
            By::WellKnown => "at a usual address",
            By::Robots => "named by robots.txt",
        }
    }
}

/// An address that may be a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The address.
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
    /// How it was found.
    pub by: By,
}

/// Feeds that a page names, the surest first, each address once.
pub fn on_page(bytes: &[u8], about: &About<'_>) -> Vec<Candidate> {
    let mut notes = Notes::default();
    let Ok((text, _)) = text_of(bytes, about, &mut notes) else { return Vec::new() };
    let Ok(page) = tree::for_selectors(&text, &about.work) else { return Vec::new() };
    let root = page.root_element();
    let base = every(root, "base[href]").first().and_then(|base| about.url.join(base.attr("href")?).ok());
    let base = base.unwrap_or_else(|| about.url.clone());
    let mut found = Vec::new();
    for link in every(root, "link[href]").into_iter().filter(|link| is_feed_link(*link)) {
        add(&mut found, link, link.attr("title").map(html::plain_line), &base, By::LinkElement);
    }
    for link in every(root, "a[href]").into_iter().filter(|link| looks_like_feed(*link)) {
        add(&mut found, link, Some(html::plain_line(&link.inner_html())), &base, By::Anchor);
    }
    found
}

fn add(found: &mut Vec<Candidate>, link: ElementRef<'_>, title: Option<String>, base: &Url, by: By) {
    let href = link.attr("href").unwrap_or_default().trim();
    let href = match href.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("feed:") => &href[5..],
        _ => href,
    };
    let Some(url) = links::resolve(href, links::Base::Said(base)).ok().and_then(|href| Url::parse(&href).ok()) else {
        return;
    };
    if found.len() < MOST && !found.iter().any(|known| known.url == url) {
        found.push(Candidate { url, title: title.filter(|title| !title.is_empty()), by });
    }
}

fn is_feed_link(link: ElementRef<'_>) -> bool {
    let rel = link.attr("rel").unwrap_or_default().to_ascii_lowercase();
    let kind = link.attr("type").unwrap_or_default().to_ascii_lowercase();
    let alternate = rel.split_ascii_whitespace().any(|rel| matches!(rel, "alternate" | "feed"));
    let feed = ["rss+xml", "atom+xml", "rdf+xml", "feed+json"].iter().any(|known| kind.contains(known));
    // WordPress offers its API as application/json, which is no feed.
    let json = kind == "application/json" && link.attr("href").is_some_and(|href| href.contains("feed"));
    alternate && (feed || json || rel.contains("feed"))
}

fn looks_like_feed(link: ElementRef<'_>) -> bool {
    let href = link.attr("href").unwrap_or_default().to_ascii_lowercase();
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let ends = [
        ".rss",
        ".atom",
        "/rss",
        "/rss/",
        "/feed",
        "/feed/",
        "/atom",
        "rss.xml",
        "feed.xml",
        "atom.xml",
        "index.rdf",
        "feed.json",
    ];
    let text = html::plain_line(&link.inner_html()).to_lowercase();
    let page = [".html", ".htm", ".php", ".aspx"].iter().any(|end| path.ends_with(end));
    ends.iter().any(|end| path.ends_with(end))
        || href.starts_with("feed:")
        || matches!(text.as_str(), "rss" | "atom" | "rss feed" | "rss-feed" | "flux rss" | "rss订阅" | "rss訂閱")
            && !page
}

/// Addresses at which many programs keep the feed of a site, and of the section
/// that `page` is in.
pub fn well_known(page: &Url) -> Vec<Candidate> {
    const PATHS: [&str; 9] =
        ["feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "news/rss", "?feed=rss2"];
    let mut bases = Vec::new();
    if let Ok(mut section) = page.join(".") {
        section.set_query(None);
        bases.push(section);
    }
    if let Ok(root) = page.join("/") {
        bases.push(root);
    }
    bases.dedup();
    let urls = bases.iter().enumerate().flat_map(|(at, base)| {
        // Of a section the two commonest.
        let take = if at == 0 && bases.len() > 1 { 2 } else { PATHS.len() };
        PATHS.iter().take(take).filter_map(|path| base.join(path).ok()).collect::<Vec<_>>()
    });
    urls.map(|url| Candidate { url, title: None, by: By::WellKnown }).collect()
}

/// The sitemaps that a robots.txt names, those of news first.
pub fn in_robots(text: &str, base: &Url) -> Vec<Candidate> {
    let named = text.split(['\n', '\r']).filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        let value = value.split('#').next().unwrap_or_default();
        let url = links::resolve(value, links::Base::Said(base)).ok().and_then(|href| Url::parse(&href).ok());
        url.filter(|_| key.trim().eq_ignore_ascii_case("sitemap"))
    });
    let mut found: Vec<Candidate> = Vec::new();
    for url in named.take(200) {
        if !found.iter().any(|known| known.url == url) {
            found.push(Candidate { url, title: None, by: By::Robots });
        }
    }
    found.sort_by_key(|candidate| !candidate.url.as_str().to_ascii_lowercase().contains("news"));
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Zone;

    fn found(page: &str) -> Vec<(String, By)> {
        let url = Url::parse("https://city.example/news/index.html").unwrap();
        let about = About {
            url: &url,
            content_type: Some("text/html"),
            language: None,
            timezone: Zone::UTC,
            work: crate::model::Work::default(),
        };
        on_page(page.as_bytes(), &about).into_iter().map(|c| (c.url.to_string(), c.by)).collect()
    }

    #[test]
    fn pages_name_their_feeds() {
        let page = "<!doctype html><base href='/en/'>\
            <link rel=\"alternate\" type=\"application/rss+xml\" title=\"News\" href=\"rss.xml\">\
            <link rel=alternate type=application/json href=/wp-json/wp/v2/posts/1>\
            <link rel=alternate hreflang=de href=/de/><link rel=stylesheet href=feed.css>\
            <a href='feed://city.example/atom.xml'>Atom</a><a href='rss.xml'>again</a>\
            <a href='/about-rss.html'>RSS</a><a href='javascript:alert(1)'>RSS</a>";
        let expected = [
            ("https://city.example/en/rss.xml".to_owned(), By::LinkElement),
            ("https://city.example/atom.xml".to_owned(), By::Anchor),
        ];
        assert_eq!(found(page), expected);
        assert!(found("plain words").is_empty());
    }

    #[test]
    fn usual_addresses_begin_in_the_section() {
        let page = Url::parse("https://city.example/news/index.html?x=1").unwrap();
        let urls: Vec<String> = well_known(&page).iter().map(|c| c.url.to_string()).collect();
        assert_eq!(urls[0], "https://city.example/news/feed");
        assert!(urls.contains(&"https://city.example/rss.xml".to_owned()));
        assert!(urls.contains(&"https://city.example/?feed=rss2".to_owned()) && urls.len() == 11, "{urls:?}");
    }

    #[test]
    fn robots_txt_names_sitemaps() {
        let base = Url::parse("https://city.example/robots.txt").unwrap();
        let text = "User-agent: *\nDisallow: /x\nSitemap: https://city.example/sitemap.xml\nsitemap: /news-sitemap.xml # new\nSitemap: ftp://x/";
        let urls: Vec<String> = in_robots(text, &base).iter().map(|c| c.url.to_string()).collect();
        assert_eq!(urls, ["https://city.example/news-sitemap.xml", "https://city.example/sitemap.xml"]);
    }
}
