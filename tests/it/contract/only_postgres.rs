//! The suite's bench for PostgreSQL.

use std::time::Duration;

use async_trait::async_trait;
use wiredesk::store::{
    Claim, Committed, ConfigDigests, Duty, Error, Joining, Lookup, Opening, PollRecord, Process, RivalFate,
    ServerAddress, Store, WordRun, open,
};

use super::*;
use crate::database::{location, prepared};
use crate::server::{TestDatabase, server};

/// A database of its own: a copy of one that is prepared once.
pub struct PostgresBench;

#[async_trait]
impl Bench for PostgresBench {
    fn is_there(&self) -> bool {
        server().is_some()
    }

    async fn place(&self) -> Place {
        let database = prepared(server().expect("a server")).await;
        Place::of(location(&database), database)
    }
}

#[tokio::test]
async fn who_looks_makes_no_store_and_changes_none_r17() {
    let Some(server) = server() else { return };
    let empty = server.empty().await;
    let said = open(&location(&empty), Opening::Look, now()).await.err().expect("nothing to look at").to_string();
    assert!(said.contains("there is no store yet; `wiredesk run` or `poll` makes one"), "{said}");
    let place = PostgresBench.place().await;
    let looking = place.open(Opening::Look).await.unwrap();
    let refused = looking.join(&joining("desk"), now()).await;
    assert!(matches!(refused, Err(Error::Unusable(_))), "{refused:?}");
}

/// Two nodes that take over one configuration at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_two_take_over_is_taken_over_once_r20() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let at = location(&database);
    let (one, other) = tokio::join!(open(&at, Opening::Work, now()), open(&at, Opening::Work, now()));
    let (one, other) = (one.unwrap(), other.unwrap());
    let all: Vec<SourcePlan> =
        (0..1200).map(|n| planned(&format!("s{n:04}"), &format!("https://s{n}.example/"))).collect();
    for (sources, added, retired) in [(1200, 1200, 0), (700, 0, 500), (1200, 0, 0)] {
        let wanted = all[..sources].to_vec();
        let feeds = [feed()];
        let done = tokio::join!(one.configure(&wanted, &feeds, now()), other.configure(&wanted, &feeds, now()));
        let (one, other) = (done.0.unwrap(), done.1.unwrap());
        assert_eq!((one.added + other.added, one.retired + other.retired), (added, retired), "{sources}");
        let counted = "SELECT sources, (SELECT count(*) FROM schedule WHERE active) FROM figures";
        let row = database.client().await.query_one(counted, &[]).await.unwrap();
        let expected = i64::try_from(sources).unwrap();
        assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (expected, expected));
    }
}

/// A store on a server goes by the server's clock, whatever its nodes' clocks show.
#[tokio::test]
async fn nodes_whose_clocks_differ_go_by_the_servers_o43() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let at = location(&database);
    let store = open(&at, Opening::Work, now()).await.unwrap();
    let [early, late] = [Timestamp::EPOCH, Timestamp::EPOCH.plus(std::time::Duration::from_secs(9_000_000_000))];
    let told = [store.time(early).await.unwrap(), store.time(late).await.unwrap()];
    assert!(early < told[0] && told[0] <= told[1] && told[1] < late, "{told:?}");
    let node = store.join(&joining("desk"), late).await.unwrap();
    store.beat(&node, early).await.unwrap();
    let all = store.nodes(late).await.unwrap();
    assert!(all.len() == 1 && all[0].joined_at >= told[1] && all[0].beat_at >= all[0].joined_at, "{all:?}");
    assert_eq!(store.set_back(early).await.unwrap() + store.mend_times(early).await.unwrap(), 0);
    assert!(store.believe(early, std::time::Duration::ZERO).await.unwrap() >= told[1]);
}

