//! Pages of feeds (check O17).

use wiredesk::model::{EntryId, Place};

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
    let end = rest.last().map_or(Place { at: now(), entry: EntryId(0) }, |p| p.place);
    assert!(store.feed_page(&feed(), Some(end), 10).await.unwrap().is_empty());
}
