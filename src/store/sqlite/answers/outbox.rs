//! Changes that readers can see.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::write::outbox;
use crate::store::{Changes, Outbox, Result, Seq};

#[async_trait]
impl Outbox for SqliteStore {
    async fn newest_change(&self) -> Result<Seq> {
        self.read(|c| Ok(outbox::newest(c)?)).await
    }

    async fn changes(&self, after: Seq, limit: usize) -> Result<Changes> {
        self.read(move |c| outbox::changes(c, after, limit)).await
    }

    async fn changed(&self, after: Seq) {
        match &self.writer {
            Some(writer) if writer.told_after(after).await => {}
            // Nothing is written by this process, or not any more.
            _ => std::future::pending().await,
        }
    }

    async fn prune_changes(&self, before: Timestamp, limit: usize) -> Result<usize> {
        self.write(move |c| outbox::prune(c, before, limit)).await
    }
}
