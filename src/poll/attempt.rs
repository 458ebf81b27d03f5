//! One poll under way: where it asks, and what its answer does to what is remembered.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::plan::{Plan, Polled};
use crate::clock::Timestamp;
use crate::model::{Freshness, Hold, Host, NextPoll, PollState, PublicUrl};
use crate::net::room::Room;
use crate::schedule::address::{self, Start};
use crate::schedule::{Ended, Heard, Sent, Throttled, Why, hold, next_poll, rhythm};
use crate::store::Claim;

/// A poll under way.
pub struct Attempt<'a> {
    pub claim: &'a Claim,
    pub polled: Arc<Polled>,
    pub plan: Arc<Plan>,
    pub now: Timestamp,
    pub started: Duration,
    /// Which of its addresses is asked.
    pub start: Start,
    /// Why it is asked without the validators that are known.
    pub whole: Option<Why>,
    pub heard: Answered,
}

/// What the answer said besides its outcome.
#[derive(Default)]
pub struct Answered {
    pub status: Option<u16>,
    pub wire_bytes: u64,
    /// The host that answered last.
    pub host: Host,
    pub freshness: Option<Freshness>,
    pub retry_after: Option<Duration>,
    pub moved: Option<String>,
    pub remark: Option<&'static str>,
    /// What was said of the document that is known (P8).
    pub sent: Sent,
    /// Kept until the poll is committed (R9).
    pub _room: Option<Room>,
}

impl Attempt<'_> {
    /// The address to ask. What is stored came from an answer, so it is one.
    pub fn url(&self) -> Url {
        let current = self.claim.state.standing.address.current.as_deref();
        let moved = current.filter(|_| self.start == Start::Current).and_then(|url| Url::parse(url).ok());
        moved.unwrap_or_else(|| self.polled.source.url.clone())
    }

    /// Whether the address asked is one that the source has left.
    pub fn looks_back(&self) -> bool {
        self.start == Start::Configured && self.claim.state.standing.address.current.is_some()
    }

    /// The remembered state, this poll counted.
    pub fn state(&self) -> PollState {
        let mut state = self.claim.state.clone();
        state.polls += 1;
        state.last_poll_at = Some(self.now);
        if self.whole.is_some() {
            state.standing.whole_at = Some(self.now);
        }
        state
    }

    pub fn succeeded(&self, state: &mut PollState, new: usize) {
        // What the first document holds was published before we looked.
        if state.documents > 0
            && let Some(last) = state.last_success_at
        {
            state.rhythm = rhythm::observe(state.rhythm, new, self.now.since(last));
        }
        state.failures = 0;
        state.last_success_at = Some(self.now);
        if new > 0 {
            state.last_new_at = Some(self.now);
        }
        let address = &mut state.standing.address;
        if let Some(to) = address::answered(address, self.start, self.heard.moved.as_deref(), self.now) {
            let source = self.claim.source.as_str();
            let to = PublicUrl::read(&to);
            tracing::warn!(source.id = source, %to, "has moved for good and is polled there; change its url");
        }
    }

    pub fn heard<'a>(&self, ended: Ended<'a>) -> Heard<'a> {
        let waited = self.claim.state.last_poll_at.map_or(Duration::ZERO, |at| self.claim.due_at.since(at));
        let Answered { freshness, retry_after, sent, .. } = self.heard;
        Heard { ended, freshness, retry_after, waited, strikes: self.claim.strikes, sent }
    }

    pub fn next(&self, state: &PollState, heard: &Heard<'_>) -> NextPoll {
        next_poll(&self.claim.source, &self.polled.policy, self.plan.bounds, state, heard, self.now)
    }

    /// The host where the source is asked from now on.
    pub fn home(&self, state: &PollState) -> Host {
        let current = state.standing.address.current.as_deref().and_then(|url| Url::parse(url).ok());
        Host::of(current.as_ref().unwrap_or(&self.polled.source.url), &self.claim.host.proxy)
    }

    /// What a 429 asks for, for its host (P17).
    pub fn hold(&self, throttled: Throttled) -> Hold {
        let host = self.heard.host.clone();
        let because = format!("{}, asked for {}: {}", host.name, self.claim.source, throttled.wait.because);
        let scope = hold::scope(&Host::of(&self.polled.source.url, &host.proxy), &host);
        Hold { host, scope, strikes: throttled.strikes, until: throttled.wait.at, because }
    }
}
