//! Pages, articles, texts and rules that took a library seconds or minutes, through
//! polls; and what a heavy source costs those beside it (checks B105 to B107).

use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};
use wiredesk::fetch::robots::Robots;
use wiredesk::fetch::{Asker, AtOnce, DocumentKind, Request};
use wiredesk::limits::{HEAVY_POLLS, HEAVY_WAITING};
use wiredesk::model::{Content, Failure, Markup};
use wiredesk::net::{Client, Roots};
use wiredesk::publish::sanitize::Sanitizer;

use crate::newsroom::{MONDAY, NEWS, Names, Newsroom, at, source};
use crate::origin::Origin;
use crate::reply::{Gate, Reply};

/// What one document may take here at most, in a build for tests on a busy machine;
/// without a budget each takes minutes.
const SOON: Duration = Duration::from_secs(20);

/// Markup of about a megabyte for each construct that a parser's work grows with.
fn hostile() -> Vec<(&'static str, String)> {
    let numbered = |most: usize, row: &dyn Fn(usize) -> String| (0..most).map(row).collect::<String>();
    vec![
        ("references", "&#".repeat(500_000)),
        ("ampersands", "&<".repeat(500_000)),
        ("attributes", format!("<p{}>x", numbered(200_000, &|i| format!(" a{i}=1")))),
        ("attributes of an end tag", format!("<p>x</p{}>y", numbered(200_000, &|i| format!(" a{i}=1")))),
        ("attributes of body", numbered(60_000, &|i| format!("<body a{i}=1>"))),
        ("depth", "<div>".repeat(200_000)),
        ("depth closed elsewhere", "<div></span>".repeat(80_000)),
        ("fonts", numbered(60_000, &|i| format!("<font color={i}>x"))),
        ("fonts in paragraphs", numbered(60_000, &|i| format!("<p><font color={i}>x"))),
        ("bold in blocks", numbered(50_000, &|i| format!("<div><b id={i}>x</div>"))),
        ("bold over blocks", "<b><div>x</b>".repeat(80_000)),
        ("links over blocks", numbered(60_000, &|i| format!("<a href={i}><div>"))),
        ("words in a table", format!("<table>{}", "x<b></b>".repeat(130_000))),
        ("tables within tables", "<table><b>x".repeat(90_000)),
        ("option groups", "<select><optgroup>".repeat(60_000)),
        ("far end tags", format!("{}{}", "<span>".repeat(500), "</i>".repeat(250_000))),
        ("siblings", "<p class=a>x</p>".repeat(60_000)),
        ("headings", "<h1>".repeat(250_000)),
    ]
}

