//! Changes that readers can see.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{Changes, Outbox, Result, Seq};

#[async_trait]
impl Outbox for PostgresStore {
    async fn newest_change(&self) -> Result<Seq> {
        Err(unbuilt("newest_change"))
    }

    async fn changes(&self, after: Seq, limit: usize) -> Result<Changes> {
        Err(unbuilt("changes"))
    }

    async fn changed(&self, after: Seq) {
        std::future::pending().await
    }

    async fn prune_changes(&self, before: Timestamp, limit: usize) -> Result<usize> {
        Err(unbuilt("prune_changes"))
    }
}
