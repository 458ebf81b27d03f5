//! The texts of an element, among which a year is sought.

use scraper::ElementRef;

/// Bytes of a heading that names a year.
pub const LONGEST: usize = 120;
/// Bytes of each text of a row of tabs.
pub const LONGEST_TAB: usize = 24;
/// Nodes of a row of tabs that are looked at, be they blank or not.
pub const MOST_NODES: usize = 400;

/// The texts among the first `most` nodes of `element`. Blank ones count among these, or a
/// page of blanks would be walked once for each of its elements.
pub fn texts(element: ElementRef<'_>, most: usize) -> impl Iterator<Item = &str> {
    let texts = element.descendants().take(most).filter_map(|node| Some(node.value().as_text()?.trim()));
    texts.filter(|text| !text.is_empty())
}
