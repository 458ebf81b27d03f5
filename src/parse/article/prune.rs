//! What surrounds an article is taken out: menus, boxes of other news, hints on
//! who wrote it, offers.

use std::collections::HashSet;

use super::survey::{Run, Spot, Survey, is_inline};
use super::words::{BOX_WORDS, BOXES, CREDITS, FOREIGN, LABELS, LOOKS, MORE_LABELS, OFFERS, WHOLE};

/// What a label, a byline or an offer of a box is at most, in letters.
const LABEL: usize = 40;
const CREDIT: usize = 90;
const OFFER: usize = 300;
/// A text of so many letters is not there twice by chance.
const REPEATED: usize = 45;

/// Takes out what its element, its class or a heading tells to be no article,
/// unless the better part of all sentences stands in it. Where classes would take
/// out most of them together, they mean something else on this page.
pub fn boxes(survey: &Survey<'_>) {
    let spots = &survey.spots;
    let all = spots.first().map_or(0, |root| root.prose);
    let mut found = Vec::new();
    let wholes = wholes(survey);
    let (mut at, mut named) = (1, 0);
    while at < spots.len() {
        let spot = &spots[at];
        let is_most = spot.prose * 5 >= all * 2 && spot.prose > 0;
        let kind = match () {
            () if is_foreign(survey, &wholes, at) => Some(Kind::Known),
            () if is_most => None,
            () => box_kind(survey, at),
        };
        match kind {
            Some(kind) => {
                named += if kind == Kind::Named { spot.prose } else { 0 };
                found.push((at, kind));
                at = spot.end;
            }
            None => at += 1,
        }
    }
    for (at, kind) in found {
        if kind == Kind::Known || named * 5 < all * 3 || spots[at].prose == 0 {
            spots[at].node.remove_from_parent();
        }
    }
}

/// Whether an element is never the article, however long: what readers write is
/// often longer than what they write about.
fn is_foreign(survey: &Survey<'_>, wholes: &[usize], at: usize) -> bool {
    let spot = &survey.spots[at];
    let is_named = matches!(&*spot.tag, "div" | "section" | "ol" | "ul")
        && spot.marks.split_ascii_whitespace().any(|class| FOREIGN.iter().any(|word| class.starts_with(word)));
    is_named && spot.prose * 20 < survey.spots[0].prose * 19 && wholes[at + 1] == wholes[spot.end]
}

/// How many headlines and articles begin before each element.
fn wholes(survey: &Survey<'_>) -> Vec<usize> {
    let mut count = 0;
    let before = survey.spots.iter().map(|spot| {
        let is_whole = &*spot.tag == "h1" || WHOLE.iter().any(|part| spot.marks.contains(part));
        count += usize::from(is_whole);
        count - usize::from(is_whole)
    });
    let mut before: Vec<usize> = before.collect();
    before.push(count);
    before
}

/// By what a box is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// By its element or by not being shown.
    Known,
    /// By its class or its id.
    Named,
}

fn box_kind(survey: &Survey<'_>, at: usize) -> Option<Kind> {
    let spot = &survey.spots[at];
    let known = match &*spot.tag {
        "nav" | "aside" | "figcaption" | "menu" => true,
        "footer" => spot.prose < 400 || spot.is_linked(),
        "html" | "body" | "main" | "article" | "td" | "tr" | "tbody" | "br" | "img" => return None,
        "form" | "fieldset" => spot.prose * 10 < survey.spots[0].prose,
        _ => false,
    };
    if known || is_hidden(spot) {
        return Some(Kind::Known);
    }
    let parent = &*survey.spots[spot.parent].tag;
    // A word in a paragraph has a class for its looks.
    let is_word = &*spot.tag == "span" && matches!(parent, "p" | "li" | "h1" | "h2" | "h3" | "a" | "blockquote");
    let is_within_line = is_inline(&spot.tag) && &*spot.tag != "span";
    (!is_word && !is_within_line && is_named_box(&spot.marks)).then_some(Kind::Named)
}

fn is_hidden(spot: &Spot<'_>) -> bool {
    let Some(element) = spot.node.element_ref() else { return false };
    element.attrs.iter().any(|attribute| match &*attribute.name.local {
        "hidden" => true,
        "aria-hidden" => &*attribute.value == "true" && spot.pictures == 0,
        "style" => {
            let style = attribute.value.to_ascii_lowercase();
            style.contains("display:none") || style.contains("display: none") || style.contains("visibility:hidden")
        }
        _ => false,
    })
}

/// Whether a class or an id names a box: by a part of it that means nothing else, or
/// by a whole word. What follows `--` tells how an element looks, and classes that
/// begin with `has` and its like what is in or on it.
fn is_named_box(marks: &str) -> bool {
    if marks.is_empty() || WHOLE.iter().any(|part| marks.contains(part)) {
        return false;
    }
    marks.split_ascii_whitespace().any(|class| {
        let name = class.split("--").next().unwrap_or(class);
        let mut words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let Some(first) = words.next() else { return false };
        let last = words.next_back().unwrap_or(first);
        !LOOKS.contains(&first)
            && (BOX_WORDS.contains(&first) || BOX_WORDS.contains(&last) || BOXES.iter().any(|part| name.contains(part)))
    })
}

