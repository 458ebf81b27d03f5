//! The suite's bench for SQLite, and what a store in one file promises besides.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use wiredesk::past::index::catch_up;
use wiredesk::store::{ChangeKind, Configured, Continuity, Found, Location, Opening, Seq, open};

use super::*;

/// A file in a folder of its own.
pub struct SqliteBench;

#[async_trait]
impl Bench for SqliteBench {
    fn is_there(&self) -> bool {
        true
    }

    async fn place(&self) -> Place {
        let folder = tempfile::tempdir().unwrap();
        Place::of(Location::Sqlite(folder.path().join("a.db")), folder)
    }
}

#[tokio::test]
async fn a_backup_is_a_store_of_its_own_r16() {
    let (folder, store) = store().await;
    poll(&store, "a", vec![new("1", "One")]).await;
    let copy = folder.path().join("copy.db");
    assert!(store.backup(&copy).await.unwrap() > 0);
    assert!(store.backup(&copy).await.unwrap_err().to_string().contains("exists"));
    let restored = super::open(&copy, now()).await;
    assert_eq!(restored.feed_page(&feed(), None, 10).await.unwrap(), store.feed_page(&feed(), None, 10).await.unwrap());
    is_sound(&restored).await;
}

/// A damaged text costs itself alone; who goes through all goes past it.
#[tokio::test]
async fn a_damaged_text_stops_nobody_and_is_named() {
    let (folder, store) = store().await;
    let ids = poll(&store, "a", vec![new("3", "Three"), new("2", "Two"), new("1", "One")]).await;
    let c = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    c.execute("UPDATE text SET body = x'0001' WHERE entry_id = ?1", [ids[1].0]).unwrap();
    let others = [ids[0], ids[2]].map(|id| id.0);
    let mut kept: Vec<i64> = store.history(None, 10).await.unwrap().iter().map(|kept| kept.id.0).collect();
    kept.sort_unstable();
    assert_eq!(kept, others);
    // It is tried once, and has no words.
    assert_eq!(store.waiting(None, 10).await.unwrap()[1].entry.title, "");
    assert_eq!(catch_up(&store, |_| ()).await.unwrap(), 3);
    assert!(store.waiting(None, 10).await.unwrap().is_empty());
    let wrong = store.verify().await.unwrap();
    assert!(wrong.len() == 1 && wrong[0].starts_with(&format!("entry {} of a: ", ids[1].0)), "{wrong:?}");
}

