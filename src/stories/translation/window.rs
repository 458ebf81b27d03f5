//! The facts of the last days, by which translations are found.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::facts::StoryFact;
use super::{FactCandidate, FactCounts, SharedFactSet, original};
use crate::clock::Timestamp;
use crate::model::EntryId;
use crate::stories::read::StoryReading;
use crate::stories::settings::StorySettings;

/// The facts of entries, forgotten when the window has passed.
#[derive(Default)]
pub(in crate::stories) struct FactWindow {
    counts: FactCounts,
    held: HashMap<EntryId, HeldFacts>,
    by_time: BTreeSet<(Timestamp, EntryId)>,
    by_fact: HashMap<u64, BTreeSet<EntryId>>,
}

struct HeldFacts {
    at: Timestamp,
    language: Option<String>,
    facts: Vec<StoryFact>,
}

impl FactWindow {
    /// The entry in another language of which `reading` is a translation, or that is one of it.
    pub fn translated(&self, reading: &StoryReading, settings: &StorySettings) -> Option<SharedFactSet> {
        let language = reading.language.as_ref()?;
        let near = |held: &HeldFacts| {
            let apart = held.at.since(reading.at).max(reading.at.since(held.at));
            apart <= settings.translations && held.language.as_ref().is_some_and(|other| other != language)
        };
        let mut weighed: HashMap<EntryId, u32> = HashMap::new();
        for fact in reading.facts.iter().filter(|fact| !self.counts.is_common(fact.key)) {
            for entry in self.by_fact.get(&fact.key).into_iter().flatten() {
                *weighed.entry(*entry).or_default() += self.counts.weight(fact.key);
            }
        }
        weighed.retain(|entry, _| self.held.get(entry).is_some_and(near));
        let mut ranked: Vec<(Reverse<u32>, EntryId)> = weighed.into_iter().map(|(e, w)| (Reverse(w), e)).collect();
        ranked.sort_unstable();
        ranked.truncate(settings.candidates);
        let held = ranked.iter().filter_map(|(_, entry)| Some((*entry, self.held.get(entry)?)));
        let candidates: Vec<FactCandidate<'_>> =
            held.map(|(entry, held)| FactCandidate { entry, facts: &held.facts }).collect();
        original(&reading.facts, &candidates, &self.counts, settings)
    }

    /// Holds the facts of an entry, and forgets what is older than twice the window.
    pub fn hold(&mut self, reading: &StoryReading, window: Duration) {
        let (entry, at) = (reading.entry, reading.at);
        for fact in &reading.facts {
            *self.counts.of.entry(fact.key).or_default() += 1;
            self.by_fact.entry(fact.key).or_default().insert(entry);
        }
        self.counts.entries += 1;
        self.by_time.insert((at, entry));
        self.held.insert(entry, HeldFacts { at, language: reading.language.clone(), facts: reading.facts.clone() });
        let latest = self.by_time.last().map_or(at, |(at, _)| *at);
        while let Some((_, old)) = self.by_time.first().filter(|(at, _)| latest.since(*at) > 2 * window).copied() {
            self.by_time.pop_first();
            self.forget(old);
        }
    }

    fn forget(&mut self, entry: EntryId) {
        let Some(held) = self.held.remove(&entry) else { return };
        self.counts.entries = self.counts.entries.saturating_sub(1);
        for fact in held.facts {
            if let Some(entries) = self.by_fact.get_mut(&fact.key) {
                entries.remove(&entry);
                if entries.is_empty() {
                    self.by_fact.remove(&fact.key);
                }
            }
            if let Some(count) = self.counts.of.get_mut(&fact.key) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    self.counts.of.remove(&fact.key);
                }
            }
        }
    }
}
