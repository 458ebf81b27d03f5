//! Links that may be an entry's.

use std::collections::{HashMap, HashSet};

use scraper::{ElementRef, Html};
use url::Url;

use crate::model::site;
use crate::parse::text::links;

use super::super::css;
use super::super::rest::weight::{LIGHTEST, REPEATED, weight};
use super::{holders, near};

/// Links that are looked at.
const MOST_LINKS: usize = crate::limits::PROPOSAL_LINKS.count();
/// An entry links to its page so often: picture, headline, "read more". What is
/// linked more often is an author or a topic.
const MOST_ALIKE: u32 = 3;

/// A longer headline weighs no more.
const MOST_WEIGHT: usize = 80;

/// Where the headline of a link stands, those before others that are better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum HeadlineAt {
    /// Near a link that says something else: its topic, most likely.
    Elsewhere,
    /// In the description of the link's picture.
    Picture,
    /// Near a link that says the same of each entry, as "Read more", or nothing.
    Beside,
    /// In the link.
    Text,
}

/// A link that may be an entry's.
pub struct PageLink<'a> {
    /// The link.
    pub element: ElementRef<'a>,
    /// How much its headline says.
    pub weight: usize,
    /// Its address.
    pub href: String,
    /// Where its headline stands.
    pub headline: HeadlineAt,
}

/// The links of a page that may be entries'.
pub struct PageLinks<'a> {
    /// In its order.
    pub all: Vec<PageLink<'a>>,
    /// How many of them there are.
    pub looked_at: LinksLookedAt,
    /// Headlines that lead to different parts of one page.
    pub on_one_page: usize,
}

/// How many of a page's links are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinksLookedAt {
    All,
    /// As many as the limit allows, from the top.
    First,
}

/// Links with a headline, outside of menus; those within the site count double.
pub fn of<'a>(page: &'a Html, url: &Url, base: &Url) -> PageLinks<'a> {
    let here = without_fragment(url);
    let mut links = css::links(page.root_element());
    let mut found: Vec<LinkText<'a>> =
        links.by_ref().take(MOST_LINKS).filter_map(|link| LinkText::of(link, base, &here)).collect();
    found.dedup_by(|next, link| next.is_version_of(link));
    let looked_at = if links.next().is_some() { LinksLookedAt::First } else { LinksLookedAt::All };
    let said = LinksSaid::of(&found);
    let read: Vec<(&LinkText<'a>, String, HeadlineAt)> = found
        .iter()
        .filter(|link| said.led[link.href.as_str()] <= MOST_ALIKE)
        .filter_map(|link| said.headline(link).map(|(headline, at)| (link, headline, at)))
        .collect();
    // A URL below several headlines is that of a topic.
    let mut below: HashMap<&str, HashSet<&str>> = HashMap::new();
    for (link, headline, _) in read.iter().filter(|(.., at)| *at < HeadlineAt::Text) {
        below.entry(&link.href).or_default().insert(headline);
    }
    let is_topic = |link: &LinkText<'_>| below.get(link.href.as_str()).is_some_and(|headlines| headlines.len() > 1);
    let entries = read.iter().filter(|(link, _, at)| *at == HeadlineAt::Text || !is_topic(link));
    let all = entries.filter_map(|(link, headline, at)| {
        let full = weight(headline).min(MOST_WEIGHT);
        // Some list what their other sites published; more are advertising.
        let own = Url::parse(&link.href).is_ok_and(|to| to.host_str().map(site) == url.host_str().map(site));
        let weight = if own { full } else { full / 2 };
        let (element, href, headline) = (link.element, link.href.clone(), *at);
        (full >= LIGHTEST).then_some(PageLink { element, weight, href, headline })
    });
    PageLinks { all: all.collect(), looked_at, on_one_page: on_one_page(page) }
}

/// How many headlines lead to parts of a page, each to another, where most lead to one page.
fn on_one_page(page: &Html) -> usize {
    let mut parts: HashMap<&str, HashSet<&str>> = HashMap::new();
    let links = css::links(page.root_element()).take(MOST_LINKS);
    for href in links.filter(|link| !is_in_menu(*link) && weight(&css::shown(*link)) >= LIGHTEST) {
        let Some((to, part)) = href.attr("href").and_then(|href| href.split_once('#')) else { continue };
        if !part.is_empty() && !part.starts_with(['/', '!']) {
            parts.entry(to).or_default().insert(part);
        }
    }
    parts.values().map(HashSet::len).max().unwrap_or_default()
}

/// How often links lead to an address, and say a text, and where that text leads.
struct LinksSaid<'f> {
    led: HashMap<&'f str, u32>,
    said: HashMap<&'f str, SameText<'f>>,
}

