//! `wiredesk add` and `fetch --page`: sources behind addresses.

use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};

use crate::desk::Desk;
use crate::newsroom::NEWS;
use crate::origin::Origin;
use crate::reply::Reply;

const DAY: Duration = Duration::from_secs(86_400);

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
    let page = origin.url("/news/").to_string();
    let ran = desk.runs(&["add", &page, "--tag", "city", "--id", "city-news"]);
    assert!(ran.out.contains("named by the page's link element") && ran.out.contains("One"), "{}", ran.out);
    let after = config(&desk);
    assert!(after.starts_with(&before) && after.contains("# mine, and it stays"), "{after}");
    let url = origin.url("/rss");
    let expected = format!("[[source]]\nid = \"city-news\"\nurl = \"{url}\"\ntitle = \"News\"\ntags = [\"city\"]\n");
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
        ("mailto:press@city.example", 2, "\"press@city.example\" is a mailbox, which is not polled"),
        ("press@city.example", 2, "is a mailbox, which is not polled; give the URL of a page or a feed"),
        (
            "http://10.0.0.1/",
            1,
            "10.0.0.1 is not public (private) (if it is meant, write allow_addresses = [\"10.0.0.1\"] under [polling])",
        ),
        (
            "http://169.254.169.254/",
            1,
            "a cloud's metadata service (it hands out a machine's credentials, and no news)",
        ),
        (origin.url("/gone").as_ref(), 1, "http status 404"),
    ] {
        let ran = desk.run(&["add", url]);
        assert_eq!(ran.code, Some(code), "{}", ran.err);
        assert!(ran.err.contains(expected), "{}", ran.err);
    }
    assert_eq!(config(&desk), before);
}

