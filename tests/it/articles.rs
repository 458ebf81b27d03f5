//! Full text: articles behind teasers, fetched as their hosts let us.

use std::time::Duration;

use wiredesk::clock::Clock;
use wiredesk::model::EntryId;
use wiredesk::poll::articles::Fetched;
use wiredesk::store::EntryRef;

use crate::newsroom::{Newsroom, at};
use crate::origin::Origin;
use crate::reply::{Gate, Reply};

const HOUR: Duration = Duration::from_secs(3600);
const TEASER: &str =
    "The meeting at City Hall dealt with exchanges between schools, the port and the two universities …";

fn article() -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/pages/article-main-en.html");
    std::fs::read(path).unwrap()
}

fn feed(origin: &Origin, rows: &[(&str, &str)]) -> String {
    let item = |(path, teaser): &(&str, &str)| {
        let link = at(origin, "city.example", path);
        format!(
            "<item><guid>{path}</guid><title>Mayor receives ambassador {path}</title><link>{link}</link><description>{teaser}</description></item>"
        )
    };
    let items: String = rows.iter().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>City</title>{items}</channel></rss>")
}

async fn room(origin: &Origin) -> Newsroom {
    let url = at(origin, "feeds.example", "/feed");
    Newsroom::open(&format!(
        "[[source]]\nid = \"city\"\nurl = \"{url}\"\nfull_text = true\nrepublish = \"full\"\nschedule = \"every 1h\"\n\n"
    ))
    .await
}

async fn said(room: &Newsroom, entry: i64) -> String {
    let record = room.store.entry(&EntryRef::Id(EntryId(entry))).await.unwrap().unwrap();
    record.article.unwrap_or_default()
}

fn counts(fetched: &Fetched) -> (usize, usize, usize) {
    (fetched.better, fetched.kept, fetched.later)
}

#[tokio::test]
async fn a_teaser_gets_its_article_once_a_revision() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/feed", Reply::ok(feed(&origin, &[("/1", TEASER)])));
    origin.set("/1", Reply::ok(article()).header("content-type", "text/html"));
    let room = room(&origin).await;
    // The teaser is published at once; the article follows.
    assert_eq!(room.by_hand("city").await.unwrap().new, 1);
    assert!(origin.requests_for("/1").is_empty());
    let fetched = room.articles().await;
    assert_eq!(counts(&fetched), (1, 0, 0), "{}", said(&room, 1).await);
    let record = room.store.entry(&EntryRef::Id(EntryId(1))).await.unwrap().unwrap();
    let entry = &record.published.entry;
    assert!(entry.article.as_ref().unwrap().markup.raw().contains("The council will vote on the agreement"));
    assert!(entry.summary.as_ref().unwrap().markup.raw().contains("dealt with exchanges"));
    assert_eq!((record.published.revisions, record.versions.len()), (1, 1));
    // The same document again, then the same entry in another document: no request more.
    room.clock.advance(HOUR);
    assert_eq!(room.by_hand("city").await.unwrap().revised, 0);
    room.clock.advance(HOUR);
    origin.set("/feed", Reply::ok(feed(&origin, &[("/2", "Another one …"), ("/1", TEASER)])));
    origin.set("/2", Reply::status(404));
    assert_eq!(room.by_hand("city").await.unwrap().new, 1);
    assert_eq!(counts(&room.articles().await), (0, 1, 0));
    assert_eq!(said(&room, 2).await, "the feed's own text stays; its page: http status 404");
    assert_eq!((origin.requests_for("/1").len(), origin.requests_for("/2").len()), (1, 1));
    // A correction of the teaser keeps the article until the page is read anew.
    room.clock.advance(HOUR);
    origin.set("/feed", Reply::ok(feed(&origin, &[("/1", &TEASER.replace("two", "three"))])));
    assert_eq!(room.by_hand("city").await.unwrap().revised, 1);
    let record = room.store.entry(&EntryRef::Id(EntryId(1))).await.unwrap().unwrap();
    assert!(record.published.entry.article.is_some() && record.published.revisions == 2);
    assert_eq!(counts(&room.articles().await), (1, 0, 0));
    assert_eq!(origin.requests_for("/1").len(), 2);
}

/// An article that comes while the filter is changed is decided by the new one.
#[tokio::test]
async fn an_article_under_way_is_decided_by_the_changed_filter() {
    let origin = Origin::start().await;
    let gate = Gate::shut();
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/feed", Reply::ok(feed(&origin, &[("/1", TEASER)])));
    origin.set("/1", Reply::ok(article()).header("content-type", "text/html").behind(&gate));
    let room = room(&origin).await;
    room.refilter("body:\"nowhere to be found\"").await;
    room.by_hand("city").await.unwrap();
    let before = origin.requests_for("/robots.txt").len() + 1;
    let (fetched, ()) = tokio::join!(room.articles(), async {
        origin.wait_for(before + 2).await;
        room.refilter("body:\"vote on the agreement\"").await;
        gate.open();
    });
    assert_eq!(counts(&fetched), (1, 0, 0));
    room.decide_again().await;
    assert_eq!(room.published().await.len(), 1);
}

