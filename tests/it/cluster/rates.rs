//! How many polls a second some nodes do together, and what they and their server pay for it.
//! By hand, with a release build on a quiet machine:
//!
//! ```sh
//! WIREDESK_RATES=target/release/wiredesk cargo test --test it cluster::rates -- --nocapture
//! ```

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};

use super::wire::Wire;
use super::{Place, witness};
use crate::desk::{Desk, EVERYTHING, source};

/// Publishers, and sources of each.
const HOSTS: u8 = 100;
const SOURCES: usize = 10;

/// How long is counted.
const COUNTED: Duration = Duration::from_secs(15);

/// Clock ticks a second, as `/proc` counts them on Linux.
const TICKS: u64 = 100;

const POLLS: &str = "SELECT sum(polls)::bigint FROM source";
const COMMITS: &str = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";

/// A daemon that is killed with its value, and the folder of its configuration.
struct Daemon {
    process: Child,
    _desk: Desk,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Milliseconds of processor time that a process has had, with its children that have ended.
fn paid(process: &Path) -> u64 {
    let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = fields.iter().skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum::<u64>();
    ticks * 1000 / TICKS
}

/// The same of all processes of a server.
fn paid_by_server(folder: &Path) -> u64 {
    let data = folder.join("data");
    let all = fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    all.filter(|process| fs::read_link(process.join("cwd")).is_ok_and(|at| at == data)).map(|one| paid(&one)).sum()
}

async fn measure(binary: &OsString, nodes: usize) {
    let Some(place) = Place::shared().await else { return };
    let wire = Wire::start(HOSTS).await;
    wire.hurry();
    wire.freeze();
    let mut sources = String::new();
    for (host, n) in (0..wire.hosts()).flat_map(|host| (0..SOURCES).map(move |n| (host, n))) {
        let id = format!("s{host}-{n}");
        let text = source(&id, wire.news(host, &id));
        sources += &text.replace("republish", "schedule = \"every 60s\"\nrepublish");
    }
    let client = place.client().await.expect("a server");
    client.batch_execute(witness::TABLE).await.unwrap();
    let daemons: Vec<Daemon> = (0..nodes)
        .map(|n| {
            let desk = Desk::on(&place.url(&place.folder), &(sources.clone() + EVERYTHING));
            desk.edit(|text| format!("[node]\nid = \"n{n}\"\n\n{text}"));
            let mut command = Command::new(binary);
            command.arg("--config").arg(desk.config()).args(["--log-format", "json", "run"]);
            let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            Daemon { process, _desk: desk }
        })
        .collect();
    let (place, folder) = (Arc::new(place), crate::server::server().expect("a server").folder.clone());
    let granting = tokio::spawn(witness::grant(Arc::clone(&place)));
    // Each has been asked for its document, and has answered that it did not change.
    wire.more(2 * usize::from(HOSTS) * SOURCES).await;
    let number = async |query: &str| client.query_one(query, &[]).await.unwrap().get::<_, i64>(0).cast_unsigned();
    let by_nodes = || daemons.iter().map(|one| paid(Path::new(&format!("/proc/{}", one.process.id())))).sum::<u64>();
    let clock = SystemClock::new();
    let (polls, commits, node_ms, server_ms) =
        (number(POLLS).await, number(COMMITS).await, by_nodes(), paid_by_server(&folder));
    tokio::time::sleep(COUNTED).await;
    let polls = number(POLLS).await - polls;
    let seconds = clock.elapsed().as_secs_f64();
    let each = |ms: u64| ms as f64 / polls as f64;
    eprintln!(
        "{nodes} nodes: {:.0} polls/s, {:.2} ms of nodes and {:.2} ms of the server a poll, {:.1} commits a poll",
        polls as f64 / seconds,
        each(by_nodes() - node_ms),
        each(paid_by_server(&folder) - server_ms),
        each(number(COMMITS).await - commits),
    );
    granting.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn rates_of_one_two_and_three_nodes() {
    let Some(binary) = std::env::var_os("WIREDESK_RATES") else { return };
    for nodes in [1, 2, 3, 1, 2, 3] {
        measure(&binary, nodes).await;
    }
}
