//! Connections that are lost in the middle of a commit, under a running daemon (R60).

use std::sync::Arc;
use std::time::Duration;

use wiredesk::store::{Committed, Location, Opening, ServerAddress, StoreTime, open_by};

use super::proxy::Proxy;
use super::{Cluster, Place};
use crate::contract::{claim, configure, now, record};

/// How many commits are cut.
const CUTS: usize = 50;

/// Polls by source, as its row counts them and as the ledger does.
const POLLS: &str = "SELECT id, polls FROM source";
const LEDGER: &str = "SELECT o.id, sum(p.count)::bigint FROM poll p JOIN source o ON o.no = p.source_no GROUP BY o.id";

#[tokio::test(flavor = "multi_thread")]
async fn each_poll_is_stored_once_though_its_commit_is_cut_o42_r60() {
    let Some(place) = Place::shared().await else { return };
    let proxy = Proxy::start(&place.folder, CUTS);
    let url = place.url(proxy.folder());
    let mut cluster = Cluster::open(place, &url, &[("one", 0)]).await;
    cluster.start();
    let mut cuts = proxy.cuts();
    let all = tokio::time::timeout(Duration::from_secs(120), cuts.wait_for(|cuts| *cuts >= CUTS)).await;
    assert!(all.is_ok(), "only {} commits were cut\n{}", *proxy.cuts().borrow(), cluster.members[0].log());
    cluster.look(None);
    cluster.settle().await;
    cluster.judge().await;
    let (polls, ledger, asked) = (cluster.counts(POLLS).await, cluster.counts(LEDGER).await, cluster.wire.asked());
    // Those that keep their interval may be asked at this moment.
    for (id, polls) in polls.into_iter().filter(|(id, _)| !id.starts_with("own")) {
        let times = asked.iter().filter(|asked| asked.name == id).count() as u64;
        let listed = ledger.get(&id).copied().unwrap_or_default();
        assert_eq!((polls, listed), (times, times), "{id}: polls, polls in the ledger, requests");
    }
    assert_eq!(cluster.errors(), Vec::<String>::new());
    eprintln!("{} polls, {CUTS} commits cut", asked.len());
}

/// O42, R50: of polls that are stored together each is stored once, and told so, though the
/// commit of all is cut.
#[tokio::test(flavor = "multi_thread")]
async fn quiet_polls_are_stored_once_though_the_commit_of_all_is_cut_o42_r50() {
    let Some(place) = Place::shared().await else { return };
    let proxy = Proxy::start(&place.folder, CUTS);
    let address = ServerAddress::read(&place.url(proxy.folder())).unwrap();
    let at = Location::Postgres(Box::new(address));
    let store = open_by(&at, Opening::Work, StoreTime::Callers, now()).await.unwrap();
    let ids = ["a", "b", "c", "d"];
    configure(&store, &ids).await;
    // Enough for a cut before, within and after the commit of a group.
    let (mut rounds, cuts) = (0, proxy.cuts());
    while *cuts.borrow() < 9 {
        rounds += 1;
        let mut commits = Vec::new();
        for id in ids {
            let record = record(claim(&store, id, now()).await, now(), None);
            let store = Arc::clone(&store);
            commits.push(tokio::spawn(async move { store.commit_poll(record).await }));
        }
        for commit in commits {
            assert_eq!(commit.await.unwrap().unwrap(), Committed::default());
        }
    }
    for id in ids {
        let polled = store.source(&crate::contract::source(id), now()).await.unwrap().unwrap();
        assert_eq!(polled.state.polls, rounds, "{id}");
    }
}
