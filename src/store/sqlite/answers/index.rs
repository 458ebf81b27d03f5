//! The search index.

use async_trait::async_trait;

use crate::model::EntryId;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::search::find;
use crate::store::sqlite::upkeep::rebuild;
use crate::store::{Index, Kept, Lookup, Result, TextHash, Unindexed, Words};

#[async_trait]
impl Index for SqliteStore {
    fn folded(&self, limit: usize) -> Vec<Words> {
        self.folded.take(limit)
    }

    async fn waiting(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<Unindexed>> {
        self.read(move |c| find::waiting(c, after, limit)).await
    }

    async fn index(&self, words: Vec<Words>) -> Result<()> {
        self.write(move |c| find::index(c, &words)).await
    }

    async fn set_aside(&self, entry: EntryId, version: TextHash) -> Result<()> {
        self.write(move |c| find::set_aside(c, entry, version)).await
    }

    async fn search(&self, lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        let lookup = lookup.clone();
        self.read(move |c| find::search(c, &lookup, before, limit)).await
    }

    async fn rebuild(&self) -> Result<()> {
        self.write(rebuild::empty_index).await?;
        self.write(rebuild::reindex_tables).await
    }
}
