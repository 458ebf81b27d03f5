//! What places an entry among stories: it finds, in the transaction that stores the entry,
//! what the store compares it with.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::model::newswire::{Notice, NoticeKind, NoticeTarget};
use crate::model::{
    Entry, EntryId, FoundCopies, Readable, Source, StoryKeys, StoryPlacement, StoryReach, UnplacedCopy,
};
use crate::stories::place::place;
use crate::stories::read::{StoryCopy, StoryReading, read, recalled};
use crate::stories::recurring::RecurringText;
use crate::stories::settings::StorySettings;
use crate::stories::sought::sought;
use crate::stories::{HeadlineUse, StoryCandidate};

/// Entries that are looked at for each hash of a text, headline, number or link.
const BY_KEY: usize = 20;

/// A headline that was there so long before is that of a series.
const RECURS_AFTER: Duration = Duration::from_secs(3 * 86_400);

/// An entry that is to be placed.
#[derive(Debug)]
struct PlannedCopy {
    keys: StoryKeys,
    reading: String,
    settings: Arc<StorySettings>,
}

/// What places an entry of `source` that is read as `copy`.
pub fn unplaced(
    entry: &Entry,
    copy: &Readable,
    source: &Source,
    settings: &Arc<StorySettings>,
) -> Arc<dyn UnplacedCopy> {
    unplaced_copy(
        &StoryCopy {
            entry: EntryId(0),
            source: source.id.as_str(),
            source_wire: source.wire.as_deref(),
            link: entry.link.as_deref(),
            title: &copy.title,
            text: &copy.body,
            language: copy.language.as_deref(),
            at: copy.at,
            wire: &copy.newswire,
        },
        settings,
    )
}

/// The same of a copy that was read before. Its number is told when it is placed.
pub fn unplaced_copy(copy: &StoryCopy<'_>, settings: &Arc<StorySettings>) -> Arc<dyn UnplacedCopy> {
    let reading = read(copy, &RecurringText::default(), settings);
    let signed = |hash: &u64| hash.cast_signed();
    let mut held: Vec<u64> = reading.addresses.clone();
    held.extend([reading.content, reading.title.key].into_iter().filter(|hash| *hash != 0));
    held.sort_unstable();
    held.dedup();
    // Half of a hash is enough where two must be alike.
    let mut sketch: Vec<i64> = reading.sketch.iter().map(|row| i64::from(*row as u32 as i32)).collect();
    sketch.sort_unstable();
    sketch.dedup();
    let keys = StoryKeys {
        at: reading.at,
        title: reading.title.key.cast_signed(),
        runs: u32::try_from(reading.shingles.len()).unwrap_or(u32::MAX),
        held: held.iter().map(signed).collect(),
        sought: sought(&reading, settings).iter().map(|(hash, within)| (signed(hash), *within)).collect(),
        sketch,
        reach: StoryReach {
            copies: settings.copies,
            least_rows: settings.least_rows,
            most: settings.candidates,
            by_key: BY_KEY,
            recurs_after: RECURS_AFTER,
        },
    };
    let reading = serde_json::to_string(&ComparedText::of(&reading)).expect("strings and numbers are JSON");
    Arc::new(PlannedCopy { keys, reading, settings: Arc::clone(settings) })
}

impl UnplacedCopy for PlannedCopy {
    fn keys(&self) -> &StoryKeys {
        &self.keys
    }

    fn reading(&self) -> &str {
        &self.reading
    }

    fn place(&self, entry: EntryId, found: &FoundCopies) -> StoryPlacement {
        if found.copies.is_empty() {
            return StoryPlacement::first();
        }
        let Some(own) = compared(entry, &self.reading) else { return StoryPlacement::first() };
        let readings = found.readings.iter().filter_map(|(id, reading)| Some((*id, compared(*id, reading)?)));
        let readings: BTreeMap<EntryId, StoryReading> = readings.collect();
        let candidates = found.copies.iter().filter_map(|copy| {
            Some(StoryCandidate {
                reading: readings.get(&copy.entry)?,
                story: copy.story,
                fullest: readings.get(&copy.fullest)?,
                headline: if copy.recurs { HeadlineUse::Recurring } else { HeadlineUse::Once },
            })
        });
        let candidates: Vec<StoryCandidate<'_>> = candidates.collect();
        place(&own, &candidates, None, &self.settings)
    }
}

