//! What a page shows of its list to browsers without scripts alone: the rest of it, perhaps.

use std::collections::HashSet;

use scraper::{ElementRef, Html};
use url::Url;

use crate::model::Work;
use crate::parse::text::links;
use crate::text::tree;

use super::super::css;
use super::taken::Taken;
use super::weight::{LIGHTEST, weight};

/// Such parts of a page that are looked at, their bytes together, and their links.
const MOST_PARTS: usize = 20;
const MOST_BYTES: usize = 100_000;
const MOST_LINKS: usize = 200;
/// One link is that to another page, or to help.
const FEWEST: usize = 2;

/// Headlines in `noscript` that lead to where those of the list do and are none of them.
pub fn headlines(page: &Html, taken: &Taken, base: &Url, work: &Work) -> Vec<String> {
    let folders: HashSet<&str> = taken.led.iter().filter_map(|href| folder(href)).collect();
    let mut left = MOST_BYTES;
    let (mut seen, mut found): (HashSet<String>, Vec<String>) = (HashSet::new(), Vec::new());
    for part in css::named(page, "noscript").take(MOST_PARTS) {
        let Some(markup) = part.first_child().and_then(|child| child.value().as_text().map(|text| &**text)) else {
            continue;
        };
        if !markup.contains("<a ") || markup.len() > left {
            continue;
        }
        left -= markup.len();
        let Ok(inner) = tree::for_selectors(markup, work) else { continue };
        let story = |link: ElementRef<'_>| {
            let href = links::resolve(link.attr("href")?, links::Base::Said(base)).ok()?;
            let text = css::shown(link);
            let is_like = weight(&text) >= LIGHTEST && folder(&href).is_some_and(|folder| folders.contains(folder));
            (is_like && !taken.led.contains(&href)).then_some((href, text))
        };
        let stories = css::links(inner.root_element()).take(MOST_LINKS).filter_map(story);
        found.extend(stories.filter(|(href, _)| seen.insert(href.clone())).map(|(_, text)| text));
    }
    if found.len() < FEWEST { Vec::new() } else { found }
}

/// A URL up to its last part.
fn folder(href: &str) -> Option<&str> {
    href.split(['?', '#']).next()?.rsplit_once('/').map(|(folder, _)| folder)
}
