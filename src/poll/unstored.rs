//! Polls that could not be stored: each is a failure of its source, recorded
//! alone, without what it brought and with the validators as they were, so that
//! the next poll brings the document again (R12).

use std::sync::Arc;

use crate::model::{Failure, Hold, PollState};
use crate::schedule::{Ended, settle};
use crate::store::{Counted, Error, PollNote, PollRecord};

use super::attempt::Attempt;
use super::poller::Poller;
use super::summary::Summary;

/// The kind of a poll whose claim had lapsed: another has polled the source.
pub const LAPSED: &str = "lapsed";

/// What was decided about a poll, should the store not take it.
pub struct Refused {
    /// The state to be remembered of one that failed. One that brought or confirmed a
    /// document needs none kept, dear as it is: it is remembered as a failure then.
    pub failed: Option<PollState>,
    /// What its host asked for.
    pub hold: Option<Hold>,
}

impl Refused {
    /// What is remembered of it, besides that it was not stored.
    fn remembered(self, attempt: &Attempt<'_>, failure: &Failure) -> PollState {
        match self.failed {
            Some(state) => PollState { last_outcome: format!("{}; {failure}", state.last_outcome), ..state },
            None => as_failed(attempt, failure),
        }
    }
}

/// What is remembered of a poll that brought or confirmed a document, where that could not
/// be stored.
fn as_failed(attempt: &Attempt<'_>, failure: &Failure) -> PollState {
    let mut state = attempt.state();
    state.failures += 1;
    let heard = attempt.heard(Ended::Failed(failure));
    settle(&mut state, &heard, attempt.now);
    // The next request leaves out what this one left out.
    let before = &attempt.claim.state.standing;
    (state.standing.trust, state.standing.whole_at) = (before.trust, before.whole_at);
    state.next = attempt.next(&state, &heard);
    state.last_outcome = failure.to_string();
    state
}

impl Poller {
    /// Records that a poll was not stored, now or when the store takes it.
    pub(super) async fn not_stored(
        &self,
        attempt: &Attempt<'_>,
        refused: Refused,
        error: &Error,
        summary: &mut Summary,
    ) {
        summary.failed = true;
        if matches!(error, Error::StaleClaim(_)) {
            // The store is well, and the source in other hands.
            (summary.note.kind, summary.note.text) = (LAPSED, error.to_string());
            return;
        }
        let failure = Failure::NotStored(error.to_string());
        let hold = refused.hold.clone();
        let state = refused.remembered(attempt, &failure);
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
            tracing::debug!(source.id = source, %error, "a failure could not be stored and is kept in mind");
            self.unrecorded().push(record);
        }
    }

    /// Stores a failure, unless somebody polled the source since, who knows better.
    async fn record(&self, record: &PollRecord) -> Result<(), Error> {
        match self.store.commit_poll(record.clone()).await {
            Ok(_) | Err(Error::StaleClaim(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Stores the failures that the store did not take when they happened, up to
    /// the first that it still does not take: it may keep its callers waiting.
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
