//! The carriage ledger: who carried a story, how late, and what each copy cut or added.

use std::collections::BTreeMap;
use std::time::Duration;

use super::differ::common;
use super::read::StoryReading;
use crate::clock::Timestamp;
use crate::model::{EntryId, Permille, StoryId};
use crate::text::columns;

/// Passages of each kind that are kept.
const PASSAGES: usize = 3;

/// The longest that is shown of one, in columns.
const SHOWN: usize = 160;

/// Differences of fewer words are slips.
const LEAST: usize = 3;

/// What a copy changed of the text that speaks for the story.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CarriedText {
    /// Words that it lacks.
    pub cut_words: usize,
    /// Words that it has more.
    pub added_words: usize,
    /// The longest passages that it lacks, folded.
    pub cut: Vec<String>,
    /// The longest passages that it has more, folded.
    pub added: Vec<String>,
}

/// What `copy` cut of `speaker` and added to it.
pub fn carried(speaker: &StoryReading, copy: &StoryReading) -> CarriedText {
    let hashes = |reading: &StoryReading| reading.news.words.words.iter().map(|word| word.hash).collect::<Vec<_>>();
    let kept = common(&hashes(speaker), &hashes(copy));
    let ours = lone(speaker.news.words.words.len(), kept.iter().map(|pair| pair.0));
    let theirs = lone(copy.news.words.words.len(), kept.iter().map(|pair| pair.1));
    let passages = |reading: &StoryReading, runs: &[std::ops::Range<usize>]| {
        let mut long: Vec<_> = runs.iter().filter(|run| run.len() >= LEAST).cloned().collect();
        long.sort_by_key(|run| (std::cmp::Reverse(run.len()), run.start));
        long.truncate(PASSAGES);
        long.into_iter().map(|run| columns::cut(&reading.news.words.passage(run).replace('\n', " "), SHOWN)).collect()
    };
    CarriedText {
        cut_words: ours.iter().map(ExactSizeIterator::len).sum(),
        added_words: theirs.iter().map(ExactSizeIterator::len).sum(),
        cut: passages(speaker, &ours),
        added: passages(copy, &theirs),
    }
}

/// The runs of positions below `length` that are not among `kept`, which ascends.
fn lone(length: usize, kept: impl Iterator<Item = usize>) -> Vec<std::ops::Range<usize>> {
    let mut from = 0;
    let mut runs = Vec::new();
    for at in kept.chain([length]) {
        if at > from {
            runs.push(from..at);
        }
        from = at + 1;
    }
    runs
}

/// When a source first had a copy of a story.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopySeen {
    /// The story.
    pub story: StoryId,
    /// The copy.
    pub entry: EntryId,
    /// Its source.
    pub source: String,
    /// When it was first seen.
    pub at: Timestamp,
}

/// How a source carries stories.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceCarriage {
    /// Stories that it carried.
    pub stories: usize,
    /// The median of its lag behind the first copy, among stories of several sources.
    pub median_lag: Option<Duration>,
    /// Of the stories of several sources that it carried, the share on which it was first.
    pub first: Permille,
    /// Stories of several of its peers that it did not carry.
    pub missed: usize,
}

/// How each source carries stories. `copies` are all copies of a time, in any order.
pub fn by_source(copies: &[CopySeen]) -> BTreeMap<String, SourceCarriage> {
    let mut stories: BTreeMap<StoryId, BTreeMap<&str, Timestamp>> = BTreeMap::new();
    for copy in copies {
        let seen = stories.entry(copy.story).or_default().entry(&copy.source).or_insert(copy.at);
        *seen = copy.at.min(*seen);
    }
    let shared: Vec<&BTreeMap<&str, Timestamp>> = stories.values().filter(|sources| sources.len() > 1).collect();
    let sources: std::collections::BTreeSet<&str> =
        stories.values().flat_map(|sources| sources.keys().copied()).collect();
    let figures = |source: &str| {
        let carried = stories.values().filter(|story| story.contains_key(source)).count();
        let first = |story: &BTreeMap<&str, Timestamp>| story.values().min().copied().unwrap_or_default();
        let among = shared.iter().filter_map(|story| Some(story.get(source)?.since(first(story))));
        let mut lags: Vec<Duration> = among.collect();
        lags.sort_unstable();
        let firsts = lags.iter().filter(|lag| lag.is_zero()).count();
        SourceCarriage {
            stories: carried,
            median_lag: lags.get(lags.len() / 2).copied(),
            first: Permille(u16::try_from(1000 * firsts / lags.len().max(1)).unwrap_or(1000)),
            missed: shared.iter().filter(|story| !story.contains_key(source)).count(),
        }
    };
    sources.into_iter().map(|source| (source.to_owned(), figures(source))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_how_they_carry_b366() {
        let copy = |story, entry, source: &str, minute: i64| CopySeen {
            story: StoryId(story),
            entry: EntryId(entry),
            source: source.to_owned(),
            at: Timestamp::from_millis(minute * 60_000),
        };
        let copies = [
            copy(1, 1, "a", 0),
            copy(1, 2, "b", 10),
            copy(2, 3, "a", 5),
            copy(2, 4, "b", 2),
            copy(2, 5, "b", 9),
            copy(3, 6, "a", 0),
            copy(4, 7, "a", 0),
            copy(4, 8, "c", 1),
        ];
        let by = by_source(&copies);
        let minutes = |n: u64| Some(Duration::from_secs(n * 60));
        assert_eq!(by["a"], SourceCarriage { stories: 4, median_lag: minutes(0), first: Permille(666), missed: 0 });
        assert_eq!(by["b"], SourceCarriage { stories: 2, median_lag: minutes(10), first: Permille(500), missed: 1 });
        assert_eq!(by["c"].missed, 2);
    }
}
