//! How all is doing.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{FeedId, SourceId};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{Census, FeedStatus, Figures, Result, SourceStatus, SourcesWanted, Totals};

#[async_trait]
impl Figures for PostgresStore {
    async fn sources_page(&self, wanted: &SourcesWanted, now: Timestamp) -> Result<Vec<SourceStatus>> {
        Err(unbuilt("sources_page"))
    }

    async fn source(&self, source: &SourceId, now: Timestamp) -> Result<Option<SourceStatus>> {
        Err(unbuilt("source"))
    }

    async fn census(&self, now: Timestamp) -> Result<Census> {
        Err(unbuilt("census"))
    }

    async fn feeds(&self, feeds: &[FeedId], now: Timestamp) -> Result<Vec<FeedStatus>> {
        Err(unbuilt("feeds"))
    }

    async fn totals(&self) -> Result<Totals> {
        Err(unbuilt("totals"))
    }

    async fn poll_counts(&self) -> Result<BTreeMap<String, u64>> {
        Err(unbuilt("poll_counts"))
    }

    async fn offline_since(&self) -> Result<Option<Timestamp>> {
        Err(unbuilt("offline_since"))
    }

    async fn note_line(&self, offline_since: Option<Timestamp>) -> Result<()> {
        Err(unbuilt("note_line"))
    }
}
