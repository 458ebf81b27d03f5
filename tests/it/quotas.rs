//! What one source may bring a day, and what its articles take from others
//! (checks B123, B124, B141 to B145).

use std::time::Duration;

use wiredesk::clock::Clock;
use wiredesk::model::EntryId;
use wiredesk::store::{EntryRef, SourcesWanted, Which};

use crate::newsroom::{Newsroom, at, condition};
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

/// The source `city`, polled as often as `every` says, within `limits`.
fn city(origin: &Origin, every: &str, limits: &str) -> String {
    let url = at(origin, "city.example", "/feed");
    format!("{}schedule = \"every {every}\"\n\n", limited("city", &url, limits).trim_end().to_owned() + "\n")
}

async fn entries(room: &Newsroom, id: &str) -> u64 {
    let all = crate::contract::all_sources(&room.store, room.clock.now()).await;
    all.iter().find(|s| s.source.as_str() == id).unwrap().entries
}

async fn remarks(room: &Newsroom, id: &str) -> String {
    let all = crate::contract::all_sources(&room.store, room.clock.now()).await;
    let found = all.iter().find(|s| s.source.as_str() == id).unwrap();
    condition(found, room.clock.now()).remarks().join("\n")
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
    assert_eq!(room.state("city").await.documents, 1, "B143: a document was read");
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
    let text = record.published.entry.entry.summary.unwrap();
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
    let said = remarks(&room, "city").await;
    let lost = "over its budget of 4 MiB of text a day (limits.bytes_per_day): since 2026-11-23T01";
    assert!(said.contains(lost) && said.contains(", 20 earlier versions of its entries were not kept"), "B144: {said}");
    room.clock.advance(DAY);
    assert!(!remarks(&room, "city").await.contains("earlier versions"), "B144: of its day");
    assert!(record.published.entry.entry.summary.unwrap().markup.raw().contains("Round4"));
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
    // On a day that is spent they are not asked for in vain.
    origin.forget();
    room.clock.advance(2 * HOUR);
    let spent = room.next_one().await;
    let waits = |warning: &String| warning.contains("2 sitemaps of the index wait for its budget of another day");
    assert!(!spent.failed && spent.warnings.iter().any(waits), "{spent:?}");
    assert_eq!((paths(&origin), room.word("maps").await), (vec!["/index.xml".to_owned()], "over"));
    room.clock.advance(DAY);
    room.next_one().await;
    assert_eq!(entries(&room, "maps").await, 16, "B123: nothing of an index is lost");
    assert_eq!((room.word("maps").await, room.state("maps").await.standing.behind_since), ("ok", None));
}

/// Entries `from` to `to`, the newest first, with a link to older ones.
fn page(from: u64, to: u64, older: Option<&str>) -> Reply {
    let entry =
        |n| format!("<entry><id>urn:x:{n}</id><title>Entry {n}</title><updated>2026-11-22T00:00:00Z</updated></entry>");
    let entries: String = (from..=to).rev().map(entry).collect();
    let link = older.map(|href| format!("<link rel=\"prev-archive\" href=\"{href}\"/>")).unwrap_or_default();
    Reply::ok(format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><id>urn:x</id>{link}{entries}</feed>"
    ))
    .header("etag", format!("\"{from}-{to}\""))
}

fn paths(origin: &Origin) -> Vec<String> {
    let asked = origin.requests().into_iter().map(|request| request.path).collect();
    origin.forget();
    asked
}

