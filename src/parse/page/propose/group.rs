//! A group of elements that may be the entries of a list.

use scraper::ElementRef;

use super::headlines::HeadlineAt;

/// Elements that are alike, each around one link mostly.
pub struct Group<'a> {
    /// Each with its link.
    pub entries: Vec<(ElementRef<'a>, ElementRef<'a>)>,
    /// What their headlines weigh.
    pub weight: usize,
    /// How many are dated.
    pub dated: usize,
    /// Whether all its dates lie ahead: a calendar of events, not news.
    pub to_come: bool,
    /// Whether each is dated.
    pub are_dated: Vec<bool>,
    /// The links of those that seem to be none of the list.
    pub strange: Vec<ElementRef<'a>>,
    /// Where most headlines stand.
    pub headline: HeadlineAt,
    /// CSS that finds them, the best first.
    pub texts: Vec<String>,
}
