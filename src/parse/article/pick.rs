//! Which element of a page holds the article.

use super::phrases::{BODY_PARTS, LEAD_PARTS};
use super::survey::{HEADED, Placed, Survey};

/// An element of an article's body holds at least this share of all sentences, in tenths.
const BODY_TENTHS: usize = 3;
/// An article ends where no part of it holds so many tenths of its sentences.
const PART_TENTHS: usize = 7;
/// Further bodies of the same class are parts of one text, and no captions, from this share
/// of the sentences around them, in hundredths.
const BODIES_HUNDREDTHS: usize = 5;
/// The same for several `article`s, which other news are too.
const SECTIONS_HUNDREDTHS: usize = 10;
/// An article with the page's headline in it, beside other stories with headings of their
/// own, has so many letters in sentences.
const APART: usize = 250;

/// So many elements of one class, each with a text and a link, are stories.
const ALIKE: usize = 3;

/// Where an article is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Picked {
    /// The place of its element.
    pub at: usize,
    /// How it was found.
    pub by: FoundBy,
    /// Whether it is one text, and not several stories or a menu among texts.
    pub is_one: bool,
}

/// By what an article's element was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoundBy {
    /// Its class or an attribute says that it is the body.
    Name,
    /// It is an `article`.
    Element,
    /// It is one below the page's headline, and not most of the page.
    Headline,
    /// It is an `article` with the page's headline in it, and other stories stand beside it.
    Apart,
    /// Sentences crowd there.
    Density,
}

/// The element with the article.
pub fn pick(survey: &Survey<'_>) -> Option<Picked> {
    let all = survey.spots.first().filter(|root| root.prose > 0)?.prose;
    let story = headed(survey);
    let is_other =
        |found: &Picked| story.is_some_and(|story| story.by == FoundBy::Apart || survey.begins_story(found.at));
    named(survey, all)
        .or_else(|| element(survey, all).filter(|found| !is_other(found)))
        .or(story)
        .or_else(|| dense(survey))
}

/// The first element below the page's headline that says that it is an article, if
/// it has a text and no other of the kind has half as much, but for other stories: what is
/// longer on such a page is a stream of other news (B213).
fn headed(survey: &Survey<'_>) -> Option<Picked> {
    let spots = &survey.spots;
    let headline = (1..spots.len()).find(|at| &*spots[*at].tag == "h1" && spots[*at].letters > 0)?;
    let is_article = |at: &usize| &*spots[*at].tag == "article" && spots[*at].end > headline;
    let articles: Vec<usize> = (1..spots.len()).filter(is_article).collect();
    let (first, rest) = articles.split_first()?;
    let first = *first;
    // On a list of news the first story is one of them.
    let is_other = |at: &usize| !survey.begins_story(first) && survey.begins_story(*at);
    let is_apart = survey.holds(first, headline) && rest.iter().any(is_other);
    let least = if is_apart { APART } else { HEADED };
    if spots[first].prose < least || spots[first].is_linked() {
        return None;
    }
    let is_small = |at: &usize| survey.holds(first, *at) || spots[*at].prose * 2 < spots[first].prose;
    let is_alone = rest.iter().all(|at| is_small(at) || is_other(at));
    let by = if is_apart { FoundBy::Apart } else { FoundBy::Headline };
    is_alone.then_some(Picked { at: first, by, is_one: true })
}

fn named(survey: &Survey<'_>, all: usize) -> Option<Picked> {
    let spots = &survey.spots;
    let named = (1..spots.len()).filter(|at| {
        matches!(&*spots[*at].tag, "div" | "section" | "article" | "main" | "td" | "span")
            && BODY_PARTS.any(&spots[*at].marks)
    });
    // Of two that hold the same, the one within.
    let at = named.fold(None, |best: Option<usize>, at| match best {
        Some(best) if spots[at].prose * 10 < spots[best].prose * 9 || spots[at].prose == 0 => Some(best),
        _ => Some(at),
    })?;
    let parent = spots[at].parent;
    let at = match () {
        () if spots[parent].prose * 10 > spots[at].prose * 13 && same_beside(survey, at) => parent,
        () => with_parts(survey, at, &same_within(survey, at), BODIES_HUNDREDTHS),
    };
    (spots[at].prose * 10 >= all * BODY_TENTHS).then_some(Picked { at, by: FoundBy::Name, is_one: true })
}

/// Whether further elements beside one have its class for bodies: parts of one text.
fn same_beside(survey: &Survey<'_>, at: usize) -> bool {
    let spots = &survey.spots;
    let (marks, parent) = (&spots[at].marks, spots[at].parent);
    // Posts beside each other are a thread's or a blog's.
    if marks.contains("post") || marks.contains("entry") {
        return false;
    }
    let mut next = parent + 1;
    while next < spots[parent].end {
        if next != at && spots[next].prose > 0 && is_same(&spots[next].marks, marks) {
            return true;
        }
        next = spots[next].end;
    }
    false
}

