//! From the entries of a document to what is stored of each.
//!
//! Tens of thousands of entries are as much memory as a source may ever take, so
//! that no two forms of them stand side by side: each leaves the list of those that
//! were read as it joins the list of those that are stored (R9).

use std::collections::HashMap;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::identity::{Reading, Texts, Verdict};
use crate::model::{Change, Entry, EntryId, Fingerprint, Work};
use crate::parse::article;
use crate::plan::decide::routes;
use crate::plan::{Plan, Polled};
use crate::schedule::Ration;
use crate::store::{Earlier, Followed, Found, NewEntry, Revision};

use super::Memory;

/// Entries older than this when they are first seen want no article, where no
/// feed would take them at any age.
const OLD: Duration = Duration::from_secs(7 * 86_400);
/// After so many entries the room of those that have left is given back.
const GIVEN_BACK: usize = 4096;

/// What is decided by.
pub struct Deciding<'a> {
    pub memory: &'a Memory,
    /// When known entries were first seen.
    seen: HashMap<EntryId, Timestamp>,
    pub polled: &'a Polled,
    pub plan: &'a Plan,
}

/// Which entries the budget has room for: a new one to be stored, a revised one to keep
/// its earlier version. All news first: earlier versions have what news leave.
pub fn granted(ration: &mut Ration, verdicts: &[Verdict], entries: &[Entry]) -> Vec<bool> {
    let is_new = |verdict: &Verdict| *verdict == Verdict::New;
    let all = verdicts.iter().zip(entries);
    let mut granted: Vec<bool> =
        all.clone().map(|(verdict, entry)| is_new(verdict) && ration.takes(entry.size_bytes())).collect();
    for (at, (verdict, entry)) in all.enumerate() {
        if matches!(verdict, Verdict::Revised(..)) {
            granted[at] = ration.keeps_earlier(entry.size_bytes());
        }
    }
    granted
}

impl<'a> Deciding<'a> {
    /// What is decided by this memory, for this source.
    pub fn new(memory: &'a Memory, polled: &'a Polled, plan: &'a Plan) -> Self {
        let seen = memory.known.iter().map(|known| (known.entry, known.first_seen_at)).collect();
        Deciding { memory, seen, polled, plan }
    }

    /// What is stored of `entries`, in their order; of work that was given up, whatever
    /// there is. `decided` holds, for each entry, its verdict, its hashes and whether the
    /// budget has room.
    pub fn all(
        &self,
        mut entries: Vec<Entry>,
        readings: Vec<Reading>,
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
        let again = |entry: &Entry, id: EntryId| {
            let seen_at = self.seen.get(&id).copied().unwrap_or(now);
            routes(entry, texts, self.polled, self.plan, seen_at)
        };
        Some(match verdict {
            Verdict::New if !is_granted => return None,
            Verdict::New => Found::New(Box::new(self.newcomer(entry, texts, print))),
            Verdict::Revised(id, change) => {
                let routes = again(&entry, id);
                let wants_article = change == Change::Material && wants_article(&entry, self.polled, self.plan, now);
                let earlier = if is_granted { Earlier::Kept } else { Earlier::Replaced };
                Found::Revised(Box::new(Revision { id, change, entry, print, routes, wants_article, earlier }))
            }
            Verdict::Followed(id) => {
                let routes = again(&entry, id);
                Found::Followed(Box::new(Followed { id, entry, print, routes }))
            }
            Verdict::Rekeyed(id) => Found::Rekeyed { entry: id, key: entry.key, print },
            Verdict::Same(id) => Found::Same(id),
        })
    }

    fn newcomer(&self, entry: Entry, texts: &Texts, print: Fingerprint) -> NewEntry {
        let now = self.memory.now;
        let routes = routes(&entry, texts, self.polled, self.plan, now);
        // Of a first document nobody has read anything yet: its entries stand by
        // their dates. Later ones stand by arrival, so that a late one is not
        // buried below what readers have seen.
        let sort_at = match self.memory.state.is_first() {
            true => entry.dated().unwrap_or(now).min(now),
            false => now,
        };
        let wants_article = wants_article(&entry, self.polled, self.plan, now);
        NewEntry { entry, print, sort_at, routes, wants_article }
    }
}

/// Whether the article of a new revision is to be fetched: the source asks for
/// it, what it brought is a teaser, and some feed would take an entry as old.
fn wants_article(entry: &Entry, polled: &Polled, plan: &Plan, now: Timestamp) -> bool {
    if !polled.source.full_text || !article::is_wanted(entry) {
        return false;
    }
    let takers = plan.backfill.iter().filter(|(feed, _)| plan.takes(feed, &polled.source));
    let oldest = takers.map(|(_, backfill)| *backfill).max().unwrap_or(OLD);
    entry.dated().is_none_or(|at| at.plus(oldest) >= now)
}
