//! kill -9 at writes and syncs, and at random moments, while everything goes on:
//! polls, full text, a rematch, the index, pruning, a backup, reloads (R1, R2, R8).
//!
//! A short form in every run. By hand, a thousand kills that each met a write:
//!
//! ```sh
//! WIREDESK_KILLINGS=1000 cargo test --test it killing -- --nocapture
//! ```

use std::process::{Child, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::contract;
use crate::mill::Mill;
use crate::newsroom::MONDAY;
use crate::shim::{Faults, library};

/// How many kills that met a write.
fn wanted() -> u64 {
    std::env::var("WIREDESK_KILLINGS").ok().and_then(|n| n.parse().ok()).unwrap_or(16)
}

/// A seeded sequence (splitmix64): the same moments in every run.
pub struct Moments(pub u64);

impl Moments {
    pub fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }
}

/// The longest that a daemon works before it is killed from outside.
const LONGEST: Duration = Duration::from_millis(1500);

/// Waits until the process is dead, or kills it. Gives whether it died by itself.
fn dies(child: Child, within: Duration) -> bool {
    let id = child.id();
    let (tell, told) = channel();
    let waiting = std::thread::spawn(move || {
        let mut child = child;
        let status = child.wait().unwrap();
        // Nobody listens where it was killed from outside.
        let _ = tell.send(());
        status
    });
    let died = match told.recv_timeout(within) {
        Ok(()) => true,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            signal(id, "KILL");
            false
        }
    };
    waiting.join().unwrap();
    died
}

fn signal(id: u32, name: &str) {
    // One that has just died hears nothing.
    let _ =
        std::process::Command::new("kill").arg(format!("-{name}")).arg(id.to_string()).stderr(Stdio::null()).status();
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_at_writes_and_syncs_loses_doubles_and_mixes_nothing_r1_r2_r8() {
    if library().is_none() {
        return;
    }
    let mut mill = Mill::open().await;
    mill.desk.runs(&["poll", "--all"]);
    mill.turn();
    mill.wind();
    mill.configure(3);
    let store = mill.desk.path("desk.db");
    // How many calls a start and its work take, unless something strikes.
    let counted = Faults::on(&store);
    let mut daemon = mill.desk.command(&["run"]);
    counted.strike(&mut daemon);
    let daemon = daemon.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    tokio::task::block_in_place(|| dies(daemon, LONGEST));
    let calls = counted.met().max(30);
    let mut moments = Moments(2026);
    let (mut met, mut from_outside, mut backups, mut round) = (0, 0, 0, 0_u64);
    while met < wanted() {
        round += 1;
        assert!(round < wanted() * 4 + 20, "too many kills came too late: {met} of {round} met a write");
        mill.turn();
        mill.wind();
        mill.configure(round);
        let what = if round.is_multiple_of(2) { "kill" } else { "kill-after" };
        // Of four, one is killed at any moment, and three at a call.
        let at = if round.is_multiple_of(4) { u64::MAX } else { 1 + moments.next(calls) };
        let faults = Faults::on(&store).doing(what, at, 1);
        let mut command = mill.desk.command(&["run"]);
        faults.strike(&mut command);
        let daemon = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let id = daemon.id();
        let copy = mill.desk.path(&format!("copy-{round}.db"));
        let backup = (round % 5 == 0).then(|| {
            let mut command = mill.desk.command(&["backup", &copy.display().to_string()]);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        });
        let (reload_in, within) = (moments.next(400), Duration::from_millis(200 + moments.next(900)));
        let within = if at == u64::MAX { within } else { LONGEST };
        let dying = std::thread::spawn(move || dies(daemon, within));
        tokio::time::sleep(Duration::from_millis(reload_in)).await;
        mill.configure(round + 1);
        signal(id, "HUP");
        let died = tokio::task::block_in_place(|| dying.join().unwrap());
        met += u64::from(died);
        from_outside += u64::from(!died);
        if let Some(mut backup) = backup {
            let done = tokio::task::block_in_place(|| backup.wait().unwrap());
            if done.success() {
                backups += 1;
                let copied = contract::open(&copy, MONDAY).await;
                assert_eq!(copied.verify().await.unwrap(), Vec::<String>::new(), "the backup of round {round}");
            }
            // What a killed or failed one left is nobody's.
            let _ = std::fs::remove_file(&copy);
        }
        mill.check(&format!("round {round}, {what} at {at} of {calls}")).await;
    }
    mill.ends_well().await;
    eprintln!(
        "{met} kills met a write or sync among {calls}, {from_outside} came at any moment, {backups} backups were sound"
    );
}
