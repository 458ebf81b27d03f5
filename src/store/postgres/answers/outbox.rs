//! Changes that readers can see.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::write::outbox;
use crate::store::{Changes, Outbox, Result, Seq};

#[async_trait]
impl Outbox for PostgresStore {
    async fn newest_change(&self) -> Result<Seq> {
        self.read(&(), |tx, ()| Box::pin(outbox::newest(tx))).await
    }

    async fn changes(&self, after: Seq, limit: usize) -> Result<Changes> {
        self.read(&(), move |tx, ()| Box::pin(outbox::changes(tx, after, limit))).await
    }

    async fn changed(&self, after: Seq) {
        outbox::changed(self, after).await;
    }

    async fn prune_changes(&self, before: Timestamp, limit: usize) -> Result<usize> {
        let pruned =
            self.write(Repeat::Once, (), move |writing, ()| Box::pin(outbox::prune(&writing.tx, before, limit)));
        pruned.await
    }
}
