//! Links out of documents: absolute http or https, or nothing (B70, B72).

use url::{Host, Url};

use crate::limits::LINK;
use crate::text::html;
use crate::text::xml::{Token, Tokens};

use super::section::without_marks;

/// Why a link cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unusable {
    /// There is no text.
    Empty,
    /// No URL can be made out.
    Unresolvable,
    /// Another scheme: `javascript`, `data`, `mailto` and the rest.
    Scheme,
    /// What says that there is none: `N/A`, a word, a sentence.
    NoAddress,
    /// Longer than any link that is kept.
    TooLong,
}

/// What a relative link resolves against.
#[derive(Clone, Copy, Debug)]
pub enum Base<'a> {
    /// What the document says, who therefore knows of relative links.
    Said(&'a Url),
    /// Where the document lies, or its page.
    Own(&'a Url),
}

impl<'a> Base<'a> {
    /// What the document says, else `own`.
    pub fn of(said: Option<&'a Url>, own: &'a Url) -> Self {
        said.map_or(Base::Own(own), Base::Said)
    }
}

/// So much longer than its URL may be what stands for it: markup around it, ampersands
/// that were escaped again and again.
const WRAPPING: usize = 4;

/// `href` against `base`. A good absolute link stays as it was written.
pub fn resolve(href: &str, base: Base<'_>) -> Result<String, Unusable> {
    let href = unquoted(without_marks(href).trim());
    if href.is_empty() {
        return Err(Unusable::Empty);
    }
    if href.len() > WRAPPING * LINK.count() {
        return Err(Unusable::TooLong);
    }
    if href.starts_with('<') {
        let inside = address_in(href);
        return if inside.contains('<') { Err(Unusable::NoAddress) } else { resolve(&inside, base) };
    }
    // Escaped twice, or once in a CDATA section (B74).
    if href.contains("&amp;") {
        return resolve(&unescaped(href), base);
    }
    let url = match Url::parse(href) {
        // A host and its port look like a scheme.
        Ok(url) if url.scheme().contains('.') => relative(href, base)?,
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => relative(href, base)?,
        Err(_) => return Err(Unusable::Unresolvable),
    };
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(Unusable::Scheme);
    }
    let as_written = (href.starts_with("http://") || href.starts_with("https://")) && href.bytes().all(is_plain);
    if as_written && href.len() <= LINK.count() {
        return Ok(href.to_owned());
    }
    let link = String::from(url);
    if link.len() > LINK.count() { Err(Unusable::TooLong) } else { Ok(link) }
}

/// `href` without quotation marks around it.
fn unquoted(href: &str) -> &str {
    const MARKS: [char; 3] = ['"', '\u{201c}', '\u{201d}'];
    if href.starts_with(MARKS) || href.ends_with(MARKS) { href.trim_matches(MARKS) } else { href }
}

/// A URL without a scheme: one beside `base`, or a host's.
fn relative(href: &str, base: Base<'_>) -> Result<Url, Unusable> {
    if let Some(host) = without_scheme(href) {
        // A host that serves https alone redirects from http to it.
        return Url::parse(&format!("http://{host}")).map_err(|_| Unusable::Unresolvable);
    }
    for (slip, meant) in [("http//", "http://"), ("https//", "https://"), ("://", "http://")] {
        if let Some(rest) = href.strip_prefix(slip) {
            return Url::parse(&format!("{meant}{rest}")).map_err(|_| Unusable::Unresolvable);
        }
    }
    let (url, sound) = match base {
        Base::Said(url) => (url, !says_none(href)),
        Base::Own(url) => (url, !says_none(href) && looks_like_an_address(href)),
    };
    if !sound {
        return Err(Unusable::NoAddress);
    }
    url.join(href).map_err(|_| Unusable::Unresolvable)
}

/// The URL inside markup that stands where a URL should.
fn address_in(markup: &str) -> String {
    let tags = Tokens::new(markup).filter_map(|token| match token {
        Token::Start(tag) => Some(tag),
        _ => None,
    });
    let named = tags.take(4).find_map(|tag| {
        let mut attributes = tag.attributes().take(16);
        attributes.find(|(name, _)| name.eq_ignore_ascii_case("href")).map(|(_, value)| value)
    });
    match named {
        Some(value) => {
            let mut address = String::new();
            html::decode(value, &mut address);
            address
        }
        // `<https://…>`, as in mail.
        None if markup.contains("://") && markup.ends_with('>') && !markup[1..].contains('<') => {
            markup[1..markup.len() - 1].to_owned()
        }
        None => html::plain_line(markup),
    }
}