#[tokio::test]
async fn older_pages_beyond_the_budget_are_read_on_the_days_that_follow_b141() {
    let origin = Origin::start().await;
    let source = city(&origin, "30m", "entries_per_day = 10");
    let room = Newsroom::open(&source).await;
    origin.set("/feed", page(1, 5, None));
    assert_eq!(room.next_one().await.new, 5);
    // The window rolled, and its older pages hold more than a day may bring.
    room.clock.advance(DAY);
    origin.set("/feed", page(26, 30, Some("/back/2")));
    origin.set("/back/2", page(11, 25, Some("/back/1")));
    origin.set("/back/1", page(1, 10, None));
    origin.forget();
    let second = room.next_one().await;
    assert_eq!((second.new, paths(&origin)), (10, vec!["/feed".to_owned(), "/back/2".to_owned()]), "{second:?}");
    assert!(!second.gap, "B141: what waits is not lost: {:?}", second.warnings);
    room.clock.advance(HOUR);
    let later = room.next_one().await;
    assert_eq!((later.new, paths(&origin)), (0, vec!["/feed".to_owned()]), "nothing is read back in vain");
    assert!(!later.gap, "{:?}", later.warnings);
    assert_eq!(room.word("city").await, "over");
    // It rolls on, the desk starts anew, and nothing is forgotten.
    let room = room.restart().await;
    room.clock.advance(DAY);
    origin.set("/feed", page(31, 35, Some("/back/3")));
    origin.set("/back/3", page(26, 30, Some("/back/2")));
    let third = room.next_one().await;
    assert_eq!((third.new, third.gap, paths(&origin).len()), (10, false, 3), "{third:?}");
    assert_eq!(entries(&room, "city").await, 25);
    room.clock.advance(DAY);
    let last = room.next_one().await;
    // What stands between is in: it is gone on where the day before ended.
    assert_eq!((last.new, last.gap), (10, false), "B141: {last:?}");
    assert_eq!(paths(&origin), ["/feed", "/back/2", "/back/1"], "B141");
    assert_eq!(entries(&room, "city").await, 35, "B141: all of them are in");
    assert_eq!((room.word("city").await, room.state("city").await.standing.behind_since), ("ok", None));
    room.clock.advance(HOUR);
    room.next_one().await;
    let asked = origin.requests();
    assert_eq!((asked.len(), asked[0].header("if-none-match").as_deref()), (1, Some("\"31-35\"")));
}

#[tokio::test]
async fn an_older_page_that_fails_for_a_while_is_asked_for_again_b141() {
    let origin = Origin::start().await;
    let url = at(&origin, "city.example", "/feed");
    let room = Newsroom::open(&crate::newsroom::source("city", &url, "every 1h")).await;
    origin.set("/feed", page(1, 5, None));
    room.next_one().await;
    origin.set("/feed", page(21, 25, Some("/back")));
    origin.set("/back", Reply::status(503));
    let failed = room.next_one().await;
    assert!((failed.new, failed.gap) == (5, false), "what is asked for again is not lost: {failed:?}");
    let again = |warning: &String| warning.contains("503") && warning.contains("requested in an hour or later");
    assert!(failed.warnings.iter().any(again), "{:?}", failed.warnings);
    origin.set("/back", page(1, 20, None));
    origin.forget();
    let read = room.next_one().await;
    assert_eq!((read.new, read.gap, paths(&origin)), (15, false, vec!["/feed".to_owned(), "/back".to_owned()]));
    assert_eq!(entries(&room, "city").await, 25, "B141");
    assert_eq!(room.word("city").await, "ok", "no budget was spent");
    // One that is not there is not asked for again.
    origin.set("/feed", page(41, 45, Some("/gone")));
    origin.set("/gone", Reply::status(404));
    assert!(room.next_one().await.gap);
    origin.forget();
    room.next_one().await;
    assert_eq!(paths(&origin), ["/feed"]);
}

/// Two hundred entries in pages of ten, the newest in the document itself, behind 1 to 5.
fn deep(origin: &Origin) {
    let older = |n: u64| if n == 0 { "/back/first".to_owned() } else { format!("/back/{}", n - 1) };
    for n in 0..20 {
        let path = if n == 19 { "/feed".to_owned() } else { format!("/back/{n}") };
        origin.set(&path, page(6 + 10 * n, 15 + 10 * n, Some(&older(n))));
    }
    origin.set("/back/first", page(1, 5, None));
}

/// However deep a backlog is, and however little a day may bring of it, it comes in, and
/// each page is asked for once or twice.
#[tokio::test]
async fn a_deep_backlog_comes_in_by_days_b141() {
    let origin = Origin::start().await;
    let source = city(&origin, "12h", "entries_per_day = 30");
    let room = Newsroom::open(&source).await;
    origin.set("/feed", page(1, 5, None));
    room.next_one().await;
    room.clock.advance(DAY);
    deep(&origin);
    origin.forget();
    for day in 1..=7 {
        let read = room.next_one().await;
        assert_eq!((read.new, read.gap), (if day < 7 { 30 } else { 20 }, false), "B141: day {day}: {read:?}");
        let asked = paths(&origin);
        assert!(asked.len() <= 5, "day {day}: {asked:?}");
        room.clock.advance(DAY);
    }
    assert_eq!(entries(&room, "city").await, 205, "B141");
    assert_eq!((room.word("city").await, room.state("city").await.standing.behind_since), ("ok", None));
}

