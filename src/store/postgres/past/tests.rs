//! Rules that are put in force while others decide.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{in_force, rematch};
use crate::model::FeedId;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::link::tx::{CommitEnd, TxKind, column};
use crate::store::postgres::server::server;
use crate::store::postgres::tests::{prepared, session};
use crate::store::{Editions, RulesId};

const WAITING: &str = "
    SELECT count(*) AS n
      FROM pg_locks
     WHERE locktype = 'relation' AND NOT granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// What is compared with the rules in force is compared with those that are in force when it
/// is committed (check R20).
#[tokio::test]
async fn rules_are_put_in_force_when_whoever_decides_by_others_is_done_r20() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let session = session(&database);
    let first = session.begin(TxKind::Write).await.unwrap();
    let second = session.begin(TxKind::Write).await.unwrap();
    in_force::share(&first).await.unwrap();
    in_force::share(&second).await.expect("many decide at the same time");
    assert!(matches!(first.commit(&()).await, CommitEnd::Well));
    let feeds = BTreeMap::from([(FeedId::new("city").unwrap(), "x".to_owned())]);
    let editions = Editions { feeds, labels: Arc::default() };
    let taking = session.write_of(Repeat::Same, editions.clone(), |writing, editions| {
        Box::pin(rematch::take_rules(&writing.tx, editions))
    });
    let ending = async {
        let looking = session.begin(TxKind::Read).await.unwrap();
        while column::<i64>(&looking.one(WAITING, &[]).await.unwrap().unwrap(), "n").unwrap() == 0 {}
        assert_eq!(in_force::rules(&second).await.unwrap(), None);
        assert!(matches!(second.commit(&()).await, CommitEnd::Well));
    };
    let (taken, ()) = tokio::join!(taking, ending);
    assert_eq!(taken.unwrap(), []);
    let rules = session.read(|tx| Box::pin(in_force::rules(tx))).await.unwrap();
    assert_eq!(rules, Some(RulesId::of(&editions)));
}
