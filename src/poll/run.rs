//! One poll, from its claim to its end.

use tokio::sync::SemaphorePermit;

use super::ask::contact_of;
use super::attempt::{Answered, Attempt};
use super::contain::contained;
use super::document::ReadDocument;
use super::gather::{Gathered, gather};
use super::poller::Poller;
use super::readers::HeavyTurn;
use super::summary::Summary;
use crate::fetch::Received;
use crate::model::{Failure, Outcome};
use crate::schedule::{address, wants_whole};
use crate::store::Claim;

/// A document's turn to be read, kept until its result is committed.
struct InHand<'a> {
    _in_hand: SemaphorePermit<'a>,
    _lane: HeavyTurn<'a>,
}

impl Poller {
    /// Polls one claimed source and commits the result. A panic ends this poll alone, as a
    /// failure (R23).
    pub async fn poll(&self, claim: Claim) -> Summary {
        let plan = self.plan.load_full();
        let (now, started) = (self.clock.now(), self.clock.elapsed());
        let Some(polled) = plan.sources.claimed(&claim).cloned() else {
            return self.unknown(claim).await;
        };
        let start = address::start(&claim.state.standing.address, now);
        let (whole, heard) = (wants_whole(&claim.state, now), Answered::default());
        let mut attempt = Attempt { claim: &claim, polled, plan, now, started, start, whole, heard };
        match self.under(&claim, Box::pin(contained(self.run(&mut attempt)))).await {
            Ok(Ok(summary)) => summary,
            Ok(Err(panic)) => self.failed(&attempt, &Failure::Internal(panic)).await,
            Err(error) => self.lapsed(&attempt, &error),
        }
    }

    async fn run(&self, attempt: &mut Attempt<'_>) -> Summary {
        let outcome = match self.in_time(Box::pin(self.ask(attempt))).await {
            Ok(outcome) => outcome,
            Err(failure) => return self.failed(attempt, &failure).await,
        };
        let contact = contact_of(&outcome, attempt.heard.status);
        self.contact(contact, &attempt.heard.host.name, attempt.now).await;
        if let Outcome::Failed(failure) = &outcome
            && contact.is_miss()
        {
            if let Some(summary) = self.no_line(attempt, failure).await {
                return summary;
            }
            let summary = self.failed(attempt, failure).await;
            self.blame(&attempt.claim.source, attempt.now).await;
            return summary;
        }
        match gather(outcome, &attempt.claim.state) {
            Gathered::Failed(failure) => self.failed(attempt, &failure).await,
            Gathered::Quiet { kind, text, validators } => self.quiet(attempt, kind, text, validators).await,
            Gathered::Document(body) => {
                let received = Received { body, room: attempt.heard.room.take() };
                match self.in_time(Box::pin(self.in_turn(attempt, received))).await.and_then(|read| read) {
                    Ok((read, _turn)) => self.document(attempt, read).await,
                    Err(failure) => self.failed(attempt, &failure).await,
                }
            }
        }
    }

    /// Reads a document in its turn. A document of a heavy site waits for its lane before it
    /// takes anything that others need, and keeps the lane until it is committed: only one such
    /// document is in memory at a time (R9).
    async fn in_turn(&self, attempt: &Attempt<'_>, received: Received) -> Result<(ReadDocument, InHand<'_>), Failure> {
        self.readers.weigh(&attempt.claim.host, &received.body.bytes);
        let lane = self.readers.lane(&attempt.claim.host).await;
        let in_hand = self.in_hand.acquire().await.expect("the semaphore is never closed");
        Ok((self.read(attempt, received).await?, InHand { _in_hand: in_hand, _lane: lane }))
    }
}
