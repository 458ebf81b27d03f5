//! Articles on pages in the manner of real sites (tests/corpus/pages).

use std::path::Path;

use crate::clock::Zone;

use super::*;
use crate::model::EntryKey;

fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/pages").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn entry(title: &str, teaser: &str) -> Entry {
    let summary = Content { markup: Markup::Plain(teaser.to_owned()), base: None };
    let link = Some("https://city.example/news/1".to_owned());
    Entry { title: title.to_owned(), summary: Some(summary), link, ..Entry::new(EntryKey([0; 16])) }
}

fn article(name: &str, entry: &Entry) -> Article {
    let url = Url::parse("https://city.example/news/1").unwrap();
    let about = About {
        url: &url,
        content_type: Some("text/html"),
        language: None,
        timezone: Zone::UTC,
        work: crate::model::Work::default(),
    };
    read(&sample(name), &about, entry).unwrap()
}

const EN: (&str, &str) = (
    "Mayor Lindqvist receives ambassador of Japan at City Hall",
    "The meeting at City Hall dealt with exchanges between schools, the port and the two universities …",
);

/// Each page holds five paragraphs of news, a menu, other news and small print:
/// first and last words of the news must be there, and nothing of the rest.
#[test]
fn articles_are_told_from_what_surrounds_them() {
    let rows = [
        ("article-main-en.html", EN, "HARBOURVIEW, Nov. 21", "opens next week.", "Harbourview and Busan"),
        ("article-div-en.html", EN, "HARBOURVIEW, Nov. 21", "opens next week.", "Harbourview and Busan"),
        ("article-table-en.html", EN, "HARBOURVIEW, Nov. 21", "opens next week.", "Contact us"),
        (
            "article-br-de.html",
            (
                "Oberbürgermeisterin empfängt Botschafter",
                "Bei dem Treffen im Rathaus ging es um den Austausch der Schulen",
            ),
            "Musterhafen, 21. November",
            "eröffnet wird.",
            "Facebook",
        ),
        (
            "article-post-de.html",
            ("Oberbürgermeisterin empfängt Botschafter", ""),
            "Musterhafen, 21. November",
            "eröffnet wird.",
            "Nobody commented",
        ),
        (
            "article-main-zh.html",
            ("市长会见日本驻沈阳总领事", "双方就教育、港口和青少年交流等领域的合作深入交换了意见"),
            "11月21日，市长会见",
            "参加了上述活动。",
            "Cookie",
        ),
        ("article-div-zh.html", ("市长会见日本驻沈阳总领事", ""), "11月21日，市长会见", "参加了上述活动。", "办事指南"),
        (
            "article-table-zh.html",
            ("市长会见日本驻沈阳总领事", ""),
            "11月21日，市长会见",
            "参加了上述活动。",
            "办事指南",
        ),
        (
            "article-br-es.html",
            (
                "La alcaldesa recibe al embajador de Marruecos",
                "En la reunión se habló de los intercambios entre escuelas",
            ),
            "La alcaldesa, Carmen Ruiz",
            "líneas regulares.",
            "Facebook",
        ),
        (
            "article-post-es.html",
            ("La alcaldesa recibe al embajador de Marruecos", ""),
            "La alcaldesa, Carmen Ruiz",
            "líneas regulares.",
            "Gobierno municipal",
        ),
    ];
    for (name, (title, teaser), first, last, not) in rows {
        match article(name, &entry(title, teaser)) {
            Article::Better(content) => {
                let text = html::plain(content.markup.raw());
                assert!(text.contains(first) && text.contains(last), "{name}: {text}");
                assert!(!text.contains(not) && !text.contains("not text"), "{name}: {text}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn the_feeds_own_text_stays_when_the_page_is_worse() {
    let check = |name: &str, entry: &Entry, expected: &str| match article(name, entry) {
        Article::Kept(why) => assert!(why.contains(expected), "{name}: {why}"),
        other => panic!("{name}: {other:?}"),
    };
    check("consent-en.html", &entry(EN.0, EN.1), "does not hold the words");
    check("paywall-en.html", &entry(EN.0, EN.1), "too few");
    // Another story than the feed tells.
    let other = entry("Port strike ends after nine days", "Dockers return to work in the three largest harbours today");
    check("article-main-en.html", &other, "does not hold the words");
    let long = "The meeting at City Hall dealt with exchanges between schools and the port. ".repeat(40);
    check("article-main-en.html", &entry(EN.0, &long), "the feed's own");
}

#[test]
fn a_teaser_is_told_from_a_text() {
    let check = |text: &str, expected: bool| assert_eq!(is_wanted(&entry("T", text)), expected, "{text}");
    check("", true);
    check("Short.", true);
    let long = "The council met on Friday and spoke of many things. ".repeat(40);
    check(&long, false);
    check(&format!("{long} …"), true);
    check(&format!("{long} Read more »"), true);
    check(&"市长会见日本驻沈阳总领事一行。".repeat(40), false);
    check(&format!("{}阅读全文>>", "市长会见日本驻沈阳总领事一行。".repeat(40)), true);
    assert!(!is_wanted(&Entry { link: None, ..entry("T", "Short.") }));
}

/// B71: nothing on a page makes its reading long.
#[test]
fn hostile_pages_are_refused_or_bounded() {
    let url = Url::parse("https://city.example/").unwrap();
    let about = About {
        url: &url,
        content_type: None,
        language: None,
        timezone: Zone::UTC,
        work: crate::model::Work::default(),
    };
    for page in ["<div>", "<b><p>", "<table><tr><td>", "<a href=x><div></a>", "<svg><g>"] {
        let bytes = page.repeat(20_000).into_bytes();
        assert!(
            matches!(read(&bytes, &about, &entry("T", "x")), Err(Error::Limit(_)) | Ok(Article::Kept(_))),
            "{page}"
        );
    }
}
