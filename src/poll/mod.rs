//! One poll: gather, decide, commit; and why an entry is where it is.
//!
//! [`Poller::poll`] takes a claim from the store through request, document,
//! entries, filters and schedule to one transaction. Whatever fails on the way
//! fails alone: entries, validators and feeds keep their last good state.

pub mod copy;
pub mod decide;
pub mod driver;
pub mod explain;
pub mod find;
pub mod index;
pub mod lanes;
pub mod plan;
pub mod print;
mod read;
pub mod rematch;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::Semaphore;

use crate::clock::{Clock, Timestamp};
use crate::fetch;
use crate::model::{Body, Failure, FeedId, NextPoll, Outcome, PollState, SourceId, Validators};
use crate::net;
use crate::schedule::{Ended, next_poll, rhythm};
use crate::store::{self, Claim, Found, PollNote, PollRecord, Store};

pub use plan::{Plan, Polled};

/// Documents read at once: reading is work for a core.
const READERS: usize = 2;

/// Documents between reading and the end of their commit: enough for large
/// group commits, few enough to bound memory.
const IN_HAND: usize = 16;

/// What a poll came to, for logs and summaries.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The source.
    pub source: SourceId,
    /// How it ended.
    pub note: PollNote,
    /// Whether it ended without a document or a 304.
    pub failed: bool,
    /// Entries not known before.
    pub new: usize,
    /// Entries that changed.
    pub revised: usize,
    /// Feeds in which something changed.
    pub feeds: Vec<FeedId>,
    /// When the source is due again, and why.
    pub next: NextPoll,
    /// What was odd about the document.
    pub warnings: Vec<String>,
}

/// Polls sources.
pub struct Poller {
    store: Arc<dyn Store>,
    net: net::Client,
    clock: Arc<dyn Clock>,
    plan: Arc<ArcSwap<Plan>>,
    readers: Semaphore,
    in_hand: Semaphore,
}

/// What a request brought, as far as a poll has to tell it apart.
enum Gathered {
    Quiet { kind: &'static str, text: String, validators: Option<(Validators, String)> },
    Document(Body),
    Failed(Failure),
}

/// A poll under way.
struct Attempt<'a> {
    claim: &'a Claim,
    polled: Arc<Polled>,
    plan: Arc<Plan>,
    now: Timestamp,
    started: Duration,
    status: Option<u16>,
    wire_bytes: u64,
}

impl Poller {
    /// A poller that follows `plan`, whatever it is replaced by.
    pub fn new(store: Arc<dyn Store>, net: net::Client, clock: Arc<dyn Clock>, plan: Arc<ArcSwap<Plan>>) -> Self {
        let (readers, in_hand) = (Semaphore::new(READERS), Semaphore::new(IN_HAND));
        Poller { store, net, clock, plan, readers, in_hand }
    }

    /// The plan in force.
    pub fn plan(&self) -> Arc<Plan> {
        self.plan.load_full()
    }

    /// The clock polls go by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Polls one claimed source and commits what came of it.
    pub async fn poll(&self, claim: Claim) -> Summary {
        let plan = self.plan.load_full();
        let (now, started) = (self.clock.now(), self.clock.elapsed());
        let Some(polled) = plan.sources.get(&claim.source).cloned() else {
            return self.retired(claim).await;
        };
        let request = fetch::Request {
            url: polled.source.url.clone(),
            validators: claim.state.validators.clone(),
            validators_url: claim.state.validators_url.clone(),
            headers: net::HeaderMap::new(),
        };
        let answer = fetch::get(&self.net, &request, &fetch::AtOnce, now).await;
        let attempt =
            Attempt { claim: &claim, polled, plan, now, started, status: answer.status, wire_bytes: answer.wire_bytes };
        match gather(answer.outcome, &claim.state) {
            Gathered::Failed(failure) => self.failed(&attempt, &failure).await,
            Gathered::Quiet { kind, text, validators } => self.quiet(&attempt, kind, text, validators).await,
            Gathered::Document(body) => {
                let _turn = self.in_hand.acquire().await;
                match self.read(&attempt, body).await {
                    Ok(read) => self.document(&attempt, read).await,
                    Err(failure) => self.failed(&attempt, &failure).await,
                }
            }
        }
    }

    /// A claim on a source that the configuration no longer names.
    async fn retired(&self, claim: Claim) -> Summary {
        let note = self.note("retired", "no longer in the configuration".to_owned(), None, 0, self.clock.elapsed());
        let summary = summary(&claim, note, claim.state.next.clone());
        if let Err(error) = self.store.release(&[claim]).await {
            tracing::warn!(%error, "a claim could not be given back");
        }
        summary
    }

    async fn failed(&self, attempt: &Attempt<'_>, failure: &Failure) -> Summary {
        let mut state = attempt.state();
        state.failures += 1;
        state.next = attempt.next(&state, Ended::Failed(failure));
        let mut summary = self.commit(attempt, state, failure.kind(), failure.to_string(), None).await;
        summary.failed = true;
        summary
    }

