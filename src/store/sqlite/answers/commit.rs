//! What polls bring.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Connection;

use crate::model::{Asked, EntryId, Known, SourceId};
use crate::store::rules;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::entries;
use crate::store::sqlite::write::{commit, documents, prepared};
use crate::store::{Commit, Committed, Error, PollRecord, Result};

#[async_trait]
impl Commit for SqliteStore {
    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
        let (source, window, asked) = (source.clone(), window.to_vec(), asked.to_vec());
        self.read(move |c| entries::known(c, &source, &window, &asked)).await
    }

    async fn commit_poll(&self, record: PollRecord) -> Result<Committed> {
        let described_anew = rules::described_anew(&record.claim.state.carrier, &record.state.carrier);
        // Encoding is work for a core of its own; the writer only writes.
        let poll = match record.found {
            None => prepared::prepare(record)?,
            Some(_) => {
                let _turn =
                    self.encoders.acquire().await.map_err(|_| Error::Database("the store is closed".to_owned()))?;
                tokio::task::spawn_blocking(move || prepared::prepare(record))
                    .await
                    .map_err(|e| Error::Database(format!("encoding broke down: {e}")))??
            }
        };
        let poll = Arc::new(poll);
        let mut so_far = commit::Progress::default();
        for _ in 0..poll.portions() {
            let poll = Arc::clone(&poll);
            so_far = self.write(move |c| commit::write_portion(c, &poll, so_far)).await?;
        }
        let commit = move |c: &Connection| {
            let done = commit::commit(c, &poll, so_far)?;
            if described_anew {
                documents::touch(c, &poll.source, poll.at)?;
            }
            Ok(done)
        };
        self.write(commit).await
    }
}
