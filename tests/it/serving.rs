//! What clients may ask and may not (checks B76 to B80, O25, O28, O30).

use crate::desk::{Desk, EVERYTHING, rss, source};
use crate::newsroom::NEWS;
use crate::origin::Origin;
use crate::reply::Reply;

async fn desk() -> (Origin, Desk) {
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let desk = Desk::new(&(source("s", origin.url("/feed")) + EVERYTHING));
    (origin, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_leads_a_client_elsewhere_b76_b78() {
    let (_origin, desk) = desk().await;
    let running = desk.start();
    for path in [
        "//evil.example/",
        "/\\evil.example/",
        "/%2f%2fevil.example/",
        "/feeds//evil.example",
        "/feeds/..//evil.example",
        "/?next=//evil.example",
        "/sources?return=https://evil.example/",
        "/entries/1?url=//evil.example",
        "/feeds/all.atom?redirect=%5c%5cevil.example",
    ] {
        let got = running.get(path, &[("Host", "evil.example"), ("X-Forwarded-Host", "evil.example")]);
        assert!(!(300..400).contains(&got.status), "{path}: {}", got.status);
        assert_eq!(got.header("location"), None, "{path}");
        let body = got.text().replace("evil.example/&quot;", "");
        assert!(!body.contains("href=\"//evil") && !body.contains("http://evil"), "{path}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_changed_from_outside_and_no_cookie_is_set_b77_o25_o28() {
    let (_origin, desk) = desk().await;
    let running = desk.start();
    for path in ["/", "/sources", "/feeds/all.atom", "/metrics", "/admin", "/api/sources"] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
            let got = running.ask(method, path, &[("Content-Length", "0"), ("Authorization", "Bearer x")]);
            assert_eq!((got.status, got.header("allow").as_deref()), (405, Some("GET, HEAD")), "{method} {path}");
        }
        let got = running.get(path, &[("Origin", "https://evil.example")]);
        assert_eq!(got.header("set-cookie"), None, "{path}");
        let open = got.header("access-control-allow-origin").is_some();
        assert_eq!(open, path == "/feeds/all.atom", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_queries_are_answered_or_refused_with_their_place_b80() {
    let (_origin, desk) = desk().await;
    desk.runs(&["poll", "--all"]);
    let long = "a".repeat(100_000);
    let deep = "(".repeat(20_000);
    for query in
        ["\"", "*", "NEAR(", "a OR", "\"one\" NEAR/99999999999 b", "' OR 1=1 --", "title:", "{a,", &long, &deep]
    {
        let ran = desk.run(&["search", "--", query]);
        let shown: String = query.chars().take(20).collect();
        assert!(matches!(ran.code, Some(0..=2)), "{shown}: {ran:?}");
        assert!(!ran.err.contains("panicked") && ran.err.len() < 3 * query.len() + 2000, "{shown}: {}", ran.err);
        if ran.code != Some(0) {
            assert!(ran.err.contains("column") || ran.err.contains(':'), "{shown}: {}", ran.err);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_never_empties_because_its_source_fails_o30() {
    let (origin, desk) = desk().await;
    origin.document("/feed", rss("N", 1..=5));
    desk.runs(&["poll", "--all"]);
    for reply in [Reply::status(500), Reply::status(404), Reply::ok(""), Reply::ok("<html><title>Moved</title></html>")]
    {
        origin.set("/feed", reply);
        assert_eq!(desk.run(&["poll", "--all"]).code, Some(1));
    }
    let running = desk.start();
    assert_eq!(Desk::feed_ids(&running, "all").len(), 5);
    let page = running.get("/sources", &[]).text();
    assert!(page.contains("failing") || page.contains("stale"), "the page of sources says so");
}
