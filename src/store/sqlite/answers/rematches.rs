//! What decisions were made by.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::model::{EntryId, FeedId, SourceId};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::past::{in_force, rematch};
use crate::store::{BegunRematch, Editions, Gains, Labels, Rematches, Result, RulesId, Underway, WantedRematch};

#[async_trait]
impl Rematches for SqliteStore {
    async fn labels(&self, sources: &[SourceId]) -> Result<BTreeMap<SourceId, Labels>> {
        let sources = sources.to_vec();
        self.read(move |c| rematch::labels(c, &sources)).await
    }

    async fn take_rules(&self, now: &Editions) -> Result<Vec<FeedId>> {
        let now = now.clone();
        self.write(move |c| rematch::take_rules(c, &now)).await
    }

    async fn offer_rules(&self, now: &Editions) -> Result<()> {
        let now = now.clone();
        self.write(move |c| rematch::offer_rules(c, &now)).await
    }

    async fn outdated(&self, now: &Editions) -> Result<Vec<FeedId>> {
        let now = now.clone();
        self.read(move |c| rematch::outdated(c, &now)).await
    }

    async fn rules(&self) -> Result<Option<RulesId>> {
        self.read(|c| Ok(in_force::rules(c)?)).await
    }

    async fn begin_rematch(&self, wanted: &WantedRematch) -> Result<BegunRematch> {
        let wanted = wanted.clone();
        self.write(move |c| rematch::begin(c, &wanted)).await
    }

    async fn settle(&self, run: i64) -> Result<Gains> {
        self.write(move |c| rematch::settle(c, run)).await
    }

    async fn rematches(&self) -> Result<Vec<Underway>> {
        self.read(rematch::rematches).await
    }

    async fn decide_again(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<EntryId>> {
        self.read(move |c| in_force::decide_again(c, after, limit)).await
    }
}
