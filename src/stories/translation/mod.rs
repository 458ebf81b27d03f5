//! Translations: entries of two languages that have rare facts in common. Linked, never folded.
//!
//! No model and no dictionary: each fact weighs what its rarity in the window is worth.

pub mod facts;
pub(super) mod window;

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::model::{EntryId, Permille, Relation, StoryEvidence, StoryId, StoryLink};
use crate::stories::read::StoryReading;
use crate::stories::settings::StorySettings;
use facts::StoryFact;

/// Facts that are shown as evidence.
const SHOWN: usize = 8;

/// A fact of more than one in so many entries of the window finds nothing.
const COMMON: usize = 20;

/// How often facts occur among the entries of the window.
#[derive(Clone, Debug, Default)]
pub struct FactCounts {
    /// Entries in the window.
    pub entries: usize,
    /// For each fact, in how many of them it stands.
    pub of: HashMap<u64, u32>,
}

impl FactCounts {
    /// What a fact is worth: the logarithm of its rarity, in thousandths.
    pub fn weight(&self, fact: u64) -> u32 {
        let held = f64::from(self.of.get(&fact).copied().unwrap_or(1).max(1));
        let entries = f64::from(u32::try_from(self.entries.max(1)).unwrap_or(u32::MAX));
        // At most some tens of thousands, and never below zero.
        ((entries / held).ln().max(0.0) * 1000.0) as u32
    }

    /// Whether a fact stands in too many entries to find one.
    pub fn is_common(&self, fact: u64) -> bool {
        self.of.get(&fact).is_some_and(|held| *held as usize > 20 + self.entries / COMMON)
    }
}

/// The facts of an entry in another language.
#[derive(Clone, Copy, Debug)]
pub struct FactCandidate<'a> {
    /// Its number.
    pub entry: EntryId,
    /// Its facts, by their keys.
    pub facts: &'a [StoryFact],
}

/// What speaks for a translation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SharedFactSet {
    /// The other entry.
    pub entry: EntryId,
    /// The weight of what they share, in thousandths.
    pub weight: u32,
    /// Its share of all facts of the entry that has less of them.
    pub share: Permille,
    /// What they share, the rarest first.
    pub facts: Vec<String>,
}

/// How much `ours` and `candidate` have in common.
pub fn shared(ours: &[StoryFact], candidate: FactCandidate<'_>, counts: &FactCounts) -> SharedFactSet {
    let total = |facts: &[StoryFact]| facts.iter().map(|fact| counts.weight(fact.key)).sum::<u32>();
    let theirs = candidate.facts;
    let is_there = |fact: &&StoryFact| theirs.binary_search_by_key(&fact.key, |other| other.key).is_ok();
    let mut both: Vec<&StoryFact> = ours.iter().filter(is_there).collect();
    both.sort_by_key(|fact| (Reverse(counts.weight(fact.key)), fact.said.clone()));
    let weight: u32 = both.iter().map(|fact| counts.weight(fact.key)).sum();
    let least = total(ours).min(total(theirs)).max(1);
    let share = u16::try_from(u64::from(weight) * 1000 / u64::from(least)).unwrap_or(1000);
    let facts = both.iter().take(SHOWN).map(|fact| fact.said.clone()).collect();
    SharedFactSet { entry: candidate.entry, weight, share: Permille(share), facts }
}

/// The original of an entry among `candidates` of other languages, if one is told apart from
/// all others.
pub fn original(
    ours: &[StoryFact],
    candidates: &[FactCandidate<'_>],
    counts: &FactCounts,
    settings: &StorySettings,
) -> Option<SharedFactSet> {
    let mut all: Vec<SharedFactSet> = candidates.iter().map(|candidate| shared(ours, *candidate, counts)).collect();
    all.sort_by_key(|found| (Reverse(found.weight), found.entry));
    let best = all.first()?;
    let is_enough = best.weight >= settings.facts * 1000 && best.share.0 >= settings.facts_share;
    let next = all.get(1).map_or(0, |next| next.weight);
    let is_alone = u64::from(best.weight) * 1000 >= u64::from(next) * u64::from(settings.facts_lead);
    (is_enough && is_alone).then(|| best.clone())
}

/// The link of an entry to the story of its original.
pub fn translation_link(entry: &StoryReading, original: (&StoryReading, StoryId), found: SharedFactSet) -> StoryLink {
    let mut because = vec![StoryEvidence::SharedFacts(found.facts)];
    if let (Some(ours), Some(theirs)) = (&entry.language, &original.0.language) {
        because.push(StoryEvidence::Languages(ours.clone(), theirs.clone()));
    }
    StoryLink { story: original.1, like: found.entry, relation: Relation::Translation, score: found.share, because }
}
