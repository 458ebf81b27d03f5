//! What one source may bring a day, and what its articles take from others
//! (checks B123, B124).

use std::time::Duration;

use wiredesk::clock::Clock;
use wiredesk::model::EntryId;
use wiredesk::store::EntryRef;

use crate::newsroom::{Newsroom, at};
use crate::origin::Origin;
use crate::reply::Reply;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// Items of these numbers, the largest first; each is an hour younger than the one below.
fn feed(numbers: std::ops::Range<u64>, text: &str) -> String {
    let item = |n: u64| {
        let (day, hour) = (1 + n / 24, n % 24);
        format!(
            "<item><guid>urn:n:{n}</guid><title>News number {n}</title><link>https://city.example/{n}</link>\
             <pubDate>{day:02} Nov 2026 {hour:02}:00:00 GMT</pubDate><description>{text} {n}</description></item>"
        )
    };
    let items: String = numbers.rev().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>City</title>{items}</channel></rss>")
}

fn limited(id: &str, url: &str, limits: &str) -> String {
    format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nlimits = {{ {limits} }}\n\n")
}

async fn entries(room: &Newsroom, id: &str) -> u64 {
    let all = room.store.sources(room.clock.now()).await.unwrap();
    all.iter().find(|s| s.source.as_str() == id).unwrap().entries
}

async fn remarks(room: &Newsroom, id: &str) -> String {
    let all = room.store.sources(room.clock.now()).await.unwrap();
    all.iter().find(|s| s.source.as_str() == id).unwrap().remarks(room.clock.now()).join("\n")
}

#[tokio::test]
async fn a_large_document_comes_in_by_days_and_nothing_of_it_is_lost_b123() {
    let origin = Origin::start().await;
    let reply = || Reply::ok(feed(0..25, "The mayor received the envoy.")).header("etag", "\"one\"");
    origin.set("/feed", reply());
    let url = at(&origin, "city.example", "/feed");
    let room = Newsroom::open(&limited("city", &url, "entries_per_day = 10")).await;
    let first = room.next_one().await;
    assert_eq!((first.new, first.failed), (10, false), "B123: {first:?}");
    assert!(first.note.text.contains("25 entries, 10 new") && first.note.text.contains("15 more wait"), "{first:?}");
    assert!(first.next.because.contains("over its budget of 10 new entries a day"), "{first:?}");
    assert!(first.next.at.since(room.clock.now()) >= HOUR, "it is not polled faster for it");
    let newest: Vec<String> = (15..25).rev().map(|n| format!("News number {n}")).collect();
    assert_eq!(room.published().await, newest);
    assert_eq!(room.word("city").await, "over");
    let said = remarks(&room, "city").await;
    assert!(said.contains("15 new entries of its document were not taken"), "{said}");
    // No validator is kept for it, a restart forgets nothing, and the day ends.
    let room = room.restart().await;
    room.clock.advance(2 * HOUR);
    let second = room.next_one().await;
    assert_eq!((second.new, entries(&room, "city").await), (0, 10), "{second:?}");
    for (day, expected) in [(1, 20), (2, 25)] {
        room.clock.advance(DAY);
        let later = room.next_one().await;
        assert_eq!(entries(&room, "city").await, expected, "day {day}: {later:?}");
    }
    assert!(origin.requests_for("/feed").iter().all(|sent| sent.header("if-none-match").is_none()));
    let all: Vec<String> = (0..25).rev().map(|n| format!("News number {n}")).collect();
    assert_eq!(room.published().await, all, "they stand by their dates, as of a first document");
    assert_eq!((room.word("city").await, remarks(&room, "city").await.as_str()), ("ok", ""));
    // Taken whole, it is asked for conditionally.
    room.clock.advance(HOUR);
    room.next_one().await;
    let asked = origin.requests_for("/feed");
    assert_eq!(asked.last().unwrap().header("if-none-match").as_deref(), Some("\"one\""));
}

