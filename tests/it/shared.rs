//! Daemons and commands whose store lies on a server, which several of them share.

use std::collections::BTreeSet;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

use wiredesk::clock::{Clock, SystemClock, Timestamp};

use crate::database::{at_once, prepared};
use crate::desk::{Desk, EVERYTHING, Got, Running, quiet, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;
use crate::server::{TestDatabase, server};
use crate::shim;

const SECOND: Duration = Duration::from_secs(1);

/// A database with the tables of a store; `None` where there is no server.
fn database() -> Option<TestDatabase> {
    Some(at_once(prepared(server()?)))
}

/// A desk called `id` on `database` that polls `origin`.
fn desk(database: &TestDatabase, id: &str, origin: &Origin) -> Desk {
    let desk = Desk::on(&database.url(), &(source("news", origin.url("/news").as_str()) + EVERYTHING));
    name(&desk, &format!("id = \"{id}\""));
    desk
}

/// All duties, as the page of sources lists them.
const DUTIES: &str = "index, reading, rematch, upkeep";

fn name(desk: &Desk, keys: &str) {
    desk.edit(|text| format!("[node]\n{keys}\n\n{text}"));
}

async fn origin(entries: u64) -> Origin {
    let origin = Origin::start().await;
    origin.set("/news", Reply::ok(rss("news", 1..=entries)));
    origin
}

fn holds(running: &mut Running, text: &str) -> Got {
    // A document has no date before the second in which it changed is over.
    let is_dated = |got: &Got| got.header("last-modified").is_some();
    running.until("/feeds/all.atom", |got| got.status == 200 && got.text().contains(text) && is_dated(got))
}

/// Two daemons that serve the same, of which the first has all duties.
fn one_with_duties_and_another(database: &TestDatabase, origin: &Origin) -> [(Desk, Running); 2] {
    let [one, other] = ["one", "other"].map(|id| desk(database, id, origin));
    let mut first = one.start();
    first.until("/sources", |got| got.text().contains(DUTIES));
    holds(&mut first, "news 2");
    let mut second = other.start();
    holds(&mut second, "news 2");
    [(one, first), (other, second)]
}

/// R3, R7, O50: what one daemon stored another serves with the same bytes, and a daemon that
/// was killed goes on where it was.
#[tokio::test(flavor = "multi_thread")]
async fn two_daemons_of_one_database_serve_the_same_bytes_o50() {
    let Some(database) = database() else { return };
    let origin = origin(12).await;
    let [one, other] = ["one", "other"].map(|id| desk(&database, id, &origin));
    let mut first = one.start();
    holds(&mut first, "news 12");
    let mut second = other.start();
    let (a, b) = (holds(&mut first, "news 12"), holds(&mut second, "news 12"));
    let seen = |got: &Got| (got.header("etag"), got.header("last-modified"), got.text());
    assert_eq!(seen(&a), seen(&b));
    assert_eq!(origin.requests_for("/news").len(), 1, "the source was not due for the second one");
    // Both are listed, in words, as JSON, and on the page.
    let told = one.runs(&["status"]).out;
    assert!(told.contains("NODE") && told.contains("one ") && told.contains("other "), "{told}");
    let told = other.runs(&["--json", "status"]).json().remove(0);
    let nodes: Vec<_> = told["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert!(nodes.starts_with(&["one", "other"]), "{told}");
    let page = first.get("/sources", &[]).text();
    assert!(page.contains("other"), "{page}");
    // A poll by hand reaches both.
    origin.set("/news", Reply::ok(rss("news", 1..=13)));
    one.runs(&["poll", "news"]);
    let (a, b) = (holds(&mut first, "news 13"), holds(&mut second, "news 13"));
    assert_eq!(seen(&a), seen(&b));
    // Killed and started again, it neither asks anew nor serves anything else.
    first.signal("KILL");
    first.end();
    let mut again = one.start();
    let c = holds(&mut again, "news 13");
    assert_eq!(seen(&c), seen(&b));
    assert_eq!(origin.requests_for("/news").len(), 2);
}

/// Every command works on a server as it does on a file.
#[tokio::test(flavor = "multi_thread")]
async fn commands_work_on_a_server_o46() {
    let Some(database) = database() else { return };
    let origin = origin(3).await;
    let desk = desk(&database, "one", &origin);
    desk.runs(&["check"]);
    let polled = desk.runs(&["poll"]);
    assert!(polled.out.contains("3 new"), "{polled:?}");
    assert!(desk.runs(&["explain", "all", "1"]).out.contains("all"));
    assert!(desk.runs(&["search", "\"copy\""]).out.contains("news 3"));
    desk.runs(&["backtest", "all"]);
    desk.runs(&["rematch", "all"]);
    assert!(desk.runs(&["verify"]).out.contains("sound"));
    assert!(desk.runs(&["fetch", origin.url("/news").as_str()]).out.contains("news 1"));
    desk.runs(&["store", "reindex"]);
    assert!(desk.runs(&["search", "\"copy\""]).out.contains("news 3"));
    desk.runs(&["export"]);
    let told = desk.run(&["backup", "copy.db"]);
    assert!(told.code == Some(1) && told.err.contains("pg_dump"), "{told:?}");
    let told = desk.run(&["store", "compact"]);
    assert!(told.code == Some(1) && told.err.contains("for a store in a file"), "{told:?}");
}

/// O47: one name is one daemon's, until that has ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_in_use_is_refused_until_its_process_has_ended_o47() {
    let Some(database) = database() else { return };
    let origin = origin(1).await;
    let [one, other] = ["desk-1", "desk-1"].map(|id| desk(&database, id, &origin));
    let mut first = one.start();
    holds(&mut first, "news 1");
    let refused = other.run(&["run"]);
    let said = format!("node \"desk-1\" is at work on host {} (process {}", host(), first.pid());
    assert!(refused.code == Some(2) && refused.err.contains(&said), "{refused:?}");
    assert!(refused.err.contains("ago); give this one another [node] id"), "{refused:?}");
    first.signal("KILL");
    first.end();
    let mut second = other.start();
    holds(&mut second, "news 1");
    // One on a machine that nobody here can look at is waited for.
    let elsewhere = "UPDATE node SET process = 'elsewhere/1:77:5', host = 'host-b', left_at = NULL, \
                     beat_at = beat_at + 3600000 WHERE id = 'desk-1'";
    second.signal("TERM");
    assert_eq!(second.end(), Some(0));
    database.client().await.batch_execute(elsewhere).await.unwrap();
    let mut waiting = one.begin_with(|_| ());
    let line = waiting.wait_for("is at work on host host-b (process 77");
    assert!(line.contains("or it has ended, which is known once it was silent for 90 s"), "{line}");
    database.client().await.batch_execute("UPDATE node SET beat_at = 0").await.unwrap();
    waiting.wait_for("wiredesk is running");
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim().to_owned()
}

/// O50: a daemon without a name makes one, once, and keeps it beside its configuration.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_keeps_the_name_that_it_made_o50() {
    let Some(database) = database() else { return };
    let origin = origin(1).await;
    let desk = Desk::on(&database.url(), &(source("news", origin.url("/news").as_str()) + EVERYTHING));
    let mut names = BTreeSet::new();
    for _ in 0..2 {
        let mut running = desk.start_with(|command| {
            command.env_remove("STATE_DIRECTORY");
        });
        names.insert(std::fs::read_to_string(desk.path(".wiredesk-node")).unwrap());
        running.signal("TERM");
        assert_eq!(running.end(), Some(0));
    }
    assert_eq!(names.len(), 1, "{names:?}");
    let told = desk.runs(&["--json", "status"]).json().remove(0);
    let name = names.pop_first().unwrap();
    assert_eq!(told["nodes"][0]["id"].as_str(), Some(name.trim()), "{told}");
    assert!(!told["nodes"][0]["left_at"].is_null(), "it said goodbye: {told}");
}

