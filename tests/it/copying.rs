//! Stores moved from one kind to the other and back (checks O60 to O63).

use std::path::Path;
use std::sync::Arc;

use wiredesk::clock::{Clock, ManualClock, SystemClock, Timestamp};
use wiredesk::model::{FeedId, NodeId};
use wiredesk::publish::{Channel, ContentLevel};
use wiredesk::store::copy::{CopyReport, Copying};
use wiredesk::store::{Joining, Location, Opening, copy_between, open, verify};
use wiredesk::web::{self, ShownFeed, Site};

use crate::desk::{Desk, EVERYTHING, rss, source};
use crate::origin::Origin;
use crate::reloading::status;
use crate::reply::Reply;
use crate::server::{TestDatabase, server};

const HARBOUR: &str = "[[feed]]\nid = \"harbour\"\ntitle = \"Harbour\"\nmatch = 'harbour'\nbackfill = \"36500d\"\n\n";

fn file(path: &Path) -> Location {
    Location::read(&format!("sqlite:{}", path.display())).unwrap()
}

fn database(database: &TestDatabase) -> Location {
    Location::read(&database.url()).unwrap()
}

/// A desk whose store was filled by polls: new entries and revised ones, documents that did
/// not change, sources that fail, and one whose host wants to be left alone.
async fn filled() -> (Origin, Desk) {
    let origin = Origin::start().await;
    let desk =
        Desk::new(&["news", "harbour", "gone", "busy"].map(|id| source(id, origin.url(&format!("/{id}")))).concat());
    let text = std::fs::read_to_string(desk.config()).unwrap();
    std::fs::write(desk.config(), text + EVERYTHING + HARBOUR).unwrap();
    origin.set("/gone", Reply::status(404));
    origin.set("/busy", Reply::status(503));
    for round in 0..3 {
        origin.document("/news", rss("news", 0..60 + 20 * round));
        let said = if round == 2 { "A later copy, number" } else { "Copy number" };
        origin.document("/harbour", rss("harbour", 0..45).replace("Copy number", said));
        desk.run(&["poll", "--all"]);
    }
    desk.run(&["poll", "--all"]);
    (origin, desk)
}

/// Copies to the end; how many steps that took.
async fn copied(from: &Location, to: &Location) -> (CopyReport, usize) {
    let mut copying = copy_between(from, to, SystemClock::new().now()).await.unwrap();
    let mut steps = 0;
    while copying.step().await.unwrap().is_some() {
        steps += 1;
    }
    (copying.finish(|_| ()).await.unwrap(), steps)
}

async fn refused(from: &Location, to: &Location) -> String {
    copy_between(from, to, SystemClock::new().now()).await.err().expect("it is refused").to_string()
}

fn site() -> Site {
    let public_url: url::Url = "https://desk.example/".parse().unwrap();
    let shown = |id: &str| {
        let id = FeedId::new(id).unwrap();
        let title = id.to_string();
        let channel = Channel { content: ContentLevel::Full, ..Channel::new(id, title, public_url.clone()) };
        ShownFeed { channel, size: 30 }
    };
    let feeds = ["all", "harbour"].map(shown).to_vec();
    Site { feeds, ..Site::new(public_url) }
}

