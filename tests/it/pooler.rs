//! A desk whose store is reached through PgBouncer, which gives each transaction another
//! connection (`pool_mode = transaction`).

use std::fs;
use std::os::unix::fs::chown;
use std::process::{Child, Command, Stdio};

use crate::database::{at_once, prepared};
use crate::desk::{Desk, EVERYTHING, is_there, rss, source};
use crate::origin::Origin;
use crate::reply::Reply;
use crate::server::{TestServer, server, unprivileged};

/// A pooler in front of a server, in a folder of its own.
pub struct Pooler {
    folder: tempfile::TempDir,
    program: Child,
}

impl Pooler {
    /// Of so many connections to each database.
    pub fn start(server: &TestServer, connections: usize) -> Pooler {
        let folder = tempfile::Builder::new().prefix("wiredesk-pool-").tempdir().unwrap();
        let settings = format!(
            "[databases]\n* = host={} user=wiredesk\n\n[pgbouncer]\nunix_socket_dir = {}\nlisten_addr =\n\
             listen_port = 6432\nauth_type = any\npool_mode = transaction\ndefault_pool_size = {connections}\n",
            server.folder.display(),
            folder.path().display()
        );
        let file = folder.path().join("pgbouncer.ini");
        fs::write(&file, settings).unwrap();
        // It ends with us, should we be killed.
        let mut command = Command::new("setpriv");
        if let Some((user, group)) = unprivileged() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
            command.args(["--reuid", &user.to_string(), "--regid", &group.to_string(), "--clear-groups"]);
        }
        command.args(["--pdeathsig", "KILL", "--", "pgbouncer", "--quiet"]).arg(&file);
        let program = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Pooler { folder, program }
    }

    /// What `store.url` says of a database of its server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://wiredesk@/{database}?host={}&port=6432", self.folder.path().display())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_works_through_a_pooler_that_keeps_no_sessions_o51() {
    let Some(server) = server() else { return };
    if !is_there("pgbouncer") {
        return;
    }
    let database = at_once(prepared(server));
    // Fewer than a daemon asks for, and shared with commands.
    let pooler = Pooler::start(server, 3);
    let origin = Origin::start().await;
    origin.set("/news", Reply::ok(rss("news", 1..=8)));
    let desk = Desk::on(&pooler.url(&database.name), &(source("news", origin.url("/news").as_str()) + EVERYTHING));
    desk.edit(|text| text.replace("[store]\n", &format!("[store]\nlisten_url = \"{}\"\n", database.url())));
    // A pooler that is not there yet is waited for, too.
    let mut running = desk.start();
    running.until("/feeds/all.atom", |got| got.text().contains("news 8"));
    for newest in 9..=12 {
        origin.set("/news", Reply::ok(rss("news", 1..=newest)));
        assert!(desk.runs(&["poll", "news"]).out.contains("1 new"));
        running.until("/feeds/all.atom", |got| got.text().contains(&format!("news {newest}")));
    }
    desk.runs(&["search", "\"copy\""]);
    assert!(desk.runs(&["verify"]).out.contains("sound"));
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
    assert!(!running.log().contains("\"level\":\"ERROR\""), "{}", running.log());
    assert!(!running.log().contains(POOLED), "the server itself is named");
}

const POOLED: &str = "a pooler stands between wiredesk and the store's server";

/// O157: a pooler through which nothing is heard is told, by a daemon and by a dry run.
#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_between_a_desk_and_its_server_is_told_o157() {
    let Some(server) = server() else { return };
    if !is_there("pgbouncer") {
        return;
    }
    let database = at_once(prepared(server));
    let pooler = Pooler::start(server, 3);
    let origin = Origin::start().await;
    origin.set("/news", Reply::ok(rss("news", 1..=2)));
    let desk = Desk::on(&pooler.url(&database.name), &(source("news", origin.url("/news").as_str()) + EVERYTHING));
    // It waits until the pooler is there.
    let mut running = desk.start();
    assert!(running.log().contains(POOLED), "{}", running.log());
    let checked = desk.run(&["check", "--network"]);
    assert!(checked.out.contains("the store's server can be used") && checked.err.contains(POOLED), "{checked:?}");
    desk.edit(|text| text.replace("[store]\n", &format!("[store]\nlisten_url = \"{}\"\n", database.url())));
    let checked = desk.run(&["check", "--network"]);
    assert!(checked.out.contains("the store's server can be used") && !checked.err.contains(POOLED), "{checked:?}");
    running.signal("TERM");
    assert_eq!(running.end(), Some(0));
}
