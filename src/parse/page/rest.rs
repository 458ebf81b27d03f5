//! What stands beside the entries of a list and is not taken: told, so that no
//! part of a list is lost without a word.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::ElementRef;
use url::Url;

use crate::clock::Timestamp;
use crate::parse::text::links;
use crate::text::quote::in_quotes;

use super::super::date::DateContext;
use super::super::notes::excerpt;
use super::asides::speaks_of_aside;
use super::{css, day};

/// Elements beside the entries that are looked at.
const MOST_LOOKED_AT: usize = crate::limits::PAGE_BESIDE.count();

/// Elements within one of these among which its heading is sought.
const MOST_WITHIN: usize = 60;

/// How far above an entry its list may stand beside the lead story, and elements that are
/// looked at before each.
const HIGHEST_LEAD: usize = 3;
const MOST_BEFORE: usize = 12;

/// Bytes of a text that is a day.
const LONGEST_DAY: usize = 60;

/// Different links of an element that may be one entry.
const MOST_LINKS: usize = 3;

/// A headline is at least as heavy; see [`weight`].
pub const LIGHTEST: usize = 12;

/// What several links say is a headline only if it weighs as much: "Read the whole press
/// release" does not.
pub const REPEATED: usize = 30;

/// How much a text says: letters, those of scripts without blanks threefold.
pub fn weight(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| if c >= '\u{2e80}' { 3 } else { 1 }).sum()
}

/// What is to be told of siblings with a headline that are none of `entries`, and of a
/// story above their list that `is_dated`.
pub fn told(entries: &[ElementRef<'_>], base: &Url, is_dated: impl Fn(ElementRef<'_>) -> bool) -> Vec<String> {
    let taken = Taken::of(entries, base);
    let left = taken.left_out(entries, base);
    let mut told = Vec::new();
    if let Some(first) = left.first() {
        let shown = in_quotes(excerpt(first));
        told.push(match left.len() {
            1 => format!("beside the entries stands 1 more with a headline that the selector does not match: {shown}"),
            more => {
                format!(
                    "beside the entries stand {more} more with headlines that the selector does not match, as {shown}"
                )
            }
        });
    }
    if let Some(lead) = taken.lead(entries, base, is_dated).filter(|lead| !left.contains(lead)) {
        let shown = in_quotes(excerpt(&lead));
        told.push(format!("beside the list stands a story that the selector does not match: {shown}"));
    }
    told
}

/// Whether a day stands in `element`, in an attribute or a short text.
pub fn holds_day(element: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> bool {
    let within = element.descendants().take(MOST_WITHIN);
    within.into_iter().any(|node| {
        let stated = ElementRef::wrap(node).is_some_and(|element| element.attr("datetime").is_some());
        let is_day = |text: &str| {
            text.len() <= LONGEST_DAY && text.contains(char::is_numeric) && day::read(text, None, known, now).is_some()
        };
        stated || node.value().as_text().is_some_and(|text| is_day(text.trim()))
    })
}

/// The entries of a list, and where their links lead.
struct Taken {
    ids: HashSet<NodeId>,
    led: HashSet<String>,
}

impl Taken {
    fn of(entries: &[ElementRef<'_>], base: &Url) -> Taken {
        let ids = entries.iter().map(|entry| entry.id()).collect();
        Taken { ids, led: entries.iter().filter_map(|e| headline(*e, base)).map(|(href, _)| href).collect() }
    }

    fn holds_one(&self, element: ElementRef<'_>) -> bool {
        element.descendants().any(|inner| self.ids.contains(&inner.id()))
    }

    /// Headlines of siblings of the entries that are of their kind and not among them, and
    /// of lists that stand beside theirs and look like it.
    fn left_out(&self, entries: &[ElementRef<'_>], base: &Url) -> Vec<String> {
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

    /// The headline of a story that stands above the list of `entries`, as a lead does.
    fn lead(
        &self,
        entries: &[ElementRef<'_>],
        base: &Url,
        is_dated: impl Fn(ElementRef<'_>) -> bool,
    ) -> Option<String> {
        let lists = entries.first()?.ancestors().filter_map(ElementRef::wrap).take(HIGHEST_LEAD);
        let lists = lists.take_while(|list| !matches!(list.value().name(), "body" | "html"));
        let before = lists.flat_map(|list| list.prev_siblings().filter_map(ElementRef::wrap).take(MOST_BEFORE));
        before
            .filter(|other| !matches!(other.value().name(), "header" | "nav" | "form") && !speaks_of_aside(*other))
            .filter(|other| is_story(*other) && is_dated(*other) && !self.holds_one(*other))
            .filter_map(|other| headline(other, base))
            .find(|(href, _)| !self.led.contains(href))
            .map(|(_, headline)| headline)
    }
}

/// What holds the entries, each once.
fn parents<'a>(entries: &[ElementRef<'a>]) -> Vec<ElementRef<'a>> {
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
