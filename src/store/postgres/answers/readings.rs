//! What was read of stored entries.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::write::readings;
use crate::store::prepared::prepare_readings;
use crate::store::{EditionRead, Error, ReadAgain, Readings, Rereading, Result};

#[async_trait]
impl Readings for PostgresStore {
    async fn editions_read(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<EditionRead>> {
        self.read(&(), move |tx, ()| Box::pin(readings::editions(tx, before, limit))).await
    }

    async fn read_again(&self, readings: Vec<ReadAgain>, at: Timestamp) -> Result<()> {
        let prepared = tokio::task::spawn_blocking(move || prepare_readings(&readings))
            .await
            .map_err(|e| Error::Database(format!("encoding broke down: {e}")))??;
        self.write(Repeat::Once, (prepared, at), |writing, (readings, at)| {
            Box::pin(readings::read_again(writing, readings, *at))
        })
        .await
    }

    async fn rereading(&self) -> Result<Option<Rereading>> {
        self.read(&(), move |tx, ()| Box::pin(readings::rereading(tx))).await
    }

    async fn note_rereading(&self, rereading: Rereading) -> Result<()> {
        self.write(Repeat::Same, rereading, |writing, rereading| {
            Box::pin(readings::note_rereading(&writing.tx, rereading))
        })
        .await
    }
}
