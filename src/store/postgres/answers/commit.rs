//! What polls bring.

use std::sync::Arc;

use async_trait::async_trait;

use crate::model::{Asked, EntryId, Known, SourceId};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::read::known;
use crate::store::postgres::write::commit::{self, PollProgress};
use crate::store::postgres::write::quiet::QuietPolls;
use crate::store::{Commit, Committed, PollRecord, Result};

#[async_trait]
impl Commit for PostgresStore {
    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
        let asked = (source, window, asked);
        self.read(&asked, |tx, (source, window, asked)| Box::pin(known::known(tx, source, window, asked))).await
    }

    async fn commit_poll(&self, record: PollRecord) -> Result<Committed> {
        let poll = Arc::new(self.encoders.prepare(record).await?);
        if QuietPolls::takes(&poll) {
            return self.quiet.commit(self.changing()?, poll).await;
        }
        let mut so_far = PollProgress::default();
        for _ in 0..poll.portions() {
            let given = (Arc::clone(&poll), so_far);
            let portion = self.write(Repeat::Once, given, |writing, (poll, so_far)| {
                Box::pin(commit::portion(writing, poll, so_far.clone()))
            });
            so_far = portion.await?;
        }
        let committed = self.write(Repeat::Once, (poll, so_far), |writing, (poll, so_far)| {
            Box::pin(commit::commit(writing, poll, so_far.clone()))
        });
        committed.await
    }
}
