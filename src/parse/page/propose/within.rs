//! What stands where within the entries of a list.

use scraper::ElementRef;

use crate::clock::Timestamp;
use crate::text::html;

use super::super::super::date::DateContext;
use super::super::{Css, css, day, every};
use super::{Group, LIGHTEST, layout, signature, weight};

/// Entries that are looked at to tell what stands where.
const LOOK: usize = 20;
/// A text that dates an entry is no longer.
const LONGEST_DATE: usize = 60;

fn headings(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    every(element, "h1, h2, h3, h4, h5, h6").first().copied()
}

/// The heading that stands by a link whose own text is none.
pub fn heading_near(link: ElementRef<'_>) -> Option<String> {
    let near = std::iter::once(link).chain(link.ancestors().filter_map(ElementRef::wrap).take(3));
    near.filter_map(headings).map(css::shown).next()
}

/// Elements within `entry`, innermost text holders first in document order.
fn leaves(entry: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    entry
        .descendants()
        .filter_map(ElementRef::wrap)
        .filter(|element| !element.children().any(|c| c.value().is_element()))
}

fn dates<'a>(
    entry: ElementRef<'a>,
    known: &'a DateContext<'a>,
    now: Timestamp,
) -> impl Iterator<Item = (ElementRef<'a>, String)> {
    leaves(entry).filter_map(move |leaf| {
        let text = leaf.attr("datetime").map_or_else(|| html::plain_line(&leaf.inner_html()), str::to_owned);
        let digits = text.chars().any(|c| c.is_ascii_digit());
        let good = digits && text.len() <= LONGEST_DATE && day::read(&text, None, known, now).is_some();
        let short = digits && is_short_day(&text);
        (good || short).then_some((leaf, text))
    })
}

/// "11-21", as lists of Chinese offices have it.
fn is_short_day(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| "[]()（）【】 ".contains(c));
    let parts = bare.split_once('-');
    parts.is_some_and(|(month, day)| {
        let number = |text: &str| text.parse::<u8>().ok().filter(|_| text.len() == 2);
        number(month).is_some_and(|m| (1..=12).contains(&m)) && number(day).is_some_and(|d| (1..=31).contains(&d))
    })
}

