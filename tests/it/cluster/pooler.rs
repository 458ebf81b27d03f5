//! PgBouncer between daemons and their server, a connection for each transaction (R61).

use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{Cluster, Place};
use crate::server::run_as;

/// As a server of a test's own: it goes with the test, however that ends.
const SCRIPT: &str = r#"
cd "$FOLDER" || exit 1
$AS "$POOLER" -q "$FOLDER/ini" </dev/null >out 2>&1 &
pooler=$!
until [ -S "$FOLDER/.s.PGSQL.5432" ]; do
    kill -0 "$pooler" || exit 1
    sleep 0.05
done
echo ready
read -r _
kill -TERM "$pooler"
wait "$pooler"
cd /
rm -rf "$FOLDER"
"#;

/// Fewer connections to the server than one daemon has to it.
const CONNECTIONS: usize = 6;

/// A running pooler.
struct Pooler {
    folder: PathBuf,
    shell: Child,
}

/// Where PgBouncer is; says aloud when it is nowhere.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = folders.map(|folder| folder.join("pgbouncer")).find(|program| program.exists());
    if found.is_none() {
        let needed = std::env::var_os("WIREDESK_NEEDS_POSTGRES").is_some();
        assert!(!needed, "no PgBouncer is installed, and WIREDESK_NEEDS_POSTGRES is set");
        eprintln!("SKIPPED: no PgBouncer is installed (Debian: apt-get install pgbouncer)");
    }
    found
}

impl Pooler {
    /// Before the server whose socket is in `to`.
    fn start(program: &Path, to: &Path) -> Pooler {
        let folder = tempfile::Builder::new().prefix("wiredesk-pooler-").tempdir().unwrap().keep();
        let at = folder.display();
        let ini = format!(
            "[databases]\n* = host={} port=5432\n[pgbouncer]\nlisten_addr =\nlisten_port = 5432\nunix_socket_dir = {at}\n\
             unix_socket_mode = 0777\nauth_type = trust\nauth_file = {at}/users\npool_mode = transaction\n\
             default_pool_size = {CONNECTIONS}\nmax_client_conn = 200\nlogfile = {at}/log\n",
            to.display()
        );
        std::fs::write(folder.join("ini"), ini).unwrap();
        std::fs::write(folder.join("users"), "\"wiredesk\" \"\"\n").unwrap();
        let (user, run_as) = run_as();
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT])
            .env("FOLDER", &folder)
            .env("POOLER", program)
            .env("AS", run_as.replace("QUIT", "TERM"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let log = ["log", "out"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap_or_default());
        assert_eq!(line, "ready\n", "PgBouncer does not start:\n{}", log.join("\n"));
        Pooler { folder, shell }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.shell.stdin = None;
        let _ = self.shell.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn daemons_work_through_a_pooler_of_transactions_r61() {
    let Some(place) = Place::shared().await else { return };
    let Some(program) = program() else { return };
    let pooler = Pooler::start(&program, &place.folder);
    let mut cluster = Cluster::open(place, &pooler.folder, &[("one", 0), ("two", 0)]).await;
    cluster.start();
    tokio::join!(cluster.asks(0), cluster.asks(1));
    for _ in 0..4 {
        cluster.wire.more(40).await;
        cluster.look(None);
    }
    let told = cluster.members[0].desk.runs(&["status"]).out;
    assert!(told.contains("one ") && told.contains("two "), "{told}");
    // They did not go around it.
    let direct = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let many = cluster.number(direct).await;
    assert!((1..=CONNECTIONS as i64 + 1).contains(&many), "{many} connections");
    // One that is killed is followed as it is without a pooler.
    cluster.members[1].kill();
    cluster.wire.more(20).await;
    cluster.start_one(1);
    cluster.asks(1).await;
    cluster.settle().await;
    cluster.judge().await;
    assert_eq!(cluster.errors(), Vec::<String>::new());
}