/// O48: nodes of different roles do the work of one desk together.
#[tokio::test(flavor = "multi_thread")]
async fn roles_are_shared_out_among_nodes_o48() {
    let Some(database) = database() else { return };
    let origin = origin(2).await;
    let [front, back] = ["front", "back"].map(|id| {
        let desk = Desk::on(&database.url(), &(source("news", origin.url("/news").as_str()) + EVERYTHING));
        let roles = if id == "front" { "[\"publish\"]" } else { "[\"poll\"]" };
        name(&desk, &format!("id = \"{id}\"\nroles = {roles}"));
        desk
    });
    let mut front = (front.start(), front);
    let told = front.1.runs(&["status"]).out;
    assert!(told.contains("no node at work polls") && told.contains("no node at work does background work"), "{told}");
    assert_eq!(front.0.get("/readyz", &[]).status, 200);
    assert_eq!(origin.requests_for("/news").len(), 0);
    let polling = back.start();
    holds(&mut front.0, "news 2");
    let told = front.1.runs(&["status"]).out;
    assert!(!told.contains("no node at work polls") && told.contains("no node at work does background"), "{told}");
    let ready = polling.get("/readyz", &[]);
    assert_eq!((ready.status, ready.text().trim()), (200, "ready (roles: poll)"));
    // One that does not publish keeps no documents: it serves none, rather than old ones (O125).
    let refused = polling.get("/feeds/all.atom", &[]);
    assert!(refused.status == 503 && refused.text().contains("this node does not publish"), "{}", refused.text());
    assert_eq!(polling.get("/feeds/all", &[]).status, 200, "pages are read from the store");
}

