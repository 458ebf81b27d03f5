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

/// Spellings of URLs that hold `hush`, which opens a door.
const SPELLINGS: [&str; 66] = [
    "https://u:hush@h.example/f",
    "HTTPS://U:hush@H.EXAMPLE/f",
    "//u:hush@h.example/f",
    "https://:hush@h.example/",
    "https://hush@h.example/",
    "https://u:hush@h.example:8080/f",
    "https://u:hush@[::1]/f",
    "https://u:hush%40x@h.example/",
    "https://u:a@hush@h.example/",
    "https://%75:hush@h.example/",
    "%68ttps://u:hush@h.example/",
    "feed:https://u:hush@h.example/",
    "git+ssh://u:hush@h.example/x",
    "postgres://u:hush@h.example/db",
    // Characters that end an authority, in a password.
    "http://u:p#hush@h.example/",
    "http://u:hush#w@h.example/",
    "http://u:hush?w@h.example/",
    "http://u:hush/w@h.example/",
    "http://u:hush\\w@h.example/",
    "http://u:80/hush@h.example/",
    "http://u#hush@h.example/",
    "http://u?hush@h.example",
    "http://x@u:hush/w@h.example/",
    "http:///u:hush@h.example/",
    // Slashes that are missing, or other ones.
    "https:/u:hush@h.example/f",
    "https:u:hush@h.example",
    "https:\\\\u:hush@h.example",
    "u:hush@h.example",
    "u:hush@h.example/f?x=1",
    // Queries and parameters.
    "https://h.example/f?token=hush",
    "https://h.example/f?x=1&amp;token=hush",
    "https://h.example/f#access_token=hush",
    "https://h.example/f;token=hush",
    "https://h.example/%3Ftoken=hush",
    "https://h.example/f%3Btoken%3Dhush",
    "https://h.example/f%253Ftoken%253Dhush",
    "https://h.example/token%253Dhush",
    "https://h.example\\f?token=hush",
    "/f?token=hush",
    "?token=hush",
    // One within another.
    "https://a.example/out/https://u:hush@h.example/",
    "https://a.example/out/https:/hush@h.example/",
    "https://a.example/out/https%3A%2F%2Fu%3Ahush%40h.example%2F",
    "https://a.example/out/https%253A%252F%252Fu%253Ahush%2540h.example",
    "https://a.example/out/https%3A%2F%2Fh.example%2Ff%3Ftoken%3Dhush",
    "https://a.example/out?u=https%3A%2F%2Fu%3Ahush%40h.example",
    "u=https://u:hush@h.example",
    "https://u:hush@h.example,https://u:hush@i.example",
    // Escaped, once and more often.
    "https%3A%2F%2Fu%3Ahush%40h.example",
    "https%3a%2f%2fu%3ahush%40h.example",
    "u=https%3A%2F%2Fu%3Ahush%40h.example%2Ff",
    "https%3A//u:hush@h.example",
    "https:%2F%2Fu:hush@h.example",
    "https:%2F%2Fu:hush%40h.example",
    "https%3A%2F%2Fh.example%2Ff%3Ftoken%3Dhush",
    "https%253A%252F%252Fu%253Ahush%2540h.example",
    "https%253A%252F%252Fh.example%252Ff%253Ftoken%253Dhush",
    "https%25253A%25252F%25252Fu%25253Ahush%252540h.example",
    "%2F%2Fu%3Ahush%40h.example",
    // For JSON and for HTML.
    "https:\\/\\/u:hush@h.example\\/f",
    "https:\\/\\/h.example\\/f?token=hush",
    "https:\\u002f\\u002fu:hush\\u0040h.example",
    "https\\x3a\\x2f\\x2fu\\x3ahush\\x40h.example",
    "https:&#47;&#47;u:hush&#64;h.example",
    "https&colon;&sol;&sol;u&colon;hush&commat;h.example",
    "https%3A&#x2F;%2Fu:hush&#x40;h.example",
];

#[test]
fn b157_no_spelling_of_an_address_tells_its_secret() {
    for text in SPELLINGS {
        for around in ["{}", "refused: {}, twice", "(\"{}\")", "said <{}>: no", "to={};"] {
            let text = around.replace("{}", text);
            let shown = masked(&text).into_owned();
            assert!(!shown.contains("hush"), "{text}: {shown}");
            assert_eq!(masked(&shown), shown, "twice: {text}");
        }
        assert!(!PublicUrl::read(text).as_str().contains("hush"), "{text}: {}", PublicUrl::read(text));
        // Backslashes of JSON are slashes there: another URL.
        if let Some(url) = Url::parse(text).ok().filter(|_| !text.contains("\\u")) {
            assert!(!PublicUrl::of(&url).as_str().contains("hush"), "{text}: {}", PublicUrl::of(&url));
        }
    }
}

#[test]
fn b157_what_holds_no_secret_stays_as_it_is() {
    for text in [
        "https://social.example/@city/1",
        "https://h.example:8080/f",
        "https://[2001:db8::1]:8080/f",
        "https://a.example/out/https%3A%2F%2Fh.example%2Ff",
        "https%3A%2F%2Fh.example%2Ff",
        "write to mailto:desk@h.example, or to desk@h.example",
        "50 % of 100%25, and AT&T &amp; others",
        "C:\\desk\\wiredesk.toml",
        "line 3:14: sources.a: what? a=b",
        "https://a.example/%E5%8F%8B%E5%9F%8E",
    ] {
        assert_eq!(masked(text), text);
    }
}
