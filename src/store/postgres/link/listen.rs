//! Changes that other processes commit, heard of at once by `LISTEN` and `NOTIFY`. They are a
//! hint and no more: the outbox is read for what happened, and whoever waits looks there each
//! second besides. So a pooler that forwards no notifications costs a second at most.

use std::future::poll_fn;
use std::time::Duration;

use tokio::sync::watch;
use tokio_postgres::AsyncMessage;

use super::tls::Tls;
use super::url::ServerAddress;
use crate::clock::{Clock, SystemClock};

/// Commits that come closer together are told of as one: a notification is sent outside their
/// transactions, and costs a transaction of its own.
const PACE: Duration = Duration::from_millis(100);

/// How long after its end the connection is made anew.
const AGAIN: Duration = Duration::from_secs(1);

/// What the server's lists show of the connection.
const NAME: &str = "wiredesk hints";

/// A connection that tells other processes of our commits, and us of theirs.
pub struct CommitHints {
    /// Where the store lies.
    pub address: ServerAddress,
    /// How it is reached.
    pub tls: Tls,
    /// By which our own notifications are known: a number by chance.
    pub writer: i64,
    /// Counts what this process commits.
    pub committed: watch::Receiver<u64>,
    /// Counts what others commit.
    pub heard: watch::Sender<u64>,
    /// Whether the work on the store has ended.
    pub closed: watch::Receiver<bool>,
}

impl CommitHints {
    /// Listens and tells until the work on the store ends.
    pub async fn run(self) {
        let mut closed = self.closed.clone();
        let work = async {
            loop {
                let ended = self.listen().await;
                tracing::debug!(?ended, "commits of other processes are looked for each second");
                SystemClock::new().sleep(AGAIN).await;
            }
        };
        tokio::select! {
            // It ends too when nobody has the store open any more.
            _ = closed.wait_for(|is_closed| *is_closed) => {}
            () = work => {}
        }
    }

    /// Until the connection ends.
    async fn listen(&self) -> Result<(), tokio_postgres::Error> {
        let (client, mut connection) = self.address.connect(NAME, &self.tls).await?;
        let (channel, writer) = (self.channel(), self.writer.to_string());
        let hearing = async {
            while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
                if let AsyncMessage::Notification(notification) = message?
                    && notification.channel() == channel
                    && notification.payload() != writer
                {
                    self.heard.send_modify(|times| *times += 1);
                }
            }
            Ok(())
        };
        let telling = async {
            client.batch_execute(&format!("LISTEN {channel}")).await?;
            // Whatever was committed before it may not have been heard of.
            self.heard.send_modify(|times| *times += 1);
            let mut committed = self.committed.clone();
            while committed.changed().await.is_ok() {
                client.batch_execute(&format!("NOTIFY {channel}, '{writer}'")).await?;
                SystemClock::new().sleep(PACE).await;
            }
            Ok(())
        };
        tokio::select! {
            heard = hearing => heard,
            told = telling => told,
        }
    }

    /// Stores in one database that lie in different schemas have nothing to tell each other.
    fn channel(&self) -> String {
        self.address.schema.as_ref().map_or_else(|| "wiredesk".to_owned(), |schema| format!("wiredesk_{schema}"))
    }
}
