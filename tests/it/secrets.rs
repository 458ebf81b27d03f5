//! Secrets of sources are nobody's business (checks B36, B116, R26): they are planted
//! wherever one may stand, and looked for wherever something is shown.

use crate::desk::{Desk, EVERYTHING, Running};
use crate::origin::Origin;
use crate::reply::Reply;

/// What no output may hold. Each stands in one place of the configuration or of an answer.
const PLANTED: [&str; 16] = [
    "qS3cretQuery1",
    "qS3cretEscaped2",
    "qS3cretParam3",
    "qS3cretCode4",
    "qS3cretFeed5",
    "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "qS3cretUser7",
    "qS3cretWord8",
    "qS3cretHeader9",
    "qS3cretProxy10",
    "qS3cretHop11",
    "qS3cretMoved12",
    "qS3cretNext13",
    "qS3cretMap14",
    "qS3cretCookie15",
    "qS3cretSelf16",
];

fn source(id: &str, url: &str, more: &str) -> String {
    format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nrepublish = \"full\"\n{more}\n\n")
}

fn news(n: u32, own: &str) -> String {
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>{own}</id><title>News</title><link rel=\"self\" href=\"{own}\"/>\
         <link rel=\"alternate\" href=\"{own}\"/><link rel=\"next\" href=\"/older?token=qS3cretNext13\"/>\
         <link rel=\"hub\" href=\"https://hub.example/?token=qS3cretNext13\"/>\
         <entry><id>urn:{n}:{own_hash}</id><title>One {n}</title><link href=\"https://news.example/{n}\"/>\
         <link rel=\"via\" href=\"{own}\"/><link rel=\"related\" href=\"{own}\"/>\
         <source><id>{own}</id><title>S</title><link rel=\"self\" href=\"{own}\"/></source>\
         <content type=\"html\">Copy</content></entry></feed>",
        own = own.replace('&', "&amp;"),
        own_hash = own.len(),
    )
}

/// Sources with a secret in every place there is, some of which fail.
async fn planted(origin: &Origin) -> (Desk, usize) {
    let at = |path: &str| origin.url(path).to_string();
    let cookie = |reply: Reply| reply.header("Set-Cookie", "session=qS3cretCookie15");
    let mut sources = String::new();
    for (id, path) in [
        ("query", "/query?token=qS3cretQuery1"),
        ("escaped", "/escaped?%74oken=qS3cretEscaped2"),
        ("param", "/param;token=qS3cretParam3"),
        ("code", "/code?code=qS3cretCode4"),
        ("feed-token", "/feed-token?feed_token=qS3cretFeed5&lang=en"),
        ("key", "/feed/9f8e7d6c5b4a39281706f5e4d3c2b1a0"),
    ] {
        let url = at(path);
        sources += &source(id, &url, "full_text = false");
        let bare = path.split('?').next().unwrap();
        origin.queue(bare, [cookie(Reply::ok(news(1, &url))), cookie(Reply::ok(news(2, &url))), Reply::status(500)]);
    }
    let login = at("/login").replace("http://", "http://qS3cretUser7:qS3cretWord8@");
    sources += &source("login", &login, "headers = { X-Key = \"qS3cretHeader9\" }");
    origin.set("/login", cookie(Reply::ok(news(1, &at("/login?token=qS3cretSelf16")))));
    let proxy = format!("proxy = \"http://qS3cretUser7:qS3cretProxy10@{}/\"", "127.0.0.1:9");
    sources += &source("proxied", "http://news.example/feed?token=qS3cretQuery1", &proxy);
    for (id, hop) in [
        ("hop", Reply::redirect(302, "/there?token=qS3cretHop11")),
        ("circle", Reply::redirect(302, "/circle?token=qS3cretHop11")),
        ("downwards", Reply::redirect(302, "ftp://u:qS3cretHop11@a.example/?token=qS3cretHop11")),
        ("inside", Reply::redirect(302, "http://u:qS3cretHop11@10.0.0.1/a;k=qS3cretHop11?token=qS3cretHop11")),
        ("moved", Reply::redirect(301, "/new?token=qS3cretMoved12")),
    ] {
        let path = format!("/{id}");
        sources += &source(id, &at(&format!("{path}?token=qS3cretQuery1")), "");
        origin.set(&path, hop);
    }
    origin.set("/new", Reply::ok(news(1, &at("/new?token=qS3cretMoved12"))));
    origin.set("/there", Reply::status(503));
    // An index of sitemaps, a page, robots.txt.
    let index = format!("<sitemapindex><sitemap><loc>{}</loc></sitemap></sitemapindex>", at("/map?token=qS3cretMap14"));
    origin.set("/index", Reply::ok(index).header("Content-Type", "application/xml"));
    sources += &source("index", &at("/index?token=qS3cretQuery1"), "kind = \"sitemap\"");
    sources += &source("page", &at("/page?token=qS3cretQuery1"), "kind = \"page\"\n[source.page]\nentries = \"li\"");
    origin.set("/page", Reply::ok("<html><title>P</title><ul><li><a href=/p/1>One of the page</a></ul></html>"));
    sources += &source(
        "closed",
        &at("/closed/qS3cretQuery1qS3cretQuery1?token=qS3cretQuery1"),
        "kind = \"page\"\n[source.page]\nentries = \"li\"",
    );
    origin.set("/robots.txt", Reply::ok("User-agent: *\nDisallow: /closed\nSitemap: /map?token=qS3cretMap14\n"));
    let count = sources.matches("[[source]]").count();
    let desk = Desk::new(&(sources + EVERYTHING));
    let text = std::fs::read_to_string(desk.config()).unwrap();
    std::fs::write(desk.config(), text.replace("127.0.0.0/8", "127.0.0.1/32")).unwrap();
    (desk, count)
}

