//! Where an entry is placed among its candidates.

use std::collections::BTreeMap;

use super::amended::amended;
use super::compare::{Comparison, HeadlineUse, StoryCandidate, compare};
use super::read::StoryReading;
use super::settings::StorySettings;
use crate::model::{EntryId, Permille, Relation, StoryEvidence, StoryId, StoryLink, StoryPlacement};

/// Stories that are shown beside an entry's own.
const MOST_LINKS: usize = 5;

/// Places `entry` among `candidates`.
///
/// It joins the story of the copy that is most like it, if it is like the fullest copy of
/// that story too: never a story through another one. What it is to the others is kept as
/// links; `translated` is the story of which it is a translation, by what facts say.
pub fn place(
    entry: &StoryReading,
    candidates: &[StoryCandidate<'_>],
    translated: Option<StoryLink>,
    settings: &StorySettings,
) -> StoryPlacement {
    if let Some(placement) = amended(entry, candidates, settings) {
        return placement;
    }
    let mut compared: Vec<(&StoryCandidate<'_>, Comparison)> =
        candidates.iter().map(|candidate| (candidate, judged(entry, candidate, settings))).collect();
    compared.retain(|(_, comparison)| comparison.relation.is_some());
    compared.sort_by_key(|(candidate, comparison)| {
        (std::cmp::Reverse(comparison.score), candidate.reading.at, candidate.reading.entry)
    });
    let joined = compared.iter().find_map(|(candidate, comparison)| {
        let joins = comparison.relation.is_some_and(Relation::joins);
        joins.then(|| agreed(entry, candidate, comparison, settings)).flatten()
    });
    let own = joined.as_ref().and_then(|placement| placement.joins);
    let mut links = links(&compared, own);
    links.extend(translated.clone());
    if let Some(placement) = joined {
        return StoryPlacement { links, ..placement };
    }
    apart(compared.first(), translated, links)
}

/// The placement of an entry that founds a story of its own.
fn apart(
    nearest: Option<&(&StoryCandidate<'_>, Comparison)>,
    translated: Option<StoryLink>,
    links: Vec<StoryLink>,
) -> StoryPlacement {
    match (nearest, translated) {
        (Some((_, comparison)), Some(link)) if comparison.relation != Some(Relation::Update) => {
            linked_only(link, links)
        }
        (None, Some(link)) => linked_only(link, links),
        (None, None) => StoryPlacement::first(),
        (Some((candidate, comparison)), _) => {
            // A copy that the fullest copy of its story contradicts is related to it.
            let relation = comparison.relation.filter(|relation| !relation.joins()).unwrap_or(Relation::Related);
            StoryPlacement {
                joins: None,
                relation,
                like: Some(candidate.reading.entry),
                score: comparison.score,
                because: comparison.because.clone(),
                links,
            }
        }
    }
}

/// The placement of an entry whose nearest kin is another story.
fn linked_only(link: StoryLink, links: Vec<StoryLink>) -> StoryPlacement {
    StoryPlacement {
        joins: None,
        relation: link.relation,
        like: Some(link.like),
        score: link.score,
        because: link.because,
        links,
    }
}

/// What `candidate` is to the entry; a headline that recurs stands for no text.
fn judged(entry: &StoryReading, candidate: &StoryCandidate<'_>, settings: &StorySettings) -> Comparison {
    let mut comparison = compare(entry, candidate.reading, settings);
    let by_headline = comparison.because.contains(&StoryEvidence::HeadlineAlone);
    if by_headline && candidate.headline == HeadlineUse::Recurring {
        comparison.relation = Some(Relation::Series);
        comparison.because.push(StoryEvidence::RecurringHeadline);
    }
    comparison
}

/// The placement in the candidate's story, if its fullest copy agrees.
fn agreed(
    entry: &StoryReading,
    candidate: &StoryCandidate<'_>,
    comparison: &Comparison,
    settings: &StorySettings,
) -> Option<StoryPlacement> {
    let mut because = comparison.because.clone();
    if candidate.fullest.entry != candidate.reading.entry {
        // What the nearest copy shows need not be shown as clearly again.
        let looser = StorySettings {
            copy: settings.fullest,
            copies: settings.reposts,
            shared_shingles: settings.least_shingles,
            ..settings.clone()
        };
        let with_fullest = compare(entry, candidate.fullest, &looser);
        if !with_fullest.relation.is_some_and(Relation::joins) {
            return None;
        }
        because.push(StoryEvidence::SharedWithFullest(with_fullest.score));
    }
    Some(StoryPlacement {
        joins: Some(candidate.story),
        relation: comparison.relation.unwrap_or(Relation::Copy),
        like: Some(candidate.reading.entry),
        score: comparison.score,
        because,
        links: Vec::new(),
    })
}

/// The best link to each story but the entry's own.
fn links(compared: &[(&StoryCandidate<'_>, Comparison)], own: Option<StoryId>) -> Vec<StoryLink> {
    let mut best: BTreeMap<StoryId, StoryLink> = BTreeMap::new();
    for (candidate, comparison) in compared.iter().filter(|(candidate, _)| Some(candidate.story) != own) {
        let Some(relation) = comparison.relation else { continue };
        let relation = if relation.joins() { Relation::Related } else { relation };
        if relation.is_linked() {
            best.entry(candidate.story).or_insert_with(|| {
                link(candidate.story, candidate.reading.entry, relation, comparison.score, comparison.because.clone())
            });
        }
    }
    let mut links: Vec<StoryLink> = best.into_values().collect();
    links.sort_by_key(|link| (std::cmp::Reverse(link.score), link.story));
    links.truncate(MOST_LINKS);
    links
}

fn link(story: StoryId, like: EntryId, relation: Relation, score: Permille, because: Vec<StoryEvidence>) -> StoryLink {
    StoryLink { story, like, relation, score, because }
}
