//! What a poll brings is stored as one (checks B61, O7, O35, P2, P4, R1, R21).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{Asked, Change, Entry, EntryId, EntryKey, Published, digest};
use wiredesk::store::rules::share;
use wiredesk::store::{EntryRef, Error, Found, NewEntry};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

pub async fn a_stale_claim_stores_nothing_r21(bench: &dyn Bench) {
    let store = two(bench).await;
    let stale = claim(&store, "a", now()).await;
    let later = now().plus(20 * MINUTE);
    let fresh = claim(&store, "a", later).await;
    let refused = store.commit_poll(record(stale, later, Some(vec![new("1", "One")]))).await;
    assert!(matches!(refused, Err(Error::StaleClaim(_))), "{refused:?}");
    assert_eq!(store.totals().await.unwrap().entries, 0);
    store.commit_poll(record(fresh, later, Some(vec![new("1", "One")]))).await.unwrap();
    assert_eq!(store.totals().await.unwrap().entries, 1);
}

pub async fn one_poll_commits_as_one_and_validators_return_byte_for_byte_p2_p4_r1(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let again = claim(&store, "a", now()).await;
    assert_eq!(again.state.validators.etag.as_deref(), Some(&b"W/\"odd \xff\""[..]));
    // The document's first entry is its newest, and gets the higher number.
    assert_eq!(again.state.window, [ids[1], ids[0]]);
    let page = store.feed_page(&feed(), None, 10).await.unwrap();
    let titles: Vec<&str> = page.iter().map(|p| p.entry.title.as_str()).collect();
    assert_eq!(titles, ["Two", "One"]);
    assert!(page[0].entry.content.is_some());
    is_sound(&store).await;
}

pub async fn a_bad_record_undoes_itself_alone(bench: &dyn Bench) {
    let store = two(bench).await;
    let (a, b) = (claim(&store, "a", now()).await, claim(&store, "b", now()).await);
    // A new version of an entry that there is not breaks a rule of the store.
    let none = revised(EntryId(77), Change::Material, entry("1", "One"));
    let bad = store.commit_poll(record(a, now(), Some(vec![new("1", "One"), none])));
    let good = store.commit_poll(record(b, now(), Some(vec![new("2", "Two")])));
    let (bad, good) = tokio::join!(bad, good);
    assert!(bad.is_err());
    assert_eq!(good.unwrap().new.len(), 1);
    assert_eq!(store.totals().await.unwrap().entries, 1);
    is_sound(&store).await;
}

pub async fn revisions_are_kept_and_only_material_ones_move_updated_o7(bench: &dyn Bench) {
    let store = two(bench).await;
    let id = poll(&store, "a", vec![new("1", "One")]).await[0];
    let revise = |title: &str, change, at| (revised(id, change, entry("1", title)), at);
    let steps = [
        revise("One!", Change::Cosmetic, now().plus(20 * MINUTE)),
        revise("One, corrected", Change::Material, now().plus(40 * MINUTE)),
    ];
    for (found, at) in steps {
        let claim = claim(&store, "a", at).await;
        let done = store.commit_poll(record(claim, at, Some(vec![found]))).await.unwrap();
        assert_eq!((done.new.len(), done.revised), (0, 1));
    }
    let kept = store.entry(&EntryRef::Id(id)).await.unwrap().unwrap();
    let titles: Vec<&str> = kept.versions.iter().map(|v| v.entry.as_ref().unwrap().title.as_str()).collect();
    assert_eq!(titles, ["One, corrected", "One!", "One"]);
    assert_eq!(kept.versions[1].change, Some(Change::Cosmetic));
    assert_eq!(kept.published.updated_at, now().plus(40 * MINUTE));
    assert_eq!(kept.published.first_seen_at, now());
    is_sound(&store).await;
}