/// Fails where `text` holds anything that was planted.
#[track_caller]
fn none(what: &str, text: &str) {
    for secret in PLANTED {
        if let Some(at) = text.find(secret) {
            let line = text[at..].lines().next().unwrap_or_default();
            let before = text[..at].lines().next_back().unwrap_or_default();
            panic!("{what} tells {secret}: {before}{line}");
        }
    }
    // Basic authorization as it goes over the wire.
    assert!(!text.contains("cVMzY3JldFVzZXI3"), "{what} tells a login");
}

fn pages(running: &Running) -> Vec<(String, String)> {
    let mut paths: Vec<String> =
        ["/", "/sources", "/feeds/all", "/feeds/all.atom", "/feeds.opml", "/metrics", "/readyz"]
            .map(str::to_owned)
            .into();
    paths.extend((1..=30).map(|n| format!("/entries/{n}")));
    paths.into_iter().map(|path| (path.clone(), running.get(&path, &[]).text())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_shown_anywhere_b36_b116_r26() {
    let origin = Origin::start().await;
    let (desk, count) = planted(&origin).await;
    let mut said = String::new();
    // Three times: new, changed so that the window rolled, and failing; the third moves.
    for round in 0..3 {
        for args in [&["-v", "--json", "poll", "--all"][..], &["-v", "-v", "poll", "--all"]] {
            let mut command = desk.command(args);
            let ran = tokio::task::block_in_place(|| command.env("RUST_LOG", "trace").output().unwrap());
            let text = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
            none(&format!("{args:?}, round {round}"), &text);
            said += &text;
        }
    }
    for witness in
        ["http status 500", "in a circle", "does not allow", "10.0.0.1 is not public", "scheme ftp", "has moved"]
    {
        assert!(said.contains(witness), "{witness} was to be said");
    }
    for args in [
        &["check"][..],
        &["--json", "check"],
        &["status"],
        &["--json", "status"],
        &["export"],
        &["fetch", "query", "hop", "circle", "inside", "closed", "page", "index", "login", "moved"],
        &["--json", "fetch", "query", "escaped", "param", "code", "feed-token", "key", "index", "page", "moved"],
        &["explain", "all", "https://news.example/1"],
        &["--json", "explain", "all", "https://news.example/1"],
        &["--json", "search", "One"],
    ] {
        let ran = desk.run(args);
        none(&args.join(" "), &(ran.out + &ran.err));
    }
    let running = desk.start_with(|command| {
        command.env("RUST_LOG", "trace");
    });
    let shown = pages(&running);
    for (path, text) in &shown {
        none(path, text);
    }
    let sources = &shown[1].1;
    assert_eq!(sources.matches("<tr class=\"source\"").count(), count, "all are shown: {sources}");
    assert!(sources.contains("moved for good to") && sources.contains("/new"), "{sources}");
    let atom = &shown[3].1;
    assert!(atom.contains(&format!("rel=\"via\" href=\"{}\"", origin.url("/query"))), "{atom}");
    none("the log", &running.log());
}

/// With its operator's leave a source's address is published whole, its login excepted.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_published_with_its_operators_leave_b116() {
    let origin = Origin::start().await;
    let url = origin.url("/feed?format=atom&token=qS3cretQuery1").to_string();
    origin.set("/feed", Reply::ok(news(1, "https://news.example/feed")));
    let login = url.replace("http://", "http://qS3cretUser7:qS3cretWord8@");
    let desk = Desk::new(&(source("s", &login, "publish_url = true") + EVERYTHING));
    desk.runs(&["poll", "--all"]);
    let running = desk.start();
    let atom = running.get("/feeds/all.atom", &[]).text();
    assert!(atom.contains(&format!("rel=\"via\" href=\"{}\"", url.replace('&', "&amp;"))), "{atom}");
    assert!(!atom.contains("qS3cretUser7") && !atom.contains("qS3cretWord8"), "{atom}");
    assert!(desk.runs(&["export"]).out.contains("token=qS3cretQuery1"));
    let desk = Desk::new(&(source("s", &login, "publish_url = \"yes\"") + EVERYTHING));
    let ran = desk.run(&["check"]);
    assert!((ran.out.clone() + &ran.err).contains("publish_url: must be true or false"), "{ran:?}");
}

/// Nor by what is wrong with the configuration, on the pages of those who read them.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_configuration_tells_no_secret_b84_b116() {
    for wrong in [
        "url = \"https:/qS3cretUser7:qS3cretWord8@a.example/?token=qS3cretQuery1\"",
        "url = \"htps://qS3cretUser7:qS3cretWord8@a.example/?token=qS3cretQuery1\"",
        "url = \"https://a.example/feed?token=qS3cretQuery1 x\"",
        "url = \"https://[a.example/feed?token=qS3cretQuery1\"",
        "url = [\"https://a.example/?token=qS3cretQuery1\"]",
        "url = \"https://a.example/\"\nheaders = \"qS3cretHeader9\"",
        "url = \"https://a.example/\"\nheaders = { X-Key = [\"qS3cretHeader9\"] }",
        "url = \"https://a.example/\"\nbasic_auth = \"qS3cretWord8\"",
        "url = \"https://a.example/\"\nbasic_auth = { user = \"qS3cretUser7\", password = \"qS3cretWord8\" }",
        "url = \"https://a.example/\"\nproxy = \"socks5://qS3cretUser7:qS3cretProxy10@a.example/?token=qS3cretProxy10\"",
    ] {
        let desk = Desk::new(&crate::desk::quiet());
        let mut running = desk.start();
        let text = std::fs::read_to_string(desk.config()).unwrap();
        std::fs::write(desk.config(), format!("{text}\n[[source]]\nid = \"x\"\n{wrong}\n")).unwrap();
        running.signal("HUP");
        let page = running.until("/", |got| got.text().contains("role=\"alert\"")).text();
        none(wrong, &page);
        running.signal("TERM");
        running.end();
        none(wrong, &running.log());
    }
}
