//! What is read of rows that nobody's commit left: pruned, damaged, or of many months.

use std::ops::Range;

use regex::Regex;
use tokio_postgres::Client;

use super::{documents, entries, history, known, labels, pages, published, status};
use crate::clock::Timestamp;
use crate::model::{Asked, Entry, EntryId, EntryKey, FeedId, FeedPosition, SourceId, digest};
use crate::store::codec::Encoder;
use crate::store::postgres::link::run::Session;
use crate::store::postgres::link::time::StoreTime;
use crate::store::postgres::link::tx::{Tx, TxKind, Typed, column};
use crate::store::postgres::server::{TestDatabase, server};
use crate::store::postgres::tests::{prepared, session};
use crate::store::postgres::{ServerAddress, schema};
use crate::store::rules::LinkHashes;
use crate::store::{DocumentHash, DocumentOf, EntryRef, SourcesWanted, Which};

const HOUR: i64 = 3_600_000;
const MONTH: i64 = 30 * 24 * HOUR;
const NOW: Timestamp = Timestamp::from_millis(1_796_000_000_000);

fn city() -> FeedId {
    FeedId::new("city").unwrap()
}

fn source(id: &str) -> SourceId {
    SourceId::new(id).unwrap()
}

/// Where entry `id` of [`filled`] stands.
fn place(id: i64) -> FeedPosition {
    FeedPosition { at: Timestamp::from_millis(NOW.millis() - HOUR * 100_000 + id), entry: EntryId(id) }
}

const ENTRIES: &str = "
    INSERT INTO entry (id, source_no, key, title_hash, material_hash, form_hash, page_hash, published_id,
                       published_id_hash, published_id_sha, first_seen_at, updated_at, text_at)
    SELECT q.id, 1, q.key, q.id, q.id, q.id, q.page, q.pid, q.hash, sha256(convert_to(q.pid, 'UTF8')), q.at, q.at,
           $6::bigint - (q.id % 18) * $7::bigint
      FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::bigint[], $5::bigint[], $8::bigint[])
           AS q (id, key, pid, hash, at, page)";

const TEXTS: &str = "INSERT INTO text SELECT id, text_at, NULL::smallint, id, $1::bytea FROM entry";

fn key(id: i64) -> EntryKey {
    EntryKey::of("id", &[&id.to_string()])
}

/// The page of an entry, as it is stored.
fn page(id: i64) -> i64 {
    LinkHashes::of(&format!("https://a.example/{id}")).pages[0].unwrap()
}

/// Entries of one source in one feed, the texts of which lie in eighteen months by turns.
async fn filled(database: &TestDatabase, ids: Range<i64>) -> Client {
    let client = database.client().await;
    let address = ServerAddress::read(&database.url()).unwrap();
    let callers = Session::new(address, StoreTime::Callers, "wiredesk", 11).unwrap();
    for months in (0..18).step_by(4) {
        schema::prepare(&callers, Timestamp::from_millis(NOW.millis() - months * MONTH)).await.unwrap();
    }
    let others = "
        INSERT INTO source (no, id, url_hash, active, entries) VALUES (1, 'a', 1, true, 1);
        INSERT INTO schedule (source_no, active, interval_ms, next_poll_at, because, host, site, proxy)
        VALUES (1, true, 60000, 0, 'due', 'a.example', 'a.example', '');
        INSERT INTO feed (no, id, active) VALUES (1, 'city', true)";
    client.batch_execute(others).await.unwrap();
    let ids: Vec<i64> = ids.collect();
    let keys: Vec<Vec<u8>> = ids.iter().map(|id| key(*id).0.to_vec()).collect();
    let published: Vec<String> = ids.iter().map(|id| format!("urn:x:{id}")).collect();
    let hashes: Vec<i64> = published.iter().map(|id| digest(id)).collect();
    let at: Vec<i64> = ids.iter().map(|id| place(*id).at.millis()).collect();
    let pages: Vec<i64> = ids.iter().map(|id| page(*id)).collect();
    let (now, month) = (NOW.millis(), MONTH);
    client.execute(ENTRIES, &[&ids, &keys, &published, &hashes, &at, &now, &month, &pages]).await.unwrap();
    let mut entry = Entry::new(key(0));
    entry.title = "Mayor opens bridge".to_owned();
    let body = Encoder::new().new_entry(&entry).unwrap();
    client.execute(TEXTS, &[&body]).await.unwrap();
    let routes = "INSERT INTO route SELECT id, 1, true, first_seen_at, 1, '{}' FROM entry";
    client.batch_execute(routes).await.unwrap();
    client
}

