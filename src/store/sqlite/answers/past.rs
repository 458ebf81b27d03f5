//! The past as a whole.

use async_trait::async_trait;

use crate::model::EntryId;
use crate::store::prepared::prepare_rerouting;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::past::{history, reroute};
use crate::store::{Error, Gains, Kept, Past, Rerouting, Result};

#[async_trait]
impl Past for SqliteStore {
    async fn history(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        self.read(move |c| history::history(c, before, limit)).await
    }

    async fn reroute(&self, work: Rerouting) -> Result<Gains> {
        let prepared = tokio::task::spawn_blocking(move || prepare_rerouting(work))
            .await
            .map_err(|e| Error::Database(format!("encoding broke down: {e}")))??;
        self.write(move |c| reroute::reroute(c, &prepared)).await
    }
}