#[tokio::test]
async fn robots_txt_and_worse_pages_leave_the_feeds_own_text_p35() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::ok("User-agent: *\nDisallow: /closed\n"));
    origin.set("/feed", Reply::ok(feed(&origin, &[("/closed", TEASER), ("/consent", TEASER), ("/pdf", TEASER)])));
    let consent = "<html><title>Before you continue</title><main>".to_owned()
        + &"<p>We and our partners store information on a device to select advertising and measure it.</p>".repeat(9);
    origin.set("/consent", Reply::ok(consent));
    origin.set("/pdf", Reply::ok("%PDF-1.7 binary"));
    let room = room(&origin).await;
    room.by_hand("city").await.unwrap();
    assert_eq!(counts(&room.articles().await), (0, 3, 0));
    assert!(origin.requests_for("/closed").is_empty());
    let all = [said(&room, 1).await, said(&room, 2).await, said(&room, 3).await].join("\n");
    for expected in ["does not allow /closed", "asks for consent", "a PDF document"] {
        assert!(all.contains(expected), "{expected}: {all}");
    }
    assert!(
        room.store
            .claim_articles(&room.node, &room.courtesy, room.clock.now().plus(HOUR * 99), 9)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_page_without_an_answer_is_asked_for_again_and_given_up() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/feed", Reply::ok(feed(&origin, &[("/1", TEASER)])));
    origin.set("/1", Reply::hang_up());
    let room = room(&origin).await;
    room.by_hand("city").await.unwrap();
    assert_eq!(counts(&room.articles().await), (0, 0, 1));
    assert!(
        said(&room, 1).await.starts_with("its page is requested again at 2026-11-23T00:15:00"),
        "{}",
        said(&room, 1).await
    );
    assert_eq!(counts(&room.articles().await), (0, 0, 0));
    room.clock.advance(HOUR / 4);
    assert_eq!(counts(&room.articles().await), (0, 0, 1));
    // Its source is due now and polled first.
    room.clock.advance(HOUR * 2);
    assert_eq!(counts(&room.articles().await), (0, 0, 0));
    room.by_hand("city").await.unwrap();
    assert_eq!(counts(&room.articles().await), (0, 1, 0));
}

/// P17: what an article's host asks for binds every poll there.
#[tokio::test]
async fn a_429_for_a_page_holds_its_host_p17() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/feed", Reply::ok(feed(&origin, &[("/1", TEASER), ("/2", TEASER)])));
    origin.set("/1", Reply::status(429).header("retry-after", "1800"));
    origin.set("/2", Reply::status(429).header("retry-after", "1800"));
    let room = room(&origin).await;
    room.by_hand("city").await.unwrap();
    let fetched = room.articles().await;
    assert_eq!(counts(&fetched), (0, 0, 2), "{fetched:?}");
    let asked = origin.requests_for("/1").len() + origin.requests_for("/2").len();
    assert_eq!(asked, 1, "the second was not asked for once the first had been refused");
}

/// R23: the claim counts before anything is sent, so that a page which kills
/// the process is not asked for at every start.
#[tokio::test]
async fn a_page_that_killed_the_process_waits() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok(feed(&origin, &[("/1", TEASER)])));
    let room = room(&origin).await;
    room.by_hand("city").await.unwrap();
    let claimed = room.store.claim_articles(&room.node, &room.courtesy, room.clock.now(), 9).await.unwrap().remove(0);
    let again = room.clock.now().plus(HOUR);
    room.store.begin_article(&claimed.claim, claimed.wanted[0].id, again).await.unwrap();
    // The process dies here; its lease ends two minutes later.
    let room = room.restart().await;
    room.clock.advance(Duration::from_secs(180));
    assert!(room.store.claim_articles(&room.node, &room.courtesy, room.clock.now(), 9).await.unwrap().is_empty());
    assert_eq!(said(&room, 1).await, "the request before did not end");
}

/// The lease keeps a poll and an article of one source apart.
#[tokio::test]
async fn a_source_is_polled_or_its_articles_are_fetched_never_both() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok(feed(&origin, &[("/1", TEASER)])));
    let room = room(&origin).await;
    room.by_hand("city").await.unwrap();
    let claimed = room.store.claim_articles(&room.node, &room.courtesy, room.clock.now(), 9).await.unwrap().remove(0);
    room.clock.advance(Duration::from_secs(61));
    assert!(room.by_hand("city").await.is_err());
    room.store.end_articles(&claimed.claim).await.unwrap();
    assert!(room.by_hand("city").await.is_ok());
    assert!(
        room.store
            .commit_article(wiredesk::store::ArticleRecord {
                claim: claimed.claim,
                entry: EntryId(1),
                at: room.clock.now(),
                came: wiredesk::store::Came::Nothing,
                decided_by: wiredesk::store::RulesId::of(&wiredesk::store::Editions::default()),
                said: "late".to_owned(),
                hold: None,
                well: None,
            })
            .await
            .is_err()
    );
}

/// The whole way: the daemon publishes the teaser, then the article, and says
/// on the entry's page what stands there.
#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_publishes_the_article_behind_the_teaser() {
    let origin = Origin::start().await;
    let link = origin.url("/1");
    let today = wiredesk::clock::SystemClock::new().now().rfc3339();
    origin.set("/robots.txt", Reply::status(404));
    origin.set("/1", Reply::ok(article()).header("content-type", "text/html"));
    origin.set(
        "/feed",
        Reply::ok(format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>City</title><entry><id>urn:x:1</id><title>Mayor receives ambassador</title>\
             <updated>{today}</updated><link href=\"{link}\"/><summary>{TEASER}</summary></entry></feed>"
        )),
    );
    let source = format!(
        "[[source]]\nid = \"city\"\nurl = \"{}\"\nfull_text = true\nrepublish = \"full\"\n\n",
        origin.url("/feed")
    );
    let desk = crate::desk::Desk::new(&(source + crate::desk::EVERYTHING));
    let mut running = desk.start();
    let feed = running.until("/feeds/all.atom", |got| got.text().contains("The council will vote on the agreement"));
    assert!(feed.text().contains("<summary type=\"html\">The meeting at City Hall"), "{}", feed.text());
    let page = running.get("/entries/1", &[]).text();
    assert!(page.contains("Full text: <bdi>the article on its page replaces the teaser</bdi>."), "{page}");
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
}
