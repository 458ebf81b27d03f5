//! Stories of stored entries.

use std::sync::Arc;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{EntryId, StoryId, UnplacedCopy};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::read::stories as read;
use crate::store::postgres::write::{lock, stories};
use crate::store::prepared::{PreparedCopy, prepare_copies};
use crate::store::{Error, PlacedCopy, Result, Stories, UnplacedPage};

#[async_trait]
impl Stories for PostgresStore {
    async fn placed(&self, entries: &[EntryId]) -> Result<Vec<PlacedCopy>> {
        self.read(entries, move |tx, entries| Box::pin(read::placed(tx, entries))).await
    }

    async fn copies(&self, story: StoryId, after: Option<EntryId>, limit: usize) -> Result<Vec<PlacedCopy>> {
        self.read(&(), move |tx, ()| Box::pin(read::copies(tx, story, after, limit))).await
    }

    async fn unplaced(&self, after: Option<EntryId>, limit: usize) -> Result<UnplacedPage> {
        self.read(&(), move |tx, ()| Box::pin(read::unplaced(tx, after, limit))).await
    }

    async fn place(&self, entries: Vec<(EntryId, Arc<dyn UnplacedCopy>)>) -> Result<()> {
        let prepared = tokio::task::spawn_blocking(move || prepare_copies(entries))
            .await
            .map_err(|e| Error::Database(format!("encoding broke down: {e}")))??;
        self.write(Repeat::Same, prepared, |writing, prepared| {
            Box::pin(async move {
                let ids: Vec<i64> = prepared.iter().map(|(entry, _)| entry.0).collect();
                lock::entries(&writing.tx, &ids).await?;
                let entries: Vec<(EntryId, &PreparedCopy)> =
                    prepared.iter().map(|(entry, copy)| (*entry, copy)).collect();
                stories::place(&writing.tx, &entries).await
            })
        })
        .await
    }

    async fn leave_window(&self, before: Timestamp, limit: usize) -> Result<usize> {
        self.write(Repeat::Same, (), move |writing, ()| {
            Box::pin(async move { stories::leave_window(&writing.tx, before, limit).await })
        })
        .await
    }
}