/// Takes out of what is taken for an article: boxes under a heading of other news,
/// blocks of links, who wrote it, offers, what is there twice, and whatever stands
/// before its first and behind its last sentence without being one.
/// Gives how many texts offered the article for money.
pub fn inside(survey: &Survey<'_>, names: &[String]) -> usize {
    let Survey { spots, runs } = survey;
    let mut gone = vec![false; spots.len()];
    let mut offers = 0;
    let names: Vec<String> = names.iter().map(|name| letters_of(name)).collect();
    let first = runs.iter().position(is_begun);
    let last = runs.iter().rposition(is_begun);
    let mut seen = HashSet::new();
    for (index, run) in runs.iter().enumerate() {
        if gone[run.owner] {
            continue;
        }
        let spot = &spots[run.owner];
        let is_alone = spot.letters == run.letters;
        let beginning = run.beginning.trim().to_lowercase();
        let is_heading = matches!(&*spot.tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let is_cell = matches!(&*spot.tag, "li" | "td" | "th" | "dt" | "dd" | "pre" | "blockquote" | "code");
        if run.letters <= OFFER && OFFERS.iter().any(|words| beginning.contains(words)) {
            offers += 1;
            drop_at(survey, &mut gone, run.owner);
            continue;
        }
        if is_label(&beginning, run) {
            box_below(survey, &mut gone, index);
            continue;
        }
        if !is_alone {
            continue;
        }
        let is_outside = first.is_none_or(|first| index < first) || last.is_none_or(|last| index > last);
        let is_title = is_heading && (&*spot.tag == "h1" || names.contains(&letters_of(&beginning)));
        let is_credit = run.letters <= CREDIT
            && !is_heading
            && !is_cell
            && CREDITS.iter().any(|words| beginning.starts_with(words))
            && (is_outside || beginning.contains(':') || beginning.contains('：'));
        let is_link = run.linked * 10 >= run.letters * 9 && !is_heading && &*spot.tag != "pre";
        let is_again = run.letters >= REPEATED && !seen.insert(run.hash);
        let is_edge = is_outside
            && !is_cell
            && !is_heading
            && run.prose < run.letters
            && is_aside(run, &spot.tag, first.is_none_or(|first| index < first));
        if is_title || is_credit || is_link && !is_cell || is_again || is_edge {
            drop_at(survey, &mut gone, run.owner);
        }
    }
    for (at, spot) in spots.iter().enumerate().skip(1) {
        let is_list = matches!(&*spot.tag, "ul" | "ol" | "div" | "section" | "table" | "dl" | "p");
        if is_list && !gone[at] && spot.links >= 2 && spot.linked * 10 >= spot.letters * 7 && spot.prose < 200 {
            drop_at(survey, &mut gone, at);
        }
    }
    for at in 1..spots.len() {
        if gone[at] && !gone[spots[at].parent] {
            spots[at].node.remove_from_parent();
        }
    }
    offers
}

fn is_begun(run: &Run) -> bool {
    run.prose == run.letters && run.letters >= 30
}

/// Whether a text at the edge of an article is a date, a menu or a mark rather than
/// the beginning of a list.
fn is_aside(run: &Run, tag: &str, is_before: bool) -> bool {
    let digits = run.beginning.chars().filter(|c| c.is_numeric()).count();
    let is_date = (4..=14).contains(&digits) && run.letters < 45;
    run.letters < 100 && (run.linked * 2 > run.letters || is_date || is_before && tag != "p" && run.letters < 60)
}

fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn drop_at(survey: &Survey<'_>, gone: &mut [bool], at: usize) {
    if at > 0 {
        gone[at..survey.spots[at].end].fill(true);
    }
}

/// Whether a text says that other news follow.
fn is_label(beginning: &str, run: &Run) -> bool {
    let head = beginning.split([':', '：', '|']).next().unwrap_or(beginning);
    let is_alone = head.len() == beginning.len() || head.len() + 3 >= beginning.len();
    if !is_alone && run.linked * 2 < run.letters - run.letters.min(head.chars().count()) {
        return false;
    }
    let head = head.trim_matches(|c: char| !c.is_alphanumeric());
    (!is_alone || run.letters <= LABEL) && (LABELS.contains(&head) || MORE_LABELS.contains(&head))
}

/// Takes out a box: the block of its heading and, where that is a heading alone,
/// what follows or surrounds it as far as it is made of links or short.
fn box_below(survey: &Survey<'_>, gone: &mut [bool], index: usize) {
    let spots = &survey.spots;
    let all = spots[0].prose;
    let mut at = survey.runs[index].owner;
    // As far up as nothing but the box is there.
    while at > 0 {
        let around = spots[at].parent;
        let begins = index == 0 || !survey.holds(around, survey.runs[index - 1].owner);
        let is_linked = spots[around].links > 0 || spots[around].letters == spots[at].letters;
        let is_box = around > 0 && spots[around].prose * 4 < all && is_linked && begins;
        if !is_box {
            break;
        }
        at = around;
    }
    drop_at(survey, gone, at);
    let mut next = spots[at].end;
    let parent = spots[at].parent;
    while next < spots[parent].end && spots[next].is_linked() && spots[next].letters > 0 {
        drop_at(survey, gone, next);
        next = spots[next].end;
    }
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
