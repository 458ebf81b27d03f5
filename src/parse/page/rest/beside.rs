//! Stories beside a list: a lead above it, a slider, what was put up in another form.

use std::collections::HashSet;

use scraper::ElementRef;
use url::Url;

use crate::parse::text::links;

use super::super::asides::{heads_aside, speaks_of_aside};
use super::super::css;
use super::super::years::said::is_of_archive;
use super::taken::{MOST_LINKS, MOST_WITHIN, Taken, is_linked, parents};
use super::weight::{LIGHTEST, weight};

/// How far above an entry its list may stand beside the lead story, and elements that are
/// looked at before and behind each.
const HIGHEST: usize = 3;
const MOST_BLOCKS: usize = 12;
/// Lists behind which stories are sought, where the entries stand in several.
const MOST_LISTS: usize = 6;
/// Links of a block that are looked at, and of all blocks.
const MOST_STORIES: usize = 40;
const MOST_LOOKED_AT: usize = 200;
/// Elements around a link that hold its story alone.
const MOST_AROUND: usize = 4;
/// So many stories below a heading of their own are a list of their own, which is told when
/// the page is added.
const FEWEST: usize = 3;
/// Words of a link to all news.
const FEW_WORDS: usize = 5;

/// Words of classes that show stories before all others.
const LEADS: [&str; 14] = [
    "hero",
    "featured",
    "feature",
    "lead",
    "leading",
    "slider",
    "slide",
    "slides",
    "carousel",
    "swiper",
    "owl",
    "spotlight",
    "highlight",
    "highlights",
];

/// What stands beside the list that is `taken`.
pub struct StoriesBeside<'t> {
    /// Its entries.
    pub taken: &'t Taken,
    /// What links resolve against.
    pub base: &'t Url,
    /// Whether an element holds a day of news.
    pub is_dated: &'t dyn Fn(ElementRef<'_>) -> bool,
}

/// Where a block stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Above,
    Below,
}

impl StoriesBeside<'_> {
    /// The headlines of stories that stand beside the lists of `entries`.
    pub fn stories(&self, entries: &[ElementRef<'_>]) -> Vec<String> {
        let mut seen: HashSet<String> = HashSet::new();
        let mut blocks = HashSet::new();
        let (mut found, mut left) = (Vec::new(), MOST_LOOKED_AT);
        for (block, side) in blocks_around(entries) {
            if left > 0 && blocks.insert(block.id()) && self.may_hold_stories(block) {
                let of_block = self.of_block(block, side, &mut left);
                found.extend(of_block.into_iter().filter(|(href, _)| seen.insert(href.clone())).map(|(_, text)| text));
            }
        }
        found
    }

    fn may_hold_stories(&self, block: ElementRef<'_>) -> bool {
        let name = block.value().name();
        !matches!(name, "header" | "nav" | "form" | "footer" | "script" | "style" | "noscript" | "template" | "table")
            && !css::is_heading(block)
            && !speaks_of_aside(block)
            && !self.taken.holds_one(block)
            && !heading_of(block).is_some_and(|heading| heads_aside(&heading))
    }

    /// Address and headline of each story in `block`.
    fn of_block(&self, block: ElementRef<'_>, side: Side, left: &mut usize) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        let mut are_dated = false;
        let own = Some(block).filter(|block| block.value().name() == "a");
        for link in css::links(block).chain(own).take(MOST_STORIES.min(*left)) {
            *left -= 1;
            let text = css::shown(link);
            let href = link.attr("href").and_then(|href| links::resolve(href, links::Base::Said(self.base)).ok());
            let Some(href) = href.filter(|href| weight(&text) >= LIGHTEST && !self.taken.led.contains(href)) else {
                continue;
            };
            if leads_to_all(&text) || found.iter().any(|(known, _)| *known == href) {
                continue;
            }
            let story = story_around(link, block);
            let is_dated = (self.is_dated)(story);
            let is_titled = is_headed(link, story) || side == Side::Above && speaks_of_lead(link, block);
            are_dated |= is_dated;
            if is_dated || is_titled {
                found.push((href, text));
            }
        }
        let is_own_list = found.len() >= FEWEST && heading_of(block).is_some();
        // One heading that is a link, below the list, leads to another part of the site.
        let is_single = found.len() < 2 && side == Side::Below && !are_dated;
        if is_own_list || is_single { Vec::new() } else { found }
    }
}

