//! What surrounds an article is taken out: menus, boxes of other news, what is not shown.

use std::collections::HashSet;

use super::access::{Walls, is_wall};
use super::letters::letters_of;
use super::phrases::{BOX_PARTS, WALL_PARTS};
use super::survey::{HEADED, LONG, Placed, Survey, is_inline};
use super::words::{BODIES, BOX_WORDS, FOREIGN, LOOKS, WHOLE};
use crate::text::html::is_heading;

/// Takes out what its element, its class or a heading tells to be no article,
/// unless the better part of all sentences stands in it. Where classes would take
/// out most of them together, they mean something else on this page. What offers the rest
/// to subscribers goes, and what they alone should see stays. `others` are other stories and
/// what readers wrote.
pub fn boxes(survey: &Survey<'_>, walls: &Walls, others: &HashSet<usize>) {
    let spots = &survey.spots;
    let all = spots.first().map_or(0, |root| root.prose);
    let mut found = Vec::new();
    let wholes = counted(survey, |spot| &*spot.tag == "h1" || is_whole(&spot.marks));
    let headlines = counted(survey, |spot| &*spot.tag == "h1" && spot.letters > 0);
    let (mut at, mut named) = (1, 0);
    while at < spots.len() {
        let spot = &spots[at];
        let is_most = spot.prose * 5 >= all * 2 && spot.prose > 0;
        let kind = match () {
            () if walls.shown.contains(&at) => None,
            () if walls.offers.contains(&at) || others.contains(&at) => Some(Surrounding::Known),
            () if is_foreign(survey, &wholes, at) || is_stories(survey, &headlines, at) => Some(Surrounding::Known),
            () if is_most => None,
            // A headline and its text, in a window of their own or below one.
            () if spot.prose >= HEADED && headlines[at + 1] < headlines[spot.end] => {
                surrounding(survey, at).filter(|kind| *kind == Surrounding::Known)
            }
            () => surrounding(survey, at),
        };
        match kind {
            Some(kind) => {
                named += if kind == Surrounding::Named { spot.prose } else { 0 };
                found.push((at, kind));
                at = spot.end;
            }
            None => at += 1,
        }
    }
    for (at, kind) in found {
        if kind == Surrounding::Known || named * 5 < all * 3 || spots[at].prose == 0 {
            spots[at].node.remove_from_parent();
        }
    }
}

/// Whether an element is never the article, however long: what readers write is
/// often longer than what they write about.
fn is_foreign(survey: &Survey<'_>, wholes: &[usize], at: usize) -> bool {
    let spot = &survey.spots[at];
    let is_named = matches!(&*spot.tag, "div" | "section" | "ol" | "ul")
        && spot.marks.split_ascii_whitespace().any(is_foreign_class);
    let all = survey.spots[0].prose;
    // A page of nothing else has its text there, whatever it is called.
    let is_beside = spot.prose * 20 < all * 19 || all - spot.prose >= STORY;
    is_named && is_beside && wholes[at + 1] == wholes[spot.end]
}

/// Whether an element is a list of other stories: there are several, each begins with a
/// heading that leads to its own page, and the headline stands elsewhere with a text (B226).
fn is_stories(survey: &Survey<'_>, headlines: &[usize], at: usize) -> bool {
    let (spots, spot) = (&survey.spots, &survey.spots[at]);
    let is_elsewhere = headlines[spots.len()] > 0 && headlines[at] == headlines[spot.end];
    if spot.links < STORIES || spot.prose == 0 || !is_elsewhere || spots[0].prose - spot.prose < TEXT {
        return false;
    }
    let (mut stories, mut letters, mut next) = (0, 0, at + 1);
    while next < spot.end {
        if survey.begins_story(next) {
            stories += 1;
            letters += spots[next].letters;
        }
        next = spots[next].end;
    }
    stories >= STORIES && letters * 10 >= spot.letters * 8
}

/// So many stories beside each other are a list of them.
const STORIES: usize = 3;
/// A page with a headline of its own and so many letters in sentences besides a list has a
/// text of its own.
const TEXT: usize = 150;

/// So many letters beside what readers wrote are what they wrote about.
const STORY: usize = 60;

