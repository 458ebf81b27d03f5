//! One damaged row costs one text (F32): what is read goes past it, `verify`
//! names it, a poll or `store reindex` mends what can be mended.

use rusqlite::Connection;

use crate::desk::{Desk, EVERYTHING, quiet, rss, source};
use crate::origin::Origin;

/// A desk with two sources of five entries each, stopped.
async fn polled() -> (Origin, Desk) {
    let origin = Origin::start().await;
    for name in ["harbour", "market"] {
        origin.document(&format!("/{name}.rss"), rss(name, 0..5));
    }
    let sources = ["harbour", "market"].map(|name| source(name, origin.url(&format!("/{name}.rss")))).concat();
    let city = "[[feed]]\nid = \"city\"\ntitle = \"City\"\nbackfill = \"36500d\"\nmatch = 'harbour OR market'\n\n";
    let desk = Desk::new(&(sources + EVERYTHING + city));
    desk.runs(&["poll", "--all"]);
    // One entry with two versions.
    let changed = rss("harbour", 0..5).replace("Copy number 3 of", "Quite another copy, number 3 of");
    origin.document("/harbour.rss", changed);
    desk.runs(&["poll", "harbour"]);
    desk.runs(&["verify"]);
    (origin, desk)
}

fn damage(desk: &Desk, sql: &str) {
    let c = Connection::open(desk.path("desk.db")).unwrap();
    // What a flipped byte does, no rule of the schema forbids.
    c.execute_batch("PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF").unwrap();
    let done = c.execute_batch(sql);
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn one(desk: &Desk, query: &str) -> i64 {
    Connection::open(desk.path("desk.db")).unwrap().query_row(query, [], |r| r.get(0)).unwrap()
}

const THIRD: &str = "(SELECT id FROM entry WHERE published_id LIKE '%' ORDER BY id LIMIT 1 OFFSET 2)";

/// What is damaged, what `verify` says of it, how many of ten entries a feed loses.
const DAMAGES: [(&str, &str, usize); 16] = [
    ("UPDATE entry SET key = x'0001' WHERE id = {third}", "entry ", 0),
    ("UPDATE entry SET key = x'' WHERE id = {third}", "entry ", 0),
    ("UPDATE text SET body = x'0001' WHERE entry_id = {third}", "entry ", 1),
    ("UPDATE text SET body = x'' WHERE entry_id = {third}", "entry ", 1),
    ("UPDATE text SET body = x'0128b52ffd' WHERE entry_id = {third}", "entry ", 1),
    ("UPDATE revision SET body = x'09'", "version 1 of entry ", 0),
    ("UPDATE route SET evidence = '{\"because' WHERE entry_id = {third}", "about entry ", 0),
    ("UPDATE route SET evidence = ''", "about entry ", 0),
    ("UPDATE tree SET parts = '[['", "tree ", 0),
    ("DELETE FROM tree", "what its filter looks like is not stored", 0),
    ("UPDATE source SET carrier = '{' WHERE id = 'harbour'", "its carrier cannot be read", 0),
    ("UPDATE source SET standing = 'null and void' WHERE id = 'harbour'", "its standing cannot be read", 0),
    ("UPDATE source SET warnings = '[1' WHERE id = 'harbour'", "its warnings cannot be read", 0),
    ("UPDATE source SET window = x'0000' WHERE id = 'harbour'", "its window cannot be read", 0),
    ("UPDATE entry SET published_id = 'urn:other' WHERE id = {third}", "is not the one that was minted", 1),
    ("UPDATE feed SET entries = entries + 1 WHERE id = 'all'", "differ from its count", 0),
];

#[tokio::test(flavor = "multi_thread")]
async fn one_damaged_row_costs_one_text_and_verify_names_it_f32() {
    for (sql, says, lost) in DAMAGES {
        let (_origin, desk) = polled().await;
        damage(&desk, &sql.replace("{third}", THIRD));
        let verified = desk.run(&["verify"]);
        assert_eq!(verified.code, Some(1), "{sql}: {verified:?}");
        assert!(verified.out.contains(says), "{sql}: {}", verified.out);
        for line in [vec!["status"], vec!["search", "harbour"], vec!["backtest", "city"], vec!["terms", "city"]] {
            let ran = desk.run(&line);
            assert_eq!(ran.code, Some(0), "{sql}: {line:?}: {ran:?}");
        }
        for n in 0..5 {
            let ran = desk.run(&["explain", "city", &format!("https://news.example/harbour/{n}")]);
            assert!(ran.code == Some(0) || lost == 1, "{sql}: {n}: {ran:?}");
        }
        let mut daemon = desk.start();
        let feed = daemon.until("/feeds/all.atom", |got| got.status == 200);
        assert_eq!(feed.text().matches("<entry").count(), 10 - lost, "{sql}");
        for path in ["/", "/sources", "/feeds/all", "/feeds/city", "/feeds/city.atom", "/readyz"] {
            assert_eq!(daemon.get(path, &[]).status, 200, "{sql}: {path}");
        }
        daemon.signal("TERM");
        assert_eq!(daemon.end(), Some(0), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_as_full_beside_a_damaged_text_f32() {
    let origin = Origin::start().await;
    origin.document("/a.rss", rss("harbour", 0..30));
    let desk = Desk::new(&(source("a", origin.url("/a.rss")) + &EVERYTHING.replace("content", "size = 10\ncontent")));
    desk.runs(&["poll", "--all"]);
    damage(
        &desk,
        "UPDATE text SET body = x'00' WHERE entry_id IN (SELECT entry_id FROM text ORDER BY 1 DESC LIMIT 11)",
    );
    let daemon = desk.start();
    assert_eq!(Desk::feed_ids(&daemon, "all").len(), 19, "the feed goes on behind what is damaged");
    assert_eq!(daemon.get("/feeds/all.atom", &[]).text().matches("<entry").count(), 10);
}

/// An entry whose key is damaged is recognised by what else it has, and written anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_key_fails_no_poll_and_doubles_nothing_f32() {
    for key in ["x'00'", "x''", "zeroblob(17)"] {
        let (origin, desk) = polled().await;
        let ids = "SELECT group_concat(published_id) FROM (SELECT published_id FROM entry ORDER BY id LIMIT 10)";
        let before: String = Connection::open(desk.path("desk.db")).unwrap().query_row(ids, [], |r| r.get(0)).unwrap();
        damage(&desk, &format!("UPDATE entry SET key = {key} WHERE id = {THIRD}"));
        // Another item, and another text of the one before.
        for name in ["harbour", "market"] {
            origin
                .document(&format!("/{name}.rss"), rss(name, 0..6).replace("Copy number 1 of", "Corrected copy 1 of"));
        }
        desk.runs(&["poll", "--all"]);
        let after: String = Connection::open(desk.path("desk.db")).unwrap().query_row(ids, [], |r| r.get(0)).unwrap();
        assert_eq!((one(&desk, "SELECT count(*) FROM entry"), &after), (12, &before), "{key}");
        assert_eq!(one(&desk, "SELECT sum(failures) FROM source"), 0, "{key}");
        desk.runs(&["verify"]);
    }
}

/// What is done to the row of the source `harbour`.
const ROWS: [&str; 9] = [
    "UPDATE source SET standing = '{' WHERE id = 'harbour'",
    "UPDATE source SET carrier = '' WHERE id = 'harbour'",
    "UPDATE source SET warnings = '{}' WHERE id = 'harbour'",
    "UPDATE source SET window = x'00112233445566' WHERE id = 'harbour'",
    "UPDATE source SET standing = '{', carrier = '{', warnings = '{', window = x'01' WHERE id = 'harbour'",
    "UPDATE source SET body_hash = x'01' WHERE id = 'harbour'",
    "UPDATE source SET skip_hours = -5 WHERE id = 'harbour'",
    // No name at all, though the address is the one that is configured.
    "UPDATE source SET id = 'HAR BOUR\u{1}' WHERE id = 'harbour'",
    "UPDATE source SET id = '' WHERE id = 'harbour'",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_source_whose_row_is_damaged_is_read_anew_and_keeps_its_entries_f32() {
    for sql in ROWS {
        let (origin, desk) = polled().await;
        let ids = "SELECT group_concat(published_id) FROM (SELECT published_id FROM entry ORDER BY id)";
        let before: String = Connection::open(desk.path("desk.db")).unwrap().query_row(ids, [], |r| r.get(0)).unwrap();
        damage(&desk, sql);
        let verified = desk.run(&["verify"]);
        assert_eq!(verified.code, Some(1), "{sql}: {verified:?}");
        let daemon = desk.start();
        assert!(daemon.log().contains("damaged"), "{sql}: loudly: {}", daemon.log());
        assert_eq!(daemon.get("/sources", &[]).status, 200, "{sql}");
        drop(daemon);
        origin.forget();
        desk.runs(&["poll", "harbour"]);
        let asked = origin.requests_for("/harbour.rss");
        assert_eq!(asked.len(), 1, "{sql}");
        let whole = asked[0].header("if-none-match").is_none();
        assert!(whole || sql.contains("SET id"), "{sql}: a 304 would leave it as it is");
        desk.runs(&["verify"]);
        let after: String = Connection::open(desk.path("desk.db")).unwrap().query_row(ids, [], |r| r.get(0)).unwrap();
        assert_eq!(after, before, "{sql}");
        assert_eq!(one(&desk, "SELECT count(*) FROM source"), 2, "{sql}");
    }
}

/// Bytes of the file itself, as a bad disk changes them.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_differs_from_its_index_is_mended_f32() {
    let (_origin, desk) = polled().await;
    let path = desk.path("desk.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // The row holds the name behind its title's neighbours, the index holds it alone:
    // the address of the row's host follows nowhere in the index.
    let name = b"harbour";
    let places: Vec<usize> =
        bytes.windows(name.len()).enumerate().filter(|(_, w)| *w == name).map(|(at, _)| at).collect();
    let mut mended = 0;
    let good = bytes.clone();
    for at in places {
        bytes.clone_from(&good);
        bytes[at..at + 7].copy_from_slice(b"hXrbour");
        std::fs::write(&path, &bytes).unwrap();
        let read = Connection::open(&path).unwrap();
        let by_table: Result<i64, _> =
            read.query_row("SELECT count(*) FROM source NOT INDEXED WHERE id = 'hXrbour'", [], |r| r.get(0));
        drop(read);
        if by_table != Ok(1) {
            continue;
        }
        mended += 1;
        let done = desk.run(&["poll", "harbour"]);
        assert_eq!(done.code, Some(0), "{done:?}");
        desk.runs(&["verify"]);
        assert_eq!(one(&desk, "SELECT count(*) FROM entry"), 10);
        assert_eq!(one(&desk, "SELECT count(*) FROM source"), 2);
        break;
    }
    assert_eq!(mended, 1, "no place of the name was the row's");
}

/// What is done to the search index.
const INDEXES: [&str; 5] = [
    "DELETE FROM search_data WHERE id > 10",
    "UPDATE search_data SET block = x'00' WHERE id > 10",
    "UPDATE search_data SET block = randomblob(40)",
    "DELETE FROM search_docsize",
    "DELETE FROM search_config",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_search_index_is_built_anew_f32() {
    for sql in INDEXES {
        let (origin, desk) = polled().await;
        let found = desk.runs(&["search", "market"]).out;
        damage(&desk, sql);
        // Polls do not need it.
        origin.document("/market.rss", rss("market", 0..5));
        desk.run(&["poll", "market"]);
        let refused = {
            let _daemon = desk.start();
            desk.run(&["store", "reindex"])
        };
        assert!(refused.code == Some(1) && refused.err.contains("in use"), "{sql}: {refused:?}");
        let verified = desk.run(&["verify"]);
        assert!(verified.code == Some(1) && verified.out.contains("store reindex"), "{sql}: {verified:?}");
        let done = desk.runs(&["store", "reindex", "--json"]).json();
        assert_eq!(done[0]["entries"], 10, "{sql}");
        desk.runs(&["verify"]);
        assert_eq!(desk.runs(&["search", "market"]).out, found, "{sql}");
    }
}

/// A copy that was cut short, a disk that was full: the file stands there and holds nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_was_emptied_is_not_begun_anew_without_a_word_e28() {
    const SAID: &str = "was there and empty";
    let (_origin, desk) = polled().await;
    assert!(!desk.runs(&["poll", "--all"]).err.contains(SAID));
    std::fs::write(desk.path("desk.db"), "").unwrap();
    let log = desk.start().log();
    let line = log.lines().find(|line| line.contains(SAID)).unwrap_or_else(|| panic!("{log}"));
    assert!(line.contains("ERROR") && line.contains("restore a backup"), "{line}");
    // Where there was none, there is nothing to be told.
    let fresh = Desk::new(&(quiet() + EVERYTHING));
    assert!(!fresh.start().log().contains(SAID));
}
