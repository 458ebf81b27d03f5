//! The search index follows the entries.

use wiredesk::model::{Change, EntryId};
use wiredesk::store::{Lookup, Row, Unindexed, Words};

use super::*;

pub async fn the_index_follows_new_and_revised_entries(bench: &dyn Bench) {
    let store = two(bench).await;
    let id = poll(&store, "a", vec![new("1", "harbour strike")]).await[0];
    let waiting = async || store.unindexed(EntryId(0), 10).await.unwrap();
    let words = |of: &Unindexed| Words { entry: of.id, version: of.version, words: of.entry.title.to_lowercase() };
    let find = async |word: &str| {
        store.search(&Lookup::Row(Row { words: vec![word.to_owned()], open: false }), None, 10).await.unwrap().len()
    };
    assert_eq!(store.totals().await.unwrap().unindexed, 1);
    let first = waiting().await;
    store.index(vec![words(&first[0])]).await.unwrap();
    assert_eq!((find("harbour").await, find("mayor").await), (1, 0));
    assert!(waiting().await.is_empty());

    let claim = claim(&store, "a", now()).await;
    let found = revised(id, Change::Material, entry("1", "mayor visits"));
    store.commit_poll(record(claim, now(), Some(vec![found]))).await.unwrap();
    let second = waiting().await;
    assert_eq!(second.iter().map(|u| (u.id, u.entry.title.as_str())).collect::<Vec<_>>(), [(id, "mayor visits")]);
    // Words of the older text, by somebody who was slower: they change nothing.
    store.index(vec![words(&first[0])]).await.unwrap();
    assert_eq!(waiting().await.len(), 1, "the newer text goes on waiting");
    store.index(vec![words(&second[0])]).await.unwrap();
    assert_eq!((find("harbour").await, find("mayor").await), (0, 1));
    is_sound(&store).await;
}
