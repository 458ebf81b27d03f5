//! What stands beside the entries of a list and is not taken: told, so that no
//! part of a list is lost without a word.

use std::collections::HashSet;

use ego_tree::NodeId;
use scraper::ElementRef;
use url::Url;

use crate::clock::Timestamp;
use crate::parse::text::links;
use crate::text::quote::in_quotes;

use super::super::date::{DateContext, DateVerdict, judge};
use super::super::notes::excerpt;
use super::{css, day};

mod beside;

/// Elements beside the entries that are looked at.
const MOST_LOOKED_AT: usize = crate::limits::PAGE_BESIDE.count();

/// Elements within one of these among which its heading is sought.
const MOST_WITHIN: usize = 60;

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

/// What is to be told of siblings with a headline that are none of `entries`, of those without
/// a link, and of stories beside their list. `is_dated` says which elements hold a day of news.
pub fn told(entries: &[ElementRef<'_>], base: &Url, is_dated: impl Fn(ElementRef<'_>) -> bool) -> Vec<String> {
    let taken = Taken::of(entries, base);
    let left = taken.left_out(entries, base);
    let stories = beside::Beside { taken: &taken, base, is_dated: &is_dated }.stories(entries);
    let stories: Vec<String> = stories.into_iter().filter(|story| !left.contains(story)).collect();
    let unlinked = taken.unlinked(entries, &is_dated);
    let kinds = [
        counted(
            &left,
            "entries",
            ["1 more with a headline", "more with headlines"],
            " that the selector does not match",
        ),
        counted(&stories, "list", ["a story", "stories"], " that the selector does not match"),
        counted(&unlinked, "entries", ["1 more", "more"], " without a link, which makes no entry"),
    ];
    kinds.into_iter().flatten().collect()
}

/// That `all` stand beside the entries or their list, one or several of a kind, and the first
/// of them.
fn counted(all: &[String], place: &str, [one, several]: [&str; 2], how: &str) -> Option<String> {
    let shown = in_quotes(excerpt(all.first()?));
    Some(match all.len() {
        1 => format!("beside the {place} stands {one}{how}: {shown}"),
        count => format!("beside the {place} stand {count} {several}{how}, as {shown}"),
    })
}

/// Whether a day that does not lie ahead stands in `element`, in an attribute or a short text.
pub fn holds_day(element: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> bool {
    let is_behind = |read: String| !matches!(judge(&read, known, now), DateVerdict::Ahead(_));
    let is_day = |text: &str| {
        text.len() <= LONGEST_DAY
            && text.contains(char::is_numeric)
            && day::read(text, None, known, now).is_some_and(is_behind)
    };
    let within = element.descendants().take(MOST_WITHIN);
    within.into_iter().any(|node| {
        let stated = ElementRef::wrap(node).and_then(|element| element.attr("datetime"));
        stated.is_some_and(is_day) || node.value().as_text().is_some_and(|text| is_day(text.trim()))
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

    /// Siblings of the entries that have a day and a headline, and no link.
    fn unlinked(&self, entries: &[ElementRef<'_>], is_dated: &dyn Fn(ElementRef<'_>) -> bool) -> Vec<String> {
        let names: HashSet<&str> = entries.iter().map(|entry| entry.value().name()).collect();
        let beside = parents(entries).into_iter().flat_map(|parent| parent.children()).filter_map(ElementRef::wrap);
        let is_kin = |other: &ElementRef<'_>| {
            names.contains(other.value().name()) && !self.ids.contains(&other.id()) && !self.holds_one(*other)
        };
        let bare = beside.take(MOST_LOOKED_AT).filter(is_kin).filter(|other| css::first_link(*other).is_none());
        let texts = bare.filter(|other| is_dated(*other)).map(css::spaced);
        texts.filter(|text| weight(text) >= REPEATED).collect()
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