/// Whether one of the words of a class, as in `user-comments`, names what readers write
/// or what the site asks of them.
fn is_foreign_class(class: &str) -> bool {
    let parts = std::iter::once(class).chain(class.split(['-', '_']).skip(1));
    parts.into_iter().any(|part| FOREIGN.iter().any(|word| part.starts_with(word)))
}

/// How many elements of a kind begin before each element, and on the whole page.
fn counted(survey: &Survey<'_>, is_kind: impl Fn(&Placed<'_>) -> bool) -> Vec<usize> {
    let mut count = 0;
    let mut before: Vec<usize> = Vec::with_capacity(survey.spots.len() + 1);
    for spot in &survey.spots {
        before.push(count);
        count += usize::from(is_kind(spot));
    }
    before.push(count);
    before
}

/// Whether one of an element's classes or its id says that it is an article.
fn is_whole(marks: &str) -> bool {
    marks.split_ascii_whitespace().any(|class| WHOLE.contains(&class))
}

/// By what a box is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surrounding {
    /// By its element or by not being shown.
    Known,
    /// By its class or its id.
    Named,
}

fn surrounding(survey: &Survey<'_>, at: usize) -> Option<Surrounding> {
    let spot = &survey.spots[at];
    let known = match &*spot.tag {
        "nav" | "aside" | "figcaption" | "menu" => true,
        "footer" => spot.prose < 400 || spot.is_linked(),
        "html" | "body" | "main" | "article" | "td" | "tr" | "tbody" | "br" | "img" | "dd" | "dt" => return None,
        "form" | "fieldset" => spot.prose * 10 < survey.spots[0].prose,
        _ => false,
    };
    if known || spot.is_hidden() {
        return Some(Surrounding::Known);
    }
    let parent = &*survey.spots[spot.parent].tag;
    // The id of a heading is often made of its words: "next", "info", "tags".
    if is_heading(&spot.tag) {
        return None;
    }
    // A word in a paragraph has a class for its looks.
    let is_word = &*spot.tag == "span" && matches!(parent, "p" | "li" | "h1" | "h2" | "h3" | "a" | "blockquote");
    let is_within_line = is_inline(&spot.tag) && &*spot.tag != "span";
    // Some sites call so each paragraph that subscribers alone should see.
    let is_text = WALL_PARTS.any(&spot.marks) && !is_wall(spot);
    let is_box =
        !is_word && !is_within_line && !is_text && is_named_box(&spot.marks) && !is_called_by_heading(survey, at);
    let is_box = is_box && !is_long_kicker(spot);
    is_box.then_some(Surrounding::Named)
}

/// Whether what is called a kicker is made of sentences: the lead, not a word above the headline.
fn is_long_kicker(spot: &Placed<'_>) -> bool {
    let mut words = spot.marks.split(|c: char| !c.is_ascii_alphanumeric());
    spot.links == 0 && spot.letters >= LONG && spot.prose == spot.letters && words.any(|word| word == "kicker")
}

/// Whether the id of a section is made of the words of its heading, as in
/// `sharing-with-a-single-developer`. Fewer than four words name a box that is headed by
/// its name: "Related articles".
fn is_called_by_heading(survey: &Survey<'_>, at: usize) -> bool {
    let mut within = survey.spots[at + 1..survey.spots[at].end.min(at + 3)].iter();
    let Some(heading) = within.find(|spot| is_heading(&spot.tag)) else { return false };
    let said = letters_of(&heading.node.text());
    let mut ids = survey.spots[at].marks.split_ascii_whitespace();
    ids.any(|id| id.split(['-', '_']).count() >= 4 && letters_of(id) == said)
}

/// Whether a class or an id names a box: by a part of it that means nothing else, or
/// by a whole word. What follows `--` tells how an element looks, and classes that
/// begin with `has` and its like what is in or on it.
fn is_named_box(marks: &str) -> bool {
    if marks.is_empty() || is_whole(marks) || marks.split_ascii_whitespace().any(|class| BODIES.contains(&class)) {
        return false;
    }
    marks.split_ascii_whitespace().any(|class| {
        let name = class.split("--").next().unwrap_or(class);
        let mut words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let Some(first) = words.next() else { return false };
        let last = words.next_back().unwrap_or(first);
        !LOOKS.contains(&first) && (BOX_WORDS.contains(&first) || BOX_WORDS.contains(&last) || BOX_PARTS.any(name))
    })
}
