//! What a page, or a robots.txt, tells of the sources behind it.

use scraper::ElementRef;
use url::Url;

use crate::model::without_prefix;
use crate::text::{html, tree};

use super::About;
use super::base::base_of;
use super::notes::Notes;
use super::page::{every, text_of};
use super::text::links;

mod looks;

pub use looks::tells_of_comments;

/// Candidates of one page.
const MOST: usize = crate::limits::DISCOVERED.count();
/// Sitemaps of a robots.txt that are looked through for those of news.
const MOST_MAPS: usize = crate::limits::ROBOTS_MAPS.count();

/// How a candidate was found, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum By {
    /// `link rel="alternate"` with a feed's media type: RSS and Atom autodiscovery.
    LinkElement,
    /// A link on the page whose URL or text says that it is a feed.
    Anchor,
    /// A URL at which many programs keep their feed.
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

/// What a source is about, as far as a page tells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Topic {
    /// The news of the site, or of a part of it.
    News,
    /// What readers wrote below them.
    Comments,
}

/// A URL that may be a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Where it is.
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
    /// How it was found.
    pub by: By,
    /// What it is about.
    pub topic: Topic,
}

/// Feeds that a page names, each URL once: those of news before those of
/// comments, of these the surest first.
pub fn on_page(bytes: &[u8], about: &About<'_>) -> Vec<Candidate> {
    let mut notes = Notes::default();
    let Ok((text, _)) = text_of(bytes, about, &mut notes) else { return Vec::new() };
    let Ok(page) = tree::for_selectors(&text, &about.work) else { return Vec::new() };
    let root = page.root_element();
    let base = base_of(every(root, "base[href]").first().and_then(|base| base.attr("href")), about.url);
    let mut found = Vec::new();
    for link in every(root, "link[href]").into_iter().filter(|link| looks::is_feed_link(*link)) {
        add(&mut found, link, link.attr("title").map(html::plain_line), &base, By::LinkElement);
    }
    for link in every(root, "a[href]").into_iter().filter(|link| looks::is_visible_feed(*link)) {
        add(&mut found, link, looks::name(link), &base, By::Anchor);
    }
    found.sort_by_key(|candidate| (candidate.topic, candidate.by));
    found.truncate(MOST);
    found
}

fn add(found: &mut Vec<Candidate>, link: ElementRef<'_>, title: Option<String>, base: &Url, by: By) {
    let href = link.attr("href").unwrap_or_default().trim();
    // Without a scheme, `feed://` is reached as the page was.
    let href = without_prefix(href, "feed:").unwrap_or(href);
    let Some(url) = links::resolve(href, links::Base::Said(base)).ok().and_then(|href| Url::parse(&href).ok()) else {
        return;
    };
    let title = title.filter(|title| !title.is_empty());
    let comments = looks::leads_to_comments(&url) || title.as_deref().is_some_and(tells_of_comments);
    let topic = if comments { Topic::Comments } else { Topic::News };
    // As many of each topic: those of comments leave the news their room, wherever these stand.
    let is_full = found.iter().filter(|known| known.topic == topic).count() >= MOST;
    if !is_full && !found.iter().any(|known| known.url == url) {
        found.push(Candidate { url, title, by, topic });
    }
}

/// URLs at which many programs keep the feed of a site, and of the section
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
    urls.map(|url| Candidate { url, title: None, by: By::WellKnown, topic: Topic::News }).collect()
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
    for url in named.take(MOST_MAPS) {
        if !found.iter().any(|known| known.url == url) {
            found.push(Candidate { url, title: None, by: By::Robots, topic: Topic::News });
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
            ("https://city.example/about-rss.html".to_owned(), By::Anchor),
        ];
        assert_eq!(found(page), expected);
        assert!(found("plain words").is_empty());
    }

    /// B180: news before comments, whatever their order on the page.
    #[test]
    fn comments_come_last_b180() {
        let page = "<link rel=alternate type='application/rss+xml' title='City &raquo; Comments Feed' href='/comments/feed/'>\
            <link rel=alternate type='application/rss+xml' title='City &raquo; Bridge opens Kommentar-Feed' href='/bridge/feed/'>\
            <link rel=alternate type='application/rss+xml' title='City &raquo; Feed' href='/feed/'>\
            <link rel=alternate type='application/atom+xml' href='/feeds/77/comments/default'>\
            <a href='/press/rss'>Press releases</a>";
        let order: Vec<String> = found(page).into_iter().map(|(url, _)| url).collect();
        let expected = ["/feed/", "/press/rss", "/comments/feed/", "/bridge/feed/", "/feeds/77/comments/default"];
        assert_eq!(order, expected.map(|path| format!("https://city.example{path}")));
    }

    /// B180: however many feeds of comments a page names first, its news are among what it leads to.
    #[test]
    fn many_comments_hide_no_news_b180() {
        let link = |path: &str| format!("<link rel=alternate type='application/rss+xml' href='{path}'>");
        let comments: String = (0..2 * MOST).map(|n| link(&format!("/story-{n}/comments/feed/"))).collect();
        let order = found(&format!("{comments}{}<a href='/press/rss'>Press releases</a>", link("/feed/")));
        assert_eq!(order.len(), MOST);
        let news = [("https://city.example/feed/", By::LinkElement), ("https://city.example/press/rss", By::Anchor)];
        assert_eq!(order[..2], news.map(|(url, by)| (url.to_owned(), by)));
    }

    /// B180: what a person sees is a feed.
    #[test]
    fn visible_links_are_seen_b180() {
        let check = |link: &str, expected: Option<&str>| {
            let got = found(link).into_iter().next();
            let expected = expected.map(|path| (format!("https://city.example{path}"), By::Anchor));
            assert_eq!(got, expected, "{link}");
        };
        check("<a href=/press/feed>Subscribe</a>", Some("/press/feed"));
        check("<a href=/xml/news.xml>RSS</a>", Some("/xml/news.xml"));
        check("<a href=/rss/press.aspx>Press releases</a>", Some("/rss/press.aspx"));
        check("<a href='/?feed=rss2'>Abonnieren</a>", Some("/?feed=rss2"));
        check("<a href=/export?type=9818>RSS-Feed abonnieren</a>", Some("/export?type=9818"));
        check("<a href=/s/9><img src=/i/rss.png alt=''></a>", Some("/s/9"));
        check("<a href=/s/9><i class='fa fa-rss-square'></i></a>", Some("/s/9"));
        check("<a href=/s/9 title='Лента RSS'><svg></svg></a>", Some("/s/9"));
        check("<a href=/s/9 aria-label='Atom'><svg></svg></a>", Some("/s/9"));
        check("<a href=/s/9 class=icon-feed></a>", Some("/s/9"));
        check("<a href=/rss-explained>What is RSS, and how do I read the news of the city with it?</a>", None);
        check("<a href=/press/rss-kanaler.html>RSS-kanaler</a>", Some("/press/rss-kanaler.html"));
        check("<a href=/sitemap.xml>Sitemap</a>", None);
        check("<a href=/feedback>Feedback</a>", None);
        check("<a href=/news/atomic-energy>Atomic energy agency opens office</a>", None);
        check("<a href=mailto:rss@city.example>RSS</a>", None);
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