/// O49: of two nodes one has a duty, until it leaves or was not heard of for long enough.
#[tokio::test]
async fn a_duty_is_held_by_beats_and_lapses_without_them_o49() {
    if server().is_none() {
        return;
    }
    let place = PostgresBench.place().await;
    let store = place.open(Opening::Work).await.unwrap();
    let at = |seconds: u64| now().plus(std::time::Duration::from_secs(seconds));
    let (one, other) =
        (store.join(&joining("one"), at(0)).await.unwrap(), store.join(&joining("other"), at(0)).await.unwrap());
    assert!(store.take_duty(&one, Duty::Index, at(0)).await.unwrap());
    assert!(store.take_duty(&one, Duty::Index, at(1)).await.unwrap(), "it keeps it");
    assert!(!store.take_duty(&other, Duty::Index, at(89)).await.unwrap());
    assert!(store.take_duty(&other, Duty::Upkeep, at(89)).await.unwrap(), "another duty");
    store.beat(&one, at(90)).await.unwrap();
    assert!(!store.take_duty(&other, Duty::Index, at(179)).await.unwrap());
    let told = store.nodes(at(179)).await.unwrap();
    assert_eq!((told[0].duties.as_slice(), told[1].duties.is_empty()), (&["index".to_owned()][..], true));
    assert!(store.take_duty(&other, Duty::Index, at(180)).await.unwrap(), "two minutes after it was last heard of");
    store.beat(&one, at(181)).await.unwrap();
    assert!(!store.take_duty(&one, Duty::Index, at(182)).await.unwrap(), "a beat does not bring it back");
    store.leave(&other, at(183)).await.unwrap();
    assert!(store.take_duty(&one, Duty::Index, at(183)).await.unwrap(), "at once");
    let gone = store.take_duty(&other, Duty::Index, at(184)).await;
    assert!(matches!(gone, Err(Error::Replaced(_))), "{gone:?}");
}

/// O72: a duty that its owner gives up is free at once, and another's is not given up by it.
#[tokio::test]
async fn a_duty_that_is_given_up_is_free_at_once_o72() {
    if server().is_none() {
        return;
    }
    let place = PostgresBench.place().await;
    let store = place.open(Opening::Work).await.unwrap();
    let (one, other) = (store.join(&joining("one"), now()).await.unwrap(), store.join(&joining("other"), now()).await);
    let other = other.unwrap();
    assert!(store.take_duty(&one, Duty::Rematch, now()).await.unwrap());
    store.give_up_duty(&other, Duty::Rematch).await.unwrap();
    assert!(!store.take_duty(&other, Duty::Rematch, now()).await.unwrap());
    store.give_up_duty(&one, Duty::Rematch).await.unwrap();
    assert!(store.take_duty(&other, Duty::Rematch, now()).await.unwrap());
}

/// O70: a node's configuration is known from when it says it, over a restart too.
#[tokio::test]
async fn by_which_configuration_a_node_works_is_known_o70() {
    if server().is_none() {
        return;
    }
    let place = PostgresBench.place().await;
    let store = place.open(Opening::Work).await.unwrap();
    let config = async || store.nodes(now()).await.unwrap()[0].machine.clone().unwrap().config;
    let first = store.join(&joining("one"), now()).await.unwrap();
    assert_eq!(config().await, None);
    let digests = ConfigDigests { sources: 1, feeds: u64::MAX, settings: 3 };
    store.take_config(&first, &digests, now()).await.unwrap();
    assert_eq!(config().await, Some(digests));
    store.join(&joining("one"), now()).await.unwrap();
    assert_eq!(config().await, Some(digests));
    let replaced = store.take_config(&first, &digests, now()).await;
    assert!(matches!(replaced, Err(Error::Replaced(_))), "{replaced:?}");
}

/// Nodes that take configurations over, told by one number.
struct Configured {
    store: Arc<dyn Store>,
}

impl Configured {
    async fn start(&self, id: &str, config: u64, seconds: u64) -> Option<String> {
        let at = now().plus(Duration::from_secs(seconds));
        let node = self.store.join(&joining(id), at).await.unwrap();
        let digests = ConfigDigests { sources: config, feeds: 0, settings: 0 };
        self.store.take_config(&node, &digests, at).await.unwrap().newer()
    }

    async fn leave(&self, id: &str, seconds: u64) {
        let at = now().plus(Duration::from_secs(seconds));
        let nodes = self.store.nodes(at).await.unwrap();
        let status = nodes.iter().find(|status| status.node.id.as_str() == id).unwrap();
        self.store.leave(&status.node, at).await.unwrap();
    }
}

