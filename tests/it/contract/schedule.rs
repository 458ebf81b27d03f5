//! Due times and claims (checks P6, P28, P36, R3, R20).

use std::time::Duration;

use wiredesk::store::NotClaimed;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

pub async fn a_claim_moves_the_due_time_before_anything_is_sent_p28_r3(bench: &dyn Bench) {
    let store = two(bench).await;
    let claims = store.claim_due(&worker(), now(), 10).await.unwrap();
    assert_eq!(claims.len(), 2);
    assert!(store.claim_due(&worker(), now(), 10).await.unwrap().is_empty());
    // The process dies here: nothing is due before the interval has passed.
    let later = now().plus(14 * MINUTE);
    assert!(store.claim_due(&worker(), later, 10).await.unwrap().is_empty());
    assert_eq!(store.claim_due(&worker(), now().plus(15 * MINUTE), 10).await.unwrap().len(), 2);
}

pub async fn a_claim_given_back_is_due_as_before(bench: &dyn Bench) {
    let store = two(bench).await;
    let claims = store.claim_due(&worker(), now(), 10).await.unwrap();
    store.release(&claims).await.unwrap();
    assert_eq!(store.next_due_at(&worker(), now()).await.unwrap(), Some(now()));
    assert_eq!(store.claim_due(&worker(), now(), 10).await.unwrap().len(), 2);
}

pub async fn the_refresh_floor_says_until_when_to_wait_p36(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("1", "One")]).await;
    let soon = now().plus(Duration::from_secs(20));
    let (claims, refused) = store.claim_named(&worker(), &[source("a"), source("nobody")], MINUTE, soon).await.unwrap();
    assert!(claims.is_empty());
    let until = now().plus(MINUTE);
    assert_eq!(refused, [NotClaimed::TooSoon { source: source("a"), until }, NotClaimed::Unknown(source("nobody"))]);
}

pub async fn retired_sources_keep_their_entries_and_are_not_polled_r20(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("1", "One")]).await;
    configure(&store, &["b"]).await;
    let later = now().plus(60 * MINUTE);
    let due: Vec<String> =
        store.claim_due(&worker(), later, 10).await.unwrap().iter().map(|c| c.source.to_string()).collect();
    assert_eq!(due, ["b"]);
    assert_eq!(store.feed_page(&feed(), None, 10).await.unwrap().len(), 1);
    configure(&store, &["a", "b"]).await;
    assert_eq!(store.sources(later).await.unwrap().iter().filter(|s| s.active).count(), 2);
}

pub async fn another_address_forgets_the_validators_of_the_old_one_p6(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("1", "One")]).await;
    let due = store.sources(now()).await.unwrap()[0].state.next.at;
    store.configure(&[planned("a", "https://elsewhere.example/")], &[feed()], now()).await.unwrap();
    let state = store.source(&source("a"), now()).await.unwrap().unwrap().state;
    assert!(state.validators.is_empty());
    assert_eq!((state.next.at, state.window.len()), (due, 1));
}
