//! Host turns and holds as every store keeps them (checks P17, P25, P30, P36, R4).

use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::model::{Hold, HoldScope, Host, NextPoll, Purpose};
use wiredesk::store::{Claim, Courtesy, NotClaimed, PollRecord, Turn};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

/// Sources by name and host.
async fn store(bench: &dyn Bench, sources: &[(&str, &str)]) -> Room {
    let all: Vec<SourcePlan> = sources.iter().map(|(id, host)| planned(id, &format!("https://{host}/{id}"))).collect();
    with(bench, &all).await
}

fn names(claims: &[Claim]) -> Vec<String> {
    claims.iter().map(|claim| claim.source.to_string()).collect()
}

fn patient() -> Courtesy {
    Courtesy { host_gap: SECOND, ..courtesy() }
}

/// A poll that a host answered with 429.
pub fn throttled(claim: Claim, at: Timestamp, wait: Duration) -> PollRecord {
    let hold = Hold {
        host: claim.host.clone(),
        scope: HoldScope::Everything,
        until: at.plus(wait),
        strikes: claim.strikes + 1,
        because: format!("{} answered 429", claim.host.name),
    };
    PollRecord { hold: Some(hold), succeeded: false, ..record(claim, at, None) }
}

pub async fn one_request_at_a_time_per_host_across_nodes_p25_p30(bench: &dyn Bench) {
    let store = store(bench, &[("a", "one.example"), ("b", "one.example"), ("c", "two.example")]).await;
    let claims = store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap();
    assert_eq!(claims.len(), 2, "{:?}", names(&claims));
    let other = store.join(&joining("another"), now()).await.unwrap();
    assert!(store.claim_due(&other, &courtesy(), now(), 10).await.unwrap().is_empty());
    let (_, refused) =
        store.claim_named(&other, &courtesy(), &[source("a"), source("b")], MINUTE, now()).await.unwrap();
    assert_eq!(refused.len(), 2);
    assert!(refused.iter().any(|no| matches!(no, NotClaimed::NotItsTurn(_))), "{refused:?}");
    // The poll ends, and the next on its host has its turn.
    let first = claims.into_iter().find(|claim| claim.host.name == "one.example").unwrap();
    store.commit_poll(record(first, now(), None)).await.unwrap();
    assert_eq!(store.claim_due(&other, &courtesy(), now(), 10).await.unwrap().len(), 1);
}

pub async fn starts_on_one_domain_are_a_gap_apart_across_nodes_and_restarts_p25_p30(bench: &dyn Bench) {
    let store = store(bench, &[("a", "x.site.example"), ("b", "y.site.example")]).await;
    let claims = store.claim_due(&node(&store).await, &patient(), now(), 10).await.unwrap();
    assert_eq!(claims.len(), 1);
    let free = now().plus(SECOND);
    assert_eq!(store.next_due_at(&patient(), now()).await.unwrap(), Some(free));
    let store = store.reopened().await;
    let just_before = free.minus(Duration::from_millis(1));
    assert!(store.claim_due(&node(&store).await, &patient(), just_before, 10).await.unwrap().is_empty());
    assert_eq!(store.claim_due(&node(&store).await, &patient(), free, 10).await.unwrap().len(), 1);
}

pub async fn a_thousand_sources_on_a_hanging_host_delay_nobody_else_r4(bench: &dyn Bench) {
    let mut all: Vec<SourcePlan> =
        (0..1000).map(|n| planned(&format!("crowd-{n}"), &format!("https://crowd.example/{n}"))).collect();
    for lone in &mut all {
        lone.first.at = now().minus(MINUTE);
    }
    all.extend((0..5).map(|n| planned(&format!("lone-{n}"), &format!("https://lone-{n}.example/"))));
    let store = with(bench, &all).await;
    // The crowd is longer overdue, and fills any batch.
    let claims = store.claim_due(&node(&store).await, &courtesy(), now(), 8).await.unwrap();
    let lone = claims.iter().filter(|claim| claim.source.as_str().starts_with("lone")).count();
    assert_eq!((claims.len(), lone), (6, 5));
}