/// Ends of the names of files, where a host has its top level.
const FILES: [&str; 27] = [
    "html", "htm", "shtml", "xhtml", "php", "php5", "phtml", "asp", "aspx", "jsp", "jspx", "do", "cgi", "pl", "cfm",
    "xml", "rss", "json", "pdf", "jpg", "jpeg", "png", "gif", "mp3", "mp4", "txt", "zip",
];

/// `href` if it is the URL of a host but for the scheme: `www.` and a name, or
/// a name with a path behind it that no file has.
fn without_scheme(href: &str) -> Option<&str> {
    let end = href.find(['/', '?', '#']).unwrap_or(href.len());
    let host = href[..end].split(':').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').take(8).collect();
    let sound =
        |label: &&str| !label.is_empty() && label.len() < 64 && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let top = labels.last()?.to_ascii_lowercase();
    let named = labels.len() > 1 && labels.iter().all(sound) && top.len() > 1 && top.chars().all(char::is_alphabetic);
    let www = labels[0].eq_ignore_ascii_case("www");
    (named
        && !FILES.contains(&top.as_str())
        && (www && labels.len() > 2 || end < href.len() && href[end..].starts_with('/')))
    .then_some(href)
}

/// Whether `href` is how somebody writes that there is none.
fn says_none(href: &str) -> bool {
    const NONE: [&str; 12] =
        ["n/a", "n.a.", "k.a.", "w/o", "s/o", "#n/a", "none", "null", "nil", "undefined", "unknown", "no link"];
    NONE.contains(&href.to_lowercase().as_str()) || !href.chars().any(|c| c.is_alphanumeric() || matches!(c, '/' | '.'))
}

/// Whether a relative `href` can be a URL at all: a word or a sentence is none.
fn looks_like_an_address(href: &str) -> bool {
    if matches!(href, "." | ".." | "...") {
        return false;
    }
    let path = href.split(['?', '#']).next().unwrap_or_default();
    // Names of files have blanks in them now and then; sentences have no path.
    if href.contains(char::is_whitespace) {
        return path.contains('/') || path.rsplit_once('.').is_some_and(|(_, end)| FILES.contains(&end));
    }
    href.contains(['/', '.', '?', '#', '=', '-', '_', '%']) || href.bytes().any(|b| b.is_ascii_digit())
}

/// Whether a document at `own` tells of the pages of another host: its `page`
/// is on one, and both are known by name, or it says that it lies there itself.
/// A host that is known by number may well have that name.
pub fn leads_elsewhere(page: &Url, own: &Url, says: Option<&Url>) -> bool {
    let web = matches!(page.scheme(), "http" | "https");
    if !web || page.host_str() == own.host_str() {
        return false;
    }
    let named = |url: &Url| matches!(url.host(), Some(Host::Domain(name)) if name.contains('.'));
    named(page) && (named(own) || says.is_some_and(|says| says.host_str() == page.host_str()))
}

/// `href` without the escaping of its ampersands, however often it was done;
/// what comes of it holds none any more.
fn unescaped(href: &str) -> String {
    let mut out = String::with_capacity(href.len());
    let mut rest = href;
    while let Some(at) = rest.find("&amp;") {
        out.push_str(&rest[..=at]);
        rest = &rest[at + "&amp;".len()..];
        while let Some(again) = rest.strip_prefix("amp;") {
            rest = again;
        }
    }
    out.push_str(rest);
    out
}

