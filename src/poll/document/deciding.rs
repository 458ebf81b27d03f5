//! From the entries of a document to what is stored of each.
//!
//! Tens of thousands of entries take as much memory as a source may ever take, so two forms of
//! them never exist side by side: each leaves the list of entries that were read as it joins
//! the list of entries to be stored (R9).

use std::cell::Cell;
use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::identity::{EntryReading, Texts, Verdict};
use crate::model::newswire::WireReading;
use crate::model::{Change, Entry, EntryId, Fingerprint, Stored, Work};
use crate::plan::decide::{Considered, FirstSeen};
use crate::plan::readable::words;
use crate::plan::{Plan, PlannedSource};
use crate::store::rules::first_place;
use crate::store::{Earlier, Followed, Found, NewEntry, Revision};

use super::Memory;

/// The memory of entries that have left is released after this many.
const GIVEN_BACK: usize = 4096;

/// As many bytes of words for the search index are made of a document along with the
/// decisions: of an ordinary one all. Of others they are made later, a part at a time (R9).
const WORDS: usize = 256 * 1024;

/// Mentions of places that are kept of a document until it is stored: of an ordinary one all.
/// What is read of the entries behind them waits to be read again (R9).
const MENTIONS: usize = 50_000;

/// What decisions are made from.
pub struct Deciding<'a> {
    pub memory: &'a Memory,
    /// When known entries were first seen.
    seen: HashMap<EntryId, Timestamp>,
    pub polled: &'a PlannedSource,
    pub plan: &'a Plan,
    /// How many bytes of words may still be made.
    words_left: Cell<usize>,
    /// How many mentions of places may still be kept.
    mentions_left: Cell<usize>,
}

impl<'a> Deciding<'a> {
    /// Decides for this source by what is remembered.
    pub fn new(memory: &'a Memory, polled: &'a PlannedSource, plan: &'a Plan) -> Self {
        let seen = memory.known.iter().map(|known| (known.entry, known.first_seen_at)).collect();
        Deciding { memory, seen, polled, plan, words_left: Cell::new(WORDS), mentions_left: Cell::new(MENTIONS) }
    }

    /// What is stored of `entries`, in their order. If the work is given up, whatever there is
    /// by then. `decided` holds for each entry its verdict, its hashes and whether it fits the
    /// budget.
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
        let source = &self.polled.configured.source;
        let again = |entry: &Entry, id: EntryId| {
            let seen_at = self.seen.get(&id).copied().unwrap_or(now);
            self.plan.consider(entry, texts, source, FirstSeen(seen_at))
        };
        Some(match verdict {
            Verdict::New if !is_granted => return None,
            Verdict::New => Found::New(Box::new(self.newcomer(entry, texts, print))),
            Verdict::Revised(id, change) => {
                let Considered { reading, routes, .. } = again(&entry, id);
                let wants_article = change == Change::Material && self.plan.wants_article(&entry, source, now);
                let earlier = if is_granted { Earlier::Kept } else { Earlier::Replaced };
                Found::Revised(Box::new(Revision {
                    id,
                    change,
                    entry: self.read(entry, reading),
                    print,
                    routes,
                    wants_article,
                    earlier,
                }))
            }
            Verdict::Followed(id) => {
                let Considered { reading, routes, .. } = again(&entry, id);
                Found::Followed(Box::new(Followed { id, entry: self.read(entry, reading), print, routes }))
            }
            Verdict::Rekeyed(id) => Found::Rekeyed { entry: id, key: entry.key, print },
            Verdict::Same(id) => Found::Same(id),
        })
    }

    fn newcomer(&self, entry: Entry, texts: &Texts, print: Fingerprint) -> NewEntry {
        let (now, source) = (self.memory.now, &self.polled.configured.source);
        let Considered { reading, routes, copy } = self.plan.consider(&entry, texts, source, FirstSeen(now));
        let sort_at = first_place(&self.memory.state, entry.dated(), now);
        let wants_article = self.plan.wants_article(&entry, source, now);
        let words = self.words(&entry, texts);
        NewEntry { entry, print, sort_at, routes, wants_article, words, reading: self.kept(reading), copy }
    }

    /// An entry with what was read of it.
    fn read(&self, entry: Entry, reading: WireReading) -> Stored {
        Stored { reading: self.kept(reading), ..entry.into() }
    }

    /// What was read of an entry, as long as there is room for it.
    fn kept(&self, reading: WireReading) -> Option<WireReading> {
        let left = self.mentions_left.get().checked_sub(reading.newswire.places.len())?;
        self.mentions_left.set(left);
        Some(reading)
    }

    /// The words of a new entry, while its texts are at hand.
    fn words(&self, entry: &Entry, texts: &Texts) -> Option<String> {
        let left = self.words_left.get().checked_sub(texts.body.len() + texts.teaser.len())?;
        self.words_left.set(left);
        Some(words(entry, texts))
    }
}
