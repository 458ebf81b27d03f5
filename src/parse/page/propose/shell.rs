//! Pages that need a browser: their list is written by scripts, or their links are.

use scraper::{ElementRef, Html};

use crate::parse::notes::excerpt;
use crate::text::quote::in_quotes;

use super::super::css;
use super::super::rest::weight::{LIGHTEST, weight};

/// Links of scripts are no list unless there are so many.
const FEWEST: usize = 3;

/// Text that a page shows without scripts; a shell has less.
const LEAST_TEXT: usize = 300;

/// What to look for instead.
const INSTEAD: &str =
    "look for a feed, a sitemap (see its robots.txt), or the address that its scripts load the list from";

/// Why a page of frames has no list.
const FRAMES: &str = "this page is made of frames: add the address of the frame that shows the list";

/// Links of a page that are looked at.
const MOST_LINKS: usize = 3_000;

/// Texts of a page that are weighed.
const MOST_TEXTS: usize = 2_000;

/// A page that cannot be read without running its scripts.
pub struct Shell {
    /// Why, and what to do.
    pub because: String,
    /// What the headlines weigh that scripts lead on from.
    pub weight: usize,
}

/// Whether, and why, `page` needs a browser.
pub fn judge(page: &Html) -> Option<Shell> {
    let links: Vec<ElementRef<'_>> = css::named(page, "a").collect();
    let scripted = |link: &&ElementRef<'_>| {
        let href = link.attr("href").unwrap_or("#").trim();
        let scheme = href.get(..11).is_some_and(|scheme| scheme.eq_ignore_ascii_case("javascript:"));
        scheme || href.starts_with('#') && (link.attr("onclick").is_some() || is_route(href)) || href.is_empty()
    };
    let weights: Vec<usize> =
        links.iter().take(MOST_LINKS).filter(scripted).map(|link| weight(&css::shown(*link))).collect();
    let (count, heavy) =
        weights.iter().filter(|w| **w >= LIGHTEST).fold((0, 0), |(n, sum), w| (n + 1, sum + w.min(&80)));
    if count >= FEWEST {
        let route = links.iter().any(|link| link.attr("href").is_some_and(is_route));
        let how = if route { "routes of a script (`#/…`)" } else { "made by scripts (`javascript:`, `onclick`)" };
        let because = format!("this page needs a browser: the links of its {count} headlines are {how}; {INSTEAD}");
        return Some(Shell { because, weight: heavy });
    }
    if css::named(page, "frameset").any(|set| css::inner(set).any(|inner| inner.value().name() == "frame")) {
        return Some(Shell { because: FRAMES.to_owned(), weight: 0 });
    }
    let mut shown = 0;
    let is_told = body_text(page).take(MOST_TEXTS).any(|text| {
        shown += weight(text);
        shown >= LEAST_TEXT
    });
    if is_told {
        return None;
    }
    let held: Vec<ElementRef<'_>> = css::named(page, "script").collect();
    if held.is_empty() {
        return None;
    }
    let how = match held.iter().any(|script| holds_data(*script)) {
        true => "its list stands in a script, and nothing is shown until that has run",
        false => "it shows hardly any text until its scripts have run",
    };
    Some(Shell { because: format!("this page needs a browser: {how}; {INSTEAD}"), weight: 0 })
}

/// Whether a script holds what others show.
fn holds_data(script: ElementRef<'_>) -> bool {
    let told = script.attr("type").unwrap_or_default();
    told.ends_with("xml") || told.ends_with("json") || script.attr("id").is_some_and(|id| id.starts_with("__"))
}

/// Whether, and how, headlines of `page` lead nowhere, as in an accordion: what has no page
/// of its own is no entry.
pub fn without_links(page: &Html) -> Option<String> {
    const NAMES: [&str; 6] = ["h2", "h3", "h4", "h5", "summary", "dt"];
    let headings = css::inner(page.root_element()).filter(|inner| NAMES.contains(&inner.value().name()));
    let bare = headings.take(MOST_LINKS).filter(|heading| {
        let mut around = heading.ancestors().take(4).filter_map(ElementRef::wrap);
        css::links(*heading).next().is_none() && !around.any(|around| around.value().name() == "a")
    });
    let texts: Vec<String> = bare.map(css::shown).filter(|text| weight(text) >= LIGHTEST).collect();
    let first = in_quotes(excerpt(texts.first().filter(|_| texts.len() >= FEWEST)?));
    Some(format!(
        "the {} headlines of this page have no links, as {first}, and what has no page of its own is no entry; {INSTEAD}",
        texts.len()
    ))
}

fn is_route(href: &str) -> bool {
    href.starts_with("#/") || href.starts_with("#!")
}

/// The texts of a page that are shown.
fn body_text(page: &Html) -> impl Iterator<Item = &str> {
    let silent = |name: &str| matches!(name, "script" | "style" | "noscript" | "template" | "head" | "title");
    page.root_element().descendants().filter_map(move |node| {
        let text = node.value().as_text()?;
        let above = node.ancestors().take(3).filter_map(ElementRef::wrap);
        (!above.into_iter().any(|element| silent(element.value().name()))).then(|| text.trim())
    })
}
