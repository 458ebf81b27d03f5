//! What surrounds an article is taken out: menus, boxes of other news, what is not shown.

use super::survey::{Placed, Survey, is_inline};
use super::words::{BOX_WORDS, BOXES, FOREIGN, LOOKS, WHOLE};

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
            () if is_foreign(survey, &wholes, at) => Some(Surrounding::Known),
            () if is_most => None,
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

/// So many letters beside what readers wrote are what they wrote about.
const STORY: usize = 60;

/// Whether one of the words of a class, as in `user-comments`, names what readers write
/// or what the site asks of them.
fn is_foreign_class(class: &str) -> bool {
    let parts = std::iter::once(class).chain(class.split(['-', '_']).skip(1));
    parts.into_iter().any(|part| FOREIGN.iter().any(|word| part.starts_with(word)))
}

/// How many headlines and articles begin before each element.
fn wholes(survey: &Survey<'_>) -> Vec<usize> {
    let mut count = 0;
    let before = survey.spots.iter().map(|spot| {
        let is_whole = &*spot.tag == "h1" || is_whole(&spot.marks);
        count += usize::from(is_whole);
        count - usize::from(is_whole)
    });
    let mut before: Vec<usize> = before.collect();
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
        "html" | "body" | "main" | "article" | "td" | "tr" | "tbody" | "br" | "img" => return None,
        "form" | "fieldset" => spot.prose * 10 < survey.spots[0].prose,
        _ => false,
    };
    if known || is_hidden(spot) {
        return Some(Surrounding::Known);
    }
    let parent = &*survey.spots[spot.parent].tag;
    // The id of a heading is often made of its words: "next", "info", "tags".
    if matches!(&*spot.tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
        return None;
    }
    // A word in a paragraph has a class for its looks.
    let is_word = &*spot.tag == "span" && matches!(parent, "p" | "li" | "h1" | "h2" | "h3" | "a" | "blockquote");
    let is_within_line = is_inline(&spot.tag) && &*spot.tag != "span";
    (!is_word && !is_within_line && is_named_box(&spot.marks)).then_some(Surrounding::Named)
}

fn is_hidden(spot: &Placed<'_>) -> bool {
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
    if marks.is_empty() || is_whole(marks) {
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
