//! What on a page looks like a link to a feed, and what like one to comments.

use scraper::ElementRef;
use url::Url;

use crate::text::html;
use crate::text::script::is_unspaced;

use super::every;

/// Longer texts speak of feeds; shorter ones are the name of one.
const LONGEST_NAME: usize = 60;

/// Words that name a feed by its format.
const FORMATS: [&str; 5] = ["rss", "atom", "rss2", "rdf", "xml"];

/// Beginnings of words for comments, as titles of their feeds have them.
const COMMENTS: [&str; 24] = [
    "comment",
    "kommentar",
    "komentar",
    "komentář",
    "komentarz",
    "comentari",
    "comentário",
    "commenti",
    "коммент",
    "комент",
    "камент",
    "reacties",
    "yorum",
    "hozzászólás",
    "σχόλια",
    "تعليقات",
    "תגובות",
    "コメント",
    "评论",
    "評論",
    "留言",
    "댓글",
    "bình luận",
    "ความคิดเห็น",
];

/// Whether a link element names a feed.
pub fn is_feed_link(link: ElementRef<'_>) -> bool {
    let rel = link.attr("rel").unwrap_or_default().to_ascii_lowercase();
    let kind = link.attr("type").unwrap_or_default().to_ascii_lowercase();
    let alternate = rel.split_ascii_whitespace().any(|rel| matches!(rel, "alternate" | "feed"));
    let feed = ["rss+xml", "atom+xml", "rdf+xml", "feed+json"].iter().any(|known| kind.contains(known));
    // WordPress offers its API as application/json, which is no feed.
    let json = kind == "application/json" && link.attr("href").is_some_and(|href| href.contains("feed"));
    alternate && (feed || json || rel.contains("feed"))
}

/// Whether a person would take a link for one to a feed: by its URL, its words,
/// or its icon.
pub fn is_visible_feed(link: ElementRef<'_>) -> bool {
    let href = link.attr("href").unwrap_or_default().trim().to_ascii_lowercase();
    if href.starts_with("feed:") || has_feed_address(&href) {
        return true;
    }
    let leads =
        !href.starts_with('#') && !["mailto:", "javascript:", "tel:"].iter().any(|scheme| href.starts_with(scheme));
    leads && (name(link).is_some_and(|name| names_feed(&name)) || has_icon(link))
}

/// What a link is called: its words, else what is said of it or its picture.
pub fn name(link: ElementRef<'_>) -> Option<String> {
    let picture = || every(link, "img[alt], svg[aria-label]").first().copied();
    let said = [
        Some(html::plain_line(&link.inner_html())),
        link.attr("aria-label").map(str::to_owned),
        link.attr("title").map(str::to_owned),
        picture().and_then(|picture| picture.attr("alt").or(picture.attr("aria-label")).map(str::to_owned)),
    ];
    said.into_iter().flatten().map(|text| text.trim().to_owned()).find(|text| !text.is_empty())
}

/// Paths at which programs keep their feeds.
fn has_feed_address(href: &str) -> bool {
    const ENDS: [&str; 5] = [".rss", ".atom", ".rdf", "feed.json", "feed.xml"];
    let (path, query) = href.split('#').next().and_then(|href| href.split_once('?')).unwrap_or((href, ""));
    let path = path.split('#').next().unwrap_or_default();
    let (folders, last) = path.rsplit_once('/').map_or(("", path), |(folders, last)| (folders, last));
    let parts = || path.split('/').filter(|part| !part.is_empty());
    let is_page = [".html", ".htm"].iter().any(|end| path.ends_with(end));
    let by_query = query.split('&').any(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        matches!(value, "rss" | "rss2" | "rss20" | "atom" | "rdf") || matches!(key, "feed" | "rss") && !value.is_empty()
    });
    ENDS.iter().any(|end| path.ends_with(end))
        || last.ends_with(".xml") && last.split(['.', '-', '_']).any(|word| matches!(word, "rss" | "feed" | "atom"))
        || parts().next_back().is_some_and(|part| matches!(part, "rss" | "feed" | "atom" | "rss2" | "feeds"))
        || folders.split('/').any(|part| part == "rss") && !is_page && !last.is_empty()
        || path.contains("feeds.feedburner.com/")
        || path.contains("/feeds/posts/")
        || by_query && !is_page
}

/// Words that are the name of a feed: "RSS", "RSS-Feed abonnieren", "Лента RSS".
fn names_feed(name: &str) -> bool {
    if name.len() > LONGEST_NAME || name.contains('?') {
        return false;
    }
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let alone = |word: &str| name.trim() == word;
    words.any(|word| matches!(word, "rss" | "rss2")) || FORMATS.iter().any(|word| alone(word)) || alone("feed")
}

/// Whether a link is, or shows, the sign of feeds.
fn has_icon(link: ElementRef<'_>) -> bool {
    let words = |text: &str| {
        text.to_ascii_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).any(|w| matches!(w, "rss" | "feed"))
    };
    let shown = every(link, "i, span, svg, use, img");
    let inner = shown.into_iter().take(6).any(|element| {
        let value = element.value();
        let file = value.attr("src").or(value.attr("href")).or(value.attr("xlink:href"));
        let file = file.and_then(|file| file.rsplit(['/', '#']).next());
        value.classes().any(words) || file.is_some_and(words)
    });
    let bare = html::plain_line(&link.inner_html()).is_empty();
    bare && (inner || link.value().classes().any(words))
}

/// Whether a URL is where programs keep the feeds of comments.
pub fn leads_to_comments(url: &Url) -> bool {
    let parts = url.path_segments().into_iter().flatten();
    let of_path = parts.into_iter().any(|part| {
        let part = part.to_ascii_lowercase();
        part.split(['.', '-', '_']).any(|word| matches!(word, "comments" | "comment" | "kommentare" | "commentaires"))
    });
    of_path || url.query_pairs().any(|(_, value)| value.to_ascii_lowercase().starts_with("comments"))
}

/// Whether the title of a feed says that it holds what readers wrote.
pub fn tells_of_comments(title: &str) -> bool {
    let title = title.to_lowercase();
    let begins = |known: &str| {
        title.match_indices(known).any(|(at, _)| {
            let before = title[..at].chars().next_back();
            known.chars().all(is_unspaced) || before.is_none_or(|c| !c.is_alphanumeric())
        })
    };
    COMMENTS.iter().any(|known| begins(known))
}
