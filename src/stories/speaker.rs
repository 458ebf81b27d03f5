//! Who speaks for a story: which copy is published, and why (product §3.7).

use std::fmt;

use super::words::HashedWords;
use crate::clock::Timestamp;
use crate::model::{EntryId, Relation};

/// A copy with fewer than one in so many of the words of the fullest copy is a teaser.
const TEASER: u32 = 2;

/// A copy of a story, as far as speaking for it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoryMember {
    /// Its entry.
    pub entry: EntryId,
    /// Its source.
    pub source: String,
    /// Whose voice it is.
    pub voice: Voice,
    /// Words of its news.
    pub words: u32,
    /// When it was first seen.
    pub first_seen_at: Timestamp,
    /// What it is to the story.
    pub relation: Relation,
    /// Whether it may be shown.
    pub state: MemberState,
}

/// Whose voice a copy is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Voice {
    /// The issuer's, on its own source.
    Issuer,
    /// A wire's.
    Wire,
    /// That of whoever reprints it.
    Reprint,
}

/// Whether a copy may be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemberState {
    /// It may.
    Standing,
    /// It was killed or withdrawn.
    Killed,
    /// It waits for the end of an embargo, or for a person.
    Held,
}

/// The order in which copies may speak: `speaker` of a feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SpeakerOrder {
    /// The issuer's own, else the earliest of a wire, else the longest.
    #[default]
    Issuer,
    /// The earliest.
    First,
    /// The longest.
    Longest,
    /// The latest.
    Last,
}

impl SpeakerOrder {
    /// The order of this name in the configuration.
    pub fn named(name: &str) -> Option<SpeakerOrder> {
        Some(match name {
            "issuer" => SpeakerOrder::Issuer,
            "first" => SpeakerOrder::First,
            "longest" => SpeakerOrder::Longest,
            "last" => SpeakerOrder::Last,
            _ => return None,
        })
    }
}

/// Why a copy speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpeakerReason {
    /// It is the only one that may.
    Only,
    /// It is the issuer's own.
    IssuersOwn,
    /// It is the earliest whole copy of a wire.
    EarliestOfWire,
    /// Wires have teasers only, and it is the earliest.
    EarliestTeaser,
    /// It is the earliest.
    Earliest,
    /// It is the longest.
    Longest,
    /// It is the latest.
    Latest,
}

impl fmt::Display for SpeakerReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SpeakerReason::Only => "the only copy that stands",
            SpeakerReason::IssuersOwn => "the issuer's own copy",
            SpeakerReason::EarliestOfWire => "the earliest whole copy of a wire",
            SpeakerReason::EarliestTeaser => "the earliest copy of a wire, of which there are teasers only",
            SpeakerReason::Earliest => "the earliest copy",
            SpeakerReason::Longest => "the longest copy",
            SpeakerReason::Latest => "the latest copy",
        })
    }
}

/// The copy that speaks for a story.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Speaker {
    /// Its entry.
    pub entry: EntryId,
    /// Why it.
    pub because: SpeakerReason,
    /// The latest correction, which stands above its text.
    pub correction: Option<EntryId>,
}

/// Whose voice a copy is: the issuer's if its source bears the issuer's name, a wire's if it
/// names one, or if its source is configured as one.
pub fn voice(source_title: &str, wire: Option<&str>, issuer: Option<&str>) -> Voice {
    let name = |text: &str| HashedWords::of(text).hash();
    match (issuer, wire) {
        (Some(issuer), _) if name(issuer) != 0 && name(issuer) == name(source_title) => Voice::Issuer,
        (_, Some(_)) => Voice::Wire,
        _ => Voice::Reprint,
    }
}

/// The copy that speaks for a story of these members; `None` if none may be shown.
pub fn speaker(members: &[StoryMember], order: SpeakerOrder) -> Option<Speaker> {
    let copies: Vec<&StoryMember> = members.iter().filter(|m| m.relation != Relation::Amendment && stands(m)).collect();
    let amendments = members.iter().filter(|member| member.relation == Relation::Amendment && stands(member));
    let correction = amendments.max_by_key(|member| (member.first_seen_at, member.entry)).map(|member| member.entry);
    let earliest = |all: &[&StoryMember]| all.iter().min_by_key(|m| (m.first_seen_at, m.entry)).map(|m| m.entry);
    let (entry, because) = match order {
        _ if copies.len() == 1 => (copies[0].entry, SpeakerReason::Only),
        SpeakerOrder::First => (earliest(&copies)?, SpeakerReason::Earliest),
        SpeakerOrder::Last => (copies.iter().max_by_key(|m| (m.first_seen_at, m.entry))?.entry, SpeakerReason::Latest),
        SpeakerOrder::Longest => (longest(&copies)?, SpeakerReason::Longest),
        SpeakerOrder::Issuer => by_voice(&copies)?,
    };
    Some(Speaker { entry, because, correction })
}