/// O126: nodes that were configured differently date documents alike once they are not.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_differ_no_longer_have_one_date_for_a_document_o126() {
    let Some(database) = database() else { return };
    let origin = origin(2).await;
    let [one, other] = ["one", "other"].map(|id| desk(&database, id, &origin));
    let mut first = one.start();
    holds(&mut first, "news 2");
    other.edit(|text| text.replace("https://desk.example", "https://other.example"));
    let mut second = other.start();
    let seen = |got: &Got| (got.header("etag"), got.header("last-modified"));
    assert_ne!(seen(&holds(&mut second, "news 2")).0, seen(&holds(&mut first, "news 2")).0);
    assert!(one.runs(&["status"]).out.contains("configured with different feeds"));
    other.edit(|text| text.replace("https://other.example", "https://desk.example"));
    second.until("/feeds/all.atom", |got| got.text().contains("https://desk.example"));
    first.until("/feeds/all.atom", |got| {
        got.header("last-modified").is_some() && seen(got) == seen(&second.get("/feeds/all.atom", &[]))
    });
}

/// O120, O121: a node that has an old file, or is started with one, takes nothing back from the
/// others, and a rollback one by one is put in force by the last.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_an_earlier_configuration_retires_nothing_o120_o121() {
    let Some(database) = database() else { return };
    let origin = origin(2).await;
    origin.set("/more", Reply::ok(rss("more", 1..=2)));
    let [one, other] = ["one", "other"].map(|id| desk(&database, id, &origin));
    let client = database.client().await;
    let active = async || {
        let count = "SELECT count(*) FROM schedule WHERE active";
        client.query_one(count, &[]).await.unwrap().get::<_, i64>(0)
    };
    const NEWER: &str = "other nodes have a newer configuration";
    let mut second = other.start();
    holds(&mut second, "news 2");
    let more = source("more", origin.url("/more").as_str());
    one.edit(|text| text + &more);
    let mut first = one.start();
    holds(&mut first, "more 2");
    second.wait_for(NEWER);
    let ready = second.until("/readyz", |got| got.text().contains("earlier"));
    assert_eq!((ready.status, ready.text().trim()), (200, "ready, but with an earlier configuration than one"));
    assert!(second.get("/", &[]).text().contains("configuration is not in force"));
    second.signal("TERM");
    assert_eq!(second.end(), Some(0));
    let mut second = other.start();
    assert!(second.log().contains(NEWER) && !second.log().contains("configuration in force"), "{}", second.log());
    assert_eq!(active().await, 2);
    assert!(one.runs(&["status"]).out.contains("node other has an earlier configuration than one"));
    // Nor does a command, whatever it is to poll (O122).
    for args in [&["poll", "news"][..], &["poll", "--all"], &["poll"]] {
        other.run(args);
        assert_eq!(active().await, 2, "{args:?}");
    }
    // The first node takes the earlier one over, and so it is in force everywhere.
    one.edit(|text| text.replace(&more, ""));
    first.wait_for("configuration in force");
    second.wait_for("this node's configuration is in force again");
    assert_eq!(active().await, 1);
    second.until("/readyz", |got| got.text().trim() == "ready");
}

