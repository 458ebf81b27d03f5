//! A large document, which a store need not write at once (check R1).

use wiredesk::store::Found;

use super::*;

pub async fn a_large_document_is_written_in_portions_between_which_others_write_r1(bench: &dyn Bench) {
    let store = two(bench).await;
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
    assert!(small.new[0] < *large.new.iter().max().unwrap(), "the small one waited for all of the large one");
    let window = claim(&store, "a", now()).await.state.window;
    assert_eq!(window.len(), 3500);
    assert!(window.is_sorted_by(|a, b| a > b), "the first of the document has the highest number");
    is_sound(&store).await;
}
