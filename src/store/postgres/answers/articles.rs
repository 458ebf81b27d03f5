//! Articles of entries' pages.

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::write::{article_claims, articles};
use crate::store::prepared::prepare_article;
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
        // Most of the time nothing is wanted, and nothing need be locked to know.
        let time = self.session.time();
        if !self.read(&(), move |tx, ()| Box::pin(article_claims::any(tx, time.now(tx.begun_at, now)))).await? {
            return Ok(Vec::new());
        }
        let claimed = self.write(Repeat::Once, (node.clone(), *courtesy), move |writing, (node, courtesy)| {
            Box::pin(article_claims::claim(writing, node, courtesy, now, limit))
        });
        claimed.await
    }

    async fn begin_article(&self, claim: &Claim, entry: EntryId, again: Timestamp) -> Result<()> {
        let begun = self.write(Repeat::Once, claim.clone(), move |writing, claim| {
            Box::pin(articles::begin(&writing.tx, claim, entry, again))
        });
        begun.await
    }

    async fn commit_article(&self, record: ArticleRecord) -> Result<()> {
        let prepared = prepare_article(record)?;
        let committed =
            self.write(Repeat::Once, prepared, |writing, prepared| Box::pin(articles::commit(writing, prepared)));
        committed.await
    }

    async fn end_articles(&self, claim: &Claim) -> Result<()> {
        self.write(Repeat::Same, claim.clone(), |writing, claim| Box::pin(articles::end(&writing.tx, claim))).await
    }
}
