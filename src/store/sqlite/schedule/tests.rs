//! How long taking over a configuration keeps others from writing, and what claims leave.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::Connection;

use crate::clock::Timestamp;
use crate::model::{FeedId, Host, NextPoll, NodeId, SourceId};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::file::{migrate, open};
use crate::store::{Configured, Courtesy, Figures, Joining, Nodes, RANGE, Schedule, SourcePlan, SourcesWanted};

/// Steps of SQLite's machine are counted by so many.
const EVERY: i32 = 100;

/// A store, and how many steps its longest transaction took: each row that is read or
/// written takes some for each of its columns, on every machine as many.
fn counted(folder: &tempfile::TempDir) -> (SqliteStore, Arc<AtomicU64>) {
    let path = folder.path().join("a.db");
    let mut connection = open::writing(&path).unwrap();
    migrate::migrate(&connection, "a.db", now()).unwrap();
    let (steps, longest) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let (begun, most) = (Arc::clone(&steps), Arc::clone(&longest));
    let count = move || {
        steps.fetch_add(1, Ordering::Relaxed);
        false
    };
    connection.progress_handler(EVERY, Some(count)).unwrap();
    let end = move || {
        most.fetch_max(begun.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        false
    };
    connection.commit_hook(Some(end)).unwrap();
    (SqliteStore::written_by(&path, connection).unwrap(), longest)
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_392_000_000)
}

fn planned(n: usize) -> SourcePlan {
    SourcePlan {
        source: SourceId::new(&format!("s{n:05}")).unwrap(),
        url: format!("https://s{n}.example/"),
        host: Host { name: format!("s{n}.example"), proxy: String::new() },
        first: NextPoll { at: now(), because: "first poll".to_owned() },
        interval: Duration::from_secs(900),
        budgets: Default::default(),
    }
}

/// The longest transaction of a store of `count` sources, of which every tenth is damaged:
/// while they are added, taken over again, and mended.
async fn longest(count: usize) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let (store, longest) = counted(&folder);
    let all: Vec<SourcePlan> = (0..count).map(planned).collect();
    let feeds = [FeedId::new("city").unwrap()];
    let done = store.configure(&all, &feeds, now()).await.unwrap();
    assert_eq!(done, Configured { added: count, retired: 0 });
    store.configure(&all, &feeds, now()).await.unwrap();
    let beside = Connection::open(folder.path().join("a.db")).unwrap();
    beside.execute_batch("PRAGMA ignore_check_constraints = ON").unwrap();
    let damaged = beside.execute("UPDATE source SET warnings = '[1' WHERE no % 10 = 0", []).unwrap();
    assert_eq!(damaged, count / 10);
    store.configure(&all, &feeds, now()).await.unwrap();
    let wanted = SourcesWanted::all(count);
    let mended = store.sources_page(&wanted, now()).await.unwrap();
    let because = |warnings: &[String]| warnings.iter().any(|warning| warning.contains("begins anew (warnings)"));
    assert_eq!(mended.iter().filter(|source| because(&source.state.warnings)).count(), damaged);
    longest.load(Ordering::Relaxed)
}

/// A commit waits for no more rows where there are ten times as many sources.
#[tokio::test]
async fn a_configuration_holds_the_writer_for_one_range_at_a_time_r9() {
    let (few, many) = (longest(2 * RANGE).await, longest(20 * RANGE).await);
    assert!(few > 0 && many < 2 * few, "{few} and {many} times {EVERY} steps");
}

/// A page of them holds the sites of a second, while those of all sources would have a page
/// each.
#[tokio::test]
async fn starts_that_no_gap_reaches_back_to_are_forgotten_r81() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = counted(&folder);
    let all: Vec<SourcePlan> = (0..30).map(planned).collect();
    store.configure(&all, &[], now()).await.unwrap();
    let node = store.join(&Joining::daemon(NodeId::new("a").unwrap()), now()).await.unwrap();
    let gap = Duration::from_secs(1);
    let courtesy = Courtesy { per_host: 1, host_gap: gap, lease: Duration::from_secs(120) };
    let beside = Connection::open(folder.path().join("a.db")).unwrap();
    let mut kept = Vec::new();
    for nth in 0..10 {
        let claims = store.claim_due(&node, &courtesy, now().plus(gap * nth), 3).await.unwrap();
        assert_eq!(claims.len(), 3);
        kept.push(beside.query_row("SELECT count(*) FROM site", [], |r| r.get::<_, i64>(0)).unwrap());
    }
    assert_eq!(kept, [3, 6, 6, 6, 6, 6, 6, 6, 6, 6]);
}
