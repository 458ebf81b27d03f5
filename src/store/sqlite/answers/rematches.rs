//! What decisions were made by.

use async_trait::async_trait;

use crate::model::{EntryId, FeedId};
use crate::store::sqlite::{SqliteStore, rematch};
use crate::store::{BegunRematch, Editions, Gains, Rematches, Result, Underway, WantedRematch};

#[async_trait]
impl Rematches for SqliteStore {
    async fn editions(&self) -> Result<Editions> {
        self.read(rematch::editions).await
    }

    async fn outdated(&self, now: &Editions) -> Result<Vec<FeedId>> {
        let now = now.clone();
        self.write(move |c| rematch::outdated(c, &now)).await
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

    async fn decide_again(&self, after: EntryId, limit: usize) -> Result<Vec<EntryId>> {
        self.read(move |c| rematch::decide_again(c, after, limit)).await
    }
}
