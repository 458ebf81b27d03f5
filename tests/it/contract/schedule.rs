//! Due times and claims (checks P6, P28, P36, R3, R20).

use std::time::Duration;

use wiredesk::model::NextPoll;
use wiredesk::schedule::lease::LEASE;
use wiredesk::store::{Error, NotClaimed};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

pub async fn a_claim_moves_the_due_time_before_anything_is_sent_p28_r3(bench: &dyn Bench) {
    let store = two(bench).await;
    let claims = store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap();
    assert_eq!(claims.len(), 2);
    assert!(store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap().is_empty());
    // The process dies here: nothing is due before the interval has passed.
    let later = now().plus(14 * MINUTE);
    assert!(store.claim_due(&node(&store).await, &courtesy(), later, 10).await.unwrap().is_empty());
    assert_eq!(store.claim_due(&node(&store).await, &courtesy(), now().plus(15 * MINUTE), 10).await.unwrap().len(), 2);
}

pub async fn a_claim_given_back_is_due_as_before(bench: &dyn Bench) {
    let store = two(bench).await;
    let claims = store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap();
    store.release(&claims).await.unwrap();
    assert_eq!(store.next_due_at(&courtesy(), now()).await.unwrap(), Some(now()));
    assert_eq!(store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap().len(), 2);
}

pub async fn the_refresh_floor_says_until_when_to_wait_p36(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("1", "One")]).await;
    let soon = now().plus(Duration::from_secs(20));
    let (claims, refused) = store
        .claim_named(&node(&store).await, &courtesy(), &[source("a"), source("nobody")], MINUTE, soon)
        .await
        .unwrap();
    assert!(claims.is_empty());
    let until = now().plus(MINUTE);
    assert_eq!(refused, [NotClaimed::TooSoon { source: source("a"), until }, NotClaimed::Unknown(source("nobody"))]);
}

pub async fn retired_sources_keep_their_entries_and_are_not_polled_r20(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("1", "One")]).await;
    configure(&store, &["b"]).await;
    let later = now().plus(60 * MINUTE);
    let due: Vec<String> = store
        .claim_due(&node(&store).await, &courtesy(), later, 10)
        .await
        .unwrap()
        .iter()
        .map(|c| c.source.to_string())
        .collect();
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

pub async fn a_claim_holds_for_as_long_as_it_is_renewed_r21(bench: &dyn Bench) {
    let store = two(bench).await;
    let first = claim(&store, "a", now()).await;
    assert_eq!(first.until, now().plus(LEASE));
    let later = now().plus(MINUTE);
    assert_eq!(store.renew(&first, &courtesy(), later).await.unwrap(), later.plus(LEASE));
    let by_hand = async |at| {
        store.claim_named(&node(&store).await, &courtesy(), &[source("a")], Duration::ZERO, at).await.unwrap()
    };
    assert_eq!(by_hand(first.until).await.1, [NotClaimed::Busy(source("a"))]);
    let lapsed = later.plus(LEASE);
    let second = by_hand(lapsed).await.0.remove(0);
    let refused = store.renew(&first, &courtesy(), lapsed).await;
    assert!(matches!(refused, Err(Error::StaleClaim(_))), "{refused:?}");
    // Who was overtaken gives nothing back that is another's.
    store.release(&[first]).await.unwrap();
    assert_eq!(by_hand(lapsed).await.1, [NotClaimed::Busy(source("a"))]);
    store.commit_poll(record(second.clone(), lapsed, None)).await.unwrap();
    store.renew(&second, &courtesy(), lapsed).await.unwrap();
    assert_eq!(by_hand(lapsed).await.0.len(), 1, "what has ended well stays ended");
}

pub async fn a_failure_that_was_not_its_own_is_taken_back(bench: &dyn Bench) {
    let store = two(bench).await;
    let mut failed = record(claim(&store, "a", now()).await, now(), None);
    (failed.state.failures, failed.succeeded) = (2, false);
    store.commit_poll(failed).await.unwrap();
    let soon = NextPoll { at: now().plus(MINUTE), because: "nobody could be reached".to_owned() };
    let due = [(source("a"), soon.clone()), (source("b"), soon.clone())];
    let state = async |id| store.source(&source(id), now()).await.unwrap().unwrap().state;
    let polled = claim(&store, "a", now()).await;
    store.absolve(&due).await.unwrap();
    assert_eq!(state("a").await.failures, 2, "it is being polled");
    store.release(&[polled]).await.unwrap();
    store.absolve(&due).await.unwrap();
    let (a, b) = (state("a").await, state("b").await);
    assert_eq!((a.failures, a.next), (1, soon.clone()));
    assert_ne!(b.next, soon, "it had not failed");
    store.respread(&due).await.unwrap();
    assert_eq!(state("b").await.next, soon);
}