async fn reading(session: &Session) -> Tx {
    session.begin(TxKind::Read).await.unwrap()
}

#[tokio::test]
async fn a_page_is_as_full_without_what_is_pruned_or_damaged_o17() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = filled(&database, 1..1_001).await;
    let session = session(&database);
    let page = async |before, limit| {
        let tx = reading(&session).await;
        let page = pages::feed_page(&tx, &city(), before, limit).await.unwrap();
        page.iter().map(|published| published.place.entry.0).collect::<Vec<i64>>()
    };
    let down = |ids: Range<i64>| ids.rev().collect::<Vec<i64>>();
    assert_eq!(page(None, 150).await, down(851..1_001), "more than are read at once");
    assert_eq!(page(Some(place(851)), 3).await, down(848..851));
    assert_eq!(page(Some(place(3)), 10).await, [2, 1]);
    assert_eq!((page(Some(place(1)), 10).await, page(None, 0).await), (vec![], vec![]));
    let damage = "DELETE FROM text WHERE entry_id BETWEEN 100 AND 900;
                  UPDATE text SET body = 'x' WHERE entry_id BETWEEN 950 AND 999;
                  UPDATE entry SET published_id = 'urn:x:other' WHERE id = 940;
                  UPDATE entry SET key = 'short' WHERE id = 939;
                  UPDATE route SET evidence = '{' WHERE entry_id = 938";
    client.batch_execute(damage).await.unwrap();
    let whole: Vec<i64> = down(1..1_001).into_iter().filter(|id| !(100..=900).contains(id)).collect();
    let whole: Vec<i64> = whole.into_iter().filter(|id| !(950..=999).contains(id) && *id != 940).collect();
    for limit in [1, 2, 30, 64, 65, 148, 149, 500] {
        assert_eq!(page(None, limit).await, whole[..limit.min(whole.len())], "{limit}");
    }
    assert_eq!(page(Some(place(901)), 1).await, [99], "behind what is pruned");
    client.batch_execute("DELETE FROM text").await.unwrap();
    assert_eq!(page(None, 10).await, [0; 0]);
}

#[tokio::test]
async fn the_past_is_gone_through_past_what_is_damaged() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = filled(&database, 1..301).await;
    let damage = "DELETE FROM text WHERE entry_id BETWEEN 20 AND 40;
                  UPDATE text SET body = 'x' WHERE entry_id BETWEEN 150 AND 250;
                  UPDATE entry SET text_at = text_at + 1 WHERE id = 260";
    client.batch_execute(damage).await.unwrap();
    let session = session(&database);
    let tx = reading(&session).await;
    let (mut before, mut met) = (None, Vec::new());
    loop {
        let page = history::history(&tx, before, 70).await.unwrap();
        assert!(page.len() <= 70);
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        assert!(page.iter().all(|kept| kept.entry.entry.title == "Mayor opens bridge" && kept.source == source("a")));
        met.extend(page.iter().map(|kept| (kept.id.0, kept.version.0)));
    }
    let gone = |id: &i64| (20..=40).contains(id) || (150..=250).contains(id) || *id == 260;
    let whole: Vec<(i64, u64)> = (1..301).rev().filter(|id| !gone(id)).map(|id| (id, id.cast_unsigned())).collect();
    assert_eq!(met, whole);
    let asked = [5, 30, 200, 4, 301, 5].map(EntryId);
    let kept = history::kept(&tx, &asked).await.unwrap();
    assert_eq!(kept.iter().map(|kept| kept.id.0).collect::<Vec<i64>>(), [5, 4, 5]);
    let published = published::published(&tx, &asked).await.unwrap();
    assert_eq!(published.iter().map(|published| published.place.entry.0).collect::<Vec<i64>>(), [5, 4, 5]);
    assert!(pages::members(&tx, &city(), &(EntryId(298)..=EntryId(400))).await.unwrap().len() == 3);
}

