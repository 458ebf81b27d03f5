//! A group of elements that may be the entries of a list.

use scraper::ElementRef;

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
    /// CSS that finds them, the best first.
    pub texts: Vec<String>,
}
