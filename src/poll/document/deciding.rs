//! From the entries of a document to what is stored of each.
//!
//! Tens of thousands of entries are as much memory as a source may ever take, so
//! that no two forms of them stand side by side: each leaves the list of those that
//! were read as it joins the list of those that are stored (R9).

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::identity::{EntryReading, Texts, Verdict};
use crate::model::{Change, Entry, EntryId, Fingerprint, Work};
use crate::plan::decide::FirstSeen;
use crate::plan::{Plan, PlannedSource};
use crate::store::rules::first_place;
use crate::store::{Earlier, Followed, Found, NewEntry, Revision};

use super::Memory;

/// After so many entries the room of those that have left is given back.
const GIVEN_BACK: usize = 4096;

/// What is decided by.
pub struct Deciding<'a> {
    pub memory: &'a Memory,
    /// When known entries were first seen.
    seen: HashMap<EntryId, Timestamp>,
    pub polled: &'a PlannedSource,
    pub plan: &'a Plan,
}

impl<'a> Deciding<'a> {
    /// What is decided by this memory, for this source.
    pub fn new(memory: &'a Memory, polled: &'a PlannedSource, plan: &'a Plan) -> Self {
        let seen = memory.known.iter().map(|known| (known.entry, known.first_seen_at)).collect();
        Deciding { memory, seen, polled, plan }
    }

    /// What is stored of `entries`, in their order; of work that was given up, whatever
    /// there is. `decided` holds, for each entry, its verdict, its hashes and whether the
    /// budget has room.
    pub fn all(
        &self,
        mut entries: Vec<Entry>,
        readings: Vec<EntryReading>,
        decided: impl ExactSizeIterator<Item = ((Verdict, Fingerprint), bool)> + DoubleEndedIterator,
        work: &Work,
    ) -> Vec<Found> {
        let mut found = Vec::new();
        for (reading, ((verdict, print), is_granted)) in readings.into_iter().zip(decided).rev() {
            let Some(entry) = entries.pop().filter(|_| !work.is_given_up()) else { break };
            found.extend(self.one(entry, &reading.texts, verdict, print, is_granted));
            if entries.len().is_multiple_of(GIVEN_BACK) {
                entries.shrink_to_fit();
            }
        }
        found.reverse();
        found
    }

    fn one(
        &self,
        entry: Entry,
        texts: &Texts,
        verdict: Verdict,
        print: Fingerprint,
        is_granted: bool,
    ) -> Option<Found> {
        let now = self.memory.now;
        let source = &self.polled.source;
        let again = |entry: &Entry, id: EntryId| {
            let seen_at = self.seen.get(&id).copied().unwrap_or(now);
            self.plan.decide(entry, texts, source, FirstSeen(seen_at))
        };
        Some(match verdict {
            Verdict::New if !is_granted => return None,
            Verdict::New => Found::New(Box::new(self.newcomer(entry, texts, print))),
            Verdict::Revised(id, change) => {
                let routes = again(&entry, id);
                let wants_article = change == Change::Material && self.plan.wants_article(&entry, source, now);
                let earlier = if is_granted { Earlier::Kept } else { Earlier::Replaced };
                Found::Revised(Box::new(Revision {
                    id,
                    change,
                    entry: entry.into(),
                    print,
                    routes,
                    wants_article,
                    earlier,
                }))
            }
            Verdict::Followed(id) => {
                let routes = again(&entry, id);
                Found::Followed(Box::new(Followed { id, entry: entry.into(), print, routes }))
            }
            Verdict::Rekeyed(id) => Found::Rekeyed { entry: id, key: entry.key, print },
            Verdict::Same(id) => Found::Same(id),
        })
    }

    fn newcomer(&self, entry: Entry, texts: &Texts, print: Fingerprint) -> NewEntry {
        let (now, source) = (self.memory.now, &self.polled.source);
        let routes = self.plan.decide(&entry, texts, source, FirstSeen(now));
        let sort_at = first_place(&self.memory.state, entry.dated(), now);
        let wants_article = self.plan.wants_article(&entry, source, now);
        NewEntry { entry, print, sort_at, routes, wants_article }
    }
}
