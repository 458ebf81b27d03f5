//! Dates of feeds' documents.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{DocumentHash, DocumentOf, Documents, Result};

#[async_trait]
impl Documents for PostgresStore {
    async fn document_date(&self, of: DocumentOf<'_>, document: DocumentHash) -> Result<Option<Timestamp>> {
        Err(unbuilt("document_date"))
    }

    async fn date_document(
        &self,
        of: DocumentOf<'_>,
        document: DocumentHash,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        Err(unbuilt("date_document"))
    }

    async fn knows_feed(&self, feed: &FeedId) -> Result<bool> {
        Err(unbuilt("knows_feed"))
    }
}
