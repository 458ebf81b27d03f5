//! What a document holds is stored, whatever it holds; nobody takes what is
//! another's; the newest text stands (issue 12, A1 to A5).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{Change, Entry, EntryId, EntryKey, Published};
use wiredesk::store::rules::{minted_id, share};
use wiredesk::store::{Earlier, EntryRef, Found, NewEntry, Revision, Store};

use crate::contract::{added, claim, entry, feed, new, now, poll, print, record, route, source, store};

const MINUTE: Duration = Duration::from_secs(60);

fn with_id(key: &str, id: Option<String>, title: &str) -> Found {
    added(Entry { id, ..entry(key, title) })
}

fn revised(id: EntryId, key: &str, title: &str) -> Found {
    let (e, change) = (entry(key, title), Change::Material);
    Found::Revised(Box::new(Revision {
        id,
        change,
        print: print(&e),
        entry: e,
        routes: vec![route(true)],
        wants_article: false,
        earlier: Earlier::Kept,
    }))
}

async fn page(store: &Arc<dyn Store>) -> Vec<Published> {
    store.feed_page(&feed(), None, 500).await.unwrap()
}

async fn is_sound(store: &Arc<dyn Store>) {
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn keys_that_swap_and_move_up_are_stored_r1() {
    let (_folder, store) = store().await;
    let ids = poll(&store, "a", vec![new("3", "C"), new("2", "B"), new("1", "A")]).await;
    let (a, b, c) = (ids[0], ids[1], ids[2]);
    let rekeyed = |entry, key: &str, title| {
        let e = crate::contract::entry(key, title);
        Found::Rekeyed { entry, key: e.key, print: print(&e) }
    };
    // A cycle, a swap with a removal, and everything moved down by a newcomer.
    let rounds = [
        (vec![rekeyed(c, "1", "C"), rekeyed(b, "3", "B"), rekeyed(a, "2", "A")], vec![a, b, c]),
        (vec![rekeyed(c, "2", "C"), rekeyed(a, "1", "A")], vec![a, c]),
        (vec![new("1", "D"), rekeyed(a, "2", "A"), rekeyed(c, "4", "C")], vec![a, c]),
    ];
    for (found, released) in rounds {
        let listed = found.len();
        let claim = claim(&store, "a", now()).await;
        let mut record = record(claim, now(), Some(found));
        record.released = released;
        store.commit_poll(record).await.unwrap();
        let stored = store.source(&source("a"), now()).await.unwrap().unwrap();
        assert_eq!(stored.state.window.len(), listed);
        is_sound(&store).await;
    }
    assert_eq!(page(&store).await.len(), 4);
}

#[tokio::test]
async fn a_key_that_another_has_costs_nothing_but_the_key_r1() {
    let (_folder, store) = store().await;
    // The same key three times in one document, then one that is held already.
    poll(&store, "a", vec![new("1", "One"), new("1", "Two"), new("1", "Three")]).await;
    let ids = poll(&store, "a", vec![new("1", "Four"), new("5", "Five")]).await;
    assert_eq!(page(&store).await.len(), 5);
    let taken = entry("1", "Five");
    let rekey = Found::Rekeyed { entry: ids[0], key: taken.key, print: print(&taken) };
    poll(&store, "a", vec![rekey, new("6", "Six")]).await;
    let titles: HashSet<String> = page(&store).await.into_iter().map(|p| p.entry.title).collect();
    assert_eq!(titles.len(), 6, "{titles:?}");
    is_sound(&store).await;
}

#[tokio::test]
async fn no_source_takes_an_id_that_anothers_entry_will_have_o5() {
    let (_folder, store) = store().await;
    let key = EntryKey::of("id", &["next"]);
    // One source claims what another's next entry will be minted, and its second
    // choice, and that other's own IRI.
    let claims = (0..3).map(|n| minted_id(&source("b"), key, n)).chain(["urn:wire:7".to_owned()]);
    let claims: Vec<Found> = claims.enumerate().map(|(n, id)| with_id(&format!("x{n}"), Some(id), "Mine")).collect();
    poll(&store, "a", claims).await;
    let before: HashSet<String> = page(&store).await.into_iter().map(|p| p.published_id).collect();
    poll(&store, "b", vec![with_id("next", None, "Theirs"), with_id("7", Some("urn:wire:7".to_owned()), "Seven")])
        .await;
    let after = page(&store).await;
    let ids: HashSet<String> = after.iter().map(|p| p.published_id.clone()).collect();
    assert_eq!((after.len(), ids.len()), (6, 6), "each has an id of its own");
    assert!(before.is_subset(&ids), "what is published stays whose it is");
    let theirs = after.iter().find(|p| p.entry.title == "Theirs").unwrap();
    assert_eq!(theirs.published_id, minted_id(&source("b"), key, 3));
    is_sound(&store).await;
}

#[tokio::test]
async fn an_id_minted_for_a_key_that_went_to_another_is_minted_again_o5() {
    let (_folder, store) = store().await;
    let id = poll(&store, "a", vec![with_id("1", None, "One")]).await[0];
    let moved = entry("2", "One");
    let rekey = Found::Rekeyed { entry: id, key: moved.key, print: print(&moved) };
    poll(&store, "a", vec![with_id("1", None, "Another"), rekey]).await;
    let ids: HashSet<String> = page(&store).await.into_iter().map(|p| p.published_id).collect();
    assert_eq!(ids.len(), 2);
    is_sound(&store).await;
}

#[tokio::test]
async fn a_large_document_is_written_in_portions_between_which_others_write_r1() {
    let (_folder, store) = store().await;
    let many: Vec<Found> = (0..3500).map(|n| new(&format!("n{n}"), &format!("Number {n}"))).collect();
    let (large, small) = (claim(&store, "a", now()).await, claim(&store, "b", now()).await);
    let large = store.commit_poll(record(large, now(), Some(many)));
    let small = async {
        // Handed in behind the first portion, and answered before the last.
        tokio::task::yield_now().await;
        store.commit_poll(record(small, now(), Some(vec![new("b1", "Other")]))).await.unwrap()
    };
    let (large, small) = tokio::join!(large, small);
    let large = large.unwrap();
    assert_eq!((large.new.len(), small.new.len()), (3500, 1));
    assert_eq!(large.feeds, [feed()]);
    assert!(small.new[0] < *large.new.iter().max().unwrap(), "the small one waited for all of the large one");
    let window = claim(&store, "a", now()).await.state.window;
    assert_eq!(window.len(), 3500);
    assert!(window.is_sorted_by(|a, b| a > b), "the first of the document has the highest number");
    is_sound(&store).await;
}

/// The next poll knows what a poll wrote that was cut short between its portions
/// by more than its keys: where ids change with each document, nothing else would.
#[tokio::test]
async fn what_a_poll_wrote_before_it_was_cut_short_is_in_the_window_r1() {
    let (folder, store) = store().await;
    let many: Vec<Found> = (0..1500).map(|n| new(&format!("n{n}"), &format!("Number {n}"))).collect();
    let file = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let file = file.into_iter().find(|path| path.extension().is_some_and(|end| end == "db")).expect("a store");
    let c = rusqlite::Connection::open(file).unwrap();
    c.execute_batch(
        "CREATE TRIGGER cut BEFORE INSERT ON entry WHEN (SELECT count(*) FROM entry) >= 1200
         BEGIN SELECT RAISE(ABORT, 'by the test'); END",
    )
    .unwrap();
    let cut = claim(&store, "a", now()).await;
    store.commit_poll(record(cut.clone(), now(), Some(many))).await.unwrap_err();
    assert_eq!(store.totals().await.unwrap().entries, 1000, "the first portion is kept");
    let window = &store.source(&source("a"), now()).await.unwrap().unwrap().state.window;
    assert_eq!(window.len(), 1000);
    assert_eq!(store.known(&source("a"), window, &[]).await.unwrap().len(), 1000);
    is_sound(&store).await;
}

#[tokio::test]
async fn revised_entries_of_one_source_leave_places_to_others_o35() {
    let (_folder, store) = store().await;
    let sixty: Vec<Found> = (0..60).map(|n| new(&format!("n{n}"), &format!("Title {n}"))).collect();
    let ids = poll(&store, "a", sixty).await;
    let shares = Arc::new(BTreeMap::from([(feed(), share(50))]));
    for round in 1..5_u32 {
        let at = now().plus(MINUTE * 20 * round);
        let all =
            ids.iter().enumerate().map(|(n, id)| revised(*id, &format!("n{n}"), &format!("Reworded {n} {round}")));
        let mut record = record(claim(&store, "a", at).await, at, Some(all.collect()));
        record.shares = Arc::clone(&shares);
        store.commit_poll(record).await.unwrap();
        let later = at.plus(MINUTE);
        let fresh = Entry { title: format!("News {round}"), ..entry(&format!("b{round}"), "") };
        let fresh = NewEntry {
            print: print(&fresh),
            entry: fresh,
            sort_at: later,
            routes: vec![route(true)],
            wants_article: false,
        };
        let record =
            crate::contract::record(claim(&store, "b", later).await, later, Some(vec![Found::New(Box::new(fresh))]));
        store.commit_poll(record).await.unwrap();
    }
    let head: Vec<Published> = store.feed_page(&feed(), None, 50).await.unwrap();
    let others = head.iter().filter(|p| p.entry.title.starts_with("News")).count();
    assert_eq!(others, 4, "each news item of the other source stands in the document");
    let first_seen: Vec<Timestamp> = head.iter().map(|p| p.place.at).collect();
    assert_eq!(first_seen.iter().filter(|at| **at > now().plus(MINUTE)).count(), 4 + 10, "a fifth of fifty places");
    // All of them say what their source says now, wherever they stand.
    let kept = store.entry(&EntryRef::Id(ids[59])).await.unwrap().unwrap();
    assert!(kept.published.entry.title.ends_with(" 4"), "{}", kept.published.entry.title);
    is_sound(&store).await;
}