/// Whether two elements have the same classes, or one that names a body.
fn is_same(one: &str, other: &str) -> bool {
    let bodies = |marks| str::split_ascii_whitespace(marks).filter(|class| BODY_PARTS.any(class));
    one == other || bodies(one).any(|class| bodies(other).any(|body| class == body))
}

/// Bodies of the same class elsewhere in the article around one.
fn same_within(survey: &Survey<'_>, at: usize) -> Vec<usize> {
    let spots = &survey.spots;
    let mut around = at;
    while around > 0 && &*spots[around].tag != "article" {
        around = spots[around].parent;
    }
    let is_part = |other: &usize| {
        let is_apart = !survey.holds(*other, at) && !survey.holds(at, *other);
        is_apart
            && spots[*other].prose > 0
            && !spots[*other].marks.is_empty()
            && is_same(&spots[*other].marks, &spots[at].marks)
    };
    if around == 0 { Vec::new() } else { (around + 1..spots[around].end).filter(is_part).collect() }
}

/// Other elements that are articles by name and sections of one text: they have few links,
/// no headline and no heading that is a link.
fn sections(survey: &Survey<'_>, at: usize) -> Vec<usize> {
    let spots = &survey.spots;
    let is_section = |at: &usize| {
        let spot = &spots[*at];
        let mut within = spots[*at..spot.end].iter();
        let is_own = |inner: &Placed<'_>| &*inner.tag == "h1" || matches!(&*inner.tag, "h2" | "h3") && inner.linked > 0;
        &*spot.tag == "article" && spot.prose > 0 && spot.linked * 10 < spot.letters && !within.any(is_own)
    };
    let mut found = Vec::new();
    let mut next = 1;
    while next < spots.len() {
        let is_found = !survey.holds(next, at) && is_section(&next);
        if is_found {
            found.push(next);
        }
        next = if is_found { spots[next].end } else { next + 1 };
    }
    found
}

/// The element around one and its parts, where they have so many hundredths of its sentences.
fn with_parts(survey: &Survey<'_>, at: usize, parts: &[usize], hundredths: usize) -> usize {
    let spots = &survey.spots;
    let prose: usize = parts.iter().map(|part| spots[*part].prose).sum();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return at };
    if prose * 100 < spots[at].prose * hundredths {
        return at;
    }
    let mut around = at;
    while around > 0 && !(survey.holds(around, *first) && survey.holds(around, *last)) {
        around = spots[around].parent;
    }
    around
}

fn element(survey: &Survey<'_>, all: usize) -> Option<Picked> {
    let spots = &survey.spots;
    let most = |tag: &str| {
        let those = (1..spots.len()).filter(|at| &*spots[*at].tag == tag);
        those.max_by_key(|at| (spots[*at].prose, usize::MAX - at)).filter(|at| spots[*at].prose * 10 >= all * 4)
    };
    let at = most("article")?;
    Some(Picked {
        at: with_parts(survey, at, &sections(survey, at), SECTIONS_HUNDREDTHS),
        by: FoundBy::Element,
        is_one: true,
    })
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
            _ => return Some(Picked { at, by: FoundBy::Density, is_one: is_one(survey, at) }),
        }
    }
}

/// Whether an element is one text, in as many parts as its site likes: the headline stands in
/// it, a tenth of it are links at most, and it holds no stories beside each other.
fn is_one(survey: &Survey<'_>, at: usize) -> bool {
    let (spots, spot) = (&survey.spots, &survey.spots[at]);
    let is_headed = spots[at..spot.end].iter().any(|inner| &*inner.tag == "h1" && inner.letters > 0);
    is_headed && spot.linked * 10 <= spot.letters && !(at..spot.end).any(|around| has_alike(survey, around))
}

/// Whether an element holds several of one class one after another, each with a text and a
/// link, or several that begin as stories do.
fn has_alike(survey: &Survey<'_>, at: usize) -> bool {
    let spots = &survey.spots;
    let (mut alike, mut stories, mut last, mut next) = (0, 0, None, at + 1);
    while next < spots[at].end {
        let spot = &spots[next];
        if spot.prose > 0 && spot.links > 0 && !spot.marks.is_empty() && &*spot.tag != "p" {
            alike = if last == Some(&spot.marks) { alike + 1 } else { 1 };
            last = Some(&spot.marks);
        }
        stories += usize::from(survey.begins_story(next));
        if alike >= ALIKE || stories >= ALIKE {
            return true;
        }
        next = spot.end;
    }
    false
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
            && [passage.owner, spots[passage.owner].parent].iter().any(|at| LEAD_PARTS.any(&spots[*at].marks));
        // What is called the lead may go without a full stop.
        let is_sentence = (passage.prose == passage.letters || LEAD_PARTS.any(&spots[passage.owner].marks))
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
