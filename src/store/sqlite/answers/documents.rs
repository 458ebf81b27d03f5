//! Dates of feeds' documents.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::store::sqlite::{SqliteStore, documents};
use crate::store::{DocumentHash, Documents, Result};

#[async_trait]
impl Documents for SqliteStore {
    async fn document_date(&self, feed: &FeedId, document: DocumentHash) -> Result<Option<Timestamp>> {
        let feed = feed.clone();
        self.read(move |c| documents::dated(c, &feed, document)).await
    }

    async fn date_document(&self, feed: &FeedId, document: DocumentHash, now: Timestamp) -> Result<Option<Timestamp>> {
        let feed = feed.clone();
        self.write(move |c| documents::date(c, &feed, document, now)).await
    }

    async fn knows_feed(&self, feed: &FeedId) -> Result<bool> {
        let feed = feed.clone();
        self.read(move |c| documents::knows(c, &feed)).await
    }
}