/// O120: a configuration that others have left behind takes nothing back from them.
#[tokio::test]
async fn a_superseded_configuration_comes_back_only_where_nobody_has_a_newer_one_o120() {
    if server().is_none() {
        return;
    }
    let place = PostgresBench.place().await;
    let desk = Configured { store: place.open(Opening::Work).await.unwrap() };
    let behind = |ids: &str| Some(ids.to_owned());
    for id in ["a", "b", "c"] {
        assert_eq!(desk.start(id, 1, 0).await, None, "the first, and the same");
    }
    // A roll-out: the others are behind until they have it, also where they are started again,
    // and so is one that comes with it from long ago.
    assert_eq!(desk.start("a", 2, 10).await, None);
    assert_eq!(desk.start("b", 1, 11).await, behind("a"));
    assert_eq!(desk.start("d", 1, 12).await, behind("a"));
    assert_eq!(desk.start("b", 2, 13).await, None);
    // The one that brought it is started again, and meanwhile nobody takes anything back.
    desk.leave("a", 20).await;
    desk.leave("b", 20).await;
    assert_eq!(desk.start("c", 1, 30).await, behind("a, b"));
    assert_eq!(desk.start("a", 2, 40).await, None);
    // A rollback, one by one: the last of them puts it in force.
    assert_eq!(desk.start("b", 1, 50).await, behind("a"));
    assert_eq!(desk.start("a", 1, 60).await, None);
    assert_eq!(desk.start("b", 1, 61).await, None);
    assert_eq!(desk.start("c", 2, 62).await, behind("a, b, d"));
    // One that stays away is not waited for for ever.
    assert_eq!(desk.start("a", 3, 70).await, None);
    desk.leave("a", 80).await;
    assert_eq!(desk.start("b", 1, 600).await, behind("a"));
    assert_eq!(desk.start("b", 1, 681).await, None);
}

/// R50: polls that brought nothing are stored together, each under its own claim.
#[tokio::test]
async fn quiet_polls_that_end_together_share_transactions_r50() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let at = location(&database);
    let store = open_by(&at, Opening::Work, StoreTime::Callers, now()).await.unwrap();
    let ids = ["a", "b", "c", "d", "e", "f"];
    configure(&store, &ids).await;
    let client = database.client().await;
    let transactions = async || client.query_one("SELECT count(*) FROM receipt", &[]).await.unwrap().get::<_, i64>(0);
    let (mut fewest, rounds) = (i64::MAX, 20);
    for round in 0..rounds {
        let mut records = Vec::new();
        for id in ids {
            records.push(record(claim(&store, id, now()).await, now(), None));
        }
        // One whose claim was taken over fails alone.
        let stale = claims_again(&store, &records[round % ids.len()]).await;
        let before = transactions().await;
        let commits = records.into_iter().map(|record| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { (record.claim.source.clone(), store.commit_poll(record).await) })
        });
        for commit in commits.collect::<Vec<_>>() {
            let (source, done) = commit.await.unwrap();
            match source == stale.source {
                true => assert!(matches!(done, Err(Error::StaleClaim(_))), "{source}: {done:?}"),
                false => assert_eq!(done.unwrap(), Committed::default(), "{source}"),
            }
        }
        fewest = fewest.min(transactions().await - before);
        store.release(&[stale]).await.unwrap();
    }
    assert_eq!(fewest, 1);
    let polls = "SELECT (SELECT sum(polls) FROM source)::bigint, (SELECT sum(count) FROM poll)::bigint,
                        (SELECT sum(polls) FROM tally)::bigint";
    let row = client.query_one(polls, &[]).await.unwrap();
    let stored = i64::try_from((ids.len() - 1) * rounds).unwrap();
    assert_eq!([0, 1, 2].map(|nth| row.get::<_, i64>(nth)), [stored; 3]);
}

/// Gives the claim of a poll back and takes it anew.
async fn claims_again(store: &Arc<dyn Store>, poll: &PollRecord) -> Claim {
    store.release(std::slice::from_ref(&poll.claim)).await.unwrap();
    claim(store, poll.claim.source.as_str(), now()).await
}