#[tokio::test]
async fn words_of_what_was_stored_are_handed_out_once_r82() {
    let (_folder, store) = store().await;
    let folded = |id: &str, title: &str| {
        let mut found = new(id, title);
        if let Found::New(new) = &mut found {
            new.words = Some(title.to_lowercase());
        }
        found
    };
    poll(&store, "a", vec![folded("1", "One"), new("2", "Two")]).await;
    let words = store.folded(10);
    let waiting = store.waiting(None, 10).await.unwrap();
    let its_text = waiting.iter().find(|text| text.id == words[0].entry).unwrap();
    assert_eq!((words.len(), its_text.entry.title.as_str(), its_text.version), (1, "One", words[0].version));
    // Whoever loses them has only lost time.
    assert!(store.folded(10).is_empty());
    assert_eq!(catch_up(&store, |_| ()).await.unwrap(), 2);
    poll(&store, "b", vec![folded("3", "Three")]).await;
    store.index(store.folded(10)).await.unwrap();
    assert!(store.waiting(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn unusable_files_are_named_with_the_remedy_b87() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let said = async |path: PathBuf| {
        open(&Location::Sqlite(path), Opening::Work, now()).await.err().expect("refused").to_string()
    };
    std::fs::create_dir(at("folder")).unwrap();
    assert!(said(at("folder")).await.contains("is a directory"));
    assert!(said(at("missing/a.db")).await.contains("mkdir -p"));
    std::fs::write(at("junk.db"), "this is no database, though long enough to have a header of one".repeat(40))
        .unwrap();
    let junk = said(at("junk.db")).await;
    assert!(junk.contains("junk.db") && junk.contains("not a database"), "{junk}");
}

/// The next poll knows what a poll wrote that was cut short between its portions
/// by more than its keys: where ids change with each document, nothing else would.
#[tokio::test]
async fn what_a_poll_wrote_before_it_was_cut_short_is_in_the_window_r1() {
    let (folder, store) = store().await;
    let many: Vec<Found> = (0..1500).map(|n| new(&format!("n{n}"), &format!("Number {n}"))).collect();
    let c = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    c.execute_batch(
        "CREATE TRIGGER cut BEFORE INSERT ON entry WHEN (SELECT count(*) FROM entry) >= 1200
         BEGIN SELECT RAISE(ABORT, 'by the test'); END",
    )
    .unwrap();
    let cut = claim(&store, "a", now()).await;
    store.commit_poll(record(cut.clone(), now(), Some(many))).await.unwrap_err();
    assert_eq!(store.totals().await.unwrap().entries, 1000, "the first portion is kept");
    let told = store.changes(Seq::START, 5000).await.unwrap().all;
    assert_eq!(told.len(), 1000, "what is kept is told, and nothing else");
    let window = &store.source(&source("a"), now()).await.unwrap().unwrap().state.window;
    assert_eq!(window.len(), 1000);
    assert_eq!(store.known(&source("a"), window, &[]).await.unwrap().len(), 1000);
    is_sound(&store).await;
}

#[tokio::test]
async fn true_days_are_rows_and_go_for_no_day_to_come_r37() {
    let (folder, store) = store().await;
    let later = now().plus(Duration::from_secs(86_400));
    for at in [later, later.plus(Duration::from_secs(400 * 86_400))] {
        let claim = claim(&store, "b", at).await;
        store.commit_poll(record(claim, at, Some(vec![new(&at.to_string(), "Consul")]))).await.unwrap();
    }
    let file = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    let days = "SELECT count(*) FROM source_day JOIN source ON no = source_no WHERE id = 'b'";
    assert_eq!(file.query_row(days, [], |r| r.get::<_, i64>(0)).unwrap(), 2);
}

/// A change whose row is damaged, or gone, may have been of any feed.
#[tokio::test]
async fn a_damaged_change_has_all_feeds_read_anew_o36_r14() {
    let (folder, store) = store().await;
    poll(&store, "a", vec![new("3", "Three"), new("2", "Two"), new("1", "One")]).await;
    let kinds = [ChangeKind::Entered; 2].as_slice();
    let file = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    for damage in ["UPDATE change SET kind = 99 WHERE seq = 2", "DELETE FROM change WHERE seq = 2"] {
        file.execute_batch(damage).unwrap();
        let changes = store.changes(Seq::START, 10).await.unwrap();
        assert_eq!((changes.next, changes.continuity), (Seq(3), Continuity::Cut), "{damage}");
        assert_eq!(changes.all.iter().map(|change| change.kind).collect::<Vec<_>>(), kinds, "{damage}");
    }
    assert_eq!(store.changes(Seq(2), 10).await.unwrap().continuity, Continuity::Whole);
}

/// A source whose name nobody can read stops neither the start nor what comes behind it.
#[tokio::test]
async fn a_source_with_a_damaged_name_is_passed_by_f32() {
    let (folder, store) = store().await;
    for id in ["a", "b"] {
        store.commit_poll(record(claim(&store, id, now()).await, now(), None)).await.unwrap();
    }
    let file = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    file.execute("UPDATE source SET id = CAST(x'61ff' AS TEXT), url_hash = 5 WHERE id = 'a'", []).unwrap();
    let later = now().plus(Duration::from_secs(86_400));
    let page = store.overdue(later, None, 1).await.unwrap();
    assert_eq!(page.iter().map(|one| one.source.as_str()).collect::<Vec<_>>(), ["b"], "a full page");
    assert_eq!(store.overdue(later, page.last(), 1).await.unwrap(), []);
    // Its URL was lost as well, so it is a source that nobody has configured.
    let b = planned("b", "https://b.example/");
    let done = store.configure(&vec![b], &[feed()], later).await.unwrap();
    assert_eq!(done, Configured { added: 0, retired: 1 });
    assert_eq!(store.census(later).await.unwrap().sources, 1);
}

/// One call of `prune` reads the windows of so many sources at most, however few texts go.
#[tokio::test]
async fn pruning_reads_some_windows_at_a_time_r25() {
    const WINDOWS: i64 = 500;
    let folder = tempfile::tempdir().unwrap();
    let store = super::open(&folder.path().join("a.db"), now()).await;
    let names: Vec<String> = (0..WINDOWS + 20).map(|n| format!("s{n:03}")).collect();
    configure(&store, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    for name in &names {
        poll(&store, name, vec![new(name, name)]).await;
    }
    let later = now().plus(Duration::from_secs(86_400 * 500));
    let first = store.prune(later, None, 10_000, later).await.unwrap();
    assert_eq!((first.texts, first.more.map(|id| id.0)), (0, Some(WINDOWS)), "each entry is of another source");
    let second = store.prune(later, first.more, 10_000, later).await.unwrap();
    assert_eq!((second.texts, second.more), (0, None));
}
