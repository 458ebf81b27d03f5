//! Due times and claims (checks P6, P28, P36, R3, R20).

use std::time::Duration;

use wiredesk::model::{NextPoll, SourceId};
use wiredesk::schedule::lease::LEASE;
use wiredesk::store::{Configured, Error, NotClaimed, Overdue, SourceRange};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

pub async fn a_claim_moves_the_due_time_before_anything_is_sent_p28_r3(bench: &dyn Bench) {
    let store = two(bench).await;
    let claims = store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap();
    assert_eq!(claims.len(), 2);
    assert!(store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap().is_empty());
    let claimed = store.source(&source("a"), now()).await.unwrap().unwrap().state;
    let said = "a poll is running; if it never finishes, the next one starts then";
    assert_eq!(claimed.next, NextPoll { at: now().plus(15 * MINUTE), because: said.to_owned() });
    // The process dies here: nothing is due before the interval has passed.
    let later = now().plus(14 * MINUTE);
    assert!(store.claim_due(&node(&store).await, &courtesy(), later, 10).await.unwrap().is_empty());
    assert_eq!(store.claim_due(&node(&store).await, &courtesy(), now().plus(15 * MINUTE), 10).await.unwrap().len(), 2);
}

pub async fn a_claim_given_back_is_due_as_before(bench: &dyn Bench) {
    let store = two(bench).await;
    let claims = store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap();
    store.release(&claims).await.unwrap();
    assert_eq!(store.next_due_at(&courtesy(), now()).await.unwrap(), Some(now()));
    assert_eq!(store.claim_due(&node(&store).await, &courtesy(), now(), 10).await.unwrap().len(), 2);
}

pub async fn the_refresh_floor_says_until_when_to_wait_p36(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("1", "One")]).await;
    let soon = now().plus(Duration::from_secs(20));
    let (claims, refused) = store
        .claim_named(&node(&store).await, &courtesy(), &[source("a"), source("nobody")], MINUTE, soon)
        .await
        .unwrap();
    assert!(claims.is_empty());
    let until = now().plus(MINUTE);
    assert_eq!(refused, [NotClaimed::TooSoon { source: source("a"), until }, NotClaimed::Unknown(source("nobody"))]);
}

pub async fn retired_sources_keep_their_entries_and_are_not_polled_r20(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("1", "One")]).await;
    configure(&store, &["b"]).await;
    let later = now().plus(60 * MINUTE);
    let due: Vec<String> = store
        .claim_due(&node(&store).await, &courtesy(), later, 10)
        .await
        .unwrap()
        .iter()
        .map(|c| c.source.to_string())
        .collect();
    assert_eq!(due, ["b"]);
    assert_eq!(store.feed_page(&feed(), None, 10).await.unwrap().len(), 1);
    configure(&store, &["a", "b"]).await;
    assert_eq!(all_sources(&store, later).await.iter().filter(|s| s.active).count(), 2);
}

pub async fn another_address_forgets_the_validators_of_the_old_one_p6(bench: &dyn Bench) {
    let store = two(bench).await;
    poll(&store, "a", vec![new("1", "One")]).await;
    let due = all_sources(&store, now()).await[0].state.next.at;
    store.configure(&vec![planned("a", "https://elsewhere.example/")], &[feed()], now()).await.unwrap();
    let state = store.source(&source("a"), now()).await.unwrap().unwrap().state;
    assert!(state.validators.is_empty());
    assert_eq!((state.next.at, state.window.len()), (due, 1));
}

pub async fn a_claim_holds_for_as_long_as_it_is_renewed_r21(bench: &dyn Bench) {
    let store = two(bench).await;
    let first = claim(&store, "a", now()).await;
    assert_eq!(first.until, now().plus(LEASE));
    let later = now().plus(MINUTE);
    assert_eq!(store.renew(&first, &courtesy(), later).await.unwrap(), later.plus(LEASE));
    let by_hand = async |at| {
        store.claim_named(&node(&store).await, &courtesy(), &[source("a")], Duration::ZERO, at).await.unwrap()
    };
    assert_eq!(by_hand(first.until).await.1, [NotClaimed::Busy(source("a"))]);
    let lapsed = later.plus(LEASE);
    let second = by_hand(lapsed).await.0.remove(0);
    let refused = store.renew(&first, &courtesy(), lapsed).await;
    assert!(matches!(refused, Err(Error::StaleClaim(_))), "{refused:?}");
    // Who was overtaken gives nothing back that is another's.
    store.release(&[first]).await.unwrap();
    assert_eq!(by_hand(lapsed).await.1, [NotClaimed::Busy(source("a"))]);
    store.commit_poll(record(second.clone(), lapsed, None)).await.unwrap();
    store.renew(&second, &courtesy(), lapsed).await.unwrap();
    assert_eq!(by_hand(lapsed).await.0.len(), 1, "what has ended well stays ended");
}

