//! Daemons on one PostgreSQL server, while they, the server and the lines between them fail
//! (R21, R22, R60, R61).
//!
//! Sources are due again as soon as they were polled: a test sets their due times back, and
//! the store's own tables write down when that was, and every claim and start (`witness.rs`).
//! A short form runs with every run; half an hour of it, with real pauses:
//!
//! ```sh
//! WIREDESK_LONG=1 cargo test --test it cluster -- --nocapture --test-threads=1
//! ```
//!
//! `WIREDESK_MINUTES=15` beside it makes it shorter.

mod cuts;
mod judge;
mod nodes;
mod pooler;
mod proxy;
mod rates;
mod restarts;
mod seen;
mod wire;
mod witness;

use std::path::PathBuf;

use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, NoTls};

use crate::database::prepared;
use crate::desk::{Desk, EVERYTHING, Running, source};
use crate::server::{TestDatabase, server};
use crate::shim;
use seen::Seen;
use wire::Wire;

/// Whether the long form is asked for.
fn is_long() -> bool {
    std::env::var_os("WIREDESK_LONG").is_some()
}

/// Where a store is.
pub struct Place {
    /// The folder of the server's socket.
    pub folder: PathBuf,
    /// The name of its database.
    pub database: String,
    /// Its database lasts as long.
    _kept: Option<TestDatabase>,
}

impl Place {
    /// A database of the server of this run; `None` where there is none.
    async fn shared() -> Option<Place> {
        let server = server()?;
        let database = prepared(server).await;
        Some(Place { folder: server.folder.clone(), database: database.name.clone(), _kept: Some(database) })
    }

    /// What `store.url` says of it, for one who goes through the socket in `folder`.
    fn url(&self, folder: &std::path::Path) -> String {
        format!("postgres://wiredesk@/{}?host={}", self.database, folder.display())
    }

    /// A connection to it, past all that is tested; `None` where nobody answers.
    async fn client(&self) -> Option<Client> {
        let mut config = Config::new();
        config.host_path(&self.folder).user("wiredesk").dbname(&self.database);
        let (client, connection) = config.connect(NoTls).await.ok()?;
        tokio::spawn(connection);
        Some(client)
    }
}

/// A daemon that comes and goes.
pub struct Member {
    id: &'static str,
    desk: Desk,
    /// Seconds by which its clock is ahead.
    ahead: i64,
    running: Option<Running>,
    /// How many requests there were before it was started.
    since: usize,
    /// What its earlier runs logged.
    logged: String,
}

impl Member {
    fn start(&mut self) {
        let ahead = self.ahead;
        self.running = Some(self.desk.start_with(|command| {
            if ahead != 0 && shim::library().is_some() {
                shim::set_ahead(command, ahead);
            }
        }));
    }

    fn kill(&mut self) {
        let mut running = self.running.take().expect("it runs");
        running.signal("KILL");
        running.end();
        self.logged += &running.log();
    }

    fn running(&mut self) -> &mut Running {
        self.running.as_mut().expect("it runs")
    }

    /// All that it said.
    fn log(&self) -> String {
        self.logged.clone() + "\n" + &self.running.as_ref().map(Running::log).unwrap_or_default()
    }
}

/// Publishers, a store, and daemons that poll for it.
pub struct Cluster {
    pub wire: Wire,
    pub place: std::sync::Arc<Place>,
    pub members: Vec<Member>,
    pub client: Client,
    seen: Seen,
    granting: JoinHandle<()>,
}

/// One start a second on a site, and one request at a time.
const MANNERS: &str = "host_gap = \"1s\"\nper_host = 1\nrefresh_floor = \"0s\"";

/// The first publishers have sources that keep their interval, and the last one wants to be
/// left alone after a while.
const UNHURRIED: usize = 3;
const HOSTS: u8 = 22;

/// Sources of each of the other publishers.
const SOURCES: usize = 3;

impl Cluster {
    /// Daemons `ids`, whose clocks are ahead by so many seconds, on a store at `place` that
    /// they reach by `url`.
    async fn open(place: Place, url: &str, ids: &[(&'static str, i64)]) -> Cluster {
        let wire = Wire::start(HOSTS).await;
        let mut sources = String::new();
        let mut add = |id: &str, url: &str| {
            sources += &source(id, url).replace("republish", "schedule = \"every 60s\"\nrepublish");
        };
        for host in 0..wire.hosts() {
            let is_unhurried = host < UNHURRIED;
            for n in 0..if is_unhurried { 1 } else { SOURCES } {
                let id = format!("{}{host}-{n}", if is_unhurried { "own" } else { "s" });
                let url = wire.news(host, &id);
                add(&id, &url);
            }
            // Some live with another publisher by now: their polls take two turns.
            if host % 4 == 3 {
                let id = format!("m{host}");
                let url = wire.moved(host, &id, host + 1);
                add(&id, &url);
            }
        }
        let member = |(id, ahead): &(&'static str, i64)| {
            let desk = Desk::on(url, &(sources.clone() + EVERYTHING));
            desk.edit(|text| {
                let text = text.replace("host_gap = \"0s\"\nper_host = 8\nrefresh_floor = \"0s\"", MANNERS);
                format!("[node]\nid = \"{id}\"\n\n{}", text.replace("example.org/desk", &format!("example.org/{id}")))
            });
            Member { id, desk, ahead: *ahead, running: None, since: 0, logged: String::new() }
        };
        let members = ids.iter().map(member).collect();
        let client = place.client().await.expect("a server");
        client.batch_execute(witness::TABLE).await.unwrap();
        client.batch_execute(witness::TRIGGERS).await.unwrap();
        let place = std::sync::Arc::new(place);
        let granting = tokio::spawn(witness::grant(std::sync::Arc::clone(&place)));
        Cluster { wire, place, members, client, seen: Seen::default(), granting }
    }

    /// The publisher that wants to be left alone once it is told to.
    fn refusing(&self) -> usize {
        self.wire.hosts() - 1
    }

    /// Starts them, one after another.
    fn start(&mut self) {
        (0..self.members.len()).for_each(|member| self.start_one(member));
    }

    /// Starts one.
    fn start_one(&mut self, member: usize) {
        self.members[member].since = self.wire.asked().len();
        self.members[member].start();
    }

    /// Waits until a daemon asks anybody for anything.
    async fn asks(&self, member: usize) {
        let id = self.members[member].id;
        let from = self.wire.asked().len();
        self.wire.until(from, &format!("{id} asks"), |asked| asked.iter().any(|asked| asked.node == id)).await;
    }

    /// Looks at what those serve that run, but for `paused`.
    fn look(&mut self, paused: Option<usize>) {
        for (n, member) in self.members.iter_mut().enumerate() {
            if Some(n) != paused
                && let Some(running) = &member.running
            {
                self.seen.look(member.id, running);
            }
        }
    }

    async fn number(&self, query: &str) -> i64 {
        self.client.query_one(query, &[]).await.unwrap().get(0)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.granting.abort();
    }
}
