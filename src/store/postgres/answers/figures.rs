//! How all is doing.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{FeedId, SourceId};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::read::status;
use crate::store::postgres::write::line;
use crate::store::{Census, FeedStatus, Figures, Result, SourceStatus, SourcesWanted, Totals};

#[async_trait]
impl Figures for PostgresStore {
    async fn sources_page(&self, wanted: &SourcesWanted, now: Timestamp) -> Result<Vec<SourceStatus>> {
        self.read(wanted, move |tx, wanted| Box::pin(status::sources_page(tx, wanted, now))).await
    }

    async fn source(&self, source: &SourceId, now: Timestamp) -> Result<Option<SourceStatus>> {
        self.read(source, move |tx, source| Box::pin(status::source(tx, source, now))).await
    }

    async fn census(&self, now: Timestamp) -> Result<Census> {
        self.read(&now, |tx, now| Box::pin(status::census(tx, *now))).await
    }

    async fn feeds(&self, feeds: &[FeedId], now: Timestamp) -> Result<Vec<FeedStatus>> {
        self.read(feeds, move |tx, feeds| Box::pin(status::feeds(tx, feeds, now))).await
    }

    async fn totals(&self) -> Result<Totals> {
        self.read(&(), |tx, ()| Box::pin(status::totals(tx))).await
    }

    async fn poll_counts(&self) -> Result<BTreeMap<String, u64>> {
        self.read(&(), |tx, ()| Box::pin(status::poll_counts(tx))).await
    }

    async fn offline_since(&self) -> Result<Option<Timestamp>> {
        self.read(&(), |tx, ()| Box::pin(line::offline_since(tx))).await
    }

    async fn note_line(&self, offline_since: Option<Timestamp>) -> Result<()> {
        self.write(Repeat::Same, offline_since, |writing, since| Box::pin(line::note(&writing.tx, *since))).await
    }
}