/// Links that say the same.
#[derive(Default)]
struct SameText<'f> {
    count: u32,
    /// In how many places: an entry may say its headline twice.
    places: usize,
    to: HashSet<&'f str>,
}

impl<'f> LinksSaid<'f> {
    fn of(found: &'f [LinkText<'_>]) -> LinksSaid<'f> {
        let mut links = LinksSaid { led: HashMap::new(), said: HashMap::new() };
        let mut before = "";
        for link in found {
            *links.led.entry(&link.href).or_default() += 1;
            let same = links.said.entry(&link.text).or_default();
            same.count += 1;
            same.places += usize::from(before != link.href);
            same.to.insert(&link.href);
            before = &link.href;
        }
        links
    }

    /// The headline of a link, and where it stands.
    fn headline(&self, link: &LinkText<'_>) -> Option<(String, HeadlineAt)> {
        let SameText { count, places, to } = &self.said[link.text.as_str()];
        // "Read more" says nothing; what stands above it may. A long text says the same
        // of each day where nothing else does.
        let own = if *count > 2 { "" } else { link.text.as_str() };
        if weight(own) >= LIGHTEST {
            return Some((link.text.clone(), HeadlineAt::Text));
        }
        let at = if link.text.is_empty() || to.len() > 1 { HeadlineAt::Beside } else { HeadlineAt::Elsewhere };
        let near = near::heading_near(link.element, &link.href).map(|near| (near, at));
        // What leads to one place from several is a topic.
        let is_topic = to.len() > 1 && to.len() < *places;
        let long = || Some(&link.text).filter(|text| !is_topic && weight(text) >= REPEATED);
        let long = || long().map(|text| (text.clone(), HeadlineAt::Text));
        near.or_else(long).or_else(|| Some((near::picture_text(link.element)?, HeadlineAt::Picture)))
    }
}

/// A link outside of menus that leads on, with what it says.
struct LinkText<'a> {
    element: ElementRef<'a>,
    text: String,
    href: String,
}

impl<'a> LinkText<'a> {
    fn of(link: ElementRef<'a>, base: &Url, here: &str) -> Option<LinkText<'a>> {
        if is_in_menu(link) || is_date(link) {
            return None;
        }
        let href = links::resolve(link.attr("href")?, links::Base::Said(base)).ok()?;
        let mut to = Url::parse(&href).ok()?;
        to.set_fragment(None);
        // "/?p=1" is a page of its own, "/" is the site.
        let leads_on = to.path().len() > 1 || to.query().is_some_and(|query| !query.is_empty());
        let href = String::from(to);
        (leads_on && href != here).then(|| LinkText { element: link, text: css::shown(link), href })
    }

    /// Whether it leads to what `other` leads to, in another language, and stands beside it.
    fn is_version_of(&self, other: &LinkText<'_>) -> bool {
        let parent = |link: &LinkText<'_>| link.element.parent().map(|parent| parent.id());
        parent(self) == parent(other)
            && self.href != other.href
            && without_language(&self.href).is_some_and(|bare| Some(bare) == without_language(&other.href))
    }
}

/// `href` without what names a language in it: `/fr/`, `?lang=fr`.
fn without_language(href: &str) -> Option<String> {
    const NAMES: [&str; 6] = ["lang", "language", "locale", "hl", "l", "lng"];
    let url = Url::parse(href).ok()?;
    let is_language = |part: &str| {
        let (tag, region) = part.split_once(['-', '_']).unwrap_or((part, "xx"));
        tag.len() == 2 && region.len() == 2 && tag.bytes().chain(region.bytes()).all(|b| b.is_ascii_alphabetic())
    };
    let path: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty() && !is_language(part)).collect();
    let query: Vec<String> = url
        .query_pairs()
        .filter(|(name, value)| !(NAMES.contains(&&**name) && is_language(value)))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Some(format!("{} {} {}", url.host_str().unwrap_or_default(), path.join("/"), query.join("&")))
}

fn without_fragment(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.to_string()
}

/// Whether a link says when its entry was published.
fn is_date(link: ElementRef<'_>) -> bool {
    holders::is_called_date(link) && link.text().take(8).any(|text| text.contains(char::is_numeric))
}

/// Whether a link stands in a menu or below the page. A `footer` of an entry is none.
fn is_in_menu(link: ElementRef<'_>) -> bool {
    let names = link.ancestors().filter_map(ElementRef::wrap).take(12).map(|element| element.value().name());
    names.take_while(|name| *name != "article").any(|name| matches!(name, "nav" | "footer"))
}
