//! What two copies are to each other: newswire-domain C8 and C9.

use super::likeness::{Likeness, passage};
use super::read::StoryReading;
use super::settings::StorySettings;
use crate::model::{Permille, Relation, StoryEvidence, StoryId};

/// Words of a headline that can stand for a text.
const TELLING: usize = 5;

/// A text of fewer shingles may be an excerpt, which a headline can stand for.
const EXCERPT: usize = 150;

/// What serial notices share when they are copies: all but a line.
const SERIAL: u16 = 950;

/// Headlines of which so much is equal are one headline, edited.
const EDITED: u16 = 900;

/// What one copy is to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comparison {
    /// `None` if they have nothing to do with each other.
    pub relation: Option<Relation>,
    /// How alike they are.
    pub score: Permille,
    /// Why.
    pub because: Vec<StoryEvidence>,
}

impl Comparison {
    fn none(score: Permille) -> Comparison {
        Comparison { relation: None, score, because: Vec::new() }
    }
}

/// Two copies that are being compared.
struct ComparedPair<'p> {
    a: &'p StoryReading,
    b: &'p StoryReading,
    like: Likeness,
    settings: &'p StorySettings,
}

/// Compares `a` with `b`, which was there before.
pub fn compare(a: &StoryReading, b: &StoryReading, settings: &StorySettings) -> Comparison {
    if let Some(known) = by_number(a, b) {
        return known;
    }
    if !same_language(a, b) {
        return Comparison::none(Permille(0));
    }
    let pair = ComparedPair { a, b, like: Likeness::of(a, b), settings };
    let grounds = pair.is_copy();
    let relation = match grounds {
        Some(_) if pair.like.exchanged.is_some() => Some(Relation::Series),
        Some(ground) if ground.reads_numbers() && pair.like.numbers.is_some() => Some(Relation::Update),
        Some(ground) if ground.reads_numbers() && pair.is_loose_serial() => Some(Relation::Series),
        Some(_) => Some(Relation::Copy),
        None => pair.is_related(),
    };
    let Some(relation) = relation else { return Comparison::none(pair.like.share) };
    let because = pair.evidence(relation, grounds);
    let score = if grounds == Some(Ground::Headline) { pair.like.headline } else { pair.like.share };
    Comparison { relation: Some(relation), score, because }
}

/// The same number at the same wire is the same release, in one language or in two.
fn by_number(a: &StoryReading, b: &StoryReading) -> Option<Comparison> {
    let release = a.release.as_ref().filter(|release| b.release.as_ref() == Some(release))?;
    let (wire, number) = release.clone();
    let mut because = vec![StoryEvidence::ReleaseNumber { wire, number }];
    let relation = match (&a.language, &b.language) {
        (Some(ours), Some(theirs)) if ours != theirs => {
            because.push(StoryEvidence::Languages(ours.clone(), theirs.clone()));
            Relation::Translation
        }
        _ => Relation::Copy,
    };
    Some(Comparison { relation: Some(relation), score: Permille(1000), because })
}

pub(super) fn same_language(a: &StoryReading, b: &StoryReading) -> bool {
    match (&a.language, &b.language) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => true,
    }
}

/// On what ground two entries may be copies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ground {
    /// The text is the same.
    Same,
    /// Most of the shorter text stands in the other.
    Text,
    /// The headline, and one of the texts is an excerpt.
    Headline,
}

impl Ground {
    /// Whether the texts are whole, so that numbers which differ tell them apart.
    fn reads_numbers(self) -> bool {
        self == Ground::Text
    }
}

