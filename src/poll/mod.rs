//! One poll: gather, decide, commit.
//!
//! [`Poller::poll`] takes a claim from the store through request, document,
//! entries, filters and schedule to one transaction. Whatever fails on the way
//! fails alone: entries, validators and feeds keep their last good state.

mod archive;
pub mod articles;
mod attempt;
mod claimed;
mod contain;
mod deciding;
pub mod drive;
mod end;
mod gather;
mod heed;
mod maps;
mod read;
mod readers;
mod summary;
mod turn;
pub mod unstored;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::clock::Clock;
use crate::fetch;
use crate::fetch::robots::Robots;
use crate::identity::fickle;
use crate::model::{Body, EntryId, Failure, Freshness, Host, Outcome, Purpose, Validators};
use crate::net;
use crate::net::room::Room;
use crate::plan::Plan;
use crate::schedule::address;
use crate::schedule::health::{Contact, Line};
use crate::schedule::{Ended, Sent, Throttled, rhythm, settle, wants_whole, whole};
use crate::store::{Claim, Found, PollRecord, Store, Worker};
use attempt::{Answered, Attempt};
use contain::contained;
use gather::{Gathered, UNCHANGED, gather};
use readers::{HeavyTurn, Patience, Readers};

pub use summary::Summary;

/// Documents between reading and the end of their commit: enough for large
/// group commits, few enough to bound memory.
const IN_HAND: usize = crate::limits::IN_HAND.count();

/// Polls sources.
pub struct Poller {
    store: Arc<dyn Store>,
    net: net::Client,
    clock: Arc<dyn Clock>,
    plan: Arc<ArcSwap<Plan>>,
    worker: Worker,
    readers: Readers,
    in_hand: Semaphore,
    robots: Robots,
    line: Mutex<Line>,
    /// Failures that the store has not taken yet.
    unrecorded: Mutex<Vec<PollRecord>>,
}

/// A document's turn to be read, kept until what came of it is committed.
struct InHand<'a> {
    _in_hand: SemaphorePermit<'a>,
    _lane: HeavyTurn<'a>,
}

/// What is committed of a poll besides its state.
struct End {
    kind: &'static str,
    text: String,
    found: Option<Vec<Found>>,
    released: Vec<EntryId>,
    throttled: Option<Throttled>,
    succeeded: bool,
}

impl Poller {
    /// A poller that follows `plan`, whatever it is replaced by, and asks as `worker`.
    pub fn new(
        store: Arc<dyn Store>,
        net: net::Client,
        clock: Arc<dyn Clock>,
        plan: Arc<ArcSwap<Plan>>,
        worker: Worker,
    ) -> Self {
        let readers = Readers::new(Patience::default());
        let in_hand = Semaphore::new(IN_HAND);
        let (robots, line, unrecorded) = (Robots::default(), Mutex::default(), Mutex::default());
        Poller { store, net, clock, plan, worker, readers, in_hand, robots, line, unrecorded }
    }

    fn unrecorded(&self) -> MutexGuard<'_, Vec<PollRecord>> {
        self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The plan in force.
    pub fn plan(&self) -> Arc<Plan> {
        self.plan.load_full()
    }

    /// The clock polls go by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Who polls.
    pub fn worker(&self) -> &Worker {
        &self.worker
    }

