//! Addresses as they may be shown: a source's address is a key to it as often as
//! not, and nobody else's business (checks B36, B116, R26).
//!
//! [`PublicUrl`] is what pages, documents, logs and errors hold in place of an
//! address; there is no way to make one that shows a user name, a password, a
//! query or a key. [`masked`] does the same to every address within a text: it is
//! what errors and logs go through, so that no text can be forgotten.

use std::borrow::Cow;
use std::fmt;

use url::Url;

/// What stands for what is not shown.
const HIDDEN: &str = "***";

/// An address without what may be secret in it.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicUrl {
    shown: String,
    /// Host, port and path of the whole, for telling that another leads there too.
    place: Option<String>,
}

impl PublicUrl {
    /// `url` without user name, password, query and fragment; what looks like a
    /// key in its path is `***`.
    pub fn of(url: &Url) -> Self {
        PublicUrl { shown: address(url.as_str()), place: place(url) }
    }

    /// The same of a text that should be an address.
    pub fn read(text: &str) -> Self {
        PublicUrl { shown: address(text.trim()), place: Url::parse(text.trim()).ok().as_ref().and_then(place) }
    }

    /// `url` with its query and path, by its operator's leave; never with user
    /// name, password or fragment.
    pub fn by_leave(url: &Url) -> Self {
        let mut whole = url.clone();
        // Both fail only where there are none.
        let _ = whole.set_username("");
        let _ = whole.set_password(None);
        whole.set_fragment(None);
        PublicUrl { shown: whole.into(), place: None }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The address as a link that leads somewhere: none where part of its path is
    /// hidden.
    pub fn link(&self) -> Option<&str> {
        (!self.shown.contains(HIDDEN)).then_some(&self.shown)
    }

    /// Whether `url` is this address, whatever its query says.
    pub fn hides(&self, url: &Url) -> bool {
        self.place.is_some() && self.place == place(url)
    }

    /// Whether `text` is this address with something in it that is hidden here.
    pub fn is_told_by(&self, text: &str) -> bool {
        Url::parse(text).is_ok_and(|url| self.hides(&url) && address(url.as_str()) != url.as_str())
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.shown, f)
    }
}

fn place(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.');
    Some(format!("{host}:{}{}", url.port_or_known_default()?, url.path()))
}

/// `url` for the eyes of the operator alone, on their own command line: names of
/// parameters are shown, and values that are plainly no secrets (check B36).
pub fn redacted(url: &Url) -> String {
    let bare = address(url.as_str());
    let bare = match (url.username().is_empty() && url.password().is_none(), bare.split_once("://")) {
        (false, Some((scheme, rest))) => format!("{scheme}://{HIDDEN}@{rest}"),
        _ => bare,
    };
    let pairs = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).map(pair);
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { bare } else { format!("{bare}?{}", pairs.join("&")) }
}

fn pair(text: &str) -> String {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    match text.split_once('=') {
        Some((name, value)) if is_secret(&decoded(name), &decoded(value)) => format!("{name}={HIDDEN}"),
        None if is_secret("", &decoded(text)) => HIDDEN.to_owned(),
        _ => text.to_owned(),
    }
}

/// Whether `url` may hold a secret, so that a list for strangers leaves it out: a
/// user name, a parameter that is called like a key or holds what looks like one,
/// a key in its path.
pub fn may_hold_secret(url: &Url) -> bool {
    let path = address(url.as_str());
    let whole = url.as_str().split(['?', '#']).next().unwrap_or_default();
    path != whole || url.query_pairs().any(|(name, value)| is_secret(&name, &value))
}

/// Parts of the names of parameters whose values open doors.
const SECRET_PARTS: [&str; 12] = [
    "token",
    "passw",
    "pwd",
    "secret",
    "signature",
    "apikey",
    "credential",
    "session",
    "ticket",
    "bearer",
    "jwt",
    "otp",
];
/// Names of such parameters.
const SECRETS: [&str; 16] = [
    "key", "auth", "authkey", "code", "sig", "sid", "pass", "hash", "user", "login", "k", "t", "pin", "uid", "id_hash",
    "userkey",
];

