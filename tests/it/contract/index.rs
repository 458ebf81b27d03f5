//! The search index follows the entries.

use std::time::Duration;

use wiredesk::model::{Change, Content, EntryId, Markup};
use wiredesk::store::{Found, Index, Lookup, PORTION, Unindexed, WordRun, Words};

use super::*;

pub async fn the_index_follows_new_and_revised_entries(bench: &dyn Bench) {
    let store = two(bench).await;
    let id = poll(&store, "a", vec![new("1", "harbour strike")]).await[0];
    let waiting = async || store.waiting(None, 10).await.unwrap();
    let words = |of: &Unindexed| Words { entry: of.id, version: of.version, words: of.entry.title.to_lowercase() };
    let find = async |word: &str| {
        store.search(&Lookup::Run(WordRun { words: vec![word.to_owned()], open: false }), None, 10).await.unwrap().len()
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

/// Where several write at once, a number can be given before a higher one and be stored
/// after it: a pass may have gone by.
pub async fn a_lower_number_that_commits_later_is_indexed(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let words = |of: &Unindexed| Words { entry: of.id, version: of.version, words: of.entry.title.to_lowercase() };
    let first = store.waiting(None, 10).await.unwrap();
    store.index(vec![words(&first[1])]).await.unwrap();
    assert!(store.waiting(Some(ids[1]), 10).await.unwrap().is_empty(), "this pass is over");
    let second = store.waiting(None, 10).await.unwrap();
    assert_eq!(second.iter().map(|waiting| waiting.id).collect::<Vec<_>>(), [ids[0]]);
    assert_eq!((catch_up(&**store).await, catch_up(&**store).await), (1, 0));
    assert_eq!(store.totals().await.unwrap().unindexed, 0);
    is_sound(&store).await;
}

pub async fn what_waits_comes_in_pages_by_number(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", (0..5).map(|n| new(&format!("{n}"), "A")).collect()).await;
    let page = async |after, limit| -> Vec<EntryId> {
        store.waiting(after, limit).await.unwrap().iter().map(|waiting| waiting.id).collect()
    };
    assert_eq!((page(None, 2).await, page(Some(ids[1]), 10).await), (ids[..2].to_vec(), ids[2..].to_vec()));
    // What is pruned waits no longer.
    let later = now().plus(Duration::from_secs(86_400));
    let claim = claim(&store, "a", later).await;
    store.commit_poll(record(claim, later, Some(vec![new("n", "A")]))).await.unwrap();
    assert_eq!(store.prune(later, None, 10, later).await.unwrap().texts, 5);
    assert_eq!(page(None, 10).await.len(), 1);
    assert_eq!(store.decide_again(None, 10).await.unwrap().len(), 1, "nor to be decided again");
    is_sound(&store).await;
}

/// Indexes all that waits; gives how many entries those were.
async fn catch_up(store: &dyn Index) -> usize {
    let waiting = store.waiting(None, 100).await.unwrap();
    let words = |of: &Unindexed| Words { entry: of.id, version: of.version, words: of.entry.title.to_lowercase() };
    store.index(waiting.iter().map(words).collect()).await.unwrap();
    waiting.len()
}

pub async fn look_ups_find_words_in_a_row_near_each_other_and_by_their_beginning(bench: &dyn Bench) {
    let store = two(bench).await;
    let titles = ["Strike at the harbour ends", "Harbour master ends strike", "Mayor strikes a deal"];
    let found = titles.iter().enumerate().map(|(n, title)| new(&format!("{n}"), title));
    let mut ids = poll(&store, "a", found.collect()).await;
    ids.reverse();
    assert_eq!(catch_up(&**store).await, 3);
    let row = |words: &str, open| WordRun { words: words.split(' ').map(str::to_owned).collect(), open };
    let check = async |lookup: Lookup, expected: &[usize]| {
        let found = store.search(&lookup, None, 10).await.unwrap();
        let found: Vec<EntryId> = found.iter().map(|kept| kept.id).collect();
        assert_eq!(found, expected.iter().map(|n| ids[*n]).collect::<Vec<_>>(), "{lookup:?}");
    };
    check(Lookup::Run(row("strike", false)), &[0, 1]).await;
    check(Lookup::Run(row("strike", true)), &[0, 1, 2]).await;
    check(Lookup::Run(row("the harbour", false)), &[0]).await;
    // Where words stand in a text may be left to the filter.
    let near = Lookup::Near(row("ends", false), row("harbour", false), 0);
    let found = store.search(&near, None, 10).await.unwrap();
    assert!(found.iter().any(|kept| kept.id == ids[0]) && found.iter().all(|kept| kept.id != ids[2]), "{found:?}");
    check(Lookup::Near(row("strike", false), row("harbour", false), 2), &[0, 1]).await;
    let [strike, mayor] = ["strike", "mayor"].map(|word| Lookup::Run(row(word, false)));
    check(Lookup::And(vec![strike.clone(), Lookup::Run(row("master", false))]), &[1]).await;
    check(Lookup::Or(vec![strike, mayor]), &[0, 1, 2]).await;
    check(Lookup::Everything, &[0, 1, 2]).await;
    let older = store.search(&Lookup::Everything, Some(ids[1]), 10).await.unwrap();
    assert_eq!(older.iter().map(|kept| kept.id).collect::<Vec<_>>(), [ids[2]]);
}

pub async fn an_index_that_is_built_anew_waits_for_all_texts(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    assert_eq!((catch_up(&**store).await, catch_up(&**store).await), (2, 0));
    store.rebuild().await.unwrap();
    assert_eq!(store.totals().await.unwrap().unindexed, 2);
    assert_eq!(catch_up(&**store).await, 2);
    is_sound(&store).await;
}

fn long(n: usize) -> Found {
    let mut entry = entry(&format!("{n}"), &format!("Gazette {n}"));
    // It is stored in little, and read as much.
    entry.content = Some(Content { markup: Markup::Plain("word ".repeat(200_000)), base: None });
    added(entry)
}

pub async fn long_texts_wait_in_portions_r85(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", (0..9).map(long).collect()).await;
    let (mut after, mut portions) = (None, Vec::new());
    loop {
        let portion = store.waiting(after, 800).await.unwrap();
        let Some(last) = portion.last() else { break };
        after = Some(last.id);
        let bytes: u64 = portion.iter().map(|waiting| waiting.entry.size_bytes()).sum();
        assert!(bytes < PORTION + (2 << 20), "{bytes} bytes");
        portions.push(portion.len());
    }
    assert!(portions.len() > 1 && portions.iter().sum::<usize>() == 9, "{portions:?}");
    assert_eq!(wiredesk::past::index::catch_up(&store, |_| ()).await.unwrap(), 9);
}

pub async fn a_text_that_is_set_aside_is_met_by_every_search_r85(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("1", "Harbour strike"), new("2", "Mayor visits")]).await;
    let waiting = store.waiting(None, 10).await.unwrap();
    let aside = waiting.iter().find(|waiting| waiting.entry.title == "Harbour strike").unwrap();
    store.set_aside(aside.id, aside.version).await.unwrap();
    assert_eq!((catch_up(&**store).await, catch_up(&**store).await), (1, 0));
    let found = async |word: &str| -> Vec<EntryId> {
        let lookup = Lookup::Run(WordRun { words: vec![word.to_owned()], open: false });
        store.search(&lookup, None, 10).await.unwrap().iter().map(|kept| kept.id).collect()
    };
    assert_eq!((found("zebra").await, found("mayor").await.len()), (vec![aside.id], 2));
    let wrong = store.verify().await.unwrap();
    assert!(wrong.len() == 1 && wrong[0].contains("without words"), "{wrong:?}");
    store.rebuild().await.unwrap();
    assert_eq!(catch_up(&**store).await, 2);
    assert_eq!((found("zebra").await, found("harbour").await), (vec![], vec![aside.id]));
    is_sound(&store).await;
}
