//! What is due, who has it, and turns at hosts.

use std::time::Duration;

use async_trait::async_trait;

use crate::clock::Timestamp;
use crate::model::{FeedId, Host, NextPoll, Purpose, Scope, SourceId};
use crate::store::sqlite::{SqliteStore, claim, holder, plan, turns};
use crate::store::{Claim, Configured, NotClaimed, Planned, Result, Schedule, Turn, Worker};

#[async_trait]
impl Schedule for SqliteStore {
    async fn configure(&self, sources: &[Planned], feeds: &[FeedId], now: Timestamp) -> Result<Configured> {
        let (sources, feeds) = (sources.to_vec(), feeds.to_vec());
        self.write(move |c| plan::configure(c, &sources, &feeds, now)).await
    }

    async fn claim_due(&self, worker: &Worker, now: Timestamp, limit: usize) -> Result<Vec<Claim>> {
        let (process, worker) = (self.process.clone(), worker.clone());
        self.write(move |c| claim::due(c, &process, &worker, now, limit)).await
    }

    async fn claim_named(
        &self,
        worker: &Worker,
        sources: &[SourceId],
        floor: Duration,
        now: Timestamp,
    ) -> Result<(Vec<Claim>, Vec<NotClaimed>)> {
        let (process, worker, sources) = (self.process.clone(), worker.clone(), sources.to_vec());
        self.write(move |c| claim::named(c, &process, &worker, &sources, floor, now)).await
    }

    async fn turn(
        &self,
        worker: &Worker,
        claim: &Claim,
        host: &Host,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<Turn> {
        let (worker, claim, host) = (worker.clone(), claim.clone(), host.clone());
        self.write(move |c| claim::turn(c, &worker, &claim, (&host, purpose), now)).await
    }

    async fn renew(&self, worker: &Worker, claim: &Claim, now: Timestamp) -> Result<Timestamp> {
        let (worker, claim) = (worker.clone(), claim.clone());
        self.write(move |c| claim::renew(c, &worker, &claim, now)).await
    }

    async fn strikes(&self, host: &Host, scope: Scope) -> Result<u32> {
        let host = host.clone();
        self.read(move |c| Ok(turns::strikes(c, &host, scope)?)).await
    }

    async fn end_turns(&self, worker: &str) -> Result<()> {
        let worker = worker.to_owned();
        self.write(move |c| turns::end_all(c, &worker)).await
    }

    async fn bury_dead(&self) -> Result<usize> {
        if self.read(holder::dead).await?.is_empty() {
            return Ok(0);
        }
        self.write(holder::bury).await
    }

    async fn release(&self, claims: &[Claim]) -> Result<()> {
        let claims = claims.to_vec();
        self.write(move |c| claim::release(c, &claims)).await
    }

    async fn next_due_at(&self, worker: &Worker, now: Timestamp) -> Result<Option<Timestamp>> {
        let worker = worker.clone();
        self.read(move |c| claim::next_due_at(c, &worker, now)).await
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
