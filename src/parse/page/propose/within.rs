//! What stands where within the entries of a list.

use std::collections::HashSet;

use scraper::ElementRef;

use crate::clock::Timestamp;
use crate::text::html;

use super::super::super::date::DateContext;
use super::super::css::{self, Css, every};
use super::super::day;
use super::super::rest::weight::{LIGHTEST, weight};
use super::group::Group;
use super::headlines::HeadlineAt;
use super::near::{heading_in, leaves};
use super::seen::signature;

/// Entries that are looked at to tell what stands where.
const MOST_LOOKED_AT: usize = crate::limits::PROPOSAL_LOOK.count();

/// The selector of headlines that are told by pictures alone.
fn picture(group: &Group<'_>) -> Option<String> {
    const TEXT: &str = "img@alt";
    let css = Css::parse(TEXT).ok().filter(|_| group.headline == HeadlineAt::Picture)?;
    let sample = sample(group);
    let says = |entry: ElementRef<'_>| css.find(entry).and_then(|picture| css.attribute_of(picture));
    let good = sample.iter().filter(|(entry, _)| says(*entry).is_some_and(|text| weight(&text) >= LIGHTEST)).count();
    (good * 10 >= sample.len() * 8).then(|| TEXT.to_owned())
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
pub fn paths(entry: ElementRef<'_>, part: ElementRef<'_>) -> Vec<String> {
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
    group.entries.iter().take(MOST_LOOKED_AT).copied().collect()
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
pub fn title(group: &Group<'_>, link: &str, known: &DateContext<'_>, now: Timestamp) -> String {
    if let Some(picture) = picture(group) {
        return picture;
    }
    let sample = sample(group);
    let entries: Vec<ElementRef<'_>> = sample.iter().map(|(entry, _)| *entry).collect();
    let heading = sample.iter().find_map(|(entry, _)| heading_in(*entry).map(|heading| (*entry, heading)));
    let says = |found: ElementRef<'_>| {
        let text = css::shown(found);
        weight(&text) >= LIGHTEST && !is_day(&text, known, now)
    };
    let headings_in = sample.iter().filter(|(_, link)| heading_in(*link).is_some()).count();
    let by_heading = heading.map(|(entry, heading)| paths(entry, heading)).unwrap_or_default();
    let by_link = sample.first().map(|(entry, link)| paths(*entry, *link)).unwrap_or_default();
    // A link around a whole card says more than its headline, one beside the headline less.
    let is_beside = group.headline != HeadlineAt::Text;
    let mut candidates = if is_beside || headings_in * 2 > sample.len() { by_heading.clone() } else { Vec::new() };
    let by_part = sample.first().and_then(|(entry, link)| part(*entry, *link, known, now));
    let by_part = by_part.map(|(entry, part)| paths(entry, part)).unwrap_or_default();
    // All of a part is the headline, or it is the card again.
    let only = |found: ElementRef<'_>| !found.children().any(|child| child.value().is_element());
    candidates.extend(first_fit(&entries, by_part, |_, found| only(found) && is_headline(found, known, now)));
    let beside = sample.first().and_then(|(entry, _)| {
        let part = leaves(*entry).find(|leaf| is_headline(*leaf, known, now))?;
        Some(paths(*entry, part))
    });
    let own = std::iter::once(link.to_owned()).chain(by_heading).chain(by_link);
    let (first, last): (Vec<String>, Vec<String>) = match is_beside {
        true => (beside.unwrap_or_default(), own.collect()),
        false => (own.collect(), beside.unwrap_or_default()),
    };
    candidates.extend(first.into_iter().chain(last));
    candidates.retain(|text| differs(text, &entries));
    let text = first_fit(&entries, candidates, |_, found| says(found)).unwrap_or_else(|| link.to_owned());
    match first_fit(&entries, vec![text.clone()], |_, found| is_dated(found, known, now)) {
        Some(_) => format!("{text}@title"),
        None => text,
    }
}

/// Whether what a selector finds differs from entry to entry.
fn differs(text: &str, entries: &[ElementRef<'_>]) -> bool {
    let Ok(css) = Css::parse(text) else { return false };
    let shown: HashSet<String> = entries.iter().filter_map(|entry| css.find(*entry)).map(css::shown).collect();
    shown.len() * 2 > entries.len()
}

/// Whether `found` shows its whole `title` and a date behind it.
fn is_dated(found: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> bool {
    let Some(whole) = css::attribute(found, "title") else { return false };
    let shown = css::shown(found);
    shown.strip_prefix(&*whole).is_some_and(|rest| day::read(rest, None, known, now).is_some())
}

/// Of a link around a whole card without headings, the part that is the headline:
/// what is called so, else the first text that can be one.
fn part<'a>(
    entry: ElementRef<'a>,
    link: ElementRef<'a>,
    known: &DateContext<'_>,
    now: Timestamp,
) -> Option<(ElementRef<'a>, ElementRef<'a>)> {
    const NAMES: [&str; 6] = ["title", "tit", "headline", "subject", "heading", "name"];
    let parts: Vec<ElementRef<'a>> = leaves(link).filter(|leaf| leaf.id() != link.id()).collect();
    let says = parts.iter().filter(|part| !html::plain_line(&part.inner_html()).is_empty()).count();
    if says < 2 || heading_in(link).is_some() {
        return None;
    }
    let called = |part: &&ElementRef<'_>| {
        let mut classes = part.value().classes().map(str::to_ascii_lowercase);
        classes.any(|class| class.split(['-', '_']).any(|word| NAMES.contains(&word)))
    };
    let good = || parts.iter().filter(|part| is_headline(**part, known, now));
    good().find(called).or_else(|| good().next()).map(|part| (entry, *part))
}

fn is_headline(part: ElementRef<'_>, known: &DateContext<'_>, now: Timestamp) -> bool {
    let text = css::shown(part);
    weight(&text) >= LIGHTEST && (text.len() > 60 || day::read(&text, None, known, now).is_none())
}

/// Whether `text` is a day and nothing else, as the first column of a table often is.
fn is_day(text: &str, known: &DateContext<'_>, now: Timestamp) -> bool {
    day::may_stand_alone(text) && day::is_nothing_else(text, known) && day::read(text, None, known, now).is_some()
}

/// The selector of the entries' teasers, where most have one.
pub fn summary(group: &Group<'_>) -> Option<String> {
    let sample = sample(group);
    let entries: Vec<ElementRef<'_>> = sample.iter().map(|(entry, _)| *entry).collect();
    let headline = |entry: ElementRef<'_>| {
        let link = || sample.iter().find(|(known, _)| known.id() == entry.id()).map(|(_, link)| css::shown(*link));
        heading_in(entry).map(css::shown).or_else(link).unwrap_or_default()
    };
    let is_teaser = |entry: ElementRef<'_>, found: ElementRef<'_>| {
        let text = html::plain_line(&found.inner_html());
        weight(&text) >= 60 && !headline(entry).contains(&text) && heading_in(found).is_none()
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
