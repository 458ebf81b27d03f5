//! What is due, who has it, and turns at hosts.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{FeedId, HoldScope, Host, NextPoll, Purpose, SourceId};
use crate::store::sqlite::SqliteStore;
use crate::store::sqlite::schedule::{claim, overdue, plan, turns};
use crate::store::sqlite::upkeep::mend;
use crate::store::{
    Claim, Configured, Courtesy, Node, NotClaimed, Overdue, Result, Schedule, SourcePlans, SourceRange, Turn,
};

#[async_trait]
impl Schedule for SqliteStore {
    async fn mend(&self, sources: &dyn SourcePlans, feeds: &[FeedId], now: Timestamp) -> Result<()> {
        let (planned, feeds) = (mend::RowNames::of(sources), feeds.to_vec());
        // The look goes over all rows, so it is a reader's: what is written waits for what is
        // damaged alone.
        let found = self.read(move |c| Ok(mend::look(c, &planned, &feeds)?)).await?;
        let mend::Damages { names, sources } = found;
        if !names.is_empty() {
            self.write(move |c| Ok(mend::names(c, &names, now)?)).await?;
        }
        for some in sources.chunks(mend::AT_ONCE) {
            let some = some.to_vec();
            self.write(move |c| Ok(mend::sources(c, &some, now)?)).await?;
        }
        Ok(())
    }

    async fn configure_sources(&self, range: SourceRange, now: Timestamp) -> Result<Configured> {
        self.write(move |c| plan::sources(c, &range, now)).await
    }

    async fn configure_feeds(&self, feeds: &[FeedId], _now: Timestamp) -> Result<()> {
        let feeds = feeds.to_vec();
        self.write(move |c| Ok(plan::feeds(c, &feeds)?)).await
    }

    async fn claim_due(&self, node: &Node, courtesy: &Courtesy, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
        let (node, courtesy) = (node.clone(), *courtesy);
        self.write(move |c| claim::due(c, &node, &courtesy, now, limit)).await
    }

    async fn claim_named(
        &self,
        node: &Node,
        courtesy: &Courtesy,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
        let (node, courtesy, sources) = (node.clone(), *courtesy, sources.to_vec());
        self.write(move |c| claim::named(c, &node, &courtesy, &sources, floor, now)).await
    }

    async fn turn(
        &self,
        claim: &Claim,
        courtesy: &Courtesy,
        host: &Host,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Turn> {
        let (claim, courtesy, host) = (claim.clone(), *courtesy, host.clone());
        self.write(move |c| claim::turn(c, &claim, &courtesy, (&host, purpose), now)).await
    }

    async fn renew(&self, claim: &Claim, courtesy: &Courtesy, now: Timestamp) -> Result<Timestamp> {
        let (claim, courtesy) = (claim.clone(), *courtesy);
        self.write(move |c| claim::renew(c, &claim, &courtesy, now)).await
    }

    async fn strikes(&self, host: &Host, scope: HoldScope) -> Result<u32> {
        let host = host.clone();
        self.read(move |c| Ok(turns::strikes(c, &host, scope)?)).await
    }

    async fn release(&self, claims: &[Claim]) -> Result<()> {
        let claims = claims.to_vec();
        self.write(move |c| claim::release(c, &claims)).await
    }

    async fn next_due_at(&self, courtesy: &Courtesy, now: Timestamp) -> Result<Option<Timestamp>> {
        let courtesy = *courtesy;
        self.read(move |c| claim::next_due_at(c, &courtesy, now)).await
    }

    async fn count_overdue(&self, before: Timestamp) -> Result<usize> {
        self.read(move |c| overdue::count(c, before)).await
    }

    async fn overdue(&self, before: Timestamp, after: Option<&Overdue>, limit: usize) -> Result<Vec<Overdue>> {
        let after = after.cloned();
        self.read(move |c| overdue::page(c, before, after.as_ref(), limit)).await
    }

    async fn respread(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        let due = due.to_vec();
        self.write(move |c| claim::respread(c, &due)).await
    }

    async fn absolve(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        let due = due.to_vec();
        self.write(move |c| claim::absolve(c, &due)).await
    }
}
