//! What decisions were made by.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::model::{EntryId, FeedId, SourceId};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::past::{in_force, rematch};
use crate::store::postgres::read::labels;
use crate::store::{BegunRematch, Editions, Gains, Labels, Rematches, Result, RulesId, Underway, WantedRematch};

#[async_trait]
impl Rematches for PostgresStore {
    async fn labels(&self, sources: &[SourceId]) -> Result<BTreeMap<SourceId, Labels>> {
        self.read(sources, |tx, sources| Box::pin(labels::labels(tx, sources))).await
    }

    async fn take_rules(&self, now: &Editions) -> Result<Vec<FeedId>> {
        self.write(Repeat::Same, now.clone(), |writing, now| Box::pin(rematch::take_rules(&writing.tx, now))).await
    }

    async fn offer_rules(&self, now: &Editions) -> Result<()> {
        self.write(Repeat::Same, now.clone(), |writing, now| Box::pin(rematch::offer_rules(&writing.tx, now))).await
    }

    async fn outdated(&self, now: &Editions) -> Result<Vec<FeedId>> {
        self.read(now, |tx, now| Box::pin(rematch::outdated(tx, now))).await
    }

    async fn rules(&self) -> Result<Option<RulesId>> {
        self.read(&(), |tx, ()| Box::pin(in_force::rules(tx))).await
    }

    async fn begin_rematch(&self, wanted: &WantedRematch) -> Result<BegunRematch> {
        let wanted = wanted.clone();
        self.write(Repeat::Once, wanted, |writing, wanted| Box::pin(rematch::begin(&writing.tx, wanted))).await
    }

    async fn settle(&self, run: i64) -> Result<Gains> {
        self.write(Repeat::Once, run, |writing, run| Box::pin(rematch::settle(&writing.tx, *run))).await
    }

    async fn rematches(&self) -> Result<Vec<Underway>> {
        self.read(&(), |tx, ()| Box::pin(rematch::rematches(tx))).await
    }

    async fn decide_again(&self, after: Option<EntryId>, limit: usize) -> Result<Vec<EntryId>> {
        self.read(&(), move |tx, ()| Box::pin(in_force::decide_again(tx, after, limit))).await
    }
}
