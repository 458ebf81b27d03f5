//! Archived entries, as polls would have brought them one after another.
//!
//! The functions are a poll's own: entries are read, recognised, read as wire copy, decided
//! about and committed. Only what goes with requests is left out: due times, budgets, articles.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::identity::{self, EntryReading, Recognised, Verdict, questions, recognise};
use crate::model::newswire::Newswire;
use crate::model::{Change, Entry, EntryId, Fingerprint, NextPoll, PollState, Readable, Route, SourceId, Stored};
use crate::plan::Plan;
use crate::plan::decide::{Considered, FirstSeen};
use crate::store::rules::first_place;
use crate::store::{
    Claim, Counted, Courtesy, Earlier, Error, Followed, Found, Joining, NewEntry, Node, PollNote, PollRecord, Result,
    Revision, Store,
};

/// No other process has the store, and no host is asked.
const COURTESY: Courtesy =
    Courtesy { per_host: 1_000_000, host_gap: Duration::ZERO, lease: Duration::from_secs(3_600) };

/// An archived entry.
pub struct Archived {
    /// It.
    pub entry: Entry,
    /// When it came: its date, or that of the entry before.
    pub seen_at: Timestamp,
}

/// What became of an archived entry.
pub struct Replayed {
    /// What was read of it as wire copy.
    pub newswire: Arc<Newswire>,
    /// What each feed decides about it, whether or not it has anything to say.
    pub routes: Vec<Route>,
    /// The entry as filters read it.
    pub copy: Readable,
}

/// A replay on a store of its own.
pub struct Replay {
    store: Arc<dyn Store>,
    plan: Arc<Plan>,
    node: Node,
}

/// What is known of a batch's entries.
struct ArchiveBatch {
    entries: Vec<Archived>,
    readings: Vec<EntryReading>,
    recognised: Recognised,
    /// When known entries were first seen.
    seen: HashMap<EntryId, Timestamp>,
    state: PollState,
}

impl Replay {
    /// Begins on `store`, which has the sources of `plan`, at `at`.
    ///
    /// # Errors
    /// The store's.
    pub async fn begin(store: Arc<dyn Store>, plan: Arc<Plan>, at: Timestamp) -> Result<Replay> {
        let node = store.join(&Joining::command("replay"), at).await?;
        Ok(Replay { store, plan, node })
    }

    /// Has `source` bring `entries`, oldest first, of which no two have one id. Returns what becomes of each, in their order.
    ///
    /// # Errors
    /// The store's.
    pub async fn bring(&self, source: &SourceId, entries: Vec<Archived>) -> Result<Vec<Replayed>> {
        let Some(at) = entries.iter().map(|archived| archived.seen_at).max() else { return Ok(Vec::new()) };
        let claim = self.claim(source, at).await?;
        let readings = tokio::task::spawn_blocking(move || {
            let readings = entries.iter().map(|archived| identity::read(&archived.entry, &[])).collect::<Vec<_>>();
            (entries, readings)
        });
        let (entries, readings) = readings.await.map_err(broken)?;
        let plain: Vec<Entry> = entries.iter().map(|archived| archived.entry.clone()).collect();
        let known = self.store.known(source, &[], &questions(&plain, &readings)).await?;
        let (plan, state, id) = (Arc::clone(&self.plan), claim.state.clone(), source.clone());
        let decided = tokio::task::spawn_blocking(move || {
            let (mut entries, mut plain) = (entries, plain);
            let seen = known.iter().map(|known| (known.entry, known.first_seen_at)).collect();
            let recognised = recognise(&mut plain, &readings, &known, 0);
            entries.iter_mut().zip(plain).for_each(|(archived, entry)| archived.entry = entry);
            ArchiveBatch { entries, readings, recognised, seen, state }.decided(&plan, &id)
        });
        let (found, replayed, released) = decided.await.map_err(broken)?;
        self.commit(claim, at, (found, released)).await?;
        Ok(replayed)
    }

