//! Feeds' documents are dated by their bytes (checks O22, O27).

use std::time::Duration;

use wiredesk::model::FeedId;
use wiredesk::store::{DocumentHash, DocumentOf};

use super::*;

pub async fn a_store_dates_what_it_has_not_seen_and_remembers_it_o22_o27(bench: &dyn Bench) {
    let store = two(bench).await;
    let (city, one, two) = (feed(), DocumentHash(1), DocumentHash(u128::MAX));
    let atom = |feed| DocumentOf { feed, format: "atom" };
    let date = async |hash, at| store.date_document(atom(&city), hash, at).await.unwrap();
    let first = date(one, now()).await.unwrap();
    assert_eq!(first, now().plus(Duration::from_secs(1)));
    // The same bytes are as old as they are, however late they are made again.
    assert_eq!(date(one, now().plus(Duration::from_secs(900))).await, Some(first));
    // Others are younger, and so are those of before when they return.
    let later = |s| now().plus(Duration::from_secs(s));
    let second = date(two, later(1)).await.unwrap();
    let third = date(one, later(2)).await.unwrap();
    assert_eq!(store.document_date(atom(&city), two).await.unwrap(), None);
    assert!(first < second && second < third, "{first} {second} {third}");
    assert_eq!(store.beside().await.document_date(atom(&city), one).await.unwrap(), Some(third));
    // A feed that comes back goes on from there; one that never was has no date.
    let sources = [planned("a", "https://a.example/")];
    store.configure(&sources.to_vec(), &[], now()).await.unwrap();
    store.configure(&sources.to_vec(), &[feed()], now()).await.unwrap();
    assert!(date(two, later(900)).await.unwrap() > third);
    let nobody = FeedId::new("nobody").unwrap();
    assert_eq!(store.date_document(atom(&nobody), one, now()).await.unwrap(), None);
    assert!(store.knows_feed(&city).await.unwrap() && !store.knows_feed(&nobody).await.unwrap());
    is_sound(&store).await;
}

pub async fn formats_of_a_feed_have_dates_of_their_own_o22_o27(bench: &dyn Bench) {
    let store = two(bench).await;
    let city = feed();
    let of = |format| DocumentOf { feed: &city, format };
    let later = |s| now().plus(Duration::from_secs(s));
    let first = store.date_document(of("atom"), DocumentHash(1), now()).await.unwrap();
    let other = store.date_document(of("rss"), DocumentHash(2), later(60)).await.unwrap();
    assert!(first < other && first.is_some());
    // Whichever is made again, and however late, both are as old as they are.
    for _ in 0..2 {
        assert_eq!(store.date_document(of("atom"), DocumentHash(1), later(900)).await.unwrap(), first);
        assert_eq!(store.date_document(of("rss"), DocumentHash(2), later(900)).await.unwrap(), other);
    }
    assert_eq!(store.document_date(of("rss"), DocumentHash(1)).await.unwrap(), None);
    assert_eq!(store.document_date(of("json"), DocumentHash(1)).await.unwrap(), None);
    is_sound(&store).await;
}
