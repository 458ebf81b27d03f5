//! How all is doing.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{FeedId, SourceId};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::read::status;
use crate::store::sqlite::upkeep::line;
use crate::store::{Census, FeedStatus, Figures, Result, SourceStatus, SourcesWanted, Totals};

#[async_trait]
impl Figures for SqliteStore {
    async fn sources_page(&self, wanted: &SourcesWanted, now: Timestamp) -> Result<Vec<SourceStatus>> {
        let wanted = wanted.clone();
        self.read(move |c| status::sources_page(c, &wanted, now)).await
    }

    async fn source(&self, source: &SourceId, now: Timestamp) -> Result<Option<SourceStatus>> {
        let source = source.clone();
        self.read(move |c| status::source(c, &source, now)).await
    }

    async fn census(&self, now: Timestamp) -> Result<Census> {
        self.read(move |c| status::census(c, now)).await
    }

    async fn feeds(&self, feeds: &[FeedId], now: Timestamp) -> Result<Vec<FeedStatus>> {
        let feeds = feeds.to_vec();
        self.read(move |c| status::feeds(c, &feeds, now)).await
    }

    async fn totals(&self) -> Result<Totals> {
        self.read(status::totals).await
    }

    async fn poll_counts(&self) -> Result<BTreeMap<String, u64>> {
        self.read(status::poll_counts).await
    }

    async fn offline_since(&self) -> Result<Option<Timestamp>> {
        self.read(line::offline_since).await
    }

    async fn note_line(&self, offline_since: Option<Timestamp>) -> Result<()> {
        self.write(move |c| line::note(c, offline_since)).await
    }
}
