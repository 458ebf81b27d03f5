//! A node: its clock, what befalls it, and what it decides about a poll.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use wiredesk::clock::{Clock, LedClock, ManualClock, Timestamp};
use wiredesk::model::{Change, EntryId, EntryKey, Failure, Hold, PollState, SourceId};
use wiredesk::schedule::{Bounds, Ended, Heard, Policy, Sent, Throttled, hold, next_poll, settle};
use wiredesk::store::rules::first_place;
use wiredesk::store::{Claim, Counted, Earlier, Found, NewEntry, Node, PollNote, PollRecord, Revision};

use super::origin::{Reply, entry_of};
use super::promises::INTERVAL;
use crate::contract::{route, rules};

/// A node, and the machine under it.
pub struct Desk {
    pub name: String,
    /// Its own clock, which is minutes off and does not run true.
    machine: Arc<ManualClock>,
    drift_ppm: i64,
    /// What its clock has not gone on by yet, in nanoseconds.
    rest_ns: i64,
    pub clock: LedClock,
    pub node: Option<Node>,
    /// What was begun before it was killed does not go on.
    pub epoch: u64,
    /// It stands still until then.
    pub still_until: Timestamp,
    /// It cannot reach the store until then.
    pub away_until: Timestamp,
    /// Failures that the store has not taken yet.
    pub unrecorded: Vec<PollRecord>,
}

/// A poll under way.
pub struct Poll {
    pub source: usize,
    pub claim: Claim,
    /// By the true time.
    pub claimed_at: Timestamp,
    /// By the node's clock, when it began.
    pub now: Timestamp,
    pub reply: Option<Reply>,
}

impl Desk {
    pub fn new(name: &str, now: Timestamp, ahead_ms: i64, drift_ppm: i64) -> Desk {
        let machine = Arc::new(ManualClock::at(Timestamp::from_millis(now.millis() + ahead_ms)));
        let clock = LedClock::on(Arc::clone(&machine) as Arc<dyn Clock>);
        let (still_until, away_until) = (Timestamp::EPOCH, Timestamp::EPOCH);
        Desk {
            name: name.to_owned(),
            machine,
            drift_ppm,
            rest_ns: 0,
            clock,
            node: None,
            epoch: 0,
            still_until,
            away_until,
            unrecorded: Vec::new(),
        }
    }

    /// Time goes on.
    pub fn advance(&mut self, by: Duration) {
        let ns = i64::try_from(by.as_nanos()).expect("a short time");
        let all = self.rest_ns + ns + ns / 1_000_000 * self.drift_ppm;
        let whole = all.div_euclid(1_000_000);
        self.rest_ns = all.rem_euclid(1_000_000);
        self.machine.advance(Duration::from_millis(u64::try_from(whole).unwrap_or_default()));
    }

    /// The machine's clock is set, as an operator or a time server does.
    pub fn set_machine(&self, at: Timestamp) {
        self.machine.step_to(at);
    }
}

fn heard<'a>(poll: &Poll, ended: Ended<'a>, retry_after: Option<Duration>) -> Heard<'a> {
    let waited = poll.now.since(poll.claim.due_at);
    Heard { ended, freshness: None, retry_after, waited, strikes: poll.claim.strikes, sent: Sent::Nothing }
}

fn counted(poll: &Poll) -> PollState {
    let mut state = poll.claim.state.clone();
    state.polls += 1;
    state.last_poll_at = Some(poll.now);
    state
}

/// Sets when a source is polled next.
fn settled(poll: &Poll, state: &mut PollState, heard: &Heard<'_>) -> Option<Throttled> {
    let throttled = settle(state, heard, poll.now);
    let bounds = Bounds { min: INTERVAL, max: INTERVAL * 8 };
    state.next = next_poll(&poll.claim.source, &Policy::Every(INTERVAL), bounds, state, heard, poll.now);
    throttled
}

/// What is committed of a poll; `known` are entries of its document by their keys.
pub fn record(poll: &Poll, known: &BTreeMap<EntryKey, (EntryId, i64)>) -> PollRecord {
    match poll.reply.as_ref().expect("an answer") {
        Reply::Throttled(wait) => failed(poll, &Failure::Status { status: 429, retry_after: *wait }, *wait),
        Reply::Broken => failed(poll, &Failure::Status { status: 500, retry_after: None }, None),
        Reply::Document(items) => {
            let mut state = counted(poll);
            let found: Vec<Found> = items.iter().map(|item| found(poll, entry_of(poll.source, *item), known)).collect();
            let new = found.iter().filter(|found| matches!(found, Found::New(_))).count();
            (state.failures, state.last_success_at) = (0, Some(poll.now));
            let elapsed = poll.claim.state.last_success_at.map(|at| poll.now.since(at));
            settled(poll, &mut state, &heard(poll, Ended::Document { new, listed: items.len(), elapsed }, None));
            state.documents += 1;
            of(poll, "document", state, Some(found), None)
        }
    }
}

/// A poll that brought nothing, or of which nothing was stored.
pub fn failed(poll: &Poll, failure: &Failure, retry_after: Option<Duration>) -> PollRecord {
    let mut state = counted(poll);
    state.failures += 1;
    let throttled = settled(poll, &mut state, &heard(poll, Ended::Failed(failure), retry_after));
    let host = &poll.claim.host;
    let hold = throttled.map(|Throttled { wait, strikes }| Hold {
        host: host.clone(),
        scope: hold::scope(host, host),
        strikes,
        until: wait.at,
        because: wait.because,
    });
    of(poll, failure.kind(), state, None, hold)
}

fn of(poll: &Poll, kind: &'static str, state: PollState, found: Option<Vec<Found>>, hold: Option<Hold>) -> PollRecord {
    let note = PollNote { kind, text: kind.to_owned(), status: None, duration: Duration::ZERO, wire_bytes: 0 };
    PollRecord {
        at: poll.now,
        note,
        state,
        succeeded: found.is_some(),
        found,
        released: Vec::new(),
        decided_by: rules("now"),
        shares: Arc::default(),
        host: poll.claim.host.clone(),
        hold,
        warnings_told: 0,
        counted: Counted::All,
        claim: poll.claim.clone(),
    }
}

type Read = (wiredesk::model::Entry, wiredesk::model::Fingerprint);

fn found(poll: &Poll, (entry, print): Read, known: &BTreeMap<EntryKey, (EntryId, i64)>) -> Found {
    let routes = vec![route(true)];
    match known.get(&entry.key) {
        None => {
            let sort_at = first_place(&poll.claim.state, entry.dated(), poll.now);
            Found::New(Box::new(NewEntry {
                entry,
                print,
                sort_at,
                routes,
                wants_article: false,
                words: None,
                reading: None,
                copy: None,
            }))
        }
        Some((id, title)) if *title == print.title => Found::Same(*id),
        Some((id, _)) => Found::Revised(Box::new(Revision {
            id: *id,
            change: Change::Material,
            entry: entry.into(),
            print,
            routes,
            wants_article: false,
            earlier: Earlier::Kept,
        })),
    }
}

/// The name of a source by its number.
pub fn named(source: usize) -> SourceId {
    SourceId::new(&format!("s{source}")).expect("a name")
}
