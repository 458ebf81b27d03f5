//! Keys and published ids: nobody takes what is another's (checks O5, R1).

use std::collections::HashSet;
use std::sync::Arc;

use wiredesk::model::{Entry, EntryKey, Published};
use wiredesk::store::rules::minted_id;
use wiredesk::store::{Found, Store};

use super::*;

fn with_id(key: &str, id: Option<String>, title: &str) -> Found {
    added(Entry { id, ..entry(key, title) })
}

async fn page(store: &Arc<dyn Store>) -> Vec<Published> {
    store.feed_page(&feed(), None, 500).await.unwrap()
}

pub async fn an_id_that_two_sources_share_is_published_once_o5(bench: &dyn Bench) {
    let store = two(bench).await;
    let mut shared = entry("urn:wire:7", "Seven");
    shared.id = Some("urn:wire:7".to_owned());
    poll(&store, "a", vec![added(shared.clone())]).await;
    poll(&store, "b", vec![added(shared.clone())]).await;
    let ids: Vec<String> =
        store.feed_page(&feed(), None, 10).await.unwrap().into_iter().map(|p| p.published_id).collect();
    assert!(ids.contains(&"urn:wire:7".to_owned()), "{ids:?}");
    assert!(ids.iter().any(|id| id.starts_with("urn:uuid:")), "{ids:?}");
}

pub async fn keys_that_swap_and_move_up_are_stored_r1(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("3", "C"), new("2", "B"), new("1", "A")]).await;
    let (a, b, c) = (ids[0], ids[1], ids[2]);
    let rekeyed = |id, key: &str, title| {
        let e = entry(key, title);
        Found::Rekeyed { entry: id, key: e.key, print: print(&e) }
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

pub async fn a_key_that_another_has_costs_nothing_but_the_key_r1(bench: &dyn Bench) {
    let store = two(bench).await;
    // The same key three times in one document, then one that is held already.
    poll(&store, "a", vec![new("1", "One"), new("1", "Two"), new("1", "Three")]).await;
    let ids = poll(&store, "a", vec![new("1", "Four"), new("5", "Five")]).await;
    assert_eq!(page(&store).await.len(), 5);
    let taken = entry("1", "Five");
    let rekey = Found::Rekeyed { entry: ids[0], key: taken.key, print: print(&taken) };
    poll(&store, "a", vec![rekey, new("6", "Six")]).await;
    let titles: HashSet<String> = page(&store).await.into_iter().map(|p| p.entry.entry.title).collect();
    assert_eq!(titles.len(), 6, "{titles:?}");
    is_sound(&store).await;
}

pub async fn no_source_takes_an_id_that_anothers_entry_will_have_o5(bench: &dyn Bench) {
    let store = two(bench).await;
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

pub async fn an_id_minted_for_a_key_that_went_to_another_is_minted_again_o5(bench: &dyn Bench) {
    let store = two(bench).await;
    let id = poll(&store, "a", vec![with_id("1", None, "One")]).await[0];
    let moved = entry("2", "One");
    let rekey = Found::Rekeyed { entry: id, key: moved.key, print: print(&moved) };
    poll(&store, "a", vec![with_id("1", None, "Another"), rekey]).await;
    let ids: HashSet<String> = page(&store).await.into_iter().map(|p| p.published_id).collect();
    assert_eq!(ids.len(), 2);
    is_sound(&store).await;
}

pub async fn ids_that_sources_bring_at_once_are_published_once_o5(bench: &dyn Bench) {
    let names: Vec<String> = (0..6).map(|n| format!("s{n}")).collect();
    let planned: Vec<_> = names.iter().map(|name| planned(name, &format!("https://{name}.example/"))).collect();
    let store = with(bench, &planned).await;
    // Half of them are another process.
    let stores = [Arc::clone(&store), store.beside().await];
    let mut polls = tokio::task::JoinSet::new();
    for (n, name) in names.into_iter().enumerate() {
        let store = Arc::clone(&stores[n % 2]);
        polls.spawn(async move {
            let node = store.join(&joining(&name), now()).await.unwrap();
            // In an order of its own: whoever waits for another must not be waited for by it.
            let mut wire: Vec<usize> = (0..20).collect();
            wire.rotate_left(n * 3);
            let found = wire.iter().map(|id| with_id(&id.to_string(), Some(format!("urn:wire:{id}")), "Wire"));
            poll_by(&node, &store, &name, found.collect()).await.len()
        });
    }
    while let Some(added) = polls.join_next().await {
        assert_eq!(added.unwrap(), 20);
    }
    let ids: Vec<String> = page(&store).await.into_iter().map(|p| p.published_id).collect();
    let apart: HashSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), apart.len()), (120, 120), "each has an id of its own");
    assert!((0..20).all(|id| apart.contains(&format!("urn:wire:{id}"))), "{ids:?}");
    is_sound(&store).await;
}
