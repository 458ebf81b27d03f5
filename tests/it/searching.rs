//! Searches as feeds (checks O180, O181).

use crate::desk::{Desk, EVERYTHING, Running, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;

async fn desk(server: &str) -> (Origin, Desk) {
    let origin = Origin::start().await;
    for (path, name, count) in [("/a.rss", "harbour", 70), ("/b.rss", "quarry", 5)] {
        origin.set(path, Reply::ok(rss(name, 0..count)).header("Content-Type", "application/rss+xml"));
    }
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + &source("b", origin.url("/b.rss")) + EVERYTHING));
    desk.edit(|text| text.replace("[server]\n", &format!("[server]\n{server}")));
    desk.runs(&["poll", "--all"]);
    (origin, desk)
}

/// The titles of a search's page, and where the next one is.
fn found(running: &Running, path: &str) -> (Vec<String>, Option<String>) {
    let got = running.get(path, &[]);
    assert_eq!(got.status, 200, "{path}: {}", got.text());
    let read = feed_rs::parser::parse(&got.body[..]).unwrap();
    let next = read.links.iter().find(|link| link.rel.as_deref() == Some("next")).map(|link| link.href.clone());
    let next = next.map(|url| url.replace("https://desk.example/wire", ""));
    (read.entries.into_iter().map(|entry| entry.title.unwrap().content).collect(), next)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_a_feed_in_every_format_o180() {
    let (_origin, desk) = desk("").await;
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.status == 200);
    running.until("/search.rss?q=title:quarry", |got| got.text().contains("quarry 4"));
    let (titles, next) = found(&running, "/search.atom?q=title:quarry");
    let expected: Vec<String> = (0..5).rev().map(|n| format!("quarry {n}")).collect();
    assert_eq!((&titles, next), (&expected, None));
    for format in ["rss", "json"] {
        assert_eq!(found(&running, &format!("/search.{format}?q=title:quarry")).0, expected, "{format}");
    }
    let ninjs = running.get("/search.ninjs?q=title:quarry", &[]);
    let read: serde_json::Value = serde_json::from_slice(&ninjs.body).unwrap();
    assert_eq!(read["associations"].as_array().unwrap().len(), 5);
    // Page by page, each once.
    let (mut path, mut all) = (Some("/search.atom?q=harbour".to_owned()), Vec::new());
    while let Some(at) = path {
        let (titles, next) = found(&running, &at);
        all.extend(titles);
        path = next;
    }
    let expected: Vec<String> = (0..70).rev().map(|n| format!("harbour {n}")).collect();
    assert_eq!(all, expected);
    // As any feed: conditional, compressed, for everybody, with its own URL and without an archive.
    let got = running.get("/search.atom?q=harbour%20AND%20%22copy%20number%22", &[]);
    let text = got.text();
    let own = "https://desk.example/wire/search.atom?q=harbour%20AND%20%22copy%20number%22";
    assert!(text.contains(&format!("rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"")), "{text}");
    assert!(!text.contains("prev-archive") && text.contains("href=\"feed.css\""), "{text}");
    assert_eq!(got.header("access-control-allow-origin").as_deref(), Some("*"));
    let etag = got.header("etag").unwrap();
    let fresh = running.get("/search.atom?q=harbour%20AND%20%22copy%20number%22", &[("If-None-Match", &etag)]);
    assert_eq!((fresh.status, fresh.body.len()), (304, 0));
    let coded = running.get("/search.atom?q=harbour", &[("Accept-Encoding", "gzip")]);
    assert_eq!(coded.header("content-encoding").as_deref(), Some("gzip"));
    // For people, with links to subscribe.
    let page = running.get("/search?q=title:quarry", &[]);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("/wire/search.json?q=title%3Aquarry") && page.text().contains("quarry 3"));
    assert!(page.text().contains("value=\"title:quarry\""));
    assert!(running.get("/search", &[]).text().contains("<form class=\"search\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_costs_little_and_is_off_by_a_setting_o181() {
    let (_origin, desk) = desk("").await;
    let mut running = desk.start();
    running.until("/search.atom?q=harbour", |got| got.text().contains("harbour 69"));
    for (query, words) in [
        ("", "say what to search for"),
        ("?q=%20", "say what to search for"),
        ("?q=title:(", "is never closed"),
        ("?q=@nothing", "nothing"),
        ("?q=a&before=x", "is not a cursor"),
        (&format!("?q={}", "x".repeat(1025)), "the query is longer than 1024 bytes"),
    ] {
        let refused = running.get(&format!("/search.atom{query}"), &[]);
        assert_eq!(refused.status, 400, "{query}");
        assert!(refused.text().contains(words), "{query}: {}", refused.text());
    }
    // Who asks for the same gets the same; who asks for ever something else has to wait.
    for _ in 0..100 {
        assert_eq!(running.get("/search.atom?q=harbour", &[]).status, 200);
    }
    let asked = (0..1_000).map(|n| running.get(&format!("/search.rss?q=%22harbour%20{n}%22"), &[]));
    let refused = asked.into_iter().find(|got| got.status == 429).expect("a limit");
    assert!(refused.header("retry-after").is_some_and(|wait| wait.parse::<u64>().unwrap() <= 2), "{refused:?}");
    assert!(refused.text().starts_with("too many searches are made at the moment"), "{}", refused.text());
    assert_eq!(running.get("/search.atom?q=harbour", &[]).status, 200, "what is kept is free");
    assert_eq!(running.get("/feeds/all.atom", &[]).status, 200);
    desk.edit(|text| text.replace("[server]\n", "[server]\nsearch = false\n"));
    running.signal("HUP");
    running.until("/search.atom?q=harbour", |got| got.status == 404);
    assert_eq!(running.get("/search", &[]).status, 404);
    assert!(!running.get("/", &[]).text().contains("/wire/search"));
}
