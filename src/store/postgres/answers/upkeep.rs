//! The store itself.

use std::path::Path;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{Error, Pruned, Result, Upkeep};

#[async_trait]
impl Upkeep for PostgresStore {
    async fn prune(&self, before: Timestamp, after: Option<EntryId>, limit: usize, now: Timestamp) -> Result<Pruned> {
        Err(unbuilt("prune"))
    }

    async fn ping(&self) -> Result<()> {
        Err(unbuilt("ping"))
    }

    async fn probe(&self) -> Result<()> {
        Err(unbuilt("probe"))
    }

    async fn backup(&self, to: &Path) -> Result<u64> {
        Err(unbuilt("backup"))
    }

    async fn verify(&self) -> Result<Vec<String>> {
        Err(unbuilt("verify"))
    }

    async fn close(&self) -> Result<()> {
        self.session.close();
        Ok(())
    }

    async fn ended(&self) -> Error {
        std::future::pending().await
    }
}
