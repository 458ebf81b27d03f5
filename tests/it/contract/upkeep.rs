//! The store itself: retention, lanes, its end (checks O34, R25, R35).

use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::Asked;
use wiredesk::store::{EntryRef, Error, Lane, SourcesWanted};

use super::*;

pub async fn pruning_takes_texts_and_leaves_identity_r25_o34(bench: &dyn Bench) {
    let store = two(bench).await;
    let old = poll(&store, "a", vec![new("1", "One")]).await[0];
    let listed = poll(&store, "a", vec![new("2", "Two")]).await[0];
    let later = now().plus(Duration::from_secs(86_400 * 500));
    assert_eq!(store.prune(later, None, 100, later).await.unwrap().texts, 1);
    assert!(store.entry(&EntryRef::Id(old)).await.unwrap().unwrap().pruned);
    assert!(!store.entry(&EntryRef::Id(listed)).await.unwrap().unwrap().pruned);
    let one = entry("1", "One");
    let asked = [Asked { keys: vec![one.key], link: None, page: None, title: 0, material: 0 }];
    assert_eq!(store.known(&source("a"), &[], &asked).await.unwrap()[0].entry, old);
    assert_eq!(store.totals().await.unwrap().entries, 2);
    is_sound(&store).await;
}

/// What is listed is gone past once a pass, however often it is asked in between.
pub async fn pruning_goes_on_behind_what_is_listed_r25(bench: &dyn Bench) {
    let store = two(bench).await;
    let names = ["6", "5", "4", "3", "2", "1"];
    poll(&store, "b", names.map(|id| new(&format!("b{id}"), id)).to_vec()).await;
    poll(&store, "a", names.map(|id| new(id, id)).to_vec()).await;
    let later = now().plus(Duration::from_secs(86_400 * 500));
    let claim = claim(&store, "a", later).await;
    store.commit_poll(record(claim, later, Some(vec![new("7", "Seven")]))).await.unwrap();
    let (mut after, mut dropped) = (None, Vec::new());
    loop {
        let pruned = store.prune(later, after, 2, later).await.unwrap();
        dropped.push(pruned.texts);
        assert!(pruned.texts <= 2 && pruned.more.is_none_or(|more| Some(more) > after), "{pruned:?}");
        after = pruned.more;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(dropped.iter().sum::<usize>(), 6, "of `b` all are listed: {dropped:?}");
    assert_eq!(store.prune(later, None, 2, later).await.unwrap().texts, 0);
    is_sound(&store).await;
}

pub async fn pages_wait_for_pages_alone_r35(bench: &dyn Bench) {
    let store = two(bench).await;
    let pages = store.through(Lane::Pages);
    // Any number of questions that nobody waits for leave the readers free.
    for _ in 0..50 {
        let (wanted, now) = (SourcesWanted::all(10), Timestamp::EPOCH);
        let asked = pages.sources_page(&wanted, now);
        let _ = tokio::time::timeout(Duration::ZERO, asked).await;
    }
    assert_eq!(all_sources(&pages, now()).await.len(), 2);
    store.ping().await.unwrap();
    store.close().await.unwrap();
    for lane in [Lane::Desk, Lane::Documents, Lane::Pages, Lane::Health] {
        assert!(store.through(lane).ping().await.is_err(), "a store whose writer has ended is not well");
    }
}

pub async fn the_end_of_a_store_is_told_with_its_reason(bench: &dyn Bench) {
    let store = two(bench).await;
    let (ended, closed) = tokio::join!(store.ended(), store.close());
    closed.unwrap();
    assert!(matches!(ended, Error::Unusable(_)), "{ended}");
    assert!(store.probe().await.is_err());
}
