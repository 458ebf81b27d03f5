//! Who may read an article: what its page states for machines (`isAccessibleForFree` of
//! schema.org), and the box that stands where the rest would (B210).

use std::collections::HashSet;

use dom_query::{Document, NodeId};

use super::phrases::{BAR, BODY_PARTS, LOGIN, OFFER, WALL_PARTS};
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

/// Parts of a class or an id of a window over the page, or of what readers write.
const WINDOWS: [&str; 7] = ["modal", "popup", "pop-up", "overlay", "comment", "respond", "reply"];

/// Who may read what a page shows of its article, with what counts for more behind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Openness {
    /// Everybody, as far as can be seen.
    Open,
    /// It says that not everybody may, and does not show where it ends.
    Stated,
    /// It says that it is not shown here: to readers of this country.
    Barred,
    /// The rest is shown to those who log in.
    Login,
    /// The rest is offered to subscribers, or said to be for them and not there.
    Offered,
}

/// What a text, lower case, says of who may read the article.
pub fn said_of(text: &str) -> Openness {
    match () {
        () if OFFER.as_words(text) => Openness::Offered,
        () if LOGIN.as_words(text) => Openness::Login,
        () if BAR.as_words(text) => Openness::Barred,
        () => Openness::Open,
    }
}

/// The elements around fields for a password, which are no text and are taken out of a page
/// before it is surveyed.
pub fn around_passwords(page: &Document) -> HashSet<NodeId> {
    let fields = page.select("input[type=password]");
    fields.nodes().iter().take(MOST).filter_map(|field| field.parent()).map(|around| around.id).collect()
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

/// Looks for what a page says about who may read it, with the elements around its fields for
/// a password. Linear.
pub fn walls(survey: &Survey<'_>, stated: &Stated, passwords: &HashSet<NodeId>) -> Walls {
    let (shown, empty) = parts(survey, stated);
    let begun =
        survey.passages.iter().find(|passage| passage.is_text(BEGINNING)).map_or(usize::MAX, |passage| passage.owner);
    let said = |at: usize| {
        let mut within = survey.passages.iter().filter(|passage| survey.holds(at, passage.owner));
        within.any(|passage| said_of(&passage.beginning.to_lowercase()) != Openness::Open)
    };
    let named = (1..survey.spots.len()).filter(|at| *at > begun && is_wall(&survey.spots[*at]) && !shown.contains(at));
    let is_offer = |at: &usize| stated.is_paid || survey.spots[*at].links > 0 || said(*at);
    let mut offers: HashSet<usize> =
        named.take(MOST).filter(|at| !is_elsewhere(survey, *at)).filter(is_offer).collect();
    let texts = survey
        .passages
        .iter()
        .filter(|passage| passage.owner > begun && passage.letters <= OFFER_LETTERS && passage.linked == 0);
    let said = texts.map(|passage| (passage.owner, said_of(&passage.beginning.to_lowercase())));
    let said = said.filter(|(_, said)| *said != Openness::Open).take(MOST);
    let said = said.filter(|(at, _)| !is_of_links(survey, *at) && !is_elsewhere(survey, *at));
    let said = said.map(|(_, said)| said).max().unwrap_or(Openness::Open);
    let is_missing = stated.is_paid && shown.is_empty() && !stated.paid_parts.is_empty();
    let openness = match () {
        () if is_missing || !offers.is_empty() => Openness::Offered,
        () if said != Openness::Open => said,
        () if asks_for_password(survey, begun, passwords) => Openness::Login,
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

/// Whether a text ends in fields for a name and a password: behind its beginning, within its
/// element, where no sentence follows. Windows over the page and forms for those who comment
/// are of the site.
fn asks_for_password(survey: &Survey<'_>, begun: usize, passwords: &HashSet<NodeId>) -> bool {
    if passwords.is_empty() || begun == usize::MAX {
        return false;
    }
    let spots = &survey.spots;
    let last = survey.passages.iter().rev().find(|passage| passage.is_text(BEGINNING));
    let mut fields = (begun + 1..spots.len()).filter(|at| passwords.contains(&spots[*at].node.id)).take(MOST);
    let is_end = |at: usize| {
        let mut around = at;
        while around > 0 {
            let spot = &spots[around];
            let is_body = matches!(&*spot.tag, "article" | "main") || BODY_PARTS.any(&spot.marks);
            if is_body && survey.holds(around, begun) {
                // What follows behind the element is none of the text.
                return last.is_none_or(|last| last.owner < at || last.owner >= spot.end);
            }
            if &*spot.tag == "aside" || WINDOWS.iter().any(|part| spot.marks.contains(part)) {
                return false;
            }
            around = spot.parent;
        }
        false
    };
    fields.any(|at| !is_elsewhere(survey, at) && is_end(at))
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
