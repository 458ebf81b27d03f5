//! Pages of feeds (check O17).

use wiredesk::identity;
use wiredesk::model::{EntryId, FeedPosition};
use wiredesk::store::{EntryRef, Found};

use super::*;

pub async fn pages_are_cut_by_place_so_arrivals_shift_nothing_o17(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", (0..10).map(|n| new(&format!("a{n}"), "A")).collect()).await;
    let first = store.feed_page(&feed(), None, 4).await.unwrap();
    let place = first.last().map(|p| p.place);
    poll(&store, "b", (0..5).map(|n| new(&format!("b{n}"), "B")).collect()).await;
    let rest = store.feed_page(&feed(), place, 100).await.unwrap();
    let seen: std::collections::BTreeSet<EntryId> = first.iter().chain(&rest).map(|p| p.place.entry).collect();
    assert_eq!((rest.len(), seen.len()), (6, 10));
    let end = rest.last().map_or(FeedPosition { at: now(), entry: EntryId(0) }, |p| p.place);
    assert!(store.feed_page(&feed(), Some(end), 10).await.unwrap().is_empty());
}

pub async fn entries_are_found_by_number_link_and_published_id(bench: &dyn Bench) {
    let store = two(bench).await;
    // By its true fingerprint: a link is found by what is the same under any spelling.
    let read = |id: &str, title: &str| match new(id, title) {
        Found::New(mut new) => {
            new.print = identity::read(&new.entry, &[]).print;
            Found::New(new)
        }
        other => other,
    };
    let ids = poll(&store, "a", vec![read("2", "Two"), read("1", "One")]).await;
    let find = async |wanted: EntryRef| store.entry(&wanted).await.unwrap().map(|found| found.published.place.entry);
    let one = store.entry(&EntryRef::Id(ids[0])).await.unwrap().unwrap();
    assert_eq!((one.published.entry.title.as_str(), one.pruned, one.versions.len()), ("One", false, 1));
    assert_eq!(one.routes, [route(true)]);
    assert_eq!(find(EntryRef::Iri("https://a.example/2".to_owned())).await, Some(ids[1]));
    assert_eq!(find(EntryRef::Iri(one.published.published_id)).await, Some(ids[0]));
    assert_eq!(find(EntryRef::Iri("https://a.example/3".to_owned())).await, None);
    assert_eq!(find(EntryRef::Id(EntryId(77))).await, None);
}

pub async fn entries_come_in_the_order_asked_for(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("3", "Three"), new("2", "Two"), new("1", "One")]).await;
    let asked = [ids[1], EntryId(77), ids[2], ids[0]];
    let kept: Vec<EntryId> = store.kept(&asked).await.unwrap().iter().map(|kept| kept.id).collect();
    let published = store.published(&asked).await.unwrap();
    let published: Vec<EntryId> = published.iter().map(|published| published.place.entry).collect();
    assert_eq!((kept, published), (vec![ids[1], ids[2], ids[0]], vec![ids[1], ids[2], ids[0]]));
    let members = store.members(&feed(), ids[0]..=ids[1]).await.unwrap();
    assert_eq!(members, [ids[0], ids[1]].into());
}
