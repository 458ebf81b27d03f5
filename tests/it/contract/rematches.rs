//! Rematches: what is outdated, and how far the work on it has come.

use std::collections::BTreeMap;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{Change, EntryId};
use wiredesk::store::{
    Decided, Editions, Error, Gained, Gains, Rerouting, Result, Settles, StepMade, Store, Underway, WantedRematch,
};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

/// What decisions are made by, with this edition of the feed.
fn by(edition: &str) -> Editions {
    Editions { feeds: BTreeMap::from([(feed(), edition.to_owned())]), labels: BTreeMap::new() }
}

fn wanted(edition: &str, at: Timestamp) -> WantedRematch {
    WantedRematch {
        name: "rematch".to_owned(),
        feeds: by(edition).feeds,
        labels: BTreeMap::new(),
        gained: Gained::Silently,
        settles: Settles::Always,
        at,
    }
}

/// A step of a rematch that takes an entry out of the feed.
async fn take_out(store: &dyn Store, run: i64, entry: EntryId) -> Result<Gains> {
    let version = store.kept(&[entry]).await?[0].version;
    let entries = vec![Decided { entry, version, routes: Vec::new() }];
    let step = Some(StepMade { run, done_to: entry, entries: 1 });
    store.reroute(Rerouting { feeds: vec![feed()], entries, gained: Gained::Silently, at: now(), step }).await
}

pub async fn a_rematch_goes_on_where_it_was_until_it_is_settled(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let first = store.begin_rematch(&wanted("x", now())).await.unwrap();
    assert_eq!((first.at, first.done_to, first.entries), (now(), None, 0));
    assert_eq!(take_out(&**store, first.run, ids[1]).await.unwrap(), Gains::from([(feed(), (0, 1))]));
    assert_eq!(store.rematches().await.unwrap(), [Underway { feeds: vec![feed().to_string()], entries: 1 }]);
    // The process ends here; the next one goes on, and nobody else can any more.
    let store = store.reopened();
    let second = store.begin_rematch(&wanted("x", now().plus(MINUTE))).await.unwrap();
    assert_eq!((second.at, second.done_to, second.entries), (now(), Some(ids[1]), 1));
    for refused in [take_out(&**store, first.run, ids[0]).await, store.settle(first.run).await] {
        assert!(matches!(refused, Err(Error::Superseded)), "{refused:?}");
    }
    assert_eq!(store.feed_page(&feed(), None, 10).await.unwrap().len(), 1, "what was refused changed nothing");
    // By another edition it begins anew.
    let third = store.begin_rematch(&wanted("y", now().plus(MINUTE))).await.unwrap();
    assert_eq!((third.at, third.done_to, third.entries), (now().plus(MINUTE), None, 0));
    take_out(&**store, third.run, ids[0]).await.unwrap();
    assert_eq!(store.settle(third.run).await.unwrap(), Gains::from([(feed(), (0, 1))]));
    assert_eq!(store.rematches().await.unwrap(), []);
    assert_eq!(store.editions().await.unwrap().feeds, by("y").feeds);
    is_sound(&store).await;
}

pub async fn a_feed_is_outdated_until_what_is_in_force_has_decided(bench: &dyn Bench) {
    let store = two(bench).await;
    assert_eq!(store.outdated(&by("x")).await.unwrap(), [], "nothing was decided yet");
    poll(&store, "a", vec![new("1", "One")]).await;
    assert_eq!(store.outdated(&by("x")).await.unwrap(), []);
    for _ in 0..2 {
        assert_eq!(store.outdated(&by("y")).await.unwrap(), [feed()]);
    }
    let run = store.begin_rematch(&wanted("y", now())).await.unwrap().run;
    assert_eq!(store.outdated(&by("y")).await.unwrap(), [feed()], "it is not settled");
    store.settle(run).await.unwrap();
    assert_eq!(store.outdated(&by("y")).await.unwrap(), []);
    // What decided before, or a feed that was gone for a while, is outdated.
    assert_eq!(store.outdated(&by("x")).await.unwrap(), [feed()]);
    store.begin_rematch(&wanted("x", now())).await.unwrap();
    assert_eq!(store.outdated(&Editions::default()).await.unwrap(), []);
    assert_eq!(store.rematches().await.unwrap(), [], "nobody goes on with what concerns no feed");
    assert_eq!(store.outdated(&by("x")).await.unwrap(), [feed()]);
}

pub async fn what_changes_during_a_rematch_is_to_be_decided_again(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let revise = async |id: EntryId, key: &str, title: &str| {
        let claim = claim(&store, "a", now()).await;
        let found = revised(id, Change::Material, entry(key, title));
        store.commit_poll(record(claim, now(), Some(vec![found]))).await.unwrap();
    };
    let again = async |after, limit| store.decide_again(EntryId(after), limit).await.unwrap();
    revise(ids[0], "1", "One, corrected").await;
    assert_eq!(again(0, 10).await, [], "no rematch is under way");
    let run = store.begin_rematch(&wanted("x", now())).await.unwrap().run;
    revise(ids[1], "2", "Two, corrected").await;
    revise(ids[0], "1", "One, corrected again").await;
    revise(ids[0], "1", "One, corrected for good").await;
    assert_eq!(again(0, 10).await, ids);
    assert_eq!((again(0, 1).await, again(ids[0].0, 10).await), (vec![ids[0]], vec![ids[1]]));
    store.settle(run).await.unwrap();
    assert_eq!(again(0, 10).await, []);
}