#[tokio::test]
async fn new_ids_at_every_poll_end_at_the_budget_and_corrections_go_on_b123() {
    let origin = Origin::start().await;
    let (flood, calm) = (at(&origin, "flood.example", "/flood"), at(&origin, "calm.example", "/calm"));
    let every = "schedule = \"every 30m\"\n";
    let sources = format!("[[source]]\nid = \"calm\"\nurl = \"{calm}\"\n{every}\n")
        + &limited("flood", &flood, "entries_per_day = 50").replace("limits", &format!("{every}limits"));
    let room = Newsroom::open(&sources).await;
    for round in 0..12 {
        let made = feed(1_000 + round * 20..1_020 + round * 20, "Noise.");
        origin.set(
            "/flood",
            Reply::ok(
                made.replace("</channel>", &item(7, &format!("Version {round}.")))
                    .replace("city.example", "flood.example"),
            ),
        );
        origin.set("/calm", Reply::ok(feed(round..round + 3, "The mayor spoke.")));
        room.clock.advance(HOUR);
        for claim in room.claim().await {
            let done = room.poll(claim).await;
            assert!(!done.failed, "{done:?}");
        }
    }
    let (flooded, calm) = (entries(&room, "flood").await, entries(&room, "calm").await);
    assert!(flooded <= 51, "B123: {flooded} entries of one source in a day");
    assert!(calm >= 13, "B123: another source lost {calm}");
    assert_eq!(room.word("flood").await, "over");
    let record = room.store.entry(&EntryRef::Iri("https://flood.example/7".to_owned())).await.unwrap().unwrap();
    let text = record.published.entry.summary.unwrap();
    assert!(text.markup.raw().contains("Version 11."), "what is known is corrected: {text:?}");
}

fn item(n: u64, text: &str) -> String {
    let one = feed(n..n + 1, text);
    let start = one.find("<item>").unwrap();
    one[start..].replace("</rss>", "")
}

#[tokio::test]
async fn large_texts_end_at_the_budget_and_the_newest_version_is_kept_b123() {
    let origin = Origin::start().await;
    let long = |word: &str| format!("{word} {}", "The mayor received the envoy. ".repeat(30_000));
    origin.set("/feed", Reply::ok(feed(0..6, &long("First"))));
    let url = at(&origin, "city.example", "/feed");
    let every = "schedule = \"every 1h\"\nlimits";
    let source = limited("city", &url, "bytes_per_day = \"4 MiB\"").replace("limits", every);
    let room = Newsroom::open(&source).await;
    assert_eq!(room.next_one().await.new, 4, "B123: 900 KB each");
    assert!(remarks(&room, "city").await.contains("4 MiB of text a day (limits.bytes_per_day)"));
    for round in 0..5 {
        origin.set("/feed", Reply::ok(feed(0..6, &long(&format!("Round{round}")))));
        room.clock.advance(HOUR);
        assert_eq!(room.next_one().await.revised, 4);
    }
    let record = room.store.entry(&EntryRef::Id(EntryId(1))).await.unwrap().unwrap();
    assert!(record.versions.len() <= 2, "B123: {} versions of 900 KB", record.versions.len());
    assert!(record.published.entry.summary.unwrap().markup.raw().contains("Round4"));
}

#[tokio::test]
async fn an_index_of_sitemaps_over_the_budget_is_read_again_b123() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    let host = |path: &str| at(&origin, "maps.example", path);
    let map =
        |n: u64| format!("<sitemap><loc>{}</loc><lastmod>2026-11-2{n}</lastmod></sitemap>", host(&format!("/{n}.xml")));
    let ns = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";
    origin.set("/index.xml", Reply::ok(format!("<sitemapindex {ns}>{}{}</sitemapindex>", map(1), map(2))));
    for n in [1, 2] {
        let page = |k| format!("<url><loc>{}</loc></url>", host(&format!("/news/{n}/{k}")));
        let pages: String = (0..8).map(page).collect();
        origin.set(&format!("/{n}.xml"), Reply::ok(format!("<urlset {ns}>{pages}</urlset>")).header("etag", "\"m\""));
    }
    let source =
        limited("maps", &host("/index.xml"), "entries_per_day = 10").replace("limits", "kind = \"sitemap\"\nlimits");
    let room = Newsroom::open(&source).await;
    let first = room.next_one().await;
    assert_eq!(first.new, 10, "B123: {first:?}");
    room.clock.advance(DAY);
    room.next_one().await;
    assert_eq!(entries(&room, "maps").await, 16, "B123: nothing of an index is lost");
}

