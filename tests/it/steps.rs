//! A clock that is set while the daemon runs (check R18).

use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::{Clock, ManualClock, Timestamp};
use wiredesk::daemon::{Daemon, Stop};
use wiredesk::store::Store;

use crate::desk::{Desk, EVERYTHING};
use crate::newsroom::{MONDAY, NEWS, source};
use crate::origin::Origin;
use crate::reply::{Gate, Reply};

const DAY: Duration = Duration::from_secs(86_400);
const TEN_MINUTES: Duration = Duration::from_secs(600);

/// When the one source is due, once that is what `wanted` says and so many
/// polls are stored.
async fn due(store: &Arc<dyn Store>, now: Timestamp, polls: usize, wanted: impl Fn(Timestamp) -> bool) -> Timestamp {
    let found = async {
        loop {
            let state = crate::contract::all_sources(store, now).await.remove(0).state;
            if usize::try_from(state.polls).unwrap() >= polls && wanted(state.next.at) {
                return state.next.at;
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
    let store = desk.store(MONDAY).await;

    // A day ahead, and beyond what 32 bits hold: overdue, polled once.
    for (polls, set_to) in [(2, MONDAY.plus(DAY)), (3, Timestamp::from_millis(2_147_483_648_000))] {
        clock.step_to(set_to);
        origin.wait_for(polls).await;
        due(&store, set_to, polls, |at| at > set_to && at <= set_to.plus(TEN_MINUTES + TEN_MINUTES / 20)).await;
    }
    // Back to Monday: what was due in 2038 is due as long after now.
    clock.step_to(MONDAY);
    let at = due(&store, MONDAY, 3, |at| at <= MONDAY.plus(TEN_MINUTES + TEN_MINUTES / 20)).await;
    assert!(at >= MONDAY.plus(TEN_MINUTES), "and no sooner: {at}");
    assert_eq!(origin.requests().len(), 3, "no burst");
    clock.advance(at.since(clock.now()));
    origin.wait_for(4).await;
    stop.now();
    running.await.unwrap().unwrap();
}

/// The poll that is under way when the clock is set back is written by the
/// clock it began by, and its source must not wait until 2038 for that.
#[tokio::test(flavor = "multi_thread")]
async fn a_poll_under_way_does_not_bring_the_old_clock_back_r18() {
    let origin = Origin::start().await;
    let gate = Gate::shut();
    origin.set("/feed", Reply::ok(NEWS).behind(&gate));
    let desk = Desk::new(&(source("s", origin.url("/feed").as_str(), "every 10m") + EVERYTHING));
    let ahead = Timestamp::from_millis(2_147_483_648_000);
    let clock = Arc::new(ManualClock::at(ahead));
    let daemon = Daemon::open(&desk.config(), Arc::clone(&clock) as _).await.unwrap();
    let stop = Stop::new();
    let running = tokio::spawn(daemon.run(stop.clone()));
    origin.wait_for(1).await;
    let store = desk.store(ahead).await;
    clock.step_to(MONDAY);
    let soon = |at: Timestamp| at <= MONDAY.plus(2 * TEN_MINUTES);
    due(&store, MONDAY, 0, soon).await;
    gate.open();
    due(&store, MONDAY, 1, soon).await;
    stop.now();
    running.await.unwrap().unwrap();
}
