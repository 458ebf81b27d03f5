//! Cleans an article of boxes, bylines and offers that stand inside it.

use std::collections::{HashMap, HashSet};

use super::labels::{CREDITS, LABELS, MORE_LABELS, OFFERS};
use super::survey::{Passage, Survey, is_inline};

/// What a heading of other news, a line about who wrote or an offer is at most, in letters.
const LABEL: usize = 40;
const CREDIT: usize = 90;
const OFFER: usize = 300;
/// A text of so many letters is not there twice by chance.
const REPEATED: usize = 45;

/// Takes out of what is taken for an article: boxes under a heading of other news,
/// blocks of links, who wrote it, offers, what is there twice, and what stands
/// before its first and behind its last sentence without belonging to it.
/// Gives how many texts offered the article for money.
pub fn clean(survey: &Survey<'_>, names: &[String]) -> usize {
    let mut cleaning = Cleaning::new(survey, names);
    for index in 0..survey.passages.len() {
        cleaning.look_at(index);
    }
    cleaning.links();
    cleaning.remove();
    cleaning.offers
}

struct Cleaning<'a, 'b> {
    survey: &'a Survey<'b>,
    gone: Vec<bool>,
    names: Vec<String>,
    /// The first sentence and the last.
    first: Option<usize>,
    last: Option<usize>,
    /// How often each long text is there. What is there twice was meant for two
    /// widths of a screen; what is there more often is meant to be.
    times: HashMap<u64, usize>,
    seen: HashSet<u64>,
    offers: usize,
}

impl<'a, 'b> Cleaning<'a, 'b> {
    fn new(survey: &'a Survey<'b>, names: &[String]) -> Self {
        let mut times = HashMap::new();
        for passage in survey.passages.iter().filter(|passage| passage.letters >= REPEATED) {
            *times.entry(passage.hash).or_default() += 1;
        }
        Cleaning {
            survey,
            gone: vec![false; survey.spots.len()],
            names: names.iter().map(|name| letters_of(name)).collect(),
            first: survey.passages.iter().position(is_begun),
            last: survey.passages.iter().rposition(is_begun),
            times,
            seen: HashSet::new(),
            offers: 0,
        }
    }

    fn look_at(&mut self, index: usize) {
        let passage = &self.survey.passages[index];
        if self.gone[passage.owner] {
            return;
        }
        let beginning = passage.beginning.trim().to_lowercase();
        if passage.letters <= OFFER && OFFERS.iter().any(|words| beginning.contains(words)) {
            self.offers += 1;
            self.drop_at(passage.owner);
        } else if is_label(&beginning, passage) {
            self.drop_box(index);
        } else if self.survey.spots[passage.owner].letters == passage.letters && self.is_none_of_it(index, &beginning) {
            self.drop_at(passage.owner);
        }
    }

    /// Whether a block of one passage does not belong to the article.
    fn is_none_of_it(&mut self, index: usize, beginning: &str) -> bool {
        let passage = &self.survey.passages[index];
        let tag = &*self.survey.spots[passage.owner].tag;
        if passage.letters >= REPEATED && self.times.get(&passage.hash) == Some(&2) && !self.seen.insert(passage.hash) {
            return true;
        }
        if matches!(tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
            return tag == "h1" || self.names.contains(&letters_of(beginning));
        }
        if matches!(tag, "li" | "td" | "th" | "dt" | "dd" | "pre" | "blockquote" | "code") {
            return false;
        }
        let is_before = self.first.is_none_or(|first| index < first);
        let is_outside = is_before || self.last.is_none_or(|last| index > last);
        let is_credit = passage.letters <= CREDIT && CREDITS.iter().any(|words| beginning.starts_with(words));
        passage.linked * 10 >= passage.letters * 9
            || is_credit && (is_outside || beginning.contains([':', '：']))
            || is_outside && passage.prose < passage.letters && is_aside(passage, tag, is_before)
    }

    /// Blocks of links.
    fn links(&mut self) {
        for (at, spot) in self.survey.spots.iter().enumerate().skip(1) {
            let is_list = matches!(&*spot.tag, "ul" | "ol" | "div" | "section" | "table" | "dl" | "p");
            if is_list && !self.gone[at] && spot.links >= 2 && spot.linked * 10 >= spot.letters * 7 && spot.prose < 200
            {
                self.drop_at(at);
            }
        }
    }

    fn drop_at(&mut self, at: usize) {
        if at > 0 {
            self.gone[at..self.survey.spots[at].end].fill(true);
        }
    }

    /// A box: the block of its heading and, where that is a heading alone, what follows
    /// or surrounds it as far as it is made of links or short.
    fn drop_box(&mut self, index: usize) {
        let survey = self.survey;
        let spots = &survey.spots;
        let mut at = survey.passages[index].owner;
        // As far up as nothing but the box is there.
        while at > 0 {
            let around = spots[at].parent;
            let begins = index == 0 || !survey.holds(around, survey.passages[index - 1].owner);
            let is_linked = spots[around].links > 0 || spots[around].letters == spots[at].letters;
            if around == 0 || spots[around].prose * 4 >= spots[0].prose || !is_linked || !begins {
                break;
            }
            at = around;
        }
        self.drop_at(at);
        let (mut next, end) = (spots[at].end, spots[spots[at].parent].end);
        while next < end && spots[next].is_linked() && spots[next].letters > 0 {
            self.drop_at(next);
            next = spots[next].end;
        }
    }

    fn remove(&self) {
        for (at, spot) in self.survey.spots.iter().enumerate().skip(1) {
            if self.gone[at] && !self.gone[spot.parent] {
                spot.node.remove_from_parent();
            }
        }
    }
}

fn is_begun(passage: &Passage) -> bool {
    passage.prose == passage.letters && passage.letters >= 30
}

/// Whether a text at the edge of an article is a date, a menu or a mark rather than
/// the beginning of a list.
fn is_aside(passage: &Passage, tag: &str, is_before: bool) -> bool {
    let digits = passage.beginning.chars().filter(|c| c.is_numeric()).count();
    let is_date = (4..=14).contains(&digits) && passage.letters < 45;
    passage.letters < 100
        && (passage.linked * 2 > passage.letters || is_date || is_before && tag != "p" && passage.letters < 60)
}

fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a text says that other news follow.
fn is_label(beginning: &str, passage: &Passage) -> bool {
    let head = beginning.split([':', '：', '|']).next().unwrap_or(beginning);
    let is_alone = head.len() == beginning.len() || head.len() + 3 >= beginning.len();
    if !is_alone && passage.linked * 2 < passage.letters - passage.letters.min(head.chars().count()) {
        return false;
    }
    let head = head.trim_matches(|c: char| !c.is_alphanumeric());
    (!is_alone || passage.letters <= LABEL) && (LABELS.contains(&head) || MORE_LABELS.contains(&head))
}

/// Takes out elements that hold neither a text nor a picture.
pub fn empty(survey: &Survey<'_>) {
    let spots = &survey.spots;
    let mut at = 1;
    while at < spots.len() {
        let spot = &spots[at];
        if spot.letters == 0
            && spot.pictures == 0
            && !matches!(&*spot.tag, "br" | "td" | "th" | "hr")
            && !is_inline(&spot.tag)
        {
            spot.node.remove_from_parent();
            at = spot.end;
        } else {
            at += 1;
        }
    }
}
