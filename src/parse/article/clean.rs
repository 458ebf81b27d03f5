//! Cleans an article of boxes, bylines and offers that stand inside it.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::access::{OFFER_LETTERS, Openness, said_of};
use super::box_heads::{BY, CREDITS, LABELS, MORE_LABELS, PARTICLES};
use super::letters::letters_of;
use super::offers::BUTTONS;
use super::peers::OTHER_NEWS;
use super::survey::{Passage, Placed, SENTENCE, Survey, is_inline};
use crate::text::html::is_heading;

/// What a heading of other news or a line about who wrote is at most, in letters.
const LABEL: usize = 40;
const CREDIT: usize = 90;
/// A text of so many letters is not there twice by chance.
const REPEATED: usize = 45;
/// A link of fewer letters says no more than where it leads: "Facebook".
const SHORTEST_LINK: usize = 20;

/// Takes out of what is taken for an article: boxes under a heading of other news,
/// blocks of links, who wrote it, offers, what is there twice, and what stands
/// before its first and behind its last sentence without belonging to it.
/// Returns what the texts that went say of who may read it.
pub fn clean(survey: &Survey<'_>, names: &[String], url: &Url) -> Openness {
    let mut cleaning = Cleaning::new(survey, names, url);
    for index in 0..survey.passages.len() {
        cleaning.look_at(index);
    }
    cleaning.links();
    cleaning.stories();
    cleaning.remove();
    cleaning.openness
}

struct Cleaning<'a, 'b> {
    survey: &'a Survey<'b>,
    gone: Vec<bool>,
    names: Vec<String>,
    url: &'a Url,
    /// The first sentence and the last.
    first: Option<usize>,
    last: Option<usize>,
    /// How often each long text is there. What is there twice was meant for two
    /// widths of a screen; what is there more often is meant to be.
    times: HashMap<u64, usize>,
    seen: HashSet<u64>,
    openness: Openness,
}

impl<'a, 'b> Cleaning<'a, 'b> {
    fn new(survey: &'a Survey<'b>, names: &[String], url: &'a Url) -> Self {
        let mut times = HashMap::new();
        for passage in survey.passages.iter().filter(|passage| passage.letters >= REPEATED) {
            *times.entry(passage.hash).or_default() += 1;
        }
        Cleaning {
            survey,
            gone: vec![false; survey.spots.len()],
            names: names.iter().map(|name| letters_of(name)).collect(),
            url,
            first: survey.passages.iter().position(|passage| passage.is_text(SENTENCE)),
            last: survey.passages.iter().rposition(|passage| passage.is_text(SENTENCE)),
            times,
            seen: HashSet::new(),
            openness: Openness::Open,
        }
    }

    fn look_at(&mut self, index: usize) {
        let passage = &self.survey.passages[index];
        if self.gone[passage.owner] {
            return;
        }
        let beginning = passage.beginning.trim().to_lowercase();
        let said = if passage.letters <= OFFER_LETTERS { said_of(&beginning) } else { Openness::Open };
        if said != Openness::Open {
            self.openness = self.openness.max(said);
            self.drop_at(passage.owner);
        } else if is_heading(&self.survey.spots[passage.owner].tag) && is_other_news(&beginning) {
            self.drop_section(passage.owner);
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
        if is_heading(tag) {
            let is_before = self.first.is_none_or(|first| index < first);
            return tag == "h1" && is_before || self.names.contains(&letters_of(beginning));
        }
        if matches!(tag, "li" | "td" | "th" | "dt" | "dd" | "pre" | "blockquote" | "code") {
            return false;
        }
        if is_address(beginning) {
            return false;
        }
        let is_before = self.first.is_none_or(|first| index < first);
        let is_outside = is_before || self.last.is_none_or(|last| index > last);
        let is_credit = passage.letters <= CREDIT
            && (is_credit(beginning, is_outside) || is_outside && is_byline(passage.beginning.trim()));
        let is_link = passage.linked * 10 >= passage.letters * 9;
        if is_link && tag == "p" && !is_before && self.leads_away(passage) {
            return false;
        }
        is_link
            || is_credit
            || BUTTONS.contains(&beginning.trim_matches(|c: char| !c.is_alphanumeric()))
            || is_outside && passage.prose < passage.letters && is_aside(passage, tag, is_before)
    }

    /// Drops teasers of other stories: boxes that begin with a heading which leads away. If they
    /// are more than a quarter of the text, the article consists of them, and they stay.
    fn stories(&mut self) {
        let spots = &self.survey.spots;
        let (mut found, mut next) = (Vec::new(), 1);
        while next < spots.len() {
            let is_box = matches!(&*spots[next].tag, "div" | "section" | "article" | "aside");
            let is_story = is_box && !self.gone[next] && self.survey.begins_story(next);
            if is_story {
                found.push(next);
            }
            next = if is_story { spots[next].end } else { next + 1 };
        }
        let letters: usize = found.iter().map(|at| spots[*at].letters).sum();
        if letters * 4 <= spots[0].letters {
            found.into_iter().for_each(|at| self.drop_at(at));
        }
    }

    /// Whether a line is a link to another site, as to a source or an event: other news are
    /// the site's own.
    fn leads_away(&self, passage: &Passage) -> bool {
        let spots = &self.survey.spots;
        let around = std::iter::successors(Some(passage.owner), |at| (*at > 0).then(|| spots[*at].parent));
        let within = passage.owner + 1..spots[passage.owner].end;
        let mut links = around.chain(within).map(|at| &spots[at]).filter(|spot| &*spot.tag == "a").peekable();
        let is_away = |link: &Placed<'_>| {
            let href = link.node.attr("href");
            let url = href.and_then(|href| self.url.join(href.trim()).ok());
            url.is_some_and(|url| url.host().is_some() && !is_same_site(&url, self.url))
        };
        passage.letters >= SHORTEST_LINK && links.peek().is_some() && links.all(is_away)
    }

