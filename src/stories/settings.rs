//! What the operator may set of stories: `[stories]`.

use std::time::Duration;

/// Thresholds and windows. Shares are in thousandths.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StorySettings {
    /// Share of the shorter text that two copies have in common.
    pub copy: u16,
    /// The same where their headlines are alike too.
    pub copy_with_headline: u16,
    /// What a copy must share with the fullest copy of a story, besides the nearest one.
    pub fullest: u16,
    /// Share that makes two entries related.
    pub related: u16,
    /// Share of the words of two headlines that makes them alike.
    pub headline: u16,
    /// How many shingles two copies share at least.
    pub shared_shingles: usize,
    /// Texts of fewer shingles are judged by headline and exact text.
    pub least_shingles: usize,
    /// Candidates that share fewer rows of the sketch are not looked at.
    pub least_rows: usize,
    /// How many candidates are looked at.
    pub candidates: usize,
    /// How far apart copies may be.
    pub copies: Duration,
    /// How far apart copies may be that have one headline or one text.
    pub reposts: Duration,
    /// How far apart updates and notices may be.
    pub updates: Duration,
    /// How far apart translations may be.
    pub translations: Duration,
    /// How far apart copies may be that only a headline shows to be such.
    pub headlines: Duration,
    /// Weight of the facts that a translation has in common with its original.
    pub facts: u32,
    /// Share of the weight of the facts of the entry that has fewer.
    pub facts_share: u16,
    /// How much more than the next candidate it must have in common, in thousandths.
    pub facts_lead: u16,
    /// How often a paragraph recurs, in bursts, until it is boilerplate.
    pub bursts: u32,
    /// In how many entries of different headlines a paragraph stands until it is boilerplate.
    pub headlines_apart: u32,
}

const DAY: Duration = Duration::from_secs(86_400);

impl Default for StorySettings {
    fn default() -> StorySettings {
        StorySettings {
            copy: 900,
            copy_with_headline: 750,
            fullest: 800,
            related: 500,
            headline: 600,
            shared_shingles: 25,
            least_shingles: 12,
            least_rows: 2,
            candidates: 20,
            copies: 7 * DAY,
            reposts: 120 * DAY,
            updates: 30 * DAY,
            translations: 2 * DAY,
            headlines: 2 * DAY,
            facts: 10,
            facts_share: 250,
            facts_lead: 1300,
            bursts: 3,
            headlines_apart: 4,
        }
    }
}
