//! What decisions were made by.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::model::{EntryId, FeedId, SourceId};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{BegunRematch, Editions, Gains, Labels, Rematches, Result, RulesId, Underway, WantedRematch};

#[async_trait]
impl Rematches for PostgresStore {
    async fn labels(&self, sources: &[SourceId]) -> Result<BTreeMap<SourceId, Labels>> {
        Err(unbuilt("labels"))
    }

    async fn take_rules(&self, now: &Editions) -> Result<Vec<FeedId>> {
        Err(unbuilt("take_rules"))
    }

    async fn offer_rules(&self, now: &Editions) -> Result<()> {
        Err(unbuilt("offer_rules"))
    }

    async fn rules(&self) -> Result<Option<RulesId>> {
        Err(unbuilt("rules"))
    }

    async fn begin_rematch(&self, wanted: &WantedRematch) -> Result<BegunRematch> {
        Err(unbuilt("begin_rematch"))
    }

    async fn settle(&self, run: i64) -> Result<Gains> {
        Err(unbuilt("settle"))
    }

    async fn rematches(&self) -> Result<Vec<Underway>> {
        Err(unbuilt("rematches"))
    }

    async fn decide_again(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<EntryId>> {
        Err(unbuilt("decide_again"))
    }
}