fn page_source(id: &str, url: &str) -> String {
    format!(
        "[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nkind = \"page\"\nschedule = \"every 1h\"\n[source.page]\n\
         entries = \"p ~ p, div:has(a) ~ div, li:nth-child(odd)\"\nsummary = \"p ~ p\"\n\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_pages_are_read_or_refused_by_name_b106() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    let (pages, mut sources) = (hostile(), String::new());
    for (n, (_, page)) in pages.iter().enumerate() {
        origin.set(&format!("/{n}"), Reply::ok(page.clone()).header("content-type", "text/html"));
        sources += &page_source(&format!("s{n}"), &at(&origin, &format!("host{n}.example"), &format!("/{n}")));
    }
    let room = Newsroom::open(&sources).await;
    for (n, (name, _)) in pages.iter().enumerate() {
        let started = SystemClock::new();
        let note = room.by_hand(&format!("s{n}")).await.unwrap().note;
        let took = started.elapsed();
        assert!(took < SOON && note.kind != "overlong", "{name}: {took:?}, {note:?}");
        // None of these lists news, and each says why.
        let why = ["elements", "steps", "finds no entries", "finds a link in none"];
        assert!(why.iter().any(|why| note.text.contains(why)), "{name}: {note:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_articles_leave_the_teaser_b106() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    let pages = hostile();
    let item = |n: usize| {
        let link = at(&origin, &format!("host{n}.example"), &format!("/{n}"));
        format!(
            "<item><guid>{n}</guid><title>Entry {n}</title><link>{link}</link><description>It …</description></item>"
        )
    };
    let items: String = (0..pages.len()).map(item).collect();
    origin.set("/feed", Reply::ok(format!("<rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")));
    for (n, (_, page)) in pages.iter().enumerate() {
        origin.set(&format!("/{n}"), Reply::ok(page.clone()).header("content-type", "text/html"));
    }
    let url = at(&origin, "feeds.example", "/feed");
    let room = Newsroom::open(&source("s", &url, "every 1h").replace("schedule", "full_text = true\nschedule")).await;
    assert_eq!(room.by_hand("s").await.unwrap().new, pages.len());
    let (mut kept, started) = (0, SystemClock::new());
    while kept < pages.len() {
        assert!(started.elapsed() < SOON * 4, "{kept} of {} articles were dealt with", pages.len());
        let fetched = room.articles().await;
        kept += fetched.kept;
        assert_eq!(
            (fetched.better, fetched.later),
            (0, 0),
            "a hostile page was taken for an article, or is asked again"
        );
    }
}

#[test]
fn hostile_texts_are_sanitised_as_fast_as_they_are_long_b106() {
    for (name, html) in hostile() {
        let started = SystemClock::new();
        let content = Content { markup: Markup::Html(html), base: None };
        Sanitizer::new().html(&content);
        assert!(started.elapsed() < SOON, "{name}: {:?}", started.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_txt_of_wildcards_costs_no_time_b105() {
    let origin = Origin::start().await;
    let rules = "Disallow: /*a*a*a*a*a*a*a*a*b\n".repeat(17_000);
    origin.set("/robots.txt", Reply::ok(format!("User-agent: *\n{rules}Disallow: /closed\n")));
    let settings = wiredesk::net::Settings { total: Duration::from_secs(5), ..crate::fetch::settings() };
    let net = Client::with(settings, Arc::new(Names { broken: None }), Roots::Machine).unwrap();
    let robots = Robots::default();
    let asker = Asker { net: &net, robots: &robots };
    let started = SystemClock::new();
    for n in 0..10 {
        let open = at(&origin, "city.example", &format!("/{}{n}", "a".repeat(2_000)));
        let request = |url: &str| Request { wanted: DocumentKind::Page, ..Request::of(url.parse().unwrap()) };
        assert!(asker.permission(&request(&open), &AtOnce, MONDAY).await.is_ok());
        let closed = request(&at(&origin, "city.example", "/closed"));
        let refused = asker.permission(&closed, &AtOnce, MONDAY).await;
        assert!(matches!(refused, Err(Failure::Robots { is_rule: true, .. })), "{refused:?}");
    }
    assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    assert_eq!(origin.requests_for("/robots.txt").len(), 1);
}

/// One publisher with twelve heavy pages, and others: all are due at once, and no more
/// than four polls go on at a time. The heavy ones are not even answered.
#[tokio::test(flavor = "multi_thread")]
async fn b107_b150_heavy_sources_take_no_turn_and_no_claim_of_the_rest() {
    const HEAVY: usize = 12;
    let (origin, gate) = (Origin::start().await, Gate::shut());
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/good", Reply::ok(NEWS));
    // Of each `div`, the selectors look at all before it, and within them, in vain.
    // As large as it is, its site counts as heavy however fast the machine is.
    let heavy = "<div class=x><p>words and more of them</p></div>".repeat(7_000);
    origin.set("/heavy", Reply::ok(heavy.clone()).header("content-type", "text/html"));
    let mut sources = String::new();
    for n in 0..HEAVY {
        sources += &page_source(&format!("heavy{n}"), &at(&origin, &format!("h{n}.heavy.example"), "/heavy"));
    }
    for n in 0..20 {
        sources += &source(&format!("good{n}"), &at(&origin, &format!("good{n}.example"), "/good"), "every 1h");
    }
    let room = Newsroom::open(&sources).await;
    // Once, so that it is known which are heavy.
    room.by_hand("heavy0").await.unwrap();
    assert!(room.is_heavy("h7.heavy.example"), "a page that is read at once shows nothing here");
    origin.set("/heavy", Reply::ok(heavy).header("content-type", "text/html").behind(&gate));
    room.clock.advance(Duration::from_secs(2 * 3600));
    let claims = room.claim().await;
    assert_eq!(claims.len(), HEAVY + 20, "all are due");
    let (mut driver, asked) = (room.driver(4), origin.requests_for("/heavy").len());
    driver.offer(claims).await;
    for _ in 0..20 {
        let ended = driver.next().await.expect("twenty more polls");
        assert!(ended.source.as_str().starts_with("good") && ended.new == 1, "{ended:?}");
    }
    let (at_once, waiting) = (HEAVY_POLLS.count(), HEAVY_WAITING.count());
    assert!(origin.requests_for("/heavy").len() <= asked + at_once);
    // Those that would wait for long are due again in a while, and free for other workers.
    let off = room.states().await.into_values().filter(|s| s.next.because.contains("take long to read")).count();
    assert_eq!(off, HEAVY - waiting);
    assert!(room.claim().await.is_empty());
    room.clock.advance(Duration::from_secs(30));
    assert_eq!(room.claim().await.len(), HEAVY - waiting);
    // What waited keeps its claim.
    gate.open();
    for _ in 0..waiting {
        let ended = driver.next().await.expect("the heavy ones");
        assert!(ended.source.as_str().starts_with("heavy") && ended.note.kind != "lapsed", "{ended:?}");
    }
    assert!(driver.next().await.is_none());
}

/// Whatever a poll leads to is weighed as its document is: an older page, a sitemap, an
/// article that may take much memory makes its site a heavy one.
#[tokio::test(flavor = "multi_thread")]
async fn r9_older_pages_sitemaps_and_articles_are_weighed() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    // Each of these may begin an object.
    let heavy = "{".repeat(7_000);
    let entry = |n: u32, text: &str| {
        format!("<entry><id>urn:x:{n}</id><title>Entry {n}</title><summary>{text}</summary></entry>")
    };
    let feed =
        |more: &str| format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><id>urn:x</id>{more}</feed>");
    let map = at(&origin, "maps.example", "/map.xml");
    origin.set("/index.xml", Reply::ok(format!("<sitemapindex><sitemap><loc>{map}</loc></sitemap></sitemapindex>")));
    origin.set("/map.xml", Reply::ok(format!("<urlset><!-- {heavy} --><url><loc>{map}?1</loc></url></urlset>")));
    let link = at(&origin, "pages.example", "/page");
    let item =
        format!("<item><guid>1</guid><title>Entry</title><link>{link}</link><description>It …</description></item>");
    origin.set("/teasers", Reply::ok(format!("<rss version=\"2.0\"><channel><title>T</title>{item}</channel></rss>")));
    let page = format!("<html><title>Entry</title><p>{heavy}</p></html>");
    origin.set("/page", Reply::ok(page).header("content-type", "text/html"));
    origin.set("/feed", Reply::ok(feed(&entry(1, "first"))));
    let of = |id: &str, path: &str, more: &str| {
        source(id, &at(&origin, &format!("{id}.example"), path), "every 1h")
            .replace("schedule", &format!("{more}schedule"))
    };
    let sources = of("back", "/feed", "")
        + &of("maps", "/index.xml", "kind = \"sitemap\"\n")
        + &of("teasers", "/teasers", "full_text = true\n");
    let room = Newsroom::open(&sources).await;
    for id in ["back", "maps", "teasers"] {
        let done = room.by_hand(id).await.unwrap();
        assert!(!done.failed, "{done:?}");
    }
    origin.set(
        "/feed",
        Reply::ok(feed(&("<link rel=\"prev-archive\" href=\"/older\"/>".to_owned() + &entry(3, "third")))),
    );
    origin.set("/older", Reply::ok(feed(&entry(2, &heavy))));
    room.clock.advance(Duration::from_secs(3600));
    assert_eq!(room.by_hand("back").await.unwrap().new, 2);
    room.articles().await;
    assert!(!room.is_heavy("teasers.example"));
    for host in ["back.example", "maps.example", "pages.example"] {
        assert!(room.is_heavy(host), "R9: {host}");
    }
}