impl ComparedPair<'_> {
    fn is_copy(&self) -> Option<Ground> {
        let (like, settings) = (&self.like, self.settings);
        let apart = self.apart();
        let enough = like.shorter >= settings.least_shingles;
        if self.a.content == self.b.content && self.a.content != 0 && enough && apart <= settings.reposts {
            return Some(Ground::Same);
        }
        let is_text = like.shared >= settings.shared_shingles;
        let copy = like.share.0 >= settings.copy;
        let copy_with_headline = like.share.0 >= settings.copy_with_headline && self.has_one_headline();
        let is_near = apart <= settings.copies && is_text && (copy || copy_with_headline);
        let is_repost = apart <= settings.reposts && is_text && like.same_headline;
        let is_repost = is_repost && (copy || copy_with_headline && self.a.source != self.b.source);
        if is_near || is_repost {
            return Some(Ground::Text);
        }
        let alike = like.headline.0 >= settings.headline;
        if enough && copy && alike && apart <= settings.copies {
            return Some(Ground::Headline);
        }
        self.is_one_headline_enough().then_some(Ground::Headline)
    }

    fn apart(&self) -> std::time::Duration {
        self.a.at.since(self.b.at).max(self.b.at.since(self.a.at))
    }

    /// Whether the headlines say enough, and the same but for an edit.
    fn has_one_headline(&self) -> bool {
        let says = self.a.title.weight.min(self.b.title.weight);
        says >= TELLING && (self.like.same_headline || self.like.headline.0 >= EDITED && says >= 2 * TELLING)
    }

    /// Whether two sources have one headline at one time, and too little text to differ in.
    fn is_one_headline_enough(&self) -> bool {
        self.has_one_headline()
            && self.a.source != self.b.source
            && self.apart() <= self.settings.headlines
            && self.like.shorter < EXCERPT
            && self.a.title.serial.is_empty()
            && self.b.title.serial.is_empty()
    }

    /// Whether they are serial notices that are not the same but for a line.
    fn is_loose_serial(&self) -> bool {
        let serial = !self.a.title.serial.is_empty() && !self.b.title.serial.is_empty();
        serial && self.like.share.0 < SERIAL && !self.like.same_headline
    }

    fn is_related(&self) -> Option<Relation> {
        let (like, settings) = (&self.like, self.settings);
        let by_text = like.share.0 >= settings.related && like.shared >= settings.shared_shingles;
        let says = self.a.title.weight.min(self.b.title.weight) >= TELLING;
        let by_headline = like.headline.0 >= settings.headline && says;
        if !(by_text || by_headline) || self.apart() > settings.updates {
            return None;
        }
        let serial = !self.a.title.serial.is_empty() && !self.b.title.serial.is_empty();
        Some(if like.exchanged.is_some() || serial { Relation::Series } else { Relation::Related })
    }

    fn evidence(&self, relation: Relation, ground: Option<Ground>) -> Vec<StoryEvidence> {
        let like = &self.like;
        let mut because = Vec::new();
        if ground == Some(Ground::Same) {
            because.push(StoryEvidence::SameText);
        } else if like.shared > 0 {
            let shared = u32::try_from(like.shared).unwrap_or(u32::MAX);
            because.push(StoryEvidence::SharedText { share: like.share, shared, passage: passage(self.a, self.b) });
        }
        if like.same_headline {
            because.push(StoryEvidence::SameHeadline);
        } else if like.headline.0 >= self.settings.headline {
            because.push(StoryEvidence::LikeHeadline(like.headline));
        }
        if ground == Some(Ground::Headline) && relation == Relation::Copy {
            because.push(StoryEvidence::HeadlineAlone);
        }
        match (relation, &like.exchanged, &like.numbers) {
            (Relation::Series, Some((ours, theirs)), _) => {
                because.push(StoryEvidence::HeadlinesDiffer(ours.clone(), theirs.clone()));
            }
            (Relation::Series, None, _) => {
                let words = self.a.title.serial.first().copied().unwrap_or_default();
                because.push(StoryEvidence::SerialNotice(words.to_owned()));
            }
            (Relation::Update, _, Some((ours, theirs))) => {
                because.push(StoryEvidence::NumbersDiffer(ours.clone(), theirs.clone()));
            }
            _ => {}
        }
        if self.apart() > self.settings.copies {
            because.push(StoryEvidence::Apart(self.apart()));
        }
        because
    }
}

/// An entry that the one to be placed is compared with.
#[derive(Clone, Copy, Debug)]
pub struct StoryCandidate<'a> {
    /// What was read of it.
    pub reading: &'a StoryReading,
    /// Its story.
    pub story: StoryId,
    /// The copy of that story with the most text.
    pub fullest: &'a StoryReading,
    /// Whether a copy with its headline was there days before it: then the headline is that
    /// of a series.
    pub headline: HeadlineUse,
}

/// How a headline has been used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum HeadlineUse {
    /// Only around this time.
    #[default]
    Once,
    /// Also days before.
    Recurring,
}
