//! The past as a whole.

use async_trait::async_trait;

use crate::model::EntryId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{Gains, Kept, Past, Rerouting, Result};

#[async_trait]
impl Past for PostgresStore {
    async fn history(&self, before: Option<EntryId>, limit: usize) -> Result<Vec<Kept>> {
        Err(unbuilt("history"))
    }

    async fn reroute(&self, work: Rerouting) -> Result<Gains> {
        Err(unbuilt("reroute"))
    }
}