    /// Polls one claimed source and commits what came of it. A panic on the way
    /// ends this poll alone, as a failure of it (R23).
    pub async fn poll(&self, claim: Claim) -> Summary {
        let plan = self.plan.load_full();
        let (now, started) = (self.clock.now(), self.clock.elapsed());
        let Some(polled) = plan.sources.get(&claim.source).cloned() else {
            return self.retired(claim).await;
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
        let contact = match &outcome {
            // An answer on the way is one, wherever the way led.
            Outcome::Failed(failure) if attempt.heard.status.is_none() => Contact::of(failure),
            _ => Contact::Reached,
        };
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
                let room = attempt.heard.room.take();
                match self.in_time(Box::pin(self.in_turn(attempt, body, room))).await.and_then(|read| read) {
                    Ok((read, _turn)) => self.document(attempt, read).await,
                    Err(failure) => self.failed(attempt, &failure).await,
                }
            }
        }
    }

    /// Reads a document in its turn. A heavy site's waits for its lane before it takes
    /// anything that the rest needs, and keeps it until it is committed: of what is made
    /// of such documents, one at a time is in memory (R9).
    async fn in_turn(
        &self,
        attempt: &Attempt<'_>,
        body: Body,
        room: Option<Room>,
    ) -> Result<(read::Read, InHand<'_>), Failure> {
        self.readers.weigh(&attempt.claim.host, &body.bytes);
        let lane = self.readers.lane(&attempt.claim.host).await;
        let in_hand = self.in_hand.acquire().await.expect("the semaphore is never closed");
        Ok((self.read(attempt, body, room).await?, InHand { _in_hand: in_hand, _lane: lane }))
    }

    /// Whether the documents of this host's site took long to read of late.
    pub fn is_heavy(&self, host: &str) -> bool {
        self.readers.is_heavy(host)
    }

    /// Why no document can be read any more, in words; `None` while some can.
    pub fn impediment(&self) -> Option<String> {
        self.readers.impediment()
    }

    /// Asks the source where it lives now.
    async fn ask(&self, attempt: &mut Attempt<'_>) -> Outcome {
        let (claim, now) = (attempt.claim, attempt.now);
        let polled = Arc::clone(&attempt.polled);
        let url = attempt.url();
        let proxy = claim.host.proxy.as_str();
        let turns = self.turns(claim, Purpose::Poll);
        let asked = Host::of(&url, proxy);
        attempt.heard.host = asked.clone();
        let mut request = polled.request(url);
        if attempt.whole.is_none() {
            request.validators = claim.state.validators.clone();
            request.validators_url = claim.state.validators_url.clone();
        }
        let answer = match self.may_ask(&polled, &request, &turns, asked == claim.host, now).await {
            Err(failure) => return Outcome::Failed(failure),
            Ok(()) if polled.source.kind.heeds_robots() => {
                let heeding = self.heeding(turns, &request, now);
                fetch::get(&self.net, &request, &heeding, now).await
            }
            Ok(()) => fetch::get(&self.net, &request, &turns, now).await,
        };
        // A 304 without a word of freshness renews what its document said.
        let renewed = matches!(answer.outcome, Outcome::NotModified { .. }) && !answer.says_freshness();
        let stored = claim.state.standing.freshness.filter(|_| renewed).map(Freshness::renewed);
        let sent = match attempt.whole {
            Some(why) => Sent::Whole(why),
            // Those of the sitemaps of an index are to be sent yet.
            None if claim.state.has_validated_maps() => Sent::Validators,
            None if answer.conditional && answer.names_another(&request.validators) => Sent::Outdated,
            None if answer.conditional => Sent::Validators,
            None => Sent::Nothing,
        };
        attempt.heard = Answered {
            status: answer.status,
            wire_bytes: answer.wire_bytes,
            host: Host::of(&answer.url, proxy),
            freshness: answer.freshness.or(stored),
            retry_after: answer.retry_after,
            moved: answer.moved.map(|moved| moved.to.to_string()),
            remark: answer.remark,
            sent,
            room: answer.room,
        };
        answer.outcome
    }

    /// A claim on a source that the configuration no longer names.
    async fn retired(&self, claim: Claim) -> Summary {
        let note = self.note("retired", "no longer in the configuration".to_owned(), None, 0, self.clock.elapsed());
        let summary = Summary::of(&claim, note, claim.state.next.clone());
        if let Err(error) = self.store.release(&[claim]).await {
            tracing::warn!(%error, "a claim could not be given back");
        }
        summary
    }

    async fn failed(&self, attempt: &Attempt<'_>, failure: &Failure) -> Summary {
        let mut state = attempt.state();
        let mut text = match attempt.heard.remark {
            Some(remark) => format!("{failure}: {remark}"),
            None => failure.to_string(),
        };
        let heard = attempt.heard(Ended::Failed(failure));
        let mut after = state.clone();
        after.failures += 1;
        let throttled = settle(&mut after, &heard, attempt.now);
        if attempt.looks_back() {
            // The source lives elsewhere, so this says nothing of it (P19).
            text = format!("its configured address, which it has left: {text}");
            state.next = attempt.next(&state, &attempt.heard(Ended::Quiet));
        } else {
            state = after;
            state.next = attempt.next(&state, &heard);
            if let Some(outlook) = whole::outlook(&state, state.next.at) {
                text = format!("{text}; {outlook}");
            }
        }
        address::failed(&mut state.standing.address, attempt.start, attempt.now);
        let end = End { kind: failure.kind(), text, found: None, released: Vec::new(), throttled, succeeded: false };
        let mut summary = self.commit(attempt, state, end).await;
        summary.failed = true;
        summary
    }

    async fn quiet(
        &self,
        attempt: &Attempt<'_>,
        kind: &'static str,
        text: &'static str,
        validators: Option<(Validators, String)>,
    ) -> Summary {
        let mut state = attempt.state();
        attempt.succeeded(&mut state, 0);
        if let Some((validators, url)) = validators {
            state.validators = validators;
            state.validators_url = Some(url);
        }
        state.ever_validated |= !state.validators.is_empty();
        let heard = attempt.heard(Ended::Quiet);
        settle(&mut state, &heard, attempt.now);
        // The document is one that was taken whole.
        state.standing.over = None;
        if kind == UNCHANGED {
            state.standing.whole_at = Some(attempt.now);
        }
        state.next = attempt.next(&state, &heard);
        state.standing.wait = Some(state.next.at.since(attempt.now));
        let end =
            End { kind, text: text.to_owned(), found: None, released: Vec::new(), throttled: None, succeeded: true };
        self.commit(attempt, state, end).await
    }

    async fn document(&self, attempt: &Attempt<'_>, read: read::Read) -> Summary {
        let mut state = attempt.state();
        let is_first = state.is_first();
        let elapsed = state.last_success_at.filter(|_| !is_first).map(|at| attempt.now.since(at));
        let (new, listed) = (read.new, read.listed);
        attempt.succeeded(&mut state, new);
        if let Some(over) = &read.over {
            attempt.tell_of(over);
            // A flood is not its pace.
            state.rhythm = attempt.claim.state.rhythm;
        }
        if let Some(unkept) = &read.unkept {
            attempt.tell_of_unkept(unkept);
        }
        state.documents += 1;
        state.standing.over = read.over;
        (state.standing.behind_since, state.standing.backlog) = (read.behind_since, read.backlog);
        state.standing.unkept = read.unkept;
        state.warnings = read.warnings.clone();
        state.hints = read.hints;
        state.carrier = read.carrier;
        if new + read.revised > 0 {
            state.carrier.updated_at = Some(attempt.now);
        }
        if let Some(maps) = read.maps {
            state.standing.maps = maps;
        }
        fickle::remember(&mut state.standing.fickle, read.fickle);
        state.unstable_ids = if read.ids_changed { state.unstable_ids + 1 } else { 0 };
        // A document that was cut keeps the validators of the last whole one (P5).
        if let Some((validators, url, hash)) = read.validators {
            state.ever_validated |= !validators.is_empty();
            state.validators = validators;
            state.validators_url = Some(url);
            state.body_hash = Some(hash);
        }
        if is_first {
            let dates = read.found.iter().filter_map(Found::dated);
            state.standing.trust.gap = rhythm::gap_of_dates(dates, attempt.now);
        }
        let heard = attempt.heard(Ended::Document { new, listed, elapsed });
        settle(&mut state, &heard, attempt.now);
        state.next = attempt.next(&state, &heard);
        state.standing.wait = Some(state.next.at.since(attempt.now));
        let followed = read.found.iter().filter(|found| matches!(found, Found::Followed(_))).count();
        let mut text = summary::brought(listed, new, read.revised, followed);
        if let Some(over) = state.standing.over_budget() {
            text += &format!("; over its budget of {}, {} more wait", over.budget, over.waiting);
        }
        // An index whose sitemaps are as they were lists nothing; what was listed still is.
        let found = (!read.found.is_empty()).then_some(read.found);
        let end = End { kind: "document", text, found, released: read.released, throttled: None, succeeded: true };
        let told = attempt.told(read.warnings);
        let mut summary = self.commit_telling(attempt, state, end, told.len()).await;
        summary.warnings = told;
        summary.gap = read.gap;
        summary
    }
}
