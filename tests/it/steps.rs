//! A clock that is set while the daemon runs (check R18).

use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::{Clock, ManualClock, Timestamp};
use wiredesk::daemon::{Daemon, Stop};
use wiredesk::store::Store;
use wiredesk::store::sqlite::SqliteStore;

use crate::desk::{Desk, EVERYTHING};
use crate::newsroom::{MONDAY, NEWS, source};
use crate::origin::Origin;

const DAY: Duration = Duration::from_secs(86_400);
const TEN_MINUTES: Duration = Duration::from_secs(600);

/// When the one source is due, once that is what `wanted` says.
async fn due(store: &Arc<dyn Store>, now: Timestamp, wanted: impl Fn(Timestamp) -> bool) -> Timestamp {
    let found = async {
        loop {
            let at = store.sources(now).await.unwrap()[0].state.next.at;
            if wanted(at) {
                return at;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), found).await.expect("the schedule follows the clock")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_follows_a_clock_that_is_set_without_a_burst_or_a_pause_r18() {
    let origin = Origin::start().await;
    origin.document("/feed", NEWS);
    let desk = Desk::new(&(source("s", origin.url("/feed").as_str(), "every 10m") + EVERYTHING));
    let clock = Arc::new(ManualClock::at(MONDAY));
    let daemon = Daemon::open(&desk.config(), Arc::clone(&clock) as _).await.unwrap();
    let stop = Stop::new();
    let running = tokio::spawn(daemon.run(stop.clone()));
    origin.wait_for(1).await;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&desk.path("desk.db"), MONDAY).unwrap());

    // A day ahead, and beyond what 32 bits hold: overdue, polled once.
    for (polls, set_to) in [(2, MONDAY.plus(DAY)), (3, Timestamp::from_millis(2_147_483_648_000))] {
        clock.step_to(set_to);
        origin.wait_for(polls).await;
        due(&store, set_to, |at| at > set_to && at <= set_to.plus(TEN_MINUTES + TEN_MINUTES / 20)).await;
    }
    // Back to Monday: what was due in 2038 is due as long after now.
    clock.step_to(MONDAY);
    let at = due(&store, MONDAY, |at| at <= MONDAY.plus(TEN_MINUTES + TEN_MINUTES / 20)).await;
    assert!(at >= MONDAY.plus(TEN_MINUTES), "and no sooner: {at}");
    assert_eq!(origin.requests().len(), 3, "no burst");
    clock.advance(at.since(clock.now()));
    origin.wait_for(4).await;
    stop.now();
    running.await.unwrap().unwrap();
}
