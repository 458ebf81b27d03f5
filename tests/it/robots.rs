//! robots.txt binds what was not published for subscribers (check P35).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use url::Url;
use wiredesk::fetch::robots::Robots;
use wiredesk::fetch::{Asker, AtOnce, DocumentKind, Manners, Request};
use wiredesk::model::{Failure, NextPoll};
use wiredesk::net::{Client, Roots};

use crate::newsroom::{MONDAY, Names, Newsroom, at, source};
use crate::origin::Origin;
use crate::reply::Reply;

const DAY: Duration = Duration::from_secs(86_400);

fn client() -> Client {
    let total = Duration::from_secs(2);
    let settings = wiredesk::net::Settings { total, ..crate::fetch::settings() };
    Client::with(settings, std::sync::Arc::new(Names { broken: None }), Roots::Machine).unwrap()
}

async fn permission(
    robots: &Robots,
    net: &Client,
    url: &str,
    now: wiredesk::clock::Timestamp,
) -> Result<bool, Failure> {
    let request = Request { wanted: DocumentKind::Page, ..Request::of(url.parse().unwrap()) };
    Asker { net, robots }.permission(&request, &AtOnce, now).await.map(|permission| permission.asked)
}

#[tokio::test]
async fn rules_are_read_and_believed_for_a_day_p35() {
    let (origin, net, robots) = (Origin::start().await, client(), Robots::default());
    origin.set(
        "/robots.txt",
        Reply::ok("User-agent: *\nDisallow: /\n\nUser-agent: WireDesk\nDisallow: /private/\nAllow: /private/news\nCrawl-delay: 3\n"),
    );
    let url = |path: &str| at(&origin, "city.example", path);
    assert_eq!(permission(&robots, &net, &url("/news"), MONDAY).await, Ok(true));
    assert_eq!(permission(&robots, &net, &url("/private/news/1"), MONDAY).await, Ok(false));
    let refused = permission(&robots, &net, &url("/private/x"), MONDAY.plus(DAY / 2)).await.unwrap_err();
    assert!(
        matches!(&refused, Failure::Robots { why, is_rule: true } if why.contains("/robots.txt does not allow /private/x")),
        "{refused}"
    );
    assert_eq!(origin.requests_for("/robots.txt").len(), 1);
    // A day later they are asked for again.
    assert_eq!(permission(&robots, &net, &url("/news"), MONDAY.plus(DAY)).await, Ok(true));
    let asked = origin.requests_for("/robots.txt");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].header("accept").as_deref(), Some("text/plain, */*;q=0.1"));
}

#[tokio::test]
async fn a_4xx_opens_and_a_5xx_or_silence_closes_p35() {
    let (net, robots) = (client(), Robots::default());
    for (at_place, (reply, open)) in [
        (Reply::status(404), true),
        (Reply::status(403), true),
        (Reply::status(429), false),
        (Reply::status(500), false),
        (Reply::status(503), false),
        (Reply::silence(), false),
        (Reply::hang_up(), false),
        (Reply::ok("\u{feff}<html>not rules</html>"), true),
        (Reply::ok(""), true),
        (Reply::ok(vec![0xff; 600 * 1024]), true),
    ]
    .into_iter()
    .enumerate()
    {
        let origin = Origin::start().await;
        origin.set("/robots.txt", reply);
        let url = at(&origin, "city.example", "/news");
        let left = permission(&robots, &net, &url, MONDAY).await;
        assert_eq!(left.is_ok(), open, "{at_place}: {left:?}");
        if !open {
            assert!(matches!(left, Err(Failure::Robots { is_rule: false, .. })), "{left:?}");
            // That it cannot be had is believed for minutes, not for a day.
            origin.set("/robots.txt", Reply::status(404));
            assert!(permission(&robots, &net, &url, MONDAY.plus(Duration::from_secs(60))).await.is_err());
            assert_eq!(permission(&robots, &net, &url, MONDAY.plus(Duration::from_secs(1000))).await, Ok(true));
        }
    }
}