fn is_secret(name: &str, value: &str) -> bool {
    let name: String = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let called = SECRET_PARTS.iter().any(|part| name.contains(part))
        || SECRETS.contains(&name.as_str())
        || name.ends_with("key")
        || name.ends_with("auth");
    called || is_key(value) || value.split(|c: char| !c.is_ascii_alphanumeric()).any(|run| changes(run) > 1)
}

/// Every address in `text` as [`PublicUrl`] shows it, and what looks like the query
/// of one that stands without its host.
pub fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains("//") && !text.contains('?') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\' | '|');
    for word in text.split_inclusive(ends) {
        let body = word.trim_end_matches(ends);
        let (body, behind) = word.split_at(body.len());
        // A sentence goes on behind an address.
        let inner = body.trim_end_matches([',', '.', ';', ':', ')', ']', '}', '!', '?']);
        let (inner, stop) = body.split_at(inner.len());
        shown.push_str(&word_masked(inner));
        shown.push_str(stop);
        shown.push_str(behind);
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

fn word_masked(word: &str) -> String {
    if let Some(at) = word.find("//") {
        // What stands before the scheme is no part of the address.
        let scheme = word[..at].strip_suffix(':').map_or(at, |before| {
            before
                .rfind(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
                .map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8))
        });
        return format!("{}{}", &word[..scheme], address(&word[scheme..]));
    }
    match word.split_once('?') {
        Some((before, query)) if query.contains('=') || query.contains("%3D") || query.contains("%3d") => {
            format!("{}?{HIDDEN}", path(before))
        }
        _ => word.to_owned(),
    }
}

/// An address, its scheme in front or missing, without its secrets.
fn address(text: &str) -> String {
    let bare = &text[..text.find(['?', '#']).unwrap_or(text.len())];
    let Some(slashes) = bare.find("//") else { return path(bare) };
    let (scheme, rest) = bare.split_at(slashes + 2);
    let (authority, way) = rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}{host}{}", path(way))
}

/// A path without its parameters, keys hidden.
fn path(text: &str) -> String {
    let segments: Vec<Cow<'_, str>> = text.split('/').map(segment).collect();
    segments.join("/")
}

fn segment(text: &str) -> Cow<'_, str> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
    let hidden = |shown: String| Cow::Owned(shown);
    // Parameters of a segment (RFC 3986 §3.3), and what an escaped `?` begins.
    if let Some(at) = decoded.find([';', '?', '#']) {
        // What is kept holds none of these, so that this ends.
        let kept = &text[..text.find([';', '%', '?', '#']).unwrap_or(0)];
        let kept = if text.find([';', '?', '#']) == Some(at) { &text[..at] } else { kept };
        return hidden(segment(kept).into_owned());
    }
    if let Some((name, _)) = text.split_once('=').or_else(|| text.split_once("%3D")).or_else(|| text.split_once("%3d"))
    {
        return hidden(format!("{name}={HIDDEN}"));
    }
    if decoded.contains('@') && decoded.contains(':') || is_key(&decoded) {
        return hidden(HIDDEN.to_owned());
    }
    Cow::Borrowed(text)
}

/// A run of so many letters without a blank between them is no word.
const LONGEST_WORD: usize = 40;
/// A key has at least so many characters.
const SHORTEST_KEY: usize = 16;

/// Whether `text` looks drawn by lot: a long number in hexadecimal, letters and
/// digits or cases that change all the time, or letters that go on for longer than
/// words do.
fn is_key(text: &str) -> bool {
    // A key stays one beside other signs: `bot1234:AAHdqTcv…`.
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.~+".contains(c))).any(is_drawn_by_lot)
}

