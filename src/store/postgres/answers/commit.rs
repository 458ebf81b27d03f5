//! What polls bring.

use async_trait::async_trait;

use crate::model::{Asked, EntryId, Known, SourceId};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{Commit, Committed, PollRecord, Result};

#[async_trait]
impl Commit for PostgresStore {
    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
        Err(unbuilt("known"))
    }

    async fn commit_poll(&self, record: PollRecord) -> Result<Committed> {
        Err(unbuilt("commit_poll"))
    }
}