#[tokio::test]
async fn rules_are_read_to_500_kib_and_over_five_redirects_p35() {
    let (origin, net, robots) = (Origin::start().await, client(), Robots::default());
    let filler = "# comment\n".repeat(50_000);
    origin.set("/robots.txt", Reply::redirect(301, "/r1"));
    for hop in 1..5 {
        origin.set(&format!("/r{hop}"), Reply::redirect(302, format!("/r{}", hop + 1)));
    }
    origin.set("/r5", Reply::ok(format!("{filler}User-agent: *\nDisallow: /late\n")));
    assert!(permission(&robots, &net, &at(&origin, "city.example", "/late"), MONDAY).await.is_err());
    assert_eq!(permission(&robots, &net, &at(&origin, "city.example", "/early"), MONDAY).await, Ok(false));
}

/// One turn, and none after it for this reason.
struct OneTurn(AtomicUsize, Failure);

#[async_trait]
impl Manners for OneTurn {
    async fn turn(&self, _: &Url) -> Result<(), Failure> {
        if self.0.fetch_add(1, Ordering::SeqCst) == 0 { Ok(()) } else { Err(self.1.clone()) }
    }
}

/// That there was no turn on the way tells nothing of the rules, least of all that they
/// forbid everything for a quarter of an hour.
#[tokio::test]
async fn rules_that_were_not_asked_for_to_the_end_are_asked_for_again_p35() {
    let (origin, net) = (Origin::start().await, client());
    origin.set("/robots.txt", Reply::redirect(302, "/rules"));
    origin.set("/rules", Reply::status(404));
    let held = NextPoll { at: MONDAY.plus(DAY), because: "it asked to be left alone".to_owned() };
    for why in [Failure::Held(held), Failure::NotStored("the store is busy".to_owned())] {
        let robots = Robots::default();
        let page = at(&origin, "city.example", "/news");
        let request = Request { wanted: DocumentKind::Page, ..Request::of(page.parse().unwrap()) };
        let manners = OneTurn(AtomicUsize::new(0), why.clone());
        let left = Asker { net: &net, robots: &robots }.permission(&request, &manners, MONDAY).await;
        assert_eq!(left, Err(why));
        assert_eq!(permission(&robots, &net, &page, MONDAY).await, Ok(true));
    }
}

/// Feeds are published for subscribers; pages and sitemaps are not.
#[tokio::test]
async fn pages_and_sitemaps_are_bound_and_feeds_are_not_p35() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::ok("User-agent: *\nDisallow: /\n"));
    origin.set("/feed", Reply::ok(crate::newsroom::NEWS));
    let page = at(&origin, "page.example", "/list");
    let sources = source("feed", &at(&origin, "feed.example", "/feed"), "every 30m")
        + &source("map", &at(&origin, "map.example", "/sitemap.xml"), "every 30m")
            .replace("schedule", "kind = \"sitemap\"\nschedule")
        + &format!(
            "[[source]]\nid = \"page\"\nurl = \"{page}\"\nkind = \"page\"\nschedule = \"every 30m\"\n[source.page]\nentries = \"li\"\n\n"
        );
    let room = Newsroom::open(&sources).await;
    for name in ["feed", "map", "page"] {
        let summary = room.by_hand(name).await.unwrap();
        assert_eq!(summary.failed, name != "feed", "{name}: {:?}", summary.note);
        if summary.failed {
            assert_eq!(summary.note.kind, "robots");
            assert!(summary.note.text.contains("robots.txt does not allow"), "{:?}", summary.note);
        }
    }
    assert_eq!(origin.requests_for("/robots.txt").len(), 2);
    assert!(origin.requests_for("/list").is_empty() && origin.requests_for("/sitemap.xml").is_empty());
}

/// A redirect leads to another host, whose rules bind too.
#[tokio::test]
async fn each_hop_of_a_redirect_is_asked_for_its_rules_p35() {
    let origin = Origin::start().await;
    let other = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    other.set("/robots.txt", Reply::ok("User-agent: wiredesk\nDisallow: /list\n"));
    origin.set("/list", Reply::redirect(302, at(&other, "other.example", "/list")));
    let page = at(&origin, "page.example", "/list");
    let room = Newsroom::open(&format!(
        "[[source]]\nid = \"page\"\nurl = \"{page}\"\nkind = \"page\"\n[source.page]\nentries = \"li\"\n\n"
    ))
    .await;
    let summary = room.by_hand("page").await.unwrap();
    assert_eq!(summary.note.kind, "robots", "{:?}", summary.note);
    assert!(other.requests_for("/list").is_empty());
}
