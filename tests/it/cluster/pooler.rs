//! PgBouncer between daemons and their server, a connection for each transaction (R61).

use super::{Cluster, Place};
use crate::desk::is_there;
use crate::pooler::Pooler;
use crate::server::server;

/// Fewer connections to the server than one daemon has to the pooler.
const CONNECTIONS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn daemons_work_through_a_pooler_of_transactions_r61() {
    let (Some(place), Some(server)) = (Place::shared().await, server()) else { return };
    if !is_there("pgbouncer") {
        return;
    }
    let pooler = Pooler::start(server, CONNECTIONS);
    let (url, direct) = (pooler.url(&place.database), place.url(&place.folder));
    let mut cluster = Cluster::open(place, &url, &[("one", 0), ("two", 0)]).await;
    for member in &cluster.members {
        member.desk.edit(|text| text.replace("[store]\n", &format!("[store]\nlisten_url = \"{direct}\"\n")));
    }
    cluster.start();
    tokio::join!(cluster.asks(0), cluster.asks(1));
    for _ in 0..4 {
        cluster.wire.more(40).await;
        cluster.look(None);
    }
    let told = cluster.members[0].desk.runs(&["status"]).out;
    assert!(told.contains("one ") && told.contains("two "), "{told}");
    // They did not go around it.
    let direct = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let many = cluster.number(direct).await;
    // Each listens besides.
    assert!((1..=CONNECTIONS as i64 + 3).contains(&many), "{many} connections");
    // One that is killed is followed as it is without a pooler.
    cluster.members[1].kill();
    cluster.wire.more(20).await;
    cluster.start_one(1);
    cluster.asks(1).await;
    cluster.settle().await;
    cluster.judge().await;
    assert_eq!(cluster.errors(), Vec::<String>::new());
}
