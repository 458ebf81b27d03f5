//! Polls that could not be stored. Each counts as a failure of its source and is recorded by
//! itself, without its entries and with the validators from before, so that the next poll
//! brings the document again (R12).

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::model::{Failure, Hold, PollState};
use crate::schedule::{Ended, settle};
use crate::store::{Counted, Error, PollNote, PollRecord};

use super::attempt::Attempt;
use super::poller::Poller;
use super::summary::Summary;

/// The kind of a poll whose claim had lapsed: another process has polled the source.
pub const LAPSED: &str = "lapsed";

/// What was decided about a poll, in case the store does not take it.
pub struct Refused {
    /// The state to be remembered if it failed. A poll that brought or confirmed a document
    /// needs none, large as it is: it is remembered as a failure then.
    pub failed: Option<PollState>,
    /// The hold that its host asked for.
    pub hold: Option<Hold>,
}

impl Refused {
    /// The state to be remembered, besides that it was not stored.
    fn remembered(self, attempt: &Attempt<'_>, failure: &Failure, ended_at: Timestamp) -> PollState {
        match self.failed {
            Some(state) => PollState { last_outcome: format!("{}; {failure}", state.last_outcome), ..state },
            None => as_failed(attempt, failure, ended_at),
        }
    }
}

/// The state of a source whose poll brought or confirmed a document that could not be stored.
fn as_failed(attempt: &Attempt<'_>, failure: &Failure, ended_at: Timestamp) -> PollState {
    let mut state = attempt.state();
    state.failures += 1;
    let heard = attempt.heard(Ended::Failed(failure));
    settle(&mut state, &heard, attempt.now);
    // The next request leaves out what this one left out.
    let before = &attempt.claim.state.standing;
    (state.standing.trust, state.standing.whole_at) = (before.trust, before.whole_at);
    // The store may have kept it waiting for long.
    state.next = attempt.next_from(ended_at, &state, &heard);
    state.last_outcome = failure.to_string();
    state
}

impl Poller {
    /// Records that a poll was not stored, now or as soon as the store takes it.
    pub(super) async fn not_stored(
        &self,
        attempt: &Attempt<'_>,
        refused: Refused,
        error: &Error,
        summary: &mut Summary,
    ) {
        summary.failed = true;
        if matches!(error, Error::StaleClaim(_)) {
            // The store works, and another process has the source.
            (summary.note.kind, summary.note.text) = (LAPSED, error.to_string());
            return;
        }
        summary.no_room = matches!(error, Error::Full(_));
        let failure = Failure::NotStored(error.to_string());
        let hold = refused.hold.clone();
        let state = refused.remembered(attempt, &failure, self.clock.now().max(attempt.now));
        let note = PollNote { kind: failure.kind(), text: state.last_outcome.clone(), ..summary.note.clone() };
        (summary.note, summary.next) = (note.clone(), state.next.clone());
        let record = PollRecord {
            claim: attempt.claim.clone(),
            at: attempt.now,
            note,
            host: attempt.home(&state),
            state,
            found: None,
            released: Vec::new(),
            decided_by: attempt.plan.rules.clone(),
            shares: Arc::clone(&attempt.plan.shares),
            hold,
            succeeded: false,
            warnings_told: 0,
            counted: Counted::All,
        };
        if let Err(error) = self.record(&record).await {
            let source = record.claim.source.as_str();
            tracing::debug!(source.id = source, %error, "a failure could not be stored yet and is kept in memory");
            self.unrecorded().push(record);
        }
    }

    /// Stores a failure, unless another process has polled the source since and knows better.
    async fn record(&self, record: &PollRecord) -> Result<(), Error> {
        match self.store.commit_poll(record.clone()).await {
            Ok(_) | Err(Error::StaleClaim(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Stores failures that the store did not take when they happened, up to the first that it
    /// still does not take, since it may keep its callers waiting.
    pub async fn record_again(&self) {
        let mut waiting = std::mem::take(&mut *self.unrecorded());
        while let Some(record) = waiting.pop() {
            if self.record(&record).await.is_err() {
                waiting.push(record);
                self.unrecorded().append(&mut waiting);
            }
        }
    }
}