/// All pages of all feeds, as they are answered: with validators and dates.
async fn served(at: &Location) -> Vec<(String, String)> {
    let now = SystemClock::new().now();
    let store = open(at, Opening::Look, now).await.unwrap();
    let clock = Arc::new(ManualClock::at(now.plus(std::time::Duration::from_secs(60))));
    let desk = Arc::new(web::Desk::new(store, clock, site()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(web::serve(listener, Arc::clone(&desk), stopped));
    let mut all = Vec::new();
    for feed in ["all", "harbour"] {
        let mut next = Some(format!("/feeds/{feed}.atom"));
        while let Some(path) = next {
            let (code, text) = status(address, &path).await;
            assert_eq!(code, 200, "{path}");
            let document = text.split_once("\r\n\r\n").unwrap().1;
            let read = feed_rs::parser::parse(document.as_bytes()).unwrap();
            let link = read.links.into_iter().find(|link| link.rel.as_deref() == Some("next"));
            next = link.map(|link| link.href.replace("https://desk.example", ""));
            let lines = text.lines().filter(|line| !line.starts_with("date: "));
            all.push((path, lines.collect::<Vec<_>>().join("\n")));
        }
    }
    all
}

fn rows(report: &CopyReport, table: &str) -> u64 {
    report.tables.iter().find(|one| one.table == table).unwrap().rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_moves_to_a_server_and_back_is_the_same_o60() {
    let Some(server) = server() else { return };
    let (_origin, desk) = filled().await;
    let here = file(&desk.path("desk.db"));
    let before = served(&here).await;
    assert!(before.iter().all(|(_, text)| text.contains("etag: ")), "{}", before[0].1);
    let base = server.empty().await;
    let there = database(&base);
    let (to, _) = copied(&here, &there).await;
    assert_eq!((rows(&to, "source"), rows(&to, "feed"), to.altered_in_all), (4, 2, 0));
    assert!(rows(&to, "entry") >= 145 && rows(&to, "text") == rows(&to, "entry"), "{:?}", to.tables);
    assert!(rows(&to, "revision") > 0 && rows(&to, "route") > 0 && rows(&to, "poll") >= 5, "{:?}", to.tables);
    assert_eq!(served(&there).await, before);
    assert_eq!(looked_through(&there).await, Vec::<String>::new());
    // And into a file again.
    let again = file(&desk.path("again.db"));
    let (back, _) = copied(&there, &again).await;
    assert_eq!(back, to);
    assert_eq!(served(&again).await, before);
    assert_eq!(verify(&again, SystemClock::new().now()).await.unwrap(), Vec::<String>::new());
    // Counters go on by polls: what counted them came back with the last row.
    std::fs::rename(desk.path("again.db"), desk.path("desk.db")).unwrap();
    desk.run(&["poll", "--all"]);
    desk.runs(&["verify"]);
}

/// What `verify` finds once the texts are in the search index.
async fn looked_through(at: &Location) -> Vec<String> {
    let store = open(at, Opening::Work, SystemClock::new().now()).await.unwrap();
    wiredesk::past::index::catch_up(&store, |_| ()).await.unwrap();
    let wrong = store.verify().await.unwrap();
    store.close().await.unwrap();
    wrong
}

/// Copies page by page, each by a process of its own that is gone afterwards.
async fn by_pages(from: &Location, to: &Location) -> usize {
    for pages in 0.. {
        let mut copying: Copying = copy_between(from, to, SystemClock::new().now()).await.unwrap();
        let is_earlier = copying.earlier > 0;
        match copying.step().await.unwrap() {
            // Nobody takes half a copy for a store.
            Some(page) => {
                assert!(page.rows > 0 || pages > 0, "{page:?}");
                drop(copying);
                for opening in [Opening::Work, Opening::Alone, Opening::Look] {
                    let said = open(to, opening, SystemClock::new().now()).await.err().expect("no store").to_string();
                    assert!(said.contains("a copy into it is not at its end"), "{said}");
                }
            }
            None => {
                assert!(is_earlier);
                copying.finish(|_| ()).await.unwrap();
                return pages;
            }
        }
    }
    unreachable!("a copy has an end")
}

/// As many tables are copied at least, each of them in one page or more.
const TABLES: usize = 23;

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_cut_short_after_any_page_goes_on_and_is_no_store_until_then_o61() {
    let Some(server) = server() else { return };
    let (_origin, desk) = filled().await;
    let here = file(&desk.path("desk.db"));
    let before = served(&here).await;
    let base = server.empty().await;
    let there = database(&base);
    assert!(by_pages(&here, &there).await >= TABLES);
    assert_eq!(served(&there).await, before);
    let again = file(&desk.path("again.db"));
    assert!(by_pages(&there, &again).await >= TABLES);
    assert_eq!(served(&again).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_killed_goes_on_where_it_was_o61() {
    let Some(server) = server() else { return };
    let (_origin, desk) = filled().await;
    let base = server.empty().await;
    for url in [base.url(), format!("sqlite:{}", desk.path("other.db").display())] {
        let args = ["store", "copy", "--to", url.as_str(), "--json"];
        let mut killed = desk.command(&args).stdout(std::process::Stdio::null()).spawn().unwrap();
        let to = Location::read(&url).unwrap();
        // As soon as something of it is there.
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                while killed.try_wait().unwrap().is_none() {
                    let looked = open(&to, Opening::Look, SystemClock::new().now()).await;
                    if looked.err().is_some_and(|error| error.to_string().contains("not at its end")) {
                        break;
                    }
                }
            });
        });
        killed.kill().unwrap();
        killed.wait().unwrap();
        if open(&to, Opening::Look, SystemClock::new().now()).await.is_err() {
            let done = desk.runs(&args).json();
            assert!(done[0]["tables"].as_array().unwrap().len() >= TABLES, "{done:?}");
        }
        assert_eq!(served(&to).await, served(&file(&desk.path("desk.db"))).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_says_what_is_in_its_way_o62() {
    let Some(server) = server() else { return };
    let (_origin, desk) = filled().await;
    let here = file(&desk.path("desk.db"));
    let [base, other] = [server.empty().await, server.empty().await];
    let there = database(&base);
    let check = async |from: &Location, to: &Location, expected: &str| {
        let said = refused(from, to).await;
        assert!(said.contains(expected), "{said}");
    };
    check(&here, &here, "is copied to itself").await;
    std::os::unix::fs::symlink(desk.path("desk.db"), desk.path("link.db")).unwrap();
    check(&here, &file(&desk.path("link.db")), "is copied to itself").await;
    check(&file(&desk.path("none.db")), &there, "none.db").await;
    copied(&here, &there).await;
    check(&here, &there, "there is a store already; name another place").await;
    copied(&here, &file(&desk.path("same.db"))).await;
    check(&here, &file(&desk.path("same.db")), "there is a store already; name another place").await;
    std::fs::write(desk.path("text.db"), "some other file, which is no database at all".repeat(40)).unwrap();
    check(&here, &file(&desk.path("text.db")), "text.db").await;
    other.client().await.batch_execute("CREATE TABLE ours (a int)").await.unwrap();
    check(&here, &database(&other), "tables of another program").await;
    // Somebody is at work.
    let running = desk.start();
    check(&here, &file(&desk.path("late.db")), "is in use by process").await;
    drop(running);
    let now = SystemClock::new().now();
    let store = open(&there, Opening::Work, now).await.unwrap();
    let node = store.join(&Joining::daemon(NodeId::new("desk-1").unwrap()), now).await.unwrap();
    check(&there, &file(&desk.path("late.db")), "node desk-1 is at work on it").await;
    store.leave(&node, now).await.unwrap();
    copied(&there, &file(&desk.path("late.db"))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_somebody_works_on_is_not_copied_halfway_o62() {
    let (_origin, desk) = filled().await;
    let (here, there) = (file(&desk.path("desk.db")), file(&desk.path("new.db")));
    let now = SystemClock::new().now();
    let mut copying = copy_between(&here, &there, now).await.unwrap();
    copying.step().await.unwrap();
    drop(copying);
    desk.run(&["poll", "--all"]);
    let said = refused(&here, &there).await;
    assert!(said.contains("somebody worked on it since its copy") && said.contains("delete "), "{said}");
    // Nor while the copy goes on: a poll is refused, and what was done all the same is seen.
    std::fs::remove_file(desk.path("new.db")).unwrap();
    let mut copying = copy_between(&here, &there, now).await.unwrap();
    while copying.step().await.unwrap().is_some() {}
    let polled = desk.command(&["poll", "--all"]).output().unwrap();
    let said = String::from_utf8_lossy(&polled.stderr).into_owned();
    assert!(!polled.status.success() && said.contains("is copying it"), "{said}");
    let other = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    other.execute("UPDATE source SET polls = polls + 1 WHERE id = 'news'", []).unwrap();
    let said = copying.finish(|_| ()).await.expect_err("it is refused").to_string();
    assert!(said.contains("somebody worked on it since its copy"), "{said}");
    // It is seen before the rest is copied in vain.
    let mut copying = copy_between(&here, &file(&desk.path("soon.db")), now).await.unwrap();
    copying.step().await.unwrap();
    other.execute("UPDATE source SET polls = polls + 1 WHERE id = 'news'", []).unwrap();
    let said = loop {
        match copying.step().await {
            Ok(page) => assert!(page.is_some(), "it is seen while pages are copied"),
            Err(error) => break error.to_string(),
        }
    };
    assert!(said.contains("somebody worked on it since its copy"), "{said}");
    drop(copying);
    // Another store does not go on with it.
    copied(&here, &file(&desk.path("other.db"))).await;
    let said = refused(&file(&desk.path("other.db")), &there).await;
    assert!(said.contains("a copy of another store was begun there"), "{said}");
    std::fs::remove_file(desk.path("new.db")).unwrap();
    copied(&here, &there).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_cannot_hold_is_told_and_what_is_damaged_stays_so_o63() {
    let Some(server) = server() else { return };
    let (_origin, desk) = filled().await;
    let c = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    c.execute_batch(
        "UPDATE poll SET text = 'a' || char(0) || 'b' WHERE id = 1;
         UPDATE text SET body = x'00ff' WHERE entry_id = 3;
         UPDATE source SET window = x'000102' WHERE id = 'news';",
    )
    .unwrap();
    drop(c);
    let (here, base) = (file(&desk.path("desk.db")), server.empty().await);
    let (report, _) = copied(&here, &database(&base)).await;
    let told: Vec<String> =
        report.altered.iter().map(|one| format!("{} {} {}", one.table, one.key, one.what)).collect();
    assert_eq!(report.altered_in_all, 2, "{told:?}");
    assert!(told[0].starts_with("source [") && told[0].contains("window: it is damaged"), "{told:?}");
    assert!(told[1].starts_with("poll [1] text: letters"), "{told:?}");
    let client = base.client().await;
    let kept = client.query_one("SELECT body FROM text WHERE entry_id = 3", &[]).await.unwrap();
    assert_eq!(kept.get::<_, Vec<u8>>(0), [0, 0xff]);
    let row = client.query_one("SELECT etag, \"window\" FROM source WHERE id = 'news'", &[]).await.unwrap();
    assert_eq!((row.get::<_, Option<Vec<u8>>>(0), row.get::<_, Option<Vec<i64>>>(1)), (None, None));
    // A row that cannot be held at all is named, and nothing is left out.
    let c = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    c.execute_batch("PRAGMA foreign_keys = off; UPDATE entry SET source_no = 77 WHERE id = 5").unwrap();
    drop(c);
    let other = server.empty().await;
    let to = database(&other);
    let mut copying = copy_between(&here, &to, Timestamp::EPOCH).await.unwrap();
    let said = loop {
        match copying.step().await {
            Ok(page) => assert!(page.is_some(), "it came to its end"),
            Err(error) => break error.to_string(),
        }
    };
    assert!(said.contains("cannot hold its row [5] of entry") && said.contains("nothing was left out"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_a_server_cannot_hold_cost_no_row_behind_them_o63() {
    let Some(server) = server() else { return };
    let (_origin, desk) = filled().await;
    let c = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    // They fill more than a page, and are behind `a` and any letter as a server holds them.
    c.execute_batch(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         INSERT INTO site (site, started_at) SELECT 'a' || char(0) || i, i FROM n;
         INSERT INTO site (site, started_at) VALUES ('ab', 1), (CAST(x'61ff' AS TEXT), 2);",
    )
    .unwrap();
    drop(c);
    let (here, base) = (file(&desk.path("desk.db")), server.empty().await);
    by_pages(&here, &database(&base)).await;
    let count = "SELECT count(*) FROM site WHERE site LIKE 'a%' AND started_at < 3001";
    assert!(base.client().await.query_one(count, &[]).await.unwrap().get::<_, i64>(0) >= 3002);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_server_ends_after_its_bytes_o61() {
    let Some(server) = server() else { return };
    let (_origin, desk) = filled().await;
    let c = rusqlite::Connection::open(desk.path("desk.db")).unwrap();
    c.execute_batch("UPDATE text SET body = randomblob(1 << 20) WHERE entry_id <= 20").unwrap();
    drop(c);
    let base = server.empty().await;
    copied(&file(&desk.path("desk.db")), &database(&base)).await;
    let mut copying =
        copy_between(&database(&base), &file(&desk.path("again.db")), SystemClock::new().now()).await.unwrap();
    let mut texts = Vec::new();
    while let Some(page) = copying.step().await.unwrap() {
        if page.table == "text" {
            texts.push(page.rows);
        }
    }
    copying.finish(|_| ()).await.unwrap();
    assert!(texts[..4].iter().all(|rows| *rows <= 4), "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_url_that_a_copy_prints_is_the_place_of_the_copy_o60() {
    let (_origin, desk) = filled().await;
    let mut command = desk.command(&["store", "copy", "--to", "sqlite:moved.db", "--json"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let done = command.current_dir(elsewhere.path()).output().unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    let printed: serde_json::Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    let url = printed["store_url"].as_str().unwrap();
    let moved = elsewhere.path().canonicalize().unwrap().join("moved.db");
    assert_eq!(Location::read(url).unwrap(), Location::Sqlite(moved));
}
