//! The search index.

use async_trait::async_trait;

use crate::model::EntryId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::search::{find, queue};
use crate::store::postgres::upkeep::rebuild;
use crate::store::{Error, Index, Kept, Lookup, Result, TextHash, Unindexed, Words};

#[async_trait]
impl Index for PostgresStore {
    fn folded(&self, _limit: usize) -> Vec<Words> {
        Vec::new()
    }

    async fn waiting(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<Unindexed>> {
        self.read(&(), move |tx, ()| Box::pin(queue::waiting(tx, after, limit))).await
    }

    async fn index(&self, words: Vec<Words>) -> Result<()> {
        let prepared = tokio::task::spawn_blocking(move || queue::prepare(&words))
            .await
            .map_err(|e| Error::Database(format!("words broke down: {e}")))?;
        self.write(Repeat::Same, prepared, |writing, words| Box::pin(queue::index(&writing.tx, words))).await
    }

    async fn set_aside(&self, entry: EntryId, version: TextHash) -> Result<()> {
        let aside = queue::aside(entry, version);
        self.write(Repeat::Same, aside, |writing, words| Box::pin(queue::index(&writing.tx, words))).await
    }

    async fn search(&self, lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        self.read(lookup, move |tx, lookup| Box::pin(find::search(tx, lookup, before, limit))).await
    }

    async fn rebuild(&self) -> Result<()> {
        let session = self.changing()?;
        rebuild::empty_index(session).await?;
        rebuild::reindex_tables(session).await
    }
}
