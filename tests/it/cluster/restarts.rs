//! A server that ends at once and is started again, under running daemons (R22).

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock};
use wiredesk::store::{Location, ServerAddress, prepare};

use super::{Cluster, Place, is_long};
use crate::server::{programs, run_as, server};

/// A server of a test's own, which goes with the test however that ends: the shell reads until
/// our end of a pipe is closed. Each line has it end at once and start again.
const SCRIPT: &str = r#"
cd "$FOLDER" || exit 1
$AS "$BIN/initdb" -D data -A trust -U wiredesk -E UTF8 --locale=C --no-sync </dev/null >log 2>&1 || exit 1
start() {
    $AS "$BIN/postgres" -D data -c listen_addresses= -c unix_socket_directories="$FOLDER" -c max_connections=100 \
        -c fsync=off -c shared_buffers=32MB </dev/null >>log 2>&1 &
    server=$!
    until "$BIN/pg_isready" -q -h "$FOLDER"; do
        kill -0 "$server" || exit 1
        sleep 0.05
    done
    echo ready
}
start
while read -r _; do
    kill -QUIT "$server"
    wait "$server"
    start
done
kill -QUIT "$server"
wait "$server"
cd /
rm -rf "$FOLDER"
"#;

/// It.
struct OwnServer {
    folder: PathBuf,
    shell: Child,
    asks: Option<ChildStdin>,
    says: BufReader<ChildStdout>,
}

impl OwnServer {
    fn start() -> Option<OwnServer> {
        // Says aloud where there is none.
        server()?;
        let folder = tempfile::Builder::new().prefix("wiredesk-pg-").tempdir().unwrap().keep();
        let (user, run_as) = run_as();
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let env: [(&str, OsString); 3] =
            [("FOLDER", folder.clone().into()), ("BIN", programs()?.into()), ("AS", run_as.into())];
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT])
            .envs(env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let (asks, says) = (shell.stdin.take(), BufReader::new(shell.stdout.take().unwrap()));
        let mut server = OwnServer { folder, shell, asks, says };
        server.is_ready();
        Some(server)
    }

    fn is_ready(&mut self) {
        let mut line = String::new();
        self.says.read_line(&mut line).unwrap();
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        assert_eq!(line, "ready\n", "PostgreSQL does not start:\n{log}");
    }

    /// Ends it as `pg_ctl stop -m immediate` does, and starts it again.
    fn end_at_once(&mut self) {
        tokio::task::block_in_place(|| {
            writeln!(self.asks.as_mut().unwrap()).unwrap();
            self.is_ready();
        });
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.asks = None;
        let _ = self.shell.wait();
    }
}

/// New entries by source that a daemon's log says were stored.
fn acknowledged(log: &str) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for line in log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
        let (Some(id), Some(outcome)) = (line["source.id"].as_str(), line["outcome"].as_str()) else { continue };
        let new = outcome.split(", ").find_map(|part| part.strip_suffix(" new")?.parse::<u64>().ok());
        *all.entry(id.to_owned()).or_default() += new.unwrap_or_default();
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_at_once_and_comes_back_costs_a_minute_and_nothing_else_r22() {
    let Some(mut server) = OwnServer::start() else { return };
    let place = Place { folder: server.folder.clone(), database: "postgres".to_owned(), _kept: None };
    let url = place.url(&server.folder);
    let address = ServerAddress::read(&url).unwrap();
    prepare(&Location::Postgres(Box::new(address)), SystemClock::new().now()).await.unwrap();
    let mut cluster = Cluster::open(place, &url, &[("one", 0), ("two", 0)]).await;
    cluster.start();
    cluster.wire.more(10).await;
    let clock = SystemClock::new();
    for _ in 0..if is_long() { 10 } else { 3 } {
        cluster.wire.more(20).await;
        cluster.look(None);
        server.end_at_once();
        let began = clock.elapsed();
        cluster.client = cluster.place.client().await.expect("it is back");
        let before = cluster.number("SELECT count(*) FROM entry").await;
        tokio::join!(cluster.asks(0), cluster.asks(1));
        for member in &mut cluster.members {
            member.running().until("/readyz", |got| got.status == 200);
        }
        while cluster.number("SELECT count(*) FROM entry").await == before {
            cluster.wire.more(1).await;
        }
        let took = clock.elapsed() - began;
        eprintln!("normal again after {} ms", took.as_millis());
        assert!(took < Duration::from_secs(60), "normal again after {took:?}");
    }
    cluster.settle().await;
    cluster.judge().await;
    let stored =
        cluster.counts("SELECT o.id, count(*) FROM entry e JOIN source o ON o.no = e.source_no GROUP BY 1").await;
    let mut told = BTreeMap::<String, u64>::new();
    for member in &cluster.members {
        for (id, new) in acknowledged(&member.log()) {
            *told.entry(id).or_default() += new;
        }
    }
    assert!(told.values().sum::<u64>() > 0);
    for (id, told) in told {
        let stored = stored.get(&id).copied().unwrap_or_default();
        assert!(told <= stored, "{id}: {told} entries were said to be stored, and {stored} are");
    }
}
