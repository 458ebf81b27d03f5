//! Nodes that claim at the same time, and what each sees of the others.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::claim::TakingWay;
use super::{claim, due, hold, turn};
use crate::clock::Timestamp;
use crate::model::{Hold, HoldScope, Host, NodeId, Purpose, SourceId};
use crate::store::postgres::link::run::{Repeat, Session, Writing};
use crate::store::postgres::link::time::StoreTime;
use crate::store::postgres::link::tx::{CommitEnd, TxKind};
use crate::store::postgres::node::nodes;
use crate::store::postgres::server::{TestDatabase, server};
use crate::store::postgres::tests::{number, prepared, session};
use crate::store::{Claim, Courtesy, Error, Joining, Node, NotClaimed, Result, Turn};

const NOW: Timestamp = Timestamp::EPOCH;
const LEASE: Duration = Duration::from_secs(30);
const COURTESY: Courtesy = Courtesy { per_host: 1, host_gap: Duration::ZERO, lease: LEASE };

fn node(n: i64) -> Node {
    Node { id: NodeId::new(&format!("n{n}")).unwrap(), generation: n }
}

/// A store with three sources for each of so many hosts, all due, and eight nodes.
async fn desk(database: &TestDatabase, hosts: u32) {
    let client = database.client().await;
    let rows = format!(
        "INSERT INTO site (site) SELECT 'h' || n || '.example' FROM generate_series(1, {hosts}) n;
         INSERT INTO source (id, url_hash, active) SELECT 's' || n, n, true FROM generate_series(1, 3 * {hosts}) n;
         INSERT INTO schedule (source_no, active, interval_ms, next_poll_at, because, host, site, proxy)
         SELECT no, true, 60000, no, 'due', 'h' || (no % {hosts} + 1) || '.example', 'h' || (no % {hosts} + 1) || '.example', ''
           FROM source;
         INSERT INTO node (id, generation, kind, process, joined_at, beat_at)
         SELECT 'n' || n, n, 0, '', 0, 0 FROM generate_series(1, 8) n"
    );
    client.batch_execute(&rows).await.unwrap();
}

async fn claim_due(session: &Session, n: i64, courtesy: Courtesy, limit: usize) -> Result<Vec<Claim>> {
    claim_in(TakingWay::Together, session, n, courtesy, limit).await
}

async fn claim_in(way: TakingWay, session: &Session, n: i64, courtesy: Courtesy, limit: usize) -> Result<Vec<Claim>> {
    let claiming = session.write(Repeat::Once, move |writing| {
        let node = node(n);
        Box::pin(async move { claim::due(writing, &node, (&courtesy, way), NOW, limit).await })
    });
    claiming.await
}

async fn release(session: &Session, claims: Vec<Claim>) {
    let claims = Arc::new(claims);
    let releasing = session.write(Repeat::Same, move |writing| {
        let claims = Arc::clone(&claims);
        Box::pin(async move { due::release(&writing.tx, &claims).await })
    });
    releasing.await.unwrap();
}

/// One who has no claim any more may have left a turn, and its host would wait for two minutes.
#[tokio::test]
async fn a_turn_of_one_that_is_gone_is_free_at_the_next_claim_r8() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    desk(&database, 1).await;
    let (session, client) = (session(&database), database.client().await);
    client.batch_execute("INSERT INTO turn VALUES ('h1.example', 1, 'gone 99', 9223372036854775807)").await.unwrap();
    let claiming =
        session.write(Repeat::Once, |writing| Box::pin(async move { nodes::claiming(writing, &node(1), NOW).await }));
    claiming.await.unwrap();
    assert_eq!(number(&client, "SELECT count(*) FROM turn").await, 0);
}

/// Requests under way, and how often two met at one host.
#[derive(Default)]
struct Requests {
    at_host: HashMap<String, usize>,
    overlaps: usize,
    claims: usize,
    /// When each host was asked, by the server's clock.
    started: BTreeMap<String, Vec<i64>>,
}