#[tokio::test]
async fn an_entry_is_told_with_all_that_is_stored_of_it() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = filled(&database, 1..4).await;
    let more = "INSERT INTO revision SELECT 1, n, n, 1, body FROM generate_series(1, 150) n, text WHERE entry_id = 1;
                UPDATE revision SET body = 'x' WHERE number = 149;
                INSERT INTO tree VALUES (7, '[[0,\"title:mayor\"]]');
                UPDATE route SET evidence = '{\"because\":[\"it names one\"],\"tree\":7,\"held\":\"1\"}';
                INSERT INTO feed (no, id, active) VALUES (2, 'all', false);
                INSERT INTO route VALUES (1, 2, false, 0, 0, '{');
                INSERT INTO article VALUES (1, 1, NULL, 1, ''), (2, 1, NULL, 1, 'https://a.example/?key=secret');
                UPDATE text SET body = 'x' WHERE entry_id = 2;
                DELETE FROM text WHERE entry_id = 3";
    client.batch_execute(more).await.unwrap();
    let session = session(&database);
    let tx = reading(&session).await;
    let record = async |id| entries::record(&tx, &EntryRef::Id(EntryId(id))).await.unwrap().unwrap();
    let one = record(1).await;
    let shown = crate::limits::VERSIONS_SHOWN.count();
    assert_eq!((one.pruned, one.versions.len()), (false, shown.min(151)));
    assert_eq!((one.versions[1].entry.is_some(), one.versions[2].entry.is_some()), (true, false));
    assert_eq!(one.routes.iter().map(|route| route.feed.as_str()).collect::<Vec<&str>>(), ["all", "city"]);
    assert!(one.routes[0].because[0].contains("is damaged") && !one.routes[0].admitted);
    assert_eq!((&*one.routes[1].parts[0].text, one.routes[1].parts[0].held), ("title:mayor", true));
    assert_eq!(one.places.keys().collect::<Vec<&FeedId>>(), [&city()]);
    assert_eq!(one.article.as_deref(), Some("its page is to be fetched"));
    let two = record(2).await;
    assert!(two.pruned && two.article.unwrap().starts_with("its stored text is damaged"));
    let three = record(3).await;
    assert_eq!((three.pruned, three.article, three.versions[0].seen_at), (true, None, place(3).at));
    for (iri, id) in [("urn:x:2", Some(2)), ("https://a.example/3", Some(3)), ("https://a.example/9", None)] {
        let found = entries::record(&tx, &EntryRef::Iri(iri.to_owned())).await.unwrap();
        assert_eq!(found.map(|found| found.published.place.entry.0), id, "{iri}");
    }
}

