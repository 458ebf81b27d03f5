//! The server of a test run goes with it, however it ends.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use wiredesk::clock::Timestamp;
use wiredesk::store::{Location, SCHEMA, ServerAddress, prepare};

use crate::server::server;

/// Set for a run of this binary that is to be killed.
const TO_BE_KILLED: &str = "WIREDESK_TEST_TO_BE_KILLED";

/// Where it says where its server is.
const SAYS: &str = "the server of this run is in ";

/// Waits for its killer, and passes at once where there is none.
#[tokio::test]
async fn runs_with_a_server_until_it_is_killed() {
    if std::env::var_os(TO_BE_KILLED).is_none() {
        return;
    }
    let server = server().expect("a server");
    let database = server.empty().await;
    database.client().await.batch_execute("CREATE TABLE a (b int)").await.unwrap();
    writeln!(std::io::stdout(), "{SAYS}{}", server.folder.display()).unwrap();
    std::future::pending::<()>().await;
}

#[test]
fn the_server_and_its_folder_go_with_a_run_that_is_killed() {
    if server().is_none() {
        return;
    }
    let mut run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "server_ends::runs_with_a_server_until_it_is_killed", "--nocapture"])
        .env(TO_BE_KILLED, "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(run.stdout.take().unwrap()).lines();
    let said = lines.map_while(Result::ok).find_map(|line| line.split_once(SAYS).map(|(_, folder)| folder.to_owned()));
    let folder = PathBuf::from(said.expect("the run says where its server is"));
    let server: u32 = std::fs::read_to_string(folder.join("data/postmaster.pid"))
        .unwrap()
        .lines()
        .next()
        .and_then(|line| line.parse().ok())
        .expect("the server's number");
    run.kill().unwrap();
    run.wait().unwrap();
    // The folder goes last.
    for _ in 0..600 {
        if !folder.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!folder.exists(), "{} is left", folder.display());
    let name = std::fs::read_to_string(format!("/proc/{server}/comm")).unwrap_or_default();
    assert_ne!(name.trim(), "postgres", "its process {server} is left");
}

#[tokio::test]
async fn a_store_is_prepared_where_its_url_says() {
    let Some(server) = server() else { return };
    let now = Timestamp::from_millis(1_796_000_000_000);
    let database = server.empty().await;
    let at = Location::Postgres(Box::new(ServerAddress::read(&database.url()).unwrap()));
    prepare(&at, now).await.unwrap();
    let copy = server.copy(&database).await;
    let newest = copy.client().await.query_one("SELECT max(number) FROM migration", &[]).await.unwrap();
    assert_eq!(newest.get::<_, i64>(0), i64::from(SCHEMA));
}
