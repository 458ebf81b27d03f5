//! Who works on a store, and when what he held is free (checks P30, R3, R7, R8, R21).

use std::process::{Command, Stdio};
use std::time::Duration;

use wiredesk::store::{Courtesy, Error, FORGOTTEN, Joining, Node, NodeKind, NotClaimed, Process};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

/// Two sources on one host, of which one request at a time is answered.
async fn store(bench: &dyn Bench) -> Room {
    with(bench, &["a", "b"].map(|id| planned(id, &format!("https://one.example/{id}")))).await
}

/// The sources that a node may poll now.
async fn due(store: &Arc<dyn Store>, node: &Node) -> Vec<String> {
    let claims = store.claim_due(node, &courtesy(), now(), 10).await.unwrap();
    claims.iter().map(|claim| claim.source.to_string()).collect()
}

pub async fn one_that_joins_anew_frees_what_the_one_before_held_r8(bench: &dyn Bench) {
    let store = store(bench).await;
    let before = store.join(&joining("desk"), now()).await.unwrap();
    let held = store.claim_due(&before, &courtesy(), now(), 1).await.unwrap().remove(0);
    // It was killed, and its place knows nothing of its process.
    let store = store.reopened().await;
    let after = store.join(&joining("desk"), now()).await.unwrap();
    assert_eq!(after.id, before.id);
    assert!(after.generation > before.generation);
    // Its host has its turn free, and the source can be polled by hand; that it is due
    // after its interval stays.
    let by_hand = store
        .claim_named(&after, &courtesy(), std::slice::from_ref(&held.source), Duration::ZERO, now())
        .await
        .unwrap();
    assert_eq!(by_hand.0.len(), 1, "{:?}", by_hand.1);
    assert!(by_hand.0[0].due_at > now());
    let late = store.commit_poll(record(held, now(), None)).await;
    assert!(matches!(late, Err(Error::StaleClaim(_))), "{late:?}");
}

pub async fn another_node_keeps_its_turns_while_one_starts_p30(bench: &dyn Bench) {
    let store = store(bench).await;
    let first = store.join(&joining("desk"), now()).await.unwrap();
    let held = store.claim_due(&first, &courtesy(), now(), 10).await.unwrap();
    assert_eq!(held.len(), 1);
    // Names that begin alike are different ones.
    for name in ["desk-2", "des"] {
        let other = store.join(&joining(name), now()).await.unwrap();
        assert_eq!(due(&store, &other).await, [""; 0], "{name}");
        let (_, refused) = store
            .claim_named(&other, &courtesy(), std::slice::from_ref(&held[0].source), Duration::ZERO, now())
            .await
            .unwrap();
        assert_eq!(refused, [NotClaimed::Busy(held[0].source.clone())]);
        store.leave(&other, now()).await.unwrap();
    }
    store.commit_poll(record(held[0].clone(), now(), None)).await.unwrap();
    assert_eq!(due(&store, &first).await.len(), 1);
}

pub async fn one_that_leaves_frees_at_once_what_it_held_r7(bench: &dyn Bench) {
    let store = store(bench).await;
    let (leaving, staying) = (joining("desk-1"), joining("desk-2"));
    let leaving = store.join(&leaving, now()).await.unwrap();
    let staying = store.join(&staying, now()).await.unwrap();
    assert_eq!(due(&store, &leaving).await, ["a"]);
    assert_eq!(due(&store, &staying).await, [""; 0]);
    store.leave(&leaving, now()).await.unwrap();
    store.leave(&leaving, now()).await.unwrap();
    // The host's turn is free, and so is the source.
    assert_eq!(due(&store, &staying).await, ["b"]);
    let claimed = |id: &'static str| {
        let (store, staying) = (Arc::clone(&store), staying.clone());
        async move {
            let two = Courtesy { per_host: 2, ..courtesy() };
            store.claim_named(&staying, &two, &[source(id)], Duration::ZERO, now()).await.unwrap()
        }
    };
    assert_eq!(claimed("a").await.0.len(), 1);
    // What it leaves a second time is another's by now.
    store.leave(&leaving, now()).await.unwrap();
    assert_eq!(claimed("a").await.1, [NotClaimed::Busy(source("a"))]);
}

