//! Rematches: what is outdated, and how far the work on it has come.

use std::collections::BTreeMap;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::newswire::{Newswire, WireEdition, WireReading};
use wiredesk::model::{Change, Entry, EntryId};
use wiredesk::store::{
    Decided, Editions, Error, Followed, Found, Gained, Gains, Kept, Labels, PollRecord, ReadAgain, Rematches,
    Rerouting, Result, Settles, StepMade, Store, TextHash, Underway, WantedRematch,
};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn wanted(edition: &str, at: Timestamp) -> WantedRematch {
    WantedRematch {
        name: "rematch".to_owned(),
        feeds: editions(edition).feeds,
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
    store
        .reroute(Rerouting { feeds: vec![feed()], entries, gained: Gained::Silently, at: now(), step, again_by: None })
        .await
}

pub async fn a_rematch_goes_on_where_it_was_until_it_is_settled(bench: &dyn Bench) {
    let store = two(bench).await;
    let ids = poll(&store, "a", vec![new("2", "Two"), new("1", "One")]).await;
    let first = store.begin_rematch(&wanted("x", now())).await.unwrap();
    assert_eq!((first.at, first.done_to, first.entries), (now(), None, 0));
    assert_eq!(take_out(&**store, first.run, ids[1]).await.unwrap(), Gains::from([(feed(), (0, 1))]));
    assert_eq!(store.rematches().await.unwrap(), [Underway { feeds: vec![feed().to_string()], entries: 1 }]);
    // The process ends here; the next one goes on, and nobody else can any more.
    let store = store.reopened().await;
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
    assert_eq!(store.take_rules(&editions("y")).await.unwrap(), [], "y is what decided");
    is_sound(&store).await;
}

pub async fn a_feed_is_outdated_until_what_is_in_force_has_decided(bench: &dyn Bench) {
    let store = two(bench).await;
    assert_eq!(store.take_rules(&editions("x")).await.unwrap(), [], "nothing was decided yet");
    poll(&store, "a", vec![new("1", "One")]).await;
    assert_eq!(store.take_rules(&editions("x")).await.unwrap(), []);
    for _ in 0..2 {
        assert_eq!(store.take_rules(&editions("y")).await.unwrap(), [feed()]);
        assert_eq!(store.outdated(&editions("y")).await.unwrap(), [feed()]);
    }
    let run = store.begin_rematch(&wanted("y", now())).await.unwrap().run;
    assert_eq!(store.take_rules(&editions("y")).await.unwrap(), [feed()], "it is not settled");
    assert_eq!(store.outdated(&editions("y")).await.unwrap(), [feed()]);
    store.settle(run).await.unwrap();
    assert_eq!(store.outdated(&editions("y")).await.unwrap(), []);
    assert_eq!(store.take_rules(&editions("y")).await.unwrap(), []);
    // What decided before, or a feed that was gone for a while, is outdated.
    assert_eq!(store.take_rules(&editions("x")).await.unwrap(), [feed()]);
    let run = store.begin_rematch(&wanted("x", now())).await.unwrap().run;
    assert_eq!(store.take_rules(&editions("y")).await.unwrap(), [feed()]);
    let ended = store.settle(run).await;
    assert!(matches!(ended, Err(Error::Superseded)), "it decides by what is no longer in force: {ended:?}");
    assert_eq!(store.take_rules(&editions("x")).await.unwrap(), [feed()]);
    store.begin_rematch(&wanted("x", now())).await.unwrap();
    assert_eq!(store.take_rules(&Editions::default()).await.unwrap(), []);
    assert_eq!(store.rematches().await.unwrap(), [], "nobody goes on with what concerns no feed");
    assert_eq!(store.take_rules(&editions("x")).await.unwrap(), [feed()]);
}

/// Commits a poll of `a` that was decided by rules of this edition; gives its new entries.
async fn poll_by(store: &Arc<dyn Store>, edition: &str, found: Vec<Found>) -> Vec<EntryId> {
    let claim = claim(store, "a", now()).await;
    let record = PollRecord { decided_by: rules(edition), ..record(claim, now(), Some(found)) };
    store.commit_poll(record).await.unwrap().new
}

/// Takes entries out of the feed by rules of this edition, which decide again.
async fn decide(store: &dyn Store, entries: &[EntryId], edition: &str) -> Result<Gains> {
    let kept = store.kept(entries).await?;
    let decided = |kept: &Kept| Decided { entry: kept.id, version: kept.version, routes: Vec::new() };
    let entries = kept.iter().map(decided).collect();
    let again_by = Some(rules(edition));
    let (feeds, gained) = (vec![feed()], Gained::Silently);
    store.reroute(Rerouting { feeds, entries, gained, at: now(), step: None, again_by }).await
}

fn followed(id: EntryId, e: Entry) -> Found {
    Found::Followed(Box::new(Followed { id, print: print(&e), entry: e.into(), routes: vec![route(true)] }))
}

async fn waiting(store: &dyn Rematches) -> Vec<EntryId> {
    store.decide_again(None, 10_000).await.unwrap()
}

pub async fn what_other_rules_decided_is_decided_again_r20(bench: &dyn Bench) {
    let store = two(bench).await;
    assert_eq!(store.rules().await.unwrap(), None);
    let before = poll_by(&store, "now", vec![new("1", "One")]).await;
    assert_eq!(waiting(&**store).await, before, "no rules in force are others");
    store.take_rules(&editions("now")).await.unwrap();
    assert_eq!(store.rules().await.unwrap(), Some(rules("now")));
    assert_eq!(waiting(&**store).await, before);
    assert_eq!(decide(&**store, &before, "now").await.unwrap(), Gains::from([(feed(), (0, 1))]));
    assert_eq!(waiting(&**store).await, []);
    // What the rules in force decide waits for nobody.
    let ids = poll_by(&store, "now", ["5", "4", "3", "2"].map(|id| new(id, id)).to_vec()).await;
    poll_by(&store, "now", vec![revised(ids[0], Change::Material, entry("2", "Two, corrected"))]).await;
    assert_eq!(waiting(&**store).await, []);
    // Of what others decide, that waits which they have decided about.
    let found = vec![
        new("6", "Six"),
        followed(ids[1], entry("3", "3")),
        revised(ids[0], Change::Cosmetic, entry("2", "Two, corrected again")),
        Found::Same(ids[2]),
    ];
    let new = poll_by(&store, "before", found).await;
    assert_eq!(waiting(&**store).await, [ids[0], ids[1], new[0]]);
    let page = async |after, limit| store.decide_again(after, limit).await.unwrap();
    assert_eq!((page(None, 1).await, page(Some(ids[0]), 1).await), (vec![ids[0]], vec![ids[1]]));
    // They wait until the rules in force decide by the text that they have.
    let refused = decide(&**store, &ids, "before").await;
    assert!(matches!(refused, Err(Error::Superseded)), "{refused:?}");
    let stale = vec![Decided { entry: ids[0], version: TextHash(1), routes: Vec::new() }];
    let (feeds, gained, again_by) = (vec![feed()], Gained::Silently, Some(rules("now")));
    let work = Rerouting { feeds, entries: stale, gained, at: now(), step: None, again_by };
    store.reroute(work).await.unwrap();
    assert_eq!(waiting(&**store).await.len(), 3);
    assert_eq!(decide(&**store, &[ids[0], ids[1], new[0]], "now").await.unwrap()[&feed()], (0, 3));
    let store = store.reopened().await;
    assert_eq!(waiting(&**store).await, []);
    is_sound(&store).await;
}

/// Where several write at once, a number can be given before a higher one and be stored
/// after it.
pub async fn a_lower_number_that_commits_later_is_decided_again(bench: &dyn Bench) {
    let store = two(bench).await;
    store.take_rules(&editions("now")).await.unwrap();
    let ids = poll_by(&store, "before", vec![new("2", "Two"), new("1", "One")]).await;
    decide(&**store, &ids[1..], "now").await.unwrap();
    assert_eq!(store.decide_again(Some(ids[1]), 10).await.unwrap(), [], "this pass is over");
    assert_eq!(waiting(&**store).await, ids[..1]);
}

/// R20: a poll that began under an old filter ends after the new one was applied.
pub async fn what_comes_by_old_rules_after_a_rematch_has_settled_is_decided_again(bench: &dyn Bench) {
    let store = two(bench).await;
    store.take_rules(&editions("x")).await.unwrap();
    let claimed = claim(&store, "a", now()).await;
    poll(&store, "b", vec![new("1", "One")]).await;
    store.take_rules(&editions("y")).await.unwrap();
    let run = store.begin_rematch(&wanted("y", now())).await.unwrap().run;
    let during = waiting(&**store).await;
    store.settle(run).await.unwrap();
    assert_eq!(waiting(&**store).await, during, "a rematch forgets nothing that waits");
    let record = PollRecord { decided_by: rules("x"), ..record(claimed, now(), Some(vec![new("2", "Two")])) };
    let ids = store.commit_poll(record).await.unwrap().new;
    assert_eq!(store.rematches().await.unwrap(), []);
    assert_eq!(waiting(&**store).await, [during, ids.clone()].concat());
    assert_eq!(decide(&**store, &ids, "y").await.unwrap()[&feed()], (0, 1));
}

pub async fn each_portion_of_a_large_document_waits_to_be_decided_again(bench: &dyn Bench) {
    let store = two(bench).await;
    store.take_rules(&editions("now")).await.unwrap();
    let many = (0..2500).map(|n| new(&format!("n{n}"), &format!("Number {n}")));
    let ids = poll_by(&store, "before", many.collect()).await;
    assert_eq!((ids.len(), waiting(&**store).await), (2500, ids));
}

/// `wiredesk poll` by a configuration that the daemon does not have yet.
pub async fn rules_in_force_stay_where_others_are_offered_r20(bench: &dyn Bench) {
    let store = two(bench).await;
    let labelled = |edition: &str, language: &str| {
        let labels = Labels { language: Some(language.to_owned()), ..Labels::default() };
        Editions { labels: BTreeMap::from([(source("a"), labels)]).into(), ..editions(edition) }
    };
    store.offer_rules(&editions("x")).await.unwrap();
    assert_eq!(store.rules().await.unwrap(), Some(rules("x")), "none were in force");
    // The labels of a source that is new are noted before its entries come.
    store.offer_rules(&labelled("y", "fi")).await.unwrap();
    poll_by(&store, "y", vec![new("1", "One")]).await;
    store.offer_rules(&labelled("y", "sv")).await.unwrap();
    assert_eq!(store.rules().await.unwrap(), Some(rules("x")));
    let asked = [source("a"), source("b"), source("nobody")];
    assert_eq!(store.labels(&asked).await.unwrap(), *labelled("x", "fi").labels);
    assert_eq!(store.take_rules(&labelled("x", "fi")).await.unwrap(), [], "what x decided stands");
    assert_eq!(waiting(&**store).await.len(), 1);
    assert_eq!(store.take_rules(&labelled("x", "sv")).await.unwrap(), [feed()]);
}

/// B331: feeds decide again about what is read otherwise than by other rules before, not about
/// what was not read before.
pub async fn what_is_read_otherwise_is_decided_again_b331(bench: &dyn Bench) {
    let store = two(bench).await;
    store.take_rules(&editions("now")).await.unwrap();
    let ids = poll_by(&store, "now", vec![new("1", "One")]).await;
    let read = async |wire: &str, edition: i64| {
        let newswire = Newswire { wire: Some(wire.to_owned()), ..Newswire::default() };
        let reading = WireReading { newswire: newswire.into(), edition: WireEdition(edition) };
        let version = store.kept(&ids).await.unwrap()[0].version;
        store.read_again(vec![ReadAgain { entry: ids[0], version, reading }], now()).await.unwrap();
        waiting(&**store).await
    };
    assert_eq!(read("PR Newswire", 1).await, []);
    assert_eq!(read("PR Newswire", 2).await, []);
    assert_eq!(read("Xinhua", 3).await, ids);
    decide(&**store, &ids, "now").await.unwrap();
    assert_eq!(waiting(&**store).await, []);
    is_sound(&store).await;
}
