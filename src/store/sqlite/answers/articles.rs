//! Articles of entries' pages.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::prepared::prepare_article;
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::write::articles;
use crate::store::{ArticleClaim, ArticleRecord, Articles, Claim, Courtesy, Node, Result};

#[async_trait]
impl Articles for SqliteStore {
    async fn claim_articles(
        &self,
        node: &Node,
        courtesy: &Courtesy,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<ArticleClaim>> {
        // Most of the time nothing is wanted, and the writer need not know.
        if !self.read(move |c| articles::any(c, now)).await? {
            return Ok(Vec::new());
        }
        let (node, courtesy) = (node.clone(), *courtesy);
        self.write(move |c| articles::claim(c, &node, &courtesy, now, limit)).await
    }

    async fn begin_article(&self, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()> {
        let claim = claim.clone();
        self.write(move |c| articles::begin(c, &claim, entry, again)).await
    }

    async fn commit_article(&self, record: ArticleRecord) -> Result<()> {
        let prepared = prepare_article(record)?;
        self.write(move |c| articles::commit(c, &prepared)).await
    }

    async fn end_articles(&self, claim: &Claim) -> Result<()> {
        let claim = claim.clone();
        self.write(move |c| articles::end(c, &claim)).await
    }
}