pub async fn versions_that_alternate_stop_at_twenty_a_day_b61(bench: &dyn Bench) {
    let store = two(bench).await;
    let id = poll(&store, "a", vec![new("1", "One")]).await[0];
    for n in 0..30 {
        let found = revised(id, Change::Material, entry("1", if n % 2 == 0 { "Two" } else { "One" }));
        let claim = claim(&store, "a", now()).await;
        store.commit_poll(record(claim, now(), Some(vec![found]))).await.unwrap();
    }
    let kept = store.entry(&EntryRef::Id(id)).await.unwrap().unwrap();
    assert_eq!(kept.published.revisions, 21);
    // What is bounded is what is kept: the newest text stands, and the source is told of.
    assert_eq!(kept.published.entry.title, "One");
    let status = all_sources(&store, now()).await;
    let told = &status.iter().find(|s| s.source == source("a")).unwrap().state.warnings;
    assert!(told.iter().any(|w| w.contains("more than 20 times in a day")), "{told:?}");
    is_sound(&store).await;
}

pub async fn known_entries_are_found_by_window_key_and_link(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let ask = |e: &Entry, keys| Asked { keys, link: None, page: e.link.as_deref().map(digest), title: 0, material: 0 };
    let (one, nobody) = (entry("1", "One"), EntryKey::of("id", &["nobody"]));
    let by = async |window: &[EntryId], asked: Vec<Asked>| {
        let found = store.known(&source("a"), window, &asked).await.unwrap();
        found.into_iter().map(|k| k.entry).collect::<Vec<_>>()
    };
    assert_eq!(by(&ids, vec![]).await, ids);
    assert_eq!(by(&[], vec![ask(&one, vec![nobody, one.key])]).await, [ids[0]]);
    assert_eq!(by(&[], vec![ask(&one, vec![nobody])]).await, [ids[0]]);
    assert!(store.known(&source("b"), &[], &[ask(&one, vec![one.key])]).await.unwrap().is_empty());
}

pub async fn revised_entries_of_one_source_leave_places_to_others_o35(bench: &dyn Bench) {
    let store = two(bench).await;
    let sixty: Vec<Found> = (0..60).map(|n| new(&format!("n{n}"), &format!("Title {n}"))).collect();
    let ids = poll(&store, "a", sixty).await;
    let shares = Arc::new(BTreeMap::from([(feed(), share(50))]));
    for round in 1..5_u32 {
        let at = now().plus(MINUTE * 20 * round);
        let reworded = |n: usize| entry(&format!("n{n}"), &format!("Reworded {n} {round}"));
        let all = ids.iter().enumerate().map(|(n, id)| revised(*id, Change::Material, reworded(n)));
        let mut record = record(claim(&store, "a", at).await, at, Some(all.collect()));
        record.shares = Arc::clone(&shares);
        store.commit_poll(record).await.unwrap();
        let later = at.plus(MINUTE);
        let fresh = Entry { title: format!("News {round}"), ..entry(&format!("b{round}"), "") };
        let fresh = NewEntry {
            print: print(&fresh),
            entry: fresh,
            sort_at: later,
            routes: vec![route(true)],
            wants_article: false,
            words: None,
            reading: None,
            copy: None,
        };
        let record = super::record(claim(&store, "b", later).await, later, Some(vec![Found::New(Box::new(fresh))]));
        store.commit_poll(record).await.unwrap();
    }
    let head: Vec<Published> = store.feed_page(&feed(), None, 50).await.unwrap();
    let others = head.iter().filter(|p| p.entry.title.starts_with("News")).count();
    assert_eq!(others, 4, "each news item of the other source stands in the document");
    let first_seen: Vec<Timestamp> = head.iter().map(|p| p.place.at).collect();
    assert_eq!(first_seen.iter().filter(|at| **at > now().plus(MINUTE)).count(), 4 + 10, "a fifth of fifty places");
    // All of them say what their source says now, wherever they stand.
    let kept = store.entry(&EntryRef::Id(ids[59])).await.unwrap().unwrap();
    assert!(kept.published.entry.title.ends_with(" 4"), "{}", kept.published.entry.title);
    is_sound(&store).await;
}