fn is_drawn_by_lot(text: &str) -> bool {
    // `UUID.xml` is as secret as `UUID`.
    let text = text.rsplit_once('.').filter(|(_, end)| end.len() <= 5).map_or(text, |(name, _)| name);
    if text.len() < SHORTEST_KEY {
        return false;
    }
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let longest = text.split(|c: char| !c.is_ascii_alphabetic()).map(str::len).max().unwrap_or(0);
    let hex = letters.len() >= SHORTEST_KEY
        && letters.bytes().all(|b| b.is_ascii_hexdigit())
        && letters.contains(|c: char| c.is_ascii_digit())
        && letters.contains(|c: char| c.is_ascii_alphabetic());
    hex || changes(&letters) * 5 >= letters.len() || longest > LONGEST_WORD
}

/// How often lower case, upper case and digits change in `text`; a capital that
/// begins a word counts once with it.
fn changes(text: &str) -> usize {
    let kind = |b: u8| match b {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    };
    let bytes = text.as_bytes();
    bytes.windows(2).filter(|pair| kind(pair[0]) != kind(pair[1]) && (kind(pair[0]), kind(pair[1])) != (1, 2)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "0123456789abcdef0123456789abcdef";

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn b116_an_address_is_shown_without_what_may_be_secret() {
        let check = |text: &str, expected: &str| assert_eq!(PublicUrl::of(&url(text)).as_str(), expected, "{text}");
        check("https://user:pw@example.org/a?b=c#d", "https://example.org/a");
        check("https://example.org/feed?token=S", "https://example.org/feed");
        check("https://example.org/feed?%74oken=S", "https://example.org/feed");
        check("https://example.org/feed;token=S/rss", "https://example.org/feed/rss");
        check("https://example.org/feed%3Btoken=S", "https://example.org/feed");
        check("https://example.org/feed%3Ftoken=S", "https://example.org/feed");
        check("https://example.org/token=S/rss", "https://example.org/token=***/rss");
        check(&format!("https://example.org/feed/{HEX}"), "https://example.org/feed/***");
        check(&format!("https://example.org/feed/{HEX}.xml"), "https://example.org/feed/***");
        check("https://example.org/feed/3f2504e0-4f89-11d3-9a0c-0305e82c3301/rss", "https://example.org/feed/***/rss");
        check("https://example.org/p/dGhpcyBpcyBhIHRlc3Qgb2Y", "https://example.org/p/***");
        check("https://example.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/rss", "https://example.org/***/rss");
        check(&format!("https://example.org/feed,{HEX}/rss"), "https://example.org/***/rss");
        check(&format!("https://example.org/u!{HEX}"), "https://example.org/***");
        check("https://example.org/user:pw@there/rss", "https://example.org/***/rss");
    }

    /// A fuzzer's find: each of these was taken apart for ever.
    #[test]
    fn b116_a_word_with_marks_of_several_kinds_is_taken_apart_once() {
        for text in ["a#b?c=d", "a;b#c?d=e", "x%3Fy#z?a=b", "#?=", ";?=", "%3B#?=&"] {
            assert!(!masked(text).contains('='), "{text}: {}", masked(text));
        }
    }

    #[test]
    fn the_addresses_of_the_field_are_shown_as_they_are() {
        for text in [
            "https://www.globenewswire.com/RssFeed/subjectcode/19-Government%20News/feedTitle/GlobeNewswire%20-%20Government%20News",
            "https://news.un.org/feed/subscribe/en/news/all/rss.xml",
            "https://www.prnewswire.com/rss/news-releases-list.rss",
            "https://www.city.example/2026/11/23/mayor-receives-the-ambassador-of-denmark-2026-11-23.html",
            "https://www.google.com/alerts/feeds/01234567890123456789/9876543210987654321",
            "http://127.0.0.1:8080/c04",
        ] {
            assert_eq!(PublicUrl::of(&url(text)).as_str(), text);
            assert_eq!(PublicUrl::of(&url(text)).link(), Some(text));
        }
        assert_eq!(PublicUrl::of(&url(&format!("https://a.example/{HEX}"))).link(), None);
        let whole = PublicUrl::by_leave(&url("https://u:p@a.example/f?format=rss#x"));
        assert_eq!(whole.as_str(), "https://a.example/f?format=rss");
    }

    #[test]
    fn b116_texts_hold_no_secret_of_any_address_in_them() {
        let check = |text: &str, expected: &str| {
            assert_eq!(masked(text), expected, "{text}");
            assert_eq!(masked(expected), expected, "twice: {expected}");
        };
        check("nothing, at all.", "nothing, at all.");
        check("what? a=b", "what? a=b");
        check("in a circle: http://a/x?t=S -302-> http://u:p@b/y;k=S;", "in a circle: http://a/x -302-> http://b/y;");
        check("(https://a.example/f?token=S), then", "(https://a.example/f), then");
        check("\"url\":\"https://a.example/f?token=S\",\"x\":1", "\"url\":\"https://a.example/f\",\"x\":1");
        check("dropped a link: \"//u:p@a.example/?x=S\"", "dropped a link: \"//a.example/\"");
        check("GET /feed?token=S HTTP/1.1", "GET /feed?*** HTTP/1.1");
        check("moved to=https://a.example/f?token=S", "moved to=https://a.example/f");
        check("sqlite://user:pw@host/db?x=1", "sqlite://host/db");
        check("友城：https://a.example/友?城=S 友", "友城：https://a.example/友 友");
    }

    #[test]
    fn b36_the_operator_sees_names_of_parameters() {
        let check = |text: &str, expected: &str| assert_eq!(redacted(&url(text)), expected, "{text}");
        check("https://user:pw@example.org/a?b=c", "https://***@example.org/a?b=c");
        check("https://:pw@example.org/a", "https://***@example.org/a");
        check("https://example.org/a?Token=abc&x=1&rss", "https://example.org/a?Token=***&x=1&rss");
        check("https://example.org/a?%74oken=abc&q=a%20b", "https://example.org/a?%74oken=***&q=a%20b");
        check(&format!("https://example.org/a?{HEX}"), "https://example.org/a?***");
        check("https://example.org/a", "https://example.org/a");
    }

    #[test]
    fn b36_what_may_hold_a_secret_is_told_from_what_does_not() {
        for text in [
            "https://user@a.example/f",
            "https://a.example/f?feed_token=x",
            "https://a.example/f?code=x",
            "https://a.example/f?%74oken=x",
            "https://a.example/f;token=x",
            "https://a.example/f?q=hush-7f3a",
            "https://a.example/f?apiKey=x",
            "https://a.example/0123456789abcdef0123456789abcdef",
        ] {
            assert!(may_hold_secret(&url(text)), "{text}");
        }
        for text in
            ["https://a.example/f", "https://a.example/f?format=rss2&lang=en", "https://a.example/?p=12&cat=city-news"]
        {
            assert!(!may_hold_secret(&url(text)), "{text}");
        }
    }

    #[test]
    fn b116_links_to_the_sources_own_address_are_known() {
        let shown = PublicUrl::of(&url("https://u:p@a.example/feed?token=S"));
        assert!(shown.hides(&url("http://a.example:443/feed?x=1")) && shown.hides(&url("https://a.example/feed")));
        assert!(shown.is_told_by("https://a.example/feed?x=1") && !shown.is_told_by("https://a.example/feed"));
        assert!(PublicUrl::read("https://a.example/f;k=S").is_told_by("https://a.example/f;k=S"));
        assert!(!shown.hides(&url("https://a.example/feed/1")) && !shown.hides(&url("https://b.example/feed")));
        assert!(!PublicUrl::by_leave(&url("https://a.example/feed?x=1")).hides(&url("https://a.example/feed?x=1")));
    }
}
