//! What polls bring.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::Connection;

use crate::model::{Asked, EntryId, Known, SourceId};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::entries;
use crate::store::sqlite::write::{commit, documents};
use crate::store::{Commit, Committed, PollRecord, Result};

#[async_trait]
impl Commit for SqliteStore {
    async fn known(&self, source: &SourceId, window: &[EntryId], asked: &[Asked]) -> Result<Vec<Known>> {
        let (source, window, asked) = (source.clone(), window.to_vec(), asked.to_vec());
        self.read(move |c| entries::known(c, &source, &window, &asked)).await
    }

    async fn commit_poll(&self, record: PollRecord) -> Result<Committed> {
        // The writer only writes.
        let poll = Arc::new(self.encoders.prepare(record).await?);
        let mut so_far = commit::Progress::default();
        for _ in 0..poll.portions() {
            let poll = Arc::clone(&poll);
            so_far = self.write(move |c| commit::write_portion(c, &poll, so_far)).await?;
            self.folded.keep(std::mem::take(&mut so_far.folded));
        }
        let commit = move |c: &Connection| {
            let done = commit::commit(c, &poll, so_far)?;
            if poll.described_anew {
                documents::touch(c, &poll.source, poll.at)?;
            }
            Ok(done)
        };
        let (done, folded) = self.write(commit).await?;
        self.folded.keep(folded);
        Ok(done)
    }
}
