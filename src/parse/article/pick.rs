//! Which element of a page holds the article.

use super::survey::Survey;
use super::words::{BODIES, LEADS};

/// An element of an article's body holds at least this share of all sentences, in tenths.
const BODY_TENTHS: usize = 3;
/// An article ends where no part of it holds so many tenths of its sentences.
const PART_TENTHS: usize = 7;

/// Where an article is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Picked {
    /// The place of its element.
    pub at: usize,
    /// How it was found.
    pub by: FoundBy,
}

/// By what an article's element was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoundBy {
    /// Its class or an attribute says that it is the body.
    Name,
    /// It is an `article`.
    Element,
    /// Sentences crowd there.
    Density,
}

/// The element with the article.
pub fn pick(survey: &Survey<'_>) -> Option<Picked> {
    let all = survey.spots.first().filter(|root| root.prose > 0)?.prose;
    named(survey, all).or_else(|| element(survey, all)).or_else(|| dense(survey))
}

fn named(survey: &Survey<'_>, all: usize) -> Option<Picked> {
    let spots = &survey.spots;
    let is_body = |marks: &str| BODIES.iter().any(|part| marks.contains(part));
    let named = (1..spots.len()).filter(|at| {
        matches!(&*spots[*at].tag, "div" | "section" | "article" | "main" | "td" | "span") && is_body(&spots[*at].marks)
    });
    // Of two that hold the same, the one within.
    let at = named.fold(None, |best: Option<usize>, at| match best {
        Some(best) if spots[at].prose * 10 < spots[best].prose * 9 || spots[at].prose == 0 => Some(best),
        _ => Some(at),
    })?;
    let parent = spots[at].parent;
    let at = if spots[parent].prose * 10 > spots[at].prose * 13 && same_beside(survey, at) { parent } else { at };
    (spots[at].prose * 10 >= all * BODY_TENTHS).then_some(Picked { at, by: FoundBy::Name })
}

/// Whether further elements beside one have its class: parts of one text.
fn same_beside(survey: &Survey<'_>, at: usize) -> bool {
    let spots = &survey.spots;
    let (marks, parent) = (&spots[at].marks, spots[at].parent);
    // Posts beside each other are a thread's or a blog's.
    if marks.contains("post") || marks.contains("entry") {
        return false;
    }
    let mut next = parent + 1;
    while next < spots[parent].end {
        if next != at && spots[next].marks == *marks && spots[next].prose > 0 {
            return true;
        }
        next = spots[next].end;
    }
    false
}

fn element(survey: &Survey<'_>, all: usize) -> Option<Picked> {
    let spots = &survey.spots;
    let most = |tag: &str| {
        let those = (1..spots.len()).filter(|at| &*spots[*at].tag == tag);
        those.max_by_key(|at| (spots[*at].prose, usize::MAX - at)).filter(|at| spots[*at].prose * 10 >= all * 4)
    };
    most("article").map(|at| Picked { at, by: FoundBy::Element })
}

fn dense(survey: &Survey<'_>) -> Option<Picked> {
    let spots = &survey.spots;
    let mut at = 0;
    loop {
        let mut next = at + 1;
        let mut best = None;
        while next < spots[at].end {
            if best.is_none_or(|best: usize| spots[next].prose > spots[best].prose) {
                best = Some(next);
            }
            next = spots[next].end;
        }
        match best.filter(|best| spots[*best].prose * 10 >= spots[at].prose * PART_TENTHS) {
            Some(best) if !matches!(&*spots[best].tag, "p" | "li" | "blockquote") => at = best,
            _ => return Some(Picked { at, by: FoundBy::Density }),
        }
    }
}

/// Places of what the article begins with, above its element: sentences between
/// the headline and it, or an element that says that it is the lead.
pub fn leads(survey: &Survey<'_>, picked: usize) -> Vec<usize> {
    let spots = &survey.spots;
    let headline = (1..picked).rev().find(|at| &*spots[*at].tag == "h1");
    let mut found = Vec::new();
    for passage in &survey.passages {
        if passage.owner >= picked || survey.holds(passage.owner, picked) {
            continue;
        }
        let is_below = headline.is_some_and(|headline| passage.owner > headline);
        let is_lead = is_near(survey, passage.owner, picked)
            && LEADS.iter().any(|part| {
                let mut at = passage.owner;
                (0..2).any(|_| {
                    let named = spots[at].marks.contains(part);
                    at = spots[at].parent;
                    named
                })
            });
        let is_sentence = passage.prose == passage.letters
            && (40..1200).contains(&passage.letters)
            && passage.linked * 4 < passage.letters;
        let is_alone = spots[passage.owner].letters == passage.letters;
        if (is_below || is_lead) && is_sentence && is_alone && !matches!(&*spots[passage.owner].tag, "li" | "td" | "h1")
        {
            found.push(passage.owner);
        }
    }
    // Whole texts above an article are another one's.
    let letters: usize = found.iter().map(|at| spots[*at].letters).sum();
    if found.len() > 4 || letters * 2 > spots[picked].letters { Vec::new() } else { found }
}

/// Whether two elements lie within few levels of a common one.
fn is_near(survey: &Survey<'_>, at: usize, picked: usize) -> bool {
    let mut around = at;
    for _ in 0..4 {
        around = survey.spots[around].parent;
        if survey.holds(around, picked) {
            return around > 0;
        }
    }
    false
}
