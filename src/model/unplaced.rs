//! What a store and the decision where an entry belongs hand to each other.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use super::{EntryId, StoryId, StoryPlacement};
use crate::clock::Timestamp;

/// An entry that is to be placed.
pub trait UnplacedCopy: Send + Sync + Debug {
    /// By what it is found, and finds others.
    fn keys(&self) -> &StoryKeys;

    /// What later entries are compared with: text that the store keeps, and looks not into.
    fn reading(&self) -> &str;

    /// Decides where `entry` belongs, among what was found.
    fn place(&self, entry: EntryId, found: &FoundCopies) -> StoryPlacement;
}

/// By what an entry is found, and finds others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoryKeys {
    /// When it was published, else when it was first seen.
    pub at: Timestamp,
    /// The key of its headline; 0 for none.
    pub title: i64,
    /// How much text there is to compare.
    pub runs: u32,
    /// Hashes under which it is found.
    pub held: Vec<i64>,
    /// Hashes under which others are sought, and how far apart they may be.
    pub sought: Vec<(i64, Duration)>,
    /// Hashes of runs of words, of 32 bits, each once: it is found by them, and finds others.
    pub sketch: Vec<i64>,
    /// How far is sought.
    pub reach: StoryReach,
}

/// How far copies are sought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoryReach {
    /// How far apart copies may be that only the sketch finds.
    pub copies: Duration,
    /// Those that share fewer rows of the sketch are not looked at.
    pub least_rows: usize,
    /// How many that share rows are looked at.
    pub most: usize,
    /// How many are looked at for each other hash, the newest first.
    pub by_key: usize,
    /// A headline that was there so long before is that of a series.
    pub recurs_after: Duration,
}

/// What an entry may be like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FoundCopies {
    /// Those that were found, by their numbers.
    pub copies: Vec<FoundCopy>,
    /// What is compared of them, and of the fullest copies of their stories.
    pub readings: BTreeMap<EntryId, String>,
}

/// An entry that another may be like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundCopy {
    /// It.
    pub entry: EntryId,
    /// Its story.
    pub story: StoryId,
    /// The copy of that story with the most text.
    pub fullest: EntryId,
    /// Whether its headline was there days before.
    pub recurs: bool,
}
