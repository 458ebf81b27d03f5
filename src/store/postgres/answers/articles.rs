//! Articles of entries' pages.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{ArticleClaim, ArticleRecord, Articles, Claim, Courtesy, Node, Result};

#[async_trait]
impl Articles for PostgresStore {
    async fn claim_articles(
        &self,
        node: &Node,
        courtesy: &Courtesy,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<ArticleClaim>> {
        Err(unbuilt("claim_articles"))
    }

    async fn begin_article(&self, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()> {
        Err(unbuilt("begin_article"))
    }

    async fn commit_article(&self, record: ArticleRecord) -> Result<()> {
        Err(unbuilt("commit_article"))
    }

    async fn end_articles(&self, claim: &Claim) -> Result<()> {
        Err(unbuilt("end_articles"))
    }
}
