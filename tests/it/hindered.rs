//! Daemons whose store on a server is away, or in somebody's hands.

use std::os::unix::fs::symlink;

use crate::database::{at_once, prepared};
use crate::desk::{Desk, EVERYTHING, Running, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;
use crate::server::{TestDatabase, server};

/// A database with the tables of a store; `None` where there is no server.
fn database() -> Option<TestDatabase> {
    Some(at_once(prepared(server()?)))
}

async fn origin() -> Origin {
    let origin = Origin::start().await;
    origin.set("/news", Reply::ok(rss("news", 1..=2)));
    origin
}

fn desk(database: &TestDatabase, origin: &Origin) -> Desk {
    Desk::on(&database.url(), &(source("news", origin.url("/news").as_str()) + EVERYTHING))
}

fn until_it_holds(running: &mut Running, text: &str) {
    running.until("/feeds/all.atom", |got| got.status == 200 && got.text().contains(text));
}

/// A desk whose way to its server can be taken away, and the link that is that way.
fn desk_by_a_way(database: &TestDatabase, origin: &Origin) -> Option<(Desk, tempfile::TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    symlink(server()?.folder.join(".s.PGSQL.5432"), folder.path().join(".s.PGSQL.5432")).unwrap();
    let url = format!("postgres://wiredesk@/{}?host={}", database.name, folder.path().display());
    Some((Desk::on(&url, &(source("news", origin.url("/news").as_str()) + EVERYTHING)), folder))
}

/// R92: SIGTERM ends a daemon whose server is away, which is said.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_whose_server_is_away_ends_when_it_is_told_to_r92() {
    let Some(database) = database() else { return };
    let origin = origin().await;
    let Some((desk, folder)) = desk_by_a_way(&database, &origin) else { return };
    let mut running = desk.start();
    until_it_holds(&mut running, "news 2");
    std::fs::remove_file(folder.path().join(".s.PGSQL.5432")).unwrap();
    let out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.client().await.batch_execute(out).await.unwrap();
    running.wait_for("the store's server is away");
    running.signal("TERM");
    // By its own time limits: whoever waits out the store's 30 s is told by the store why it failed.
    running.wait_for("the store does not answer: claims could not be given back");
    assert_eq!(running.end(), Some(0));
    let log = running.log();
    let after = log.split("a second signal stops at once").last().unwrap();
    assert!(!after.contains("no source can be claimed"), "it waited for a claim: {log}");
}

/// R88, R98: while nothing can be claimed a daemon is not ready, whatever else the store takes,
/// and says when it can.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_cannot_claim_is_not_ready_until_it_can_r88_r98() {
    let Some(database) = database() else { return };
    let origin = origin().await;
    let desk = desk(&database, &origin);
    let mut running = desk.start();
    until_it_holds(&mut running, "news 2");
    let client = database.client().await;
    client.batch_execute("ALTER TABLE turn RENAME TO aside").await.unwrap();
    let got = running.until("/readyz", |got| got.status == 503);
    assert!(got.text().starts_with("no source can be claimed: "), "{}", got.text());
    assert!(running.log().contains("no source can be claimed; polls wait"), "{}", running.log());
    assert_eq!(running.get("/readyz", &[]).status, 503, "a test of the store does not end it");
    client.batch_execute("ALTER TABLE aside RENAME TO turn").await.unwrap();
    running.wait_for("sources can be claimed again");
    running.until("/readyz", |got| got.status == 200);
}

/// R91: whoever keeps a daemon waiting is named in its log.
#[tokio::test(flavor = "multi_thread")]
async fn who_holds_a_lock_that_is_waited_for_is_told_r91() {
    let Some(database) = database() else { return };
    let origin = origin().await;
    let desk = desk(&database, &origin);
    let mut running = desk.start();
    until_it_holds(&mut running, "news 2");
    let holder = database.client().await;
    let locks = "SET application_name = 'somebody by hand'; BEGIN; LOCK TABLE node IN EXCLUSIVE MODE";
    holder.batch_execute(locks).await.unwrap();
    let line = running.wait_for("the store waits for a lock");
    let pid: i32 = holder.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0);
    let named = format!("process {pid} of user \\\"wiredesk\\\" (somebody by hand)");
    assert!(line.contains(&named), "{line}");
    holder.batch_execute("ROLLBACK").await.unwrap();
}
