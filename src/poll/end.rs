//! The end of a poll: its result is committed and returned.

use std::sync::Arc;
use std::time::Duration;

use super::attempt::Attempt;
use super::poller::Poller;
use super::summary::Summary;
use super::unstored::Refused;
use crate::model::{EntryId, PollState};
use crate::schedule::{Sent, Throttled};
use crate::store::{Counted, Found, PollNote, PollRecord};

/// What is committed of a poll besides its state.
pub struct PollEnd {
    pub kind: &'static str,
    pub text: String,
    pub found: Option<Vec<Found>>,
    pub released: Vec<EntryId>,
    pub throttled: Option<Throttled>,
    pub succeeded: bool,
}

impl PollEnd {
    /// A poll that brought no document.
    pub fn without(kind: &'static str, text: String) -> Self {
        PollEnd { kind, text, found: None, released: Vec::new(), throttled: None, succeeded: false }
    }
}

impl Poller {
    /// Commits a poll that ended so, with what is remembered of its source from then on.
    /// `warnings` are those about its document, counted in its budget.
    pub(super) async fn commit(
        &self,
        attempt: &Attempt<'_>,
        state: PollState,
        end: PollEnd,
        warnings: &[String],
    ) -> Summary {
        let record = self.record_of(attempt, state, end, warnings);
        let mut summary = Summary::of(attempt.claim, record.note.clone(), record.state.next.clone());
        summary.lag = (attempt.claim.due_at <= attempt.now).then(|| attempt.now.since(attempt.claim.due_at));
        let failed = (!record.succeeded).then(|| record.state.clone());
        let refused = Refused { failed, hold: record.hold.clone() };
        if let (None, Some(lull)) = (&record.found, &self.lull) {
            lull.pass().await;
        }
        match self.store.commit_poll(record).await {
            Ok(done) => {
                summary.new = done.new.len();
                summary.revised = done.revised;
            }
            Err(error) => self.not_stored(attempt, refused, &error, &mut summary).await,
        }
        summary
    }

    /// The record for the store.
    fn record_of(
        &self,
        attempt: &Attempt<'_>,
        mut state: PollState,
        mut end: PollEnd,
        warnings: &[String],
    ) -> PollRecord {
        if let Sent::Whole(why) = attempt.heard.sent {
            end.text = format!("{}; {}", end.text, why.as_str());
        }
        state.last_outcome.clone_from(&end.text);
        let (heard, budget) = (&attempt.heard, attempt.polled.configured.budget);
        let is_spared = budget.of(&attempt.claim.state) != budget;
        PollRecord {
            claim: attempt.claim.clone(),
            at: attempt.now,
            note: self.note(end.kind, end.text, heard.status, heard.wire_bytes, attempt.started),
            host: attempt.home(&state),
            state,
            found: end.found,
            released: end.released,
            decided_by: attempt.plan.rules.clone(),
            shares: Arc::clone(&attempt.plan.shares),
            hold: end.throttled.map(|throttled| attempt.hold(throttled)),
            succeeded: end.succeeded,
            warnings_told: warnings.len() as u64,
            counted: if is_spared { Counted::Texts } else { Counted::All },
        }
    }

    pub(super) fn note(
        &self,
        kind: &'static str,
        text: String,
        status: Option<u16>,
        wire_bytes: u64,
        since: Duration,
    ) -> PollNote {
        PollNote { kind, text, status, duration: self.clock.elapsed().saturating_sub(since), wire_bytes }
    }
}
