//! Paragraphs that recur: boilerplate that no table knows.
//!
//! Bursts are counted, not copies: what forty wires carry on one day is news. Learnt for each
//! owner (an issuer, or the source) by itself, and forgotten after a year.

use std::collections::HashMap;
use std::time::Duration;

use xxhash_rust::xxh3::xxh3_64;

use super::settings::StorySettings;
use crate::clock::Timestamp;

/// Sightings further apart are of two bursts.
const BETWEEN_BURSTS: Duration = Duration::from_secs(3 * 86_400);

/// A paragraph that was not seen for so long is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(365 * 86_400);

/// Headlines that are kept for one paragraph and told apart.
const HEADLINES: usize = 8;

/// Paragraphs of fewer words are too common to be learnt.
pub(super) const LEAST_WORDS: usize = 4;

/// Whose paragraphs recur: an issuer or a source.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct TextOwner(pub u64);

impl TextOwner {
    /// A source.
    pub fn source(id: &str) -> TextOwner {
        TextOwner(xxh3_64(id.as_bytes()))
    }

    /// An issuer, by its name as printed.
    pub fn issuer(name: &str) -> TextOwner {
        TextOwner(!super::words::HashedWords::of(name).hash())
    }
}

/// How a paragraph has been seen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParagraphSeen {
    /// In how many bursts.
    pub bursts: u32,
    /// Under which headlines in this burst: their keys, some of them.
    pub headlines: Vec<u64>,
    /// When it was first seen.
    pub first_at: Timestamp,
    /// When it was last seen.
    pub last_at: Timestamp,
}

/// The paragraphs that have been seen.
#[derive(Clone, Debug, Default)]
pub struct RecurringText {
    seen: HashMap<(TextOwner, u64), ParagraphSeen>,
}

impl RecurringText {
    /// Whether a paragraph is boilerplate of one of these owners.
    pub fn is_boilerplate(&self, owners: &[TextOwner], paragraph: u64, settings: &StorySettings) -> bool {
        owners.iter().filter_map(|owner| self.seen.get(&(*owner, paragraph))).any(|seen| {
            seen.bursts >= settings.bursts
                || u32::try_from(seen.headlines.len()).is_ok_and(|n| n >= settings.headlines_apart)
        })
    }

    /// Notes that an owner's paragraph stands under the headline `key`.
    pub fn note(&mut self, owner: TextOwner, paragraph: u64, key: u64, at: Timestamp) {
        let fresh = || ParagraphSeen { bursts: 1, headlines: Vec::new(), first_at: at, last_at: at };
        let seen = self.seen.entry((owner, paragraph)).or_insert_with(fresh);
        let (earliest, latest) = (seen.first_at.min(at), seen.last_at.max(at));
        if at.since(seen.last_at) > FORGOTTEN {
            *seen = fresh();
        } else if at.since(seen.last_at) > BETWEEN_BURSTS || seen.first_at.since(at) > BETWEEN_BURSTS {
            seen.bursts = seen.bursts.saturating_add(1);
        }
        if !seen.headlines.contains(&key) && seen.headlines.len() < HEADLINES {
            seen.headlines.push(key);
        }
        (seen.first_at, seen.last_at) = (earliest, latest);
    }

    /// Forgets what was last seen more than a year before `now`.
    pub fn forget(&mut self, now: Timestamp) {
        self.seen.retain(|_, seen| now.since(seen.last_at) <= FORGOTTEN);
    }

    /// How many paragraphs are known.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }
}