/// O155: a node that is behind polls no source at the URL that it had.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_behind_polls_no_source_at_its_former_url_o155() {
    let Some(database) = database() else { return };
    let origin = origin(2).await;
    origin.set("/moved", Reply::ok(rss("moved", 1..=2)));
    let [one, other] = ["one", "other"].map(|id| desk(&database, id, &origin));
    let mut behind = other.start();
    holds(&mut behind, "news 2");
    one.edit(|text| text.replace("/news\"", "/moved\""));
    let mut first = one.start();
    behind.wait_for("other nodes have a newer configuration");
    let client = database.client().await;
    let due = "UPDATE schedule SET next_poll_at = 0";
    client.batch_execute(due).await.unwrap();
    holds(&mut first, "moved 2");
    // From here on there is nobody else to poll it.
    first.signal("TERM");
    assert_eq!(first.end(), Some(0));
    let asked = origin.requests().len();
    client.batch_execute(due).await.unwrap();
    behind.until("/sources/news", |got| got.text().contains("left it to another"));
    assert_eq!(origin.requests().len(), asked);
    let first = one.start();
    origin.wait_for(asked + 1).await;
    assert_eq!(first.get("/readyz", &[]).status, 200);
}

/// O49: a duty has one owner at a time, and another once that one holds it no more.
#[tokio::test(flavor = "multi_thread")]
async fn duties_have_one_owner_who_is_followed_o49() {
    let Some(database) = database() else { return };
    let origin = origin(2).await;
    let [(_one, first), (_other, mut second)] = one_with_duties_and_another(&database, &origin);
    let client = database.client().await;
    let owners = "SELECT count(*) FROM duty WHERE holder LIKE 'one %'";
    assert_eq!(client.query_one(owners, &[]).await.unwrap().get::<_, i64>(0), 4);
    // A death on another machine is not seen: what it held lapses.
    first.signal("STOP");
    client.batch_execute("UPDATE duty SET until_at = 0").await.unwrap();
    second.until("/sources", |got| got.text().contains(DUTIES));
    assert_eq!(client.query_one(owners, &[]).await.unwrap().get::<_, i64>(0), 0);
}

/// O49: a filter that changes is applied by one node, and the other hears when it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_filter_is_applied_by_the_node_whose_duty_it_is_o49() {
    let Some(database) = database() else { return };
    let origin = origin(2).await;
    let [(one, mut first), (other, mut second)] = one_with_duties_and_another(&database, &origin);
    let filtered = |text: String| text.replace("id = \"all\"", "id = \"all\"\nmatch = 'title:nowhere'");
    other.edit(filtered);
    second.wait_for("configuration in force");
    one.edit(filtered);
    for running in [&mut first, &mut second] {
        running.until("/feeds/all.atom", |got| !got.text().contains("news 2"));
    }
    // Whose duty it is: as long as one has not reloaded, it may be the other's.
    let applied = |running: &Running| running.log().contains("a changed filter was applied");
    let (owner, other) = if applied(&first) { (first, second) } else { (second, first) };
    let mut both = [owner, other];
    both[1].wait_for("changed filters were applied to stored entries by another process");
    assert!(both[0].log().contains("+0 −2") && !applied(&both[1]), "{}", both[1].log());
}

/// O146: stored copy is read anew by the node whose duty it is, and the other serves it.
#[tokio::test(flavor = "multi_thread")]
async fn copy_is_read_anew_by_the_node_whose_duty_it_is_o146() {
    let Some(database) = database() else { return };
    let origin = origin(2).await;
    let [(one, mut first), (other, mut second)] = one_with_duties_and_another(&database, &origin);
    let carried = |text: String| text.replace("id = \"news\"", "id = \"news\"\nwire = \"PR Newswire\"");
    other.edit(carried);
    second.wait_for("configuration in force");
    one.edit(carried);
    for running in [&mut first, &mut second] {
        running.until("/feeds/all.atom", |got| got.text().matches("term=\"PR Newswire\"").count() == 2);
    }
    let client = database.client().await;
    let read: i64 = client.query_one("SELECT read FROM rereading", &[]).await.unwrap().get(0);
    assert_eq!(read, 2);
    let has_read = |running: &Running| running.log().contains("stored entries were read as wire copy");
    assert!(!(has_read(&first) && has_read(&second)), "{}\n{}", first.log(), second.log());
}

