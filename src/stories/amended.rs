//! Which copy a notice amends: product §3.8.

use std::collections::BTreeMap;

use super::amend::{NoticeEffect, effect, may_amend};
use super::compare::{StoryCandidate, compare};
use super::read::{StoryReading, address_of_link, address_of_number, address_of_slug};
use super::settings::StorySettings;
use super::title;
use crate::model::newswire::{Notice, NoticeTarget};
use crate::model::{EntryId, Permille, Relation, StoryEvidence, StoryId, StoryPlacement};

/// What a notice names.
pub(super) struct NamedTarget<'n> {
    /// The address of a copy, or the key of its headline.
    pub address: u64,
    pub target: &'n NoticeTarget,
}

/// What a notice names, most exact first.
pub(super) fn targets(notice: &Notice) -> Vec<NamedTarget<'_>> {
    let address = |target: &NoticeTarget| match target {
        NoticeTarget::Number(number) => address_of_number(number),
        NoticeTarget::Link(link) => address_of_link(link),
        NoticeTarget::Slug(slug) => address_of_slug(slug),
        NoticeTarget::Headline(headline) => title::read(headline, None).key,
    };
    notice.targets.iter().map(|target| NamedTarget { address: address(target), target }).collect()
}

/// The placement of a correction, kill or withdrawal; `None` if `entry` is none, or amends
/// nothing that is known.
///
/// One that could mean several stories amends none, nor does one whose source may not: a
/// person is asked.
pub(super) fn amended(
    entry: &StoryReading,
    candidates: &[StoryCandidate<'_>],
    settings: &StorySettings,
) -> Option<StoryPlacement> {
    let notice = entry.notice.as_ref()?;
    if !matches!(effect(notice.kind), NoticeEffect::StandsAbove | NoticeEffect::Replaces) {
        return None;
    }
    // What another carries of a notice is its copy, and amends nothing by itself.
    let repeats = |copy: &StoryCandidate<'_>| {
        copy.reading.notice.as_ref().is_some_and(|other| other.kind == notice.kind)
            && compare(entry, copy.reading, settings).relation == Some(Relation::Copy)
    };
    if candidates.iter().any(repeats) {
        return None;
    }
    let (meant, mut because) = named(notice, candidates).or_else(|| alike(entry, candidates, settings))?;
    because.insert(0, StoryEvidence::Notice { kind: notice.kind, raw: notice.raw.clone() });
    let Some((story, copies)) = meant.first_key_value().filter(|_| meant.len() == 1) else {
        let firsts = meant.values().filter_map(|copies| copies.first());
        because.push(StoryEvidence::SeveralTargets(firsts.map(|copy| copy.reading.entry).collect()));
        return Some(apart(because, None));
    };
    let allowed = copies.iter().find_map(|copy| Some((copy, may_amend(&entry.voice(), &copy.reading.voice())?)));
    let Some((copy, authority)) = allowed else {
        let like = copies.first().map(|copy| copy.reading.entry);
        because.extend(like.map(StoryEvidence::MayNotAmend));
        return Some(apart(because, like));
    };
    because.push(StoryEvidence::MayAmend(authority));
    Some(StoryPlacement {
        joins: Some(*story),
        relation: Relation::Amendment,
        like: Some(copy.reading.entry),
        score: Permille(1000),
        because,
        links: Vec::new(),
    })
}

/// The placement of a notice that amends nothing.
fn apart(because: Vec<StoryEvidence>, like: Option<EntryId>) -> StoryPlacement {
    StoryPlacement { relation: Relation::Update, like, score: Permille(1000), because, ..StoryPlacement::first() }
}

type Meant<'c> = BTreeMap<StoryId, Vec<&'c StoryCandidate<'c>>>;

/// The stories of the copies that a notice names, by the most exact name that is known.
fn named<'c>(notice: &Notice, candidates: &'c [StoryCandidate<'c>]) -> Option<(Meant<'c>, Vec<StoryEvidence>)> {
    targets(notice).into_iter().find_map(|named| {
        let is_it = |copy: &&StoryCandidate<'_>| {
            copy.reading.addresses.contains(&named.address)
                || matches!(named.target, NoticeTarget::Headline(_)) && copy.reading.title.key == named.address
        };
        let meant = by_story(candidates.iter().filter(is_it));
        (!meant.is_empty()).then(|| (meant, vec![StoryEvidence::Target(named.target.to_string())]))
    })
}

/// The stories that a notice without a name is most like, in text or headline.
fn alike<'c>(
    entry: &StoryReading,
    candidates: &'c [StoryCandidate<'c>],
    settings: &StorySettings,
) -> Option<(Meant<'c>, Vec<StoryEvidence>)> {
    let compared: Vec<_> = candidates.iter().map(|copy| (copy, compare(entry, copy.reading, settings))).collect();
    let is_kin =
        |relation: Option<Relation>| relation.is_some_and(|r| !matches!(r, Relation::Series | Relation::Translation));
    let best = compared.iter().filter(|(_, it)| is_kin(it.relation)).max_by_key(|(_, it)| it.score)?;
    let because = best.1.because.clone();
    // As good as the best: nobody could tell them apart.
    let close = |score: Permille| 10 * u32::from(score.0) >= 9 * u32::from(best.1.score.0);
    let meant = compared.iter().filter(|(_, it)| is_kin(it.relation) && close(it.score)).map(|(copy, _)| *copy);
    Some((by_story(meant), because))
}

fn by_story<'c>(copies: impl Iterator<Item = &'c StoryCandidate<'c>>) -> Meant<'c> {
    let mut meant: Meant<'c> = BTreeMap::new();
    for copy in copies {
        meant.entry(copy.story).or_default().push(copy);
    }
    meant
}