pub async fn a_failure_that_was_not_its_own_is_taken_back(bench: &dyn Bench) {
    let store = two(bench).await;
    let mut failed = record(claim(&store, "a", now()).await, now(), None);
    (failed.state.failures, failed.succeeded) = (2, false);
    store.commit_poll(failed).await.unwrap();
    let soon = NextPoll { at: now().plus(MINUTE), because: "nobody could be reached".to_owned() };
    let due = [(source("a"), soon.clone()), (source("b"), soon.clone())];
    let state = async |id| store.source(&source(id), now()).await.unwrap().unwrap().state;
    let polled = claim(&store, "a", now()).await;
    store.absolve(&due).await.unwrap();
    assert_eq!(state("a").await.failures, 2, "it is being polled");
    store.release(&[polled]).await.unwrap();
    store.absolve(&due).await.unwrap();
    let (a, b) = (state("a").await, state("b").await);
    assert_eq!((a.failures, a.next), (1, soon.clone()));
    assert_ne!(b.next, soon, "it had not failed");
    store.respread(&due).await.unwrap();
    assert_eq!(state("b").await.next, soon);
}

/// A configuration of the sources `s0` to `s9` but for those of `without`, in ranges.
fn ranges(ends: &[&str], without: &[&str]) -> Vec<SourceRange> {
    let names: Vec<String> = (0..10).map(|n| format!("s{n}")).filter(|id| !without.contains(&&**id)).collect();
    let mut after = None;
    let ends = ends.iter().map(|end| Some(source(end))).chain([None]);
    ends.map(|to| {
        let within = |id: &SourceId| after.as_ref().is_none_or(|a| id > a) && to.as_ref().is_none_or(|to| id <= to);
        let names = names.iter().filter(|id| within(&source(id)));
        let planned = names.map(|id| planned(id, &format!("https://{id}.example/"))).collect();
        let range = SourceRange { after: after.clone(), to: to.clone(), planned, ..SourceRange::default() };
        after = to;
        range
    })
    .collect()
}

async fn polled(store: &Arc<dyn Store>) -> Vec<String> {
    let all = all_sources(store, now()).await;
    all.into_iter().filter(|status| status.active).map(|status| status.source.to_string()).collect()
}

pub async fn a_range_takes_over_its_own_names_alone_r20(bench: &dyn Bench) {
    let store = with(bench, &ranges(&[], &[]).remove(0).planned).await;
    let gone = ["s0", "s3", "s4", "s7", "s9"];
    let mut left: Vec<String> = (0..10).map(|n| format!("s{n}")).collect();
    let ends = [vec!["s0", "s3"], vec!["s4"], vec!["s7"], vec!["s9"]];
    // Cut short after any of them, it has retired less, and what is kept is as it was.
    for (range, retired) in ranges(&["s3", "s5", "s8"], &gone).into_iter().zip(ends) {
        let done = store.configure_sources(range, now()).await.unwrap();
        assert_eq!(done, Configured { added: 0, retired: retired.len() }, "{retired:?}");
        left.retain(|id| !retired.contains(&&**id));
        assert_eq!(polled(&store).await, left);
    }
    // One that comes back is known still, and a new one stands among the others.
    let mut back = ranges(&["s3"], &gone[1..]);
    back[0].planned.push(planned("s1b", "https://s1b.example/"));
    back[0].planned.sort_by(|a, b| a.source.cmp(&b.source));
    let done = store.configure_sources(back.remove(0), now()).await.unwrap();
    assert_eq!(done, Configured { added: 1, retired: 0 });
    assert_eq!(polled(&store).await, ["s0", "s1", "s1b", "s2", "s5", "s6", "s8"]);
    is_sound(&store).await;
}

pub async fn what_is_overdue_comes_in_pages_the_longest_overdue_first_p29(bench: &dyn Bench) {
    let all = ["a", "b", "c", "d", "e"].map(|id| planned(id, &format!("https://{id}.example/")));
    let store = with(bench, &all).await;
    // `e` was never polled, and `a` is the last to be due.
    for (id, minutes) in [("b", 2), ("c", 2), ("d", 1), ("a", 5)] {
        let at = now().plus(minutes * MINUTE);
        store.commit_poll(record(claim(&store, id, at).await, at, None)).await.unwrap();
    }
    let page =
        async |before, after: Option<Overdue>, limit| store.overdue(before, after.as_ref(), limit).await.unwrap();
    let names = |page: &[Overdue]| page.iter().map(|one| one.source.to_string()).collect::<Vec<_>>();
    let before = now().plus(19 * MINUTE);
    assert_eq!(store.count_overdue(before).await.unwrap(), 3);
    let first = page(before, None, 2).await;
    assert_eq!((names(&first), first[0].due_at), (vec!["d".to_owned(), "b".to_owned()], now().plus(16 * MINUTE)));
    let second = page(before, first.last().cloned(), 2).await;
    assert_eq!(names(&second), ["c"]);
    assert_eq!(page(before, second.last().cloned(), 2).await, []);
    assert_eq!(page(now(), None, 2).await, []);
}

pub async fn those_due_at_one_instant_are_claimed_in_the_order_they_came_r57(bench: &dyn Bench) {
    let names = ["a", "b", "c", "d", "e", "f"];
    let store = with(bench, &names.map(|id| planned(id, &format!("https://{id}.example/")))).await;
    // Claimed together, they are due again together.
    for id in ["e", "b", "f", "a", "d", "c"] {
        claim(&store, id, now()).await;
    }
    let (later, node) = (now().plus(60 * MINUTE), node(&store).await);
    let claims = store.claim_due(&node, &courtesy(), later, 4).await.unwrap();
    assert_eq!(claims.iter().map(|claim| claim.source.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
}