/// O72: a node that does not reload leaves changed filters to one that has the rules in force.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_does_not_reload_gives_up_what_it_cannot_decide_o72() {
    let Some(database) = database() else { return };
    let origin = origin(2).await;
    let [(_one, mut first), (other, mut second)] = one_with_duties_and_another(&database, &origin);
    other.edit(|text| text.replace("id = \"all\"", "id = \"all\"\nmatch = 'title:nowhere'"));
    let line = second.wait_for("a changed filter was applied");
    assert!(line.contains("+0 −2"), "{line}");
    first.until("/feeds/all.atom", |got| !got.text().contains("news 2"));
    second.until("/sources", |got| got.text().contains("duties: reading, rematch"));
    assert!(!first.log().contains("a changed filter was applied"), "{}", first.log());
}

/// O70: nodes that are configured differently are told, once in the log.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_of_different_configurations_are_told_o70() {
    let Some(database) = database() else { return };
    let origin = origin(1).await;
    let [one, other] = ["one", "other"].map(|id| desk(&database, id, &origin));
    let more = |text: String| text + &source("more", origin.url("/more").as_str());
    other.edit(more);
    let mut first = one.start();
    let second = other.start();
    let said = "nodes are configured with different sources (one; other): give all of them the same";
    assert_eq!(second.log().matches(said).count(), 1, "{}", second.log());
    assert!(!first.log().contains("configured with different"), "{}", first.log());
    assert!(one.runs(&["status"]).out.contains(said));
    let told = one.runs(&["--json", "status"]).json().remove(0);
    let behind = "node one has an earlier configuration than other: it retires no source, applies no filter, and polls \
                  only what both have; give all nodes the same";
    assert_eq!(told["node_remarks"], serde_json::json!([said, behind]), "{told}");
    let digests = |nth: usize| &told["nodes"][nth]["configuration"];
    assert_ne!(digests(0)["sources"], digests(1)["sources"], "{told}");
    assert_eq!(digests(0)["feeds"], digests(1)["feeds"], "{told}");
    first.until("/sources", |got| got.text().contains("configured with different sources"));
    // Where a node listens, and what it is called, is its own.
    one.edit(more);
    first.until("/sources", |got| !got.text().contains("configured with different"));
    assert!(!one.runs(&["status"]).out.contains("configured with different"));
}

/// R70: the log says once that the server is away, and once that it is back.
#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_server_is_told_when_it_begins_and_when_it_ends_r70() {
    let (Some(server), Some(database)) = (server(), database()) else { return };
    let origin = origin(2).await;
    // The way to the server, which can be taken away.
    let folder = tempfile::tempdir().unwrap();
    let (socket, way) = (server.folder.join(".s.PGSQL.5432"), folder.path().join(".s.PGSQL.5432"));
    symlink(&socket, &way).unwrap();
    let url = format!("postgres://wiredesk@/{}?host={}", database.name, folder.path().display());
    let desk = Desk::on(&url, &(source("news", origin.url("/news").as_str()) + EVERYTHING));
    let mut running = desk.start();
    holds(&mut running, "news 2");
    std::fs::remove_file(&way).unwrap();
    let out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.client().await.batch_execute(out).await.unwrap();
    let line = running.wait_for("the store's server is away");
    assert!(line.contains(&database.name), "{line}");
    assert_eq!(running.get("/feeds/all.atom", &[]).status, 200);
    running.until("/readyz", |got| got.status == 503 && got.text().contains(" (since "));
    symlink(&socket, &way).unwrap();
    running.wait_for("the store's server can be reached again");
    running.until("/readyz", |got| got.status == 200);
    let log = running.log();
    assert!(["is away", "reached again"].iter().all(|said| log.matches(said).count() == 1), "{log}");
}

