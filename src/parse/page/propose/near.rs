//! Texts by a link that may be its headline.

use scraper::ElementRef;

use super::super::css;
use super::super::rest::weight::{LIGHTEST, weight};

/// The first heading within `element`.
pub fn heading_in(element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    css::inner(element).find(|inner| css::is_heading(*inner))
}

/// The heading that stands by a link whose own text is none; else the first text
/// beside it that can be one, within what links to `href` alone.
pub fn heading_near(link: ElementRef<'_>, href: &str) -> Option<String> {
    let up: Vec<ElementRef<'_>> =
        std::iter::once(link).chain(link.ancestors().filter_map(ElementRef::wrap).take(3)).collect();
    let bare = |href: &str| href.split('#').next().unwrap_or_default().to_owned();
    let last = |href: &str| bare(href).rsplit(['/', '=']).find(|part| !part.is_empty()).unwrap_or_default().to_owned();
    let leads_there = |a: &ElementRef<'_>| a.attr("href").is_some_and(|other| last(other) == last(href));
    let alone = |element: &&ElementRef<'_>| css::links(**element).take(4).all(|link| leads_there(&link));
    // A heading that leads elsewhere is that of the entry, not of a topic below it.
    if let Some(heading) = up.iter().copied().find_map(heading_in).filter(|heading| alone(&heading)) {
        return Some(css::shown(heading));
    }
    let near = up.iter().take_while(alone).flat_map(|element| leaves(*element));
    near.filter(|leaf| leaf.value().name() != "a").map(css::shown).find(|text| weight(text) >= LIGHTEST)
}

/// What the picture of a link says that shows no text.
pub fn picture_text(link: ElementRef<'_>) -> Option<String> {
    let text = css::attribute(css::inner(link).find(|inner| inner.value().name() == "img")?, "alt")?;
    Some(text).filter(|text| weight(text) >= LIGHTEST)
}

/// Elements within `entry`, innermost text holders first in document order.
pub fn leaves(entry: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    entry
        .descendants()
        .filter_map(ElementRef::wrap)
        .filter(|element| !matches!(element.value().name(), "noscript" | "script" | "style"))
        .filter(|element| !element.children().any(|c| c.value().is_element()))
}