/// Where no budget bounds it, a poll reads ten pages and the next one goes on.
#[tokio::test]
async fn a_deep_backlog_comes_in_by_hours_b141() {
    let origin = Origin::start().await;
    let url = at(&origin, "city.example", "/feed");
    let room = Newsroom::open(&crate::newsroom::source("city", &url, "every 30m")).await;
    origin.set("/feed", page(1, 5, None));
    room.next_one().await;
    deep(&origin);
    origin.forget();
    let mut asked = Vec::new();
    for _ in 0..4 {
        assert!(!room.next_one().await.gap);
        asked.push(paths(&origin).len());
    }
    assert_eq!(asked, [11, 1, 11, 1], "B141: once an hour");
    assert_eq!(entries(&room, "city").await, 205, "B141");
}

/// A page that is cut at every request is asked for twice, one that fails once an hour.
#[tokio::test]
async fn older_pages_that_stay_broken_are_asked_for_seldom_b141() {
    let origin = Origin::start().await;
    let url = at(&origin, "city.example", "/feed");
    let room = Newsroom::open(&crate::newsroom::source("city", &url, "every 10m")).await;
    origin.set("/feed", page(1, 5, None));
    room.next_one().await;
    let cut = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>T</title><id>urn:x</id>\
               <entry><id>urn:x:20</id><title>Entry 20</title></entry><entry><id>urn:x:19</id><title>En";
    origin.set("/feed", page(21, 25, Some("/cut")));
    origin.set("/cut", Reply::ok(cut));
    origin.forget();
    for _ in 0..20 {
        room.next_one().await;
    }
    assert_eq!(origin.requests_for("/cut").len(), 2, "B141");
    origin.set("/feed", page(41, 45, Some("/busy")));
    origin.set("/busy", Reply::status(503));
    for _ in 0..19 {
        assert!(!room.next_one().await.gap, "it is asked for again");
    }
    let asked = origin.requests_for("/busy").len();
    assert!((3..=4).contains(&asked), "B141: {asked} requests in three hours");
}

/// A page that fails on the fourth day of a backlog is asked for again like any other; one
/// that fails for three days is given up, and told.
#[tokio::test]
async fn patience_with_a_page_counts_from_its_first_failure_b141() {
    let origin = Origin::start().await;
    let source = city(&origin, "12h", "entries_per_day = 30");
    let room = Newsroom::open(&source).await;
    origin.set("/feed", page(1, 5, None));
    room.next_one().await;
    room.clock.advance(DAY);
    deep(&origin);
    for _ in 0..4 {
        room.next_one().await;
        room.clock.advance(DAY);
    }
    assert_eq!(entries(&room, "city").await, 125);
    let from = room.state("city").await.standing.backlog.from.unwrap();
    let path = &from[from.find("/back").unwrap()..];
    origin.set(path, Reply::status(503));
    let failed = room.next_one().await;
    assert_eq!((failed.new, failed.gap), (0, false), "{failed:?}");
    // What fails is not its budget.
    assert_eq!(room.word("city").await, "ok");
    let mut given_up = 0;
    for _ in 0..8 {
        given_up += usize::from(room.next_one().await.gap);
    }
    assert_eq!((given_up, room.state("city").await.standing.behind_since), (1, None), "B141");
}

/// A window that rolls while a first document goes on is read back on the days that follow.
#[tokio::test]
async fn a_window_that_rolls_before_a_first_document_is_in_is_read_back_b141_b143() {
    let origin = Origin::start().await;
    let source = city(&origin, "12h", "entries_per_day = 10");
    let room = Newsroom::open(&source).await;
    origin.set("/feed", page(1, 15, None));
    assert_eq!(room.next_one().await.new, 10);
    room.clock.advance(DAY);
    origin.set("/feed", page(36, 40, Some("/back")));
    origin.set("/back", page(16, 35, Some("/first")));
    origin.set("/first", page(1, 15, None));
    for day in 0..3 {
        assert!(!room.next_one().await.gap, "day {day}");
        room.clock.advance(DAY);
    }
    assert_eq!(entries(&room, "city").await, 40, "B141: nothing of what followed the first document is lost");
}

#[tokio::test]
async fn news_that_left_a_first_document_over_its_budget_is_told_b143() {
    let origin = Origin::start().await;
    let url = at(&origin, "city.example", "/feed");
    let room = Newsroom::open(&limited("city", &url, "entries_per_day = 10")).await;
    origin.set("/feed", Reply::ok(feed(0..25, "The mayor spoke.")));
    assert_eq!(room.next_one().await.new, 10);
    room.clock.advance(DAY);
    origin.set("/feed", Reply::ok(feed(100..105, "The mayor spoke.")));
    let rolled = room.next_one().await;
    assert_eq!((rolled.new, rolled.gap), (5, true), "B143: {rolled:?}");
    assert_eq!(room.state("city").await.documents, 2);
}

