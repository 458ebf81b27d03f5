//! Many nodes on one store, hour after hour, out of a seed (checks R58, R59).
//!
//! Three nodes whose clocks are minutes off and run at their own pace poll twelve publishers
//! of numbered items through the reference store. Calls of the store fail before they are
//! made or after; nodes are killed, stand still past their leases, lose the store, leave and
//! come back. Each simulated hour all promises are looked at from outside.
//!
//! It is made of the calls of the store and of the program's own decisions: when a source is
//! polled next (`schedule::settle`, `next_poll`), when a claim is renewed
//! (`schedule::lease`), by which clock (`LedClock`), where an entry stands. What ties them
//! together in the program, the loops of `daemon` and `poll`, is done here after its
//! example: they ask by sockets and keep the machine's time.
//!
//! `NODES=seed` repeats the hours of a seed; `NODES_SEEDS=n` asks for more than usual.

mod desk;
mod origin;
mod promises;
mod simulation;

use simulation::{Flaw, Simulation};

/// Hours of each seed: long enough for holds and waits after failures to end.
const HOURS: u32 = 48;

async fn keep(seeds: std::ops::Range<u64>) {
    let (mut polls, mut mishaps, mut hours) = (0, 0, 0);
    for seed in seeds {
        let mut simulation = Simulation::of(seed, None).await;
        if let Err(broken) = simulation.run(HOURS).await {
            panic!("NODES={seed}: {broken}");
        }
        (polls, mishaps, hours) = (polls + simulation.polls, mishaps + simulation.mishaps, hours + HOURS);
    }
    // Shown where it is asked for.
    eprintln!("{hours} hours, {polls} polls, {mishaps} mishaps");
    assert!(polls > 0);
}

/// Seeds of each run of the tests.
const SEEDS: u64 = 42;

#[tokio::test]
async fn many_nodes_keep_what_one_promises_r58_r59() {
    let asked = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    match asked("NODES") {
        Some(seed) => keep(seed..seed + 1).await,
        None => keep(0..asked("NODES_SEEDS").unwrap_or(SEEDS)).await,
    }
}

#[tokio::test]
async fn what_is_not_kept_is_seen_r58_r59() {
    for (flaw, said) in [(Flaw::OwnClocks, "is asked twice in an interval"), (Flaw::Forgetful, "is stored twice")] {
        let broken = Simulation::of(0, Some(flaw)).await.run(HOURS).await.expect_err("a flaw");
        assert!(broken.contains(said), "{flaw:?}: {broken}");
    }
}