/// O71: a password is found as PostgreSQL's own programs find it.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_file_that_is_open_to_others_is_told_o71() {
    let Some(database) = database() else { return };
    let desk = Desk::on(&database.url(), &quiet());
    let file = desk.path("passwords");
    std::fs::write(&file, "*:*:*:*:hunter2\n").unwrap();
    let told = |mode: u32| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let done = desk.command(&["check"]).env("PGPASSFILE", &file).env_remove("PGPASSWORD").output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap()
    };
    let open = told(0o644);
    assert!(open.contains("store.url: the password file") && open.contains("open to others"), "{open}");
    assert!(open.contains("chmod 600") && !open.contains("hunter2"), "{open}");
    assert!(!told(0o600).contains("password file"));
}

/// P29: what is overdue is spread by the first node that polls, whatever nodes of other roles
/// did meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn what_came_due_while_no_node_polled_is_spread_p29() {
    let Some(database) = database() else { return };
    let origin = origin(2).await;
    let [front, back] = ["front", "back"].map(|id| desk(&database, id, &origin));
    back.runs(&["poll"]);
    front.edit(|text| text.replace("[node]", "[node]\nroles = [\"publish\"]"));
    let mut publishing = front.start();
    holds(&mut publishing, "news 2");
    let client = database.client().await;
    client.batch_execute("UPDATE schedule SET next_poll_at = next_poll_at - 36000000").await.unwrap();
    let mut polling = back.begin_with(|_| ());
    polling.wait_for("polls that were due while wiredesk was not running are spread out");
}

/// O47, R7: a daemon that waits for another of its name ends when it is told to.
#[tokio::test(flavor = "multi_thread")]
async fn one_who_waits_for_another_of_its_name_ends_at_a_signal_o47() {
    let Some(database) = database() else { return };
    let origin = origin(1).await;
    let desk = desk(&database, "desk-1", &origin);
    let at = SystemClock::new().now().millis();
    let elsewhere = format!(
        "INSERT INTO node (id, generation, kind, process, host, joined_at, beat_at)
         VALUES ('desk-1', nextval('generation'), 0, 'elsewhere/1:77:5', 'host-b', {at}, {at})"
    );
    database.client().await.batch_execute(&elsewhere).await.unwrap();
    let mut waiting = desk.begin_with(|_| ());
    waiting.wait_for("is at work on host host-b (process 77");
    waiting.signal("TERM");
    assert_eq!(waiting.end(), Some(0));
    assert!(waiting.log().contains("wiredesk has stopped"), "{}", waiting.log());
}

/// O43: daemons whose clocks are five minutes fast and slow poll, date and list by the
/// server's.
#[tokio::test(flavor = "multi_thread")]
async fn daemons_whose_clocks_are_ten_minutes_apart_go_by_the_servers_o43() {
    let Some(database) = database() else { return };
    if shim::library().is_none() {
        return;
    }
    let origin = origin(3).await;
    let [fast, slow] = ["fast", "slow"].map(|id| desk(&database, id, &origin));
    let before = SystemClock::new().now();
    let mut first = fast.start_with(|command| shim::set_ahead(command, 300));
    let a = holds(&mut first, "news 3");
    let mut second = slow.start_with(|command| shim::set_ahead(command, -300));
    let b = holds(&mut second, "news 3");
    assert_eq!((a.header("etag"), a.text()), (b.header("etag"), b.text()));
    let after = SystemClock::new().now();
    let is_between = |at: Timestamp| before.minus(SECOND) <= at && at <= after.plus(SECOND);
    let feed = feed_rs::parser::parse(&a.body[..]).unwrap();
    let dated = feed.entries.iter().map(|entry| entry.updated.unwrap().timestamp_millis());
    for at in dated.map(Timestamp::from_millis) {
        assert!(is_between(at), "{at} is not between {before} and {after}");
    }
    assert_eq!(origin.requests_for("/news").len(), 1);
    // A command on a machine that is right says the same as both.
    let told = fast.runs(&["--json", "status"]).json().remove(0);
    for node in told["nodes"].as_array().unwrap() {
        let beat = Timestamp::from_rfc3339(node["beat_at"].as_str().unwrap()).unwrap();
        assert!(node["state"] == "at-work" && is_between(beat), "{told}");
    }
    let next = Timestamp::from_rfc3339(told["sources"][0]["next_poll_at"].as_str().unwrap()).unwrap();
    let wait = next.since(before).as_secs();
    assert!((14 * 60..90 * 60).contains(&wait), "{told}");
    assert!(!first.log().contains("the clock was set") && !second.log().contains("the clock was set"));
}
