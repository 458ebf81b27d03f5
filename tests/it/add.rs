//! `wiredesk add` and `fetch --page`: sources behind addresses.

use crate::desk::Desk;
use crate::newsroom::NEWS;
use crate::origin::Origin;
use crate::reply::Reply;

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/pages").join(name)).unwrap()
}

fn html(bytes: impl AsRef<[u8]>) -> Reply {
    Reply::ok(bytes).header("content-type", "text/html")
}

fn config(desk: &Desk) -> String {
    std::fs::read_to_string(desk.config()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_a_page_names_is_added_and_comments_stay() {
    let origin = Origin::start().await;
    origin.set("/news/", html("<link rel=alternate type='application/rss+xml' title='City news' href='/rss'>"));
    origin.set("/rss", Reply::ok(NEWS));
    let desk = Desk::new("# mine, and it stays\n");
    let before = config(&desk);
    let url = origin.url("/news/").to_string();
    let ran = desk.runs(&["add", &url, "--tag", "city", "--id", "city-news"]);
    assert!(ran.out.contains("named by the page's link element") && ran.out.contains("One"), "{}", ran.out);
    let after = config(&desk);
    assert!(after.starts_with(&before) && after.contains("# mine, and it stays"), "{after}");
    let expected = format!("[[source]]\nid = \"city-news\"\nurl = \"{}\"\ntags = [\"city\"]\n", origin.url("/rss"));
    assert!(after.ends_with(&expected), "{after}");
    desk.runs(&["check"]);
    desk.runs(&["poll", "city-news"]);
    // Again, by the feed's own address: nothing is added twice.
    let again = desk.runs(&["add", origin.url("/rss").as_ref()]);
    assert!(again.err.contains("is polled already, as the source city-news"), "{}", again.err);
    assert_eq!(config(&desk), after);
}

#[tokio::test(flavor = "multi_thread")]
async fn usual_addresses_then_robots_txt_then_the_page_itself() {
    let origin = Origin::start().await;
    origin.set("/", html("<p>Nothing is named here."));
    origin.set("/feed.xml", Reply::ok(NEWS));
    let desk = Desk::new("");
    let ran = desk.runs(&["add", origin.url("/").as_ref(), "--dry-run"]);
    assert!(ran.out.contains("/feed.xml") && ran.out.contains("at a usual address"), "{}", ran.out);
    assert!(!config(&desk).contains("[[source]]"), "a dry run writes nothing");

    let origin = Origin::start().await;
    origin.set("/newsroom", html(sample("newsroom-en.html")));
    let map = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>\
        <url><loc>https://city.example/1</loc><news:news><news:title>One</news:title>\
        <news:publication_date>2026-11-20</news:publication_date></news:news></url></urlset>";
    origin.set("/robots.txt", Reply::ok(format!("User-agent: *\nDisallow: /x\nSitemap: {}", origin.url("/news.xml"))));
    origin.set("/news.xml", Reply::ok(map));
    let ran = desk.runs(&["add", origin.url("/newsroom").as_ref(), "--id", "by-map"]);
    assert!(
        ran.out.contains("1. ") && ran.out.contains("named by robots.txt") && ran.out.contains("2. "),
        "{}",
        ran.out
    );
    assert!(config(&desk).contains("kind = \"sitemap\""), "{}", config(&desk));
    desk.runs(&["poll", "by-map"]);

    // The second that was found: the page, with selectors that read it.
    let ran = desk.runs(&["add", origin.url("/newsroom").as_ref(), "--pick", "2", "--id", "by-page"]);
    assert!(ran.out.contains("[source.page]\nentries = "), "{}", ran.out);
    let polled = desk.runs(&["poll", "by-page"]);
    assert!(polled.out.contains("8 entries, 8 new"), "{}", polled.out);
    let ran = desk.run(&["add", origin.url("/newsroom").as_ref(), "--pick", "3"]);
    assert_eq!((ran.code, ran.err.contains("--pick 3: 2 found")), (Some(2), true), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_source_is_not_added() {
    let origin = Origin::start().await;
    origin.set("/", html(sample("newsroom-en.html")));
    origin.set("/robots.txt", Reply::ok("User-agent: *\nDisallow: /\n"));
    let desk = Desk::new("");
    let before = config(&desk);
    let ran = desk.run(&["add", origin.url("/").as_ref()]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(
        ran.err.contains("could be read by selectors, but robots.txt") && ran.err.contains("no source was found"),
        "{}",
        ran.err
    );
    for (url, code, expected) in [
        ("ftp://a.example/", 2, "`ftp:` is not polled"),
        ("http://10.0.0.1/", 1, "10.0.0.1 is not public"),
        (origin.url("/gone").as_ref(), 1, "http status 404"),
    ] {
        let ran = desk.run(&["add", url]);
        assert_eq!(ran.code, Some(code), "{}", ran.err);
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
    assert_eq!(config(&desk), before);
}

/// What is printed reads the page when it is pasted.
#[tokio::test(flavor = "multi_thread")]
async fn fetch_proposes_selectors_that_can_be_pasted() {
    let origin = Origin::start().await;
    origin.set("/list", html(sample("presse-dl-de.html")));
    origin.set("/robots.txt", Reply::status(404));
    let desk = Desk::new("");
    let url = origin.url("/list").to_string();
    let ran = desk.runs(&["fetch", &url, "--page"]);
    assert!(ran.out.contains("page, windows-1252, 8 entries: Pressemitteilungen - Stadt Musterhafen"), "{}", ran.out);
    let block = &ran.out[ran.out.find("[source.page]").unwrap()..];
    let text = config(&desk) + &format!("\n[[source]]\nid = \"city\"\nurl = \"{url}\"\nkind = \"page\"\n{block}");
    std::fs::write(desk.config(), text).unwrap();
    desk.runs(&["check"]);
    let polled = desk.runs(&["poll", "city"]);
    assert!(polled.out.contains("8 entries, 8 new"), "{}", polled.out);
    // Configured now, it is read by its own selectors.
    let json = desk.runs(&["fetch", "city", "--json"]).json();
    assert_eq!((json[0]["format"].as_str(), json[0]["entries"].as_array().unwrap().len()), (Some("page"), 8));
    assert_eq!(json[0]["entries"][0]["published"], "2026-11-21T00:00:00Z");
}
