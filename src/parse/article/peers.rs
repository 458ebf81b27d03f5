//! Other stories beside the wanted one, whole and each below a heading of its own that is no
//! link: those of a stream, or what a page shows next (B232).

use std::collections::HashSet;

use super::letters::grams;
use super::phrases::BODY_PARTS;
use super::survey::{FIRST_ELEMENTS, Placed, SENTENCE, Survey};
use crate::text::html::is_heading;

/// Parts of a class of an element that holds a story.
const STORIES: [&str; 10] =
    ["story", "article", "artikel", "articulo", "artigo", "post", "entry", "news", "beitrag", "meldung"];
/// The wanted story has so many letters in sentences.
const TEXT: usize = 150;
/// A longer heading is none.
const HEADING: usize = 300;

/// What a heading says below which other news are told, links or not, lower case.
pub const OTHER_NEWS: &[&str] = &[
    "what else happened",
    "in other news",
    "other news",
    "also in the news",
    "elsewhere in the news",
    "more news in brief",
    "was sonst noch geschah",
    "was sonst noch passierte",
    "weitere meldungen",
    "weitere nachrichten",
    "les autres actualités",
    "à lire par ailleurs",
    "otras noticias",
    "outras notícias",
    "altre notizie",
    "ander nieuws",
    "overig nieuws",
    "inne wiadomości",
    "w innych wiadomościach",
    "другие новости",
    "інші новини",
    "další zprávy",
    "andra nyheter",
    "andre nyheder",
    "andre nyheter",
    "diğer haberler",
    "أخبار أخرى",
    "其他新闻",
    "其他新聞",
    "その他のニュース",
    "다른 뉴스",
];

/// Elements that hold another story than the one with `headline`, which is what the page's
/// `titles` call it, too. Linear.
///
/// They are elements like its own, or `article`s as its own is one, and begin with a heading
/// of theirs. Where the headline stands outside of such elements, they may be its sections.
pub fn others(survey: &Survey<'_>, headline: &str, titles: &[String]) -> HashSet<usize> {
    let told: Vec<HashSet<u64>> = std::iter::once(headline)
        .chain(titles.iter().map(String::as_str))
        .map(|name| grams(name).into_iter().collect())
        .collect();
    let spots = &survey.spots;
    let is_headline = |at: usize| is_called(&spots[at], &told);
    let mut headings = (1..spots.len()).filter(|at| is_own_heading(&spots[*at]));
    let Some(first) = headings.find(|at| is_headline(*at)) else { return HashSet::new() };
    let stories: Vec<(usize, usize)> = (1..spots.len())
        .filter(|at| holds_story(&spots[*at]))
        .filter_map(|at| Some((at, headed(survey, at)?)))
        .collect();
    let own = stories.iter().copied().find(|(at, heading)| *heading == first && spots[*at].prose >= TEXT);
    let Some((own, _)) = own else { return HashSet::new() };
    let is_like = |at: usize, heading: usize| {
        let (spot, own) = (&spots[at], &spots[own]);
        &*spot.tag == "article" && &*own.tag == "article"
            || spot.tag == own.tag && spot.marks == own.marks && spots[heading].tag == spots[first].tag
    };
    let is_other = |(at, heading): &(usize, usize)| {
        !survey.holds(own, *at) && !survey.holds(*at, own) && is_like(*at, *heading) && !is_headline(*heading)
    };
    stories.into_iter().filter(is_other).map(|(at, _)| at).collect()
}

/// Whether an element may hold one story, by what it is or is called. Bodies of a class are
/// parts of one text.
fn holds_story(spot: &Placed<'_>) -> bool {
    let is_called = || {
        matches!(&*spot.tag, "div" | "section" | "li")
            && STORIES.iter().any(|part| spot.marks.contains(part))
            && !BODY_PARTS.any(&spot.marks)
    };
    spot.prose > 0 && (&*spot.tag == "article" || is_called())
}

/// The heading that an element begins with.
fn headed(survey: &Survey<'_>, at: usize) -> Option<usize> {
    let spots = &survey.spots;
    let end = spots[at].end.min(at + FIRST_ELEMENTS);
    let heading = (at + 1..end).find(|at| is_heading(&spots[*at].tag) && spots[*at].letters > 0)?;
    let is_before = |spot: &Placed<'_>| spot.end <= heading && spot.prose >= SENTENCE;
    (is_own_heading(&spots[heading]) && !spots[at + 1..heading].iter().any(is_before)).then_some(heading)
}

/// Whether an element is a heading that is no link.
fn is_own_heading(spot: &Placed<'_>) -> bool {
    is_heading(&spot.tag) && spot.letters > 0 && spot.letters <= HEADING && spot.linked * 2 <= spot.letters
}

/// Whether a heading says what one of some names does: all words of one are in the other, and
/// half of them.
fn is_called(heading: &Placed<'_>, told: &[HashSet<u64>]) -> bool {
    let heading: HashSet<u64> = grams(&heading.node.text()).into_iter().collect();
    let is_most = |part: &HashSet<u64>, all: &HashSet<u64>| {
        !part.is_empty() && part.is_subset(all) && part.len() * 2 >= all.len()
    };
    told.iter().any(|told| is_most(&heading, told) || is_most(told, &heading))
}
