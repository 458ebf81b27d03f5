//! Who may read an article: what its page states for machines (`isAccessibleForFree` of
//! schema.org), and the box that stands where the rest would (B210).

use std::collections::HashSet;

use super::phrases::{OFFER, WALL_PARTS};
use super::stated::Stated;
use super::survey::{Placed, Survey};

/// A longer text is no offer, in letters.
pub const OFFER_LETTERS: usize = 300;
/// A part that is said to be for subscribers and has so many letters in sentences is shown.
const PART: usize = 200;
/// A text of so many letters is the article's, and no line above it.
const BEGINNING: usize = 60;
/// Boxes and texts of a page that are looked at.
const MOST: usize = 32;

/// Who may read what a page shows of its article.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Openness {
    /// Everybody, as far as can be seen.
    Open,
    /// It says that not everybody may, and does not show where it ends.
    Stated,
    /// The rest is offered to subscribers, or said to be for them and not there.
    Offered,
}

/// What a page has of an article that is for subscribers.
pub struct Walls {
    /// Boxes that offer it.
    pub offers: HashSet<usize>,
    /// Parts of it that are for subscribers and are there nevertheless.
    pub shown: HashSet<usize>,
    /// Who may read it.
    pub openness: Openness,
}

/// Looks for what a page says about who may read it. Linear.
pub fn walls(survey: &Survey<'_>, stated: &Stated) -> Walls {
    let (shown, empty) = parts(survey, stated);
    let begun =
        survey.passages.iter().find(|passage| passage.is_text(BEGINNING)).map_or(usize::MAX, |passage| passage.owner);
    let said = |at: usize| {
        let mut within = survey.passages.iter().filter(|passage| survey.holds(at, passage.owner));
        within.any(|passage| OFFER.as_words(&passage.beginning.to_lowercase()))
    };
    let named = (1..survey.spots.len()).filter(|at| *at > begun && is_wall(&survey.spots[*at]) && !shown.contains(at));
    let is_offer = |at: &usize| stated.is_paid || survey.spots[*at].links > 0 || said(*at);
    let mut offers: HashSet<usize> =
        named.take(MOST).filter(|at| !is_elsewhere(survey, *at)).filter(is_offer).collect();
    let texts = survey.passages.iter().filter(|passage| {
        passage.owner > begun
            && passage.letters <= OFFER_LETTERS
            && passage.linked == 0
            && OFFER.as_words(&passage.beginning.to_lowercase())
    });
    let is_said =
        texts.take(MOST).any(|passage| !is_of_links(survey, passage.owner) && !is_elsewhere(survey, passage.owner));
    let is_missing = stated.is_paid && shown.is_empty() && !stated.paid_parts.is_empty();
    let openness = match () {
        () if is_said || is_missing || !offers.is_empty() => Openness::Offered,
        () if stated.is_paid && shown.is_empty() => Openness::Stated,
        () => Openness::Open,
    };
    offers.extend(empty);
    Walls { offers, shown, openness }
}

/// Elements that the page names as the part for subscribers: those that hold text, and
/// those that do not.
fn parts(survey: &Survey<'_>, stated: &Stated) -> (HashSet<usize>, Vec<usize>) {
    if stated.paid_parts.is_empty() || !stated.is_paid {
        return (HashSet::new(), Vec::new());
    }
    let is_part = |at: &usize| {
        let mut marks = survey.spots[*at].marks.split_ascii_whitespace();
        marks.any(|mark| stated.paid_parts.iter().any(|part| part == mark))
    };
    let found: Vec<usize> = (1..survey.spots.len()).filter(is_part).collect();
    let prose: usize = found.iter().map(|at| survey.spots[*at].prose).sum();
    if prose >= PART { (found.into_iter().collect(), Vec::new()) } else { (HashSet::new(), found) }
}

/// Whether a box is one that offers the rest, by its name and by being no text itself.
pub fn is_wall(spot: &Placed<'_>) -> bool {
    matches!(&*spot.tag, "div" | "section" | "aside" | "form")
        && spot.letters > 0
        && spot.prose <= OFFER_LETTERS
        && WALL_PARTS.any(&spot.marks)
}

/// Whether a text stands where pages speak of themselves, or is not shown.
fn is_elsewhere(survey: &Survey<'_>, mut at: usize) -> bool {
    loop {
        let spot = &survey.spots[at];
        if matches!(&*spot.tag, "nav" | "footer" | "header") || spot.is_hidden() {
            return true;
        }
        if at == 0 {
            return false;
        }
        at = spot.parent;
    }
}

/// Whether a text stands among links: a word on another article.
fn is_of_links(survey: &Survey<'_>, at: usize) -> bool {
    let around = survey.spots[at].parent;
    [at, around, survey.spots[around].parent].iter().any(|at| *at > 0 && survey.spots[*at].is_linked())
}