pub async fn a_429_holds_its_host_for_every_source_and_poll_by_hand_p16_p17_p36(bench: &dyn Bench) {
    let sources =
        [("a", "news.example"), ("b", "news.example"), ("c", "www.other.example"), ("d", "img.other.example")];
    let store = store(bench, &sources).await;
    let all = store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap();
    let a = all.into_iter().find(|claim| claim.source == source("a")).unwrap();
    let until = now().plus(Duration::from_secs(4711));
    store.commit_poll(throttled(a, now(), Duration::from_secs(4711))).await.unwrap();

    let (claims, refused) =
        store.claim_named(&node(&store).await, &courtesy(), &[source("b")], SECOND, now()).await.unwrap();
    assert!(claims.is_empty());
    let because = "news.example answered 429".to_owned();
    assert_eq!(refused, [NotClaimed::Held { source: source("b"), until: NextPoll { at: until, because } }]);
    let early = until.minus(Duration::from_millis(1));
    assert!(
        !names(&store.claim_due(&node(&store).await, &courtesy(), early, 10).await.unwrap()).contains(&"b".to_owned())
    );
    let status = all_sources(&store, now()).await;
    let b = status.iter().find(|s| s.source == source("b")).unwrap();
    assert_eq!((b.state.next.at, b.state.next.because.as_str()), (until, "news.example answered 429"));
    let due = store.claim_due(&node(&store).await, &courtesy(), until, 10).await.unwrap();
    let on_host = due.iter().find(|claim| claim.host.name == "news.example").expect("the hold is over");
    assert_eq!(on_host.strikes, 1, "the next 429 is the second in a row (P18)");
}

pub async fn other_hosts_of_the_domain_are_held_only_by_a_second_429_within_the_hour_p17(bench: &dyn Bench) {
    for (apart, held) in [(30 * MINUTE, true), (61 * MINUTE, false)] {
        let hosts = [("a", "a.site.example"), ("b", "b.site.example"), ("c", "c.site.example"), ("z", "z.example")];
        let store = store(bench, &hosts).await;
        let claim = |id: &'static str, at| {
            let store = Arc::clone(&store);
            async move { store.claim_named(&node(&store).await, &courtesy(), &[source(id)], SECOND, at).await.unwrap() }
        };
        let first = claim("a", now()).await.0.remove(0);
        store.commit_poll(throttled(first, now(), 180 * MINUTE)).await.unwrap();
        let later = now().plus(apart);
        let second = claim("b", later).await.0.pop().expect("one host's 429 holds one host");
        store.commit_poll(throttled(second, later, 120 * MINUTE)).await.unwrap();
        let (claims, refused) = claim("c", later).await;
        assert_eq!((claims.is_empty(), !refused.is_empty()), (held, held), "{apart:?}");
        assert_eq!(claim("z", later).await.0.len(), 1);
    }
}

pub async fn an_answer_through_a_proxy_holds_only_what_goes_through_it_p17(bench: &dyn Bench) {
    let mut proxied = planned("b", "https://news.example/b");
    "http://proxy.example:3128".clone_into(&mut proxied.host.proxy);
    let mut fellow = planned("c", "https://news.example/c");
    fellow.host.proxy.clone_from(&proxied.host.proxy);
    let store = with(bench, &[planned("a", "https://news.example/a"), proxied, fellow]).await;
    let by_hand = |id: &'static str| {
        let store = Arc::clone(&store);
        async move { store.claim_named(&node(&store).await, &courtesy(), &[source(id)], SECOND, now()).await.unwrap() }
    };
    let claim = by_hand("b").await.0.remove(0);
    store.commit_poll(throttled(claim, now(), 60 * MINUTE)).await.unwrap();
    assert!(matches!(by_hand("c").await.1[..], [NotClaimed::Held { .. }]));
    assert_eq!(by_hand("a").await.0.len(), 1);
}

pub async fn a_poll_that_was_under_way_when_its_host_asked_for_rest_is_held_too_p17(bench: &dyn Bench) {
    let store = store(bench, &[("a", "news.example"), ("b", "news.example")]).await;
    let two = Courtesy { per_host: 2, ..courtesy() };
    let mut claims = store.claim_due(&node(&store).await, &two, now(), 10).await.unwrap();
    assert_eq!(claims.len(), 2);
    let (a, b) = (claims.remove(0), claims.remove(0));
    let id = b.source.clone();
    store.commit_poll(throttled(a, now(), 60 * MINUTE)).await.unwrap();
    store.commit_poll(record(b, now(), None)).await.unwrap();
    let status = all_sources(&store, now()).await;
    let held = status.iter().find(|s| s.source == id).unwrap();
    assert_eq!(held.state.next.at, now().plus(60 * MINUTE));
}