/// What stands before the lists of `entries` and what holds them, and right behind the lists.
fn blocks_around<'a>(entries: &[ElementRef<'a>]) -> Vec<(ElementRef<'a>, Side)> {
    let mut blocks = Vec::new();
    let all = parents(entries);
    for list in all.iter().take(MOST_LISTS) {
        if !matches!(list.value().name(), "body" | "html") {
            let behind = list.next_siblings().filter_map(ElementRef::wrap).take(MOST_BLOCKS);
            blocks.extend(behind.map(|block| (block, Side::Below)));
        }
    }
    for list in all.first().into_iter().chain(all.first().filter(|_| all.len() > 1).and(all.last())) {
        let up = std::iter::once(*list).chain(list.ancestors().filter_map(ElementRef::wrap)).take(HIGHEST);
        for around in up.take_while(|around| !matches!(around.value().name(), "body" | "html")) {
            let before = around.prev_siblings().filter_map(ElementRef::wrap).take(MOST_BLOCKS);
            blocks.extend(before.map(|block| (block, Side::Above)));
        }
    }
    blocks
}

/// The element that holds the story of `link` and no other.
fn story_around<'a>(link: ElementRef<'a>, block: ElementRef<'a>) -> ElementRef<'a> {
    let is_alone = |around: &ElementRef<'_>| {
        let hrefs: HashSet<Option<&str>> =
            css::links(*around).take(MOST_STORIES).map(|link| link.attr("href")).collect();
        hrefs.len() <= 1 || hrefs.len() <= MOST_LINKS && around.value().name() == "article"
    };
    if link.id() == block.id() {
        return link;
    }
    let around = link.ancestors().filter_map(ElementRef::wrap).take(MOST_AROUND).take_while(is_alone);
    let mut story = link;
    for around in around {
        story = around;
        if around.id() == block.id() {
            break;
        }
    }
    story
}

/// Whether the headline of `story` is a heading that `link` leads on from.
fn is_headed(link: ElementRef<'_>, story: ElementRef<'_>) -> bool {
    let within = css::inner(story).take(MOST_WITHIN).chain([story]);
    within.into_iter().any(|inner| css::is_heading(inner) && is_linked(inner, story) && !css::shown(link).is_empty())
}

/// Whether `link`, or what is around it up to `block`, is called a lead.
fn speaks_of_lead(link: ElementRef<'_>, block: ElementRef<'_>) -> bool {
    let is_lead = |element: ElementRef<'_>| {
        let mut words = element.value().classes().flat_map(|class| class.split(['-', '_']));
        words.any(|word| LEADS.iter().any(|lead| word.eq_ignore_ascii_case(lead)))
    };
    let up = link.ancestors().filter_map(ElementRef::wrap).take(MOST_AROUND);
    let up = up.take_while(|around| around.id() != block.id());
    is_lead(link) || is_lead(block) || up.into_iter().any(is_lead)
}

/// Whether a link leads to all news: "All press releases".
fn leads_to_all(text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.len() <= FEW_WORDS && words.iter().any(|word| is_of_archive(word))
}

/// The heading of a section: the first element of `block`, or what stands right before it.
fn heading_of(block: ElementRef<'_>) -> Option<String> {
    let first = block.children().find_map(ElementRef::wrap);
    let before = block.prev_siblings().find_map(ElementRef::wrap);
    let is_heading = |element: &ElementRef<'_>| css::is_heading(*element) && css::first_link(*element).is_none();
    first.filter(is_heading).or_else(|| before.filter(is_heading)).map(css::shown)
}