    async fn quiet(
        &self,
        attempt: &Attempt<'_>,
        kind: &'static str,
        text: String,
        validators: Option<(Validators, String)>,
    ) -> Summary {
        let mut state = attempt.state();
        attempt.succeeded(&mut state, 0);
        if let Some((validators, url)) = validators {
            state.validators = validators;
            state.validators_url = Some(url);
        }
        state.ever_validated |= !state.validators.is_empty();
        state.next = attempt.next(&state, Ended::Quiet);
        self.commit(attempt, state, kind, text, None).await
    }

    async fn document(&self, attempt: &Attempt<'_>, read: read::Read) -> Summary {
        let mut state = attempt.state();
        let elapsed = state.last_success_at.filter(|_| state.documents > 0).map(|at| attempt.now.since(at));
        let (new, listed) = (read.new, read.found.len());
        attempt.succeeded(&mut state, new);
        state.documents += 1;
        state.warnings = read.warnings.clone();
        state.hints = read.hints;
        state.carrier = read.carrier;
        if new + read.revised > 0 {
            state.carrier.updated_at = Some(attempt.now);
        }
        state.unstable_ids = if read.ids_changed { state.unstable_ids + 1 } else { 0 };
        // A document that was cut keeps the validators of the last whole one (P5).
        if let Some((validators, url, hash)) = read.validators {
            state.ever_validated |= !validators.is_empty();
            state.validators = validators;
            state.validators_url = Some(url);
            state.body_hash = Some(hash);
        }
        state.next = attempt.next(&state, Ended::Document { new, listed, elapsed });
        let text = format!("{listed} entries, {new} new, {} changed", read.revised);
        let mut summary = self.commit(attempt, state, "document", text, Some(read.found)).await;
        summary.warnings = read.warnings;
        summary
    }

    async fn commit(
        &self,
        attempt: &Attempt<'_>,
        mut state: PollState,
        kind: &'static str,
        text: String,
        found: Option<Vec<Found>>,
    ) -> Summary {
        state.last_outcome.clone_from(&text);
        let note = self.note(kind, text, attempt.status, attempt.wire_bytes, attempt.started);
        let mut summary = summary(attempt.claim, note.clone(), state.next.clone());
        let record = PollRecord { claim: attempt.claim.clone(), at: attempt.now, note, state, found };
        match self.store.commit_poll(record).await {
            Ok(done) => {
                summary.new = done.new.len();
                summary.revised = done.revised;
                summary.feeds = done.feeds;
            }
            Err(error) => not_stored(&mut summary, &error),
        }
        summary
    }

    fn note(
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

fn summary(claim: &Claim, note: PollNote, next: NextPoll) -> Summary {
    Summary {
        source: claim.source.clone(),
        note,
        failed: false,
        new: 0,
        revised: 0,
        feeds: Vec::new(),
        next,
        warnings: Vec::new(),
    }
}

/// The store keeps what it had, validators included, so the next poll brings
/// the document again (R12).
fn not_stored(summary: &mut Summary, error: &store::Error) {
    let failure = Failure::NotStored(error.to_string());
    summary.failed = true;
    summary.note.kind = failure.kind();
    summary.note.text = failure.to_string();
}

fn gather(outcome: Outcome, state: &PollState) -> Gathered {
    match outcome {
        Outcome::Failed(failure) => Gathered::Failed(failure),
        Outcome::NotModified { renewed } => Gathered::Quiet {
            kind: "not-modified",
            text: "not modified".to_owned(),
            validators: renew(&state.validators, renewed).zip(state.validators_url.clone()),
        },
        // The same bytes are not read again, whatever their validators say (P7).
        Outcome::Document { body, .. } if state.body_hash == Some(body.hash) => Gathered::Quiet {
            kind: "unchanged",
            text: "the same document as before".to_owned(),
            validators: Some((body.validators, body.url.to_string())),
        },
        Outcome::Document { body, .. } => Gathered::Document(*body),
    }
}

/// The pair after a 304 that may renew either of its halves (check P3).
fn renew(stored: &Validators, renewed: Validators) -> Option<Validators> {
    (!renewed.is_empty()).then(|| Validators {
        etag: renewed.etag.or_else(|| stored.etag.clone()),
        last_modified: renewed.last_modified.or_else(|| stored.last_modified.clone()),
    })
}

impl Attempt<'_> {
    /// The remembered state, this poll counted.
    fn state(&self) -> PollState {
        let mut state = self.claim.state.clone();
        state.polls += 1;
        state.last_poll_at = Some(self.now);
        state
    }

    fn succeeded(&self, state: &mut PollState, new: usize) {
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
    }

    fn next(&self, state: &PollState, ended: Ended<'_>) -> NextPoll {
        next_poll(&self.claim.source, &self.polled.policy, self.plan.bounds, state, ended, self.now)
    }
}
