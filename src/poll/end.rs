//! How a poll ends: what came of it is committed, and told.

use std::sync::Arc;
use std::time::Duration;

use super::attempt::Attempt;
use super::unstored::Refused;
use super::{End, Poller, Summary};
use crate::clock::Timestamp;
use crate::model::{EntryId, PollState};
use crate::past::again;
use crate::plan::Plan;
use crate::schedule::Sent;
use crate::store::{Counted, Found, PollNote, PollRecord};

impl Poller {
    pub(super) async fn commit(&self, attempt: &Attempt<'_>, state: PollState, end: End) -> Summary {
        self.commit_telling(attempt, state, end, 0).await
    }

    /// The same where warnings are told of the document, which count in its budget.
    pub(super) async fn commit_telling(
        &self,
        attempt: &Attempt<'_>,
        mut state: PollState,
        mut end: End,
        warnings: usize,
    ) -> Summary {
        if let Sent::Whole(why) = attempt.heard.sent {
            end.text = format!("{}; {}", end.text, why.as_str());
        }
        state.last_outcome.clone_from(&end.text);
        let heard = &attempt.heard;
        let note = self.note(end.kind, end.text, heard.status, heard.wire_bytes, attempt.started);
        let mut summary = Summary::of(attempt.claim, note.clone(), state.next.clone());
        summary.lag = (attempt.claim.due_at <= attempt.now).then(|| attempt.now.since(attempt.claim.due_at));
        let host = attempt.home(&state);
        let hold = end.throttled.map(|throttled| attempt.hold(throttled));
        let (claim, at) = (attempt.claim.clone(), attempt.now);
        let revised: Vec<EntryId> = end.found.iter().flatten().filter_map(Found::decided_anew).collect();
        let refused = Refused { failed: (!end.succeeded).then(|| state.clone()), hold: hold.clone() };
        let End { found, released, succeeded, .. } = end;
        let shares = Arc::clone(&attempt.plan.shares);
        let budget = attempt.polled.budget;
        let is_spared = budget.of(&attempt.claim.state) != budget;
        let counted = if is_spared { Counted::Texts } else { Counted::All };
        let record = PollRecord {
            claim,
            at,
            note,
            state,
            found,
            released,
            shares,
            host,
            hold,
            succeeded,
            warnings_told: warnings as u64,
            counted,
        };
        match self.store.commit_poll(record).await {
            Ok(done) => {
                summary.new = done.new.len();
                summary.revised = done.revised;
                summary.feeds = done.feeds;
                self.keep_up(&attempt.plan, &revised, attempt.now).await;
            }
            Err(error) => self.not_stored(attempt, refused, &error, &mut summary).await,
        }
        summary
    }

    /// Decides again about entries whose text was just replaced, where the
    /// filters were changed since they were decided by `plan`: the rematch that
    /// follows a change may have gone past them. It comes to new ones at its end.
    pub(super) async fn keep_up(&self, plan: &Arc<Plan>, revised: &[EntryId], at: Timestamp) {
        let current = self.plan.load_full();
        if revised.is_empty() || Arc::ptr_eq(&current, plan) {
            return;
        }
        if let Err(error) = again::decide(&self.store, current, revised, at).await {
            tracing::warn!(%error, entries = revised.len(), "entries are decided by a filter that was changed");
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
