//! Writes and syncs that fail, at every call of what commands and the daemon do
//! (R12 to R14): nothing is lost, nothing is half there, and nobody is killed.
//!
//! A short form in every run. By hand, every call:
//!
//! ```sh
//! WIREDESK_FAILINGS=all cargo test --test it failing -- --nocapture
//! ```

use std::process::Stdio;
use std::time::Duration;

use crate::mill::Mill;
use crate::shim::{Faults, library};

/// Calls between two that are tried; 1 by hand.
fn stride(calls: u64, short: u64) -> u64 {
    if std::env::var_os("WIREDESK_FAILINGS").is_some() { 1 } else { calls.div_ceil(short).max(1) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_or_sync_that_fails_costs_no_more_than_what_it_was_for_r12_r14() {
    if library().is_none() {
        return;
    }
    let mut mill = Mill::open().await;
    mill.desk.runs(&["poll", "--all"]);
    let store = mill.desk.path("desk.db");
    let run = |mill: &Mill, args: &[&str], faults: &Faults| {
        let mut command = mill.desk.command(args);
        faults.strike(&mut command);
        tokio::task::block_in_place(|| command.output().unwrap())
    };
    let mut tried = 0;
    for args in [&["poll", "--all"][..], &["rematch", "some"]] {
        mill.turn();
        mill.wind();
        let counted = Faults::on(&store);
        run(&mill, args, &counted);
        let calls = counted.met();
        // One call fails, or all from one on, as on a disk that is gone.
        for (nth, at) in (1..=calls).step_by(stride(calls, 9) as usize).enumerate() {
            let what = if nth.is_multiple_of(2) { "eio" } else { "enospc" };
            let count = if nth % 4 < 2 { 1 } else { u64::MAX };
            mill.turn();
            mill.wind();
            mill.configure(tried);
            let done = run(&mill, args, &Faults::on(&store).doing(what, at, count));
            let said = String::from_utf8_lossy(&done.stderr);
            let told = format!("{args:?}, {what} at {at} of {calls}, {count} times: {:?} {said}", done.status);
            assert!(matches!(done.status.code(), Some(0..=2)), "{told}");
            assert!(!said.contains("panicked"), "{told}");
            mill.check(&told).await;
            tried += 1;
        }
    }
    mill.ends_well().await;
    eprintln!("{tried} runs with failing writes or syncs lost nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_goes_on_through_writes_and_syncs_that_fail_r12() {
    if library().is_none() {
        return;
    }
    let mut mill = Mill::open().await;
    mill.desk.runs(&["poll", "--all"]);
    let store = mill.desk.path("desk.db");
    let rounds = if std::env::var_os("WIREDESK_FAILINGS").is_some() { 60 } else { 4 };
    for round in 0..rounds {
        mill.turn();
        mill.wind();
        mill.configure(round);
        let what = if round.is_multiple_of(2) { "eio" } else { "enospc" };
        let faults = Faults::on(&store).doing(what, 20 + 7 * round, 1 + 3 * (round % 3));
        let mut command = mill.desk.command(&["run"]);
        faults.strike(&mut command);
        let mut daemon = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(1200)).await;
        // It runs, or its start was refused with a word.
        let early = daemon.try_wait().unwrap();
        if early.is_none() {
            let told = std::process::Command::new("kill").arg(daemon.id().to_string()).status().unwrap();
            assert!(told.success());
        }
        let ended = tokio::task::block_in_place(|| daemon.wait().unwrap());
        assert!(matches!(ended.code(), Some(0..=2)), "round {round}, {what}: {ended:?}, early: {early:?}");
        mill.check(&format!("round {round}, {what}")).await;
    }
    mill.ends_well().await;
}