pub async fn what_a_killed_process_held_is_free_at_the_next_claim_r8(bench: &dyn Bench) {
    let store = store(bench).await;
    let living = store.join(&joining("desk"), now()).await.unwrap();
    // A process that waits for what never comes.
    let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let killed = Joining { process: Process::numbered(child.id()), ..Joining::command("poll") };
    let killed = store.join(&killed, now()).await.unwrap();
    assert_eq!(due(&store, &killed).await, ["a"]);
    assert_eq!(due(&store, &living).await, [""; 0], "it lives");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(due(&store, &living).await, ["b"]);
    let told = store.nodes(now()).await.unwrap();
    let left = told.iter().find(|status| status.node == killed).unwrap().left_at;
    assert_eq!(left, Some(now()), "it is told of as one that left");
}

pub async fn a_beat_that_did_not_come_frees_nothing_r3_r21(bench: &dyn Bench) {
    let store = store(bench).await;
    let silent = store.join(&joining("silent"), now()).await.unwrap();
    let mut held = store.claim_due(&silent, &courtesy(), now(), 1).await.unwrap();
    let other = store.join(&joining("other"), now()).await.unwrap();
    // It renews what it holds, and its beats never arrive.
    let mut at = now();
    for _ in 0..30 {
        at = at.plus(MINUTE);
        store.renew(&held[0], &courtesy(), at).await.unwrap();
        store.beat(&other, at).await.unwrap();
        let (claims, refused) =
            store.claim_named(&other, &courtesy(), &[source("a")], Duration::ZERO, at).await.unwrap();
        assert_eq!((claims.len(), refused), (0, vec![NotClaimed::Busy(source("a"))]));
        assert!(store.claim_due(&other, &courtesy(), at, 10).await.unwrap().is_empty(), "its turn at the host");
    }
    store.beat(&silent, at).await.unwrap();
    store.commit_poll(record(held.remove(0), at, None)).await.unwrap();
}

pub async fn who_was_replaced_or_has_left_claims_nothing_r3(bench: &dyn Bench) {
    let store = store(bench).await;
    let before = store.join(&joining("desk"), now()).await.unwrap();
    store.beat(&before, now()).await.unwrap();
    let after = store.join(&joining("desk"), now()).await.unwrap();
    let left = store.join(&joining("left"), now()).await.unwrap();
    store.leave(&left, now()).await.unwrap();
    for gone in [&before, &left] {
        let beat = store.beat(gone, now()).await;
        assert!(matches!(&beat, Err(Error::Replaced(id)) if *id == gone.id), "{beat:?}");
        let due = store.claim_due(gone, &courtesy(), now(), 10).await;
        assert!(matches!(due, Err(Error::Replaced(_))), "{due:?}");
        let named = store.claim_named(gone, &courtesy(), &[source("a")], Duration::ZERO, now()).await;
        assert!(matches!(named, Err(Error::Replaced(_))), "{named:?}");
    }
    // Who was replaced ends nothing of the one that came after it.
    store.leave(&before, now()).await.unwrap();
    store.beat(&after, now()).await.unwrap();
    assert_eq!(due(&store, &after).await, ["a"]);
}

pub async fn nodes_are_told_of_for_a_day(bench: &dyn Bench) {
    let store = store(bench).await;
    let daemon = store.join(&joining("desk"), now()).await.unwrap();
    let command = store.join(&Joining::command("poll"), now()).await.unwrap();
    let later = now().plus(MINUTE);
    store.beat(&daemon, later).await.unwrap();
    store.leave(&command, later).await.unwrap();
    let told = async |at| {
        let all = store.nodes(at).await.unwrap();
        all.into_iter().map(|s| (s.node, s.kind, s.joined_at, s.beat_at, s.left_at)).collect::<Vec<_>>()
    };
    let daemon_told = (daemon.clone(), NodeKind::Daemon, now(), later, None);
    let command_told = (command, NodeKind::Command, now(), now(), Some(later));
    assert_eq!(told(later).await, [daemon_told, command_told]);
    let long_after = later.plus(FORGOTTEN + MINUTE);
    assert_eq!(told(long_after).await, []);
    // A generation is never used again, whoever was forgotten. This process lives, so that
    // a clock that jumps ahead ends nobody.
    store.join(&joining("other"), long_after).await.unwrap();
    store.beat(&daemon, long_after).await.unwrap();
    assert_eq!(told(long_after).await.len(), 2);
    let again = store.join(&joining("desk"), long_after).await.unwrap();
    assert!(again.generation > daemon.generation + 1, "{again:?}");
}