/// Whether a byte may stand in a URL unescaped.
fn is_plain(b: u8) -> bool {
    b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_absolute_or_nothing() {
        let base = Url::parse("https://wire.example/news/feed.xml").unwrap();
        let check = |href: &str, expected: Result<&str, Unusable>| {
            assert_eq!(resolve(href, Base::Own(&base)).as_deref(), expected.as_ref().map(|s| *s), "{href}");
        };
        check("http://a.example", Ok("http://a.example"));
        check(" https://a.example/x?a=1&b=2#c ", Ok("https://a.example/x?a=1&b=2#c"));
        check("item/1", Ok("https://wire.example/news/item/1"));
        check("//cdn.example/x", Ok("https://cdn.example/x"));
        check("?id=4", Ok("https://wire.example/news/feed.xml?id=4"));
        check("https://a.example/ü b", Ok("https://a.example/%C3%BC%20b"));
        check("https://a.example/?a=1&amp;b=2", Ok("https://a.example/?a=1&b=2"));
        check("javascript:alert(1)", Err(Unusable::Scheme));
        check("JaVaScRiPt:alert(1)", Err(Unusable::Scheme));
        check("java\nscript:alert(1)", Err(Unusable::Scheme));
        check("data:text/html,x", Err(Unusable::Scheme));
        check("http://", Err(Unusable::Unresolvable));
        check("", Err(Unusable::Empty));
        // B101.
        let path = |length: usize| format!("https://a.example/{}", "a".repeat(length));
        let most = LINK.count() - path(0).len();
        check(&path(most), Ok(&path(most)));
        check(&path(most + 1), Err(Unusable::TooLong));
        check(&path(1 << 20), Err(Unusable::TooLong));
        check(&"ü".repeat(LINK.count() / 4), Err(Unusable::NoAddress));
        check(&format!("/{}", "ü".repeat(LINK.count() / 4)), Err(Unusable::TooLong));
    }

    /// B72: what is no URL leads nowhere; what lacks its scheme leads to its host.
    #[test]
    fn what_is_no_address_becomes_none() {
        let base = Url::parse("https://wire.example/news/feed.xml").unwrap();
        let check = |href: &str, expected: Option<&str>| {
            assert_eq!(resolve(href, Base::Own(&base)).ok().as_deref(), expected, "{href}");
        };
        for none in [
            "N/A",
            "n/a",
            "#",
            "-",
            "--",
            "none",
            "null",
            "unbekannt",
            "keine Angabe",
            "No link. Sorry",
            "无",
            "…",
            "k.A.",
        ] {
            check(none, None);
        }
        check("www.city.example/x", Some("http://www.city.example/x"));
        check("WWW.City.Example", Some("http://www.city.example/"));
        check("city.example/news/2", Some("http://city.example/news/2"));
        check("presse.stadt.example:8080/2?a=1", Some("http://presse.stadt.example:8080/2?a=1"));
        check("http//city.example/3", Some("http://city.example/3"));
        check("http:/city.example/3", Some("http://city.example/3"));
        check("<![CDATA[https://city.example/4]]>", Some("https://city.example/4"));
        check("<a href=\"https://city.example/5?a=1&amp;b=2\">five</a>", Some("https://city.example/5?a=1&b=2"));
        check("<https://city.example/6>", Some("https://city.example/6"));
        check("\"https://city.example/7\"", Some("https://city.example/7"));
        assert_eq!(resolve("word", Base::Said(&base)).as_deref(), Ok("https://wire.example/news/word"));
        assert_eq!(resolve("N/A", Base::Said(&base)), Err(Unusable::NoAddress));
        // Paths as they are met.
        check("4.html", Some("https://wire.example/news/4.html"));
        check("index.php/news/2", Some("https://wire.example/news/index.php/news/2"));
        check("/en/news/5", Some("https://wire.example/en/news/5"));
        check("../a b/c", Some("https://wire.example/a%20b/c"));
        check("annual report.pdf", Some("https://wire.example/news/annual%20report.pdf"));
        check("48213", Some("https://wire.example/news/48213"));
        check("v1.2/notes", Some("https://wire.example/news/v1.2/notes"));
        check("#v2", Some("https://wire.example/news/feed.xml#v2"));
        check("/", Some("https://wire.example/"));
        check("?p=7", Some("https://wire.example/news/feed.xml?p=7"));
    }

    /// B72.
    #[test]
    fn a_page_on_another_host_is_told_from_a_host_known_by_number() {
        let check = |page: &str, own: &str, says: Option<&str>, expected: bool| {
            let url = |text: &str| Url::parse(text).unwrap();
            assert_eq!(leads_elsewhere(&url(page), &url(own), says.map(url).as_ref()), expected, "{page} {own}");
        };
        check("https://city.example/", "https://feeds.cdn.example/city", None, true);
        check("https://city.example/news/", "https://city.example/rss", None, false);
        check("https://city.example/", "http://127.0.0.1:8000/rss", None, false);
        check("https://city.example/", "http://127.0.0.1:8000/rss", Some("https://city.example/rss"), true);
        check("https://city.example/", "http://localhost/rss", Some("http://localhost/rss"), false);
        check("http://10.0.0.1/", "https://feeds.cdn.example/city", None, false);
        check("ftp://city.example/", "https://feeds.cdn.example/city", None, false);
    }
}