    async fn claim(&self, source: &SourceId, at: Timestamp) -> Result<Claim> {
        let sources = std::slice::from_ref(source);
        let (claims, _) = self.store.claim_named(&self.node, &COURTESY, sources, Duration::ZERO, at).await?;
        claims.into_iter().next().ok_or_else(|| Error::Database(format!("{source} cannot be claimed")))
    }

    async fn commit(&self, claim: Claim, at: Timestamp, (found, released): (Vec<Found>, Vec<EntryId>)) -> Result<()> {
        let mut state = claim.state.clone();
        (state.polls, state.documents) = (state.polls + 1, state.documents + 1);
        (state.last_poll_at, state.last_success_at) = (Some(at), Some(at));
        state.next = NextPoll { at: at.plus(Duration::from_secs(1)), because: "the archive goes on".to_owned() };
        let note = PollNote {
            kind: "document",
            text: "of an archive".to_owned(),
            status: None,
            duration: Duration::ZERO,
            wire_bytes: 0,
        };
        let record = PollRecord {
            at,
            note,
            state,
            found: Some(found),
            released,
            decided_by: self.plan.rules.clone(),
            shares: Arc::clone(&self.plan.shares),
            host: claim.host.clone(),
            hold: None,
            succeeded: true,
            warnings_told: 0,
            counted: Counted::Texts,
            claim,
        };
        self.store.commit_poll(record).await.map(drop)
    }
}

fn broken(error: tokio::task::JoinError) -> Error {
    Error::Database(format!("reading broke down: {error}"))
}

impl ArchiveBatch {
    /// What is stored of its entries, what becomes of each, and which let go of their keys.
    fn decided(self, plan: &Plan, source: &SourceId) -> (Vec<Found>, Vec<Replayed>, Vec<EntryId>) {
        let ArchiveBatch { entries, readings, recognised, seen, state } = self;
        let Recognised { verdicts, prints, released, .. } = recognised;
        let Some(planned) = plan.sources.get(source) else { return Default::default() };
        let source = &planned.configured.source;
        let (mut found, mut all) = (Vec::new(), Vec::new());
        for (((archived, reading), verdict), print) in entries.into_iter().zip(readings).zip(verdicts).zip(prints) {
            let Archived { entry, seen_at } = archived;
            let first_seen = verdict.known().and_then(|id| seen.get(&id).copied()).unwrap_or(seen_at);
            let seen_first = FirstSeen(first_seen);
            let (considered, all_routes, readable) = plan.consider_archived(&entry, &reading.texts, source, seen_first);
            let Considered { reading: wire, routes, copy } = considered;
            all.push(Replayed { newswire: Arc::clone(&wire.newswire), routes: all_routes, copy: readable });
            let stored = |entry: Entry| Stored { reading: Some(wire.clone()), ..entry.into() };
            found.push(match verdict {
                Verdict::New => {
                    let sort_at = first_place(&state, entry.dated(), seen_at);
                    let (wants_article, words, reading) = (false, None, Some(wire));
                    let new = NewEntry { entry, print, sort_at, routes, wants_article, words, reading, copy };
                    Found::New(Box::new(new))
                }
                Verdict::Revised(id, change) => {
                    Found::Revised(Box::new(revision(id, change, stored(entry), print, routes)))
                }
                Verdict::Followed(id) => {
                    Found::Followed(Box::new(Followed { id, entry: stored(entry), print, routes }))
                }
                Verdict::Rekeyed(id) => Found::Rekeyed { entry: id, key: entry.key, print },
                Verdict::Same(id) => Found::Same(id),
            });
        }
        // Documents list the newest first.
        found.reverse();
        (found, all, released)
    }
}

fn revision(id: EntryId, change: Change, entry: Stored, print: Fingerprint, routes: Vec<Route>) -> Revision {
    Revision { id, change, entry, print, routes, wants_article: false, earlier: Earlier::Kept }
}
