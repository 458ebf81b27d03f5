//! Dates of feeds' documents.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::write::documents;
use crate::store::{DocumentHash, DocumentOf, Documents, Result};

#[async_trait]
impl Documents for SqliteStore {
    async fn document_date(&self, of: DocumentOf<'_>, document: DocumentHash) -> Result<Option<Timestamp>> {
        let (feed, format) = (of.feed.clone(), of.format.to_owned());
        self.read(move |c| documents::dated(c, DocumentOf { feed: &feed, format: &format }, document)).await
    }

    async fn date_document(
        &self,
        of: DocumentOf<'_>,
        document: DocumentHash,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let (feed, format) = (of.feed.clone(), of.format.to_owned());
        self.write(move |c| documents::date(c, DocumentOf { feed: &feed, format: &format }, document, now)).await
    }

    async fn knows_feed(&self, feed: &FeedId) -> Result<bool> {
        let feed = feed.clone();
        self.read(move |c| documents::knows(c, &feed)).await
    }
}
