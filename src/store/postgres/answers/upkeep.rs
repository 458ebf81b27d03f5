//! The store itself.

use std::path::Path;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::schema;
use crate::store::postgres::upkeep::{health, prune, verify};
use crate::store::postgres::write::tail::OUTBOX_LOCK;
use crate::store::{Error, Lane, Pruned, Result, Upkeep};

#[async_trait]
impl Upkeep for PostgresStore {
    async fn prune(&self, before: Timestamp, after: Option<EntryId>, limit: usize, now: Timestamp) -> Result<Pruned> {
        let pruning =
            self.write(Repeat::Once, (), move |writing, ()| Box::pin(prune::prune(writing, before, after, limit, now)));
        let pruned = pruning.await?;
        if pruned.more.is_none() {
            // What is pruned is pruned: months can be put in order at the next pass as well.
            if let Err(error) = schema::turn_months(&self.session, before, now).await {
                tracing::warn!(%error, "the months of the store could not be put in order");
            }
        }
        Ok(pruned)
    }

    async fn ping(&self) -> Result<()> {
        self.asked_through(Lane::Health).read(&(), |tx, ()| Box::pin(health::ping(tx))).await
    }

    async fn probe(&self) -> Result<()> {
        // Its receipt is a row, and it waits for what every commit waits for.
        self.write(Repeat::Once, (), |writing, ()| {
            Box::pin(async { writing.tx.rows(OUTBOX_LOCK, &[]).await.map(drop) })
        })
        .await
    }

    async fn backup(&self, _to: &Path) -> Result<u64> {
        Err(health::no_backup(self.session.address()))
    }

    async fn verify(&self) -> Result<Vec<String>> {
        verify::verify(&self.session).await
    }

    async fn close(&self) -> Result<()> {
        self.session.close();
        Ok(())
    }

    async fn ended(&self) -> Error {
        self.session.closed().await;
        Error::Unusable("the work on the store has ended".to_owned())
    }
}