#[tokio::test]
async fn what_a_document_lists_is_known_in_its_order_each_once() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = filled(&database, 1..40).await;
    let same_page = page(30);
    client.execute("UPDATE entry SET page_hash = $1 WHERE id > 30", &[&same_page]).await.unwrap();
    client.batch_execute("UPDATE entry SET link_hash = 77 WHERE id = 9").await.unwrap();
    let session = session(&database);
    let tx = reading(&session).await;
    let ask = |keys: &[i64], page, link| Asked {
        keys: keys.iter().map(|id| key(*id)).collect(),
        link,
        page,
        title: 0,
        material: 0,
    };
    let known = async |window: &[i64], asked: &[Asked]| {
        let window: Vec<EntryId> = window.iter().map(|id| EntryId(*id)).collect();
        let known = known::known(&tx, &source("a"), &window, asked).await.unwrap();
        known.iter().map(|known| known.entry.0).collect::<Vec<i64>>()
    };
    assert_eq!(known(&[3, 1, 99, 2], &[]).await, [3, 1, 2]);
    let asked = [ask(&[8, 7], None, None), ask(&[50], None, Some(77)), ask(&[3, 5, 7], None, None)];
    assert_eq!(known(&[3, 1], &asked).await, [3, 1, 8, 7, 9], "the window answers the last one");
    assert_eq!(known(&[1], &asked).await, [1, 8, 7, 9, 3, 5]);
    assert_eq!(known(&[], &[ask(&[5], Some(same_page), None)]).await.len(), 6, "five of a page, and the key's own");
    let other = known::known(&tx, &source("nobody"), &[EntryId(1)], &asked).await.unwrap();
    assert!(other.is_empty());
}

#[tokio::test]
async fn sources_and_feeds_are_told_with_their_days_r35() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = filled(&database, 1..3).await;
    let today = NOW.millis() / (24 * HOUR);
    let more = format!(
        "INSERT INTO source (no, id, url_hash, active, \"window\", labels)
         SELECT n, 's' || n, n, true, '{{1,2}}', '{{\"tags\":[\"t\"],\"language\":null}}' FROM generate_series(2, 30) n;
         UPDATE source SET id = 'not a name/' WHERE no = 5;
         UPDATE source SET labels = '{{' WHERE no = 6;
         INSERT INTO schedule (source_no, active, interval_ms, next_poll_at, because, host, site, proxy, failing, stale_at)
         SELECT no, no <> 30, 60000, no, 'due', 'a', 'a', '', no % 2 = 0, no FROM source WHERE no > 1;
         UPDATE schedule SET over_at = 1 WHERE source_no = 7;
         INSERT INTO source_day VALUES (2, {today}, 4), (2, {today} - 29, 5), (2, {today} - 30, 6), (2, {today} + 1, 7);
         INSERT INTO feed_day VALUES (1, {today} - 13, 3), (1, {today}, 2);
         INSERT INTO tally VALUES ('document', 0, 3), ('document', 1, 4), ('timeout', 1, 1);
         INSERT INTO unindexed VALUES (1), (2);
         UPDATE figures SET sources = 28, failing = 14, entries = 2"
    );
    client.batch_execute(&more).await.unwrap();
    let session = session(&database);
    let tx = reading(&session).await;
    let page = async |which, after: Option<&str>, limit| {
        let wanted = SourcesWanted { which, after: after.map(source), limit };
        let page = status::sources_page(&tx, &wanted, NOW).await.unwrap();
        assert!(page.iter().all(|status| status.state.window.is_empty()));
        page.iter().map(|status| status.source.to_string()).collect::<Vec<String>>()
    };
    assert_eq!(page(Which::All, None, 3).await, ["a", "s10", "s11"], "as long without the one that has no name");
    assert_eq!(page(Which::All, Some("s8"), 3).await, ["s9"]);
    assert_eq!(page(Which::Active, Some("s3"), 1).await, ["s4"], "30 is retired");
    assert_eq!(page(Which::Failing, Some("s26"), 9).await, ["s28", "s4", "s6", "s8"]);
    assert_eq!(page(Which::Over, None, 9).await, ["s7"]);
    let two = status::source(&tx, &source("s2"), NOW).await.unwrap().unwrap();
    assert_eq!((two.days.len(), two.days[0], two.days[29], two.state.window.len()), (30, 5, 4, 2));
    let found = status::feeds(&tx, &[FeedId::new("none").unwrap(), city()], NOW).await.unwrap();
    assert_eq!((found.len(), found[0].days[0], found[0].days[13]), (1, 3, 2));
    let census = status::census(&tx, Timestamp::from_millis(6)).await.unwrap();
    assert_eq!((census.sources, census.failing, census.stale, census.over), (28, 14, 4, 1));
    let counts = status::poll_counts(&tx).await.unwrap();
    assert_eq!((counts["document"], counts["timeout"]), (7, 1));
    let totals = status::totals(&tx).await.unwrap();
    assert_eq!((totals.entries, totals.unindexed, totals.bytes > 1 << 20), (2, 2, true));
    let told = labels::labels(&tx, &["a", "s2", "s6", "x"].map(source)).await.unwrap();
    assert_eq!(told.keys().collect::<Vec<&SourceId>>(), [&source("s2")]);
}

