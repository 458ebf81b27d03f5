//! Work under a claim (R21).
//!
//! The claim is renewed while the work goes on. The work is given up when it takes too long, or
//! when another process has taken over the claim.

use std::pin::Pin;
use std::time::Duration;

use super::attempt::Attempt;
use super::poller::Poller;
use super::summary::Summary;
use super::unstored::LAPSED;
use crate::clock::{Clock, Timestamp};
use crate::model::Failure;
use crate::schedule::lease;
use crate::store::{Claim, Error};

/// If the store did not renew a claim, it is tried again after this.
const AGAIN: Duration = Duration::from_millis(200);

impl Poller {
    /// Does `work` under `claim` for as long as no other process has it. The future is large
    /// and must be on the heap before it is handed over.
    pub(super) async fn under<T>(
        &self,
        claim: &Claim,
        mut work: Pin<Box<impl Future<Output = T>>>,
    ) -> Result<T, Error> {
        let renewed_at = |until| lease::renewed_at(until, self.courtesy.lease);
        let mut until = claim.until;
        // The claim may have waited long for its turn, or the machine stood still; another
        // process may have polled the source since. Nothing was sent yet: under a claim that is
        // over nothing is, until the store has said that nobody else has it (R59).
        let now = self.clock.now();
        if now >= renewed_at(until) {
            until = match now < until {
                true => self.renewed(claim, until).await?,
                false => self.store.renew(claim, &self.courtesy, now).await?,
            };
        }
        loop {
            let wait = renewed_at(until).since(self.clock.now()).max(AGAIN);
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                () = self.clock.sleep(wait) => {}
            }
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                renewed = self.renewed(claim, until) => until = renewed?,
            }
        }
    }

    /// Until when a claim holds that held until `until`.
    async fn renewed(&self, claim: &Claim, until: Timestamp) -> Result<Timestamp, Error> {
        match self.store.renew(claim, &self.courtesy, self.clock.now()).await {
            Err(error) if !matches!(error, Error::StaleClaim(_)) => {
                tracing::debug!(source.id = claim.source.as_str(), %error, "a claim could not be renewed yet");
                Ok(until)
            }
            renewed => renewed,
        }
    }

    /// A part of a poll, or its failure if it does not end.
    pub(super) async fn in_time<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        within(&*self.clock, self.longest(), work).await
    }

    /// How long a part of a poll may take.
    pub(super) fn longest(&self) -> Duration {
        lease::longest(self.net.settings().total)
    }

    /// Gives claims of heavy sites back; they are due again after a while.
    pub(super) async fn put_off(&self, mut claims: Vec<Claim>) {
        let later = lease::after_heavy(self.clock.now());
        for claim in &mut claims {
            (claim.due_at, claim.state.next) = (later.at, later.clone());
        }
        if !claims.is_empty()
            && let Err(error) = self.store.release(&claims).await
        {
            tracing::warn!(%error, "claims could not be given back; their leases lapse");
        }
    }

    /// A poll that was given up because another process has its claim.
    pub(super) fn lapsed(&self, attempt: &Attempt<'_>, error: &Error) -> Summary {
        let note = self.note(LAPSED, error.to_string(), None, 0, attempt.started);
        let mut summary = Summary::of(attempt.claim, note, attempt.claim.state.next.clone());
        summary.failed = true;
        summary
    }
}

async fn within<T>(clock: &dyn Clock, longest: Duration, work: impl Future<Output = T>) -> Result<T, Failure> {
    tokio::select! {
        biased;
        done = work => Ok(done),
        () = clock.sleep(longest) => Err(Failure::Limit(lease::given_up(longest))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    #[tokio::test]
    async fn work_that_does_not_end_is_given_up_with_a_name_r21() {
        let clock = SystemClock::new();
        let failure = within(&clock, Duration::from_millis(5), std::future::pending::<()>()).await.unwrap_err();
        assert_eq!(failure.kind(), "limit");
        assert_eq!(within(&clock, Duration::from_secs(60), async { 7 }).await, Ok(7));
        let said = "it was given up after 7m, the longest that a poll may take";
        assert_eq!(lease::given_up(lease::longest(Duration::from_secs(60))), said);
    }
}
