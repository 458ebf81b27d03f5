//! Commits of other processes.

use crate::store::postgres::link::listen::CommitHints;
use crate::store::postgres::link::tls::Tls;
use crate::store::postgres::server::{TestDatabase, server};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{address, number, prepared};

/// A process that listens, and what it commits and hears of.
struct Listening {
    committed: watch::Sender<u64>,
    told: watch::Receiver<u64>,
    closed: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Listening {
    fn start(database: &TestDatabase, writer: i64) -> Listening {
        let (committed, told, closed) = (watch::Sender::new(0), watch::Sender::new(0), watch::Sender::new(false));
        let address = address(database);
        let tls = Tls::new(&address.encryption).unwrap();
        let (heard, told) = (told.subscribe(), told);
        let hints = CommitHints {
            address,
            tls,
            writer,
            committed: committed.subscribe(),
            heard: told,
            closed: closed.subscribe(),
        };
        Listening { committed, told: heard, closed, task: tokio::spawn(hints.run()) }
    }

    async fn hears(&mut self) {
        tokio::time::timeout(Duration::from_secs(60), self.told.changed()).await.expect("it hears of it").unwrap();
    }
}

#[tokio::test]
async fn what_other_processes_commit_is_heard_of_at_once_o45() {
    let Some(server) = server() else { return };
    let database = prepared(server).await;
    let (mut first, mut second) = (Listening::start(&database, 1), Listening::start(&database, 2));
    // Once they listen they look.
    first.hears().await;
    second.hears().await;
    first.committed.send_modify(|times| *times += 1);
    second.hears().await;
    second.committed.send_modify(|times| *times += 1);
    first.hears().await;
    assert_eq!(*first.told.borrow(), 2, "its own commit is nothing to it");
    // A connection that was lost is made anew.
    const END: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'wiredesk hints'";
    assert_eq!(number(&database.client().await, END).await, 2);
    first.hears().await;
    second.hears().await;
    for listening in [first, second] {
        listening.closed.send_replace(true);
        listening.task.await.unwrap();
    }
}
