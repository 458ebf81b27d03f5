//! What is due, who has it, and turns at hosts.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{FeedId, HoldScope, Host, NextPoll, Purpose, SourceId};
use crate::store::postgres::PostgresStore;
use crate::store::postgres::answers::unbuilt;
use crate::store::{
    Claim, Configured, Courtesy, Node, NotClaimed, Overdue, Result, Schedule, SourcePlan, SourceRange, Turn,
};

#[async_trait]
impl Schedule for PostgresStore {
    async fn mend(&self, sources: &[SourcePlan], feeds: &[FeedId], now: Timestamp) -> Result<()> {
        Err(unbuilt("mend"))
    }

    async fn configure_sources(&self, range: SourceRange, now: Timestamp) -> Result<Configured> {
        Err(unbuilt("configure_sources"))
    }

    async fn configure_feeds(&self, feeds: &[FeedId], now: Timestamp) -> Result<()> {
        Err(unbuilt("configure_feeds"))
    }

    async fn claim_due(&self, node: &Node, courtesy: &Courtesy, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
        Err(unbuilt("claim_due"))
    }

    async fn claim_named(
        &self,
        node: &Node,
        courtesy: &Courtesy,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
        Err(unbuilt("claim_named"))
    }

    async fn turn(
        &self,
        claim: &Claim,
        courtesy: &Courtesy,
        host: &Host,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Turn> {
        Err(unbuilt("turn"))
    }

    async fn renew(&self, claim: &Claim, courtesy: &Courtesy, now: Timestamp) -> Result<Timestamp> {
        Err(unbuilt("renew"))
    }

    async fn strikes(&self, host: &Host, scope: HoldScope) -> Result<u32> {
        Err(unbuilt("strikes"))
    }

    async fn release(&self, claims: &[Claim]) -> Result<()> {
        Err(unbuilt("release"))
    }

    async fn next_due_at(&self, courtesy: &Courtesy, now: Timestamp) -> Result<Option<Timestamp>> {
        Err(unbuilt("next_due_at"))
    }

    async fn count_overdue(&self, before: Timestamp) -> Result<usize> {
        Err(unbuilt("count_overdue"))
    }

    async fn overdue(&self, before: Timestamp, after: Option<&Overdue>, limit: usize) -> Result<Vec<Overdue>> {
        Err(unbuilt("overdue"))
    }

    async fn respread(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        Err(unbuilt("respread"))
    }

    async fn absolve(&self, due: &[(SourceId, NextPoll)]) -> Result<()> {
        Err(unbuilt("absolve"))
    }
}
