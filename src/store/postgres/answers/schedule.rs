//! What is due, who has it, and turns at hosts.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{FeedId, HoldScope, Host, NextPoll, Purpose, SourceId};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::link::run::Repeat;
use crate::store::postgres::schedule::claim::TakingWay;
use crate::store::postgres::schedule::{claim, due, hold, overdue, plan, turn};
use crate::store::{
    Claim, Configured, Courtesy, Error, Node, NotClaimed, Overdue, Result, Schedule, SourcePlans, SourceRange, Turn,
};

impl PostgresStore {
    async fn claim(
        &self,
        node: &Node,
        (courtesy, way): (&Courtesy, TakingWay),
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Claim>> {
        let asked = (node.clone(), *courtesy);
        let claiming = self.write(Repeat::Once, asked, move |w, (node, courtesy)| {
            Box::pin(claim::due(w, node, (courtesy, way), now, limit))
        });
        claiming.await
    }
}

#[async_trait]
impl Schedule for PostgresStore {
    async fn mend(&self, _sources: &dyn SourcePlans, _feeds: &[FeedId], _now: Timestamp) -> Result<()> {
        Ok(())
    }

    async fn configure_sources(&self, range: SourceRange, now: Timestamp) -> Result<Configured> {
        self.write(Repeat::Once, range, move |w, range| Box::pin(plan::sources(w, range, now))).await
    }

    async fn configure_feeds(&self, feeds: &[FeedId], _now: Timestamp) -> Result<()> {
        self.write(Repeat::Same, feeds.to_vec(), |w, feeds| Box::pin(plan::feeds(&w.tx, feeds))).await
    }

    async fn claim_due(&self, node: &Node, courtesy: &Courtesy, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
        match self.claim(node, (courtesy, TakingWay::Together), now, limit).await {
            // Something about one of them, which is no reason to leave the others.
            Err(error @ (Error::Unfit(_) | Error::Corrupt(_) | Error::Database(_))) => {
                tracing::debug!(%error, "sources are claimed one by one");
                self.claim(node, (courtesy, TakingWay::OneByOne), now, limit).await
            }
            done => done,
        }
    }

    async fn claim_named(
        &self,
        node: &Node,
        courtesy: &Courtesy,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
        let asked = (node.clone(), *courtesy, sources.to_vec());
        self.write(Repeat::Once, asked, move |w, (node, courtesy, sources)| {
            Box::pin(claim::named(w, node, courtesy, (sources, floor), now))
        })
        .await
    }

    async fn turn(
        &self,
        claim: &Claim,
        courtesy: &Courtesy,
        host: &Host,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Turn> {
        let asked = (claim.clone(), *courtesy, host.clone());
        self.write(Repeat::Same, asked, move |w, (claim, courtesy, host)| {
            Box::pin(turn::turn(w, claim, courtesy, (host, purpose), now))
        })
        .await
    }

    async fn renew(&self, claim: &Claim, courtesy: &Courtesy, now: Timestamp) -> Result<Timestamp> {
        let asked = (claim.clone(), *courtesy);
        self.write(Repeat::Same, asked, move |w, (claim, courtesy)| Box::pin(due::renew(w, claim, courtesy, now))).await
    }

    async fn strikes(&self, host: &Host, scope: HoldScope) -> Result<u32> {
        self.read(host, move |tx, host| Box::pin(hold::strikes(tx, host, scope))).await
    }

    async fn release(&self, claims: &[Claim]) -> Result<()> {
        self.write(Repeat::Same, claims.to_vec(), |w, claims| Box::pin(due::release(&w.tx, claims))).await
    }

    async fn next_due_at(&self, courtesy: &Courtesy, now: Timestamp) -> Result<Option<Timestamp>> {
        let time = self.session.time();
        self.read(courtesy, move |tx, courtesy| Box::pin(due::next_due_at(tx, courtesy, time.now(tx.begun_at, now))))
            .await
    }

    async fn count_overdue(&self, before: Timestamp) -> Result<usize> {
        self.read(&(), move |tx, ()| Box::pin(overdue::count(tx, before))).await
    }

    async fn overdue(&self, before: Timestamp, after: Option<&Overdue>, limit: usize) -> Result<Vec<Overdue>> {
        self.read(&after, move |tx, after| Box::pin(overdue::page(tx, before, *after, limit))).await
    }

    async fn respread(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        self.write(Repeat::Same, due.to_vec(), |w, due| Box::pin(due::respread(&w.tx, due))).await
    }

    async fn absolve(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        self.write(Repeat::Once, due.to_vec(), |w, due| Box::pin(due::absolve(w, due))).await
    }
}
