//! Dates of feeds' documents.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::FeedId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::read::documents as made;
use crate::store::postgres::write::documents;
use crate::store::{DocumentHash, DocumentOf, Documents, Result};

#[async_trait]
impl Documents for PostgresStore {
    async fn document_date(&self, of: DocumentOf<'_>, document: DocumentHash) -> Result<Option<Timestamp>> {
        self.read(&of, |tx, of| Box::pin(made::dated(tx, *of, document))).await
    }

    async fn date_document(
        &self,
        of: DocumentOf<'_>,
        document: DocumentHash,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let given = (of.feed.clone(), of.format.to_owned());
        let dated = self.write(Repeat::Once, given, move |writing, (feed, format)| {
            Box::pin(documents::date(writing, DocumentOf { feed, format }, document, now))
        });
        dated.await
    }

    async fn knows_feed(&self, feed: &FeedId) -> Result<bool> {
        self.read(feed, |tx, feed| Box::pin(made::knows(tx, feed))).await
    }
}