/// Eight nodes that claim, ask and give back, in so many rounds.
async fn work(session: &Session, courtesy: Courtesy, rounds: usize) -> Requests {
    let requests = Arc::new(Mutex::new(Requests::default()));
    let nodes = (1..=8).map(|n| {
        let (session, requests) = (session.clone(), Arc::clone(&requests));
        tokio::spawn(async move {
            for _ in 0..rounds {
                let claims = claim_due(&session, n, courtesy, 8).await.unwrap();
                for claim in &claims {
                    let mut requests = requests.lock().unwrap();
                    let under_way = requests.at_host.entry(claim.host.name.clone()).or_default();
                    *under_way += 1;
                    let is_one_too_many = *under_way > courtesy.per_host;
                    requests.overlaps += usize::from(is_one_too_many);
                    requests.claims += 1;
                    let started = claim.until.minus(courtesy.lease).millis();
                    requests.started.entry(claim.host.name.clone()).or_default().push(started);
                }
                tokio::task::yield_now().await;
                for claim in &claims {
                    *requests.lock().unwrap().at_host.get_mut(&claim.host.name).unwrap() -= 1;
                }
                release(&session, claims).await;
            }
        })
    });
    for node in nodes.collect::<Vec<_>>() {
        node.await.unwrap();
    }
    Arc::into_inner(requests).unwrap().into_inner().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p25_p30_nodes_never_ask_a_host_at_the_same_time() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    desk(&database, 30).await;
    let session = session(&database);
    for per_host in [1, 2] {
        let requests = work(&session, Courtesy { per_host, ..COURTESY }, 40).await;
        assert_eq!(requests.overlaps, 0, "of {} claims", requests.claims);
        assert!(requests.claims > 400, "{} claims", requests.claims);
    }
    let gap = Duration::from_millis(60);
    let requests = work(&session, Courtesy { host_gap: gap, ..COURTESY }, 40).await;
    assert_eq!(requests.overlaps, 0);
    for (host, mut started) in requests.started {
        started.sort_unstable();
        let soon: Vec<i64> = started.windows(2).map(|pair| pair[1] - pair[0]).filter(|ms| *ms < 60).collect();
        assert_eq!(soon, Vec::<i64>::new(), "{host}: ms between starts");
    }
    let client = database.client().await;
    let left = "SELECT count(*) FROM schedule WHERE lease_until_at > 0 OR source_no IN (SELECT source_no FROM turn)";
    assert_eq!(number(&client, left).await, 0);
    // The due time is where it was: each was given back.
    assert_eq!(number(&client, "SELECT count(*) FROM schedule WHERE next_poll_at <> source_no").await, 0);
}

#[tokio::test]
async fn p28_a_claim_moves_the_due_time_before_anything_is_sent() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    desk(&database, 2).await;
    let (session, client) = (session(&database), database.client().await);
    let claims = claim_due(&session, 1, COURTESY, 10).await.unwrap();
    assert_eq!(claims.iter().map(|claim| claim.source.as_str()).collect::<Vec<_>>(), ["s1", "s2"]);
    assert_eq!(claims.iter().map(|claim| claim.due_at.millis()).collect::<Vec<_>>(), [1, 2]);
    let moved = "SELECT count(*) FROM schedule WHERE next_poll_at > 60000 AND holder = 'n1 1' AND lease = 1";
    assert_eq!(number(&client, moved).await, 2);
    assert!(claim_due(&session, 2, COURTESY, 10).await.unwrap().is_empty(), "its hosts have no turn free");
    assert!(matches!(claim_due(&session, 9, COURTESY, 10).await, Err(Error::Replaced(_))));
    release(&session, claims).await;
    assert_eq!(claim_due(&session, 2, COURTESY, 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn p17_p36_sources_by_name_are_refused_for_the_reason() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    desk(&database, 4).await;
    let session = session(&database);
    let held = Host { name: "h3.example".to_owned(), proxy: String::new() };
    let wish = Hold {
        host: held.clone(),
        scope: HoldScope::Everything,
        strikes: 2,
        until: Timestamp::from_millis(i64::MAX / 2),
        because: "it asked".to_owned(),
    };
    let holding = session.write(Repeat::Same, move |writing| {
        let wish = wish.clone();
        Box::pin(async move { hold::hold(&writing.tx, &wish, writing.now(NOW)).await })
    });
    holding.await.unwrap();
    let one = claim_due(&session, 1, COURTESY, 1).await.unwrap();
    assert_eq!(one[0].source.as_str(), "s1");
    let named = session.write(Repeat::Once, move |writing| {
        Box::pin(async move {
            let ids = ["s1", "s2", "s4", "s5", "s9", "s7", "nobody"].map(|id| SourceId::new(id).unwrap());
            claim::named(writing, &node(2), &COURTESY, (&ids, Duration::ZERO), NOW).await
        })
    });
    let (claims, refused) = named.await.unwrap();
    // s1, s5 and s9 are of one host, which n1 asks; s2 is of the host that is held.
    assert_eq!(claims.iter().map(|claim| claim.source.as_str()).collect::<Vec<_>>(), ["s4", "s7"]);
    let told: Vec<String> = refused
        .iter()
        .map(|no| match no {
            NotClaimed::Busy(source) => format!("{source} busy"),
            NotClaimed::Held { source, until } => format!("{source} held: {}", until.because),
            NotClaimed::NotItsTurn(source) => format!("{source} waits"),
            NotClaimed::Unknown(source) => format!("{source} unknown"),
            NotClaimed::TooSoon { source, .. } => format!("{source} too soon"),
        })
        .collect();
    assert_eq!(told, ["s1 busy", "s2 held: it asked", "s5 waits", "s9 waits", "nobody unknown"]);
    let strikes = session.read(move |tx| {
        let host = held.clone();
        Box::pin(async move {
            Ok((
                hold::strikes(tx, &host, HoldScope::Everything).await?,
                hold::strikes(tx, &host, HoldScope::Pages).await?,
            ))
        })
    });
    assert_eq!(strikes.await.unwrap(), (2, 0));
}

#[tokio::test]
async fn p21_a_redirect_waits_for_its_turn() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    desk(&database, 3).await;
    let session = session(&database);
    let gap = Courtesy { host_gap: Duration::from_secs(20), ..COURTESY };
    let claims = claim_due(&session, 1, gap, 2).await.unwrap();
    let claim = claims[0].clone();
    let turn_at = async |claim: &Claim, host: &str, courtesy: Courtesy| {
        let (claim, host) = (claim.clone(), Host { name: host.to_owned(), proxy: String::new() });
        let taking = session.write(Repeat::Same, move |writing| {
            let (claim, host) = (claim.clone(), host.clone());
            Box::pin(async move { turn::turn(writing, &claim, &courtesy, (&host, Purpose::Poll), NOW).await })
        });
        taking.await
    };
    assert_eq!(claims[1].host.name, "h3.example");
    assert_eq!(turn_at(&claim, "h3.example", gap).await.unwrap(), Turn::Busy);
    assert_eq!(turn_at(&claim, "other.h9.example", gap).await.unwrap(), Turn::Taken);
    // Its own turn ended where it was sent on, but its site was asked a moment ago.
    assert!(matches!(turn_at(&claim, "h2.example", gap).await.unwrap(), Turn::Until(_)));
    assert_eq!(turn_at(&claim, "h2.example", COURTESY).await.unwrap(), Turn::Taken);
    let renewing = claim.clone();
    let renewed = session.write(Repeat::Same, move |writing| {
        let claim = renewing.clone();
        Box::pin(async move { due::renew(writing, &claim, &COURTESY, NOW).await })
    });
    assert!(renewed.await.unwrap() >= claim.until);
    let next = session.read(|tx| Box::pin(async move { due::next_due_at(tx, &COURTESY, tx.begun_at).await }));
    assert!(next.await.unwrap().is_some());
    release(&session, claims).await;
    let stale = Claim { lease: 99, ..claim };
    assert!(matches!(turn_at(&stale, "h2.example", COURTESY).await, Err(Error::StaleClaim(_))));
}