/// Whether a date stands in `entry`.
pub fn has_date(entry: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> bool {
    dates(entry, known, now).next().is_some() || own_date(entry, known, now).is_some()
}

/// The date in an entry's own text, beside its elements.
fn own_date(entry: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> Option<String> {
    let own: String =
        entry.children().filter_map(|child| child.value().as_text().map(|text| text.to_string())).collect();
    let own = html::plain_line(&own);
    (own.len() <= LONGEST_DATE && day::read(&own, None, known, now).is_some()).then_some(own)
}

/// Of candidates for one part of an entry, the first that finds what `is_it` in
/// most of the entries.
fn first_fit(
    entries: &[ElementRef<'_>],
    candidates: Vec<String>,
    is_it: impl Fn(ElementRef<'_>, ElementRef<'_>) -> bool,
) -> Option<String> {
    candidates.into_iter().find(|text| {
        let Ok(css) = Css::parse(text) else { return false };
        let good = entries.iter().filter(|entry| css.find(**entry).is_some_and(|found| is_it(**entry, found))).count();
        good * 10 >= entries.len() * 8
    })
}

/// Selectors of `part` within `entry`, the shortest first.
fn paths(entry: ElementRef<'_>, part: ElementRef<'_>) -> Vec<String> {
    if part.id() == entry.id() {
        return vec![".".to_owned()];
    }
    let mut found = vec![part.value().name().to_owned(), signature(part)];
    let mut path = signature(part);
    for ancestor in part.ancestors().filter_map(ElementRef::wrap).take_while(|up| up.id() != entry.id()).take(3) {
        path = format!("{} {path}", signature(ancestor));
        found.push(path.clone());
    }
    let place = part.prev_siblings().filter(|sibling| sibling.value().is_element()).count() + 1;
    found.push(format!("{}:nth-child({place})", part.value().name()));
    found.dedup();
    found
}

fn sample<'a>(group: &Group<'a>) -> Vec<(ElementRef<'a>, ElementRef<'a>)> {
    group.entries.iter().take(LOOK).copied().collect()
}

/// The selector of the entries' links.
pub fn link(group: &Group<'_>) -> String {
    let sample = sample(group);
    let entries: Vec<ElementRef<'_>> = sample.iter().map(|(entry, _)| *entry).collect();
    let Some((entry, link)) = sample.first() else { return "a".to_owned() };
    let wanted = |entry: ElementRef<'_>, found: ElementRef<'_>| {
        sample.iter().any(|(known, link)| known.id() == entry.id() && link.attr("href") == found.attr("href"))
    };
    first_fit(&entries, paths(*entry, *link), wanted).unwrap_or_else(|| "a".to_owned())
}

/// The selector of the entries' headlines: the link's own, where that has them.
pub fn title(group: &Group<'_>, link: &str) -> String {
    let sample = sample(group);
    let entries: Vec<ElementRef<'_>> = sample.iter().map(|(entry, _)| *entry).collect();
    let heading = sample.iter().find_map(|(entry, _)| headings(*entry).map(|heading| (*entry, heading)));
    let says = |found: ElementRef<'_>| weight(&css::shown(found)) >= LIGHTEST;
    let headings_in = sample.iter().filter(|(_, link)| headings(*link).is_some()).count();
    let by_heading = heading.map(|(entry, heading)| paths(entry, heading)).unwrap_or_default();
    let by_link = sample.first().map(|(entry, link)| paths(*entry, *link)).unwrap_or_default();
    // A link around a whole card says more than its headline.
    let mut candidates = if headings_in * 2 > sample.len() { by_heading.clone() } else { Vec::new() };
    candidates.push(link.to_owned());
    candidates.extend(by_heading.into_iter().chain(by_link));
    first_fit(&entries, candidates, |_, found| says(found)).unwrap_or_else(|| link.to_owned())
}

/// The selector of the entries' dates, and their layout where it is all figures.
pub fn date(entries: &[ElementRef<'_>], known: &DateContext<'_>, now: Timestamp) -> Option<(String, Option<String>)> {
    let look: Vec<ElementRef<'_>> = entries.iter().take(LOOK).copied().collect();
    let first = look.iter().find_map(|entry| dates(*entry, known, now).next().map(|(leaf, _)| (*entry, leaf)));
    let dated = |entry: ElementRef<'_>, found: ElementRef<'_>| {
        dates(entry, known, now)
            .any(|(leaf, _)| leaf.id() == found.id() || found.descendants().any(|d| d.id() == leaf.id()))
    };
    let found = first.and_then(|(entry, leaf)| first_fit(&look, paths(entry, leaf), dated));
    if let Some(text) = found {
        let css = Css::parse(&text).ok()?;
        let shown: Vec<ElementRef<'_>> = look.iter().filter_map(|entry| css.find(*entry)).collect();
        if shown.iter().any(|element| element.attr("datetime").is_some()) {
            return Some((text, None));
        }
        let texts: Vec<String> = shown.into_iter().map(css::shown).filter(|text| !text.is_empty()).collect();
        return Some((text, layout(&texts, now)));
    }
    let own = look.iter().filter(|entry| own_date(**entry, known, now).is_some()).count();
    (own * 10 >= look.len() * 8).then(|| (".".to_owned(), None))
}

/// The selector of the entries' teasers, where most have one.
pub fn summary(group: &Group<'_>) -> Option<String> {
    let sample = sample(group);
    let entries: Vec<ElementRef<'_>> = sample.iter().map(|(entry, _)| *entry).collect();
    let headline = |entry: ElementRef<'_>| {
        let link = || sample.iter().find(|(known, _)| known.id() == entry.id()).map(|(_, link)| css::shown(*link));
        headings(entry).map(css::shown).or_else(link).unwrap_or_default()
    };
    let is_teaser = |entry: ElementRef<'_>, found: ElementRef<'_>| {
        let text = html::plain_line(&found.inner_html());
        weight(&text) >= 60 && !headline(entry).contains(&text) && headings(found).is_none()
    };
    let (entry, teaser) = sample.iter().find_map(|(entry, _)| {
        let inner = every(*entry, "p, div").into_iter().filter(|block| {
            !block.children().any(|c| {
                c.value()
                    .as_element()
                    .is_some_and(|e| matches!(e.name(), "div" | "p" | "ul" | "h1" | "h2" | "h3" | "h4"))
            })
        });
        inner.into_iter().find(|block| is_teaser(*entry, *block)).map(|block| (*entry, block))
    })?;
    first_fit(&entries, paths(entry, teaser), is_teaser)
}