/// O47: a name is one node's; where nobody can look at its process, its beats tell.
#[tokio::test]
async fn who_respects_another_of_its_name_is_refused_while_that_one_is_at_work_o47() {
    if server().is_none() {
        return;
    }
    let place = PostgresBench.place().await;
    let store = place.open(Opening::Work).await.unwrap();
    let at = |seconds: u64| now().plus(std::time::Duration::from_secs(seconds));
    let elsewhere = Joining { process: Process::read("elsewhere/1:77:5"), ..joining("desk") };
    let here = Joining { rival: RivalFate::Respected, ..joining("desk") };
    let first = store.join(&elsewhere, at(0)).await.unwrap();
    let refused = store.join(&here, at(89)).await.unwrap_err();
    let Error::AtWork(rival) = &refused else { panic!("{refused:?}") };
    assert_eq!((rival.process.number(), rival.silence.as_secs()), (Some("77"), 89));
    store.beat(&first, at(89)).await.unwrap();
    assert!(matches!(store.join(&here, at(178)).await, Err(Error::AtWork(_))));
    let second = store.join(&here, at(179)).await.unwrap();
    assert!(second.generation > first.generation);
    assert!(matches!(store.beat(&first, at(180)).await, Err(Error::Replaced(_))));
    // The same process may join anew, and so may anybody after one that left.
    let third = store.join(&here, at(181)).await.unwrap();
    store.leave(&third, at(182)).await.unwrap();
    store.join(&elsewhere, at(183)).await.unwrap();
}

/// O47: of two who join at the same moment under a name that nobody has, one meets the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_join_together_under_one_name_one_is_refused_o47() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let at = location(&database);
    let (one, other) = tokio::join!(open(&at, Opening::Work, now()), open(&at, Opening::Work, now()));
    let (one, other) = (one.unwrap(), other.unwrap());
    for nth in 0..20 {
        let [here, there] = [77, 78].map(|number| Joining {
            process: Process::read(&format!("elsewhere/1:{number}:5")),
            rival: RivalFate::Respected,
            ..joining(&format!("desk-{nth}"))
        });
        let joined = tokio::join!(one.join(&here, now()), other.join(&there, now()));
        let refused = [&joined.0, &joined.1].into_iter().filter(|one| matches!(one, Err(Error::AtWork(_)))).count();
        assert!(refused == 1 && joined.0.is_ok() != joined.1.is_ok(), "{nth}: {joined:?}");
    }
}

/// A store in a database of a test's own, with the source `a`.
async fn alone(database: &TestDatabase) -> Arc<dyn Store> {
    let store = open(&location(database), Opening::Work, now()).await.unwrap();
    configure(&store, &["a"]).await;
    store
}

/// The server refuses more than two rows at once, as one that they cost too much time, and one
/// of them whatever comes with it.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_does_not_take_at_once_is_indexed_in_parts_r85() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let store = alone(&database).await;
    let found = |n: u32| new(&format!("{n}"), if n == 4 { "Poison" } else { "Mayor" });
    poll(&store, "a", (0..9).map(found).collect()).await;
    let refusing = "
        CREATE FUNCTION too_much() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT count(*) FROM added) > 2 OR EXISTS (SELECT FROM added WHERE words @@ 'poison'::tsquery) THEN
                RAISE EXCEPTION 'canceling statement due to statement timeout' USING ERRCODE = '57014';
            END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER too_much AFTER INSERT ON search
            REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION too_much()";
    database.client().await.batch_execute(refusing).await.unwrap();
    assert_eq!(wiredesk::past::index::catch_up(&store, |_| ()).await.unwrap(), 9);
    assert_eq!(store.totals().await.unwrap().unindexed, 0);
    let word = |word: &str| Lookup::Run(WordRun { words: vec![word.to_owned()], open: false });
    assert_eq!(store.search(&word("mayor"), None, 20).await.unwrap().len(), 9, "the one aside is a candidate");
    assert_eq!(store.search(&word("zebra"), None, 20).await.unwrap().len(), 1);
    let wrong = store.verify().await.unwrap();
    assert!(wrong.len() == 1 && wrong[0].contains("(1 times)"), "{wrong:?}");
}

/// What is wrong with a store from which somebody took tables away.
#[tokio::test(flavor = "multi_thread")]
async fn tables_that_are_missing_are_named_r97() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let store = alone(&database).await;
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    database.client().await.batch_execute("DROP TABLE turn, newswire").await.unwrap();
    let wrong = store.verify().await.unwrap();
    for table in ["turn", "newswire"] {
        let said = format!("the table {table} is missing; restore a backup");
        assert!(wrong.contains(&said), "{wrong:?}");
    }
}

