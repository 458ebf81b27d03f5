//! Nodes that are killed, that stand still past their claims, and whose clocks differ (R21).

use std::time::Duration;

use super::wire::Asked;
use super::{Cluster, Place, is_long};

/// How a run goes.
struct Course {
    /// Kills.
    rounds: usize,
    /// The rounds between which one node stands still.
    still: std::ops::Range<usize>,
    /// How long a round takes at least; else it ends with so many requests.
    round: Option<Duration>,
}

const SHORT: Course = Course { rounds: 6, still: 2..4, round: None };

/// The minutes of the long form: a kill in each, and a pause of five.
fn long() -> Course {
    let minutes = std::env::var("WIREDESK_MINUTES").ok().map(|text| text.parse().expect("a number of minutes"));
    let rounds = minutes.unwrap_or(30).max(10);
    Course { rounds, still: rounds / 3..rounds / 3 + 5, round: Some(Duration::from_secs(60)) }
}

/// Requests of a short round.
const REQUESTS: usize = 16;

/// The node that stands still.
const STILL: usize = 2;

/// The round in which a publisher asks to be left alone.
const REFUSED: usize = 1;

/// Sources whose claims the node holds that stands still, and how often it has claimed each.
const HELD: &str = "
    SELECT o.id, (SELECT count(*) FROM witness w
                   WHERE w.source_no = s.source_no AND w.holder = s.holder AND w.kind = 'claim')
      FROM schedule s
      JOIN source o ON o.no = s.source_no
     WHERE s.lease_until_at > 0 AND starts_with(s.holder, 'three ')";

/// As though two minutes were over for these.
const LAPSE: &str = "
    WITH lapsed AS (
        UPDATE schedule s
           SET lease_until_at = 1
          FROM source o
         WHERE o.no = s.source_no AND o.id = ANY($1) AND s.lease_until_at > 0 AND starts_with(s.holder, 'three ')
        RETURNING s.source_no
    )
    UPDATE turn t SET until_at = 1 FROM lapsed l WHERE t.source_no = l.source_no";

/// Turns, and how long each still holds.
const TURNS: &str = "
    SELECT t.host || ' ' || t.holder || ' for ' || o.id, t.until_at - (extract(epoch FROM clock_timestamp()) * 1000)::bigint
      FROM turn t
      JOIN source o ON o.no = t.source_no";

impl Cluster {
    /// Stops a node where it stands, with claims on sources that it has asked already. Gives
    /// these: what others ask for besides is asked twice.
    async fn still(&mut self) -> Vec<String> {
        for _ in 0..100 {
            self.members[STILL].running().signal("STOP");
            let (held, asked) = (self.counts(HELD).await, self.wire.asked());
            let own = &asked[self.members[STILL].since..];
            let is_own = |id: &str, one: &Asked| one.name == id && one.node == "three";
            let times = |id: &str| own.iter().filter(|one| is_own(id, one)).count() as u64;
            let is_sent = |(id, claims): &(String, u64)| id.starts_with('s') && times(id) == *claims;
            let sent: Vec<String> = held.into_iter().filter(is_sent).map(|(id, _)| id).collect();
            if !sent.is_empty() {
                return sent;
            }
            self.members[STILL].running().signal("CONT");
            self.wire.more(1).await;
        }
        panic!("it never had claims whose requests were sent");
    }

    /// Has these claims of the node that stands still lapse, and waits until others have polled
    /// their sources.
    async fn taken_over(&self, held: &[String]) {
        // A publisher that still answers has not been left yet.
        while self.wire.being_answered("three") > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let from = self.wire.asked().len();
        self.client.execute(LAPSE, &[&held]).await.unwrap();
        let is_polled = |asked: &[Asked], name: &str| asked.iter().any(|one| one.name == name && one.node != "three");
        let all = |asked: &[Asked]| held.iter().all(|name| is_polled(asked, name));
        self.wire.until(from, "others take over", all).await;
    }

    /// Waits until the publisher's wish to be left alone is stored. Gives how many requests it
    /// got so far.
    async fn left_alone(&self) -> usize {
        let host = self.refusing();
        let from = self.wire.asked().len();
        let is_asked = || self.wire.asked()[from..].iter().any(|asked| asked.host == host);
        self.wire.refuse(host);
        // What a killed node holds at a host is over after two minutes at the latest.
        let mut patience = 2_600;
        while self.number("SELECT count(*) FROM hold").await == 0 {
            patience -= 1;
            if patience == 0 {
                let (since, turns) = (self.wire.asked().len() - from, self.counts(TURNS).await);
                panic!("asked: {}, and no hold is stored; {since} requests since; turns: {turns:?}", is_asked());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.wire.asked().iter().filter(|asked| asked.host == host).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_are_killed_stand_still_and_have_other_clocks_keep_the_news_and_the_manners_r21_p30() {
    let Some(place) = Place::shared().await else { return };
    let url = place.url(&place.folder);
    let course = if is_long() { long() } else { SHORT };
    let mut cluster = Cluster::open(place, &url, &[("one", 150), ("two", 0), ("three", -150)]).await;
    cluster.start();
    let (mut held, mut refused) = (Vec::new(), 0);
    for round in 0..course.rounds {
        match course.round {
            Some(time) => tokio::time::sleep(time).await,
            None => cluster.wire.more(REQUESTS).await,
        }
        if round == REFUSED {
            refused = cluster.left_alone().await;
        }
        if round == course.still.start {
            held = cluster.still().await;
            if course.round.is_none() {
                cluster.taken_over(&held).await;
            }
        }
        if round == course.still.end {
            cluster.members[STILL].running().signal("CONT");
            cluster.asks(STILL).await;
        }
        let is_still = course.still.contains(&round);
        let killed = round % if is_still { 2 } else { 3 };
        cluster.members[killed].kill();
        cluster.wire.more(REQUESTS / 4).await;
        cluster.start_one(killed);
        cluster.asks(killed).await;
        cluster.look(is_still.then_some(STILL));
    }
    cluster.settle().await;
    cluster.judge().await;
    let host = cluster.refusing();
    let asked = cluster.wire.asked();
    assert_eq!(asked.iter().filter(|asked| asked.host == host).count(), refused, "it wanted to be left alone");
    assert!(!held.is_empty());
    let stood = |line: &String| !line.starts_with("three");
    let errors: Vec<_> = cluster.errors().into_iter().filter(stood).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    eprintln!("{} requests, {} entries", asked.len(), cluster.number("SELECT count(*) FROM entry").await);
}
