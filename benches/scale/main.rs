//! What polling costs as sources grow: any number of sources that do not change, on one
//! core, and the real daemon on the other. How long does it take to start, how much memory
//! does it hold, how much processor time does a poll take, and are polls on time?
//!
//! `cargo bench --bench scale -- --sources 100000 --rate 111 --seconds 120` prints the
//! figures. `--store URL` names another store than a file of SQLite in a folder of its own,
//! an empty one. `WIREDESK_BINARY` names another daemon, so that two versions can be run in
//! turn. Where strace is installed, `--traced SECONDS` counts system calls afterwards.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod daemon;
mod origin;
mod sources;

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use daemon::{Daemon, Sample};

/// The daemon's core, and that of what it polls.
const CORES: (&str, &str) = ("1", "0");

/// What is measured.
struct Scale {
    sources: usize,
    /// Polls a second.
    rate: u64,
    length: Duration,
    /// Before it, from the first poll on: the first claims find what became due while the
    /// daemon started.
    settling: Duration,
    store: Option<String>,
    traced: Duration,
}

impl Scale {
    fn of_arguments() -> Scale {
        let arguments: Vec<String> = std::env::args().collect();
        let text = |name: &str| arguments.get(arguments.iter().position(|a| a == name)? + 1).cloned();
        let number = |name: &str, usual: u64| text(name).and_then(|n| n.parse().ok()).unwrap_or(usual);
        Scale {
            sources: number("--sources", 10_000) as usize,
            rate: number("--rate", 34).max(1),
            length: Duration::from_secs(number("--seconds", 60)),
            settling: Duration::from_secs(number("--settling", 15)),
            store: text("--store"),
            traced: Duration::from_secs(number("--traced", 0)),
        }
    }

    fn interval(&self) -> Duration {
        Duration::from_secs((self.sources as u64).div_ceil(self.rate).max(1))
    }
}

/// Has this process, and every thread that it starts from now on, run on one core.
fn pin(core: &str) {
    let process = std::process::id().to_string();
    let pinned = Command::new("taskset").args(["-cp", core, &process]).output();
    if !pinned.is_ok_and(|done| done.status.success()) {
        eprintln!("taskset is missing: origin and daemon share the cores");
    }
}

fn main() {
    let scale = Scale::of_arguments();
    pin(CORES.1);
    let folder = tempfile::tempdir().expect("a folder");
    let port = origin::start();
    let config = sources::configure(&scale, port, folder.path());
    println!(
        "{} sources that do not change, each every {:?}: {} polls a second for {:?}",
        scale.sources,
        scale.interval(),
        scale.rate,
        scale.length
    );
    let lead = sources::prepare(&scale, &config);
    let daemon = Daemon::start(&config, CORES.0);
    let lead = lead.saturating_sub(daemon.started_in);
    println!("start: {:.2} s, {} MiB resident", daemon.started_in.as_secs_f64(), daemon.memory("VmRSS"));
    sleep(lead + scale.settling);
    let before = daemon.sample();
    sleep(scale.length);
    report(&daemon, &before, &daemon.sample());
    if !scale.traced.is_zero() {
        daemon.trace(scale.traced);
    }
    daemon.stop();
}

fn report(daemon: &Daemon, before: &Sample, after: &Sample) {
    let polls = (after.polls - before.polls) as f64;
    let a_poll = |count: f64| count / polls.max(1.0);
    let span = (after.at - before.at).as_secs_f64();
    println!("polls: {polls}, {:.1} a second; failed or odd: {}", polls / span, after.odd - before.odd);
    println!(
        "processor time: {:.3} ms a poll, {:.1} % of a core",
        a_poll((after.processor - before.processor).as_secs_f64() * 1e3),
        (after.processor - before.processor).as_secs_f64() / span * 100.0
    );
    println!("start lag: p50 {}, p99 {}, mean {:.0} ms", after.late(before, 0.5), after.late(before, 0.99), {
        (after.lag_seconds - before.lag_seconds) * 1e3 / polls.max(1.0)
    });
    println!("memory: {} MiB resident, {} MiB at its peak", daemon.memory("VmRSS"), daemon.memory("VmHWM"));
    println!(
        "a poll: {:.1} KB written to the disk, {:.1} calls of write, {:.1} of read, {:.1} times waiting",
        a_poll((after.written - before.written) as f64 / 1e3),
        a_poll((after.writes - before.writes) as f64),
        a_poll((after.reads - before.reads) as f64),
        a_poll((after.waits - before.waits) as f64),
    );
}