fn stands(member: &StoryMember) -> bool {
    member.state == MemberState::Standing
}

fn longest(copies: &[&StoryMember]) -> Option<EntryId> {
    copies.iter().min_by_key(|m| (std::cmp::Reverse(m.words), m.first_seen_at, m.entry)).map(|m| m.entry)
}

fn by_voice(copies: &[&StoryMember]) -> Option<(EntryId, SpeakerReason)> {
    let most = copies.iter().map(|member| member.words).max()?;
    let is_whole = |member: &StoryMember| member.words >= most.div_ceil(TEASER);
    // A whole text comes before a teaser, whoever's it is.
    let of = |voice: Voice| {
        let all = copies.iter().filter(move |member| member.voice == voice);
        all.min_by_key(|member| (!is_whole(member), member.first_seen_at, member.entry))
    };
    match (of(Voice::Issuer), of(Voice::Wire)) {
        (Some(own), _) => Some((own.entry, SpeakerReason::IssuersOwn)),
        (None, Some(wire)) if is_whole(wire) => Some((wire.entry, SpeakerReason::EarliestOfWire)),
        (None, Some(wire)) if copies.iter().all(|member| member.voice == Voice::Wire) => {
            Some((wire.entry, SpeakerReason::EarliestTeaser))
        }
        _ => longest(copies).map(|entry| (entry, SpeakerReason::Longest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(entry: i64, voice: Voice, words: u32) -> StoryMember {
        StoryMember {
            entry: EntryId(entry),
            source: format!("s{entry}"),
            voice,
            words,
            first_seen_at: Timestamp::from_millis(entry * 1000),
            relation: if entry == 1 { Relation::First } else { Relation::Copy },
            state: MemberState::Standing,
        }
    }

    #[test]
    fn the_issuers_own_copy_speaks_else_the_earliest_whole_one_of_a_wire_b364() {
        let check = |members: &[StoryMember], order, entry: i64, because| {
            let found = speaker(members, order).unwrap();
            assert_eq!((found.entry, found.because), (EntryId(entry), because));
        };
        let teaser = member(1, Voice::Wire, 40);
        let wire = member(2, Voice::Wire, 400);
        let reprint = member(3, Voice::Reprint, 420);
        let own = member(4, Voice::Issuer, 390);
        let all = [teaser.clone(), wire.clone(), reprint.clone(), own];
        check(&all, SpeakerOrder::Issuer, 4, SpeakerReason::IssuersOwn);
        check(&all[..3], SpeakerOrder::Issuer, 2, SpeakerReason::EarliestOfWire);
        check(&[teaser.clone(), reprint.clone()], SpeakerOrder::Issuer, 3, SpeakerReason::Longest);
        check(&[teaser.clone(), member(5, Voice::Wire, 50)], SpeakerOrder::Issuer, 1, SpeakerReason::EarliestOfWire);
        check(&all, SpeakerOrder::First, 1, SpeakerReason::Earliest);
        check(&all, SpeakerOrder::Longest, 3, SpeakerReason::Longest);
        check(&all, SpeakerOrder::Last, 4, SpeakerReason::Latest);
        let killed = StoryMember { state: MemberState::Killed, ..wire };
        check(&[teaser.clone(), killed.clone()], SpeakerOrder::Longest, 1, SpeakerReason::Only);
        assert_eq!(speaker(&[killed], SpeakerOrder::Issuer), None);
        let correction = StoryMember { relation: Relation::Amendment, ..member(9, Voice::Wire, 30) };
        let spoken = speaker(&[teaser, reprint, correction], SpeakerOrder::Last).unwrap();
        assert_eq!((spoken.entry, spoken.correction), (EntryId(3), Some(EntryId(9))));
    }

    #[test]
    fn a_source_that_bears_the_issuers_name_is_its_own_b364() {
        assert_eq!(
            voice("Shenyang Foreign-Affairs Office", None, Some("shenyang foreign affairs office")),
            Voice::Issuer
        );
        assert_eq!(voice("GlobeNewswire", Some("GlobeNewswire"), Some("Acme")), Voice::Wire);
        assert_eq!(voice("", None, Some("")), Voice::Reprint);
    }
}
