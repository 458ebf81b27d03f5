//! The entries of a list that are taken, and what stands beside them of their kind.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::ElementRef;
use url::Url;

use crate::parse::text::links;

use super::super::css;
use super::weight::{LIGHTEST, REPEATED, weight};

/// Elements beside the entries that are looked at.
const MOST_LOOKED_AT: usize = crate::limits::PAGE_BESIDE.count();

/// Elements of these without a link in which a day is sought.
const MOST_BARE: usize = 100;

/// Elements within one of these among which its heading is sought.
pub const MOST_WITHIN: usize = 60;

/// Different links of an element that may be one entry.
pub const MOST_LINKS: usize = 3;

/// The entries of a list, and where their links lead.
pub struct Taken {
    /// The elements.
    ids: HashSet<NodeId>,
    /// The addresses of their headlines.
    pub led: HashSet<String>,
}

impl Taken {
    /// Those that are `entries`.
    pub fn of(entries: &[ElementRef<'_>], base: &Url) -> Taken {
        let ids = entries.iter().map(|entry| entry.id()).collect();
        Taken { ids, led: entries.iter().filter_map(|e| headline(*e, base)).map(|(href, _)| href).collect() }
    }

    /// Whether one of them stands in `element`.
    pub fn holds_one(&self, element: ElementRef<'_>) -> bool {
        element.descendants().any(|inner| self.ids.contains(&inner.id()))
    }

    /// Headlines of siblings of the entries that are of their kind and not among them, and
    /// of lists that stand beside theirs and look like it.
    pub fn left_out(&self, entries: &[ElementRef<'_>], base: &Url) -> Vec<String> {
        let names: HashSet<&str> = entries.iter().map(|entry| entry.value().name()).collect();
        let mut parents = parents(entries);
        parents.extend(pieces_like(&parents));
        let beside =
            parents.iter().flat_map(|parent| parent.children()).filter_map(ElementRef::wrap).take(MOST_LOOKED_AT);
        let is_kin = |other: &ElementRef<'_>| names.contains(other.value().name()) || is_story(*other);
        let mut seen: HashSet<String> = HashSet::new();
        beside
            .filter(|other| is_kin(other) && !self.ids.contains(&other.id()) && !self.holds_one(*other))
            .filter_map(|other| headline(other, base))
            .filter(|(href, _)| !self.led.contains(href) && seen.insert(href.clone()))
            .map(|(_, headline)| headline)
            .collect()
    }

    /// Siblings of the entries that have a day and a headline, and no link.
    pub fn unlinked(&self, entries: &[ElementRef<'_>], is_dated: &dyn Fn(ElementRef<'_>) -> bool) -> Vec<String> {
        let names: HashSet<&str> = entries.iter().map(|entry| entry.value().name()).collect();
        let beside = parents(entries).into_iter().flat_map(|parent| parent.children()).filter_map(ElementRef::wrap);
        let is_kin = |other: &ElementRef<'_>| {
            names.contains(other.value().name()) && !self.ids.contains(&other.id()) && !self.holds_one(*other)
        };
        let bare = beside.take(MOST_LOOKED_AT).filter(is_kin).filter(|other| css::first_link(*other).is_none());
        let texts = bare.take(MOST_BARE).filter(|other| is_dated(*other)).map(css::spaced);
        texts.filter(|text| weight(text) >= REPEATED).collect()
    }
}

/// What holds the entries, each once.
pub fn parents<'a>(entries: &[ElementRef<'a>]) -> Vec<ElementRef<'a>> {
    let mut known: HashSet<NodeId> = HashSet::new();
    let all = entries.iter().filter_map(|entry| entry.parent().and_then(ElementRef::wrap));
    all.filter(|parent| known.insert(parent.id())).collect()
}

/// Of lists in pieces: what stands beside one of `pieces`, is written like it and none of
/// them.
fn pieces_like<'a>(pieces: &[ElementRef<'a>]) -> Vec<ElementRef<'a>> {
    let mut known: HashSet<NodeId> = pieces.iter().map(|piece| piece.id()).collect();
    let mut above: HashSet<NodeId> = HashSet::new();
    let mut found = Vec::new();
    for piece in pieces {
        let Some(around) = piece.parent().and_then(ElementRef::wrap).filter(|around| above.insert(around.id())) else {
            continue;
        };
        let value = piece.value();
        let is_like = |other: &ElementRef<'_>| {
            other.value().name() == value.name()
                && other.value().classes().eq(value.classes())
                && value.classes().next().is_some()
        };
        let others = around.children().filter_map(ElementRef::wrap).take(MOST_LOOKED_AT).filter(is_like);
        found.extend(others.filter(|other| known.insert(other.id())));
    }
    found
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
pub fn is_linked(heading: ElementRef<'_>, story: ElementRef<'_>) -> bool {
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
