//! How a source is doing, as operators read it.

use crate::clock::Timestamp;
use crate::model::{Over, PollState, SourceId};

/// A source is stale after so many of its waits (R6).
const STALE_AFTER: u32 = 3;

/// A source and its state.
#[derive(Clone, Debug)]
pub struct SourceStatus {
    /// The source.
    pub source: SourceId,
    /// Whether the configuration still names it.
    pub active: bool,
    /// Its state.
    pub state: PollState,
    /// Entries stored.
    pub entries: u64,
    /// Entries first seen a day, the last 30 days, oldest first.
    pub days: Vec<u32>,
}

impl SourceStatus {
    /// Whether nothing came of it for three times the wait that its last
    /// success was given (R6).
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let state = &self.state;
        let waited = |at: Timestamp| state.standing.wait.is_some_and(|wait| at.plus(wait * STALE_AFTER) < now);
        let never = state.last_success_at.is_none() && state.failures >= STALE_AFTER;
        self.active && (never || state.last_success_at.is_some_and(waited))
    }

    /// A word for how it is doing.
    pub fn word(&self, now: Timestamp) -> &'static str {
        match &self.state {
            _ if !self.active => "retired",
            state if state.polls == 0 => "new",
            state if state.standing.stopped_at.is_some() => "gone",
            state if state.standing.offline_at.is_some() => "offline",
            _ if self.is_stale(now) => "stale",
            state if state.failures > 0 => "failing",
            state if state.standing.over.is_some() => "over",
            state if state.standing.address.current.is_some() => "moved",
            _ => "ok",
        }
    }

    /// When it is due; `None` when it is polled no more.
    pub fn next_poll_at(&self) -> Option<Timestamp> {
        Some(self.state.next.at).filter(|at| self.active && *at < Timestamp::NEVER)
    }

    /// What its operator has to know of it, each a sentence without a full stop.
    pub fn remarks(&self, now: Timestamp) -> Vec<String> {
        let s = &self.state.standing;
        let id = &self.source;
        let moved =
            s.address.current.as_ref().map(|to| format!("moved for good to {to}, and polled there; change its url"));
        let gone = s.stopped_at.map(|_| format!("gone, so no longer polled; `wiredesk poll {id}` asks once more"));
        let stale = (s.stopped_at.is_none() && self.is_stale(now)).then(|| match self.state.last_success_at {
            Some(at) => format!("stale: without a success since {at}, for more than three of its intervals"),
            None => "stale: it was never read".to_owned(),
        });
        let hold = s.hold.as_ref().filter(|hold| hold.at > now);
        let held = hold.map(|hold| format!("held until {}, for polls by hand too: {}", hold.at, hold.because));
        let hides = (s.trust.hidden > 0).then(|| {
            let times = s.trust.hidden;
            format!("its server answered not modified (304) though its document was new, {times} times; so it is asked for all of it now and then")
        });
        let over = s.over.as_ref().map(|over| {
            let Over { since, budget, waiting } = over;
            format!("over its budget of {budget}: at {since}, {waiting} new entries of its document were not taken; what is still listed tomorrow is taken then")
        });
        [moved, gone, stale, held, hides, over].into_iter().flatten().collect()
    }
}
