//! A window of entries in memory, with the stories that they form: for `replay` and tests.
//!
//! It finds candidates as the stores do, and hands them to the same functions.

use std::collections::{BTreeMap, HashMap};

use super::amended::targets;
use super::compare::{HeadlineUse, StoryCandidate};
use super::place::place;
use super::read::{StoryCopy, StoryReading, read};
use super::recurring::RecurringText;
use super::settings::StorySettings;
use super::shingle::sketch;
use super::translation::window::FactWindow;
use super::translation::{SharedFactSet, translation_link};
use super::words::HashedWords;
use crate::clock::Timestamp;
use crate::model::{EntryId, StoryId, StoryLink, StoryPlacement};

/// Entries with one headline that are looked at.
const SAME_KEY: usize = 20;

/// A headline that was there so long before is that of a series.
const RECURS_AFTER: std::time::Duration = std::time::Duration::from_secs(3 * 86_400);

/// Stories as entries arrive.
pub struct StoryWindow {
    settings: StorySettings,
    recurring: RecurringText,
    held: Vec<HeldCopy>,
    rows: HashMap<u64, Vec<u32>>,
    titles: HashMap<u64, Vec<u32>>,
    contents: HashMap<u64, Vec<u32>>,
    addresses: HashMap<u64, Vec<u32>>,
    stories: BTreeMap<StoryId, HeldStory>,
    facts: FactWindow,
    by_entry: HashMap<EntryId, u32>,
    /// Up to which copy rows were forgotten, and up to which texts were.
    forgotten: [usize; 2],
}

struct HeldCopy {
    reading: StoryReading,
    story: StoryId,
}

struct HeldStory {
    members: Vec<u32>,
    fullest: u32,
}

impl StoryWindow {
    /// An empty window.
    pub fn new(settings: StorySettings) -> StoryWindow {
        StoryWindow {
            settings,
            recurring: RecurringText::default(),
            held: Vec::new(),
            rows: HashMap::new(),
            titles: HashMap::new(),
            contents: HashMap::new(),
            addresses: HashMap::new(),
            stories: BTreeMap::new(),
            facts: FactWindow::default(),
            by_entry: HashMap::new(),
            forgotten: [0; 2],
        }
    }

    /// Places an entry that arrives. Its story bears the number of its first entry.
    pub fn place(&mut self, copy: &StoryCopy<'_>) -> StoryPlacement {
        let reading = read(copy, &self.recurring, &self.settings);
        let found = self.found(&reading);
        let whole: HashMap<u32, StoryReading> = self.whole(&found);
        let candidates: Vec<StoryCandidate<'_>> = found.iter().filter_map(|at| self.candidate(*at, &whole)).collect();
        let translated = self.facts.translated(&reading, &self.settings).map(|found| self.as_link(&reading, found));
        let placement = place(&reading, &candidates, translated, &self.settings);
        drop(candidates);
        reading.teach(&mut self.recurring);
        self.hold(reading, &placement);
        placement
    }

    /// Forgets what can be found no more by what arrives after `now`; stories stay.
    pub fn forget(&mut self, now: Timestamp) {
        let [rows, texts] = &mut self.forgotten;
        while let Some(held) = self.held.get(*rows).filter(|held| now.since(held.reading.at) > self.settings.copies) {
            for row in sketch(&HashedWords::of(&held.reading.news.words.folded).words) {
                if let Some(all) = self.rows.get_mut(&row) {
                    all.retain(|at| *at as usize != *rows);
                    if all.is_empty() {
                        self.rows.remove(&row);
                    }
                }
            }
            *rows += 1;
        }
        let is_old = |held: &&mut HeldCopy| now.since(held.reading.at) > self.settings.reposts;
        while let Some(held) = self.held.get_mut(*texts).filter(is_old) {
            held.reading.news.words.folded = String::new();
            *texts += 1;
        }
        self.recurring.forget(now);
    }

    /// The story of an entry.
    pub fn story_of(&self, entry: EntryId) -> Option<StoryId> {
        self.by_entry.get(&entry).map(|at| self.held[*at as usize].story)
    }

    fn as_link(&self, reading: &StoryReading, found: SharedFactSet) -> StoryLink {
        let at = self.by_entry.get(&found.entry).copied().unwrap_or_default();
        let held = &self.held[at as usize];
        translation_link(reading, (&held.reading, held.story), found)
    }

