//! One poll under way: what it requests, and what the response changes in the source's state.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock::Timestamp;
use crate::fetch::{Ask, Bound, FirstTurn, Response};
use crate::model::{Freshness, Hold, Host, NextPoll, Outcome, Over, PollState, PublicUrl, Spent, Unkept, Validators};
use crate::net::room::Room;
use crate::plan::{Plan, PlannedSource};
use crate::schedule::address::{self, Start};
use crate::schedule::budget::warnings_told;
use crate::schedule::{Ended, Heard, Ration, Sent, Throttled, Why, hold, next_poll, rhythm};
use crate::store::Claim;

/// A poll under way.
pub struct Attempt<'a> {
    pub claim: &'a Claim,
    pub polled: PlannedSource,
    pub plan: Arc<Plan>,
    pub now: Timestamp,
    pub started: Duration,
    /// Which of its URLs is requested.
    pub start: Start,
    /// Why the request leaves out validators that are known.
    pub whole: Option<Why>,
    pub heard: Answered,
}

/// What the response said besides its outcome.
#[derive(Default)]
pub struct Answered {
    pub status: Option<u16>,
    pub wire_bytes: u64,
    /// The host that responded last.
    pub host: Host,
    pub freshness: Option<Freshness>,
    pub retry_after: Option<Duration>,
    pub moved: Option<String>,
    pub remark: Option<&'static str>,
    /// What the response says about the document that is known (P8).
    pub sent: Sent,
    /// Kept until the document's bytes have been read (R9).
    pub room: Option<Room>,
}

