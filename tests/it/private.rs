//! Feeds for those alone who have a token (check O178).

use crate::desk::{Desk, EVERYTHING, Running, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;

const TOKEN: &str = "q7Xv-2mB9_tR4.kL8~wZ1c";
const OLD: &str = "the-token-of-the-year-before";

/// A desk with a public feed and a private one, whose tokens these are.
async fn desk(tokens: &str) -> (Origin, Desk) {
    let origin = Origin::start().await;
    origin.set("/a.rss", Reply::ok(rss("harbour", 0..40)).header("Content-Type", "application/rss+xml"));
    let private = EVERYTHING
        .replace("\"all\"", "\"board\"")
        .replace("Everything", "For the board")
        .replace("content", "size = 9\ntoken_file = \"tokens\"\ncontent");
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + EVERYTHING + &private));
    write(&desk, tokens);
    desk.runs(&["poll", "--all"]);
    (origin, desk)
}

fn write(desk: &Desk, tokens: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(desk.path("tokens"), tokens).unwrap();
    std::fs::set_permissions(desk.path("tokens"), std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// Whether a token in the path opens the feed.
fn opens(running: &Running, token: &str) -> bool {
    running.get(&format!("/private/{token}/feeds/board.atom"), &[]).status == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_feed_is_for_those_who_have_its_token_o178_o182() {
    let (_origin, desk) = desk(&format!("{TOKEN}\n{OLD}\n")).await;
    let mut running = desk.start();
    let bearer = format!("Bearer {TOKEN}");
    let sent = [("Authorization", bearer.as_str())];
    running.until(&format!("/private/{TOKEN}/feeds/board.atom"), |got| got.status == 200);
    for path in [
        "/feeds/board.atom",
        "/feeds/board.rss",
        "/feeds/board",
        "/feeds/%62oard.json",
        "/feeds/board/archive/1-1.atom",
    ] {
        let refused = running.get(path, &[]);
        assert_eq!(refused.status, 401, "{path}");
        assert!(refused.header("www-authenticate").unwrap().starts_with("Bearer"), "{refused:?}");
        assert!(refused.text().starts_with("this feed is private: send its token as"), "{}", refused.text());
        assert_eq!(refused.header("cache-control").as_deref(), Some("no-store"));
        for forged in ["Bearer nonsense", "Bearer ", "Basic Og==", "Basic %%%"] {
            assert_eq!(running.get(path, &[("Authorization", forged)]).status, 401, "{path} {forged}");
        }
    }
    // By header, as a password, and by path: the same bytes, for no cache that others read.
    let got = running.get("/feeds/board.atom", &sent);
    assert_eq!((got.status, got.header("access-control-allow-origin")), (200, None));
    assert!(got.header("cache-control").unwrap().starts_with("private, max-age=60"), "{got:?}");
    assert_eq!(got.header("referrer-policy").as_deref(), Some("no-referrer"));
    // any:TOKEN
    let basic = running.get("/feeds/board.atom", &[("Authorization", "Basic YW55OnE3WHYtMm1COV90UjQua0w4fndaMWM=")]);
    let by_path = running.get(&format!("/private/{TOKEN}/feeds/board.atom"), &[]);
    let by_old = running.get(&format!("/private/{OLD}/feeds/board.atom"), &[]);
    for other in [&basic, &by_path, &by_old] {
        assert_eq!((&other.body, other.header("etag")), (&got.body, got.header("etag")));
    }
    let etag = got.header("etag").unwrap();
    let fresh = running.get(&format!("/private/{TOKEN}/feeds/board.atom"), &[("If-None-Match", &etag)]);
    assert_eq!((fresh.status, fresh.body.len()), (304, 0));
    // Its links lead on with the token, to the end.
    let mut found = 0;
    let mut at = Some(format!("/private/{TOKEN}/feeds/board.atom"));
    while let Some(path) = at {
        let got = running.get(&path, &[]);
        assert_eq!(got.status, 200, "{path}");
        let read = feed_rs::parser::parse(&got.body[..]).unwrap();
        found += read.entries.len();
        at = read.links.into_iter().find(|link| link.rel.as_deref() == Some("next")).map(|link| link.href);
        at = at.map(|url| url.replace("https://desk.example/wire", ""));
    }
    assert_eq!(found, 40);
    // Nobody else is told of it.
    let entry = running.get("/feeds/all", &[]).text();
    let entry = entry.split("/wire/entries/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for public in ["/", "/feeds.opml", "/feeds/all", "/nothing", "/sources", &format!("/entries/{entry}")] {
        let text = running.get(public, &[]).text();
        assert!(!text.contains("board") && !text.contains(TOKEN), "{public}: {text}");
    }
    assert_eq!(running.get("/search.atom?q=harbour", &[]).status, 404, "a search would find what is private");
    assert!(!running.log().contains(TOKEN));
    for args in [&["check"][..], &["--json", "status"], &["status"]] {
        let ran = desk.run(args);
        assert!(!(ran.out + &ran.err).contains(TOKEN), "{args:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_withdrawn_and_a_feed_closed_at_a_reload_o178() {
    let (_origin, desk) = desk(&format!("{OLD}\n")).await;
    let mut running = desk.start();
    running.until(&format!("/private/{OLD}/feeds/board.atom"), |got| got.status == 200);
    write(&desk, &format!("{TOKEN}\n"));
    running.signal("HUP");
    running.until(&format!("/private/{TOKEN}/feeds/board.atom"), |got| got.text().contains(TOKEN));
    assert!(!opens(&running, OLD) && opens(&running, TOKEN));
    // The public feed becomes private, and from then on nothing of it is public.
    assert_eq!(running.get("/feeds/all.atom", &[]).status, 200);
    desk.edit(|text| text.replacen("content", "token_file = \"tokens\"\ncontent", 1));
    running.signal("HUP");
    running.until("/feeds/all.atom", |got| got.status == 401);
    for path in ["/feeds/all.atom", "/feeds/all.rss", "/feeds/all"] {
        assert_eq!(running.get(path, &[]).status, 401, "{path}");
    }
    let again = running.until(&format!("/private/{TOKEN}/feeds/all.atom"), |got| got.status == 200);
    assert!(again.text().contains(&format!("https://desk.example/wire/private/{TOKEN}/feeds/all.atom")));
}