    /// The entries of each story, in the order of their arrival.
    pub fn stories(&self) -> impl Iterator<Item = (StoryId, Vec<EntryId>)> + '_ {
        let entries =
            |story: &HeldStory| story.members.iter().map(|at| self.held[*at as usize].reading.entry).collect();
        self.stories.iter().map(move |(id, story)| (*id, entries(story)))
    }

    /// Where entries are held that may be like `reading`: by number, text, headline, sketch.
    fn found(&self, reading: &StoryReading) -> Vec<u32> {
        let settings = &self.settings;
        let near = |at: &u32, most| apart(self.held[*at as usize].reading.at, reading.at) <= most;
        let mut found: Vec<u32> = Vec::new();
        let mut keyed = |all: Option<&Vec<u32>>, most: std::time::Duration| {
            found.extend(all.into_iter().flatten().rev().filter(|at| near(at, most)).take(SAME_KEY));
        };
        let named = reading.notice.iter().flat_map(|notice| targets(notice).into_iter().map(|target| target.address));
        for address in reading.addresses.iter().copied().chain(named) {
            keyed(self.addresses.get(&address).or_else(|| self.titles.get(&address)), settings.updates);
        }
        keyed(self.contents.get(&reading.content).filter(|_| reading.content != 0), settings.reposts);
        keyed(self.titles.get(&reading.title.key).filter(|_| reading.title.key != 0), settings.reposts);
        let mut counted: HashMap<u32, usize> = HashMap::new();
        for at in
            reading.sketch.iter().filter_map(|row| self.rows.get(row)).flatten().filter(|at| near(at, settings.copies))
        {
            *counted.entry(*at).or_default() += 1;
        }
        let mut ranked: Vec<(usize, u32)> = counted.into_iter().map(|(at, rows)| (rows, at)).collect();
        ranked.retain(|(rows, _)| *rows >= settings.least_rows);
        ranked.sort_unstable_by_key(|(rows, at)| (std::cmp::Reverse(*rows), *at));
        found.extend(ranked.into_iter().take(settings.candidates).map(|(_, at)| at));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// These, and the fullest copies of their stories, with words and shingles.
    fn whole(&self, found: &[u32]) -> HashMap<u32, StoryReading> {
        let fullest = found.iter().filter_map(|at| self.stories.get(&self.held[*at as usize].story)).map(|s| s.fullest);
        let mut all: Vec<u32> = found.iter().copied().chain(fullest).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(|at| (at, self.held[at as usize].reading.restored())).collect()
    }

    fn candidate<'w>(&self, at: u32, whole: &'w HashMap<u32, StoryReading>) -> Option<StoryCandidate<'w>> {
        let held = &self.held[at as usize];
        let fullest = self.stories.get(&held.story)?.fullest;
        let (reading, fullest) = (whole.get(&at)?, whole.get(&fullest)?);
        Some(StoryCandidate { reading, story: held.story, fullest, headline: self.headline_use(&held.reading) })
    }

    fn headline_use(&self, reading: &StoryReading) -> HeadlineUse {
        let same = self.titles.get(&reading.title.key).into_iter().flatten();
        let before = same.filter(|at| reading.at.since(self.held[**at as usize].reading.at) > RECURS_AFTER);
        if before.count() > 0 { HeadlineUse::Recurring } else { HeadlineUse::Once }
    }

    fn hold(&mut self, reading: StoryReading, placement: &StoryPlacement) {
        let at = u32::try_from(self.held.len()).unwrap_or(u32::MAX);
        let story = placement.joins.unwrap_or(StoryId(reading.entry.0));
        for row in &reading.sketch {
            self.rows.entry(*row).or_default().push(at);
        }
        self.titles.entry(reading.title.key).or_default().push(at);
        self.contents.entry(reading.content).or_default().push(at);
        for address in &reading.addresses {
            self.addresses.entry(*address).or_default().push(at);
        }
        let held = &self.held;
        let own = reading.shingles.len();
        let kept = self.stories.entry(story).or_insert_with(|| HeldStory { members: Vec::new(), fullest: at });
        kept.members.push(at);
        if kept.fullest != at && held[kept.fullest as usize].reading.restored().shingles.len() < own {
            kept.fullest = at;
        }
        self.facts.hold(&reading, self.settings.translations);
        self.held.push(HeldCopy { reading: reading.slim(), story });
        self.by_entry.insert(self.held[at as usize].reading.entry, at);
    }
}

fn apart(a: Timestamp, b: Timestamp) -> std::time::Duration {
    a.since(b).max(b.since(a))
}