/// P35: robots.txt, which binds pages, is asked for before anything else of the host, and
/// once in vain is enough.
#[tokio::test(flavor = "multi_thread")]
async fn robots_txt_is_asked_for_first_p35() {
    let origin = Origin::start().await;
    origin.set("/news/", html(sample("newsroom-en.html")));
    origin.set("/robots.txt", Reply::silence());
    let desk = Desk::polling("host_gap = \"0s\"\nrefresh_floor = \"0s\"\ntimeout = \"1s\"", "");
    let ran = desk.run(&["add", origin.url("/news/").as_ref()]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert!(ran.err.contains("the page could be read by selectors, but"), "{}", ran.err);
    let asked: Vec<String> = origin.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(asked[..2], ["/robots.txt", "/news/"], "{asked:?}");
    assert_eq!(asked.iter().filter(|path| *path == "/robots.txt").count(), 1, "{asked:?}");
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

/// B180: what WordPress names first may be its comments; the news are taken, and the
/// comments listed after them.
#[tokio::test(flavor = "multi_thread")]
async fn the_news_come_before_their_comments_b180() {
    let origin = Origin::start().await;
    let link = |title: &str, path: &str| {
        format!("<link rel=alternate type='application/rss+xml' title='{title}' href='{path}'>")
    };
    let page = link("City &raquo; Comments Feed", "/comments/feed/") + &link("City &raquo; Feed", "/feed/");
    origin.set("/", html(page));
    let titled = |title: &str| NEWS.replacen("<title>", &format!("<title>{title}</title><title>"), 1);
    origin.set("/comments/feed/", Reply::ok(titled("Comments for City")));
    origin.set("/feed/", Reply::ok(titled("City")));
    let desk = Desk::new("");
    let ran = desk.runs(&["add", origin.url("/").as_ref(), "--dry-run", "--json"]);
    let report = ran.json()[0].clone();
    let urls: Vec<&str> = report["found"].as_array().unwrap().iter().map(|f| f["url"].as_str().unwrap()).collect();
    assert!(urls.len() == 2 && urls[0].ends_with("/feed/") && !urls[0].contains("comments"), "{urls:?}");
    assert!(urls[1].ends_with("/comments/feed/"), "{urls:?}");
    // A page that names its comments alone: the usual addresses are asked before these.
    let origin = Origin::start().await;
    origin.set("/", html(link("Comments Feed", "/comments/feed/")));
    origin.set("/comments/feed/", Reply::ok(titled("Comments for City")));
    origin.set("/rss.xml", Reply::ok(titled("City")));
    let ran = desk.runs(&["add", origin.url("/").as_ref(), "--dry-run"]);
    let first = ran.out.lines().next().unwrap_or_default();
    assert!(first.contains("/rss.xml") && ran.out.contains("/comments/feed/"), "{}", ran.out);
    assert!(ran.err.contains("the page names no feed of its news"), "{}", ran.err);
}

/// B180: visible links count where no link element names a feed, also those of a page
/// of feeds; each offer has its title.
#[tokio::test(flavor = "multi_thread")]
async fn visible_links_lead_to_feeds_b180() {
    let origin = Origin::start().await;
    let list = "<a href='/xml/press.xml'>RSS press</a><a href='/service/rss.html'>RSS</a><a href='/news/1'>A story</a>";
    origin.set("/", html(list));
    origin.set(
        "/service/rss.html",
        html("<h1>Our feeds</h1><a href='/rss/culture'>Culture</a><a href='/xml/press.xml'>RSS</a>"),
    );
    origin.set("/xml/press.xml", Reply::ok(NEWS));
    origin.set("/rss/culture", Reply::ok(NEWS));
    let desk = Desk::new("");
    let ran = desk.runs(&["add", origin.url("/").as_ref(), "--dry-run"]);
    assert!(
        ran.out.contains("1. ") && ran.out.contains("/xml/press.xml") && ran.out.contains("as \"RSS press\""),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("2. ") && ran.out.contains("/rss/culture") && ran.out.contains("as \"Culture\""),
        "{}",
        ran.out
    );
    assert!(origin.requests_for("/news/1").is_empty());
}

/// B180: feeds that are named and not asked for are told, and none is said to be dead.
#[tokio::test(flavor = "multi_thread")]
async fn feeds_that_were_not_tried_are_told_b180() {
    let origin = Origin::start().await;
    let link = |n: usize| format!("<link rel=alternate type='application/rss+xml' title='Feed {n}' href='/rss/{n}'>");
    origin.set("/", html((0..30).map(link).collect::<String>()));
    origin.set("/rss/8", Reply::ok(NEWS));
    let desk = Desk::new("");
    let ran = desk.run(&["add", origin.url("/").as_ref(), "--dry-run"]);
    for said in [
        "the page names 22 further feeds that this did not try; if one is meant, add its address:",
        "/rss/8 (named by the page's link element as \"Feed 8\")",
        "  and 10 more",
        "no feed that was tried is one that can be read",
    ] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    assert!(!ran.err.contains("the page names no feed"), "{}", ran.err);
    assert!(origin.requests_for("/rss/8").is_empty());
    let ran = desk.runs(&["add", origin.url("/rss/8").as_ref(), "--dry-run"]);
    assert!(ran.out.contains("the address itself"), "{}", ran.out);
}

/// B180: a server that leaves guessed addresses unanswered is soon left alone, and its page
/// is read nevertheless.
#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_asked_for_few_guesses_b180() {
    let origin = Origin::start().await;
    origin.set("/", html(sample("newsroom-en.html")));
    let guessed = ["/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/news/rss"];
    guessed.iter().for_each(|path| origin.set(path, Reply::silence()));
    origin.set("/robots.txt", Reply::status(404));
    let desk = Desk::polling("host_gap = \"0s\"\nrefresh_floor = \"0s\"\ntimeout = \"1s\"", "");
    let ran = desk.runs(&["add", origin.url("/").as_ref(), "--dry-run"]);
    assert!(ran.out.contains("the list on the page, by selectors"), "{}", ran.out);
    assert!(ran.err.contains("no further addresses of the kind are tried"), "{}", ran.err);
    let asked: usize = guessed.iter().map(|path| origin.requests_for(path).len()).sum();
    assert_eq!(asked, 2);
}

/// B180: a feed that the page names and that is dead is told by its name, and the page
/// is tried.
#[tokio::test(flavor = "multi_thread")]
async fn a_dead_feed_is_told_and_the_page_tried_b180() {
    let dead: [(&str, Reply, &str); 3] = [
        ("gone", Reply::status(404), "is no source: http status 404"),
        ("page", html("<title>Oops</title><p>Not here"), "is no source: not a feed: an HTML page titled \"Oops\""),
        ("empty", Reply::ok("<rss version='2.0'><channel><title>Old</title></channel></rss>"), "holds no entries"),
    ];
    for (kind, reply, expected) in dead {
        let origin = Origin::start().await;
        let list = String::from_utf8(sample("newsroom-en.html")).unwrap();
        let named = "<link rel=alternate type='application/rss+xml' title='City news' href='/old.rss'></head>";
        origin.set("/newsroom", html(list.replacen("</head>", named, 1)));
        origin.set("/old.rss", reply);
        origin.set("/robots.txt", Reply::status(404));
        let desk = Desk::new("");
        let ran = desk.runs(&["add", origin.url("/newsroom").as_ref(), "--id", "city"]);
        let named = format!("/old.rss (named by the page's link element as \"City news\") {expected}");
        assert!(ran.err.contains(&named), "{kind}: {}", ran.err);
        let config = config(&desk);
        assert!(config.contains("kind = \"page\"") && config.contains("[source.page]"), "{kind}: {config}");
    }
}

/// B251: the last entry of a list is shown, a page that is no feed is told with the option that
/// reads it, and a saved page with what its links lack.
#[tokio::test(flavor = "multi_thread")]
async fn pages_are_shown_to_their_end_and_told_how_to_read_b251() {
    let origin = Origin::start().await;
    let items: String = (1..9)
        .map(|at| {
            let day = 30 - at;
            format!("<li><a href=\"/n/{at}\">A headline of the harbour office {at}</a> <i>2025-11-{day}</i></li>")
        })
        .collect();
    let page = format!("<title>Harbour</title><main><ul class=l>{items}</ul></main>");
    origin.set("/news", html(&page));
    origin.set("/robots.txt", Reply::status(404));
    let desk = Desk::new("");
    let ran = desk.runs(&["add", origin.url("/news").as_ref(), "--dry-run"]);
    let shown: Vec<&str> = ran.out.lines().filter(|line| line.contains("harbour office")).collect();
    assert!(shown.len() == 6 && shown[5].contains("2025-11-22") && shown[5].ends_with("office 8"), "{}", ran.out);
    let ran = desk.run(&["fetch", origin.url("/news").as_ref()]);
    assert!(ran.out.contains("titled \"Harbour\" (--page proposes selectors"), "{ran:?}");
    let saved = desk.config().with_file_name("saved.html");
    std::fs::write(&saved, &page).unwrap();
    let ran = desk.run(&["fetch", saved.to_str().unwrap(), "--page"]);
    assert!(ran.out.contains("a file has no URL from which its relative links could lead on"), "{ran:?}");
    std::fs::write(&saved, format!("<base href=\"https://harbour.example/\">{page}")).unwrap();
    let ran = desk.runs(&["fetch", saved.to_str().unwrap(), "--page"]);
    assert!(ran.out.contains("https://harbour.example/n/8"), "{ran:?}");
}

/// B281: where the links of a list leave its site, that is shown.
#[tokio::test(flavor = "multi_thread")]
async fn links_that_leave_the_site_are_shown_b281() {
    let origin = Origin::start().await;
    let said = ["Harbour partnership renewed", "Delegation tours the new tram", "Consuls briefed on winter plans"];
    let row = |(at, said): (usize, &&str)| format!("<li><a href=n/{at}>{said}</a> <i>2026-11-1{at}</i></li>");
    let rows: String = said.iter().enumerate().map(row).collect();
    let page =
        |base: &str| html(format!("<html><head>{base}<title>News</title></head><body><ul>{rows}</ul></body></html>"));
    origin.set("/elsewhere/", page("<base href='https://paper.example/'>"));
    origin.set("/own/", page(""));
    let desk = Desk::new("");
    let told = desk.runs(&["add", origin.url("/elsewhere/").as_ref(), "--dry-run"]).out;
    assert!(told.contains("3 of 3 links lead to another site: paper.example"), "{told}");
    let told = desk.runs(&["add", origin.url("/own/").as_ref(), "--dry-run"]).out;
    assert!(!told.contains("another site"), "{told}");
}

/// B280: how a date is written, and where its year came from.
#[tokio::test(flavor = "multi_thread")]
async fn explain_says_where_a_year_came_from_b280() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    let row = |(at, day): (usize, &String)| {
        format!("<li><a href=/n/{at}>Delegation number {at} tours the tram</a> <i>{day}</i></li>")
    };
    let list = |days: &[String]| format!("<ul class=n>{}</ul>", days.iter().enumerate().map(row).collect::<String>());
    let now = SystemClock::new().now();
    let recent = [3, 10, 20].map(|days| now.minus(DAY * days).to_utc().strftime("%-d %b").to_string());
    let old = ["20 Nov", "3 Nov", "2 Oct"].map(str::to_owned);
    origin.set("/old/", html(format!("<title>News</title><h2>2024</h2>{}", list(&old))));
    origin.set("/now/", html(format!("<title>News</title>{}", list(&recent))));
    origin.set("/full/", html(format!("<title>News</title>{}", list(&old.map(|day| day + " 2024")))));
    let source = |name: &str| {
        format!(
            "[[source]]\nid = \"{name}\"\nurl = \"{}\"\nkind = \"page\"\n[source.page]\nentries = \"ul.n > li\"\n\
             link = \"a\"\ndate = \"i\"\n\n[[feed]]\nid = \"of-{name}\"\ntitle = \"F\"\nsources = [\"{name}\"]\n\
             backfill = \"36500d\"\n\n",
            origin.url(&format!("/{name}/"))
        )
    };
    for (name, expected) in [
        ("old", "published 2024-11-20, written \"20 Nov\"; its year is that of a heading above it"),
        ("now", "; its year is the last one in which that day did not lie ahead"),
        ("full", "published 2024-11-20, written \"20 Nov 2024\"\n"),
    ] {
        let desk = Desk::new(&source(name));
        desk.runs(&["poll", "--all"]);
        let (feed, entry) = (format!("of-{name}"), origin.url("/n/0").to_string());
        let told = desk.runs(&["explain", &feed, &entry]).out;
        assert!(told.contains(expected), "{name}: {told}");
        let told = desk.runs(&["explain", &feed, &entry, "--json"]).json();
        assert!(told[0]["published_raw"].is_string() && told[0]["published_at"].is_string(), "{told:?}");
    }
}

/// O148: which wire a source carries, and where it is at home, is said when it is added.
#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_added_with_its_wire_and_country_o148() {
    let origin = Origin::start().await;
    origin.set("/rss", Reply::ok(NEWS));
    let desk = Desk::new("");
    let url = origin.url("/rss").to_string();
    let before = config(&desk);
    let wrong = desk.run(&["add", &url, "--country", "China"]);
    assert!(wrong.code == Some(2) && wrong.err.contains("write \"CN\" for China"), "{wrong:?}");
    assert_eq!(config(&desk), before);
    desk.runs(&["add", &url, "--wire", "PR Newswire", "--country", "CN"]);
    assert!(config(&desk).ends_with("wire = \"PR Newswire\"\ncountry = \"CN\"\n"), "{}", config(&desk));
    desk.runs(&["check"]);
}
