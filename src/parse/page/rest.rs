//! What stands beside the entries of a list and is not taken: told, so that no
//! part of a list is lost without a word.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::ElementRef;
use url::Url;

use super::css;
use crate::parse::text::links;

/// Elements beside the entries that are looked at.
const MOST_LOOKED_AT: usize = crate::limits::PAGE_BESIDE.count();

/// Elements within one of these among which its heading is sought.
const MOST_WITHIN: usize = 60;

/// Different links of an element that may be one entry.
const MOST_LINKS: usize = 3;

/// A headline is at least as heavy; see [`weight`].
pub const LIGHTEST: usize = 12;

/// How much a text says: letters, those of scripts without blanks threefold.
pub fn weight(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if c >= '\u{2e80}' { 3 } else { 1 }).sum()
}

/// What is to be told of siblings with a headline that are none of `entries`.
pub fn told(entries: &[ElementRef<'_>], base: &Url) -> Option<String> {
    let left = left_out(entries, base);
    let first = left.first()?;
    let shown = crate::text::quote::in_quotes(super::excerpt(first));
    Some(match left.len() {
        1 => format!("beside the entries stands 1 more with a headline that the selector does not match: {shown}"),
        more => {
            format!("beside the entries stand {more} more with headlines that the selector does not match, as {shown}")
        }
    })
}

/// Headlines of siblings of the entries that are of their kind and not among them,
/// and of lists that stand beside theirs and look like it.
fn left_out(entries: &[ElementRef<'_>], base: &Url) -> Vec<String> {
    let taken: HashSet<NodeId> = entries.iter().map(|entry| entry.id()).collect();
    let led: HashSet<String> = entries.iter().filter_map(|e| headline(*e, base)).map(|(href, _)| href).collect();
    let names: HashSet<&str> = entries.iter().map(|entry| entry.value().name()).collect();
    let mut parents: Vec<ElementRef<'_>> = Vec::new();
    let mut known: HashSet<NodeId> = HashSet::new();
    for entry in entries {
        let Some(parent) = entry.parent().and_then(ElementRef::wrap) else { continue };
        if known.insert(parent.id()) {
            parents.push(parent);
        }
    }
    // Lists in pieces: what stands beside their piece and is written like it.
    let mut pieces: HashSet<NodeId> = HashSet::new();
    for at in 0..parents.len() {
        let piece = parents[at];
        let Some(above) = piece.parent().and_then(ElementRef::wrap).filter(|above| pieces.insert(above.id())) else {
            continue;
        };
        let value = piece.value();
        let like = |other: &ElementRef<'_>| {
            other.value().name() == value.name()
                && other.value().classes().eq(value.classes())
                && value.classes().next().is_some()
        };
        let others = above.children().filter_map(ElementRef::wrap).take(MOST_LOOKED_AT).filter(like);
        for other in others {
            if known.insert(other.id()) {
                parents.push(other);
            }
        }
    }
    let beside = parents.iter().flat_map(|parent| parent.children()).filter_map(ElementRef::wrap).take(MOST_LOOKED_AT);
    let is_kin = |other: &ElementRef<'_>| names.contains(other.value().name()) || is_story(*other);
    let beside = beside.filter(|other| is_kin(other) && !taken.contains(&other.id()));
    let mut seen: HashSet<String> = HashSet::new();
    beside
        .filter(|other| !other.descendants().any(|inner| taken.contains(&inner.id())))
        .filter_map(|other| headline(other, base))
        .filter(|(href, _)| !led.contains(href) && seen.insert(href.clone()))
        .map(|(_, headline)| headline)
        .collect()
}

/// Whether an element of another name than the entries is one for itself: an `article`, or
/// what holds a headline in a heading. A link to all news beside a list is none.
fn is_story(element: ElementRef<'_>) -> bool {
    match element.value().name() {
        "article" => true,
        "a" | "div" | "section" | "li" | "figure" | "td" | "dd" => {
            let mut inner = element.descendants().skip(1).take(MOST_WITHIN).filter_map(ElementRef::wrap);
            inner.any(|inner| {
                css::is_heading(inner) && is_linked(inner, element) && weight(&css::shown(inner)) >= LIGHTEST
            })
        }
        _ => false,
    }
}

/// Whether a heading of `story` is a link, or holds or stands in one.
fn is_linked(heading: ElementRef<'_>, story: ElementRef<'_>) -> bool {
    let is_link = |element: &ElementRef<'_>| element.value().name() == "a" && element.attr("href").is_some();
    let within = heading.descendants().take(MOST_WITHIN).filter_map(ElementRef::wrap);
    let mut around = heading.ancestors().take(4).filter_map(ElementRef::wrap);
    within.into_iter().any(|inner| is_link(&inner))
        || around.any(|around| {
            is_link(&around) && (around.id() == story.id() || around.ancestors().any(|a| a.id() == story.id()))
        })
}

/// Link and headline of an element that has one of its own.
fn headline(element: ElementRef<'_>, base: &Url) -> Option<(String, String)> {
    let links = css::links(element).chain(Some(element).filter(|element| element.value().name() == "a")).take(24);
    let mut hrefs: HashSet<String> = HashSet::new();
    let mut best: Option<(usize, String, String)> = None;
    for link in links {
        let Some(href) = link.attr("href").and_then(|href| links::resolve(href, links::Base::Said(base)).ok()) else {
            continue;
        };
        let text = css::shown(link);
        let weight = weight(&text);
        hrefs.insert(href.clone());
        if weight >= LIGHTEST && best.as_ref().is_none_or(|(known, ..)| *known < weight) {
            best = Some((weight, href, text));
        }
    }
    best.filter(|_| hrefs.len() <= MOST_LINKS).map(|(_, href, text)| (href, text))
}