/// A schema that is made before the store's on the user's way changes nothing; two stores are
/// told apart by name alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_stays_in_the_schema_where_it_was_found_o110() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let store = alone(&database).await;
    poll(&store, "a", vec![new("1", "Mayor")]).await;
    // The first on the way of the user of that name.
    let client = database.client().await;
    client.batch_execute("CREATE SCHEMA wiredesk").await.unwrap();
    assert_eq!(store.totals().await.unwrap().entries, 1, "one that is open goes on where it is");
    for opening in [Opening::Look, Opening::Work] {
        let again = open(&location(&database), opening, now()).await.unwrap();
        assert_eq!(again.totals().await.unwrap().entries, 1, "{opening:?}");
    }
    let named = |schema: &str| {
        let url = format!("{}&schema={schema}", database.url());
        Location::Postgres(Box::new(ServerAddress::read(&url).unwrap()))
    };
    let other = open(&named("wiredesk"), Opening::Work, now()).await.unwrap();
    assert_eq!(other.totals().await.unwrap().entries, 0);
    let refused = open(&location(&database), Opening::Work, now()).await.err().expect("two stores").to_string();
    assert!(refused.contains("two stores, in the schemas wiredesk and public"), "{refused}");
    assert_eq!(open(&named("public"), Opening::Look, now()).await.unwrap().totals().await.unwrap().entries, 1);
}

/// Whoever waits for changes and goes away costs no connection: each would be made anew.
#[tokio::test(flavor = "multi_thread")]
async fn waits_that_are_given_up_cost_no_connection_r90() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let store = alone(&database).await;
    let client = database.client().await;
    let begun = "SELECT count(*) FROM pg_stat_activity
                  WHERE datname = current_database() AND application_name = 'wiredesk' AND backend_start > $1";
    let since: std::time::SystemTime = client.query_one("SELECT clock_timestamp()", &[]).await.unwrap().get(0);
    let end = store.newest_change().await.unwrap();
    for _ in 0..40 {
        // It is dropped while its look is on the way.
        let waiting = store.changed(end);
        tokio::pin!(waiting);
        for _ in 0..3 {
            let _ = futures_poll(&mut waiting);
            tokio::task::yield_now().await;
        }
    }
    store.newest_change().await.unwrap();
    let ended = "SELECT sessions_abandoned FROM pg_stat_database WHERE datname = current_database()";
    let (many, abandoned): (i64, i64) =
        (client.query_one(begun, &[&since]).await.unwrap().get(0), client.query_one(ended, &[]).await.unwrap().get(0));
    assert!(many <= 6 && abandoned == 0, "{many} new connections, {abandoned} dropped");
}

fn futures_poll(waiting: &mut std::pin::Pin<&mut (impl Future<Output = ()> + ?Sized)>) -> bool {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    waiting.as_mut().poll(&mut context).is_ready()
}

/// A role that may connect and nothing else holds every advisory lock there is.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_without_rights_stops_no_commit_r91() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let store = alone(&database).await;
    let client = database.client().await;
    let takes = "SELECT pg_advisory_lock(2003133291, oid::int) FROM pg_class WHERE relname IN ('change', 'rules', 'source', 'desk');
                 SELECT pg_advisory_lock(2003133291, 0)";
    client.batch_execute(takes).await.unwrap();
    poll(&store, "a", vec![new("1", "Mayor")]).await;
    configure(&store, &["a", "b"]).await;
    store.probe().await.unwrap();
    open(&location(&database), Opening::Work, now()).await.unwrap();
}

/// A statement that is ended by hand is tried again, as one whose connection is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_is_ended_by_hand_is_done_again_r94() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let store = alone(&database).await;
    let (holder, other) = (database.client().await, database.client().await);
    holder.batch_execute("BEGIN; LOCK TABLE entry IN EXCLUSIVE MODE").await.unwrap();
    let polling = tokio::spawn({
        let store = Arc::clone(&store);
        async move { poll(&store, "a", vec![new("1", "Mayor")]).await.len() }
    });
    let waiting = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while other.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    holder.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(polling.await.unwrap(), 1);
}
