//! The past as a whole.

use async_trait::async_trait;

use crate::model::EntryId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::past::reroute;
use crate::store::postgres::read::history;
use crate::store::prepared::prepare_rerouting;
use crate::store::{Error, Gains, Kept, Past, Rerouting, Result};

#[async_trait]
impl Past for PostgresStore {
    async fn history(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        self.read(&(), move |tx, ()| Box::pin(history::history(tx, before, limit))).await
    }

    async fn reroute(&self, work: Rerouting) -> Result<Gains> {
        let prepared = tokio::task::spawn_blocking(move || prepare_rerouting(work))
            .await
            .map_err(|e| Error::Database(format!("encoding broke down: {e}")))??;
        self.write(Repeat::Once, prepared, |writing, work| Box::pin(reroute::reroute(writing, work))).await
    }
}