#[tokio::test]
async fn a_sitemap_that_was_cut_is_asked_for_again_b142() {
    let origin = Origin::start().await;
    origin.set("/robots.txt", Reply::status(404));
    let host = |path: &str| at(&origin, "maps.example", path);
    let ns = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";
    let map = format!("<sitemap><loc>{}</loc><lastmod>2026-11-22</lastmod></sitemap>", host("/1.xml"));
    origin.set("/index.xml", Reply::ok(format!("<sitemapindex {ns}>{map}</sitemapindex>")).header("etag", "\"i\""));
    let pages = |count: u64| (0..count).map(|k| format!("<url><loc>{}</loc></url>", host(&format!("/news/{k}"))));
    let cut = format!("<urlset {ns}>{}<url>", pages(4).collect::<String>());
    origin.set("/1.xml", Reply::ok(cut).header("etag", "\"m\""));
    let source = crate::newsroom::source("maps", &host("/index.xml"), "every 1h");
    let room = Newsroom::open(&source.replace("schedule", "kind = \"sitemap\"\nschedule")).await;
    let first = room.next_one().await;
    let told = |warning: &String| warning.contains("sitemaps that were not read whole are requested again");
    assert!(first.new == 4 && first.warnings.iter().any(told), "{first:?}");
    let whole = format!("<urlset {ns}>{}</urlset>", pages(9).collect::<String>());
    origin.set("/1.xml", Reply::ok(whole).header("etag", "\"m\""));
    room.next_one().await;
    assert_eq!(entries(&room, "maps").await, 9, "B142");
    assert!(origin.requests_for("/1.xml").iter().all(|sent| sent.header("if-none-match").is_none()));
    origin.forget();
    room.next_one().await;
    assert_eq!(paths(&origin).iter().filter(|path| *path == "/1.xml").count(), 0, "read whole, it is left alone");
}

#[tokio::test]
async fn a_source_that_always_wants_articles_leaves_others_their_turn_b124_b145() {
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
    // The queue itself is left as it is, however long (B145).
    let due = || room.figure("SELECT sum(due_at) FROM article");
    let (before, mut served) = (due(), Vec::new());
    for _ in 0..8 {
        room.clock.advance(Duration::from_secs(1));
        let claims = room.store.claim_articles(&room.node, &room.courtesy, room.clock.now(), 1).await.unwrap();
        for claimed in &claims {
            assert!(claimed.wanted.len() <= 60, "B124: {} at once", claimed.wanted.len());
            served.push(claimed.claim.source.to_string());
            room.store.end_articles(&claimed.claim).await.unwrap();
        }
    }
    assert_eq!(due(), before, "B145");
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

/// What was raised is no longer said to be exceeded, from the next start or reload on.
#[tokio::test]
async fn a_raised_budget_ends_the_remark_b162() {
    let origin = Origin::start().await;
    origin.set("/feed", Reply::ok(feed(0..25, "The mayor received the envoy.")));
    let url = at(&origin, "city.example", "/feed");
    let room = Newsroom::open(&limited("city", &url, "entries_per_day = 10")).await;
    room.next_one().await;
    assert_eq!((room.word("city").await, over(&room).await), ("over", vec!["city".to_owned()]));
    let due = room.state("city").await.next.at;
    // The same budget, and another one: the remark stays.
    let room = room.restart().await;
    assert_eq!(room.word("city").await, "over");
    room.reword("entries_per_day = 10", "entries_per_day = 10, warnings_per_day = 5");
    let room = room.restart().await;
    assert_eq!(room.word("city").await, "over");
    room.reword("entries_per_day = 10", "entries_per_day = 100");
    let room = room.restart().await;
    let state = room.state("city").await;
    assert_eq!((room.word("city").await, remarks(&room, "city").await.as_str()), ("ok", ""));
    assert!(over(&room).await.is_empty() && !state.next.because.contains("over its budget"), "{state:?}");
    assert_eq!(state.next.at, due, "nothing is asked earlier for it");
    room.clock.advance(HOUR);
    room.by_hand("city").await.unwrap();
    assert_eq!(entries(&room, "city").await, 25);
}

/// The sources that are listed and counted as over a budget.
async fn over(room: &Newsroom) -> Vec<String> {
    let (now, wanted) = (room.clock.now(), SourcesWanted { which: Which::Over, after: None, limit: 10 });
    let listed = room.store.sources_page(&wanted, now).await.unwrap();
    let listed: Vec<String> = listed.into_iter().map(|s| s.source.to_string()).collect();
    assert_eq!(room.store.census(now).await.unwrap().over, listed.len() as u64);
    listed
}
