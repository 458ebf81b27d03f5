//! A call returns no more than its caller named, however much a store holds (check R9).

use std::sync::Arc;
use std::time::Duration;

use wiredesk::model::{FeedId, SourceId};
use wiredesk::store::{Configured, Editions, FORGOTTEN, Labels, SourcesWanted};

use super::*;

const MANY: usize = 20_000;

const MINUTE: Duration = Duration::from_secs(60);

pub async fn no_call_returns_more_than_was_asked_for_r9(bench: &dyn Bench) {
    let name = |n: usize| format!("s{n:05}");
    let all: Vec<SourcePlan> = (0..MANY).map(|n| planned(&name(n), &format!("https://s{n}.example/"))).collect();
    let store = with(bench, &all).await;
    assert_eq!(store.census(now()).await.unwrap().sources, MANY as u64);
    let node = node(&store).await;
    let claims = store.claim_due(&node, &courtesy(), now(), 7).await.unwrap();
    assert_eq!(claims.len(), 7);
    for claim in claims {
        store.commit_poll(record(claim, now(), Some(vec![new("1", "One"), new("2", "Two")]))).await.unwrap();
    }
    let later = now().plus(Duration::from_secs(86_400));
    assert_eq!(store.sources_page(&SourcesWanted::all(9), now()).await.unwrap().len(), 9);
    assert_eq!((store.count_overdue(later).await.unwrap(), store.overdue(later, None, 3).await.unwrap().len()), (7, 3));
    let asked: Vec<SourceId> = [0, 777, MANY - 1].iter().map(|n| source(&name(*n))).collect();
    let labels = Arc::new(all.iter().map(|plan| (plan.source.clone(), Labels::default())).collect());
    store.take_rules(&Editions { labels, ..editions("now") }).await.unwrap();
    let labels = store.labels(&asked).await.unwrap();
    assert_eq!(labels.keys().collect::<Vec<_>>(), asked.iter().collect::<Vec<_>>());
    store.configure_feeds(&[feed(), FeedId::new("port").unwrap()], later).await.unwrap();
    assert_eq!(store.feeds(&[feed()], later).await.unwrap().len(), 1);
    assert_eq!(store.feeds(&[], later).await.unwrap(), []);
    assert_eq!(store.history(None, 4).await.unwrap().len(), 4);
    assert_eq!(store.waiting(None, 4).await.unwrap().len(), 4);
    assert_eq!(store.feed_page(&feed(), None, 4).await.unwrap().len(), 4);
    for (name, left_at) in [("gone", later.minus(FORGOTTEN).minus(MINUTE)), ("left", later.minus(MINUTE))] {
        let node = store.join(&joining(name), left_at).await.unwrap();
        store.leave(&node, left_at).await.unwrap();
    }
    let told: Vec<String> = store.nodes(later).await.unwrap().iter().map(|told| told.node.id.to_string()).collect();
    assert_eq!(told, ["left", "test"]);
    // The same again, less every other source.
    let half: Vec<SourcePlan> = all.into_iter().step_by(2).collect();
    let done = store.configure(&half, &[feed()], later).await.unwrap();
    assert_eq!(done, Configured { added: 0, retired: MANY / 2 });
    assert_eq!(store.sources_page(&SourcesWanted::all(9), later).await.unwrap().len(), 9, "retired ones too");
    assert_eq!(store.census(later).await.unwrap().sources, MANY as u64 / 2);
}
