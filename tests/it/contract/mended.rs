//! What a clock that was ahead dated, put right (checks O36, R18). A store with a clock of its
//! own believes that one, and has nothing to mend.

use std::time::Duration;

use wiredesk::store::{ChangeKind, Seq};

use super::outbox::{Told, after};
use super::*;

const MINUTE: Duration = Duration::from_secs(60);

/// R18: what a clock that was ahead dated is put right, and feeds show it.
pub async fn times_that_are_mended_are_told_o36(bench: &dyn Bench) {
    let store = two(bench).await;
    let ahead = now().plus(60 * MINUTE);
    let claim = claim(&store, "a", ahead).await;
    store.commit_poll(record(claim, ahead, Some(vec![new("1", "One")]))).await.unwrap();
    let mut told = Told::from_here(&**store).await;
    for expected in [vec![(None, ChangeKind::Mended)], vec![]] {
        store.mend_times(now()).await.unwrap();
        assert_eq!(told.since().await, expected);
    }
    // Nothing of the outbox is dated ahead, or all of it would be kept until then.
    assert!(after(&**store, Seq::START).await.iter().all(|change| change.at <= now()));
}