/// A reading that a store kept; `None` where it is damaged.
fn compared(entry: EntryId, stored: &str) -> Option<StoryReading> {
    Some(serde_json::from_str::<ComparedText>(stored).ok()?.reading(entry))
}

/// What is compared of an entry, as a store keeps it.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct ComparedText {
    #[serde(rename = "s")]
    source: String,
    #[serde(rename = "sw", skip_serializing_if = "Option::is_none")]
    source_wire: Option<String>,
    #[serde(rename = "w", skip_serializing_if = "Option::is_none")]
    text_wire: Option<String>,
    #[serde(rename = "i", skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(rename = "n", skip_serializing_if = "Option::is_none")]
    notice: Option<ComparedNotice>,
    #[serde(rename = "a", skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<u64>,
    #[serde(rename = "at")]
    at: i64,
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(rename = "r", skip_serializing_if = "Option::is_none")]
    release: Option<(String, String)>,
    #[serde(rename = "t")]
    title: String,
    #[serde(rename = "x")]
    text: String,
}

/// A notice, as far as it is compared: kind, words, and what it names.
#[derive(Serialize, Deserialize)]
struct ComparedNotice {
    #[serde(rename = "k")]
    kind: String,
    #[serde(rename = "r")]
    raw: String,
    #[serde(rename = "t")]
    targets: Vec<(char, String)>,
}

impl ComparedText {
    fn of(reading: &StoryReading) -> ComparedText {
        ComparedText {
            source: reading.source.clone(),
            source_wire: reading.source_wire.clone(),
            text_wire: reading.text_wire.clone(),
            issuer: reading.issuer.clone(),
            notice: reading.notice.as_ref().map(ComparedNotice::of),
            addresses: reading.addresses.clone(),
            at: reading.at.millis(),
            language: reading.language.clone(),
            release: reading.release.clone(),
            title: reading.title.words.folded.clone(),
            text: reading.news.words.folded.clone(),
        }
    }

    fn reading(self, entry: EntryId) -> StoryReading {
        let mut reading = recalled(&self.title, &self.text);
        reading.entry = entry;
        reading.source = self.source;
        reading.source_wire = self.source_wire;
        reading.text_wire = self.text_wire;
        reading.issuer = self.issuer;
        reading.notice = self.notice.and_then(ComparedNotice::notice);
        reading.addresses = self.addresses;
        reading.at = Timestamp::from_millis(self.at);
        reading.language = self.language;
        reading.release = self.release;
        reading
    }
}

impl ComparedNotice {
    fn of(notice: &Notice) -> ComparedNotice {
        let target = |target: &NoticeTarget| match target {
            NoticeTarget::Number(text) => ('n', text.clone()),
            NoticeTarget::Link(text) => ('l', text.clone()),
            NoticeTarget::Slug(text) => ('s', text.clone()),
            NoticeTarget::Headline(text) => ('h', text.clone()),
        };
        ComparedNotice {
            kind: notice.kind.as_str().to_owned(),
            raw: notice.raw.clone(),
            targets: notice.targets.iter().map(target).collect(),
        }
    }

    fn notice(self) -> Option<Notice> {
        let target = |(kind, text): (char, String)| {
            Some(match kind {
                'n' => NoticeTarget::Number(text),
                'l' => NoticeTarget::Link(text),
                's' => NoticeTarget::Slug(text),
                'h' => NoticeTarget::Headline(text),
                _ => return None,
            })
        };
        let targets = self.targets.into_iter().filter_map(target).collect();
        Some(Notice { kind: NoticeKind::named(&self.kind)?, raw: self.raw, targets, until: None })
    }
}