/// A node is replaced while it claims: what it claims last is free as well.
#[tokio::test]
async fn r3_nothing_is_claimed_under_a_generation_that_is_gone() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    desk(&database, 2).await;
    let (session, client) = (session(&database), database.client().await);
    client.batch_execute("SELECT setval('generation', 8)").await.unwrap();
    let claiming = session.begin(TxKind::Write).await.unwrap();
    let claiming = Writing::of(claiming, StoreTime::Servers);
    assert_eq!(claim::due(&claiming, &node(1), (&COURTESY, TakingWay::Together), NOW, 1).await.unwrap().len(), 1);
    let joining = Joining::daemon(node(1).id);
    let (after, ()) = tokio::join!(
        session.write_of(Repeat::Once, joining, |writing, joining| Box::pin(nodes::join(writing, joining, NOW))),
        async {
            let waits =
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            while number(&client, waits).await == 0 {}
            assert!(matches!(claiming.tx.commit(&claiming.tail).await, CommitEnd::Well));
        }
    );
    assert_eq!(after.unwrap().generation, 9);
    let held = "SELECT (SELECT count(*) FROM schedule WHERE lease_until_at > 0) + (SELECT count(*) FROM turn)";
    assert_eq!(number(&client, held).await, 0);
    assert!(matches!(claim_due(&session, 1, COURTESY, 10).await, Err(Error::Replaced(_))));
}

/// A source whose turn the store cannot take, and one whose row is damaged, rest and are told;
/// the others are claimed.
#[tokio::test]
async fn one_source_that_cannot_be_claimed_keeps_no_other_waiting_r86() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    desk(&database, 4).await;
    let (session, client) = (session(&database), database.client().await);
    // More than a key may have, and too much of chance to be compressed.
    let spoil = "UPDATE schedule SET host = (SELECT string_agg(sha512(n::text::bytea)::text, '.') FROM generate_series(1, 40) n)
                  WHERE source_no = 1;
                 UPDATE source SET standing = 'no JSON' WHERE no = 2";
    client.batch_execute(spoil).await.unwrap();
    let refused = claim_due(&session, 1, COURTESY, 100).await.unwrap_err();
    assert!(matches!(refused, Error::Unfit(_) | Error::Corrupt(_)), "{refused:?}");
    let claims = claim_in(TakingWay::OneByOne, &session, 1, COURTESY, 100).await.unwrap();
    let hosts: std::collections::BTreeSet<String> = claims.iter().map(|claim| claim.host.name.clone()).collect();
    assert!((3..=4).contains(&hosts.len()), "{hosts:?}");
    assert!(claims.iter().all(|claim| claim.source.as_str() != "s1"));
    let told = "SELECT count(*) FROM schedule WHERE because LIKE 'it could not be claimed: %' AND next_poll_at > 0";
    assert!(number(&client, told).await >= 1);
    // From then on they are claimed together again.
    claim_due(&session, 1, COURTESY, 100).await.unwrap();
}
