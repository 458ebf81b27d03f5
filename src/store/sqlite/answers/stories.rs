//! Stories of stored entries.

use std::sync::Arc;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{EntryId, StoryId, UnplacedCopy};
use crate::store::prepared::prepare_copies;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::stories as read;
use crate::store::sqlite::write::stories;
use crate::store::{Error, PlacedCopy, Result, Stories, UnplacedPage};

#[async_trait]
impl Stories for SqliteStore {
    async fn placed(&self, entries: &[EntryId]) -> Result<Vec<PlacedCopy>> {
        let entries = entries.to_vec();
        self.read(move |c| read::placed(c, &entries)).await
    }

    async fn copies(&self, story: StoryId, after: Option<EntryId>, limit: usize) -> Result<Vec<PlacedCopy>> {
        self.read(move |c| read::copies(c, story, after, limit)).await
    }

    async fn unplaced(&self, after: Option<EntryId>, limit: usize) -> Result<UnplacedPage> {
        self.read(move |c| read::unplaced(c, after, limit)).await
    }

    async fn place(&self, entries: Vec<(EntryId, Arc<dyn UnplacedCopy>)>) -> Result<()> {
        let prepared = tokio::task::spawn_blocking(move || prepare_copies(entries))
            .await
            .map_err(|e| Error::Database(format!("encoding broke down: {e}")))??;
        self.write(move |c| prepared.iter().try_for_each(|(entry, copy)| stories::place(c, *entry, copy))).await
    }

    async fn leave_window(&self, before: Timestamp, limit: usize) -> Result<usize> {
        self.write(move |c| stories::leave_window(c, before, limit)).await
    }
}