impl Attempt<'_> {
    /// The URL to request. What is stored was parsed from a response, so it is valid.
    pub fn url(&self) -> Url {
        let current = self.claim.state.standing.address.current.as_deref();
        let moved = current.filter(|_| self.start == Start::Current).and_then(|url| Url::parse(url).ok());
        moved.unwrap_or_else(|| self.polled.configured.source.url.clone())
    }

    /// The request: conditional on the known document, unless that is wanted whole. The claim
    /// holds the turn of the host where the source lives now; its configured URL may be
    /// elsewhere (P19). One that was over before its poll began may have lost the turn to
    /// another source of the host, and takes it anew (R59).
    pub fn ask(&self) -> Ask {
        let (url, claim) = (self.url(), self.claim);
        let is_home = Host::of(&url, &claim.host.proxy) == claim.host;
        let has_turn = is_home && self.now < claim.until;
        let first = if has_turn { FirstTurn::Held } else { FirstTurn::ToTake };
        let mut request = self.polled.request(url);
        if self.whole.is_none() {
            request.validators = claim.state.validators.clone();
            request.validators_url = claim.state.validators_url.clone();
        }
        let bound = if self.polled.configured.source.kind.heeds_robots() { Bound::Robots } else { Bound::Free };
        Ask { request, bound, first }
    }

    /// Notes what a response says to a request with these validators. Returns its outcome.
    pub fn hear(&mut self, response: Response, validators: &Validators) -> Outcome {
        if response.kept_back {
            return response.outcome;
        }
        // A 304 that does not mention freshness renews the freshness of its document.
        let renewed = matches!(response.outcome, Outcome::NotModified { .. }) && !response.says_freshness();
        let stored = self.claim.state.standing.freshness.filter(|_| renewed).map(Freshness::renewed);
        self.heard = Answered {
            status: response.status,
            wire_bytes: response.wire_bytes,
            host: Host::of(&response.url, &self.claim.host.proxy),
            freshness: response.freshness.or(stored),
            retry_after: response.retry_after,
            sent: self.sent(&response, validators),
            moved: response.moved.map(|moved| moved.to.to_string()),
            remark: response.remark,
            room: response.room,
        };
        response.outcome
    }

    /// What the response says about the document that is known.
    fn sent(&self, response: &Response, validators: &Validators) -> Sent {
        match self.whole {
            Some(why) => Sent::Whole(why),
            // Those of the sitemaps of an index have not been sent yet.
            None if self.claim.state.has_validated_maps() => Sent::Validators,
            None if response.conditional && response.names_another(validators) => Sent::Outdated,
            None if response.conditional => Sent::Validators,
            None => Sent::Nothing,
        }
    }

    /// Whether the requested URL is one that the source has left.
    pub fn looks_back(&self) -> bool {
        self.start == Start::Configured && self.claim.state.standing.address.current.is_some()
    }

    /// The remembered state, with this poll counted.
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
        // What the first document holds was published before our first poll.
        if !state.is_first()
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
            tracing::warn!(source.id = source, %to, "a source has moved for good, and is polled there; change its url");
        }
    }

    /// What is left of the source's budget for the day.
    pub fn ration(&self) -> Ration {
        let state = &self.claim.state;
        Ration::of(self.polled.configured.budget.of(state), state.spent, self.now)
    }

    /// Whether nothing is left of it for the entries of a further document.
    pub fn is_spent(&self) -> bool {
        self.ration().is_spent(self.claim.state.standing.over.as_ref(), self.now)
    }

    /// Logs that the source is over its budget, once, when it first is. If it no longer is, the
    /// mark is removed (B162).
    pub fn tell_of(&self, over: &Over) {
        if over.budget.is_empty() {
            return;
        }
        if self.claim.state.standing.over_budget().is_none() {
            let (source, budget, waiting) = (self.claim.source.as_str(), over.budget.as_str(), over.waiting);
            tracing::warn!(
                source.id = source,
                budget,
                waiting,
                "a source is over its budget: new entries of its document wait for tomorrow, if it still lists them then"
            );
        }
    }

    /// Logs once a day that earlier versions of its entries are not kept.
    pub fn tell_of_unkept(&self, unkept: &Unkept) {
        let before = self.claim.state.standing.unkept.as_ref();
        if before.is_none_or(|before| Spent::day_of(before.since) != Spent::day_of(self.now)) {
            let (source, budget, versions) = (self.claim.source.as_str(), unkept.budget.as_str(), unkept.versions);
            tracing::warn!(
                source.id = source,
                budget,
                versions,
                "a source is over its budget: earlier versions of entries that changed are not kept today"
            );
        }
    }

    /// The warnings about its document that are shown within its budget for the day.
    pub fn told(&self, mut warnings: Vec<String>) -> Vec<String> {
        let budget = self.polled.configured.budget;
        let (told, ends) = warnings_told(budget, self.claim.state.spent, self.now, warnings.len());
        warnings.truncate(told);
        if ends {
            warnings.push(format!(
                "limit: its budget of {} warnings a day is spent; `status` shows the latest",
                budget.warnings
            ));
        }
        warnings
    }

    pub fn heard<'a>(&self, ended: Ended<'a>) -> Heard<'a> {
        let waited = self.claim.state.last_poll_at.map_or(Duration::ZERO, |at| self.claim.due_at.since(at));
        let Answered { freshness, retry_after, sent, .. } = self.heard;
        Heard { ended, freshness, retry_after, waited, strikes: self.claim.strikes, sent }
    }

    pub fn next(&self, state: &PollState, heard: &Heard<'_>) -> NextPoll {
        self.next_from(self.now, state, heard)
    }

    /// The same, of one that ended at `now`.
    pub fn next_from(&self, now: Timestamp, state: &PollState, heard: &Heard<'_>) -> NextPoll {
        next_poll(&self.claim.source, &self.polled.configured.schedule, self.plan.bounds, state, heard, now)
    }

    /// The host from which the source is requested from now on.
    pub fn home(&self, state: &PollState) -> Host {
        let current = state.standing.address.current.as_deref().and_then(|url| Url::parse(url).ok());
        Host::of(current.as_ref().unwrap_or(&self.polled.configured.source.url), &self.claim.host.proxy)
    }

    /// The hold that a 429 puts on its host (P17).
    pub fn hold(&self, throttled: Throttled) -> Hold {
        let host = self.heard.host.clone();
        let because = format!("{}, requested for {}: {}", host.name, self.claim.source, throttled.wait.because);
        let scope = hold::scope(&Host::of(&self.polled.configured.source.url, &host.proxy), &host);
        Hold { host, scope, strikes: throttled.strikes, until: throttled.wait.at, because }
    }
}
