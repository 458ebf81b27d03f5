//! Clocks that were wrong (check R18).

use std::time::Duration;

use wiredesk::model::NextPoll;
use wiredesk::store::NotClaimed;

use super::turns::throttled;
use super::*;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

pub async fn a_clock_set_back_by_a_day_moves_due_times_and_holds_with_it_r18(bench: &dyn Bench) {
    let hosts = [("a", "one.example"), ("b", "two.example"), ("new", "three.example")];
    let store = with(bench, &hosts.map(|(id, host)| planned(id, &format!("https://{host}/{id}")))).await;
    for id in ["a", "b"] {
        let claim = store
            .claim_named(&node(&store).await, &courtesy(), &[source(id)], SECOND, now())
            .await
            .unwrap()
            .0
            .remove(0);
        let mut ended = if id == "a" { record(claim, now(), None) } else { throttled(claim, now(), 180 * MINUTE) };
        if id == "b" {
            let because = "asked to wait".to_owned();
            ended.state.standing.hold = Some(NextPoll { at: now().plus(200 * MINUTE), because });
        }
        store.commit_poll(ended).await.unwrap();
    }
    let yesterday = now().minus(24 * 60 * MINUTE);
    assert_eq!(store.set_back(yesterday).await.unwrap(), 3);
    assert_eq!(store.set_back(yesterday).await.unwrap(), 0);
    let due = |status: &[wiredesk::store::SourceStatus], id: &str| {
        let found = status.iter().find(|s| s.source == source(id)).unwrap();
        found.state.next.at.since(yesterday)
    };
    let status = all_sources(&store, yesterday).await;
    assert_eq!(due(&status, "a"), 15 * MINUTE);
    assert!(due(&status, "b") <= 180 * MINUTE && due(&status, "b") >= 15 * MINUTE);
    assert_eq!(due(&status, "new"), 15 * MINUTE);
    let new = status.iter().find(|s| s.source == source("new")).unwrap();
    assert_eq!(new.state.last_poll_at, None, "it was never polled");
    let (claims, refused) =
        store.claim_named(&node(&store).await, &courtesy(), &[source("b")], SECOND, yesterday).await.unwrap();
    assert!(
        claims.is_empty()
            && matches!(&refused[..], [NotClaimed::Held { until, .. }]
        if until.at == yesterday.plus(200 * MINUTE)),
        "{refused:?}"
    );
}