#[tokio::test]
async fn a_source_that_always_wants_articles_leaves_others_their_turn_b124() {
    let origin = Origin::start().await;
    let mut sources = String::new();
    for (id, items) in [("a", 0..200), ("b", 0..1), ("c", 0..1), ("d", 0..1)] {
        let path = format!("/{id}");
        let text = feed(items, "The meeting at City Hall dealt with exchanges …")
            .replace("city.example", &format!("{id}.example"));
        origin.set(&path, Reply::ok(text));
        let url = at(&origin, &format!("{id}.example"), &path);
        sources +=
            &format!("[[source]]\nid = \"{id}\"\nurl = \"{url}\"\nfull_text = true\nschedule = \"every 12h\"\n\n");
    }
    let room = Newsroom::open(&sources).await;
    for id in ["a", "b", "c", "d"] {
        assert!(room.by_hand(id).await.unwrap().new > 0);
    }
    let mut served = Vec::new();
    for _ in 0..8 {
        room.clock.advance(Duration::from_secs(1));
        let claims = room.store.claim_articles(&room.worker, room.clock.now(), 1).await.unwrap();
        for claimed in &claims {
            assert!(claimed.wanted.len() <= 60, "B124: {} at once", claimed.wanted.len());
            served.push(claimed.claim.source.to_string());
            room.store.end_articles(&claimed.claim).await.unwrap();
        }
    }
    let mut once = served[..4].to_vec();
    once.sort();
    assert_eq!(
        (once.as_slice(), &served[..4]),
        (["a", "b", "c", "d"].map(str::to_owned).as_slice(), &served[4..]),
        "B124"
    );
}

#[tokio::test]
async fn articles_count_in_their_sources_budget_of_text_b123() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    let teaser = "The meeting at City Hall dealt with exchanges between schools, the port and the two universities …";
    let link = |n: u64| at(&origin, "city.example", &format!("/{n}"));
    let teasers: String = (10..13)
        .map(|n| item(n, teaser).replace(&format!("https://city.example/{n}"), &link(n)).replace("</channel>", ""))
        .collect();
    let long = "The mayor received the envoy. ".repeat(30_000);
    origin.set("/feed", Reply::ok(feed(0..4, &long).replacen("<item>", &format!("{teasers}<item>"), 1)));
    let words = "The council will vote on the agreement with the sister city in spring, said the mayor on Monday. ";
    let text: String = (0..450).map(|n| format!("<p>Item {n}. {teaser} {}</p>", words.repeat(8))).collect();
    for n in 10..13 {
        let page = format!("<html><title>News number {n}</title><main><article>{text}</article></main></html>");
        origin.set(&format!("/{n}"), Reply::ok(page).header("content-type", "text/html"));
    }
    let settings = "schedule = \"every 12h\"\nfull_text = true\nlimits";
    let source = limited("city", &at(&origin, "city.example", "/feed"), "bytes_per_day = \"4 MiB\"");
    let room = Newsroom::open(&source.replace("limits", settings)).await;
    assert_eq!(room.next_one().await.new, 7);
    let fetched = room.articles().await;
    let said = room.store.entry(&EntryRef::Id(EntryId(7))).await.unwrap().unwrap().article;
    assert_eq!((fetched.better, fetched.later), (2, 1), "B123: {fetched:?} {said:?}");
    room.until(room.clock.now().plus(DAY));
    for claim in room.claim().await {
        room.poll(claim).await;
    }
    assert_eq!(room.articles().await.better, 1, "it comes the next day");
}
