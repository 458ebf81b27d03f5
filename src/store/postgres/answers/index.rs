//! The search index.

use async_trait::async_trait;

use crate::model::EntryId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{Index, Kept, Lookup, Result, Unindexed, Words};

#[async_trait]
impl Index for PostgresStore {
    async fn waiting(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<Unindexed>> {
        Err(unbuilt("waiting"))
    }

    async fn index(&self, words: Vec<Words>) -> Result<()> {
        Err(unbuilt("index"))
    }

    async fn search(&self, lookup: &Lookup, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        Err(unbuilt("search"))
    }

    async fn rebuild(&self) -> Result<()> {
        Err(unbuilt("rebuild"))
    }
}
