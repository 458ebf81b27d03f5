//! Links that may be an entry's.

use std::collections::HashMap;

use scraper::{ElementRef, Html};
use url::Url;

use crate::model::site;
use crate::parse::text::links;

use super::super::css;
use super::super::rest::{LIGHTEST, weight};
use super::{dates, within};

/// Links that are looked at.
const MOST_LINKS: usize = crate::limits::PROPOSAL_LINKS.count();
/// An entry links to its page so often: picture, headline, "read more". What is
/// linked more often is an author or a topic.
const MOST_ALIKE: u32 = 3;

/// What several links say is a headline only if it weighs as much: "Read the whole press
/// release" does not.
const REPEATED: usize = 30;

/// A link that may be an entry's.
pub struct Link<'a> {
    pub element: ElementRef<'a>,
    pub weight: usize,
    pub href: String,
}

/// Links with a headline, outside of menus; those within the site count double.
pub fn of<'a>(page: &'a Html, url: &Url, base: &Url) -> Vec<Link<'a>> {
    let (mut seen, mut led): (HashMap<String, u32>, HashMap<String, u32>) = Default::default();
    let here = without_fragment(url);
    let found: Vec<(ElementRef<'a>, String, String)> = css::links(page.root_element())
        .take(MOST_LINKS)
        .filter(|link| !is_in_menu(*link) && !is_date(*link))
        .filter_map(|link| {
            let href = links::resolve(link.attr("href")?, links::Base::Said(base)).ok()?;
            let to = without_fragment(&Url::parse(&href).ok()?);
            // "/?p=1" is a page of its own, "/" is the site.
            let leads_on =
                Url::parse(&to).is_ok_and(|to| to.path().len() > 1 || to.query().is_some_and(|q| !q.is_empty()));
            (leads_on && to != here).then(|| (link, css::shown(link), to))
        })
        .collect();
    for (_, text, href) in &found {
        *seen.entry(text.clone()).or_default() += 1;
        *led.entry(href.clone()).or_default() += 1;
    }
    found
        .into_iter()
        .filter(|(_, _, href)| led[href] <= MOST_ALIKE)
        .filter_map(|(element, text, href)| {
            // "Read more" says nothing; what stands above it may. A long text says the same
            // of each day where nothing else does.
            let own = if seen[&text] > 2 { "" } else { text.as_str() };
            let headline = match weight(own) >= LIGHTEST {
                true => text,
                false => within::heading_near(element, &href)
                    .or_else(|| Some(text).filter(|text| weight(text) >= REPEATED))?,
            };
            let full = weight(&headline).min(80);
            // Some list what their other sites published; more are advertising.
            let own = Url::parse(&href).is_ok_and(|to| to.host_str().map(site) == url.host_str().map(site));
            let weight = if own { full } else { full / 2 };
            (full >= LIGHTEST).then_some(Link { element, weight, href })
        })
        .collect()
}

fn without_fragment(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.to_string()
}

/// Whether a link says when its entry was published.
fn is_date(link: ElementRef<'_>) -> bool {
    dates::is_called_date(link) && link.text().take(8).any(|text| text.contains(char::is_numeric))
}

/// Whether a link stands in a menu or below the page. A `footer` of an entry is none.
fn is_in_menu(link: ElementRef<'_>) -> bool {
    let names = link.ancestors().filter_map(ElementRef::wrap).take(12).map(|element| element.value().name());
    names.take_while(|name| *name != "article").any(|name| matches!(name, "nav" | "footer"))
}

/// Whether an element's name or classes speak of what stands beside the news.
pub fn speaks_of_aside(element: ElementRef<'_>) -> bool {
    const WORDS: [&str; 24] = [
        "nav",
        "navbar",
        "navigation",
        "menu",
        "footer",
        "breadcrumb",
        "breadcrumbs",
        "pagination",
        "pager",
        "share",
        "social",
        "sidebar",
        "toolbar",
        "cookie",
        "related",
        "popular",
        "hot",
        "rank",
        "ranking",
        "trending",
        "tags",
        "tagcloud",
        "widget",
        "recommend",
    ];
    let value = element.value();
    let words = value.classes().chain(value.id()).map(str::to_ascii_lowercase);
    value.name() == "aside" || words.into_iter().any(|word| word.split(['-', '_']).any(|part| WORDS.contains(&part)))
}