#[tokio::test]
async fn a_document_is_as_old_as_it_was_when_it_was_made_o27() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = filled(&database, 1..2).await;
    let hash = DocumentHash(7 << 80);
    let bytes = hash.0.to_be_bytes().to_vec();
    client.execute("INSERT INTO document VALUES (1, 'atom', $1, 5000)", &[&bytes]).await.unwrap();
    let session = session(&database);
    let tx = reading(&session).await;
    let feed = city();
    let dated = async |format, hash| documents::dated(&tx, DocumentOf { feed: &feed, format }, hash).await.unwrap();
    assert_eq!(dated("atom", hash).await, Some(Timestamp::from_millis(5000)));
    assert_eq!((dated("atom", DocumentHash(7)).await, dated("rss", hash).await), (None, None));
    assert!(documents::knows(&tx, &feed).await.unwrap());
    assert!(!documents::knows(&tx, &FeedId::new("none").unwrap()).await.unwrap());
}

/// How many rows a statement read of texts, and what it did.
async fn texts_read(tx: &Tx, sql: &str, page: &[i64]) -> (f64, String) {
    let explain: &'static str = Box::leak(format!("EXPLAIN (ANALYZE, COSTS off, TIMING off) {sql}").into_boxed_str());
    let params: Vec<_> = page.iter().map(Typed::param).collect();
    let rows = tx.rows(explain, &params).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| column(row, "QUERY PLAN").unwrap()).collect();
    let scan = Regex::new(r"on text_\w+ .*\(actual rows=([\d.]+) loops=(\d+)\)").unwrap();
    let read = plan.iter().filter_map(|line| scan.captures(line));
    let read = read.map(|found| found[1].parse::<f64>().unwrap() * found[2].parse::<f64>().unwrap());
    (read.sum(), plan.join("\n"))
}

/// The plan does not hang on how much is stored, be statistics fresh or missing.
#[tokio::test]
async fn a_page_reads_its_own_texts_and_no_others_r35() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let client = filled(&database, 1..20_001).await;
    let session = session(&database);
    let feed_page = pages::FEED_PAGE.replace("$1::text", "'city'::text");
    let feed_page = (1..5).fold(feed_page, |sql, n| sql.replace(&format!("${}", n + 1), &format!("${n}")));
    for analyzed in ["", "ANALYZE"] {
        client.batch_execute(analyzed).await.unwrap();
        let tx = reading(&session).await;
        let (read, plan) = texts_read(&tx, &feed_page, &[i64::MAX, i64::MAX, 50, 50]).await;
        assert!((1.0..=50.0).contains(&read) && !plan.contains("Seq Scan on"), "{read} of {analyzed}:\n{plan}");
        let (read, plan) = texts_read(&tx, history::HISTORY, &[15_000, 50]).await;
        // Each month is looked into once.
        assert!((1.0..=80.0).contains(&read) && !plan.contains("Seq Scan on"), "{read} of {analyzed}:\n{plan}");
    }
}