    /// Blocks of links. A list that a text leads on to belongs to it: "You need:".
    fn links(&mut self) {
        let led = self.led_to();
        for (at, spot) in self.survey.spots.iter().enumerate().skip(1) {
            let is_list = matches!(&*spot.tag, "ul" | "ol" | "div" | "section" | "table" | "dl" | "p");
            let is_led = matches!(&*spot.tag, "ul" | "ol") && led.contains(&at);
            if is_list
                && !is_led
                && !self.gone[at]
                && spot.links >= 2
                && spot.linked * 10 >= spot.letters * 7
                && spot.prose < 200
            {
                self.drop_at(at);
            }
        }
    }

    /// Elements that begin behind a text of the article which ends in a colon: a sentence,
    /// or words among the sentences. Behind the last, few words head other news.
    fn led_to(&self) -> HashSet<usize> {
        let leading = self.survey.passages.iter().enumerate().filter(|(index, passage)| {
            let is_told = passage.letters >= SENTENCE || self.last.is_some_and(|last| *index < last);
            is_told && passage.leads_on() && !self.gone[passage.owner]
        });
        leading.map(|(_, passage)| self.survey.spots[passage.owner].end).collect()
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

    /// A heading and what stands below it, up to the next of its rank, unless that is more than
    /// half of the text.
    fn drop_section(&mut self, at: usize) {
        let spots = &self.survey.spots;
        let (mut next, end, mut prose) = (spots[at].end, spots[spots[at].parent].end, 0);
        while next < end && !(is_heading(&spots[next].tag) && spots[next].tag <= spots[at].tag) {
            prose += spots[next].prose;
            next = spots[next].end;
        }
        if prose * 2 <= spots[0].prose {
            self.gone[at..next].fill(true);
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

/// Whether two hosts are of one site: one is the other or a part of it, `www.` aside.
fn is_same_site(one: &Url, other: &Url) -> bool {
    let host = |url: &Url| url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    let (one, other) = (host(one), host(other));
    one == other || one.ends_with(&format!(".{other}")) || other.ends_with(&format!(".{one}"))
}

/// Whether a text is where something is to be found or sent, which a link around it does
/// not make a menu.
fn is_address(text: &str) -> bool {
    let is_mail = |(before, behind): (&str, &str)| !before.is_empty() && behind.contains('.');
    !text.contains(' ')
        && (text.starts_with("http") || text.starts_with("www.") || text.split_once('@').is_some_and(is_mail))
}

/// Whether a text tells who made something or when. Beside the sentences of the article
/// the words alone tell it; among them a sentence may begin so, and a colon has to.
fn is_credit(beginning: &str, is_outside: bool) -> bool {
    CREDITS
        .iter()
        .filter_map(|words| Some((words, beginning.strip_prefix(words)?)))
        .any(|(words, rest)| is_outside || words.ends_with([':', '：']) || rest.trim_start().starts_with([':', '：']))
}

/// Whether a text is "By" and a name: some words with capitals, up to a comma or a sign.
/// "Von der Leyen: …" and "Par exemple : …" begin sentences.
fn is_byline(text: &str) -> bool {
    let is_by = |by: &&&str| text.get(..by.len()).is_some_and(|head| head.to_lowercase() == ***by);
    let Some(rest) = BY.iter().find(is_by).map(|by| &text[by.len()..]) else { return false };
    let name = rest.split([',', '|', '·', '•', '–', '—', '/', '(']).next().unwrap_or(rest).trim();
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_capital = |word: &str| word.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase());
    let is_of_name = |word: &&str| {
        (is_capital(word) || PARTICLES.contains(word)) && word.chars().all(|c| c.is_alphabetic() || "-.'’&".contains(c))
    };
    let is_sentence = text.ends_with(['.', '!', '?', ':', '…', '。']);
    !is_sentence
        && words.len() <= 8
        && words.first().is_some_and(|word| is_capital(word))
        && words.iter().all(is_of_name)
}

/// Whether a text at the edge of an article is a date, a menu or a mark rather than
/// the beginning of a list.
fn is_aside(passage: &Passage, tag: &str, is_before: bool) -> bool {
    let digits = passage.beginning.chars().filter(|c| c.is_numeric()).count();
    let is_date = (4..=14).contains(&digits) && passage.letters < 45;
    passage.letters < 100
        && (passage.linked * 2 > passage.letters || is_date || is_before && tag != "p" && passage.letters < 60)
}

/// Whether a heading says that other news are told below it.
fn is_other_news(beginning: &str) -> bool {
    OTHER_NEWS.contains(&beginning.trim_matches(|c: char| !c.is_alphanumeric()))
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
