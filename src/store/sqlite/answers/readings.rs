//! What was read of stored entries.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::prepared::prepare_readings;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::write::readings;
use crate::store::{EditionRead, Error, ReadAgain, Readings, Rereading, Result};

#[async_trait]
impl Readings for SqliteStore {
    async fn editions_read(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<EditionRead>> {
        self.read(move |c| readings::editions(c, before, limit)).await
    }

    async fn read_again(&self, readings: Vec<ReadAgain>, at: Timestamp) -> Result<()> {
        let prepared = tokio::task::spawn_blocking(move || prepare_readings(&readings))
            .await
            .map_err(|e| Error::Database(format!("encoding broke down: {e}")))??;
        self.write(move |c| readings::read_again(c, &prepared, at)).await
    }

    async fn rereading(&self) -> Result<Option<Rereading>> {
        self.read(readings::rereading).await
    }

    async fn note_rereading(&self, rereading: Rereading) -> Result<()> {
        self.write(move |c| readings::note_rereading(c, &rereading)).await
    }
}
