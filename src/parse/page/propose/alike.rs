//! Elements that are alike: by name and parents, by one class, by where they stand.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::super::asides::speaks_of_aside;
use super::dated::Dated;
use super::group::Group;
use super::headlines::PageLink;
use super::heads::DayHeads;
use super::holders;
use super::judged::{Besides, FEWEST, HIGHEST, Spot, judge};
use super::keys::{keys, rank};
use super::seen::SeenPage;

/// Entries of a group whose links are counted; more is a section.
const MOST_HREFS: usize = crate::limits::PROPOSAL_HREFS.count();
/// Elements above a link that may be called after what stands beside the news.
const MOST_ABOVE: usize = 12;

/// Groups of elements that are alike, the best first.
pub fn groups<'a>(page: &SeenPage<'a, '_>, links: &'a [PageLink<'a>]) -> (Vec<Group<'a>>, DayHeads) {
    let (dated, marks) = holders::dated(page);
    let heads = DayHeads::of(page, links, &marks);
    let known = page.known;
    let spots = spots(links, &dated, &heads);
    let besides = besides(links);
    let mut held: HashMap<NodeId, usize> = HashMap::new();
    for above in links.iter().flat_map(|link| link.element.ancestors().take(HIGHEST + 3)) {
        *held.entry(above.id()).or_default() += 1;
    }
    let mut sets: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, spot) in spots.iter().enumerate() {
        for key in keys(spot.element, &held) {
            sets.entry(key).or_default().push(at);
        }
    }
    // One group for each set of elements, whatever finds it.
    let mut named: HashMap<Vec<usize>, Vec<String>> = HashMap::new();
    for (key, set) in sets.into_iter().filter(|(_, set)| set.len() >= FEWEST) {
        named.entry(set).or_default().push(key);
    }
    let mut judged: Vec<(i64, usize, Group<'a>)> = named
        .into_iter()
        .filter_map(|(set, mut texts)| {
            texts.sort_by_key(|text| (rank(text), text.len(), text.clone()));
            let (score, group) = judge(&set, &spots, links, &besides, known, texts)?;
            Some((score, set[0], group))
        })
        .collect();
    // Of equals the outermost, which stands first.
    judged.sort_by_key(|(score, first, group)| (std::cmp::Reverse(*score), *first, rank(&group.texts[0])));
    (judged.into_iter().map(|(_, _, group)| group).collect(), heads)
}

/// The elements around links, in the order of the document, outer ones first.
fn spots<'a>(links: &'a [PageLink<'a>], dated: &Dated, heads: &DayHeads) -> Vec<Spot<'a>> {
    let mut spots: Vec<Spot<'a>> = Vec::new();
    let mut known: HashMap<NodeId, usize> = HashMap::new();
    for (at, link) in links.iter().enumerate() {
        let up = std::iter::once(link.element).chain(link.element.ancestors().filter_map(ElementRef::wrap));
        let up: Vec<_> = up.take(HIGHEST).take_while(|e| !matches!(e.value().name(), "body" | "html")).collect();
        for element in up.into_iter().rev() {
            match known.get(&element.id()) {
                Some(spot) => {
                    let spot = &mut spots[*spot];
                    let worth = |link: &PageLink<'_>| (link.weight, link.headline);
                    if worth(link) > worth(&links[spot.best]) {
                        spot.best = at;
                    }
                    if spot.hrefs.len() <= MOST_HREFS && !spot.hrefs.contains(&link.href.as_str()) {
                        spot.hrefs.push(&link.href);
                    }
                }
                None => {
                    known.insert(element.id(), spots.len());
                    let holder = Some(element).filter(|element| dated.holds(*element));
                    let holder = holder.or_else(|| holders::by_sibling(element, dated));
                    let above = || heads.over(element, link.element);
                    let ahead = holder.map(|holder| dated.lies_ahead(holder)).or_else(above);
                    let (ahead, dated) = (ahead == Some(true), ahead.is_some());
                    spots.push(Spot { element, best: at, hrefs: vec![&link.href], dated, ahead });
                }
            }
        }
    }
    spots
}

/// Links that stand beside the news by what is written above them; what holds most
/// of the page is no sidebar, whatever it is called.
fn besides(links: &[PageLink<'_>]) -> Besides {
    let mut under: HashMap<NodeId, (usize, Vec<NodeId>)> = HashMap::new();
    for link in links {
        let above = link.element.ancestors().filter_map(ElementRef::wrap).take(MOST_ABOVE);
        for element in above.filter(|element| speaks_of_aside(*element)) {
            let (weight, held) = under.entry(element.id()).or_default();
            *weight += link.weight;
            held.push(link.element.id());
        }
    }
    let all: usize = links.iter().map(|link| link.weight).sum();
    let mut besides = Besides::new();
    for (box_id, (_, held)) in under.into_iter().filter(|(_, (weight, _))| weight * 2 < all) {
        held.into_iter().for_each(|link| besides.entry(link).or_default().push(box_id));
    }
    besides
}
