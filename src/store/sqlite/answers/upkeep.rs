//! The store itself.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::status;
use crate::store::sqlite::upkeep::{copy, prune, verify};
use crate::store::{Error, Lane, Pruned, Result, Upkeep};

/// At the end, readers at work have so long to come to theirs.
const LAST_READERS: Duration = Duration::from_secs(5);

#[async_trait]
impl Upkeep for SqliteStore {
    async fn prune(&self, before: Timestamp, after: Option<EntryId>, limit: usize, now: Timestamp) -> Result<Pruned> {
        self.write(move |c| prune::prune(c, before, after, limit, now)).await
    }

    async fn ping(&self) -> Result<()> {
        if let Some(writer) = &self.writer {
            writer.check()?;
        }
        self.read_through(Lane::Health, status::ping).await
    }

    async fn probe(&self) -> Result<()> {
        self.write(status::probe).await
    }

    async fn backup(&self, to: &Path) -> Result<u64> {
        let to = to.to_owned();
        let partial = self.read(move |c| copy::write(c, &to)).await?;
        tokio::task::spawn_blocking(move || partial.keep())
            .await
            .map_err(|e| Error::Database(format!("the backup broke down: {e}")))?
    }

    async fn verify(&self) -> Result<Vec<String>> {
        self.read(verify::verify).await
    }

    async fn close(&self) -> Result<()> {
        // Who reads on after that is cut off, and the log stays beside the store.
        let _ = tokio::time::timeout(LAST_READERS, self.readers.rest()).await;
        self.readers.shut();
        let Some(writer) = self.writer.clone() else { return Ok(()) };
        tokio::task::spawn_blocking(move || writer.close())
            .await
            .map_err(|e| Error::Database(format!("the store could not be closed: {e}")))?;
        self.unlock();
        Ok(())
    }

    async fn ended(&self) -> Error {
        let Some(writer) = &self.writer else { return std::future::pending().await };
        tokio::select! {
            error = self.lose_lock() => error,
            () = writer.ended() => Error::Unusable("the store's writer has died".to_owned()),
        }
    }
}
