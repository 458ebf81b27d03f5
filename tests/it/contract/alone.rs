//! Who works on a store alone (check R15). A store that several nodes share knows nobody
//! alone.

use wiredesk::store::Opening;

use super::*;

pub async fn who_works_alone_keeps_others_off_until_he_closes_r15(bench: &dyn Bench) {
    let place = bench.place().await;
    let first = place.open(Opening::Alone).await.unwrap();
    let refused = place.open(Opening::Alone).await.err().expect("two cannot be alone").to_string();
    assert!(refused.contains("in use"), "{refused}");
    // Beside him others may work, and look.
    let beside = place.open(Opening::Work).await.unwrap();
    beside.configure(&vec![planned("a", "https://a.example/")], &[feed()], now()).await.unwrap();
    let look = place.open(Opening::Look).await.unwrap();
    assert_eq!(look.census(now()).await.unwrap().sources, 1);
    assert!(look.release(&[]).await.is_err(), "who looks changes nothing");
    first.close().await.unwrap();
    let second = place.open(Opening::Alone).await.unwrap();
    // What keeps others off ends with the store, also where nobody closes it.
    drop(second);
    place.open(Opening::Alone).await.unwrap();
}