pub async fn a_good_answer_after_a_hold_ends_the_429s_in_a_row_p18(bench: &dyn Bench) {
    let store = store(bench, &[("a", "news.example")]).await;
    let claim = store.claim_due(&node(&store).await, &courtesy(), now(), 1).await.unwrap().remove(0);
    store.commit_poll(throttled(claim, now(), 60 * MINUTE)).await.unwrap();
    let later = now().plus(60 * MINUTE);
    let claim = store.claim_due(&node(&store).await, &courtesy(), later, 1).await.unwrap().remove(0);
    assert_eq!(claim.strikes, 1);
    store.commit_poll(record(claim, later, None)).await.unwrap();
    let again = later.plus(15 * MINUTE);
    assert_eq!(store.claim_due(&node(&store).await, &courtesy(), again, 1).await.unwrap()[0].strikes, 0);
}

pub async fn a_redirect_takes_the_turn_of_the_host_it_leads_to_p21(bench: &dyn Bench) {
    let store = store(bench, &[("a", "one.example"), ("b", "two.example")]).await;
    let claims = store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap();
    let a = claims.iter().find(|claim| claim.source == source("a")).unwrap();
    let two = Host { name: "two.example".to_owned(), proxy: String::new() };
    assert_eq!(store.turn(a, &courtesy(), &two, Purpose::Page, now()).await.unwrap(), Turn::Busy);
    // Back to its own host it goes at once, but for the gap.
    assert_eq!(store.turn(a, &courtesy(), &a.host, Purpose::Poll, now()).await.unwrap(), Turn::Taken);
    assert_eq!(store.turn(a, &patient(), &a.host, Purpose::Poll, now()).await.unwrap(), Turn::Taken);
    assert_eq!(
        store.turn(a, &patient(), &a.host, Purpose::Poll, now()).await.unwrap(),
        Turn::Until(now().plus(SECOND))
    );
    let b = claims.iter().find(|claim| claim.source == source("b")).unwrap().clone();
    store.commit_poll(throttled(b, now(), 60 * MINUTE)).await.unwrap();
    assert!(matches!(store.turn(a, &courtesy(), &two, Purpose::Page, now()).await.unwrap(), Turn::Held(_)));
}

pub async fn a_turn_nobody_ends_lapses_with_its_claim_r21(bench: &dyn Bench) {
    let store = store(bench, &[("a", "one.example"), ("b", "one.example")]).await;
    assert_eq!(store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap().len(), 1);
    assert!(store.claim_due(&node(&store).await, &courtesy(), now().plus(MINUTE), 10).await.unwrap().is_empty());
    assert_eq!(store.claim_due(&node(&store).await, &courtesy(), now().plus(2 * MINUTE), 10).await.unwrap().len(), 1);
}

pub async fn a_node_whose_time_is_a_moment_old_takes_nothing_of_another_p30_r3(bench: &dyn Bench) {
    let store = store(bench, &[("a", "one.example"), ("b", "one.example")]).await;
    let other = store.join(&joining("another"), now()).await.unwrap();
    let claims = store.claim_due(&node(&store).await, &patient(), now(), 1).await.unwrap();
    assert_eq!(names(&claims).len(), 1);
    // It read its time, and then waited for the store while the first claimed.
    let earlier = Timestamp::from_millis(now().millis() - 2_000);
    let due = Timestamp::from_millis(earlier.millis());
    assert_eq!(names(&store.claim_due(&other, &patient(), due, 10).await.unwrap()), [""; 0]);
    let (taken, _) =
        store.claim_named(&other, &patient(), &[source("a"), source("b")], Duration::ZERO, earlier).await.unwrap();
    assert_eq!(names(&taken), [""; 0]);
}

pub async fn two_that_are_led_to_each_others_host_both_come_through_p21(bench: &dyn Bench) {
    let store = store(bench, &[("a", "one.example"), ("b", "two.example")]).await;
    let claims = store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap();
    let (a, b) = (claims.iter().find(|c| c.source == source("a")), claims.iter().find(|c| c.source == source("b")));
    let (a, b) = (a.unwrap(), b.unwrap());
    let (one, two) = (b.host.clone(), a.host.clone());
    // The first is led to the second's host and waits; the second is led to the first's,
    // which nobody asks any more.
    let turn = async |claim, host| store.turn(claim, &courtesy(), host, Purpose::Poll, now()).await.unwrap();
    assert_eq!(turn(a, &one).await, Turn::Busy);
    assert_eq!(turn(b, &two).await, Turn::Taken);
    assert_eq!(turn(a, &one).await, Turn::Taken);
}
